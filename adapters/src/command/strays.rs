//! Processes that left the group of the command that started them (`setsid`, daemons).
//!
//! Whose they are is seen by `ITF_ATTEMPT` in their environment, which children have from their parents and which no two runs
//! share; parents are of no help, since what is left behind has lost its own. What clears the variable means to stay.

#[cfg(target_os = "linux")]
use std::time::Duration;

/// How often is looked again: what is about to be ended may start others.
#[cfg(target_os = "linux")]
const LOOKS: usize = 20;
/// The numbers of processes go round, but not in so short a time; after a longer run a look at everything costs little.
#[cfg(target_os = "linux")]
const SHORT: Duration = Duration::from_millis(250);
/// To look at so many numbers is quicker than to ask which are in use.
#[cfg(target_os = "linux")]
const FEW: i32 = 500;

/// Ends what is left of an attempt. Elsewhere than on Linux the environment of a process cannot be read: nothing is done.
#[cfg(not(target_os = "linux"))]
pub(super) fn end(_: &str, _: u32, _: std::time::Duration) {}

/// Ends what is left of an attempt, whose first process had the number `first`, and which took so long.
#[cfg(target_os = "linux")]
pub(super) fn end(attempt: &str, first: u32, took: Duration) {
    use rustix::process::{Signal, kill_process};
    let mark = format!("ITF_ATTEMPT={attempt}");
    for _ in 0..LOOKS {
        let found = match since(first).filter(|_| took < SHORT) {
            Some(numbers) => numbers.filter(|number| has(*number, mark.as_bytes())).collect::<Vec<_>>(),
            None => all().filter(|number| has(*number, mark.as_bytes())).collect(),
        };
        if found.is_empty() {
            return;
        }
        for pid in found.into_iter().filter_map(rustix::process::Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The numbers that processes were given since this one was, if these are few: most commands start next to nothing, and on a
/// machine with many processes it would take longer to look at all of them than to run the command.
#[cfg(target_os = "linux")]
fn since(first: u32) -> Option<std::ops::RangeInclusive<i32>> {
    let load = std::fs::read_to_string("/proc/loadavg").ok()?;
    let last: i32 = load.split_whitespace().next_back()?.parse().ok()?;
    let first = i32::try_from(first).ok()?;
    (first..=first.saturating_add(FEW)).contains(&last).then_some(first..=last)
}

/// All processes there are.
#[cfg(target_os = "linux")]
fn all() -> impl Iterator<Item = i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Whether a process has this variable. The environments of other users' processes cannot be read, and need not be; that of a
/// process that has ended is empty.
#[cfg(target_os = "linux")]
fn has(number: i32, mark: &[u8]) -> bool {
    let environment = std::fs::read(format!("/proc/{number}/environ"));
    environment.is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|variable| variable == mark))
}
