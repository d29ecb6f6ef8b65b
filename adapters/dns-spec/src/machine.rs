//! The transitions: which calls are enabled, and what they do.

use std::{error, fmt};

use crate::action::{Call, Pick};
use crate::disabled::{Disabled, PickName};
use crate::id::{Deployer, IpSet, PlanId, PlanSet, Weights, plans_in};
use crate::instance::Instance;
use crate::label::Label;
use crate::record::{Lock, PublishedPlan, View};
use crate::state::State;

/// The initial state. It is the same for every instance.
///
/// ```
/// use itf_dns_spec::{Instance, init};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// assert_eq!(init(&instance).zone_records().len(), 4);
/// # Ok::<(), &str>(())
/// ```
pub fn init(_instance: &Instance) -> State {
    State::initial()
}

/// Executes a call: the next state, and the call with the picks that were really used.
///
/// A missing or stale pick from a set of one element is that element. The call that comes back has all its picks
/// and leads from the same state to the same next state.
///
/// # Errors
///
/// [`Disabled`] when the state has no successor for this call: the action is not enabled, or a pick is missing or
/// not in its set of two or more.
///
/// ```
/// use itf_dns_spec::{Call, Deployer, Instance, IpSet, Label, PlanId, Weights, init, step};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let plan = PlanId::numbered(1).ok_or("no such plan")?;
/// let (published, _) = step(&instance, &init(&instance), &Call::generate(plan, Weights::even(IpSet::first(1), 100)))?;
/// let (deployed, _) = step(&instance, &published, &Call::apply(Deployer::A))?;
/// assert_eq!(deployed.zone().root, plan);
///
/// let why = step(&instance, &deployed, &Call::apply(Deployer::A)).map(|_| ()).map_err(|disabled| disabled.to_string());
/// assert_eq!(why, Err("the next plan of deployer-a (index 1) is not published".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn step(instance: &Instance, state: &State, call: &Call) -> Result<(State, Call), Disabled> {
    let mut next = state.clone();
    let used = step_in_place(instance, &mut next, call)?;
    Ok((next, used))
}

/// [`step`] without a copy: turns the state into the next one and returns the call as really used.
///
/// # Errors
///
/// As [`step`]. The state is then as it was.
///
/// ```
/// use itf_dns_spec::{Call, Deployer, Instance, init, step_in_place};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let mut state = init(&instance);
/// assert!(step_in_place(&instance, &mut state, &Call::gc(Deployer::A)).is_err());
/// assert_eq!(state, init(&instance));
/// step_in_place(&instance, &mut state, &Call::query(Deployer::A))?;
/// assert_eq!(state.ghost_action().name(), "Sync");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn step_in_place(instance: &Instance, state: &mut State, call: &Call) -> Result<Call, Disabled> {
    match *call {
        Call::PlannerGenerate { plan_id, ips, weights } => {
            let plan_id = choose_plan_id(instance, state, plan_id)?;
            let ips = choose_ips(instance, ips)?;
            let weights = choose_weights(instance, ips, weights)?;
            generate(state, PublishedPlan { plan_id, weights });
            Ok(Call::generate(plan_id, weights))
        }
        Call::DeployerQuery { deployer, lock, root, rollback } => {
            let seen = state.core.zone;
            let lock = choose(lock, PickName::Lock, 1, |lock| lock == seen.lock, || seen.lock)?;
            let root = choose(root, PickName::Root, 1, |root| root == seen.root, || seen.root)?;
            let rollback =
                choose(rollback, PickName::Rollback, 1, |name| name == seen.rollback, || seen.rollback)?;
            query(state, deployer, View { lock, root, rollback });
            Ok(Call::DeployerQuery {
                deployer,
                lock: Pick::Of(lock),
                root: Pick::Of(root),
                rollback: Pick::Of(rollback),
            })
        }
        Call::DeployerBackoff { deployer } => {
            let lock = state.view(deployer).lock;
            if state.core.zone.lock == lock {
                return Err(Disabled::LockHeld { deployer, lock });
            }
            state.label = Label::Backoff { deployer, lock };
            Ok(*call)
        }
        Call::DeployerApply { deployer } => {
            let plan_id = applicable(state, deployer)?;
            apply(state, deployer, plan_id);
            Ok(*call)
        }
        Call::DeployerGc { deployer } => {
            let (old_plans, ids) = old_plans(instance, state, deployer);
            let next_plan = state.next_plan(deployer);
            if state.core.installed & ids == 0 {
                return Err(Disabled::NothingOld { deployer, next_plan });
            }
            state.core.installed &= !ids;
            state.label = Label::Cleanup { deployer, next_plan, old_plans };
            Ok(*call)
        }
    }
}

