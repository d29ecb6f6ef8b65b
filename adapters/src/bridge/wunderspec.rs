//! Wunderspec: specs in Python.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use itf::Trace;

use super::{run_tool, setting, spec_exists, traces_in, written};
use crate::jsonl::{JsonlProducer, Limits, temporary_file};
use crate::{Fault, FaultKind, Search, SearchReport};

/// The version of Wunderspec that the bridge is made for.
///
/// ```
/// assert_eq!(itf_adapters::bridge::WUNDERSPEC, "0.141.1");
/// ```
pub const WUNDERSPEC: &str = "0.141.1";

const BRIDGE: &str = include_str!("../../wunderspec/bridge.py");

/// The exit statuses of `wunderspec run`.
const VIOLATION: i32 = 1;
const EXAMPLE: i32 = 2;
const NO_EXAMPLE: i32 = 3;

/// The spec in the file `spec` with the parameters of `instance`, which need not be named if there is one only.
///
/// The Python that has Wunderspec is `python3`, or the one that the environment variable `ITF_PYTHON` names. What the
/// labels of traces stand for may be said in a file beside the spec, `SPEC.labels.toml`: see the head of the bridge.
///
/// # Errors
///
/// No such spec or instance, no Python, or another version of Wunderspec.
///
/// ```
/// let fault = itf_adapters::bridge::wunderspec("no/such/spec.py".as_ref(), None, Default::default());
/// assert!(fault.map(drop).unwrap_err().message.contains("no spec no/such/spec.py"));
/// ```
pub fn wunderspec(spec: &Path, instance: Option<&str>, limits: Limits) -> Result<JsonlProducer, Fault> {
    spec_exists(spec)?;
    let bridge = written("itf-wunderspec", ".py", BRIDGE)?;
    let python = setting("ITF_PYTHON").unwrap_or_else(|| "python3".into());
    let mut tool = Tool { python, spec: spec.to_owned(), instance: instance.map(str::to_owned) };
    let name =
        format!("wunderspec:{}{}", spec.display(), instance.map(|i| format!("::{i}")).unwrap_or_default());
    let (spec, instance) = (tool.spec.clone(), tool.instance.clone());
    let python = tool.python.clone();
    let launch = move || {
        let mut command = Tool::python(&python);
        command.arg(bridge.path()).arg(&spec).args(&instance);
        // Sets are walked through in the order of hashes: with the same order the same picks are tried first.
        command.env("PYTHONHASHSEED", "0");
        command
    };
    let producer = JsonlProducer::launch(name, Box::new(launch), limits, None)?;
    if let (None, Some((_, only))) = (&tool.instance, producer.said().name.rsplit_once("::")) {
        // The bridge takes the only instance there is; the tool wants to be told.
        tool.instance = Some(only.to_owned());
    }
    Ok(producer.with_search(Box::new(move |search, found| tool.search(search, found))))
}

/// The command of the tool itself, which makes traces.
struct Tool {
    python: OsString,
    spec: PathBuf,
    instance: Option<String>,
}

impl Tool {
    fn python(python: &OsString) -> Command {
        let mut command = Command::new(python);
        // No litter beside the specs of others.
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
        command
    }

    /// Runs `wunderspec run`, and passes on what it finds.
    fn search(
        &self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let Some(property) = &search.property else {
            let message = "`wunderspec run` writes only traces that show a property: name it with --property";
            return Err(Fault::new(FaultKind::Unsupported, message));
        };
        let out = temporary_file("itf-wunderspec", ".ndjson");
        let out = out.map_err(|e| Fault::new(FaultKind::Failed, format!("no temporary file: {e}")))?;
        let mut command = Self::python(&self.python);
        command.args(["-m", "wunderspec", "run"]).arg(&self.spec);
        if let Some(instance) = &self.instance {
            command.args(["--instance", instance]);
        }
        command.args(["--property", property]);
        for (option, number) in [
            ("--max-steps", search.max_steps as u64),
            ("--max-samples", search.max_samples),
            ("--max-findings", search.max_findings as u64),
            ("--seed", search.seed),
        ] {
            command.arg(option).arg(number.to_string());
        }
        command.args(["--no-print-trace", "--no-progress", "--no-color", "--best-trace", "0", "--out-itf"]);
        command.arg(out.path());
        // The walk is decided by the seed, the order in which it is written by the hashes.
        command.env("PYTHONHASHSEED", (search.seed % (1 << 32)).to_string());
        let run = run_tool(command)?;
        let traces = match run.status {
            Some(VIOLATION | EXAMPLE) => traces_in(out.path(), "wunderspec run")?,
            Some(0 | NO_EXAMPLE) => Vec::new(),
            _ => return Err(run.fault("wunderspec run")),
        };
        // 1 is also the status of any other trouble.
        if traces.is_empty() && run.status == Some(VIOLATION) {
            return Err(run.fault("wunderspec run"));
        }
        let mut report = SearchReport::default();
        for trace in traces {
            report.found += 1;
            report.steps += trace.states.len().saturating_sub(1) as u64;
            if found(trace).is_break() {
                break;
            }
        }
        Ok(report)
    }
}
