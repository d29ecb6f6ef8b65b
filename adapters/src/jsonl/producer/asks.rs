//! The questions that only some producers answer, and those that are asked in more than one way.

use itf::{Labels, State, Trace};

use super::JsonlProducer;
use crate::jsonl::message::{Answer, Request};
use crate::jsonl::wire::{raw_picks, raw_state};
use crate::{Action, Fault, Picks};

/// What is enabled, as a spec lists it.
pub(crate) struct Listed {
    pub(crate) calls: Vec<Action>,
    /// Whether there are more.
    pub(crate) partial: bool,
    /// Why there are more, or none.
    pub(crate) why: Option<String>,
}

impl JsonlProducer {
    /// Goes to the initial state with these picks, or to the recorded one.
    pub(crate) fn reset_with(
        &mut self,
        picks: Option<&Picks>,
        recorded: Option<&State>,
    ) -> Result<(State, Option<Picks>), Fault> {
        let talk = self.talk.get_mut();
        talk.peer.ready()?;
        let mut request = Request::new("reset");
        if let Some(picks) = picks {
            (request.picks, request.trail) = raw_picks(picks);
        }
        request.state = recorded.map(raw_state);
        let within = talk.peer.limits().reset;
        let answer = talk.peer.ask(request, within)?;
        let state = talk.state("reset", &answer)?;
        let used = talk.wire.picks(answer.picks.as_ref(), answer.trail.as_ref());
        let used = used.map_err(|e| talk.peer.nonsense(&format!("the picks in the answer to reset: {e}")))?;
        Ok((state, used))
    }

    /// A question of which the answer is a list of calls.
    fn calls(&mut self, request: Request) -> Result<Vec<(Action, Option<State>)>, Fault> {
        let op = request.op.clone();
        let answer = self.talk.get_mut().ask(request)?;
        self.calls_of(&op, &answer)
    }

    /// The calls that are enabled here, as far as they are listed.
    pub(crate) fn listed(&mut self, seed: Option<u32>) -> Result<Listed, Fault> {
        self.need(self.can().enabled, "enabled")?;
        let request = Request { seed: seed.map(Into::into), ..Request::new("enabled") };
        let answer = self.talk.get_mut().ask(request)?;
        let calls = self.calls_of("enabled", &answer)?.into_iter().map(|(action, _)| action).collect();
        Ok(Listed { calls, partial: answer.partial, why: answer.reason })
    }

    /// The initial states, as the calls that lead to them.
    pub(crate) fn listed_starts(&mut self) -> Result<Listed, Fault> {
        let talk = self.talk.get_mut();
        talk.peer.ready()?;
        let within = talk.peer.limits().reset;
        let answer = talk.peer.ask(Request::new("starts"), within)?;
        let calls = self.calls_of("starts", &answer)?.into_iter().map(|(action, _)| action).collect();
        Ok(Listed { calls, partial: answer.partial, why: answer.reason })
    }

    fn calls_of(&mut self, op: &str, answer: &Answer) -> Result<Vec<(Action, Option<State>)>, Fault> {
        let talk = self.talk.get_mut();
        let Some(calls) = &answer.calls else { return Err(talk.missing(op, "calls")) };
        let mut read = Vec::with_capacity(calls.len());
        for call in calls {
            let action = talk.wire.call(call);
            let action =
                action.map_err(|e| talk.peer.nonsense(&format!("a call in the answer to {op}: {e}")))?;
            let state = call.state.as_ref().map(|state| talk.wire.state(state)).transpose();
            let state =
                state.map_err(|e| talk.peer.nonsense(&format!("a state in the answer to {op}: {e}")))?;
            read.push((action, state));
        }
        Ok(read)
    }

    /// Remembers the current state, to be restored by the number it gets.
    ///
    /// # Errors
    ///
    /// No such capability; trouble with the process.
    ///
    /// ```
    /// # use itf_adapters::jsonl::{JsonlProducer, Limits};
    /// # let answer = r#"\"status\":\"ok\",\"protocol\":1,\"name\":\"toy\",\"capabilities\":{\"snapshot\":true,\"successors\":true},\"state\":{\"n\":0},\"snapshot\":7,\"calls\":[{\"action\":\"tick\",\"state\":{\"n\":1}}]"#;
    /// # let script = format!(r#"id=0; while read -r _; do id=$((id + 1)); echo "{{\"id\":$id,{answer}}}"; done"#);
    /// # let command = ["sh".into(), "-c".into(), script];
    /// # let mut producer = JsonlProducer::start(&command, Limits::default())?;
    /// let here = producer.snapshot()?;
    /// assert_eq!(here, 7);
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn snapshot(&mut self) -> Result<u64, Fault> {
        self.need(self.can().snapshot, "snapshot")?;
        let talk = self.talk.get_mut();
        let answer = talk.ask(Request::new("snapshot"))?;
        answer.snapshot.ok_or_else(|| talk.missing("snapshot", "snapshot"))
    }

