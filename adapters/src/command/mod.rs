//! Judging candidates by any command.

mod candidate;
mod rules;
mod run;
mod strays;
mod watcher;

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use itf::{Layout, Trace};
use itf_shrink::{Run, Verdict};

use rules::{Rules, Says};
use run::{Attempt, Ended, Job};
pub(crate) use watcher::Watcher;

pub use candidate::candidate_trace;
pub use rules::{Rule, RuleError};
pub use run::Limits;

/// Judges a candidate by a command: it still fails if the command exits with 0.
///
/// The units are the states after the initial one, by their position in the trace. The candidate is a file whose name
/// replaces `{}` in the arguments, is in the environment as `ITF_CANDIDATE`, and is standard input. Exit 125 means that
/// the command cannot tell; so do all above, a signal, and a limit that was hit. All else means that the failure is gone.
/// Other rules can be given: [`fails_when`](Self::fails_when), [`passes_when`](Self::passes_when).
///
/// Each run has a folder of its own, `ITF_FOLDER` and `TMPDIR`, which is gone afterwards; and `ITF_SLOT` and
/// `ITF_ATTEMPT`, by which jobs elsewhere can be told apart. When the command ends, or is ended, so is everything in its
/// process group, on Linux also what left the group and has `ITF_ATTEMPT` in its environment, and if our own process is
/// killed, that happens within moments, too. What hits a limit, or is stopped, is told
/// so by SIGTERM a second before: launchers take their jobs back. A clone has another slot and shares what was learned about times.
#[derive(Clone)]
pub struct CommandOracle {
    trace: Arc<Trace>,
    command: Vec<OsString>,
    folder: PathBuf,
    rules: Rules,
    limits: Limits,
    retries: usize,
    inside: bool,
    slot: usize,
    shared: Arc<Shared>,
}

/// What all clones share.
#[derive(Default)]
struct Shared {
    /// What the names of its runs begin with: no two oracles have the same, or one would end what the other has started.
    name: OnceLock<String>,
    attempts: AtomicU64,
    times: Mutex<Times>,
    stop: Option<Arc<AtomicBool>>,
    last: Mutex<String>,
    /// None if it could not be started.
    watcher: OnceLock<Option<Watcher>>,
}

impl CommandOracle {
    /// The oracle that runs `command`, its program first, on candidates made of the states of `trace`, which it writes
    /// into `folder`. No run takes longer than `timeout`.
    ///
    /// # Errors
    ///
    /// A command without a program, or with a program that is not there.
    pub fn new(trace: Trace, command: Vec<OsString>, folder: &Path, timeout: Duration) -> io::Result<Self> {
        let Some(program) = command.first() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no command was given"));
        };
        find_program(program)?;
        Ok(Self {
            trace: Arc::new(trace),
            command,
            folder: folder.to_owned(),
            rules: Rules::default(),
            limits: Limits { time: timeout, ..Limits::default() },
            retries: 0,
            inside: false,
            slot: 0,
            shared: Arc::default(),
        })
    }

    /// The candidate fails if all of these hold; they are also the failure's identity.
    #[must_use]
    pub fn fails_when(mut self, rules: Vec<Rule>) -> Self {
        self.rules.fails = rules;
        self
    }

    /// The candidate passes only if all of these hold; what neither fails nor passes is no verdict. For launchers of jobs,
    /// whose own troubles must not look like a pass.
    #[must_use]
    pub fn passes_when(mut self, rules: Vec<Rule>) -> Self {
        self.rules.passes = rules;
        self
    }

    /// What the command may use.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// A run that came to no verdict is made again, so many times.
    #[must_use]
    pub fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// The command runs in its private folder, where nothing of one run meets another; else where the caller is.
    #[must_use]
    pub fn inside(mut self, inside: bool) -> Self {
        self.inside = inside;
        self
    }

    /// A flag that ends a run under way. To be given before the oracle is cloned.
    #[must_use]
    pub fn stop(mut self, stop: Arc<AtomicBool>) -> Self {
        self.shared = Arc::new(Shared { stop: Some(stop), ..Shared::default() });
        self
    }

    /// The same oracle for another slot.
    #[must_use]
    pub fn slot(&self, slot: usize) -> Self {
        Self { slot, ..self.clone() }
    }

    /// The units of the trace: the positions of all states but the initial one.
    pub fn units(&self) -> Vec<usize> {
        (1..self.trace.states.len()).collect()
    }

    /// The end of what the command printed in its last run, at most 4,000 bytes.
    pub fn last_output(&self) -> String {
        self.shared.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the command says of a trace, whatever it is made of; a run that comes to no verdict is made again as often as
    /// [`retries`](Self::retries) says.
    ///
    /// ```
    /// use std::time::Duration;
    /// use itf_adapters::CommandOracle;
    /// use itf_shrink::Verdict;
    /// let trace = itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?.remove(0);
    /// let command = ["grep", "-q", "vars", "{}"].map(Into::into).to_vec();
    /// let oracle = CommandOracle::new(trace.clone(), command, &std::env::temp_dir(), Duration::from_secs(10))?;
    /// assert!(matches!(oracle.judge(&trace), Verdict::Fails(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge(&self, candidate: &Trace) -> Verdict {
        let mut left = self.retries;
        loop {
            let verdict = self.judge_once(candidate);
            let verdict =
                verdict.unwrap_or_else(|error| Verdict::fault(format!("cannot run the command: {error}")));
            let stopped = self.shared.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed));
            if left == 0 || stopped || !matches!(verdict, Verdict::Unresolved(_)) {
                return verdict;
            }
            left -= 1;
        }
    }

    fn judge_once(&self, candidate: &Trace) -> io::Result<Verdict> {
        let number = self.shared.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let name = self.shared.name.get_or_init(ours);
        let attempt = format!("{name}-{number}");
        let folder = Private::make(self.folder.join(format!("attempt-{number}")))?;
        let file = folder.0.join("candidate.itf.json");
        let written = File::create(&file).map(BufWriter::new).and_then(|mut out| {
            itf::write(&mut out, candidate, Layout::Compact)?;
            out.flush()
        });
        written.map_err(|e| io::Error::new(e.kind(), format!("cannot write {}: {e}", file.display())))?;
        let time = self.times().limit(&self.limits);
        let job = Job {
            command: &self.command,
            candidate: &file,
            folder: &folder.0,
            inside: self.inside,
            slot: self.slot,
            attempt: &attempt,
            limits: &self.limits,
            time,
            patterns: self.rules.patterns(),
            watcher: self.shared.watcher.get_or_init(|| Watcher::start(&self.folder, name).ok()).as_ref(),
        };
        let started = Instant::now();
        let stop = || self.shared.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed));
        let Attempt { ended, matches, tail } = job.run(&stop)?;
        *self.shared.last.lock().unwrap_or_else(PoisonError::into_inner) = tail;
        Ok(match ended {
            Ended::Status(status) => {
                self.times().add(started.elapsed());
                match self.rules.judge(status, &matches) {
                    Says::Fails(rules) => {
                        let program = self.command[0].to_string_lossy().into_owned();
                        let (site, message) = if rules.is_empty() {
                            (program, "the command exits with 0".to_owned())
                        } else {
                            (rules, format!("so {program} ended"))
                        };
                        Verdict::fails("command", site, message)
                    }
                    Says::Passes => Verdict::Passes,
                    Says::CannotTell(why) => Verdict::fault(why),
                }
            }
            Ended::TooLong if time < self.limits.time => Verdict::fault(format!(
                "the command took longer than {:.1} s, ten times what it usually takes",
                time.as_secs_f64()
            )),
            Ended::TooLong => {
                Verdict::fault(format!("the command took longer than {} s", time.as_secs_f64()))
            }
            Ended::TooMuch => Verdict::fault(format!(
                "the command wrote more than {} MiB into its folder",
                self.limits.disk
            )),
            Ended::Stopped => Verdict::fault("the command was stopped"),
        })
    }

    fn times(&self) -> std::sync::MutexGuard<'_, Times> {
        self.shared.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The states are what is left out here, and no guide to what a command will say: they are not told to the shrinker.
