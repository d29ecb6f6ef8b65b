//! A spec at the other end of the protocol.

mod asks;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use asks::Listed;
use itf::{Label, Labels, Path, Record, State, Trace};

use crate::jsonl::limits::{Limits, Tap};
use crate::jsonl::message::{Answer, Capabilities, Hello, Kind, Request, Role, Status};
use crate::jsonl::peer::{Launch, Peer};
use crate::jsonl::wire::{Wire, raw_picks, raw_record};
use crate::producer::no_property;
use crate::search::walks_of;
use crate::{
    Action, Fault, FaultKind, Next, Picks, Producer, Property, PropertyKind, Search, SearchReport, Starts,
};

/// Makes traces where the protocol cannot: by running the tool that the spec belongs to.
pub(crate) type SearchTool =
    Box<dyn FnMut(&Search, &mut dyn FnMut(Trace) -> ControlFlow<()>) -> Result<SearchReport, Fault> + Send>;

/// A [`Producer`] that speaks the protocol, in a process of its own.
pub struct JsonlProducer {
    // Labels are translated through a shared reference, and the translation may be a question.
    talk: RefCell<Talk>,
    hello: Hello,
    labels: Labels,
    /// The picks of the initial step, if those of a recorded trace were learned.
    init: Option<Picks>,
    search: Option<SearchTool>,
}

struct Talk {
    peer: Peer,
    wire: Wire,
}

impl JsonlProducer {
    /// Starts the program of `command` and greets it.
    ///
    /// # Errors
    ///
    /// It cannot be started, or does not answer as the protocol has it.
    ///
    /// ```
    /// use itf_adapters::jsonl::{JsonlProducer, Limits, split};
    /// let command = split("no-such-adapter --for dns")?;
    /// let fault = JsonlProducer::start(&command, Limits::default()).map(drop).expect_err("it is not there");
    /// assert!(fault.message.contains("cannot start `no-such-adapter`"));
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn start(command: &[String], limits: Limits) -> Result<Self, Fault> {
        let (name, launch) = crate::jsonl::launch(command)?;
        Self::launch(name, launch, limits, None)
    }

    /// The same, and `tap` sees every line.
    ///
    /// # Errors
    ///
    /// As [`JsonlProducer::start`].
    ///
    /// ```
    /// use itf_adapters::jsonl::{JsonlProducer, Limits};
    /// let tap = Box::new(|way, line: &str| drop((way, line.len())));
    /// assert!(JsonlProducer::start_tapped(&["no-such-adapter".into()], Limits::default(), tap).is_err());
    /// ```
    pub fn start_tapped(command: &[String], limits: Limits, tap: Tap) -> Result<Self, Fault> {
        let (name, launch) = crate::jsonl::launch(command)?;
        Self::launch(name, launch, limits, Some(tap))
    }

    pub(crate) fn launch(
        name: String,
        launch: Launch,
        limits: Limits,
        tap: Option<Tap>,
    ) -> Result<Self, Fault> {
        let mut peer = Peer::new(name, Role::Producer, launch, limits, tap);
        let hello = peer.ready()?.unwrap_or_default();
        let labels = match hello.labels.as_deref().map(Labels::parse) {
            None => Labels::Variant(Path::root().field("action")),
            Some(Ok(labels)) => labels,
            Some(Err(error)) => return Err(peer.nonsense(&format!("labels: {error}"))),
        };
        let talk = RefCell::new(Talk { peer, wire: Wire::default() });
        Ok(Self { talk, hello, labels, init: None, search: None })
    }

    pub(crate) fn with_search(mut self, tool: SearchTool) -> Self {
        self.search = Some(tool);
        self
    }

    pub(crate) fn can(&self) -> Capabilities {
        self.hello.capabilities
    }

    pub(crate) fn said(&self) -> &Hello {
        &self.hello
    }

    pub(crate) fn peer(&mut self) -> &mut Peer {
        &mut self.talk.get_mut().peer
    }

