//! Tests of the command, run as a user runs it.

mod check;
mod common;
mod fmt;
mod info;
mod interop;
mod interop_expr;
mod manual;
mod pipes;