impl itf_shrink::Oracle<usize> for CommandOracle {
    type State = Infallible;

    fn run(&mut self, candidate: &[usize]) -> Run<usize, Infallible> {
        Run::of(candidate, self.judge(&candidate_trace(&self.trace, candidate)))
    }
}

/// How long runs took, the shortest first.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    /// Runs that have to be known before the limit adapts.
    const ENOUGH: usize = 5;

    fn add(&mut self, time: Duration) {
        let at = self.0.partition_point(|known| *known < time);
        self.0.insert(at, time);
    }

    fn limit(&self, limits: &Limits) -> Duration {
        if self.0.len() < Self::ENOUGH {
            return limits.time;
        }
        let usual = self.0[(9 * self.0.len() / 10).min(self.0.len() - 1)];
        usual.saturating_mul(10).max(limits.least_time).min(limits.time)
    }
}

/// A folder that is gone when its run is.
struct Private(PathBuf);

impl Private {
    fn make(path: PathBuf) -> io::Result<Self> {
        fs::create_dir(&path)?;
        Ok(Private(path))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // The folder of all runs goes in the end; what cannot be removed now is not worth a failure.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// That the program is there is asked before the first candidate: a missing oracle must not look like a bug that is gone.
fn find_program(program: &OsString) -> io::Result<()> {
    let path = Path::new(program);
    let missing = || {
        let name = program.to_string_lossy();
        // As in a shell, the current folder is not searched.
        let here = if path.is_file() { format!("; the file here is `./{name}`") } else { String::new() };
        io::Error::new(io::ErrorKind::NotFound, format!("there is no command `{name}`{here}"))
    };
    if path.components().count() > 1 {
        return if path.is_file() { Ok(()) } else { Err(missing()) };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).any(|folder| folder.join(path).is_file());
    if found { Ok(()) } else { Err(missing()) }
}

/// What the names of an oracle's runs begin with. The number of the process alone would not do: in containers all may have
/// number 1, and a process may have several oracles.
pub(crate) fn ours() -> String {
    static CHANCE: OnceLock<u64> = OnceLock::new();
    static ORACLES: AtomicU64 = AtomicU64::new(0);
    let chance = *CHANCE.get_or_init(|| RandomState::new().build_hasher().finish());
    // The same process does not come to the same four digits again before it has had 65,536 oracles.
    let digits = chance.wrapping_add(ORACLES.fetch_add(1, Ordering::Relaxed)) & 0xffff;
    format!("{}-{digits:04x}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_ten_times_the_usual_and_never_more_than_was_asked_for() {
        let limits =
            Limits { time: Duration::from_secs(60), least_time: Duration::from_secs(1), ..Limits::default() };
        let mut times = Times::default();
        for ms in [10, 400, 20, 30] {
            times.add(Duration::from_millis(ms));
            assert_eq!(times.limit(&limits), limits.time);
        }
        times.add(Duration::from_millis(40));
        assert_eq!(times.limit(&limits), Duration::from_secs(4));
        for _ in 0..20 {
            times.add(Duration::from_millis(50));
        }
        assert_eq!(times.limit(&limits), limits.least_time);
        for _ in 0..20 {
            times.add(Duration::from_secs(30));
        }
        assert_eq!(times.limit(&limits), limits.time);
    }
}
