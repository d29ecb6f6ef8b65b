//! Tests of the command, run as a user runs it.

mod adapter;
mod check;
mod check_levels;
mod check_reports;
mod common;
mod expr;
mod fmt;
mod generate;
mod git;
mod info;
mod interop;
mod interop_bridges;
mod interop_expr;
mod interop_schema;
mod manual;
mod pipes;
mod pull_requests;
mod replay;
mod schema;
mod shown;
