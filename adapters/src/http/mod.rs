//! Systems that are services: declared in a TOML file, not programmed.
//!
//! The file says where the service is, which request each label becomes, and what the answers mean (`docs/service.md` of
//! the project explains it). Nothing else is asked of the service, and no answer that was not declared is believed.
//!
//! | answer | what it is |
//! |---|---|
//! | 2xx, or a status that an outcome names | the outcome it was declared to be |
//! | 404, 405 | [`FaultKind::Unsupported`]: the service is not the declared one |
//! | 400, 422 | [`FaultKind::Invalid`] |
//! | 5xx | [`FaultKind::Failed`] |
//! | anything else, no JSON, too long, none of the outcomes | [`FaultKind::Protocol`] |
//! | none in time; none, because the connection broke | [`FaultKind::Timeout`]; [`FaultKind::Crash`] |

mod declaration;
mod template;
mod wire;

use std::path::Path;
use std::sync::Arc;

use itf::{Label, Record, State, Value};
use itf_shrink::Failure;

use crate::{Bindings, Consumer, Fault, FaultKind, Outcomes, OwnAccount, Reply, System};
use declaration::{Action, Declaration, Outcome};
use template::{Scope, of_json, quote};
use wire::Client;

#[doc(hidden)]
pub use wire::agent;

/// A [`Consumer`] of a service that was declared in TOML.
#[derive(Debug)]
pub struct HttpConsumer {
    declared: Arc<Declaration>,
    client: Client,
    bindings: Bindings,
    /// Whether an outcome came after which there is something to see.
    visible: bool,
    observed: Option<Value>,
}

