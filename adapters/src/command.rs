//! Judging candidates by any command.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use itf::{Layout, State, Trace};
use itf_shrink::{Run, Verdict};
use rustix::process::{Pid, Signal, kill_process_group};
use wait_timeout::ChildExt;

/// The exit status by which a command says that it cannot tell, as for `git bisect run`.
const UNRESOLVED: i32 = 125;

/// Judges a candidate by a command: it still fails if the command exits with 0.
///
/// The units are the states after the initial one, by their position in the trace. The candidate is a file whose name
/// replaces `{}` in the arguments, is in the environment as `ITF_CANDIDATE`, and is standard input. Exit 125 means that
/// the command cannot tell; so do a signal and a timeout. All else means that the failure is gone.
pub struct CommandOracle {
    trace: Trace,
    command: Vec<OsString>,
    candidate: PathBuf,
    timeout: Duration,
}

impl CommandOracle {
    /// The oracle that runs `command`, its program first, on candidates made of the states of `trace`, which it writes
    /// into `folder`.
    ///
    /// # Errors
    ///
    /// A command without a program, or with a program that is not there.
    pub fn new(trace: Trace, command: Vec<OsString>, folder: &Path, timeout: Duration) -> io::Result<Self> {
        let Some(program) = command.first() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no command was given"));
        };
        find_program(program)?;
        Ok(Self { trace, command, candidate: folder.join("candidate.itf.json"), timeout })
    }

    /// The units of the trace: the positions of all states but the initial one.
    pub fn units(&self) -> Vec<usize> {
        (1..self.trace.states.len()).collect()
    }

    fn judge(&self, candidate: &[usize]) -> io::Result<Verdict> {
        let mut out = BufWriter::new(File::create(&self.candidate)?);
        itf::write(&mut out, &candidate_trace(&self.trace, candidate), Layout::Compact)?;
        out.flush()?;
        let mut child = self.command().stdin(File::open(&self.candidate)?).spawn()?;
        let status = self.wait(&mut child)?;
        Ok(match status.map(|s| (s.code(), s.signal())) {
            None => Verdict::fault(format!("the command took longer than {} s", self.timeout.as_secs_f64())),
            Some((Some(0), _)) => {
                Verdict::fails("command", self.command[0].to_string_lossy(), "the command exits with 0")
            }
            Some((Some(UNRESOLVED), _)) => Verdict::fault("the command exits with 125: it cannot tell"),
            Some((Some(_), _)) => Verdict::Passes,
            Some((None, signal)) => {
                Verdict::fault(format!("the command was killed by signal {}", signal.unwrap_or(0)))
            }
        })
    }

    fn command(&self) -> Command {
        let (program, args) =
            self.command.split_first().map_or((OsStr::new(""), &[][..]), |(p, a)| (p.as_os_str(), a));
        let mut command = Command::new(program);
        for arg in args {
            match arg.to_str() {
                Some(text) if text.contains("{}") => {
                    command.arg(text.replace("{}", &self.candidate.to_string_lossy()));
                }
                _ => {
                    command.arg(arg);
                }
            }
        }
        command
            .env("ITF_CANDIDATE", &self.candidate)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command
    }

    /// Waits, and leaves no process behind: whatever the command started is in its process group.
    fn wait(&self, child: &mut Child) -> io::Result<Option<ExitStatus>> {
        let status = child.wait_timeout(self.timeout);
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // An empty group is gone already; that is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let status = status?;
        if status.is_none() {
            child.wait()?;
        }
        Ok(status)
    }
}

/// The states are what is left out here, and no guide to what a command will say: they are not told to the shrinker.
impl itf_shrink::Oracle<usize> for CommandOracle {
    type State = Infallible;

    fn run(&mut self, candidate: &[usize]) -> Run<usize, Infallible> {
        let verdict = self.judge(candidate);
        let verdict =
            verdict.unwrap_or_else(|error| Verdict::fault(format!("cannot run the command: {error}")));
        Run::of(candidate, verdict)
    }
}

/// The trace of the initial state and the states at `kept`; `#meta.index` counts them where it was there. The loop goes
/// back to the first state that is left of it.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":1},{"x":2}],"loop":1}"#)?[0];
/// let candidate = itf_adapters::candidate_trace(trace, &[2]);
/// assert_eq!((candidate.states.len(), candidate.loop_index), (2, Some(1)));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn candidate_trace(trace: &Trace, kept: &[usize]) -> Trace {
    let positions: Vec<usize> = std::iter::once(0).chain(kept.iter().copied()).collect();
    let mut candidate = Trace {
        meta: trace.meta.clone(),
        params: trace.params.clone(),
        vars: trace.vars.clone(),
        extra: trace.extra.clone(),
        loop_index: None,
        states: Vec::with_capacity(positions.len()),
    };
    for (index, &at) in positions.iter().enumerate() {
        let State { mut meta, value } = trace.states[at].clone();
        if meta.get("index").is_some_and(|i| i.is_number()) {
            meta.set("index", serde_json::json!(index));
        }
        candidate.states.push(State { meta, value });
    }
    candidate.loop_index = trace.loop_index.and_then(|start| {
        let at = positions.iter().position(|&at| at as u64 >= start)?;
        u64::try_from(at).ok()
    });
    candidate
}

/// That the program is there is asked before the first candidate: a missing oracle must not look like a bug that is gone.
fn find_program(program: &OsString) -> io::Result<()> {
    let missing = || {
        let message = format!("there is no command `{}`", program.to_string_lossy());
        io::Error::new(io::ErrorKind::NotFound, message)
    };
    let path = Path::new(program);
    if path.components().count() > 1 {
        return if path.is_file() { Ok(()) } else { Err(missing()) };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).any(|folder| folder.join(path).is_file());
    if found { Ok(()) } else { Err(missing()) }
}
