//! For tests: comparing values, and replaying the traces of a folder.

use itf::Labels;
use itf::diff::diff_values;
use serde::Serialize;

use crate::{End, Explain, System, explain};

/// What two values that become ITF differ in, a line each, expected against observed; `None` if they are the same. Unit is
/// unit, however it is written.
///
/// ```
/// use itf_adapters::testing::difference;
/// assert_eq!(difference(&[1, 2], &[1, 2]), None);
/// assert_eq!(difference(&[1, 2], &[1, 3]).as_deref(), Some("  [1]: expected 2, observed 3\n"));
/// ```
pub fn difference<E, O>(expected: &E, observed: &O) -> Option<String>
where
    E: Serialize + ?Sized,
    O: Serialize + ?Sized,
{
    use itf::diff::Change::{Added, Removed, Replaced};
    let (expected, observed) = match (itf::to_value(expected), itf::to_value(observed)) {
        (Ok(expected), Ok(observed)) => (expected.unified(), observed.unified()),
        (Err(error), _) => return Some(format!("  what was expected is no ITF: {error}\n")),
        (_, Err(error)) => return Some(format!("  what was observed is no ITF: {error}\n")),
    };
    if expected == observed {
        return None;
    }
    let lines = diff_values(&expected, &observed).differences.into_iter().map(|difference| {
        let at = difference.path.to_string();
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        match &difference.change {
            Replaced { old, new } => format!("  {at}expected {old}, observed {new}\n"),
            Removed { old } => format!("  {at}missing {old}\n"),
            Added { new } => format!("  {at}unexpected {new}\n"),
            _ => format!("  {difference}\n"),
        }
    });
    Some(lines.collect())
}

/// Asserts that two values are the same as ITF; if not, the panic tells where they differ, and not two walls of text. Both
/// may be anything that serde can write: values of a trace and Rust types.
///
/// ```
/// use itf::Value;
/// use itf_adapters::assert_itf_eq;
/// assert_itf_eq!(Value::list([1, 2]), vec![1, 2]);
/// assert_itf_eq!(Value::from("a"), "a", "after step {}", 3);
/// ```
///
/// ```should_panic
/// itf_adapters::assert_itf_eq!([1, 2, 3], [1, 2, 4]);
/// ```
#[macro_export]
macro_rules! assert_itf_eq {
    ($expected:expr, $observed:expr $(,)?) => {
        if let ::core::option::Option::Some(difference) = $crate::testing::difference(&$expected, &$observed) {
            ::core::panic!("expected and observed differ:\n{difference}");
        }
    };
    ($expected:expr, $observed:expr, $($message:tt)+) => {
        if let ::core::option::Option::Some(difference) = $crate::testing::difference(&$expected, &$observed) {
            ::core::panic!("{}: expected and observed differ:\n{difference}", ::core::format_args!($($message)+));
        }
    };
}

