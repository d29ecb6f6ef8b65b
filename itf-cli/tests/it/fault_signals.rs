//! Faults: signals, at every stage of every command that writes. Nothing is lost, nothing is half written, no process is left,
//! and the exit status says how it ended. `ITF_FAULTS=full` sends every signal at every moment, and at many more.

use std::fs;
use std::io::{PipeReader, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process};

use crate::common::stderr;
use crate::writers::{BEFORE, Place, To, WRITERS, Writer, each, told};

/// When a signal comes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Moment {
    /// Standard input gives nothing.
    Silent,
    /// It has given half of a trace.
    Half,
    /// Nobody reads standard output, and there is no room in it.
    Unread,
    /// Nobody reads the pipe that `-o` names.
    Unopened,
    /// After this share of the time that it takes.
    After(f64),
}

struct Fault {
    writer: &'static Writer,
    moment: Moment,
    signal: Signal,
    number: usize,
}

const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::KILL];

fn is_full() -> bool {
    std::env::var("ITF_FAULTS").is_ok_and(|value| value == "full")
}

fn faults() -> Vec<Fault> {
    let mut faults = Vec::new();
    let more = if is_full() { 20 } else { 1 };
    for (at, writer) in WRITERS.iter().enumerate() {
        let mut moments = Vec::new();
        if writer.piped().is_some() {
            moments.extend([Moment::Silent, Moment::Half]);
        }
        if writer.tells() {
            moments.push(Moment::Unread);
        }
        if writer.to == To::File {
            moments.push(Moment::Unopened);
        }
        // With each command another share, so that the stages of all are met.
        let share = |n: usize| f64::from(u32::try_from((7 * at + 3 * n) % 20).expect("small")) / 20.0;
        moments.extend((0..more).map(|n| Moment::After(share(n))));
        for (nth, moment) in moments.into_iter().enumerate() {
            for (number, signal) in SIGNALS.into_iter().enumerate() {
                if is_full() || number == (at + nth) % 3 {
                    faults.push(Fault { writer, moment, signal, number: faults.len() });
                }
            }
        }
    }
    faults
}

#[test]
fn a_signal_at_any_stage_loses_nothing() {
    let faults = faults();
    let started = Instant::now();
    let wrong = Mutex::new(Vec::new());
    let over = AtomicUsize::new(0);
    each(&faults, |fault| match inject(fault) {
        Ok(was_over) => drop(over.fetch_add(usize::from(was_over), Ordering::Relaxed)),
        Err(why) => wrong
            .lock()
            .expect("whole")
            .push(format!("{} {:?} {:?}: {why}", fault.writer.line, fault.moment, fault.signal)),
    });
    let (count, over) = (faults.len(), over.load(Ordering::Relaxed));
    told(count, &format!("signals, {over} of them when it was over, in {:.1?}", started.elapsed()));
    let wrong = wrong.into_inner().expect("whole");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 150 && over < count / 2, "{count}, {over}");
}

/// A command that is gone when the test is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, where nothing is wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the command, sends the signal at its moment, and says what is wrong then; else whether it was over before.
fn inject(fault: &Fault) -> Result<bool, String> {
    let Fault { writer, moment, signal, number } = fault;
    let place = Place::new();
    let (mut line, input) = match (moment, writer.piped()) {
        (Moment::Silent | Moment::Half, Some((line, input))) => (line, input),
        _ => (writer.typed(), Vec::new()),
    };
    let out = if *moment == Moment::Unopened { "pipe" } else { "there" };
    if writer.to == To::File && *moment != Moment::Unread {
        line = match line.split_once(" -- ") {
            Some((options, oracle)) => format!("{options} -o {out} -- {oracle}"),
            None => format!("{line} -o {out}"),
        };
    }
    fs::write(place.path("there"), BEFORE).expect("a file");
    if *moment == Moment::Unopened {
        place.run("mkfifo pipe");
    }
    let whole = whole(writer, *moment, &line);
    let mut command = place.command(&format!("exec {line}"));
    let mark = format!("{}-{number}", std::process::id());
    let mut said = tempfile::tempfile().expect("a file");
    command.env("ITF_FAULT", &mark).stderr(said.try_clone().expect("a file")).stdout(Stdio::null());
    let mut full: Option<PipeReader> = None;
    match moment {
        Moment::Silent | Moment::Half => drop(command.stdin(Stdio::piped())),
        Moment::Unread => {
            let (reader, writer) = full_pipe();
            command.stdout(writer);
            full = Some(reader);
        }
        Moment::Unopened | Moment::After(_) => {}
    }
    let mut running = Running(command.spawn().expect("bash starts"));
    let child = &mut running.0;
    // Nothing of ours may hold the other end.
    drop(command);
    let mut stdin = child.stdin.take();
    if let (Moment::Half, Some(pipe)) = (moment, &mut stdin) {
        pipe.write_all(&input[..input.len() / 2]).map_err(|e| format!("it does not read: {e}"))?;
    }
    match moment {
        Moment::After(share) => std::thread::sleep(whole.time.mul_f64(*share)),
        _ => until_it_waits(child)?,
    }
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, *signal).map_err(|e| format!("no signal can be sent: {e}"))?;
    let status = ended(child)?;
    drop((stdin, full));
    said.rewind().expect("a file");
    let said = std::io::read_to_string(said).map_err(|e| e.to_string())?;
    if said.contains("panicked") {
        return Err(said);
    }
    let was_over = judge(fault, status, &said)?;
    is_whole(writer, &place, &whole)?;
    nothing_runs(&mark)?;
    Ok(was_over)
}

