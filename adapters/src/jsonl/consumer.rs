//! A system at the other end of the protocol.

use itf::{Label, Record, State, Value};
use itf_shrink::Failure;

use super::limits::{Limits, Tap};
use super::message::{Answer, Capabilities, Hello, Request, Role};
use super::peer::{Launch, Peer};
use super::wire::{Wire, raw_record, raw_state};
use crate::{Bindings, Consumer, Fault, Outcomes, OwnAccount, Reply, System, View};

/// A [`Consumer`] that speaks the protocol, in a process of its own.
pub struct JsonlConsumer {
    peer: Peer,
    wire: Wire,
    hello: Hello,
    /// What the last answer said was observed.
    observed: Option<Value>,
}

impl JsonlConsumer {
    /// Starts the program of `command` and greets it.
    ///
    /// # Errors
    ///
    /// It cannot be started, or does not answer as the protocol has it.
    ///
    /// ```
    /// use itf_adapters::jsonl::{JsonlConsumer, Limits, split};
    /// let command = split("no-such-adapter")?;
    /// assert!(JsonlConsumer::start(&command, Limits::default()).is_err());
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn start(command: &[String], limits: Limits) -> Result<Self, Fault> {
        let (name, launch) = super::launch(command)?;
        Self::launch(name, launch, limits, None)
    }

    /// The same, and `tap` sees every line.
    ///
    /// # Errors
    ///
    /// As [`JsonlConsumer::start`].
    ///
    /// ```
    /// use itf_adapters::jsonl::{JsonlConsumer, Limits};
    /// let tap = Box::new(|way, line: &str| drop((way, line.len())));
    /// assert!(JsonlConsumer::start_tapped(&["no-such-adapter".into()], Limits::default(), tap).is_err());
    /// ```
    pub fn start_tapped(command: &[String], limits: Limits, tap: Tap) -> Result<Self, Fault> {
        let (name, launch) = super::launch(command)?;
        Self::launch(name, launch, limits, Some(tap))
    }

    pub(crate) fn launch(
        name: String,
        launch: Launch,
        limits: Limits,
        tap: Option<Tap>,
    ) -> Result<Self, Fault> {
        let mut peer = Peer::new(name, Role::Consumer, launch, limits, tap);
        let hello = peer.ready()?.unwrap_or_default();
        Ok(Self { peer, wire: Wire::default(), hello, observed: None })
    }

    /// The system with the oracles that its adapter declares: the outcomes that are right for each action, what it finds
    /// wrong by its own account, and the variables of the model that it shows under their own names (`view`), which are
    /// then compared.
    ///
    /// ```
    /// use itf_adapters::jsonl::{JsonlConsumer, Limits};
    /// # let answer = r#"\"status\":\"ok\",\"protocol\":1,\"name\":\"lamp\",\"view\":[\"lit\"],\"actions\":{\"Toggle\":{}}"#;
    /// # let script = format!(r#"id=0; while read -r _; do id=$((id + 1)); echo "{{\"id\":$id,{answer}}}"; done"#);
    /// # let command = ["sh".into(), "-c".into(), script];
    /// let system = JsonlConsumer::start(&command, Limits::default())?.into_system();
    /// assert!(system.view.is_some() && system.compare_views);
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn into_system(self) -> System {
        let declared: Vec<(&str, Vec<&str>)> = self
            .hello
            .actions
            .iter()
            .filter(|(_, signature)| !signature.outcomes.is_empty())
            .map(|(name, s)| (name.as_str(), s.outcomes.iter().map(String::as_str).collect()))
            .collect();
        let outcomes = Outcomes::new(declared.iter().map(|(name, words)| (*name, words.as_slice())));
        let view = self.view();
        let compare_views = view.is_some();
        let kinds = self.hello.failures.clone();
        System {
            view,
            consumer: Box::new(self),
            oracles: vec![Box::new(outcomes), Box::new(OwnAccount)],
            compare_views,
            kinds,
        }
    }

    /// How it wants to be compared, if it does.
    pub(crate) fn view(&self) -> Option<Box<dyn View>> {
        let names = self.hello.view.clone();
        (!names.is_empty()).then(|| Box::new(Variables(names)) as Box<dyn View>)
    }

