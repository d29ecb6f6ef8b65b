//! A run of a system in progress.

use std::thread;
use std::time::{Duration, Instant};

use itf::expr::{Expr, check_invariant};
use itf::{Label, Record, State, Trace, Value};
use itf_shrink::Failure;

use super::{Discrepancy, System};
use crate::{Bindings, Fault, FaultKind, Judgement, Oracle, Reply, SameView, Step};

/// How long to wait before the system is observed again, at first and at most.
const SOON: Duration = Duration::from_millis(1);
const LATE: Duration = Duration::from_millis(50);

/// What a run is judged by, beside the oracles of the system.
#[derive(Default)]
pub(crate) struct Judges<'a> {
    /// Whether the views are left to somebody else.
    pub(super) leave_views: bool,
    /// How long a system may take until it is as it should be.
    pub(super) settle: Duration,
    /// What should hold in the view of the system.
    pub(super) invariants: &'a [Expr],
    /// The kinds of failure that count; all if there are none.
    pub(super) only: &'a [String],
}

impl<'a> Judges<'a> {
    /// Nobody but the oracles of the system, and of failures only these kinds; all if there are none.
    pub(crate) fn of_kinds(only: &'a [String]) -> Self {
        Self { only, ..Self::default() }
    }
}

/// What was judged in a run: agreement is worth something only if somebody looked.
#[derive(Default)]
pub(super) struct Tally {
    /// Failures of kinds that do not count, each identity once.
    pub(super) left_out: Vec<Failure>,
    /// Whether views were compared, in whole, at least once.
    pub(super) compared: bool,
    /// Whether they were the same in the last step, and in how many steps they were.
    pub(super) is_same: bool,
    pub(super) same: usize,
    /// Whether what should hold of the system could be asked at least once.
    pub(super) asked: bool,
}

impl Tally {
    /// What is left of a judgement if its kind does not count.
    pub(super) fn counted(&mut self, judges: &Judges<'_>, judged: Judgement) -> Judgement {
        match judged {
            Judgement::Fail(failure) if !judges.only.is_empty() && !judges.only.contains(&failure.kind) => {
                if !self.left_out.iter().any(|known| known.is_same_as(&failure)) {
                    self.left_out.push(failure);
                }
                Judgement::Agree
            }
            judged => judged,
        }
    }
}

/// A run in progress.
pub(crate) struct Run {
    pub(super) bindings: Bindings,
    /// What was observed last.
    pub(super) observed: Option<Value>,
    pub(super) tally: Tally,
    /// What it looked like otherwise than the model before its first step, as far as it was shown.
    pub(super) at_reset: Vec<Discrepancy>,
}

/// What came of a step on the system.
pub(crate) struct Stepped {
    pub(crate) reply: Reply,
    pub(crate) judged: Judgement,
}

impl Run {
    pub(super) fn new() -> Self {
        Self { bindings: Bindings::default(), observed: None, tally: Tally::default(), at_reset: Vec::new() }
    }

    pub(super) fn bind(&mut self, reply: &Reply) {
        for (model, system) in &reply.binds {
            self.bindings.bind(model.clone(), system.clone());
        }
    }

    /// Executes one step and asks every oracle; the first failure counts.
    pub(crate) fn step(
        &mut self,
        system: &mut System,
        judges: &Judges<'_>,
        index: usize,
        states: [&State; 2],
        label: &Label,
    ) -> Result<Stepped, Fault> {
        let stepped = self.settled(system, judges, index, states, label)?;
        self.tally.same += usize::from(self.tally.is_same);
        Ok(stepped)
    }

    fn settled(
        &mut self,
        system: &mut System,
        judges: &Judges<'_>,
        index: usize,
        [before, after]: [&State; 2],
        label: &Label,
    ) -> Result<Stepped, Fault> {
        let reply = system.consumer.execute(label)?;
        self.bind(&reply);
        self.observed = system.consumer.observe()?;
        let deadline = Instant::now().checked_add(judges.settle);
        let mut wait = SOON;
        loop {
            let step = Step {
                index,
                before,
                after,
                label,
                reply: &reply,
                observed: self.observed.as_ref(),
                bindings: &self.bindings,
            };
            let (judged, may_settle) = judge(system, judges, &mut self.tally, &step)?;
            let late = judges.settle.is_zero() || deadline.is_some_and(|deadline| Instant::now() >= deadline);
            if !may_settle || late || !matches!(judged, Judgement::Fail(_)) {
                return Ok(Stepped { reply, judged });
            }
            thread::sleep(wait);
            wait = (wait * 2).min(LATE);
            match system.consumer.observe()? {
                Some(observed) => self.observed = Some(observed),
                // It shows itself once a step only.
                None => return Ok(Stepped { reply, judged }),
            }
        }
    }

    /// The views of the model and of the system, if both can be had.
    pub(super) fn views(&self, system: &System, state: &State) -> Option<(Record, Record)> {
        let (view, observed) = (system.view.as_deref()?, self.observed.as_ref()?);
        Some((view.of_model(state), view.of_system(observed, &self.bindings)))
    }
}

/// What all oracles say, and whether a failure may pass when the system is observed again. An expression that has no value
/// says nothing about the system: that is trouble.
fn judge(
    system: &mut System,
    judges: &Judges<'_>,
    tally: &mut Tally,
    step: &Step<'_>,
) -> Result<(Judgement, bool), Fault> {
    let mut judged = Judgement::Agree;
    tally.is_same = false;
    for oracle in &mut system.oracles {
        match tally.counted(judges, oracle.judge(step)) {
            Judgement::Agree => {}
            unknown @ Judgement::Unknown(_) => judged = unknown,
            failed @ Judgement::Fail(_) => return Ok((failed, oracle.observes())),
        }
    }
    let Some(view) = system.view.as_deref() else { return Ok((judged, false)) };
    if system.compare_views && !judges.leave_views {
        let said = SameView::new(view).judge(step);
        tally.compared |= !matches!(said, Judgement::Unknown(_));
        tally.is_same = said == Judgement::Agree;
        match tally.counted(judges, said) {
            Judgement::Agree => {}
            unknown @ Judgement::Unknown(_) => judged = unknown,
            failed @ Judgement::Fail(_) => return Ok((failed, true)),
        }
    }
    if let (Some(observed), false) = (step.observed, judges.invariants.is_empty()) {
        tally.asked = true;
        let seen = State::from(view.of_system(observed, step.bindings));
        let seen = Trace::new(seen.value.names().iter().map(|name| name.as_str().to_owned()), [seen.clone()]);
        for expression in judges.invariants {
            let holds = check_invariant(expression, &seen).map_err(|error| {
                let names: Vec<&str> = seen.vars.iter().map(AsRef::as_ref).collect();
                let what = format!("`{}`: {error}; the view has {}", expression.text(), names.join(", "));
                Fault::new(FaultKind::Invalid, what)
            })?;
            if holds.is_some() {
                let message = format!("`{}` does not hold of the system", expression.text());
                let failed = Judgement::Fail(Failure::new("invariant", expression.text(), message));
                if let failed @ Judgement::Fail(_) = tally.counted(judges, failed) {
                    return Ok((failed, true));
                }
            }
        }
    }
    Ok((judged, false))
}
