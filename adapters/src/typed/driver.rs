//! Drivers in Rust types.

use itf::{Label, Record, State, Value};
use itf_shrink::Failure;
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned};

use super::panics::caught;
use super::spec::action_of;
use super::variants::variants_of;
use crate::{Bindings, Consumer, Fault, FaultKind, OwnAccount, Reply, System, View};

/// A driver of a system under test, in Rust types: with [`driven`] it is a [`System`].
///
/// It may panic, by `assert!` or by accident: that is a failure of the system, of kind `panic`, with the place in the code
/// as its site. After a panic the driver is dropped, and the next run gets a new one.
///
/// ```
/// use itf::{Label, Labels, Record, Trace};
/// use itf_adapters::{Driver, driven};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize)]
/// enum Action { Add { n: i64 }, Clear }
///
/// #[derive(Deserialize, Serialize)]
/// struct Shown { total: i64 }
///
/// #[derive(Default)]
/// struct Calculator { total: i64 }
/// impl Driver for Calculator {
///     type State = Shown;
///     type Action = Action;
///     type Reply = ();
///     type Observed = Shown;
///     fn reset(&mut self, initial: Shown) { self.total = initial.total; }
///     fn step(&mut self, action: Action) {
///         match action {
///             Action::Add { n } => self.total += n.min(9), // the bug
///             Action::Clear => self.total = 0,
///         }
///     }
///     fn observe(&mut self) -> Option<Shown> { Some(Shown { total: self.total }) }
/// }
///
/// let trace = &itf::read(br#"{"vars":["total","did"],"states":[{"total":0},
///     {"total":7,"did":{"tag":"Add","value":{"n":7}}},{"total":17,"did":{"tag":"Add","value":{"n":10}}}]}"#)?[0];
/// let mut system = driven("calculator", Calculator::default);
/// let run = system.replay(trace, &Labels::parse("variant:did")?, &mut |_| {})?;
/// assert_eq!(run.failure().map(|f| f.message.as_str()), Some("total: expected 17, observed 16"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Driver {
    /// The initial state of a trace, as far as the driver wants to know it; [`itf::Value`] takes any.
    type State: DeserializeOwned;
    /// What a step did.
    type Action: DeserializeOwned;
    /// What the system answers: a [`Reply`], a word for the outcome, or nothing.
    type Reply: Into<Reply>;
    /// What can be seen of the system: variables of the model by the same names, all or some of them. They are compared.
    type Observed: Serialize;

    /// Brings the system into the initial state.
    fn reset(&mut self, initial: Self::State);

    /// Does what a step did.
    fn step(&mut self, action: Self::Action) -> Self::Reply;

    /// What the system looks like now, if it can be seen.
    fn observe(&mut self) -> Option<Self::Observed> {
        None
    }

    /// The names of the actions it knows: those of the variants of [`Driver::Action`], unless said otherwise.
    fn actions() -> Vec<String> {
        variants_of::<Self::Action>()
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::new("done")
    }
}

impl From<&str> for Reply {
    fn from(outcome: &str) -> Self {
        Self::new(outcome)
    }
}

impl From<String> for Reply {
    fn from(outcome: String) -> Self {
        Self::new(outcome)
    }
}

/// The system that a driver drives; `make` makes one for the first run, and one after each panic.
///
/// See [`Driver`] for an example.
pub fn driven<D: Driver + 'static>(name: &str, make: impl FnMut() -> D + 'static) -> System {
    let consumer = Driven { name: name.to_owned(), make: Box::new(make), driver: None };
    let mut system = System::new(Box::new(consumer));
    system.oracles.push(Box::new(OwnAccount));
    system.view = Some(Box::new(Shown));
    system.compare_views = true;
    system
}

struct Driven<D> {
    name: String,
    make: Box<dyn FnMut() -> D>,
    /// Gone after a panic.
    driver: Option<D>,
}

impl<D: Driver> Driven<D> {
    fn driver(&mut self) -> Result<&mut D, Fault> {
        let message = "the driver panicked before and is gone";
        self.driver.as_mut().ok_or_else(|| Fault::new(FaultKind::Failed, message))
    }

    /// What broke cannot be trusted; that it may panic once more when it is dropped is no news.
    fn give_up(&mut self) {
        let gone = self.driver.take();
        let _ = caught(move || drop(gone));
    }
}

impl<D: Driver> Consumer for Driven<D> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn actions(&self) -> Vec<String> {
        D::actions()
    }

    fn reset(&mut self, initial: &State) -> Result<Reply, Fault> {
        let typed = D::State::deserialize(&Value::Record(initial.value.clone()));
        let typed = typed.map_err(|e| Fault::new(FaultKind::Invalid, format!("the initial state: {e}")))?;
        let mut driver = self.driver.take();
        let make = &mut self.make;
        let ready = caught(|| {
            let mut driver = driver.take().unwrap_or_else(make);
            driver.reset(typed);
            driver
        });
        let driver = ready.map_err(|panic| {
            let message =
                format!("the driver panicked at {} when it was reset: {}", panic.place, panic.message);
            Fault::new(FaultKind::Failed, message)
        })?;
        self.driver = Some(driver);
        Ok(Reply::new("reset"))
    }

    fn execute(&mut self, label: &Label) -> Result<Reply, Fault> {
        let action: D::Action = action_of(label)?;
        let driver = self.driver()?;
        match caught(|| driver.step(action).into()) {
            Ok(reply) => Ok(reply),
            Err(panic) => {
                self.give_up();
                let message = format!("panicked at {}: {}", panic.place, panic.message);
                Ok(Reply::new("panicked").saying(&panic.message).failing(Failure::new(
                    "panic",
                    panic.place,
                    message,
                )))
            }
        }
    }

    fn observe(&mut self) -> Result<Option<Value>, Fault> {
        let Some(driver) = &mut self.driver else { return Ok(None) };
        match caught(|| driver.observe()) {
            Ok(seen) => {
                let seen = seen.as_ref().map(itf::to_value).transpose();
                seen.map_err(|e| Fault::new(FaultKind::Failed, format!("what was observed is no ITF: {e}")))
            }
            Err(panic) => {
                self.give_up();
                let message = format!(
                    "the driver panicked at {} when it was looked at: {}",
                    panic.place, panic.message
                );
                Err(Fault::new(FaultKind::Failed, message))
            }
        }
    }
}

/// Variables of the model that the system shows by the same names, all or some of them.
struct Shown;

impl View for Shown {
    fn of_model(&self, state: &State) -> Record {
        state.value.map_values(|_, value| value.unified())
    }

    fn of_system(&self, observed: &Value, bindings: &Bindings) -> Record {
        let seen = bindings.to_model(observed);
        seen.as_record().map(|record| record.map_values(|_, value| value.unified())).unwrap_or_default()
    }

    fn is_partial(&self) -> bool {
        true
    }
}
