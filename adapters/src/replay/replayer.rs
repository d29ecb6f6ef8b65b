//! Replaying with everything there is to judge by.

use std::time::Duration;

use itf::expr::Expr;
use itf::{Labels, State, Trace};
use itf_shrink::Failure;

use super::model::{Model, Moved};
use super::run::{Judges, Run};
use super::{Divergence, End, Nearest, Replay, ReplayedStep, System, discrepancies};
use crate::{Bindings, Fault, FaultKind, Judgement, Producer, PropertyKind, Reply};

/// Steps that the model allows which are compared at most.
const MOST_ALLOWED: usize = 100_000;

/// Replays traces on a system, judged by its oracles and by what is added here.
pub struct Replayer<'a> {
    system: &'a mut System,
    model: Option<&'a mut dyn Producer>,
    property: Option<String>,
    allowed: bool,
    settle: Duration,
    invariants: Vec<Expr>,
    only: Vec<String>,
}

impl<'a> Replayer<'a> {
    /// The replayer that judges by the oracles of the system alone.
    ///
    /// ```
    /// # use itf::{Label, Labels, State, Value};
    /// # use itf_adapters::{Consumer, Fault, Reply, System};
    /// # struct Lamp;
    /// # impl Consumer for Lamp {
    /// #     fn name(&self) -> String { "lamp".into() }
    /// #     fn actions(&self) -> Vec<String> { vec!["Toggle".into()] }
    /// #     fn reset(&mut self, _: &State) -> Result<Reply, Fault> { Ok(Reply::new("reset")) }
    /// #     fn execute(&mut self, _: &Label) -> Result<Reply, Fault> { Ok(Reply::new("lit")) }
    /// #     fn observe(&mut self) -> Result<Option<Value>, Fault> { Ok(None) }
    /// # }
    /// use itf_adapters::Replayer;
    /// let trace = &itf::read(br#"{"vars":["action"],"states":[{"action":"init"},{"action":"Toggle"}]}"#)?[0];
    /// let mut system = System::new(Box::new(Lamp));
    /// let replay = Replayer::new(&mut system).replay(trace, &Labels::parse("fields:action")?, &mut |_| {})?;
    /// assert!(replay.failure().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(system: &'a mut System) -> Self {
        Self {
            system,
            model: None,
            property: None,
            allowed: false,
            settle: Duration::ZERO,
            invariants: Vec::new(),
            only: Vec::new(),
        }
    }

    /// Lets a producer re-execute the trace while the system does, so that the model's state is known even where the trace
    /// was edited. A step that the model cannot take is left out on both sides.
    ///
    /// ```
    /// # use itf_adapters::{Producer, Replayer};
    /// fn together<'a>(replayer: Replayer<'a>, spec: &'a mut dyn Producer) -> Replayer<'a> { replayer.with(spec) }
    /// ```
    #[must_use]
    pub fn with(mut self, model: &'a mut dyn Producer) -> Self {
        self.model = Some(model);
        self
    }

    /// Judges by a property of the model that goes along, too: where it is found while the system has followed so far, the
    /// system is where it must not be.
    ///
    /// ```
    /// # use itf_adapters::Replayer;
    /// fn strict(replayer: Replayer<'_>) -> Replayer<'_> { replayer.property("no_overflow") }
    /// ```
    #[must_use]
    pub fn property(mut self, name: &str) -> Self {
        self.property = Some(name.to_owned());
        self
    }

    /// Judges by what the model allows instead of by the recorded step: the system must look like one of the successors of
    /// the model's state, and the model, which must go along, follows it there.
    ///
    /// ```
    /// # use itf_adapters::Replayer;
    /// fn free(replayer: Replayer<'_>) -> Replayer<'_> { replayer.allowed() }
    /// ```
    #[must_use]
    pub fn allowed(mut self) -> Self {
        self.allowed = true;
        self
    }

    /// Observes a system that looks wrong again and again, until it is right or this time has passed.
    ///
    /// ```
    /// # use itf_adapters::Replayer;
    /// fn patient(replayer: Replayer<'_>) -> Replayer<'_> { replayer.settle(std::time::Duration::from_secs(2)) }
    /// ```
    #[must_use]
    pub fn settle(mut self, within: Duration) -> Self {
        self.settle = within;
        self
    }

    /// Judges by an expression over the view of the system, in the model's words, which must hold after every step.
    ///
    /// ```
    /// # use itf_adapters::Replayer;
    /// fn rooted(replayer: Replayer<'_>) -> Result<Replayer<'_>, itf::expr::Error> {
    ///     Ok(replayer.invariant(itf::expr::Expr::parse("root.size() == 1")?))
    /// }
    /// ```
    #[must_use]
    pub fn invariant(mut self, expression: Expr) -> Self {
        self.invariants.push(expression);
        self
    }

    /// Only failures of these kinds count; all, if none is given.
    ///
    /// ```
    /// # use itf_adapters::Replayer;
    /// fn outages(replayer: Replayer<'_>) -> Replayer<'_> { replayer.only(&["outage".into()]) }
    /// ```
    #[must_use]
    pub fn only(mut self, kinds: &[String]) -> Self {
        self.only.extend_from_slice(kinds);
        self
    }

    /// Replays a trace, to the first failure, and tells `on_step` of every step.
    ///
    /// # Errors
    ///
    /// A trace without states, or with a step that has no label; a judge that needs a model or a view where there is none;
    /// trouble with the producer. Trouble with the system is an [`End`], not an error.
    pub fn replay(
        &mut self,
        trace: &Trace,
        labels: &Labels,
        on_step: &mut dyn FnMut(&ReplayedStep),
    ) -> Result<Replay, Fault> {
        let Some(recorded) = trace.states.first() else {
            return Err(Fault::new(FaultKind::Invalid, "the trace has no states"));
        };
        self.can_judge()?;
        let model = self.model.as_deref_mut();
        let model = model.map(|producer| Model::new(producer, trace, labels, self.property.as_deref()));
        let mut model = model.transpose()?;
        let judges = Judges {
            leave_views: self.allowed,
            settle: self.settle,
            invariants: &self.invariants,
            only: &self.only,
        };
        let mut replay = Replay {
            steps: Vec::with_capacity(trace.states.len()),
            end: End::Agreed,
            bindings: Bindings::default(),
            divergence: Divergence::default(),
            edited_at: None,
            left_out: Vec::new(),
            same_views: 0,
            at_reset: Vec::new(),
        };
        let initial = model.as_ref().map_or(recorded, |model| &model.state);
        replay.edited_at = model.as_ref().filter(|m| !m.is_at(recorded, labels)).map(|_| 0);
        let mut run = match self.system.begin(initial) {
            Ok(run) => run,
            Err(fault) => {
                replay.end = End::Broken(0, fault);
                return Ok(replay);
            }
        };
        for (index, pair) in (1..).zip(trace.states.windows(2)) {
            let mut label = labels.label(&pair[1], index).map_err(|e| invalid(&e))?;
            let mut before = &pair[0];
            let was;
            if let Some(model) = &mut model {
                match model.step(&label, index)? {
                    Moved::To { before: state, label: did } => {
                        (was, label) = (state, did);
                        before = &was;
                    }
                    Moved::Disabled(why) => {
                        replay.edited_at.get_or_insert(index);
                        let step = ReplayedStep { skipped: Some(why), ..ReplayedStep::new(index, label) };
                        on_step(&step);
                        replay.steps.push(step);
                        continue;
                    }
                }
                if replay.edited_at.is_none() && !model.is_at(&pair[1], labels) {
                    replay.edited_at = Some(index);
                }
            }
            let after = model.as_ref().map_or(&pair[1], |model| &model.state).clone();
            let stepped = match run.step(self.system, &judges, index, [before, &after], &label) {
                Ok(stepped) => stepped,
                Err(fault) => {
                    replay.end = End::Broken(index, fault);
                    replay.bindings = run.bindings;
                    return Ok(replay);
                }
            };
            let mut step = ReplayedStep { reply: stepped.reply, ..ReplayedStep::new(index, label) };
            let mut judged = stepped.judged;
            let mut divergence = Divergence::default();
            if let Some(model) = &mut model {
                if self.allowed && !matches!(judged, Judgement::Fail(_)) {
                    judged = allow(model, self.system, &run, &mut step, &mut divergence, judged)?;
                    judged = run.tally.counted(&judges, judged);
                }
                if !matches!(judged, Judgement::Fail(_))
                    && let Some((name, kind)) = model.found()?
                {
                    judged = run.tally.counted(&judges, Judgement::Fail(found(&name, kind)));
                }
            }
            if let Judgement::Unknown(why) = &judged {
                step.unknown = Some(why.clone());
            }
            on_step(&step);
            replay.steps.push(step);
            if let Judgement::Fail(failure) = judged {
                divergence.discrepancies = differ(self.system, &run, &after);
                // Who failed by another judge was not compared.
                let is_compared = self.system.compare_views && run.observed.is_some();
                if is_compared && divergence.discrepancies.is_empty() && !run.tally.is_same {
                    run.tally.same += 1;
                }
                replay.divergence = divergence;
                replay.at_reset = std::mem::take(&mut run.at_reset);
                replay.end = End::Failed(failure);
                break;
            }
        }
        if replay.end == End::Agreed
            && let Some(why) = self.unseen(&run, &replay.steps)
        {
            let last = replay.steps.last().map_or(0, |step| step.index);
            replay.end = End::Broken(last, Fault::new(FaultKind::Unsupported, why));
        }
        replay.left_out = run.tally.left_out;
        replay.same_views = run.tally.same;
        replay.bindings = run.bindings;
        Ok(replay)
    }

    /// Why the agreement of a run says nothing: something that was to be judged never was.
    fn unseen(&self, run: &Run, steps: &[ReplayedStep]) -> Option<String> {
        let mut done = steps.iter().filter(|step| step.skipped.is_none());
        let why = done
            .clone()
            .filter_map(|step| step.unknown.as_deref())
            .next_back()
            .unwrap_or("it cannot be seen");
        done.next_back()?;
        let name = self.system.consumer.name();
        // A system that shows what it likes may show nothing.
        let shows_what_it_likes = self.system.view.as_deref().is_some_and(crate::View::is_partial);
        if self.system.compare_views && !self.allowed && !shows_what_it_likes && !run.tally.compared {
            return Some(format!("the views of the model and of {name} were never compared: {why}"));
        }
        if !self.invariants.is_empty() && !run.tally.asked {
            return Some(format!("the invariants were never checked: {name} showed nothing"));
        }
        (self.allowed && run.observed.is_none())
            .then(|| format!("{name} was never compared with what the model allows: {why}"))
    }

    /// Whether there is all that the judges need.
    ///
    /// # Errors
    ///
    /// What is missing: a model, or a view of the system.
    ///
    /// ```
    /// # use itf_adapters::{Fault, Replayer};
    /// fn needs_nothing(replayer: &Replayer<'_>) -> Result<(), Fault> { replayer.can_judge() }
    /// ```
    pub fn can_judge(&self) -> Result<(), Fault> {
        let needs = |what: &str, needed: &str| {
            let name = self.system.consumer.name();
            let message = format!(
                "{what} needs {needed}; {name} has none (an adapter declares one, a service has none)"
            );
            Err(Fault::new(FaultKind::Unsupported, message))
        };
        let has_view = self.system.view.is_some();
        match () {
            () if self.model.is_none() && (self.allowed || self.property.is_some()) => {
                let message = "what the model allows, and its properties, need a spec that goes along";
                Err(Fault::new(FaultKind::Unsupported, message))
            }
            () if self.allowed && !has_view => needs("comparing with what the model allows", "a view"),
            () if !self.invariants.is_empty() && !has_view => needs("an invariant of the system", "a view"),
            () if self.system.compare_views && !has_view => needs("comparing views", "a view"),
            () => Ok(()),
        }
    }
}

