//! Schedules: from a recorded trace to calls, and from calls to a trace.

use itf::{Label, Labels, Record, State, Trace};

use crate::{Action, Fault, FaultKind, Next, Picks, Producer};

/// A schedule that was made from a recorded trace, and how well it fits.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The calls: one less than the states of the trace.
    pub calls: Vec<Action>,
    /// The first state, by index, which re-execution does not reach as it was recorded; then the trace is of another
    /// spec, or of another version of it.
    pub differs_at: Option<usize>,
    /// Of the label of that state, by name, what is neither an argument nor a pick of the call: it was taken for a mere
    /// record. Where the producer forgot to name it, that is why the state is not reached.
    pub not_sent: Vec<String>,
}

/// The schedule of a recorded trace, re-executed once to see that the producer reaches the recorded states.
///
/// # Errors
///
/// A step without a label, a label the producer does not know, trouble with the producer, a trace without states.
pub fn schedule_of(producer: &mut dyn Producer, trace: &Trace, labels: &Labels) -> Result<Learned, Fault> {
    let Some(initial) = trace.states.first() else {
        return Err(Fault::new(FaultKind::Invalid, "the trace has no states"));
    };
    let hidden = labels.variables();
    let vars = producer.header().vars;
    let same = |ours: &State, theirs: &State| is_recorded(&vars, &hidden, ours, theirs);
    let mut learned = producer.learn(trace, labels).transpose()?.map(Vec::into_iter);
    let mut differs_at = (!same(&producer.reset()?, initial)).then_some(0);
    let mut calls = Vec::with_capacity(trace.states.len());
    let mut not_sent = Vec::new();
    for (index, state) in trace.states.iter().enumerate().skip(1) {
        let mut call = if let Some(learned) = &mut learned {
            learned.next().ok_or_else(|| {
                let message = format!("{} found no call for state {index}", producer.name());
                Fault::new(FaultKind::Invalid, message)
            })?
        } else {
            let label = labels.label(state, index);
            let label = label.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
            let call = producer.call(&label)?;
            if differs_at.is_none() {
                not_sent = left_out(&label, &call);
            }
            call
        };
        if differs_at.is_none() {
            let next = producer.execute(&call).map_err(|fault| not_named(fault, &call, &not_sent))?;
            match next {
                Next::State { state: ours, picks } => {
                    if !same(&ours, state) {
                        differs_at = Some(index);
                    }
                    if let Some(picks) = picks {
                        call.picks = picks;
                    }
                }
                Next::Disabled(_) => differs_at = Some(index),
            }
        }
        calls.push(call);
    }
    if differs_at.is_none() {
        not_sent.clear();
    }
    Ok(Learned { calls, differs_at, not_sent })
}

/// What a label has and its call has not.
fn left_out(label: &Label, call: &Action) -> Vec<String> {
    let picked = |name: &str| match &call.picks {
        Picks::ByName(picks) => picks.get(name).is_some(),
        // They have no names.
        Picks::InOrder(_) | Picks::Trail(_) => true,
    };
    let is_sent = |name: &str| call.args.get(name).is_some() || picked(name);
    label.args.names().iter().map(ToString::to_string).filter(|name| !is_sent(name)).collect()
}

/// A call that cannot be executed may lack what its label has.
fn not_named(mut fault: Fault, call: &Action, not_sent: &[String]) -> Fault {
    if !not_sent.is_empty() {
        let (said, names) = (&fault.message, not_sent.join(", "));
        fault.message = format!(
            "{said}; its label has {names}, which the spec names neither as arguments nor as picks of {}",
            call.name
        );
    }
    fault
}

/// Whether a state of the producer is the recorded one, the labels left out: what was not recorded cannot differ.
pub(crate) fn is_recorded(vars: &[String], hidden: &[&str], ours: &State, recorded: &State) -> bool {
    vars.iter().filter(|v| !hidden.contains(&v.as_str())).all(|v| match (ours.get(v), recorded.get(v)) {
        (Some(a), Some(b)) => a == b || a.unified() == b.unified(),
        (_, b) => b.is_none(),
    })
}

