//! Deployers, plans, ips and weights as small integers.

use std::fmt;

use crate::name;

/// The most plans an instance can have, so that sets of plans fit one machine word beside the initial plan.
pub const MAX_PLANS: usize = 31;

/// The most ips an instance can have.
pub const MAX_IPS: usize = 3;

/// One of the three deployers. Every instance has all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Deployer {
    /// `deployer-a`.
    A,
    /// `deployer-b`.
    B,
    /// `deployer-c`.
    C,
}

impl Deployer {
    /// All deployers, in the order of their names.
    pub const ALL: [Deployer; 3] = [Deployer::A, Deployer::B, Deployer::C];

    /// The name of the deployer in the model.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::Deployer::B.name(), "deployer-b");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Deployer::A => "deployer-a",
            Deployer::B => "deployer-b",
            Deployer::C => "deployer-c",
        }
    }

    /// The deployer of that name, or `None`.
    ///
    /// ```
    /// use itf_dns_spec::Deployer;
    ///
    /// assert_eq!(Deployer::named("deployer-c"), Some(Deployer::C));
    /// assert_eq!(Deployer::named("deployer-d"), None);
    /// ```
    pub fn named(name: &str) -> Option<Deployer> {
        Deployer::ALL.into_iter().find(|deployer| deployer.name() == name)
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Deployer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A plan: the initial one, or one of `PLAN_IDS`. Which of `PLAN_IDS` exist depends on the instance
/// ([`Instance::plan_ids`](crate::Instance::plan_ids)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(u8);

impl PlanId {
    /// The plan that the zone starts with. It is not one of `PLAN_IDS` and is never cleaned up.
    pub const INITIAL: PlanId = PlanId(0);

    /// The plan with that number in its name, counted from 0, or `None` for [`MAX_PLANS`] and above.
    ///
    /// ```
    /// use itf_dns_spec::PlanId;
    ///
    /// assert_eq!(PlanId::numbered(2).map(PlanId::name), Some("plan2.db.example.com"));
    /// assert_eq!(PlanId::numbered(31), None);
    /// ```
    pub fn numbered(number: usize) -> Option<PlanId> {
        // Index 0 is the initial plan.
        let index = u8::try_from(number).ok()?.checked_add(1)?;
        (number < MAX_PLANS).then_some(PlanId(index))
    }

    /// The name of the plan in the model, which is also the name of its records.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::PlanId::INITIAL.name(), "plan-init.db.example.com");
    /// ```
    pub fn name(self) -> &'static str {
        name::plan(self.index())
    }

    /// The plan of that name, or `None`. The plan need not belong to an instance at hand.
    ///
    /// ```
    /// use itf_dns_spec::PlanId;
    ///
    /// assert_eq!(PlanId::named("plan-init.db.example.com"), Some(PlanId::INITIAL));
    /// assert_eq!(PlanId::named("plan2.db.example.com"), PlanId::numbered(2));
    /// assert_eq!(PlanId::named("lock.example.com"), None);
    /// ```
    pub fn named(name: &str) -> Option<PlanId> {
        name::plan_index(name).and_then(|index| u8::try_from(index).ok()).map(PlanId)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The plan as a one-element [`PlanSet`].
    pub(crate) const fn bit(self) -> PlanSet {
        1 << self.0
    }

    pub(crate) const fn from_bit_number(number: u8) -> PlanId {
        PlanId(number)
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of plans: bit `k` stands for the plan with index `k`, bit 0 for the initial plan.
pub(crate) type PlanSet = u32;

/// The plans in a set, in ascending order.
pub(crate) fn plans_in(mut set: PlanSet) -> impl Iterator<Item = PlanId> {
    (0..32).filter_map(move |number| {
        let present = set & 1 == 1;
        set >>= 1;
        present.then_some(PlanId::from_bit_number(number))
    })
}

/// One of the addresses `192.0.2.1` and up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ip(u8);

impl Ip {
    /// The ip with that last number, or `None` outside `1..=`[`MAX_IPS`].
    ///
    /// ```
    /// use itf_dns_spec::Ip;
    ///
    /// assert_eq!(Ip::numbered(3).map(Ip::name), Some("192.0.2.3"));
    /// assert_eq!(Ip::numbered(0), None);
    /// ```
    pub fn numbered(number: usize) -> Option<Ip> {
        let index = u8::try_from(number.checked_sub(1)?).ok()?;
        (number <= MAX_IPS).then_some(Ip(index))
    }

    /// The address as text.
    ///
    /// ```
    /// use itf_dns_spec::Ip;
    ///
    /// assert_eq!(Ip::numbered(1).map(Ip::name), Some("192.0.2.1"));
    /// ```
    pub fn name(self) -> &'static str {
        name::ip(self.index())
    }

    /// The ip with that text, or `None`.
    ///
    /// ```
    /// use itf_dns_spec::Ip;
    ///
    /// assert_eq!(Ip::named("192.0.2.2"), Ip::numbered(2));
    /// assert_eq!(Ip::named("10.0.0.1"), None);
    /// ```
    pub fn named(name: &str) -> Option<Ip> {
        name::ip_index(name).and_then(|index| u8::try_from(index).ok()).map(Ip)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of ips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpSet(u8);

impl IpSet {
    /// The set of the first `count` ips; all of them when there are fewer.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::IpSet::first(2).len(), 2);
    /// ```
    pub fn first(count: usize) -> IpSet {
        (0..MAX_IPS).take(count).filter_map(|index| Ip::numbered(index + 1)).collect()
    }

    /// Whether the ip is in the set.
    ///
    /// ```
    /// use itf_dns_spec::{Ip, IpSet};
    ///
    /// let two: IpSet = Ip::numbered(2).into_iter().collect();
    /// assert!(Ip::numbered(2).is_some_and(|ip| two.contains(ip)));
    /// assert!(!Ip::numbered(1).is_some_and(|ip| two.contains(ip)));
    /// ```
    pub const fn contains(self, ip: Ip) -> bool {
        self.0 >> ip.0 & 1 == 1
    }

    /// Whether every ip of this set is in the other one.
    ///
    /// ```
    /// use itf_dns_spec::IpSet;
    ///
    /// assert!(IpSet::first(1).is_subset_of(IpSet::first(2)));
    /// assert!(!IpSet::first(2).is_subset_of(IpSet::first(1)));
    /// ```
    pub const fn is_subset_of(self, other: IpSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// How many ips are in the set.
    ///
    /// ```
    /// assert_eq!(itf_dns_spec::IpSet::default().len(), 0);
    /// ```
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the set has no ip.
    ///
    /// ```
    /// assert!(itf_dns_spec::IpSet::default().is_empty());
    /// ```
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The ips of the set, in ascending order.
    ///
    /// ```
    /// use itf_dns_spec::{Ip, IpSet};
    ///
    /// let names: Vec<&str> = IpSet::first(2).iter().map(Ip::name).collect();
    /// assert_eq!(names, ["192.0.2.1", "192.0.2.2"]);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = Ip> {
        (0..MAX_IPS).filter_map(|index| Ip::numbered(index + 1)).filter(move |ip| self.contains(*ip))
    }

    /// The non-empty subsets of this set. The first is the one with its least ip alone.
    pub(crate) fn nonempty_subsets(self) -> impl Iterator<Item = IpSet> {
        (1..=self.0).map(IpSet).filter(move |subset| subset.is_subset_of(self))
    }

    /// The subset that a number from `1..2^len` stands for: its bits say which of the ips are in.
    pub(crate) fn subset_numbered(self, number: u32) -> IpSet {
        self.iter().enumerate().filter(|(bit, _)| number >> bit & 1 == 1).map(|(_, ip)| ip).collect()
    }
}

impl FromIterator<Ip> for IpSet {
    fn from_iter<I: IntoIterator<Item = Ip>>(ips: I) -> IpSet {
        IpSet(ips.into_iter().fold(0, |set, ip| set | 1 << ip.0))
    }
}

/// A map from ips to weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weights {
    ips: IpSet,
    /// Zero where the ip is not in the domain, so that equal maps are equal bytes.
    by_ip: [u8; MAX_IPS],
}

impl Weights {
    /// The map that gives the same weight to every ip of the set.
    ///
    /// ```
    /// use itf_dns_spec::{IpSet, Weights};
    ///
    /// assert_eq!(Weights::even(IpSet::first(2), 100).ips(), IpSet::first(2));
    /// ```
    pub fn even(ips: IpSet, weight: u8) -> Weights {
        ips.iter().map(|ip| (ip, weight)).collect()
    }

    /// The domain of the map.
    ///
    /// ```
    /// use itf_dns_spec::{IpSet, Weights};
    ///
    /// assert!(Weights::default().ips().is_empty());
    /// ```
    pub const fn ips(self) -> IpSet {
        self.ips
    }

    /// The weight of an ip, or `None` when it is not in the domain.
    ///
    /// ```
    /// use itf_dns_spec::{Ip, IpSet, Weights};
    ///
    /// let weights = Weights::even(IpSet::first(1), 107);
    /// assert_eq!(Ip::numbered(1).and_then(|ip| weights.get(ip)), Some(107));
    /// assert_eq!(Ip::numbered(2).and_then(|ip| weights.get(ip)), None);
    /// ```
    pub fn get(self, ip: Ip) -> Option<u8> {
        self.ips.contains(ip).then(|| self.by_ip[ip.index()])
    }

    /// The pairs of the map, by ascending ip.
    ///
    /// ```
    /// use itf_dns_spec::{IpSet, Weights};
    ///
    /// assert_eq!(Weights::even(IpSet::first(3), 100).iter().count(), 3);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = (Ip, u8)> {
        self.ips.iter().map(move |ip| (ip, self.by_ip[ip.index()]))
    }
}

/// The last weight given to an ip counts.
impl FromIterator<(Ip, u8)> for Weights {
    fn from_iter<I: IntoIterator<Item = (Ip, u8)>>(pairs: I) -> Weights {
        let mut weights = Weights::default();
        for (ip, weight) in pairs {
            weights.ips.0 |= 1 << ip.0;
            weights.by_ip[ip.index()] = weight;
        }
        weights
    }
}
