//! What can be explored.

use crate::Fault;
use crate::engine::Random;

/// A space of states: where it starts, what can be done next, and what comes of it.
///
/// ```
/// use itf_adapters::Fault;
/// use itf_adapters::engine::{Breadth, Reached, Space, breadth_first};
///
/// /// Add three or double, from one.
/// struct Numbers;
/// impl Space for Numbers {
///     type State = u64;
///     type Call = &'static str;
///     fn actions(&self) -> Vec<String> { vec!["add".into(), "double".into()] }
///     fn action(&mut self, call: &&'static str) -> usize { usize::from(*call == "double") }
///     fn start(&mut self) -> Result<u64, Fault> { Ok(1) }
///     fn enabled(&mut self, _: &u64) -> Result<Vec<&'static str>, Fault> { Ok(vec!["add", "double"]) }
///     fn step(&mut self, n: &mut u64, call: &&'static str) -> Result<Option<&'static str>, Fault> {
///         *n = if *call == "add" { *n + 3 } else { *n * 2 };
///         Ok(Some(*call))
///     }
///     fn is_found(&mut self, n: &u64) -> Result<bool, Fault> { Ok(*n == 11) }
/// }
/// let report = breadth_first(&mut Numbers, &Breadth::default(), |n| *n)?;
/// assert_eq!(report.reached, Reached::Found { calls: vec!["add", "double", "add"], start: 0 });
/// # Ok::<(), Fault>(())
/// ```
pub trait Space {
    /// A state.
    type State: Clone;
    /// A call of an action, with its arguments and picks.
    type Call: Clone;

    /// The names of the actions, as far as they are known by now.
    fn actions(&self) -> Vec<String>;

    /// The position in [`Space::actions`] of the action that `call` calls.
    fn action(&mut self, call: &Self::Call) -> usize;

    /// How often an action is taken, compared with others, if nobody says.
    fn weight(&self, action: &str) -> u32 {
        let _ = action;
        1
    }

    /// The initial state.
    ///
    /// # Errors
    ///
    /// Trouble with the spec.
    fn start(&mut self) -> Result<Self::State, Fault>;

    /// All initial states, where there are several.
    ///
    /// # Errors
    ///
    /// Trouble with the spec, or it cannot list them.
    fn starts(&mut self) -> Result<Vec<Self::State>, Fault> {
        Ok(vec![self.start()?])
    }

    /// The initial state of a random walk, where there are several.
    ///
    /// # Errors
    ///
    /// As [`Space::start`].
    fn start_of(&mut self, random: &mut Random) -> Result<Self::State, Fault> {
        let _ = random;
        self.start()
    }

    /// The calls that can be made in a state. One that turns out to be disabled does no harm.
    ///
    /// # Errors
    ///
    /// Trouble with the spec, or it cannot list them.
    fn enabled(&mut self, state: &Self::State) -> Result<Vec<Self::Call>, Fault>;

    /// Some of the calls that can be made in a state, for a random walk, where there are too many to list.
    ///
    /// # Errors
    ///
    /// As [`Space::enabled`].
    fn sample(&mut self, state: &Self::State, random: &mut Random) -> Result<Vec<Self::Call>, Fault> {
        let _ = random;
        self.enabled(state)
    }

    /// Whether calls are [proposed](Space::propose) rather than listed for a random walk: where there are too many to list.
    fn proposes(&self) -> bool {
        false
    }

    /// A random call of the action at this position, which may be disabled; `None` if there is none.
    fn propose(&mut self, state: &Self::State, action: usize, random: &mut Random) -> Option<Self::Call> {
        let _ = (state, action, random);
        None
    }

    /// Makes a call: the state becomes the next one, and the call as it was really executed is returned. `None` if the call
    /// is disabled; then the state is as it was.
    ///
    /// # Errors
    ///
    /// Trouble with the spec.
    fn step(&mut self, state: &mut Self::State, call: &Self::Call) -> Result<Option<Self::Call>, Fault>;

    /// Whether this state is what is looked for.
    ///
    /// # Errors
    ///
    /// Trouble with the spec.
    fn is_found(&mut self, state: &Self::State) -> Result<bool, Fault>;
}
