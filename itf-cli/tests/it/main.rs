//! Tests of the command, run as a user runs it.

mod adapter;
mod check;
mod check_levels;
mod check_reports;
mod common;
mod convert;
mod diff;
mod expr;
mod fmt;
mod generate;
mod info;
mod interop;
mod interop_bridges;
mod interop_browser;
mod interop_expr;
mod interop_schema;
mod lab;
mod manual;
mod pipes;
mod replay;
mod schema;
mod shrink_commands;
mod shrink_journal;
mod shrink_traces;
