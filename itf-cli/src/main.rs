//! The command `itf`.

use std::process::ExitCode;

fn main() -> ExitCode {
    itf_cli::main(std::env::args_os())
}
