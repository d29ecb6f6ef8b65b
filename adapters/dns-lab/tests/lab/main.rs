//! The lab through its public interface: the rules one by one, and the outage they add up to.

mod deploying;
#[cfg(feature = "server")]
mod doors;
mod outage;
mod planning;
mod replay;
#[cfg(feature = "server")]
mod served;
mod store;
mod whole;

use itf_dns_lab::{DeployAnswer, DeployError, Lab, Record, RecordType, names};

const A: &str = "deployer-a";
const B: &str = "deployer-b";
const C: &str = "deployer-c";

/// A seeded lab with this many plans published.
fn seeded(plans: u64) -> Lab {
    let mut lab = Lab::new();
    lab.seed();
    publish(&mut lab, plans);
    lab
}

fn publish(lab: &mut Lab, plans: u64) {
    for _ in 0..plans {
        lab.generate(&[]).expect("a default plan is never refused");
    }
}

/// Deploys, expects success, and syncs, as the model's deployer does.
fn install(lab: &mut Lab, deployer: &str, version: u64) {
    assert_eq!(lab.deploy(deployer), Ok(DeployAnswer::Installed { version }));
    sync(lab, deployer);
}

fn sync(lab: &mut Lab, deployer: &str) {
    lab.sync(deployer).expect("the deployer is known");
}

fn refusal(lab: &mut Lab, deployer: &str) -> DeployError {
    match lab.deploy(deployer).expect("the deployer is known") {
        DeployAnswer::Refused(error) => error,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// A deployer's next version and epoch.
fn counters(lab: &Lab, deployer: &str) -> (u64, u64) {
    let deployer = lab.deployer(deployer).expect("the deployer is known");
    (deployer.next_version(), deployer.epoch())
}

fn alias<'a>(lab: &'a Lab, name: &str) -> Option<&'a str> {
    lab.zone().get(name, RecordType::Alias).and_then(|record| record.targets().next())
}

fn lock(lab: &Lab) -> Option<Record> {
    lab.zone().get(names::LOCK, RecordType::Txt).cloned()
}
