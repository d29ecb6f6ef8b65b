//! The DNS control plane that takes itself down, without its addresses and weights: what is left of a plan is its
//! number. Three deployers apply plans in order and collect garbage by age; the bug is a root that names a plan
//! whose records are gone. With five plans and age three the shortest way has 11 steps, with thirty plans and age
//! twenty 45.

use itf_shrink::Normalise;

use super::Machine;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Dns {
    /// A plan with these weights. They are in the records and matter to nothing.
    Generate(u8),
    Query(u8),
    Backoff(u8),
    Apply(u8),
    Collect(u8),
}

/// What a root names: the initial plan, or one of the plans.
type Root = Option<u8>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Deployer {
    next: u8,
    /// The lock it has seen, by the number of updates before it.
    lock: u32,
    root: Root,
    rollback: Root,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Zone {
    /// The weights of the plans published so far.
    published: Vec<u8>,
    lock: u32,
    root: Root,
    rollback: Root,
    /// One bit a plan whose records are in the zone.
    present: u64,
    deployers: [Deployer; 3],
}

pub(crate) struct ControlPlane {
    pub(crate) plans: u8,
    pub(crate) age: u8,
    /// How many different weights there are for a plan.
    pub(crate) choices: u8,
    /// Weights of generate, query, backoff, apply, collect in random walks.
    pub(crate) walk: [u32; 5],
}

impl Machine for ControlPlane {
    type Call = Dns;
    type State = Zone;

    fn init(&self) -> Zone {
        Zone {
            published: Vec::new(),
            lock: 0,
            root: None,
            rollback: None,
            present: 0,
            deployers: [Deployer::default(); 3],
        }
    }

    fn step(&self, state: &Zone, call: Dns) -> Option<Zone> {
        let mut zone = state.clone();
        match call {
            Dns::Generate(weights) => {
                if zone.published.len() == usize::from(self.plans) {
                    return None;
                }
                zone.published.push(weights);
            }
            Dns::Query(d) => {
                let deployer = &mut zone.deployers[usize::from(d)];
                (deployer.lock, deployer.root, deployer.rollback) = (zone.lock, zone.root, zone.rollback);
            }
            Dns::Backoff(d) => {
                if zone.deployers[usize::from(d)].lock == zone.lock {
                    return None;
                }
            }
            Dns::Apply(d) => {
                let deployer = &mut zone.deployers[usize::from(d)];
                let known = deployer.root == zone.root || deployer.root == zone.rollback;
                if usize::from(deployer.next) >= zone.published.len() || deployer.lock != zone.lock || !known
                {
                    return None;
                }
                zone.present |= 1 << deployer.next;
                (zone.root, zone.rollback) = (Some(deployer.next), deployer.root);
                deployer.next += 1;
                zone.lock += 1;
                let deployer = &mut zone.deployers[usize::from(d)];
                (deployer.lock, deployer.root, deployer.rollback) = (zone.lock, zone.root, zone.rollback);
            }
            Dns::Collect(d) => {
                let next = zone.deployers[usize::from(d)].next;
                let old = (1_u64 << next.saturating_sub(self.age)) - 1;
                if zone.present & old == 0 {
                    return None;
                }
                zone.present &= !old;
            }
        }
        Some(zone)
    }

    fn bad(&self, zone: &Zone) -> bool {
        zone.root.is_some_and(|plan| zone.present & (1 << plan) == 0)
    }

    fn pool(&self) -> Vec<(Dns, u32)> {
        let [generate, query, backoff, apply, collect] = self.walk;
        let mut pool: Vec<(Dns, u32)> =
            (0..self.choices).map(|weights| (Dns::Generate(weights), generate)).collect();
        pool.extend((0..3).map(|d| (Dns::Query(d), query)));
        pool.extend((0..3).map(|d| (Dns::Backoff(d), backoff)));
        pool.extend((0..3).map(|d| (Dns::Apply(d), apply)));
        pool.extend((0..3).map(|d| (Dns::Collect(d), collect)));
        pool
    }

    fn classes(call: &Dns) -> Vec<String> {
        match call {
            Dns::Generate(_) => vec!["generate".to_owned()],
            Dns::Query(d) => of("query", *d),
            Dns::Backoff(d) => of("backoff", *d),
            Dns::Apply(d) => of("apply", *d),
            Dns::Collect(d) => of("collect", *d),
        }
    }
}

fn of(action: &str, deployer: u8) -> Vec<String> {
    vec![action.to_owned(), format!("deployer {deployer}"), format!("{action} {deployer}")]
}

/// The first weights for every plan, and deployers named in the order in which they first act.
pub(crate) struct Simplest;

impl Normalise<Dns> for Simplest {
    fn simpler(&self, call: &Dns) -> Vec<Dns> {
        match call {
            Dns::Generate(weights) => (0..*weights).map(Dns::Generate).collect(),
            _ => Vec::new(),
        }
    }

    fn rewrites(&self, calls: &[Dns]) -> Vec<Vec<Dns>> {
        let mut seen: Vec<u8> = Vec::new();
        let renamed = calls
            .iter()
            .map(|&call| {
                let (Dns::Query(d) | Dns::Backoff(d) | Dns::Apply(d) | Dns::Collect(d)) = call else {
                    return call;
                };
                if !seen.contains(&d) {
                    seen.push(d);
                }
                let d = u8::try_from(seen.iter().position(|s| *s == d).unwrap_or(0)).unwrap_or(0);
                match call {
                    Dns::Generate(_) => call,
                    Dns::Query(_) => Dns::Query(d),
                    Dns::Backoff(_) => Dns::Backoff(d),
                    Dns::Apply(_) => Dns::Apply(d),
                    Dns::Collect(_) => Dns::Collect(d),
                }
            })
            .collect();
        vec![renamed]
    }
}
