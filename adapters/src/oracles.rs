//! What judges the candidates of a shrinker, where a producer re-executes them.

use std::cell::RefCell;
use std::collections::HashMap;

use itf::expr::Expr;
use itf::{Label, Labels, Record, State, Trace, Value};
use itf_shrink::{Failure, Run, Verdict};

use crate::replay::{Judges, Run as OnSystem};
use crate::schedule::{essence, trace_of};
use crate::{
    Action, CommandOracle, Execution, Fault, FaultKind, Judgement, Next, Producer, PropertyKind, System,
};

/// Judges candidates that a producer re-executes: by a property of the model, by an expression, on a system, by a command, or
/// by several of these. A candidate fails at the step by which all of them have shown a failure.
///
/// The failure is that of the one; of several, kinds and sites are put together. Of a property the kind is `invariant` or
/// `example` and the site its name, of an expression they are `expression` and its text, of a system they come from what
/// judges the system. Trouble makes a candidate unresolved.
pub struct ProducerOracle<'a> {
    producer: &'a mut dyn Producer,
    strict: bool,
    property: Option<(String, PropertyKind)>,
    invariant: Option<Expr>,
    system: Option<&'a mut System>,
    only: &'a [String],
    command: Option<(&'a CommandOracle, &'a Trace)>,
    told: Option<&'a RefCell<Execution>>,
}

impl<'a> ProducerOracle<'a> {
    /// The oracle that has nothing to judge by yet: every candidate passes. If `strict`, a candidate with a disabled call is
    /// unresolved; else the call is skipped.
    pub fn new(producer: &'a mut dyn Producer, strict: bool) -> Self {
        Self {
            producer,
            strict,
            property: None,
            invariant: None,
            system: None,
            only: &[],
            command: None,
            told: None,
        }
    }

    /// Judges by this property, too: a candidate shows a failure in the first state in which the property is found.
    ///
    /// # Errors
    ///
    /// `unsupported`, if the producer does not know the property; with those it knows.
    pub fn property(mut self, name: &str) -> Result<Self, Fault> {
        let Some(found) = self.producer.property(name) else {
            return Err(crate::producer::no_property(self.producer, name));
        };
        self.property = Some((name.to_owned(), found.kind));
        Ok(self)
    }

    /// Judges by this expression, too, which should be true in every state (or, with primes, in every step).
    #[must_use]
    pub fn invariant(mut self, invariant: Expr) -> Self {
        self.invariant = Some(invariant);
        self
    }

    /// Judges on this system, too: every step is replayed on it at once, until it fails.
    #[must_use]
    pub fn system(mut self, system: &'a mut System) -> Self {
        self.system = Some(system);
        self
    }

    /// Of what the system does wrong, only failures of these kinds count; all if there are none.
    ///
    /// ```
    /// # use itf_adapters::ProducerOracle;
    /// fn outages<'a>(oracle: ProducerOracle<'a>, kinds: &'a [String]) -> ProducerOracle<'a> { oracle.only(kinds) }
    /// ```
    #[must_use]
    pub fn only(mut self, kinds: &'a [String]) -> Self {
        self.only = kinds;
        self
    }

    /// Judges by what this command says of the trace that executed, too, which is made with `header`. The command is asked when
    /// all else that was asked for has failed, about the trace up to there; and if nothing else was, about the whole trace.
    #[must_use]
    pub fn command(mut self, command: &'a CommandOracle, header: &'a Trace) -> Self {
        self.command = Some((command, header));
        self
    }

