//! What must hold of every input, one law a module. The fuzzer looks for inputs that break one (`fuzz/run-all`); a test tries
//! the inputs it kept (`fuzz/corpora`), with any compiler. A law that is broken panics.

#![expect(clippy::missing_panics_doc, reason = "a law that is broken panics: that is what it is for")]

mod canonical;
mod check;
mod diff;
mod expr;
mod hostile;
mod journal;
mod patch;
mod path;
mod protocol;
mod read;
mod round_trip;
mod tla;
mod typed;
mod types;

pub use canonical::law as canonical;
pub use check::law as check;
pub use diff::law as diff;
pub use expr::law as expr;
pub use hostile::law as hostile;
pub use journal::law as journal;
pub use patch::law as patch;
pub use path::law as path;
pub use protocol::law as protocol;
pub use read::law as read;
pub use round_trip::law as round_trip;
pub use tla::law as tla;
pub use typed::law as typed;
pub use types::law as types;

/// A law: it panics where an input breaks it.
pub type Law = fn(&[u8]);

/// All laws by the names of their targets and corpora.
pub const ALL: [(&str, Law); 14] = [
    ("canonical", canonical),
    ("check", check),
    ("diff", diff),
    ("expr", expr),
    ("hostile", hostile),
    ("journal", journal),
    ("patch", patch),
    ("path", path),
    ("protocol", protocol),
    ("read", read),
    ("round_trip", round_trip),
    ("tla", tla),
    ("typed", typed),
    ("types", types),
];

/// The input for a law about two: the first byte says where the second begins.
fn halves(input: &[u8]) -> (&[u8], &[u8]) {
    let Some((&at, rest)) = input.split_first() else { return (&[], &[]) };
    rest.split_at(usize::from(at).min(rest.len()))
}