/// The one-element rule: what a pick comes to, given its set of choices.
fn choose<T: Copy>(
    pick: Pick<T>,
    name: PickName,
    choices: u32,
    is_choice: impl FnOnce(T) -> bool,
    only: impl FnOnce() -> T,
) -> Result<T, Disabled> {
    match pick {
        Pick::Of(value) if is_choice(value) => Ok(value),
        _ if choices == 1 => Ok(only()),
        Pick::Missing => Err(Disabled::PickMissing { pick: name, choices }),
        Pick::Foreign | Pick::Of(_) => Err(Disabled::PickStale { pick: name, choices }),
    }
}

/// The plans of the instance that are not yet published.
pub(crate) fn unpublished(instance: &Instance, state: &State) -> PlanSet {
    instance.plan_set() & !state.core.published
}

fn choose_plan_id(instance: &Instance, state: &State, pick: Pick<PlanId>) -> Result<PlanId, Disabled> {
    let left = unpublished(instance, state);
    let first = plans_in(left).next().ok_or(Disabled::NoPlanLeft)?;
    choose(pick, PickName::PlanId, left.count_ones(), |plan| left & plan.bit() != 0, || first)
}

fn choose_ips(instance: &Instance, pick: Pick<IpSet>) -> Result<IpSet, Disabled> {
    let all = instance.ips();
    let is_choice = |ips: IpSet| !ips.is_empty() && ips.is_subset_of(all);
    choose(pick, PickName::Ips, (1 << all.len()) - 1, is_choice, || all)
}

fn choose_weights(instance: &Instance, ips: IpSet, pick: Pick<Weights>) -> Result<Weights, Disabled> {
    let choices = instance.weight_count().pow(ips.len());
    let is_choice = |weights: Weights| weights.ips() == ips && instance.allows(weights);
    choose(pick, PickName::Weights, choices, is_choice, || Weights::even(ips, *instance.weights().start()))
}

fn generate(state: &mut State, plan: PublishedPlan) {
    state.core.published |= plan.plan_id.bit();
    state.plans.push(plan);
    state.label = Label::GeneratePlan { plan_id: plan.plan_id, weights: plan.weights };
}

fn query(state: &mut State, deployer: Deployer, view: View) {
    state.core.views[deployer.index()] = view;
    state.label = Label::Sync { deployer, view };
}

/// The plan that the deployer can install now.
fn applicable(state: &State, deployer: Deployer) -> Result<PlanId, Disabled> {
    let next_plan = state.next_plan(deployer);
    let plan = state
        .planner_updates()
        .get(usize::from(next_plan))
        .ok_or(Disabled::NoNextPlan { deployer, next_plan })?;
    let View { lock, root, .. } = state.view(deployer);
    if state.core.zone.lock != lock {
        return Err(Disabled::LockLost { deployer, lock });
    }
    // Apart from these two, CNAMEs lead to balancers, which are never a root. With the lock unchanged so is the
    // root, and this guard holds in every reachable state; it is here because the spec has it.
    if state.core.zone.root != root && state.core.zone.rollback != root {
        return Err(Disabled::RootLost { deployer, root });
    }
    Ok(plan.plan_id)
}

fn apply(state: &mut State, deployer: Deployer, plan_id: PlanId) {
    let View { lock, root: previous_root, .. } = state.view(deployer);
    let new_epoch = lock.epoch + 1;
    let written = View {
        lock: Lock { holder: Some(deployer), epoch: new_epoch },
        root: plan_id,
        rollback: previous_root,
    };
    state.core.zone = written;
    state.core.views[deployer.index()] = written;
    state.core.installed |= plan_id.bit();
    state.core.next_plan[deployer.index()] += 1;
    state.label = Label::Deploy {
        deployer,
        plan_id,
        previous_root,
        new_root: plan_id,
        rollback: previous_root,
        new_epoch,
    };
}

/// The plans that are old for a deployer, in the zone or not: how many, counted from index 0, and which.
fn old_plans(instance: &Instance, state: &State, deployer: Deployer) -> (u8, PlanSet) {
    let count = state.next_plan(deployer).saturating_sub(instance.max_plan_age());
    let ids = state.planner_updates().iter().take(usize::from(count));
    (count, ids.fold(0, |set, plan| set | plan.plan_id.bit()))
}

