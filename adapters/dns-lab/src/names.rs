//! The names the lab gives to things. They differ from the spec's on purpose: a consumer has to translate.

use std::net::Ipv4Addr;

/// The stable name that customers resolve.
pub const ROOT: &str = "clouddb.us-east-1.api.acme";
/// Names the plan that was the root's target before the current one.
pub const ROLLBACK: &str = "_rollback.clouddb.us-east-1.api.acme";
/// The TXT record that every deploy replaces; its text is `"{deployer} {epoch}"`.
pub const LOCK: &str = "_lock.clouddb.us-east-1.api.acme";
/// The text of the lock in a seeded zone, before any deployer wrote one.
pub const GENESIS: &str = "genesis 0";
/// The plan of a seeded zone. It carries no version, so that no cleanup ever matches it.
pub const INITIAL_PLAN: &str = "plan-init.cdb.acme";
/// The balancer of [`INITIAL_PLAN`], for which there is no address.
pub const INITIAL_BALANCER: &str = "lb-init-1.cdb.acme";

const ZONE: &str = ".cdb.acme";
const PLAN: &str = "plan-";
const BALANCER: &str = "lb-";

/// The name of the plan with this version; the version is padded to three digits and grows beyond them.
///
/// ```
/// use itf_dns_lab::names;
/// assert_eq!(names::plan(7), "plan-007.cdb.acme");
/// assert_eq!(names::plan(1234), "plan-1234.cdb.acme");
/// ```
pub fn plan(version: u64) -> String {
    format!("{PLAN}{version:03}{ZONE}")
}

/// The name of a plan's balancer. The plan's version is part of it: plans share no records.
///
/// ```
/// assert_eq!(itf_dns_lab::names::balancer(7, 2), "lb-007-2.cdb.acme");
/// ```
pub fn balancer(version: u64, id: u64) -> String {
    format!("{BALANCER}{version:03}-{id}{ZONE}")
}

/// The address of a plan's balancer: `192.0.{version mod 256}.{id}`.
///
/// ```
/// assert_eq!(itf_dns_lab::names::address(258, 9).to_string(), "192.0.2.9");
/// ```
pub fn address(version: u64, id: u8) -> Ipv4Addr {
    let [.., version_mod_256] = version.to_be_bytes();
    Ipv4Addr::new(192, 0, version_mod_256, id)
}

/// The version that the name of a plan or of a balancer carries, `None` for every other name.
///
/// Only the lab's own spelling counts: `plan-7` and `plan-+07` are not names of plan 7.
///
/// ```
/// use itf_dns_lab::names;
/// assert_eq!(names::version_of("plan-007.cdb.acme"), Some(7));
/// assert_eq!(names::version_of("lb-007-2.cdb.acme"), Some(7));
/// assert_eq!(names::version_of(names::INITIAL_PLAN), None);
/// assert_eq!(names::version_of(names::ROOT), None);
/// ```
pub fn version_of(name: &str) -> Option<u64> {
    let label = name.strip_suffix(ZONE)?;
    let digits = match label.strip_prefix(PLAN) {
        Some(digits) => digits,
        None => label.strip_prefix(BALANCER)?.split_once('-')?.0,
    };
    let version: u64 = digits.parse().ok()?;
    (format!("{version:03}") == digits).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_back_from_the_names_it_made() {
        for version in [1, 9, 10, 999, 1000, u64::MAX] {
            assert_eq!(version_of(&plan(version)), Some(version));
            assert_eq!(version_of(&balancer(version, 300)), Some(version));
        }
    }

    #[test]
    fn other_names_carry_no_version() {
        let others = [
            ROOT,
            ROLLBACK,
            LOCK,
            INITIAL_PLAN,
            INITIAL_BALANCER,
            "plan-7.cdb.acme",
            "plan-0007.cdb.acme",
            "plan-+07.cdb.acme",
            "plan--07.cdb.acme",
            "plan-18446744073709551616.cdb.acme",
            "plan-007.example.com",
            "lb-007.cdb.acme",
            "xplan-007.cdb.acme",
        ];
        for name in others {
            assert_eq!(version_of(name), None, "{name}");
        }
    }

    #[test]
    fn rollback_and_lock_are_named_after_the_root() {
        assert_eq!(ROLLBACK, format!("_rollback.{ROOT}"));
        assert_eq!(LOCK, format!("_lock.{ROOT}"));
    }
}
