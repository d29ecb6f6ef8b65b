//! What plugs in, by name.

use itf_adapters::{Producer, System};
use itf_dns_spec::{DnsSpec, Instance};

use crate::trouble::Trouble;

/// The producers there are, for help and messages.
pub(crate) const PRODUCERS: &str = "dns-spec[:INSTANCE] with the instances n3_5_3, n3_20_3 and n3_30_20";

/// The systems there are, for help and messages.
pub(crate) const SYSTEMS: &str = "dns-lab";

/// The producer that `name` says: `dns-spec:n3_5_3`, or `dns-spec` and an instance beside it.
pub(crate) fn producer(name: &str, instance: Option<&str>) -> Result<Box<dyn Producer>, Trouble> {
    let (spec, named) = name.split_once(':').map_or((name, None), |(spec, instance)| (spec, Some(instance)));
    if spec != "dns-spec" {
        return Err(Trouble::new(format!("there is no producer `{name}`; there is {PRODUCERS}")));
    }
    let instance = match (named, instance) {
        (Some(a), Some(b)) if a != b => {
            return Err(Trouble::new(format!("two instances are named: `{a}` in `{name}`, and `{b}`")));
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => Instance::NAMES[0],
    };
    let Some(found) = Instance::named(instance) else {
        let known = Instance::NAMES.join(", ");
        return Err(Trouble::new(format!("{spec} has no instance `{instance}`; it has {known}")));
    };
    Ok(Box::new(DnsSpec::new(found)))
}

/// The system under test that `name` says.
pub(crate) fn system(name: &str) -> Result<System, Trouble> {
    match name {
        "dns-lab" => Ok(itf_dns_lab::system()),
        _ => Err(Trouble::new(format!("there is no system `{name}`; there is {SYSTEMS}"))),
    }
}
