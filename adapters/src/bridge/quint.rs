//! Quint: specs in Quint, through its npm package.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use itf::Trace;

use super::{run_tool, setting, spec_exists, traces_in, written};
use crate::jsonl::{JsonlProducer, Limits, temporary_folder};
use crate::{Fault, FaultKind, PropertyKind, Search, SearchReport};

/// The version of Quint that the bridge is made for.
///
/// ```
/// assert_eq!(itf_adapters::bridge::QUINT, "0.33.0");
/// ```
pub const QUINT: &str = "0.33.0";

const BRIDGE: &str = include_str!("../../quint/bridge.js");

/// The module `module` of the file `spec`; without a name it is the one named as the file, or the last. What the actions
/// that begin and go on are called may follow, if not `init` and `step`: `tower,init=lift::init,step=lift::step`, or
/// `,step=go`.
///
/// Quint is looked for in the folder that the environment variable `ITF_QUINT_DIR` names (the one with `node_modules` in
/// it); without the variable from the current folder upwards, then where `npm install --global` puts it. Node.js is `node`, or
/// what `ITF_NODE` names.
///
/// # Errors
///
/// No such spec or module, no Node.js, another version of Quint, or an option that is neither `init` nor `step`.
///
/// ```
/// let fault = itf_adapters::bridge::quint("no/such/spec.qnt".as_ref(), None, Default::default());
/// assert!(fault.map(drop).unwrap_err().message.contains("no spec no/such/spec.qnt"));
/// ```
pub fn quint(spec: &Path, module: Option<&str>, limits: Limits) -> Result<JsonlProducer, Fault> {
    spec_exists(spec)?;
    let bridge = written("itf-quint", ".js", BRIDGE)?;
    let node = setting("ITF_NODE").unwrap_or_else(|| "node".into());
    let name = format!("quint:{}{}", spec.display(), module.map(|m| format!("::{m}")).unwrap_or_default());
    let entry = Entry::read(module.unwrap_or_default())?;
    let mut tool = Tool { node, spec: spec.to_owned(), entry };
    let again = tool.clone();
    let launch = move || {
        // The file is there as long as this function is kept.
        let mut command = Command::new(&again.node);
        command.arg(bridge.path()).arg(&again.spec).args(&again.entry.module).args(&again.entry.names);
        command
    };
    let producer = JsonlProducer::launch(name, Box::new(launch), limits, None)?;
    if let (None, Some((_, main))) = (&tool.entry.module, producer.said().name.rsplit_once("::")) {
        // The tool knows only a module that is called as the file.
        tool.entry.module = Some(main.to_owned());
    }
    Ok(producer.with_search(Box::new(move |search, found| tool.search(search, found))))
}

/// What of a file is meant.
#[derive(Clone)]
struct Entry {
    module: Option<String>,
    /// The actions that begin and go on, as options of the command line.
    names: Vec<String>,
}

impl Entry {
    /// Reads `MODULE,init=NAME,step=NAME`, of which each part may be missing.
    fn read(text: &str) -> Result<Self, Fault> {
        let mut parts = text.split(',');
        let module = parts.next().filter(|module| !module.is_empty()).map(str::to_owned);
        let mut names = Vec::new();
        for part in parts {
            match part.split_once('=') {
                Some((which @ ("init" | "step"), name)) if !name.is_empty() => {
                    names.extend([format!("--{which}"), name.to_owned()]);
                }
                _ => {
                    let message = format!("`{part}` is no option of a spec in Quint: init=NAME or step=NAME");
                    return Err(Fault::new(FaultKind::Invalid, message));
                }
            }
        }
        Ok(Self { module, names })
    }
}

/// How the tool is started.
#[derive(Clone)]
struct Tool {
    node: OsString,
    spec: PathBuf,
    entry: Entry,
}

impl Tool {
    /// Runs `quint run`, and passes on what it finds. It stops at the first violation, so each has a run of its own.
    fn search(
        &self,
        search: &Search,
        found: &mut dyn FnMut(Trace) -> ControlFlow<()>,
    ) -> Result<SearchReport, Fault> {
        let bridge = written("itf-quint", ".js", BRIDGE)?;
        let folder = temporary_folder("itf-quint");
        let folder =
            folder.map_err(|e| Fault::new(FaultKind::Failed, format!("no temporary folder: {e}")))?;
        let mut report = SearchReport::default();
        let runs = if search.property.is_some() { search.max_findings } else { 1 };
        for number in 0..runs {
            let out = folder.path().join("found{seq}.itf.json");
            let mut command = Command::new(&self.node);
            command.arg(bridge.path()).args(["--tool", "run"]).arg(&self.spec);
            if let Some(module) = &self.entry.module {
                command.args(["--main", module]);
            }
            command.args(&self.entry.names);
            match &search.property {
                Some(property) => command.args(["--invariant", property, "--n-traces", "1"]),
                None => command.args(["--n-traces", &search.max_findings.to_string()]),
            };
            for (option, value) in [
                ("--max-steps", search.max_steps as u64),
                ("--max-samples", search.max_samples),
                ("--seed", search.seed.wrapping_add(number as u64)),
            ] {
                command.arg(option).arg(value.to_string());
            }
            command.args(["--mbt", "--backend", "typescript", "--verbosity", "0", "--out-itf"]).arg(&out);
            let run = run_tool(command)?;
            let is_found = match (run.status, &search.property) {
                (Some(1), Some(_)) | (Some(0), None) => true,
                (Some(0), Some(_)) => false,
                _ => return Err(run.fault("quint run")),
            };
            if !is_found {
                // Other seeds are other walks, but so many samples without a violation are an answer.
                break;
            }
            for file in files(folder.path())? {
                for mut trace in traces_in(&file, "quint run")? {
                    // It says that something is violated, and not what.
                    if let Some(property) = &search.property {
                        PropertyKind::Invariant.record(property, &mut trace.meta);
                    }
                    report.found += 1;
                    report.steps += trace.states.len().saturating_sub(1) as u64;
                    if found(trace).is_break() {
                        return Ok(report);
                    }
                }
                // The next run has the same names.
                let _ = std::fs::remove_file(file);
            }
            if report.found == 0 {
                // The status is also that of any other trouble.
                return Err(run.fault("quint run"));
            }
        }
        Ok(report)
    }
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault =
        |e: std::io::Error| Fault::new(FaultKind::Failed, format!("cannot read what quint run wrote: {e}"));
    let entries = std::fs::read_dir(folder).map_err(fault)?;
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>().map_err(fault)?;
    files.sort();
    Ok(files)
}