impl ReplayedStep {
    fn new(index: usize, label: itf::Label) -> Self {
        Self { index, label, reply: Reply::new(""), unknown: None, skipped: None, followed: None }
    }
}

impl System {
    /// Brings the system into the initial state, and forgets the run before.
    pub(crate) fn begin(&mut self, initial: &State) -> Result<Run, Fault> {
        for oracle in &mut self.oracles {
            oracle.reset();
        }
        let reply = self.consumer.reset(initial)?;
        let mut run = Run::new();
        run.bind(&reply);
        if let (Some(view), Some(shown)) = (self.view.as_deref(), self.consumer.shown()) {
            // What it does not show yet is no matter: it will be asked for after the first step.
            let expected = view.of_model(initial);
            run.at_reset = discrepancies(&expected, &view.of_system(&shown, &run.bindings), true);
        }
        Ok(run)
    }
}

fn invalid(error: &itf::LabelError) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string())
}

fn found(name: &str, kind: PropertyKind) -> Failure {
    let verb = if kind == PropertyKind::Invariant { "violated" } else { "reached" };
    Failure::new(kind.word(), name, format!("{name} is {verb} in the model, and the system has gone along"))
}

fn differ(system: &System, run: &Run, state: &State) -> Vec<super::Discrepancy> {
    let partial = system.view.as_deref().is_some_and(crate::View::is_partial);
    let views = run.views(system, state);
    views.map(|(expected, observed)| discrepancies(&expected, &observed, partial)).unwrap_or_default()
}