impl HttpConsumer {
    /// The consumer that the file declares; `base` is where the service is, if it is not where the file says. The service
    /// is not asked anything yet.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is wrong: then with line and column.
    ///
    /// ```
    /// use itf_adapters::http::HttpConsumer;
    /// let fault = HttpConsumer::open("no/such.toml".as_ref(), None).expect_err("no file");
    /// assert!(fault.message.contains("no/such.toml"));
    /// ```
    pub fn open(file: &Path, base: Option<&str>) -> Result<Self, Fault> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|e| Fault::new(FaultKind::Invalid, format!("cannot read {name}: {e}")))?;
        Self::parse(&name, &text, base)
    }

    /// The consumer that this text declares; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// The text is wrong: with line and column.
    ///
    /// ```
    /// use itf_adapters::{Consumer, http::HttpConsumer};
    /// let text = r#"
    /// version = 1
    /// name = "lamp"
    /// base = "http://127.0.0.1:8080"
    /// reset.call = "POST /reset"
    /// actions.Toggle = { call = "POST /lamps/{lamp}/toggle" }
    /// "#;
    /// let lamp = HttpConsumer::parse("lamp.toml", text, None)?;
    /// assert_eq!((lamp.name(), lamp.actions()), ("lamp".to_owned(), vec!["Toggle".to_owned()]));
    ///
    /// let wrong = HttpConsumer::parse("lamp.toml", &text.replace("{lamp}", "{lamp"), None);
    /// assert!(wrong.expect_err("a brace is open").message.starts_with("lamp.toml:6:27: `{` is not closed"));
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn parse(name: &str, text: &str, base: Option<&str>) -> Result<Self, Fault> {
        let mut declared = Declaration::parse(name, text)?;
        if let Some(base) = base {
            declared.base =
                declaration::check_base(base).map_err(|why| Fault::new(FaultKind::Invalid, why))?;
        }
        let client = Client::new(&declared.base, declared.limits);
        let declared = Arc::new(declared);
        Ok(Self { declared, client, bindings: Bindings::default(), visible: false, observed: None })
    }

    /// The system with the oracles that were declared: the expected outcomes, and the properties of what is observed.
    ///
    /// ```
    /// use itf_adapters::http::HttpConsumer;
    /// let text = r#"
    /// version = 1
    /// name = "lamp"
    /// base = "http://127.0.0.1:8080"
    /// reset.call = "POST /reset"
    /// "#;
    /// assert_eq!(HttpConsumer::parse("lamp.toml", text, None)?.into_system().oracles.len(), 2);
    /// # Ok::<(), itf_adapters::Fault>(())
    /// ```
    pub fn into_system(self) -> System {
        let expected: Vec<(&str, Vec<&str>)> = self
            .declared
            .actions
            .iter()
            .filter(|(_, action)| !action.expect.is_empty())
            .map(|(name, action)| (name.as_str(), action.expect.iter().map(String::as_str).collect()))
            .collect();
        let outcomes = Outcomes::new(expected.iter().map(|(name, words)| (*name, words.as_slice())));
        let kinds = Some(self.declared.properties.iter().map(|property| property.kind.clone()).collect());
        System {
            consumer: Box::new(self),
            oracles: vec![Box::new(outcomes), Box::new(OwnAccount)],
            view: None,
            compare_views: false,
            kinds,
        }
    }

    /// Does what an action says, and everything that follows from it.
    fn perform(&mut self, action: &Action, label: &Label, reset: bool) -> Result<Reply, Fault> {
        let within = if reset { self.declared.limits.reset } else { self.declared.limits.step };
        let scope = Scope { label, bindings: &self.bindings, answer: None, at: None };
        let (status, answer) = self.client.ask(&action.request, scope, within)?;
        let named = |o: &Outcome| o.status.contains(&status);
        if !action.outcomes.iter().any(named) {
            wire::refuse(&action.request, status, &answer)?;
        }
        let what = &action.request.text;
        let answer = wire::json(what, &answer)?;
        let scope = Scope { answer: Some(&answer), ..scope };
        let fits = |o: &&Outcome| {
            let status_fits = if o.status.is_empty() { (200..300).contains(&status) } else { named(o) };
            status_fits && o.when.as_ref().is_none_or(|when| when.matches(&answer, scope))
        };
        let Some(outcome) = action.outcomes.iter().find(fits) else {
            let message = format!(
                "{what}: the answer {status} `{}` is none of the declared outcomes of {}",
                quote(&answer.to_string()),
                label.name
            );
            return Err(Fault::new(FaultKind::Protocol, message));
        };
        let unread = |why: String| {
            let message = format!("{what}: {why}; it answered `{}`", quote(&answer.to_string()));
            Fault::new(FaultKind::Protocol, message)
        };
        let mut reply = Reply::new(&outcome.word);
        if let Some(detail) = &outcome.detail {
            reply.detail = Some(detail.text(scope).map_err(unread)?);
        }
        for (model, system) in &action.binds {
            let model = model.itf(scope).map_err(|why| Fault::new(FaultKind::Invalid, why))?;
            reply.binds.push((model, system.itf(scope).map_err(unread)?));
        }
        for (model, system) in &reply.binds {
            self.bindings.bind(model.clone(), system.clone());
        }
        for follow_up in action.then.iter().filter(|f| f.after.contains(&reply.outcome)) {
            let scope = Scope { label, bindings: &self.bindings, answer: None, at: None };
            let (status, answer) = self.client.ask(&follow_up.request, scope, within)?;
            wire::refuse(&follow_up.request, status, &answer)?;
        }
        Ok(reply)
    }

    /// Looks at the system, and finds what is wrong with it by the declared properties.
    fn look(&mut self, label: &Label, reply: &mut Reply) -> Result<(), Fault> {
        self.observed = None;
        let declared = Arc::clone(&self.declared);
        let Some(observe) = &declared.observe else { return Ok(()) };
        self.visible |= observe.after.is_empty() || observe.after.contains(&reply.outcome);
        if !self.visible {
            return Ok(());
        }
        let scope = Scope { label, bindings: &self.bindings, answer: None, at: None };
        let (status, answer) = self.client.ask(&observe.request, scope, self.declared.limits.step)?;
        wire::refuse(&observe.request, status, &answer)?;
        let answer = wire::json(&observe.request.text, &answer)?;
        let scope = Scope { answer: Some(&answer), ..scope };
        let unread = |why: String| {
            let message =
                format!("{}: {why}; it answered `{}`", observe.request.text, quote(&answer.to_string()));
            Fault::new(FaultKind::Protocol, message)
        };
        for property in &declared.properties {
            let holds = property.holds.holds(&answer, scope, "").map_err(unread)?;
            if reply.failure.is_none() && !holds {
                let message = property.message.text(scope).map_err(unread)?;
                reply.failure = Some(Failure::new(&property.kind, &property.site, message));
            }
        }
        let seen = observe.see.as_ref().map_or_else(|| Ok(answer.clone()), |see| see.value(scope));
        self.observed = Some(of_json(&seen.map_err(unread)?));
        Ok(())
    }
}

impl Consumer for HttpConsumer {
    fn name(&self) -> String {
        self.declared.name.clone()
    }

    fn actions(&self) -> Vec<String> {
        self.declared.actions.keys().cloned().collect()
    }

    fn reset(&mut self, _initial: &State) -> Result<Reply, Fault> {
        self.bindings = Bindings::default();
        self.visible = false;
        let label = Label::new("reset", Record::default());
        let declared = Arc::clone(&self.declared);
        self.perform(&declared.reset, &label, true)
    }

    fn execute(&mut self, label: &Label) -> Result<Reply, Fault> {
        let declared = Arc::clone(&self.declared);
        let Some(action) = declared.actions.get(&*label.name) else {
            let known = declared.actions.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let message = format!("{} declares no action `{}`; it has {known}", declared.name, label.name);
            return Err(Fault::new(FaultKind::Unsupported, message));
        };
        let mut reply = self.perform(action, label, false)?;
        self.look(label, &mut reply)?;
        Ok(reply)
    }

    fn observe(&mut self) -> Result<Option<Value>, Fault> {
        Ok(self.observed.clone())
    }
}

impl From<HttpConsumer> for System {
    fn from(consumer: HttpConsumer) -> Self {
        consumer.into_system()
    }
}