    /// Goes back to a state that was remembered.
    ///
    /// # Errors
    ///
    /// No such capability; trouble with the process.
    ///
    /// ```
    /// # use itf_adapters::jsonl::{JsonlProducer, Limits};
    /// # let answer = r#"\"status\":\"ok\",\"protocol\":1,\"name\":\"toy\",\"capabilities\":{\"snapshot\":true,\"successors\":true},\"state\":{\"n\":0},\"snapshot\":7,\"calls\":[{\"action\":\"tick\",\"state\":{\"n\":1}}]"#;
    /// # let script = format!(r#"id=0; while read -r _; do id=$((id + 1)); echo "{{\"id\":$id,{answer}}}"; done"#);
    /// # let command = ["sh".into(), "-c".into(), script];
    /// # let mut producer = JsonlProducer::start(&command, Limits::default())?;
    /// let here = producer.snapshot()?;
    /// assert!(producer.restore(here)?.get("n").is_some());
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn restore(&mut self, snapshot: u64) -> Result<State, Fault> {
        self.need(self.can().snapshot, "snapshot")?;
        let talk = self.talk.get_mut();
        let request = Request { snapshot: Some(snapshot), ..Request::new("restore") };
        let answer = talk.ask(request)?;
        talk.state("restore", &answer)
    }

    /// All calls that lead to another state from here, as far as the spec can list them, with those states.
    ///
    /// # Errors
    ///
    /// No such capability; trouble with the process.
    ///
    /// ```
    /// # use itf_adapters::jsonl::{JsonlProducer, Limits};
    /// # let answer = r#"\"status\":\"ok\",\"protocol\":1,\"name\":\"toy\",\"capabilities\":{\"snapshot\":true,\"successors\":true},\"state\":{\"n\":0},\"snapshot\":7,\"calls\":[{\"action\":\"tick\",\"state\":{\"n\":1}}]"#;
    /// # let script = format!(r#"id=0; while read -r _; do id=$((id + 1)); echo "{{\"id\":$id,{answer}}}"; done"#);
    /// # let command = ["sh".into(), "-c".into(), script];
    /// # let mut producer = JsonlProducer::start(&command, Limits::default())?;
    /// let (call, state) = &producer.successors()?[0];
    /// assert_eq!((call.to_string().as_str(), state.get("n")), ("tick", Some(&1.into())));
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn successors(&mut self) -> Result<Vec<(Action, State)>, Fault> {
        self.need(self.can().successors, "successors")?;
        let calls = self.calls(Request::new("successors"))?;
        let with_states = calls.into_iter().map(|(action, state)| Some((action, state?)));
        let with_states: Option<Vec<_>> = with_states.collect();
        with_states.ok_or_else(|| self.talk.get_mut().missing("successors", "state in every call"))
    }

    pub(super) fn learn_trails(&mut self, trace: &Trace, labels: &Labels) -> Result<Vec<Action>, Fault> {
        let steps = u32::try_from(trace.states.len()).unwrap_or(u32::MAX);
        let talk = self.talk.get_mut();
        talk.peer.ready()?;
        let within = talk.peer.limits().step.saturating_mul(steps);
        let states = trace.states.iter().map(raw_state).collect();
        let request =
            Request { states: Some(states), labels: Some(labels.to_string()), ..Request::new("trace") };
        let answer = talk.peer.ask(request, within)?;
        let Some(calls) = &answer.calls else { return Err(talk.missing("trace", "calls")) };
        let mut read = Vec::with_capacity(calls.len());
        for call in calls {
            let action = talk.wire.call(call);
            read.push(
                action.map_err(|e| talk.peer.nonsense(&format!("a call in the answer to trace: {e}")))?,
            );
        }
        let init = talk.wire.picks(answer.picks.as_ref(), answer.trail.as_ref());
        let init = init.map_err(|e| talk.peer.nonsense(&format!("the picks in the answer to trace: {e}")))?;
        self.init = init;
        Ok(read)
    }
}
