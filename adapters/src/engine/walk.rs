//! One random walk.

use crate::engine::profile::Tally;
use crate::engine::{Random, Space, walk_seed};
use crate::{Fault, FaultKind};

/// Draws of a call for one step before a walk counts as stuck, where calls are proposed and not listed.
const RETRIES: u32 = 10_000;

/// How random walks go, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walks {
    /// Decides all walks.
    pub seed: u64,
    /// The most walks.
    pub max_walks: u64,
    /// The most steps of one walk, the initial state not counted.
    pub max_steps: usize,
    /// How many findings are enough.
    pub max_findings: usize,
    /// Whether a walk ends where something is found. If not, every walk is a finding.
    pub until_found: bool,
    /// How often actions are taken, compared with each other; those not named as often as the space has it, and those
    /// with 0 never.
    pub weights: Vec<(String, u32)>,
}

/// 20,000 walks of 40 steps until the first finding, seed 1.
impl Default for Walks {
    fn default() -> Self {
        Self {
            seed: 1,
            max_walks: 20_000,
            max_steps: 40,
            max_findings: 1,
            until_found: true,
            weights: Vec::new(),
        }
    }
}

/// What a random walk did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk<S, C> {
    /// Its number in the search, from 0.
    pub number: u64,
    /// Its calls, as they were executed.
    pub calls: Vec<C>,
    /// The last state.
    pub end: S,
    /// Whether the last state is what was looked for. If so, no earlier one is.
    pub found: bool,
    /// Whether it ended early because nothing could be done.
    pub stuck: bool,
}

/// Makes the walk with this number, by itself: the same that a search makes.
///
/// For each step an action is drawn by weight, then one of its calls; if that is disabled, both are drawn again. So an
/// action of which few calls are enabled is taken less often where calls are proposed.
///
/// # Errors
///
/// Weights of unknown actions, or trouble with the spec.
///
/// ```
/// use itf_adapters::engine::{Space, Walks, walk};
/// # use itf_adapters::Fault;
/// # struct Coin;
/// # impl Space for Coin {
/// #     type State = u32;
/// #     type Call = u32;
/// #     fn actions(&self) -> Vec<String> { vec!["toss".into()] }
/// #     fn action(&mut self, _: &u32) -> usize { 0 }
/// #     fn start(&mut self) -> Result<u32, Fault> { Ok(0) }
/// #     fn enabled(&mut self, _: &u32) -> Result<Vec<u32>, Fault> { Ok(vec![0, 1]) }
/// #     fn step(&mut self, heads: &mut u32, side: &u32) -> Result<Option<u32>, Fault> { *heads += side; Ok(Some(*side)) }
/// #     fn is_found(&mut self, heads: &u32) -> Result<bool, Fault> { Ok(*heads == 3) }
/// # }
/// let tosses = walk(&mut Coin, &Walks::default(), 0)?;
/// assert!(tosses.found && tosses.end == 3);
/// # Ok::<(), Fault>(())
/// ```
pub fn walk<S: Space>(space: &mut S, walks: &Walks, number: u64) -> Result<Walk<S::State, S::Call>, Fault> {
    Walker::new(space, walks)?.walk(number)
}

/// Makes walks, and counts.
pub(super) struct Walker<'a, S: Space> {
    pub(super) space: &'a mut S,
    walks: &'a Walks,
    /// The weights of the actions known so far, by position, and their sum.
    weights: Vec<u32>,
    total: u32,
    pub(super) tally: Tally,
}

impl<'a, S: Space> Walker<'a, S> {
    pub(super) fn new(space: &'a mut S, walks: &'a Walks) -> Result<Self, Fault> {
        let known = space.actions();
        // A space that does not list its actions learns them on the way.
        let unknown = walks.weights.iter().find(|(name, _)| !known.is_empty() && !known.contains(name));
        if let Some((name, _)) = unknown {
            let message =
                format!("there is no action `{name}` to give a weight; there are {}", known.join(", "));
            return Err(Fault::new(FaultKind::Unsupported, message));
        }
        let mut walker = Self { space, walks, weights: Vec::new(), total: 0, tally: Tally::default() };
        walker.weigh(&known)?;
        Ok(walker)
    }

