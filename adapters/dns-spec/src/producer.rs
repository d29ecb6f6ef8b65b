//! The spec as a producer.

use std::ops::ControlFlow;

use itf::{Label, Labels, Path, Record as Fields, State as ItfState, Trace};
use itf_adapters::engine::{Breadth, Random, Space};
use itf_adapters::{
    Action, Fault, FaultKind, Next, Picks, Producer, Property as PropertyOf, PropertyKind as Kind, Search,
    SearchReport, Shortest, search_space, walked,
};

use crate::encode::{Encoder, PARAMS, VARS, parameters};
use crate::property::{Property, PropertyKind};
use crate::space::{ACTIONS, DnsSpace};
use crate::{Choices, Instance, Reduction, State, decode, enabled, init, shortest, step, step_in_place};

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
    snapshots: Vec<State>,
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
        Self { instance, parameters, state, encoder: Encoder::default(), snapshots: Vec::new() }
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

    /// The states that calls lead to, from the initial one.
    fn states(&mut self, calls: &[crate::Call]) -> Result<Vec<ItfState>, Fault> {
        let mut states = vec![self.reset()?];
        for call in calls {
            let done = step_in_place(&self.instance, &mut self.state, call);
            done.map_err(|why| Fault::new(FaultKind::Failed, why.to_string()))?;
            states.push(self.itf_state(false));
        }
        Ok(states)
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

    /// The names of the choices are those of the same machine in Quint, where the deployer is `d`.
    fn recorded(&self, label: &Label) -> Result<Label, Fault> {
        let Action { name, args, picks } = decode::of_label(label)?;
        let deployer = args.get("deployer").map(|deployer| ("d", deployer.clone()));
        let picks = if let Picks::ByName(picks) = picks { picks } else { Fields::default() };
        let picks = picks.iter().map(|(name, value)| (name.as_str(), value.clone()));
        Ok(Label { name, args: picks.chain(deployer).collect() })
    }

    fn search(
        &mut self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let property = search.property.as_deref().map(|name| self.property(name)).transpose()?;
        let mut header = self.header();
        if let Some(property) = property {
            kind(property).record(property.name(), &mut header.meta);
        }
        let instance = self.instance.clone();
        let make = || Ok(DnsSpace::new(instance.clone(), property));
        let mut trace = |walk: itf_adapters::engine::Walk<State, crate::Call>| {
            Ok(walked(&header, search.seed, walk.number, self.states(&walk.calls)?))
        };
        search_space(&make, search, &mut trace, found)
    }

    fn shortest(&mut self, property: &str, max_states: usize) -> Result<Shortest, Fault> {
        let property = self.property(property)?;
        let bounds = Breadth { max_len: max_states, ..Breadth::default() };
        let report = shortest(&self.instance, property, Reduction::Views, &bounds)?;
        Shortest::of(report, max_states, |calls| calls.iter().map(decode::action).collect())
    }

    fn actions(&self) -> Vec<String> {
        ACTIONS.map(str::to_owned).into()
    }

    fn enabled(&mut self) -> Result<Vec<Action>, Fault> {
        Ok(enabled(&self.instance, &self.state, Choices::All).map(|call| decode::action(&call)).collect())
    }

    /// One plan, with its picks, of all that could be generated; and every other call.
    fn sample(&mut self, seed: u32) -> Result<Vec<Action>, Fault> {
        let mut space = DnsSpace::new(self.instance.clone(), None);
        let mut random = Random::seeded(seed.into());
        let drawn = enabled(&self.instance, &self.state, Choices::Least).map(|call| match call {
            crate::Call::PlannerGenerate { .. } => space.propose(&self.state, 0, &mut random).unwrap_or(call),
            other => other,
        });
        Ok(drawn.map(|call| decode::action(&call)).collect())
    }

    fn successors(&mut self) -> Result<Vec<(Action, ItfState)>, Fault> {
        let here = self.state.clone();
        let mut found = Vec::new();
        for call in enabled(&self.instance, &here, Choices::All) {
            // Disabled does not happen: the call is one of the enabled ones.
            if let Ok((state, used)) = step(&self.instance, &here, &call) {
                found.push((decode::action(&used), ItfState::from(self.encoder.state(&state))));
            }
        }
        Ok(found)
    }

    fn snapshot(&mut self) -> Result<u64, Fault> {
        self.snapshots.push(self.state.clone());
        Ok(self.snapshots.len() as u64 - 1)
    }

    fn restore(&mut self, snapshot: u64) -> Result<ItfState, Fault> {
        let found = usize::try_from(snapshot).ok().and_then(|number| self.snapshots.get(number));
        let found = found.ok_or_else(|| Fault::new(FaultKind::Invalid, format!("no snapshot {snapshot}")))?;
        self.state = found.clone();
        Ok(self.itf_state(false))
    }

    fn fork(&self) -> Option<Box<dyn Producer + Send>> {
        Some(Box::new(Self::new(self.instance.clone())))
    }
}

fn kind(property: Property) -> Kind {
    match property.kind() {
        PropertyKind::Invariant => Kind::Invariant,
        PropertyKind::Example => Kind::Example,
    }
}
