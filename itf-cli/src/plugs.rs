//! What plugs in, by name.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use itf_adapters::http::HttpConsumer;
use itf_adapters::jsonl::{JsonlConsumer, JsonlProducer, Limits, split};
use itf_adapters::{Producer, System, bridge};
use itf_dns_spec::{DnsSpec, Instance};

use crate::trouble::Trouble;

/// The producers there are, for help and messages.
pub(crate) const PRODUCERS: &str = "dns-spec[:INSTANCE] with the instances n3_5_3, n3_20_3 and n3_30_20, \
     wunderspec:FILE.py[::INSTANCE], quint:FILE.qnt[::MODULE[,init=NAME][,step=NAME]] and jsonl:COMMAND LINE";

/// The systems there are, for help and messages.
pub(crate) const SYSTEMS: &str = "dns-lab, http:FILE.toml[@BASE] and jsonl:COMMAND LINE";

/// The producer that `name` says: `dns-spec:n3_5_3`, or `dns-spec` and an instance beside it.
pub(crate) fn producer(name: &str, instance: Option<&str>) -> Result<Box<dyn Producer>, Trouble> {
    let (kind, rest) = name.split_once(':').map_or((name, None), |(kind, rest)| (kind, Some(rest)));
    match (kind, rest) {
        ("dns-spec", named) => {
            let instance = one_of(name, named, instance)?.unwrap_or(Instance::NAMES[0]);
            let Some(found) = Instance::named(instance) else {
                let known = Instance::NAMES.join(", ");
                return Err(Trouble::new(format!("{kind} has no instance `{instance}`; it has {known}")));
            };
            Ok(Box::new(DnsSpec::new(found)))
        }
        ("wunderspec" | "quint", Some(rest)) if !rest.is_empty() => {
            let (file, named) = rest.split_once("::").map_or((rest, None), |(file, part)| (file, Some(part)));
            let part = one_of(name, named, instance)?;
            end_with_us();
            let open = if kind == "quint" { bridge::quint } else { bridge::wunderspec };
            Ok(Box::new(open(Path::new(file), part, limits()?)?))
        }
        ("jsonl", Some(line)) => {
            if let Some(instance) = instance {
                let message = format!("--instance {instance}: put it into the command line of `{name}`");
                return Err(Trouble::new(message));
            }
            end_with_us();
            let producer = JsonlProducer::start(&split(line)?, limits()?)?;
            if producer.header().vars.is_empty() && producer.properties().is_empty() {
                return Err(Trouble::new(format!(
                    "{name} is a system, not a spec: its answer to hello has no `vars` and no `properties`"
                )));
            }
            Ok(Box::new(producer))
        }
        _ => Err(no_spec(name)),
    }
}

/// There is no such spec; who named the file alone is told how it is written.
fn no_spec(name: &str) -> Trouble {
    let is_file = |ending: &str| name.split("::").next().is_some_and(|file| file.ends_with(ending));
    let meant = match () {
        () if is_file(".qnt") => format!("; did you mean quint:{name}?"),
        () if is_file(".py") => format!("; did you mean wunderspec:{name}?"),
        () => String::new(),
    };
    Trouble::new(format!("there is no spec `{name}`{meant}; there is {PRODUCERS}"))
}

/// The script that draws the states of a producer, if it brings one along; see docs/views.md.
pub(crate) fn view(name: &str) -> Option<&'static str> {
    (name.split(':').next() == Some("dns-spec")).then_some(itf_dns_spec::VIEW)
}

/// Ctrl-C does not reach adapters, which are in process groups of their own: they are ended, and the command then ends by
/// itself. A command that has its own way to stop keeps it.
pub(crate) fn end_with_us() {
    let asked = AtomicBool::new(false);
    let _ = ctrlc::set_handler(move || interrupted(asked.swap(true, Ordering::Relaxed)));
}

/// Set when the process was asked to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether it was, where somebody looks for that: see [`end_with_us`].
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Ends the adapters; and the process, where it would not end by that: it waits for its input or its reader, or was asked
/// before.
#[expect(clippy::exit, reason = "what is under way may hang where nobody looks at a flag")]
fn interrupted(again: bool) {
    INTERRUPTED.store(true, Ordering::Relaxed);
    itf_adapters::jsonl::interrupt();
    if again || crate::input::is_waiting() {
        std::process::exit(i32::from(crate::exit::TROUBLE));
    }
    crate::patience::lose();
}

/// How long adapters may take: `ITF_START_SECONDS` for the start, `ITF_STEP_SECONDS` for a step, and twice that for a reset.
pub(crate) fn limits() -> Result<Limits, Trouble> {
    let mut limits = Limits::default();
    if let Some(start) = seconds("ITF_START_SECONDS")? {
        limits.start = start;
    }
    if let Some(step) = seconds("ITF_STEP_SECONDS")? {
        (limits.step, limits.reset) = (step, step.saturating_mul(2));
    }
    Ok(limits)
}

fn seconds(variable: &str) -> Result<Option<Duration>, Trouble> {
    let Some(text) = std::env::var_os(variable) else { return Ok(None) };
    let found = text.to_str().and_then(|text| text.parse().ok());
    let found = found.and_then(|number| Duration::try_from_secs_f64(number).ok()).filter(|d| !d.is_zero());
    let wrong = || Trouble::new(format!("{variable}={}: is no number of seconds", text.to_string_lossy()));
    found.map(Some).ok_or_else(wrong)
}

/// Is set by Ctrl-C: what is under way is broken off where that can be told, and what was done is told. Who asks twice does
/// not wait. To be called before an adapter is started, which has a way of its own to end.
pub(crate) fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || interrupted(set.swap(true, Ordering::Relaxed)));
    stop
}

/// The instance that is named in the name, or beside it.
fn one_of<'a>(
    name: &str,
    named: Option<&'a str>,
    beside: Option<&'a str>,
) -> Result<Option<&'a str>, Trouble> {
    match (named, beside) {
        (Some(a), Some(b)) if a != b => {
            Err(Trouble::new(format!("two instances are named: `{a}` in `{name}`, and `{b}`")))
        }
        (found, beside) => Ok(found.or(beside)),
    }
}

/// Whether the system of this name is in this process.
pub(crate) fn is_here(system: &str) -> bool {
    system == "dns-lab"
}

/// The system under test that `name` says.
pub(crate) fn system(name: &str) -> Result<System, Trouble> {
    match name.split_once(':') {
        None if name == "dns-lab" => Ok(itf_dns_lab::system()),
        Some(("http", rest)) if !rest.is_empty() => {
            // A file may have an `@` in its name; what follows the last one is an address only if it looks like one.
            let (file, base) = match rest.rfind("@http") {
                Some(at) => (&rest[..at], Some(&rest[at + 1..])),
                None => (rest, None),
            };
            if let (None, Some((named, place))) = (base, file.rsplit_once('@'))
                && !Path::new(file).exists()
                && Path::new(named).exists()
            {
                let message =
                    format!("{name}: after `@` is where the service is: http:{named}@http://{place}");
                return Err(Trouble::new(message));
            }
            Ok(HttpConsumer::open(Path::new(file), base)?.into_system())
        }
        Some(("jsonl", line)) => {
            end_with_us();
            Ok(JsonlConsumer::start(&split(line)?, limits()?)?.into_system())
        }
        _ => Err(Trouble::new(format!("there is no system `{name}`; there is {SYSTEMS}"))),
    }
}
