//! The table of results.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::figure::Figure;
use super::input::Input;

thread_local! {
    /// What was read, until the clock has stopped.
    pub(crate) static KEPT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// How many results are kept at the same time.
const BATCH: u32 = 8;

/// One of the two that are compared.
pub(crate) struct Side<'a> {
    name: &'static str,
    run: Box<dyn Fn(&str) + 'a>,
}

impl<'a> Side<'a> {
    pub(crate) fn new(name: &'static str, run: impl Fn(&str) + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }

    fn time(&self, text: &str) -> Duration {
        // The clock is coarse: what is short is done many times.
        let repeats = u32::try_from(1 + 40_000_000 / text.len()).unwrap_or(u32::MAX);
        let mut time = Duration::ZERO;
        for _ in 0..repeats.div_ceil(BATCH) {
            let start = clock();
            for _ in 0..repeats.min(BATCH) {
                (self.run)(text);
            }
            time += clock().saturating_sub(start);
            KEPT.with_borrow_mut(Vec::clear);
        }
        time / (repeats.div_ceil(BATCH) * repeats.min(BATCH))
    }
}

pub(crate) struct Table {
    wanted: Option<String>,
    only_ours: bool,
    rows: Vec<[String; 7]>,
}

impl Table {
    pub(crate) fn from_args() -> Self {
        // Cargo adds `--bench`.
        let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
        let only_ours = std::env::args().any(|arg| arg == "--ours");
        Self { wanted, only_ours, rows: Vec::new() }
    }

    /// Whether rows of `name` are asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wanted.as_ref().is_none_or(|part| name.contains(part.as_str()))
    }

    pub(crate) fn row(
        &mut self,
        input: &Input,
        rounds: usize,
        ours: &Side<'_>,
        peer: &Side<'_>,
        target: Option<f64>,
    ) {
        if !self.wants(input.name) {
            return;
        }
        let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            our_times.push(ours.time(&input.text));
            if !self.only_ours {
                their_times.push(peer.time(&input.text));
            }
        }
        let (our_time, their_time) = (median(&mut our_times), median(&mut their_times));
        let ratio = their_time.as_secs_f64() / our_time.as_secs_f64();
        let verdict = target.map_or(String::new(), |t| if ratio >= t { "reached" } else { "missed" }.into());
        let (ours_told, theirs_told) = (speed(&input.text, our_time), speed(&input.text, their_time));
        if !self.only_ours {
            Figure {
                name: &format!("{}: {}", ours.name, input.name),
                unit: "MB/s",
                more_is_better: true,
                ours: ours_told,
                peer: Some((peer.name, theirs_told)),
                target,
            }
            .write();
        }
        self.rows.push([
            input.name.into(),
            format!("{ours_told:.0} MB/s"),
            peer.name.into(),
            format!("{theirs_told:.0} MB/s"),
            format!("{ratio:.2}"),
            target.map_or(String::new(), |t| format!("{t:.1}")),
            verdict,
        ]);
    }
}

/// The time this thread has run, where the system says it: other work on the machine does not count then.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let scheduler = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = scheduler.and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a speed to three digits")]
fn speed(text: &str, time: Duration) -> f64 {
    text.len() as f64 / 1e6 / time.as_secs_f64()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["input", "itf", "peer", "peer's", "ratio", "target", ""].map(String::from);
        for row in std::iter::once(&head).chain(&self.rows) {
            let [input, ours, peer, theirs, ratio, target, verdict] = row;
            writeln!(f, "{input:26} {ours:>10}  {peer:22} {theirs:>10} {ratio:>7} {target:>7}  {verdict}")?;
        }
        Ok(())
    }
}