/// Replays the traces of a file on a system.
///
/// # Errors
///
/// The system does something wrong, or cannot be asked, or the file is no ITF or holds no trace: what a person should read.
///
/// ```
/// # use itf_adapters::{Driver, driven};
/// # #[derive(Default)]
/// # struct Lamp;
/// # impl Driver for Lamp {
/// #     type State = itf::Value;
/// #     type Action = String;
/// #     type Reply = ();
/// #     type Observed = ();
/// #     fn reset(&mut self, _: itf::Value) {}
/// #     fn step(&mut self, _: String) {}
/// #     fn actions() -> Vec<String> { vec!["toggle".into()] }
/// # }
/// let mut lamp = driven("lamp", Lamp::default);
/// let why = itf_adapters::testing::replay_text(&mut lamp, "a.json", b"[]", None);
/// assert_eq!(why, Err("a.json holds no trace".to_owned()));
/// ```
pub fn replay_text(
    system: &mut System,
    name: &str,
    text: &[u8],
    given: Option<&Labels>,
) -> Result<(), String> {
    let traces = itf::read(text).map_err(|e| format!("{name}:{e}"))?;
    if traces.is_empty() {
        return Err(format!("{name} holds no trace"));
    }
    let mut wrong = String::new();
    for (number, trace) in (1..).zip(&traces) {
        let name = if traces.len() > 1 { format!("{name}#{number}") } else { name.to_owned() };
        let labels = system.labels(trace, given).map_err(|fault| format!("{name}: {fault}"))?;
        let replay =
            system.replay(trace, &labels, &mut |_| {}).map_err(|fault| format!("{name}: {fault}"))?;
        if replay.end != End::Agreed {
            wrong += &explain(&name, trace, &replay, &Explain::default());
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[cfg(feature = "harness")]
mod harness {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    use libtest_mimic::{Arguments, Failed, Trial};

    use crate::System;

    /// Runs a test for each trace file of a folder and the folders in it: `*.itf.json`, `*.json`, `*.ndjson`. This is what
    /// [`replay_folder!`](crate::replay_folder) calls; the arguments are those of any Rust test.
    ///
    /// ```no_run
    /// use itf_adapters::{System, jsonl::{JsonlConsumer, Limits}};
    ///
    /// fn lamp() -> System {
    ///     JsonlConsumer::start(&["./lamp".into()], Limits::default()).expect("it starts").into_system()
    /// }
    /// itf_adapters::testing::replay_folder("tests/traces".as_ref(), lamp);
    /// ```
    pub fn replay_folder(folder: &Path, system: fn() -> System) -> ExitCode {
        let mut arguments = Arguments::from_args();
        // A system is started for each test: the tests of one folder do not get in each other's way unless asked to.
        arguments.test_threads.get_or_insert(1);
        libtest_mimic::run(&arguments, trials(folder, system)).exit_code()
    }

    fn trials(folder: &Path, system: fn() -> System) -> Vec<Trial> {
        let mut files = Vec::new();
        let trouble = match list(folder, &mut files) {
            Err(error) => Some(format!("cannot read {}: {error}", folder.display())),
            Ok(()) if files.is_empty() => Some(format!("there is no trace in {}", folder.display())),
            Ok(()) => None,
        };
        if let Some(trouble) = trouble {
            // A folder without traces must not pass for one in which all is well.
            return vec![Trial::test("traces", move || Err(Failed::from(trouble)))];
        }
        files.sort();
        let trial = |path: PathBuf| {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let title = name.clone();
            Trial::test(title, move || {
                let text = fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
                Ok(super::replay_text(&mut system(), &name, &text, None)?)
            })
        };
        files.into_iter().map(trial).collect()
    }

    fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                list(&path, files)?;
            } else if path.extension().is_some_and(|e| e == "json" || e == "ndjson") {
                files.push(path);
            }
        }
        Ok(())
    }
}

#[cfg(feature = "harness")]
pub use harness::replay_folder;

/// The whole of a test file that replays every trace of a folder, each as a test of its own: `cargo test` lists, filters
/// and reports them by the names of their files, and a trace that is added is a test without a line of code.
///
/// In `Cargo.toml`, as the test has a `main` of its own:
///
/// ```toml
/// [[test]]
/// name = "traces"
/// harness = false
/// ```
///
/// In `tests/traces.rs`, with a function that makes the system:
///
/// ```no_run
/// use itf_adapters::{System, jsonl::{JsonlConsumer, Limits}};
///
/// fn lamp() -> System {
///     JsonlConsumer::start(&["./lamp".into()], Limits::default()).expect("it starts").into_system()
/// }
/// itf_adapters::replay_folder!("tests/traces", lamp);
/// ```
#[cfg(feature = "harness")]
#[macro_export]
macro_rules! replay_folder {
    ($folder:literal, $system:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            let folder = ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", $folder);
            $crate::testing::replay_folder(folder.as_ref(), $system)
        }
    };
}
