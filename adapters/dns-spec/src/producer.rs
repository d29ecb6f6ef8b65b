//! The spec as a producer.

use std::ops::ControlFlow;

use itf::{Label, Labels, Path, Record as Fields, State as ItfState, Trace};
use itf_adapters::{
    Action, Fault, FaultKind, Next, Producer, Property as PropertyOf, PropertyKind as Kind, Search,
    SearchReport, Shortest, trace_of,
};

use crate::encode::{Encoder, PARAMS, VARS, parameters};
use crate::property::{Property, PropertyKind};
use crate::search::breadth::{BreadthFirst, Outcome, breadth_first};
use crate::search::random::{walk, walk_seed};
use crate::{Instance, State, decode, init, step_in_place};

/// The spec in process.
///
/// ```
/// use itf_adapters::{Action, Next, Producer};
/// use itf_dns_spec::{DnsSpec, Instance};
///
/// let mut spec = DnsSpec::new(Instance::named("n3_5_3").ok_or("no such instance")?);
/// let initial = spec.reset()?;
/// assert_eq!(spec.labels().label(&initial, 0)?.name, "Init");
/// let next = spec.execute(&Action::new("deployer_backoff").arg("deployer", "deployer-a"))?;
/// assert!(matches!(next, Next::Disabled(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DnsSpec {
    instance: Instance,
    parameters: Fields,
    state: State,
    encoder: Encoder,
}

impl DnsSpec {
    /// The spec with these parameters, in its initial state.
    ///
    /// ```
    /// use itf_adapters::Producer;
    /// use itf_dns_spec::{DnsSpec, Instance};
    /// let spec = DnsSpec::new(Instance::named("n3_20_3").ok_or("no such instance")?);
    /// assert_eq!(spec.name(), "dns-spec:n3_20_3");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn new(instance: Instance) -> Self {
        let (parameters, state) = (parameters(&instance), init(&instance));
        Self { instance, parameters, state, encoder: Encoder::default() }
    }

    /// The current state as ITF; the first one has the parameters, too.
    fn itf_state(&mut self, first: bool) -> ItfState {
        let values = self.encoder.state(&self.state);
        if !first {
            return ItfState::from(values);
        }
        let all = self.parameters.iter().chain(values.iter());
        ItfState::from(all.map(|(name, value)| (name, value.clone())).collect::<Fields>())
    }

    fn property(&self, name: &str) -> Result<Property, Fault> {
        Property::named(name).ok_or_else(|| {
            let known = Property::ALL.map(Property::name).join(", ");
            let message = format!("{} has no property `{name}`; it has {known}", self.name());
            Fault::new(FaultKind::Unsupported, message)
        })
    }

    /// The trace of a walk, with what is said of it in `#meta`.
    fn trace(
        &mut self,
        calls: &[crate::Call],
        property: Option<Property>,
        seed: u64,
    ) -> Result<Trace, Fault> {
        let mut states = vec![self.reset()?];
        for call in calls {
            let done = step_in_place(&self.instance, &mut self.state, call);
            done.map_err(|why| Fault::new(FaultKind::Failed, why.to_string()))?;
            states.push(self.itf_state(false));
        }
        let mut header = self.header();
        header.meta.set("trace_seed", seed.into());
        if let Some(property) = property {
            header.meta.set("predicate_kind", kind(property).word().into());
            header.meta.set("predicate_name", property.name().into());
        }
        Ok(trace_of(&header, states))
    }
}

impl Producer for DnsSpec {
    fn name(&self) -> String {
        format!("dns-spec:{}", self.instance.name())
    }

    fn header(&self) -> Trace {
        let mut header = Trace::new(VARS, []);
        header.params = PARAMS.map(str::to_owned).into();
        header.meta.set("format", "ITF".into());
        header.meta.set("source", self.name().into());
        header
    }

    fn labels(&self) -> Labels {
        Labels::Variant(Path::root().field("ghost_action"))
    }

    fn properties(&self) -> Vec<PropertyOf> {
        let public = |p: Property| PropertyOf { name: p.name().to_owned(), kind: kind(p) };
        Property::ALL.map(public).into()
    }

    fn reset(&mut self) -> Result<ItfState, Fault> {
        self.state = init(&self.instance);
        Ok(self.itf_state(true))
    }

    fn execute(&mut self, action: &Action) -> Result<Next, Fault> {
        let call = decode::call(action)?;
        match step_in_place(&self.instance, &mut self.state, &call) {
            Ok(used) => {
                let picks = (used != call).then(|| decode::action(&used).picks);
                Ok(Next::State { state: self.itf_state(false), picks })
            }
            Err(why) => Ok(Next::Disabled(why.to_string())),
        }
    }

    fn holds(&mut self, property: &str) -> Result<bool, Fault> {
        Ok(self.property(property)?.holds(&self.state))
    }

    fn call(&self, label: &Label) -> Result<Action, Fault> {
        decode::of_label(label)
    }

    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let property = search.property.as_deref().map(|name| self.property(name)).transpose()?;
        let mut report = SearchReport { found: 0, walks: 0, steps: 0 };
        while report.walks < search.max_samples && report.found < search.max_findings {
            let seed = walk_seed(search.seed, report.walks);
            let walk = walk(&self.instance, property, seed, search.max_steps);
            report.walks += 1;
            report.steps += walk.calls.len() as u64;
            if property.is_none() || walk.found {
                report.found += 1;
                if found(self.trace(&walk.calls, property, seed)?).is_break() {
                    break;
                }
            }
        }
        Ok(report)
    }

    fn shortest(&mut self, property: &str, max_states: usize) -> Result<Shortest, Fault> {
        let property = self.property(property)?;
        let bounds = BreadthFirst { max_len: max_states, ..BreadthFirst::default() };
        let report = breadth_first(&self.instance, property, &bounds);
        let states = report.states;
        match report.outcome {
            Outcome::Found { calls } => {
                Ok(Shortest::Found { calls: calls.iter().map(decode::action).collect(), states })
            }
            Outcome::NoneUpTo { len } => Ok(Shortest::NoneUpTo { len, states }),
            Outcome::Unreachable => Ok(Shortest::NoneUpTo { len: max_states, states }),
            Outcome::BoundHit { complete_len } => Err(Fault::new(
                FaultKind::Failed,
                format!(
                    "the search visited {states} states and ends there; no trace of up to {complete_len} states"
                ),
            )),
        }
    }
}

fn kind(property: Property) -> Kind {
    match property.kind() {
        PropertyKind::Invariant => Kind::Invariant,
        PropertyKind::Example => Kind::Example,
    }
}
