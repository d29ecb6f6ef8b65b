//! Running the command as a user does: in a scrubbed environment, from the root of the project.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The root of the project.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The command, without anything in the environment that changes its output.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_itf"));
    command.current_dir(ROOT);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(name);
    }
    command
}

/// Runs `itf ARGS` with nothing on standard input.
pub(crate) fn itf<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Output {
    command().args(args).stdin(Stdio::null()).output().expect("the command starts")
}

/// Runs `itf ARGS` with this on standard input.
pub(crate) fn itf_with(args: &[&str], input: &[u8]) -> Output {
    let mut command = command();
    let child =
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the command starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A command that has seen enough closes its end.
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writer ends");
    output
}

/// Its standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Its standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