/// The call of a schedule that was disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisabledAt {
    /// The index of the call in the schedule, from 0.
    pub index: usize,
    /// Why.
    pub disabled: Disabled,
}

impl fmt::Display for DisabledAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {} is disabled: {}", self.index, self.disabled)
    }
}

impl error::Error for DisabledAt {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.disabled)
    }
}

/// Executes a schedule from the initial state: the initial state and one more a call.
///
/// # Errors
///
/// [`DisabledAt`] for the first call that is disabled.
///
/// ```
/// use itf_dns_spec::{Call, Deployer, Instance, replay};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// assert_eq!(replay(&instance, &[Call::query(Deployer::A)])?.len(), 2);
///
/// let refused = replay(&instance, &[Call::query(Deployer::A), Call::backoff(Deployer::A)]);
/// assert_eq!(refused.map_err(|at| at.index), Err(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replay(instance: &Instance, calls: &[Call]) -> Result<Vec<State>, DisabledAt> {
    let mut states = Vec::with_capacity(calls.len() + 1);
    let mut state = init(instance);
    for (index, call) in calls.iter().enumerate() {
        states.push(state.clone());
        step_in_place(instance, &mut state, call).map_err(|disabled| DisabledAt { index, disabled })?;
    }
    states.push(state);
    Ok(states)
}

/// Which picks of `planner_generate` to consider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choices {
    /// All of them: on `n3_5_3` up to 53,235 calls.
    All,
    /// One call: the first unpublished plan, only the least ip, with the least weight. Up to names and numbers that
    /// nothing in the spec depends on, it leads to the same future as all the others.
    Least,
}

/// The enabled calls of a state, each once and with all its picks: `planner_generate` first, then by deployer
/// `deployer_query`, `deployer_backoff`, `deployer_apply` and `deployer_gc`. There is always at least one.
///
/// ```
/// use itf_dns_spec::{Call, Choices, Deployer, Instance, enabled, init};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let state = init(&instance);
/// let actions: Vec<&str> = enabled(&instance, &state, Choices::Least).map(|call| call.action()).collect();
/// assert_eq!(actions, ["planner_generate", "deployer_query", "deployer_query", "deployer_query"]);
/// assert_eq!(enabled(&instance, &state, Choices::All).count(), 53_235 + 3);
/// # Ok::<(), &str>(())
/// ```
pub fn enabled<'a>(
    instance: &'a Instance,
    state: &'a State,
    choices: Choices,
) -> impl Iterator<Item = Call> + use<'a> {
    let taken = match choices {
        Choices::All => usize::MAX,
        Choices::Least => 1,
    };
    let generate = plans_in(unpublished(instance, state)).flat_map(move |plan| {
        let subsets = instance.ips().nonempty_subsets();
        subsets
            .flat_map(move |ips| all_weights(instance, ips))
            .map(move |weights| Call::generate(plan, weights))
    });
    generate.take(taken).chain(enabled_deployers(instance, state))
}

/// All maps from the ips to weights, the one with the least weights first.
fn all_weights(instance: &Instance, ips: IpSet) -> impl Iterator<Item = Weights> + use<> {
    let (least, base) = (*instance.weights().start(), instance.weight_count());
    (0..base.pow(ips.len())).map(move |mut number| {
        let digits = ips.iter().map(|ip| {
            let digit = number % base;
            number /= base;
            // A digit is less than the number of weights, which are all u8.
            (ip, least + u8::try_from(digit).unwrap_or(0))
        });
        digits.collect()
    })
}

fn enabled_deployers<'a>(instance: &'a Instance, state: &'a State) -> impl Iterator<Item = Call> + use<'a> {
    let View { lock, root, rollback } = state.core.zone;
    let of = Pick::Of(root);
    Deployer::ALL.into_iter().flat_map(move |deployer| {
        let query =
            Call::DeployerQuery { deployer, lock: Pick::Of(lock), root: of, rollback: Pick::Of(rollback) };
        let has_lock = state.view(deployer).lock == lock;
        let has_plan = applicable(state, deployer).is_ok();
        let has_old = state.core.installed & old_plans(instance, state, deployer).1 != 0;
        [
            Some(query),
            (!has_lock).then_some(Call::DeployerBackoff { deployer }),
            has_plan.then_some(Call::DeployerApply { deployer }),
            has_old.then_some(Call::DeployerGc { deployer }),
        ]
        .into_iter()
        .flatten()
    })
}
