//! Tests of the command, run as a user runs it.

mod adapter;
mod check;
mod common;
mod convert;
mod expr;
mod fmt;
mod info;
mod interop;
mod interop_bridges;
mod interop_expr;
mod manual;
mod pipes;
