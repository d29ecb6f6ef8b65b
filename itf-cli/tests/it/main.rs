//! Tests of the command, run as a user runs it.

mod check;
mod common;
mod info;
mod interop;
mod manual;
mod pipes;