    /// After each run `last` has what executed in it, with whole states: an observer can make a trace of the best so far.
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// # use itf::{Label, Labels, State, Trace};
    /// # use itf_adapters::{Action, Execution, Fault, Next, Producer, ProducerOracle, Property};
    /// # struct Idle;
    /// # impl Producer for Idle {
    /// #     fn name(&self) -> String { "idle".into() }
    /// #     fn header(&self) -> Trace { Trace::new(["x"], []) }
    /// #     fn labels(&self) -> Labels { Labels::QuintMbt }
    /// #     fn properties(&self) -> Vec<Property> { Vec::new() }
    /// #     fn reset(&mut self) -> Result<State, Fault> { Ok(State::default()) }
    /// #     fn execute(&mut self, _: &Action) -> Result<Next, Fault> { Ok(Next::Disabled("never".into())) }
    /// #     fn holds(&mut self, _: &str) -> Result<bool, Fault> { Ok(true) }
    /// #     fn call(&self, label: &Label) -> Result<Action, Fault> { Ok(Action::new(&label.name)) }
    /// # }
    /// use itf_shrink::Oracle;
    /// let last = RefCell::new(Execution::default());
    /// ProducerOracle::new(&mut Idle, false).tell(&last).run(&[Action::new("tick")]);
    /// assert_eq!((last.borrow().calls.len(), last.borrow().states.len()), (0, 1));
    /// ```
    #[must_use]
    pub fn tell(mut self, last: &'a RefCell<Execution>) -> Self {
        self.told = Some(last);
        self
    }

    /// Looks at the last state of a run, and the step into it.
    fn look(
        &mut self,
        run: &mut Reexecution,
        before: Option<&State>,
        shown: &mut Shown,
    ) -> Result<(), Fault> {
        if let (Some((name, kind)), None) = (&self.property, &shown.property)
            && kind.is_found(self.producer.holds(name)?)
        {
            let verb = if *kind == PropertyKind::Invariant { "violated" } else { "reached" };
            shown.property = Some(Failure::new(kind.word(), name, format!("{name} is {verb}")));
        }
        if let (Some(expr), None) = (&self.invariant, &shown.invariant)
            && !holds(expr, before.map(|b| run.with_parameters(b)).as_ref(), &run.with_parameters(&run.last))?
        {
            let text = expr.text().split_whitespace().collect::<Vec<_>>().join(" ");
            shown.invariant = Some(Failure::new("expression", &text, format!("{text} is false")));
        }
        if let (Some(system), None) = (&mut self.system, &shown.system) {
            let Some(before) = before else {
                shown.on_system = Some(system.begin(&run.last)?);
                return Ok(());
            };
            let index = run.executed.len();
            let label = run.labels.label(&run.last, index);
            let label = label.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
            if let Some(on_system) = &mut shown.on_system {
                let judges = Judges::of_kinds(self.only);
                let stepped = on_system.step(system, &judges, index, [before, &run.last], &label)?;
                if let Judgement::Fail(failure) = stepped.judged {
                    shown.system = Some(failure);
                }
            }
        }
        Ok(())
    }

    /// The failure, if all that was asked for has failed.
    fn failure(&self, shown: &Shown) -> Option<Failure> {
        let wanted = [self.property.is_some(), self.invariant.is_some(), self.system.is_some()];
        let shown = [&shown.property, &shown.invariant, &shown.system];
        if wanted.iter().zip(shown).any(|(wanted, shown)| *wanted && shown.is_none()) {
            return None;
        }
        let mut all = shown.into_iter().flatten();
        let first = all.next()?.clone();
        Some(all.fold(first, |a, b| both(&a, b)))
    }

    fn judge(&mut self, candidate: &[Action], run: &mut Reexecution) -> Result<Verdict, Stopped> {
        let mut shown = Shown::default();
        run.push(self.producer.reset()?);
        self.look(run, None, &mut shown)?;
        if let Some(failure) = self.failure(&shown) {
            return Ok(self.by_command(run, Some(failure)));
        }
        for call in candidate {
            let before = run.last.clone();
            if run.call(self.producer, call)? {
                self.look(run, Some(&before), &mut shown)?;
                if let Some(failure) = self.failure(&shown) {
                    return Ok(self.by_command(run, Some(failure)));
                }
            }
        }
        let nothing_else = self.property.is_none() && self.invariant.is_none() && self.system.is_none();
        Ok(if nothing_else { self.by_command(run, None) } else { Verdict::Passes })
    }

