//! The spec as a space to explore: at the speed of the machine, without ITF.

use itf_adapters::Fault;
use itf_adapters::engine::{Breadth, BreadthReport, Random, Space, breadth_first};

use crate::action::Call;
use crate::id::{Deployer, PlanId, Weights, plans_in};
use crate::instance::Instance;
use crate::machine::{Choices, enabled, init, step_in_place, unpublished};
use crate::property::Property;
use crate::reduction::{Reduction, essence, representative};
use crate::state::State;

/// What the spec can do, with a property that is looked for.
///
/// A random walk draws an action, and a deployer if the action needs one; if that is disabled it draws again, action and
/// all. So an action that is enabled for fewer deployers happens less often. All actions are equally likely but
/// `deployer_gc`, which is drawn a quarter as often as each of the others: with that about every tenth walk of 40 steps
/// on `n3_5_3` violates `no_inconsistent_root`, without it would be every fourth. Picks are uniform over their sets: a
/// plan not yet published, a non-empty set of ips, a weight for each.
///
/// ```
/// use itf_adapters::engine::{Walks, walk};
/// use itf_dns_spec::{DnsSpace, Instance, replay};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let walks = Walks { seed: 7, until_found: false, ..Walks::default() };
/// let first = walk(&mut DnsSpace::new(instance.clone(), None), &walks, 0)?;
/// assert_eq!(first.calls.len(), 40);
/// assert_eq!(replay(&instance, &first.calls)?.last(), Some(&first.end));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DnsSpace {
    instance: Instance,
    property: Option<Property>,
    choices: Choices,
}

/// The actions, in the order of [`DnsSpace::actions`].
pub(crate) const ACTIONS: [&str; 5] =
    ["planner_generate", "deployer_query", "deployer_backoff", "deployer_apply", "deployer_gc"];

impl DnsSpace {
    /// The space of an instance, with all picks of every action.
    ///
    /// ```
    /// use itf_adapters::engine::Space;
    /// use itf_dns_spec::{DnsSpace, Instance};
    /// let mut space = DnsSpace::new(Instance::named("n3_5_3").ok_or("no such instance")?, None);
    /// let start = space.start()?;
    /// assert_eq!(space.enabled(&start)?.len(), 53_238);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(instance: Instance, property: Option<Property>) -> Self {
        Self { instance, property, choices: Choices::All }
    }

    fn plan(&self, state: &State, random: &mut Random) -> Option<PlanId> {
        let left = unpublished(&self.instance, state);
        let count = left.count_ones();
        if count == 0 {
            return None;
        }
        plans_in(left).nth(random.below(count) as usize)
    }

    fn weights(&self, random: &mut Random) -> Weights {
        let all = self.instance.ips();
        let ips = all.subset_numbered(1 + random.below((1 << all.len()) - 1));
        let least = *self.instance.weights().start();
        let mut weight = || {
            let above = random.below(self.instance.weight_count());
            // `above` is less than the number of weights, which are all u8.
            least + u8::try_from(above).unwrap_or(0)
        };
        ips.iter().map(|ip| (ip, weight())).collect()
    }
}

impl Space for DnsSpace {
    type State = State;
    type Call = Call;

    fn actions(&self) -> Vec<String> {
        ACTIONS.map(str::to_owned).into()
    }

    fn action(&mut self, call: &Call) -> usize {
        match call {
            Call::PlannerGenerate { .. } => 0,
            Call::DeployerQuery { .. } => 1,
            Call::DeployerBackoff { .. } => 2,
            Call::DeployerApply { .. } => 3,
            Call::DeployerGc { .. } => 4,
        }
    }

    fn weight(&self, action: &str) -> u32 {
        if action == ACTIONS[4] { 1 } else { 4 }
    }

    fn start(&mut self) -> Result<State, Fault> {
        Ok(init(&self.instance))
    }

    fn enabled(&mut self, state: &State) -> Result<Vec<Call>, Fault> {
        Ok(enabled(&self.instance, state, self.choices).collect())
    }

    fn proposes(&self) -> bool {
        true
    }

    fn propose(&mut self, state: &State, action: usize, random: &mut Random) -> Option<Call> {
        if action == 0 {
            let plan = self.plan(state, random)?;
            return Some(Call::generate(plan, self.weights(random)));
        }
        let deployer = Deployer::ALL[random.below(3) as usize];
        Some(match action {
            1 => Call::query(deployer),
            2 => Call::backoff(deployer),
            3 => Call::apply(deployer),
            _ => Call::gc(deployer),
        })
    }

    fn step(&mut self, state: &mut State, call: &Call) -> Result<Option<Call>, Fault> {
        Ok(step_in_place(&self.instance, state, call).ok())
    }

    fn is_found(&mut self, state: &State) -> Result<bool, Fault> {
        Ok(self.property.is_some_and(|property| property.is_found_in(state)))
    }
}

/// Searches for a shortest trace to a state in which the property is found ([`Property::is_found_in`]).
///
/// The result depends on nothing but the arguments.
///
/// # Errors
///
/// None: the machine does not break.
///
/// ```
/// use itf_adapters::engine::{Breadth, Reached};
/// use itf_dns_spec::{Instance, Property, Reduction, shortest};
///
/// let instance = Instance::named("n3_5_3").ok_or("no such instance")?;
/// let report = shortest(&instance, Property::Plans3, Reduction::Views, &Breadth::default())?;
/// assert!(matches!(report.reached, Reached::Found { calls, .. } if calls.len() == 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shortest(
    instance: &Instance,
    property: Property,
    reduction: Reduction,
    bounds: &Breadth,
) -> Result<BreadthReport<Call>, Fault> {
    let choices = if reduction == Reduction::None { Choices::All } else { Choices::Least };
    let space = &mut DnsSpace { instance: instance.clone(), property: Some(property), choices };
    match reduction {
        Reduction::None => breadth_first(space, bounds, |state| (state.core, state.plans.clone())),
        Reduction::Picks => breadth_first(space, bounds, |state| state.core),
        Reduction::Deployers => breadth_first(space, bounds, |state| representative(&state.core)),
        Reduction::Views => breadth_first(space, bounds, |state| essence(&state.core)),
    }
}