    fn weigh(&mut self, names: &[String]) -> Result<(), Fault> {
        for name in &names[self.weights.len()..] {
            let given = self.walks.weights.iter().find(|(action, _)| action == name);
            let weight = given.map_or_else(|| self.space.weight(name), |(_, weight)| *weight);
            let total = self.total.checked_add(weight);
            self.total = total.ok_or_else(|| {
                Fault::new(FaultKind::Invalid, "the weights of the actions come to more than 2^32")
            })?;
            self.weights.push(weight);
        }
        Ok(())
    }

    pub(super) fn walk(&mut self, number: u64) -> Result<Walk<S::State, S::Call>, Fault> {
        let mut random = Random::seeded(walk_seed(self.walks.seed, number));
        let mut end = self.space.start_of(&mut random)?;
        // Longer walks are rare and can grow: the limit may be "no limit".
        let mut calls = Vec::with_capacity(self.walks.max_steps.min(1 << 10));
        let looks = self.walks.until_found;
        let (mut found, mut stuck) = (looks && self.space.is_found(&end)?, false);
        while !found && !stuck && calls.len() < self.walks.max_steps {
            let used = if self.space.proposes() {
                self.proposed(&mut end, &mut random)?
            } else {
                self.listed(&mut end, &mut random)?
            };
            match used {
                Some(call) => calls.push(call),
                None => stuck = true,
            }
            found = looks && !stuck && self.space.is_found(&end)?;
        }
        Ok(Walk { number, calls, end, found, stuck })
    }

    fn proposed(&mut self, state: &mut S::State, random: &mut Random) -> Result<Option<S::Call>, Fault> {
        if self.total == 0 {
            return Ok(None);
        }
        for _ in 0..RETRIES {
            let action = self.draw(random.below(self.total));
            if let Some(call) = self.space.propose(state, action, random)
                && let Some(used) = self.space.step(state, &call)?
            {
                self.tally.take(action);
                return Ok(Some(used));
            }
            self.tally.refuse(action);
        }
        Ok(None)
    }

    /// The action of a number below the total.
    fn draw(&self, mut number: u32) -> usize {
        for (action, weight) in self.weights.iter().enumerate() {
            match number.checked_sub(*weight) {
                Some(rest) => number = rest,
                None => return action,
            }
        }
        0
    }

    fn listed(&mut self, state: &mut S::State, random: &mut Random) -> Result<Option<S::Call>, Fault> {
        // By action, in the order of the list: first an action is drawn, then one of its calls.
        let mut by_action: Vec<(usize, Vec<S::Call>)> = Vec::new();
        for call in self.space.sample(state, random)? {
            let action = self.space.action(&call);
            match by_action.iter_mut().find(|(known, _)| *known == action) {
                Some((_, calls)) => calls.push(call),
                None => by_action.push((action, vec![call])),
            }
        }
        let names = self.space.actions();
        if names.len() > self.weights.len() {
            self.weigh(&names)?;
        }
        by_action.retain(|(action, _)| self.weights[*action] > 0);
        while !by_action.is_empty() {
            let total = by_action.iter().map(|(action, _)| self.weights[*action]).sum();
            let mut number = random.below(total);
            let drawn = by_action.iter().position(|(action, _)| {
                let rest = number.checked_sub(self.weights[*action]);
                number = rest.unwrap_or(0);
                rest.is_none()
            });
            let Some(drawn) = drawn else { break };
            let (action, calls) = &mut by_action[drawn];
            let Some(position) = random.position(calls.len()) else { break };
            let call = calls.swap_remove(position);
            if let Some(used) = self.space.step(state, &call)? {
                self.tally.take(*action);
                return Ok(Some(used));
            }
            self.tally.refuse(*action);
            if calls.is_empty() {
                by_action.remove(drawn);
            }
        }
        Ok(None)
    }
}
