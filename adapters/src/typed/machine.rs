//! State machines in Rust.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::PropertyKind;
use crate::engine::Random;

/// A state machine in Rust types: with [`Spec`](super::Spec) it is a [`Producer`](crate::Producer).
///
/// A state that is a struct becomes the variables of a trace, field by field; any other the variable `state`. An action is
/// best an enum: its variants are the labels.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use itf_adapters::{Producer, Search, Spec, StateMachine, TypedProperty};
///
/// #[derive(Clone, Serialize)]
/// struct Account { balance: i64 }
///
/// #[derive(Clone, Serialize, Deserialize)]
/// enum Action { Deposit { amount: i64 }, Withdraw { amount: i64 } }
///
/// struct Bank;
/// impl StateMachine for Bank {
///     type State = Account;
///     type Action = Action;
///     fn init(&self) -> Account { Account { balance: 0 } }
///     fn step(&self, account: &Account, action: &Action) -> Option<Account> {
///         let balance = match action {
///             Action::Deposit { amount } => account.balance + amount,
///             Action::Withdraw { amount } if *amount <= account.balance + 1 => account.balance - amount,
///             Action::Withdraw { .. } => return None,
///         };
///         Some(Account { balance })
///     }
///     fn actions(&self, _: &Account) -> Vec<Action> {
///         (1..=2).flat_map(|amount| [Action::Deposit { amount }, Action::Withdraw { amount }]).collect()
///     }
///     fn properties(&self) -> Vec<TypedProperty<Self>> {
///         vec![TypedProperty::invariant("never_negative", |_, account: &Account| account.balance >= 0)]
///     }
/// }
///
/// let mut bank = Spec::new("bank", Bank);
/// let search = Search { property: Some("never_negative".into()), ..Search::default() };
/// let mut found = None;
/// bank.search(&search, &mut |trace| { found = Some(trace); std::ops::ControlFlow::Break(()) })?;
/// let last = found.and_then(|trace| trace.states.last().cloned()).ok_or("nothing found")?;
/// assert_eq!(last.get("balance"), Some(&(-1).into()));
/// assert_eq!(bank.labels().label(&last, 1)?.name, "Withdraw");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait StateMachine: Sync {
    /// A state.
    type State: Clone + Send + Serialize;
    /// An action with its arguments and picks.
    type Action: Clone + Send + Serialize + DeserializeOwned;

    /// The initial state.
    fn init(&self) -> Self::State;

    /// All initial states, if there are several: a recorded trace may begin in any of them, searches begin in
    /// [`StateMachine::init`].
    fn initial_states(&self) -> Vec<Self::State> {
        vec![self.init()]
    }

    /// The next state; `None` if the action is disabled.
    fn step(&self, state: &Self::State, action: &Self::Action) -> Option<Self::State>;

    /// The actions to try in a state, for random walks and searches; some may be disabled.
    fn actions(&self, state: &Self::State) -> Vec<Self::Action> {
        let _ = state;
        Vec::new()
    }

    /// Some actions to try in a state, for random walks, where there are too many to list.
    fn sample(&self, state: &Self::State, random: &mut Random) -> Vec<Self::Action> {
        let _ = random;
        self.actions(state)
    }

    /// What should hold, and what one looks for.
    fn properties(&self) -> Vec<TypedProperty<Self>> {
        Vec::new()
    }
}

/// A property of the states of a machine.
pub struct TypedProperty<M: StateMachine + ?Sized> {
    /// Its name.
    pub name: String,
    /// What finding it means.
    pub kind: PropertyKind,
    /// Whether it holds.
    pub holds: Holds<M>,
}

/// Whether a property holds in a state of a machine.
pub type Holds<M> = Box<dyn Fn(&M, &<M as StateMachine>::State) -> bool>;

impl<M: StateMachine + ?Sized> TypedProperty<M> {
    /// A property that should hold in every state.
    ///
    /// See [`StateMachine`] for an example.
    pub fn invariant(name: &str, holds: impl Fn(&M, &M::State) -> bool + 'static) -> Self {
        Self { name: name.to_owned(), kind: PropertyKind::Invariant, holds: Box::new(holds) }
    }

    /// A goal: a state in which it holds is looked for.
    ///
    /// ```
    /// # use itf_adapters::{StateMachine, TypedProperty};
    /// fn anything<M: StateMachine>() -> TypedProperty<M> { TypedProperty::example("anything", |_, _| true) }
    /// ```
    pub fn example(name: &str, holds: impl Fn(&M, &M::State) -> bool + 'static) -> Self {
        Self { name: name.to_owned(), kind: PropertyKind::Example, holds: Box::new(holds) }
    }
}
