//! Random walks.

use crate::action::Call;
use crate::id::{Deployer, PlanId, Weights, plans_in};
use crate::instance::Instance;
use crate::machine::{init, step_in_place, unpublished};
use crate::property::Property;
use crate::search::rng::{Random, mix};
use crate::state::State;

/// What a random walk did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The seed of this walk: [`walk()`] with it makes the same walk again.
    pub seed: u64,
    /// The calls, all enabled and with all their picks. [`replay`](crate::replay) gives the states, one more than calls.
    pub calls: Vec<Call>,
    /// The last state.
    pub end: State,
    /// Whether the last state is what was looked for. If so, no earlier one is.
    pub found: bool,
}

/// Walks at random from the initial state, until the property is found ([`Property::is_found_in`]) or after
/// `max_steps` steps. Without a property it always makes all steps.
///
/// For each step the walk draws an action, and a deployer if the action needs one; if that is disabled it draws again,
/// action and all. So an action that is enabled for fewer deployers happens less often. All actions are equally
/// likely but `deployer_gc`, which is drawn a quarter as often as each of the others: with that about every tenth
/// walk of 40 steps on `n3_5_3` violates `no_inconsistent_root`, without it would be every fourth. Picks are uniform
/// over their sets: a plan not yet published, a non-empty set of ips, a weight for each.
///
/// A seed stands for the same walk on every platform; the generator is Xoshiro256++.
///
/// ```
/// use itf_dns_spec::{Instance, replay, walk};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let first = walk(&instance, None, 7, 40);
/// assert_eq!(first.calls.len(), 40);
/// assert_eq!(replay(&instance, &first.calls)?.last(), Some(&first.end));
/// assert_eq!(walk(&instance, None, 7, 40), first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn walk(instance: &Instance, property: Option<Property>, seed: u64, max_steps: usize) -> Walk {
    let mut random = Random::seeded(seed);
    let mut state = init(instance);
    // Longer walks are rare and can grow: the limit may be "no limit".
    let mut calls = Vec::with_capacity(max_steps.min(1 << 10));
    let is_found = |state: &State| property.is_some_and(|property| property.is_found_in(state));
    let mut found = is_found(&state);
    while !found && calls.len() < max_steps {
        let call = draw(instance, &state, &mut random);
        if let Some(used) = call.and_then(|call| step_in_place(instance, &mut state, &call).ok()) {
            calls.push(used);
            found = is_found(&state);
        }
    }
    Walk { seed, calls, end: state, found }
}

/// A call that may or may not be enabled; `None` when there is no plan left to publish.
fn draw(instance: &Instance, state: &State, random: &mut Random) -> Option<Call> {
    // Four tickets for each action, one for the cleanup.
    let action = random.below(4 * 4 + 1) / 4;
    if action == 0 {
        let plan = draw_plan(instance, state, random)?;
        return Some(Call::generate(plan, draw_weights(instance, random)));
    }
    let deployer = Deployer::ALL[random.below(3) as usize];
    Some(match action {
        1 => Call::query(deployer),
        2 => Call::backoff(deployer),
        3 => Call::apply(deployer),
        _ => Call::gc(deployer),
    })
}

fn draw_plan(instance: &Instance, state: &State, random: &mut Random) -> Option<PlanId> {
    let left = unpublished(instance, state);
    let count = left.count_ones();
    if count == 0 {
        return None;
    }
    plans_in(left).nth(random.below(count) as usize)
}

fn draw_weights(instance: &Instance, random: &mut Random) -> Weights {
    let all = instance.ips();
    let ips = all.subset_numbered(1 + random.below((1 << all.len()) - 1));
    let least = *instance.weights().start();
    let weight = |random: &mut Random| {
        let above = random.below(instance.weight_count());
        // `above` is less than the number of weights, which are all u8.
        least + u8::try_from(above).unwrap_or(0)
    };
    ips.iter().map(|ip| (ip, weight(random))).collect()
}

/// The seed of the walk number `index` (from 0) of a search with that seed.
///
/// ```
/// assert_ne!(itf_dns_spec::walk_seed(1, 0), itf_dns_spec::walk_seed(1, 1));
/// ```
pub const fn walk_seed(seed: u64, index: u64) -> u64 {
    // Mixed twice, so that neighbouring seeds do not share their walks.
    mix(mix(seed).wrapping_add(index))
}

/// How far a random search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomSearch {
    /// Decides all walks, through [`walk_seed`].
    pub seed: u64,
    /// The most walks to make.
    pub max_walks: u64,
    /// The most steps of one walk, the initial state not counted.
    pub max_steps: usize,
}

/// What a random search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomReport {
    /// The first walk, by number, that found the property; `None` when none did.
    pub found: Option<Walk>,
    /// The walks made, that one included.
    pub walks: u64,
    /// The steps of all these walks together.
    pub steps: u64,
}

/// Makes random walks until one finds the property.
///
/// ```
/// use itf_dns_spec::{Instance, Property, RandomSearch, random_search};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let search = RandomSearch { seed: 1, max_walks: 1000, max_steps: 40 };
/// let report = random_search(&instance, Property::NoInconsistentRoot, &search);
/// let walk = report.found.ok_or("no violation")?;
/// assert!(!Property::NoInconsistentRoot.holds(&walk.end));
/// # Ok::<(), &str>(())
/// ```
pub fn random_search(instance: &Instance, property: Property, search: &RandomSearch) -> RandomReport {
    let mut report = RandomReport { found: None, walks: 0, steps: 0 };
    while report.found.is_none() && report.walks < search.max_walks {
        let seed = walk_seed(search.seed, report.walks);
        let walk = walk(instance, Some(property), seed, search.max_steps);
        report.walks += 1;
        report.steps += walk.calls.len() as u64;
        report.found = walk.found.then_some(walk);
    }
    report
}