    /// The last word about a trace of which all else has shown this failure.
    fn by_command(&self, run: &Reexecution, failure: Option<Failure>) -> Verdict {
        let Some((command, header)) = self.command else {
            return failure.map_or(Verdict::Passes, Verdict::Fails);
        };
        let trace = trace_of(header, run.whole.iter().flatten().cloned());
        match (command.judge(&trace), failure) {
            (Verdict::Fails(said), Some(failure)) => Verdict::Fails(both(&failure, &said)),
            (verdict, _) => verdict,
        }
    }
}

/// Two failures as one: each is part of the identity.
fn both(a: &Failure, b: &Failure) -> Failure {
    Failure {
        kind: format!("{} and {}", a.kind, b.kind),
        site: format!("{} and {}", a.site, b.site),
        message: format!("{}; {}", a.message, b.message),
    }
}

impl itf_shrink::Oracle<Action> for ProducerOracle<'_> {
    type State = Record;

    fn run(&mut self, candidate: &[Action]) -> Run<Action, Record> {
        let mut run = Reexecution::new(self.producer.labels(), self.strict);
        run.whole = (self.told.is_some() || self.command.is_some()).then(Vec::new);
        let verdict = self.judge(candidate, &mut run);
        if let (Some(told), Some(states)) = (self.told, run.whole.take()) {
            told.replace(Execution { calls: run.executed.clone(), states, disabled: None });
        }
        run.end(verdict)
    }
}

/// What has failed so far in a run.
#[derive(Default)]
struct Shown {
    property: Option<Failure>,
    invariant: Option<Failure>,
    system: Option<Failure>,
    on_system: Option<OnSystem>,
}

/// Whether the expression is true in a state, or in the step into it.
fn holds(expr: &Expr, before: Option<&State>, after: &State) -> Result<bool, Fault> {
    let value = match (expr.is_step(), before) {
        (false, _) => expr.eval(after),
        (true, Some(before)) => expr.eval_step(before, after),
        (true, None) => return Ok(true),
    };
    match value {
        Ok(Value::Bool(holds)) => Ok(holds),
        Ok(other) => {
            Err(Fault::new(FaultKind::Invalid, format!("`{}` is {other}, not true or false", expr.text())))
        }
        Err(error) => Err(Fault::new(FaultKind::Invalid, format!("`{}`: {error}", expr.text()))),
    }
}

/// A candidate while it is re-executed.
struct Reexecution {
    labels: Labels,
    hidden: Vec<String>,
    strict: bool,
    executed: Vec<Action>,
    states: Vec<Record>,
    /// The same with the labels and all else, if somebody wants them.
    whole: Option<Vec<State>>,
    /// The first state: it has the parameters.
    first: State,
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
    fn new(labels: Labels, strict: bool) -> Self {
        let hidden = labels.variables().into_iter().map(str::to_owned).collect();
        let (first, last) = (State::default(), State::default());
        Self { labels, hidden, strict, executed: Vec::new(), states: Vec::new(), whole: None, first, last }
    }

    fn push(&mut self, state: State) {
        let hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        if self.states.is_empty() {
            self.first = state.clone();
        }
        self.states.push(essence(&state, &hidden));
        if let Some(whole) = &mut self.whole {
            whole.push(state.clone());
        }
        self.last = state;
    }

    /// The state with what only the first one says: parameters.
    fn with_parameters(&self, state: &State) -> State {
        let missing = self.first.value.iter().filter(|(name, _)| state.get(name).is_none());
        let value = missing.fold(state.value.clone(), |all, (name, value)| all.with(name, value.clone()));
        State { meta: state.meta.clone(), value }
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