/// The conventions by which a trace may say what its steps did, likeliest first: the given one, or those that fit the trace.
/// For a producer that reads states it is its own, where none fits.
///
/// ```
/// # use itf::{Label, Labels, State, Trace};
/// # use itf_adapters::{Action, Fault, Next, Producer, Property};
/// # struct Reader;
/// # impl Producer for Reader {
/// #     fn name(&self) -> String { "reader".into() }
/// #     fn header(&self) -> Trace { Trace::new(["x"], []) }
/// #     fn labels(&self) -> Labels { Labels::QuintMbt }
/// #     fn properties(&self) -> Vec<Property> { Vec::new() }
/// #     fn reset(&mut self) -> Result<State, Fault> { Ok(State::default()) }
/// #     fn execute(&mut self, _: &Action) -> Result<Next, Fault> { Ok(Next::Disabled("never".into())) }
/// #     fn holds(&mut self, _: &str) -> Result<bool, Fault> { Ok(true) }
/// #     fn call(&self, label: &Label) -> Result<Action, Fault> { Ok(Action::new(&label.name)) }
/// #     fn reads_states(&self) -> bool { true }
/// # }
/// let plain = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// assert_eq!(itf_adapters::conventions(&Reader, plain, None), [Labels::QuintMbt]);
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn conventions(producer: &dyn Producer, trace: &Trace, given: Option<&Labels>) -> Vec<Labels> {
    if let Some(given) = given {
        return vec![given.clone()];
    }
    let mut found = Labels::candidates(trace);
    let own = producer.labels();
    // What the producer says of its traces is hard to guess from a trace: any variable may hold it.
    let is_there = own.variables().iter().all(|name| trace.vars.iter().any(|var| **var == **name));
    if !found.contains(&own) && (is_there || (found.is_empty() && producer.reads_states())) {
        found.push(own);
    }
    found
}

/// What really executed of a schedule.
#[derive(Debug, Clone, Default)]
pub struct Execution {
    /// The calls, with the picks that were used.
    pub calls: Vec<Action>,
    /// The states: one more than calls.
    pub states: Vec<State>,
    /// The position in the schedule of the first call that was disabled, and why.
    pub disabled: Option<(usize, String)>,
}

/// Executes a schedule from the initial state; disabled calls are skipped.
///
/// # Errors
///
/// Trouble with the producer.
pub fn execute(producer: &mut dyn Producer, schedule: &[Action]) -> Result<Execution, Fault> {
    let states = vec![producer.reset()?];
    let mut execution = Execution { calls: Vec::with_capacity(schedule.len()), states, disabled: None };
    for (position, call) in schedule.iter().enumerate() {
        match producer.execute(call)? {
            Next::State { state, picks } => {
                let mut call = call.clone();
                if let Some(picks) = picks {
                    call.picks = picks;
                }
                execution.calls.push(call);
                execution.states.push(state);
            }
            Next::Disabled(why) => {
                execution.disabled.get_or_insert((position, why));
            }
        }
    }
    Ok(execution)
}

/// The trace of `states` with the header of the producer; `#meta.index` counts them.
pub fn trace_of(header: &Trace, states: impl IntoIterator<Item = State>) -> Trace {
    let mut trace = header.clone();
    trace.states = states.into_iter().collect();
    for (index, state) in trace.states.iter_mut().enumerate() {
        state.meta.set("index", serde_json::json!(index));
    }
    trace
}

/// What identifies a state: its values without the labels.
pub(crate) fn essence(state: &State, hidden: &[&str]) -> Record {
    hidden.iter().fold(state.value.clone(), |record, name| {
        if record.get(name).is_some() { record.without(name) } else { record }
    })
}
