//! Systems under test.

use itf::{Label, Record, State, Value};
use itf_shrink::Failure;

use crate::Fault;

/// What a system answered to an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The outcome in the system's own word: `installed`, `idle`, `refused`.
    pub outcome: String,
    /// What the system said besides.
    pub detail: Option<String>,
    /// Pairs of a model value and the system's value that stands for it.
    pub binds: Vec<(Value, Value)>,
    /// What is wrong with the system by its own account, whatever a model would say.
    pub failure: Option<Failure>,
}

impl Reply {
    /// A reply with nothing but an outcome.
    ///
    /// ```
    /// assert_eq!(itf_adapters::Reply::new("idle").outcome, "idle");
    /// ```
    pub fn new(outcome: impl Into<String>) -> Self {
        Self { outcome: outcome.into(), detail: None, binds: Vec::new(), failure: None }
    }

    /// This reply, with what the system said besides.
    ///
    /// ```
    /// # use itf_adapters::Reply;
    /// assert_eq!(Reply::new("refused").saying("stale lock").to_string(), "refused: stale lock");
    /// ```
    #[must_use]
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// This reply, of a system that finds itself in the wrong.
    ///
    /// ```
    /// use itf_adapters::Reply;
    /// let failure = itf_shrink::Failure::new("outage", "root", "the root resolves to nothing");
    /// assert!(Reply::new("cleaned").failing(failure).failure.is_some());
    /// ```
    #[must_use]
    pub fn failing(mut self, failure: Failure) -> Self {
        self.failure = Some(failure);
        self
    }

    /// This reply, which binds the model's value to the system's.
    ///
    /// ```
    /// # use itf_adapters::Reply;
    /// assert_eq!(Reply::new("made").binding("plan0", "plan-001").binds.len(), 1);
    /// ```
    #[must_use]
    pub fn binding(mut self, model: impl Into<Value>, system: impl Into<Value>) -> Self {
        self.binds.push((model.into(), system.into()));
        self
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.outcome)?;
        self.detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

/// A driver of the system under test: it executes labels and reports what it observed.
pub trait Consumer {
    /// What it is, as one writes it: `dns-lab`.
    fn name(&self) -> String;

    /// The names of the labels it can execute.
    fn actions(&self) -> Vec<String>;

    /// Brings the system into the initial state of a run.
    ///
    /// # Errors
    ///
    /// Trouble with the system; the run does not begin.
    fn reset(&mut self, initial: &State) -> Result<Reply, Fault>;

    /// Executes what a label says. That the system refuses is an outcome, not an error.
    ///
    /// # Errors
    ///
    /// An unknown or ill-typed label, or trouble with the system; the run ends.
    fn execute(&mut self, label: &Label) -> Result<Reply, Fault>;

    /// What the last answer has shown of the system, if it has shown it: nothing is asked for that.
    ///
    /// ```
    /// # use itf_adapters::Consumer;
    /// fn is_seen(system: &dyn Consumer) -> bool { system.shown().is_some() }
    /// ```
    fn shown(&self) -> Option<Value> {
        None
    }

    /// What the system looks like now, in its own vocabulary; `None` if it cannot be seen.
    ///
    /// # Errors
    ///
    /// Trouble with the system; the run ends.
    fn observe(&mut self) -> Result<Option<Value>, Fault>;
}

/// Which value of the system stands for which value of the model.
///
/// ```
/// use itf::Value;
/// use itf_adapters::Bindings;
/// let mut names = Bindings::default();
/// names.bind("plan0".into(), "plan-001".into());
/// let seen = Value::set([Value::from("plan-001"), Value::from("other")]);
/// assert_eq!(names.to_model(&seen), Value::set([Value::from("plan0"), Value::from("other")]));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    pairs: Vec<(Value, Value)>,
}

impl Bindings {
    /// Binds the model's value to the system's. What was bound to either before is forgotten.
    ///
    /// ```
    /// # use itf_adapters::Bindings;
    /// let mut names = Bindings::default();
    /// names.bind(1.into(), 10.into());
    /// assert_eq!(names.pairs().len(), 1);
    /// ```
    pub fn bind(&mut self, model: Value, system: Value) {
        self.pairs.retain(|(m, s)| *m != model && *s != system);
        self.pairs.push((model, system));
    }

    /// The pairs of the model's and the system's values, in the order they were bound.
    ///
    /// ```
    /// assert!(itf_adapters::Bindings::default().pairs().is_empty());
    /// ```
    pub fn pairs(&self) -> &[(Value, Value)] {
        &self.pairs
    }

    /// The system's value bound to a value of the model.
    ///
    /// ```
    /// # use itf_adapters::Bindings;
    /// let mut names = Bindings::default();
    /// names.bind("a".into(), "x".into());
    /// assert_eq!(names.system(&"a".into()), Some(&"x".into()));
    /// ```
    pub fn system(&self, model: &Value) -> Option<&Value> {
        self.pairs.iter().find(|(m, _)| m == model).map(|(_, s)| s)
    }

    /// `value` with every bound value of the system in it replaced by the model's.
    ///
    /// ```
    /// # use itf_adapters::Bindings;
    /// assert_eq!(Bindings::default().to_model(&1.into()), 1.into());
    /// ```
    pub fn to_model(&self, value: &Value) -> Value {
        if let Some((model, _)) = self.pairs.iter().find(|(_, system)| system == value) {
            return model.clone();
        }
        let each = |v: &Value| self.to_model(v);
        match value {
            Value::List(l) => Value::list(l.iter().map(each)),
            Value::Tuple(t) => Value::tuple(t.iter().map(each)),
            Value::Set(s) => Value::set(s.iter().map(each)),
            Value::Map(m) => Value::map(m.iter().map(|(k, v)| (each(k), each(v)))),
            Value::Record(r) => Value::Record(r.map_values(|_, v| each(v))),
            Value::Variant(v) => Value::variant(v.tag(), each(v.payload())),
            other => other.clone(),
        }
    }
}

/// What model and system are both mapped to before they are compared: a record, so that a difference has a name.
pub trait View {
    /// The view of a state of the model.
    fn of_model(&self, state: &State) -> Record;

    /// The view of what was observed of the system, in the model's vocabulary.
    fn of_system(&self, observed: &Value, bindings: &Bindings) -> Record;

    /// Whether a system shows what it likes: a field that is not in what it shows is then no matter.
    fn is_partial(&self) -> bool {
        false
    }

    /// What of the view a state of the model does not have, so that nothing can be said of it: a name, if there is one.
    fn lacks(&self, _state: &State) -> Option<String> {
        None
    }
}