    pub(crate) fn can(&self) -> Capabilities {
        self.hello.capabilities
    }

    pub(crate) fn said(&self) -> &Hello {
        &self.hello
    }

    pub(crate) fn peer(&mut self) -> &mut Peer {
        &mut self.peer
    }

    fn reply(&mut self, op: &str, answer: &Answer) -> Result<Reply, Fault> {
        let Some(outcome) = &answer.outcome else {
            return Err(self.peer.nonsense(&format!("the answer to {op} has no outcome")));
        };
        let mut reply = Reply::new(outcome);
        reply.detail.clone_from(&answer.detail);
        for (model, system) in answer.binds.iter().flatten() {
            let bind = self.wire.value(model).and_then(|m| Ok((m, self.wire.value(system)?)));
            let bind =
                bind.map_err(|e| self.peer.nonsense(&format!("a binding in the answer to {op}: {e}")))?;
            reply.binds.push(bind);
        }
        if let Some(failure) = &answer.failure {
            reply = reply.failing(Failure::new(&failure.kind, &failure.site, &failure.message));
        }
        self.observed = self.observation(op, answer)?;
        Ok(reply)
    }

    fn observation(&mut self, op: &str, answer: &Answer) -> Result<Option<Value>, Fault> {
        let observed = answer.observed.as_ref().map(|json| self.wire.value(json)).transpose();
        observed.map_err(|e| self.peer.nonsense(&format!("what was observed in the answer to {op}: {e}")))
    }
}

impl Consumer for JsonlConsumer {
    fn name(&self) -> String {
        if self.hello.name.is_empty() { self.peer.name().to_owned() } else { self.hello.name.clone() }
    }

    fn actions(&self) -> Vec<String> {
        self.hello.actions.keys().cloned().collect()
    }

    fn reset(&mut self, initial: &State) -> Result<Reply, Fault> {
        self.observed = None;
        self.peer.ready()?;
        let request = Request { state: Some(raw_state(initial)), ..Request::new("reset") };
        let within = self.peer.limits().reset;
        let answer = self.peer.ask(request, within)?;
        if answer.outcome.is_none() {
            // A reset has one outcome only; it need not be said.
            self.observed = self.observation("reset", &answer)?;
            return Ok(Reply::new("reset"));
        }
        self.reply("reset", &answer)
    }

    fn execute(&mut self, label: &Label) -> Result<Reply, Fault> {
        self.observed = None;
        let mut request = Request::new("execute");
        request.action = Some(label.name.to_string());
        request.args = Some(raw_record(&label.args));
        let within = self.peer.limits().step;
        let answer = self.peer.ask(request, within)?;
        if answer.status == super::message::Status::Disabled {
            let message = "`disabled` is no answer of a system: say `ok`, and what it did as the outcome";
            return Err(self.peer.nonsense(message));
        }
        self.reply("execute", &answer)
    }

    fn shown(&self) -> Option<Value> {
        self.observed.clone()
    }

    fn observe(&mut self) -> Result<Option<Value>, Fault> {
        // Whoever looks again wants to know what there is now.
        if let Some(observed) = self.observed.take() {
            return Ok(Some(observed));
        }
        if !self.can().observe {
            return Ok(None);
        }
        let within = self.peer.limits().step;
        let answer = self.peer.ask(Request::new("observe"), within)?;
        match self.observation("observe", &answer)? {
            Some(observed) => Ok(Some(observed)),
            None => Err(self.peer.nonsense("the answer to observe has nothing in `observed`")),
        }
    }
}

/// Some variables of the model, which the system shows under the same names.
struct Variables(Vec<String>);

impl Variables {
    fn of(&self, record: &Record) -> Record {
        let kept = self.0.iter().filter_map(|name| Some((name, record.get(name)?.unified())));
        kept.collect()
    }
}

impl View for Variables {
    fn of_model(&self, state: &State) -> Record {
        self.of(&state.value)
    }

    fn of_system(&self, observed: &Value, bindings: &Bindings) -> Record {
        let seen = bindings.to_model(observed);
        seen.as_record().map(|record| self.of(record)).unwrap_or_default()
    }

    fn lacks(&self, state: &State) -> Option<String> {
        self.0.iter().find(|name| state.value.get(name).is_none()).cloned()
    }
}
