//! Processes that left the group of the command that started them (`setsid`, daemons).
//!
//! Whose they are is seen by `ITF_ATTEMPT` in their environment, which children have from their parents and which no two runs
//! share; parents are of no help, since what is left behind has lost its own. What clears the variable means to stay.

/// How often is looked again: what is about to be ended may start others.
#[cfg(target_os = "linux")]
const LOOKS: usize = 20;

/// Ends what is left of an attempt. Elsewhere than on Linux the environment of a process cannot be read: nothing is done.
#[cfg(not(target_os = "linux"))]
pub(super) fn end(_: &str) {}

/// Ends what is left of an attempt.
#[cfg(target_os = "linux")]
pub(super) fn end(attempt: &str) {
    use rustix::process::{Signal, kill_process};
    let mark = format!("ITF_ATTEMPT={attempt}");
    for _ in 0..LOOKS {
        let found = of_mark(mark.as_bytes());
        if found.is_empty() {
            return;
        }
        for pid in found {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// The processes with this variable. The environments of other users' processes cannot be read, and need not be; that of a
/// process that has ended is empty.
#[cfg(target_os = "linux")]
fn of_mark(mark: &[u8]) -> Vec<rustix::process::Pid> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|byte| *byte == 0).any(|variable| variable == mark) {
            found.extend(rustix::process::Pid::from_raw(number));
        }
    }
    found
}