    fn need(&self, capability: bool, what: &str) -> Result<(), Fault> {
        if capability {
            return Ok(());
        }
        Err(Fault::new(
            FaultKind::Unsupported,
            format!("{} does not have the capability `{what}`", self.name()),
        ))
    }
}

impl Talk {
    fn ask(&mut self, request: Request) -> Result<Answer, Fault> {
        let within = self.peer.limits().step;
        self.peer.ask(request, within)
    }

    fn missing(&mut self, op: &str, field: &str) -> Fault {
        self.peer.nonsense(&format!("the answer to {op} has no {field}"))
    }

    fn state(&mut self, op: &str, answer: &Answer) -> Result<State, Fault> {
        let Some(json) = &answer.state else { return Err(self.missing(op, "state")) };
        self.wire
            .state(json)
            .map_err(|e| self.peer.nonsense(&format!("the state in the answer to {op}: {e}")))
    }
}

impl Producer for JsonlProducer {
    fn name(&self) -> String {
        self.talk.borrow().peer.name().to_owned()
    }

    fn header(&self) -> Trace {
        let mut header = Trace::new(self.hello.vars.iter().map(String::as_str), []);
        header.params.clone_from(&self.hello.params);
        header.meta.set("format", "ITF".into());
        header.meta.set("source", self.name().into());
        header
    }

    fn labels(&self) -> Labels {
        self.labels.clone()
    }

    fn properties(&self) -> Vec<Property> {
        let kind = |kind| match kind {
            Kind::Invariant => PropertyKind::Invariant,
            Kind::Example => PropertyKind::Example,
        };
        let properties = self.hello.properties.iter();
        properties.map(|p| Property { name: p.name.clone(), kind: kind(p.kind) }).collect()
    }

    fn property(&self, name: &str) -> Option<Property> {
        let known = self.properties().into_iter().find(|property| property.name == name);
        let expression = self.can().expressions;
        known
            .or_else(|| expression.then(|| Property { name: name.to_owned(), kind: PropertyKind::Invariant }))
    }

    fn reset(&mut self) -> Result<State, Fault> {
        let init = self.init.clone();
        self.reset_with(init.as_ref(), None).map(|(state, _)| state)
    }

    fn starts(&mut self) -> Result<Starts, Fault> {
        if !self.can().starts {
            return Ok(Starts { picks: vec![self.init.clone()], more: None });
        }
        let Listed { calls, partial, why } = self.listed_starts()?;
        let more = partial.then(|| why.unwrap_or_else(|| "there are too many".to_owned()));
        Ok(Starts { picks: calls.into_iter().map(|call| Some(call.picks)).collect(), more })
    }

