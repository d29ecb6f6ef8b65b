//! Calls: what a producer re-executes.

use std::fmt;

use itf::{Record, Str, Value};

/// The values of the nondeterministic choices inside an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Picks {
    /// In the order in which the action asks.
    InOrder(Vec<Value>),
    /// By the name of the choice.
    ByName(Record),
    /// The producer's own record of every choice it made; opaque to everybody else.
    Trail(Value),
}

/// A call of an action of a spec: one item of a schedule.
///
/// ```
/// use itf::{Record, Value};
/// use itf_adapters::Action;
/// let call = Action::new("deployer_gc").arg("deployer", "deployer-a");
/// assert_eq!(call.to_string(), r#"deployer_gc(deployer: "deployer-a")"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Action {
    /// The name of the action in the spec, which need not be that of the label in the trace.
    pub name: Str,
    /// Its arguments by name.
    pub args: Record,
    /// Its picks.
    pub picks: Picks,
}

impl Action {
    /// The call `name()` with no picks.
    ///
    /// ```
    /// assert_eq!(itf_adapters::Action::new("init").to_string(), "init");
    /// ```
    pub fn new(name: &str) -> Self {
        Self { name: Str::from(name), args: Record::default(), picks: Picks::ByName(Record::default()) }
    }

    /// This call with one more argument.
    ///
    /// ```
    /// # use itf_adapters::Action;
    /// assert!(Action::new("a").arg("n", 1).args.get("n").is_some());
    /// ```
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args = self.args.with(name, value.into());
        self
    }

    /// This call with other picks.
    ///
    /// ```
    /// # use itf_adapters::{Action, Picks};
    /// let call = Action::new("a").picks(Picks::InOrder(vec![1.into()]));
    /// assert_eq!(call.to_string(), "a [1]");
    /// ```
    #[must_use]
    pub fn picks(mut self, picks: Picks) -> Self {
        self.picks = picks;
        self
    }
}

/// `name(arg: value) [picks]`
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = itf::Label { name: self.name.clone(), args: self.args.clone() };
        write!(f, "{label}")?;
        match &self.picks {
            Picks::InOrder(picks) if picks.is_empty() => Ok(()),
            Picks::ByName(picks) if picks.is_empty() => Ok(()),
            Picks::InOrder(picks) => write!(f, " {}", Value::list(picks.iter())),
            Picks::ByName(picks) => write!(f, " {}", Value::Record(picks.clone())),
            Picks::Trail(_) => f.write_str(" […]"),
        }
    }
}