/// Whether the status is one of what ended by this signal; it may have ended by itself before, where the moment is any.
fn judge(fault: &Fault, status: ExitStatus, said: &str) -> Result<bool, String> {
    let number = fault.signal.as_raw();
    if status.signal() == Some(number) || status.code() == Some(128 + number) {
        return Ok(false);
    }
    let is_any = matches!(fault.moment, Moment::After(_));
    match status.code() {
        // The lab was told to end, and did.
        Some(0) if fault.writer.line.contains("lab serve") && fault.signal != Signal::KILL => Ok(false),
        // What can say how far it came ends by itself: it could not tell.
        Some(2) if fault.signal != Signal::KILL && waits_for_ctrl_c(fault.writer) => Ok(false),
        Some(0..=2) if is_any => Ok(true),
        _ => Err(format!("{status}: {said}")),
    }
}

fn waits_for_ctrl_c(writer: &Writer) -> bool {
    ["itf shrink", "itf replay", "itf generate"].iter().any(|name| writer.line.starts_with(name))
        || ["jsonl:", "adapter check"].iter().any(|words| writer.line.contains(words))
}

/// What the command does when nothing disturbs it.
#[derive(Default)]
struct Whole {
    time: Duration,
    files: Vec<(String, Vec<u8>)>,
}

fn contents(place: &Place, name: &str) -> Vec<(String, Vec<u8>)> {
    let path = place.path(name);
    if let Ok(content) = fs::read(&path) {
        return vec![(name.to_owned(), content)];
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        all.extend(contents(place, &format!("{name}/{}", entry.file_name().to_string_lossy())));
    }
    all
}

/// Runs it once, where it ends and that is needed.
fn whole(writer: &Writer, moment: Moment, line: &str) -> Whole {
    // What waits to tell of its files may have written them.
    let may_write = moment == Moment::Unread && matches!(writer.to, To::Folder | To::Beside | To::Over);
    if !matches!(moment, Moment::After(_)) && !may_write {
        return Whole::default();
    }
    if !writer.ends() {
        return Whole { time: Duration::from_millis(60), files: Vec::new() };
    }
    let place = Place::new();
    fs::write(place.path("there"), BEFORE).expect("a file");
    let started = Instant::now();
    place.run(&format!("exec {line}"));
    let time = started.elapsed();
    let files = ["there", "DIR", "BESIDE", "mine.itf.json", ".gitattributes", ".git/config"];
    Whole { time, files: files.iter().flat_map(|name| contents(&place, name)).collect() }
}

/// That every file is as it was, or as it should become; nothing else is there.
fn is_whole(writer: &Writer, place: &Place, whole: &Whole) -> Result<(), String> {
    let before = Place::new();
    fs::write(before.path("there"), BEFORE).expect("a file");
    let known = |name: &str, content: &[u8]| {
        fs::read(before.path(name)).is_ok_and(|old| old == content)
            || whole.files.iter().any(|(of, new)| of == name && new == content)
    };
    let shrinks = writer.line.starts_with("itf shrink");
    let mut names = place.files();
    names.extend(["mine.itf.json", ".gitattributes"].map(str::to_owned));
    if writer.line.contains("git setup") && whole.files.is_empty() {
        // Git writes its own file, each key at a time.
        names.retain(|name| name != ".git");
    }
    for name in names.iter().filter(|name| *name != "pipe") {
        for (name, content) in contents(place, name) {
            let is_journal = shrinks && (name.contains(".journal") || name == "BESIDE");
            // The best so far is a trace, and whole.
            let is_best = shrinks && name == "there" && itf::read(&content).is_ok_and(|all| all.len() == 1);
            // What was found before the signal is there, trace by trace.
            let is_found = writer.line.starts_with("itf generate")
                && name == "there"
                && itf::read(&content).is_ok_and(|all| !all.is_empty());
            // A kill may come between the two names of a file, see `output::name`.
            let is_named = name.starts_with(".tmp") && whole.files.iter().any(|(_, new)| *new == content);
            let is_lab = writer.line.contains("lab serve") && content.is_empty();
            if !(is_journal || is_best || is_found || is_named || is_lab || known(&name, &content)) {
                let shown: String = String::from_utf8_lossy(&content).chars().take(80).collect();
                return Err(format!("{name} is neither old nor whole: {} bytes: {shown}", content.len()));
            }
        }
    }
    Ok(())
}