    fn start_at(&mut self, start: Option<Picks>) -> Option<Picks> {
        std::mem::replace(&mut self.init, start)
    }

    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        let (picks, trail) = raw_picks(&action.picks);
        let mut request = Request { picks, trail, ..Request::new("execute") };
        request.action = Some(action.name.to_string());
        request.args = (!action.args.is_empty()).then(|| raw_record(&action.args));
        let talk = self.talk.get_mut();
        let answer = talk.ask(request)?;
        if answer.status == Status::Disabled {
            return Ok(Next::Disabled(answer.reason.unwrap_or_else(|| "no successor".to_owned())));
        }
        let state = talk.state("execute", &answer)?;
        let picks = talk.wire.picks(answer.picks.as_ref(), answer.trail.as_ref());
        let picks =
            picks.map_err(|e| talk.peer.nonsense(&format!("the picks in the answer to execute: {e}")))?;
        Ok(Next::State { state, picks })
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        self.need(self.can().check, "check")?;
        let talk = self.talk.get_mut();
        let answer =
            talk.ask(Request { properties: Some(vec![property.to_owned()]), ..Request::new("check") })?;
        let holds: Option<&BTreeMap<_, _>> = answer.holds.as_ref();
        match holds.and_then(|holds| holds.get(property)) {
            Some(holds) => Ok(*holds),
            None => Err(talk.missing("check", &format!("`{property}` in `holds`"))),
        }
    }

    fn call(&self, label: &Label) -> Result<Action, Fault> {
        let talk = &mut *self.talk.borrow_mut();
        if self.hello.capabilities.call {
            talk.peer.ready()?;
            let mut request = Request::new("call");
            request.action = Some(label.name.to_string());
            request.args = (!label.args.is_empty()).then(|| raw_record(&label.args));
            let answer = talk.ask(request)?;
            let Some(call) = &answer.call else { return Err(talk.missing("call", "call")) };
            return talk
                .wire
                .call(call)
                .map_err(|e| talk.peer.nonsense(&format!("the call in the answer: {e}")));
        }
        let Some(signature) = self.hello.actions.get(&*label.name) else {
            let known: Vec<&str> = self.hello.actions.keys().map(String::as_str).collect();
            let message = format!(
                "{} has no action `{}`, and a label stands for the action of its name (unless the capability `call` says \
                     for which); it has {}",
                talk.peer.name(),
                label.name,
                known.join(", ")
            );
            return Err(Fault::new(FaultKind::Unsupported, message));
        };
        let those = |names: &[String]| -> Record {
            let kept = label.args.iter().filter(|(name, _)| names.iter().any(|n| *n == ***name));
            kept.map(|(name, value)| (name, value.clone())).collect()
        };
        let mut action = Action::new(&label.name);
        action.args = those(&signature.args);
        action.picks = Picks::ByName(those(&signature.picks));
        Ok(action)
    }

    fn reads_states(&self) -> bool {
        self.can().trace
    }

    fn learn(&mut self, trace: &Trace, labels: &Labels) -> Option<Result<Vec<Action>, Fault>> {
        self.init = None;
        if self.can().trace {
            return Some(self.learn_trails(trace, labels));
        }
        // Of several initial states, the recorded one.
        match self.reset_with(None, trace.states.first()) {
            Ok((_, used)) => self.init = used,
            Err(fault) => return Some(Err(fault)),
        }
        None
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        let Listed { calls, partial, why } = self.listed(None)?;
        if !partial {
            return Ok(calls);
        }
        let why = why.unwrap_or_else(|| "there are too many".to_owned());
        let message = format!("{} does not list all that is enabled here: {why}", self.name());
        Err(Fault::new(FaultKind::Unsupported, message))
    }

    fn sample(&mut self, seed: u32) -> Result<Vec<Action>, Fault> {
        let Listed { calls, partial, why } = self.listed(Some(seed))?;
        match why {
            // That there is nothing is not known then, and the end of a walk would say so.
            Some(why) if partial && calls.is_empty() => Err(Fault::new(
                FaultKind::Unsupported,
                format!("{} cannot say what is enabled here: {why}", self.name()),
            )),
            _ => Ok(calls),
        }
    }

    fn actions(&self) -> Vec<String> {
        self.hello.actions.keys().cloned().collect()
    }

    fn snapshot(&mut self) -> Result<u64, Fault> {
        Self::snapshot(self)
    }

    fn restore(&mut self, snapshot: u64) -> Result<State, Fault> {
        Self::restore(self, snapshot)
    }

    fn successors(&mut self) -> Result<Vec<(Action, State)>, Fault> {
        Self::successors(self)
    }

    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        // The tools search for a property, by weights of their own; walks without one are ours.
        let by_tool = self.search.is_some() && search.weights.is_empty();
        if let (true, Some(property)) = (by_tool, &search.property) {
            // What is no property is told in the words of every command, not in those of the tool.
            if self.property(property).is_none() {
                return Err(no_property(self, property));
            }
            self.reset()?;
            self.holds(property)?;
            if let Some(tool) = &mut self.search {
                return tool(search, found);
            }
        }
        walks_of(self, search, found)
    }
}
