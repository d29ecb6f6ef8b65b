//! What judges the candidates of a shrinker, where a producer re-executes them.

use std::collections::HashMap;

use itf::{Label, Labels, Record, State};
use itf_shrink::{Failure, Run, Verdict};

use crate::replay::Judges;
use crate::schedule::essence;
use crate::{Action, Fault, FaultKind, Judgement, Next, Producer, PropertyKind, System};

/// Judges a candidate by a property of the model: it fails at the first state in which the property is found.
///
/// The failure's kind is `invariant` or `example`, its site the name of the property.
pub struct ModelOracle<'a> {
    producer: &'a mut dyn Producer,
    property: String,
    kind: PropertyKind,
    strict: bool,
}

impl<'a> ModelOracle<'a> {
    /// The oracle that looks for `property`. If `strict`, a candidate with a disabled call is unresolved; else the call
    /// is skipped.
    ///
    /// # Errors
    ///
    /// `unsupported`, if the producer does not know the property; with those it knows.
    pub fn new(producer: &'a mut dyn Producer, property: &str, strict: bool) -> Result<Self, Fault> {
        let Some(found) = producer.property(property) else {
            return Err(crate::producer::no_property(producer, property));
        };
        let kind = found.kind;
        Ok(Self { producer, property: property.to_owned(), kind, strict })
    }

    fn judge(&mut self) -> Result<Option<Failure>, Fault> {
        let holds = self.producer.holds(&self.property)?;
        Ok(self.kind.is_found(holds).then(|| {
            let verb = if self.kind == PropertyKind::Invariant { "violated" } else { "reached" };
            Failure::new(self.kind.word(), &self.property, format!("{} is {verb}", self.property))
        }))
    }
}

impl itf_shrink::Oracle<Action> for ModelOracle<'_> {
    type State = Record;

    fn run(&mut self, candidate: &[Action]) -> Run<Action, Record> {
        let hidden = self.producer.labels();
        let mut run = Reexecution::new(&hidden, self.strict);
        let verdict = (|| {
            run.start(self.producer.reset()?);
            if let Some(failure) = self.judge()? {
                return Ok(Verdict::Fails(failure));
            }
            for call in candidate {
                if !run.call(self.producer, call)? {
                    continue;
                }
                if let Some(failure) = self.judge()? {
                    return Ok(Verdict::Fails(failure));
                }
            }
            Ok(Verdict::Passes)
        })();
        run.end(verdict)
    }
}

/// Judges a candidate on a system: the producer re-executes it, and every label is replayed at once.
///
/// The failure is that of the system's oracles. Trouble makes the candidate unresolved.
pub struct SystemOracle<'a> {
    producer: &'a mut dyn Producer,
    system: &'a mut System,
    strict: bool,
}

impl<'a> SystemOracle<'a> {
    /// The oracle that replays on `system`.
    pub fn new(producer: &'a mut dyn Producer, system: &'a mut System, strict: bool) -> Self {
        Self { producer, system, strict }
    }
}

impl itf_shrink::Oracle<Action> for SystemOracle<'_> {
    type State = Record;

    fn run(&mut self, candidate: &[Action]) -> Run<Action, Record> {
        let labels = self.producer.labels();
        let mut run = Reexecution::new(&labels, self.strict);
        let verdict = (|| {
            let initial = self.producer.reset()?;
            run.start(initial.clone());
            let mut on_system = self.system.begin(&initial)?;
            let mut before = initial;
            for call in candidate {
                if !run.call(self.producer, call)? {
                    continue;
                }
                let after = run.last().clone();
                let index = run.executed.len();
                let label =
                    labels.label(&after, index).map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
                let judges = Judges::default();
                let stepped = on_system.step(self.system, &judges, index, [&before, &after], &label)?;
                if let Judgement::Fail(failure) = stepped.judged {
                    return Ok(Verdict::Fails(failure));
                }
                before = after;
            }
            Ok(Verdict::Passes)
        })();
        run.end(verdict)
    }
}

/// A candidate while it is re-executed.
struct Reexecution {
    hidden: Vec<String>,
    strict: bool,
    executed: Vec<Action>,
    states: Vec<Record>,
    last: State,
}

/// Why a re-execution ends before its candidate does.
enum Stopped {
    Disabled(String),
    Broken(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault)
    }
}

impl Reexecution {
    fn new(labels: &Labels, strict: bool) -> Self {
        let hidden = labels.variables().into_iter().map(str::to_owned).collect();
        Self { hidden, strict, executed: Vec::new(), states: Vec::new(), last: State::default() }
    }

    fn start(&mut self, initial: State) {
        self.push(initial);
    }

    fn push(&mut self, state: State) {
        let hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        self.states.push(essence(&state, &hidden));
        self.last = state;
    }

    fn last(&self) -> &State {
        &self.last
    }

    /// Executes a call; false if it was disabled and skipped.
    fn call(&mut self, producer: &mut dyn Producer, call: &Action) -> Result<bool, Stopped> {
        match producer.execute(call)? {
            Next::State { state, picks } => {
                let mut call = call.clone();
                if let Some(picks) = picks {
                    call.picks = picks;
                }
                self.executed.push(call);
                self.push(state);
                Ok(true)
            }
            Next::Disabled(why) if self.strict => Err(Stopped::Disabled(why)),
            Next::Disabled(_) => Ok(false),
        }
    }

    fn end(self, verdict: Result<Verdict, Stopped>) -> Run<Action, Record> {
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(Stopped::Disabled(why)) => Verdict::invalid(why),
            Err(Stopped::Broken(fault)) => Verdict::fault(fault.to_string()),
        };
        Run { verdict, executed: self.executed, states: Some(self.states) }
    }
}

/// The classes of calls that a shrinker tries to delete at once: those of one action, of one value of an argument (an
/// actor), and of both.
///
/// ```
/// use itf_adapters::{Action, Classes};
/// let classes = Classes::of(&Action::new("sync").arg("deployer", "a"));
/// assert_eq!(classes, ["sync", "deployer=\"a\"", "sync deployer=\"a\""]);
/// ```
#[derive(Debug)]
pub struct Classes;

impl Classes {
    /// The names of the classes of `call`.
    ///
    /// ```
    /// use itf_adapters::{Action, Classes};
    /// assert_eq!(Classes::of(&Action::new("tick")), ["tick"]);
    /// ```
    pub fn of(call: &Action) -> Vec<String> {
        let mut classes = vec![call.name.to_string()];
        for (name, value) in call.args.iter() {
            classes.push(format!("{name}={value}"));
            classes.push(format!("{} {name}={value}", call.name));
        }
        classes
    }

    /// How many calls of each action there are, most first; ties by name.
    ///
    /// ```
    /// use itf::{Label, Record};
    /// let labels = ["b", "a", "b"].map(|name| Label::new(name, Record::default()));
    /// assert_eq!(itf_adapters::Classes::profile(&labels), [("b".to_owned(), 2), ("a".to_owned(), 1)]);
    /// ```
    pub fn profile<'a>(labels: impl IntoIterator<Item = &'a Label>) -> Vec<(String, usize)> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for label in labels {
            *counts.entry(label.name.to_string()).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}