/// Looks for the system among what the model allows, and follows it there.
fn allow(
    model: &mut Model<'_>,
    system: &System,
    run: &Run,
    step: &mut ReplayedStep,
    divergence: &mut Divergence,
    judged: Judgement,
) -> Result<Judgement, Fault> {
    if run.observed.is_none() {
        return Ok(Judgement::Unknown("the system cannot be seen".into()));
    }
    let expected = differ(system, run, &model.state);
    if expected.is_empty() {
        return Ok(judged);
    }
    let (allowed, all) = model.allowed(MOST_ALLOWED)?;
    let count = allowed.len();
    let mut nearest: Option<Nearest> = None;
    for (call, state) in allowed {
        let differs = differ(system, run, &state);
        let label = model.label(&call, &state);
        if differs.is_empty() {
            step.followed = Some(label);
            model.follow(call, state)?;
            return Ok(judged);
        }
        // Of steps equally far, one that does the same comes first.
        let key = |label: &itf::Label, differs: usize| (differs, label.name != step.label.name);
        let best = nearest.as_ref().map(|best| key(&best.label, best.discrepancies.len()));
        if best.is_none_or(|best| key(&label, differs.len()) < best) {
            nearest = Some(Nearest { label, discrepancies: differs, allowed: count });
        }
    }
    if !all {
        let why = format!("none of {count} steps that the model allows, and there are more than it lists");
        return Ok(Judgement::Unknown(why));
    }
    let places = |count: usize| if count == 1 { "one place".to_owned() } else { format!("{count} places") };
    let (site, message) = match &nearest {
        None => (String::new(), "the model allows no step here".to_owned()),
        Some(Nearest { label, discrepancies, .. }) => {
            let places = places(discrepancies.len());
            (
                crate::judge::sites(discrepancies).join(", "),
                format!("none of {count} steps that the model allows; nearest: {label}, differs in {places}"),
            )
        }
    };
    divergence.nearest = nearest;
    Ok(Judgement::Fail(Failure::new("not allowed", site, message)))
}