/// A pipe in which there is no room, and its other end.
fn full_pipe() -> (PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let flags = fcntl_getfl(writer.as_fd()).expect("flags");
    fcntl_setfl(writer.as_fd(), flags | OFlags::NONBLOCK).expect("set");
    for part in [4096, 1] {
        while writer.write(&vec![b'\n'; part]).is_ok() {}
    }
    fcntl_setfl(writer.as_fd(), flags).expect("set");
    (reader, writer)
}

/// Waits until the command waits: for its input, its reader, or its children.
fn until_it_waits(child: &mut Child) -> Result<(), String> {
    let stat = format!("/proc/{}/stat", child.id());
    if !cfg!(target_os = "linux") {
        std::thread::sleep(Duration::from_millis(300));
        return Ok(());
    }
    let started = Instant::now();
    let mut looks = 0;
    while looks < 3 {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return Err(format!("it ends without waiting: {status}"));
        }
        // `PID (NAME) STATE`
        let waits = fs::read_to_string(&stat).is_ok_and(|text| text.contains("(itf) S"));
        looks = if waits { looks + 1 } else { 0 };
        if started.elapsed() > Duration::from_secs(30) {
            return Err("it never waits".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn ended(child: &mut Child) -> Result<ExitStatus, String> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return Ok(status);
        }
        if started.elapsed() > Duration::from_secs(20) {
            child.kill().expect("it can be killed");
            return Err("it does not end".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// That no process is left that was started by the command: they all have its environment.
fn nothing_runs(mark: &str) -> Result<(), String> {
    let mark = format!("ITF_FAULT={mark}\0");
    let left = || {
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = all.filter(|entry| entry.file_name().as_encoded_bytes()[0].is_ascii_digit());
        numbers.filter_map(|entry| {
            let has_it = fs::read(entry.path().join("environ"))
                .is_ok_and(|environment| String::from_utf8_lossy(&environment).contains(&mark));
            has_it.then(|| fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default())
        })
    };
    let started = Instant::now();
    while let Some(one) = left().next() {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(format!("a process is left: {}", one.replace('\0', " ")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
/// Signals that end a command: what it had is kept, nothing is left running, and the status is not one of success.
#[test]
fn signals_end_long_work_cleanly() {
    let place = Place::new();
    let oracle = "sleep 0.05\ngrep -q Cleanup \"$1\"\n";
    fs::write(place.path("oracle.sh"), oracle).expect("a script");
    let long = [
        ("itf shrink -o out.itf.json fixtures/wunderspec/root-1.ndjson -- sh oracle.sh {}", "out.itf.json"),
        (
            "itf generate dns-spec --until-violation no_inconsistent_root --weights planner_generate=0 -o out.ndjson",
            "",
        ),
    ];
    for (line, best) in long {
        for signal in ["INT", "TERM"] {
            let mut command = place.command(&format!("exec {line}"));
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
            let file = place.path(best);
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(20) && (best.is_empty() || !file.exists()) {
                std::thread::sleep(Duration::from_millis(20));
                if best.is_empty() && begun.elapsed() > Duration::from_millis(500) {
                    break;
                }
            }
            let killed = std::process::Command::new("kill")
                .args([&format!("-{signal}"), &child.id().to_string()])
                .status();
            assert!(killed.expect("kill runs").success(), "{line}: it was over before the signal came");
            let output = child.wait_with_output().expect("ends");
            let text = stderr(&output);
            assert!(!text.contains("panicked"), "{line} {signal}\n{text}");
            if best.is_empty() {
                assert_ne!(output.status.code(), Some(0), "{line} {signal}\n{text}");
                // Nothing was found, and nothing of the time before goes for it.
                assert!(!place.path("out.ndjson").exists(), "{line} {signal}");
            } else {
                let trace = fs::read(&file).expect("the best so far");
                assert_eq!(itf::read(&trace).expect("a whole trace").len(), 1, "{line} {signal}");
                fs::remove_file(&file).expect("removed");
            }
            let left: Vec<String> = place.files();
            assert!(
                left.iter().all(|name| name == "oracle.sh" || name.contains("journal")),
                "{line}: {left:?}"
            );
            for name in left.iter().filter(|name| *name != "oracle.sh") {
                fs::remove_file(place.path(name)).expect("removed");
            }
        }
    }
}

/// A command that is killed while it has a result open leaves no file, whole or not: until it ends, the file has no name.
#[test]
fn a_kill_leaves_no_file() {
    let place = Place::new();
    let line = "exec itf generate dns-spec --until-violation no_inconsistent_root --weights planner_generate=0 -o out.ndjson";
    let mut child = place.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let held = std::path::Path::new("/proc").join(child.id().to_string()).join("fd");
    let is_open = || {
        let open = fs::read_dir(&held).into_iter().flatten().flatten();
        open.filter_map(|fd| fs::read_link(fd.path()).ok()).any(|file| file.starts_with(place.path("")))
    };
    let begun = Instant::now();
    while cfg!(target_os = "linux") && !is_open() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no result is open");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = std::process::Command::new("kill").args(["-KILL", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success(), "it was over before the signal came");
    assert!(!child.wait().expect("it ends").success());
    assert_eq!(place.files(), Vec::<String>::new());
}
