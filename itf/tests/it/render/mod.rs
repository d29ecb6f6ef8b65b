//! What traces and comparisons look like.

mod diff;
mod documents;
mod formats;
mod show;
mod source_line;
mod viewer;

use std::path::Path;

/// The text without escape codes.
fn stripped(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').expect("a code ends").1);
    }
    plain
}

pub(crate) fn fixture(name: &str) -> itf::Trace {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name);
    let bytes = std::fs::read(path).expect("a fixture");
    itf::read(&bytes).expect("a trace").remove(0)
}

fn read(text: &str) -> itf::Trace {
    itf::read(text.as_bytes()).expect("a trace").remove(0)
}
