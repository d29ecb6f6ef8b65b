//! Two versions of a file in git, and what differs.

use std::io::Write;
use std::path::Path;

use itf::Trace;
use itf::diff::{Options, diff_traces};
use itf::render::{DiffOptions, Page, Palette, escape, show_diff, steps_view, unified_text};

use crate::input::{Input, numbered};
use crate::output::{Terminal, counted};
use crate::trouble::Trouble;

/// One version of a file; `None` where there is none.
pub(super) struct Version(pub(super) Option<Vec<u8>>);

impl Version {
    /// Reads a file that git names; `/dev/null`, or `nul`, is no file.
    pub(super) fn read(path: &Path, terminal: &Terminal) -> Result<Self, Trouble> {
        if path == Path::new("/dev/null") || path == Path::new("nul") {
            return Ok(Self(None));
        }
        Ok(Self(Some(Input::read(path, terminal)?.bytes)))
    }
}

/// Two versions.
pub(super) struct Versions<'a> {
    /// What the file was and is called.
    pub(super) names: [&'a str; 2],
    pub(super) old: Version,
    pub(super) new: Version,
    /// What git says of the two.
    pub(super) notes: Vec<String>,
}

impl Versions<'_> {
    pub(super) fn write(&self, out: &mut impl Write) -> Result<(), Trouble> {
        let palette = Palette::ansi();
        let heading = palette.heading;
        let [a, b] = self.names.map(escape);
        writeln!(out, "{heading}diff itf a/{a} b/{b}{heading:#}")?;
        for note in &self.notes {
            writeln!(out, "{heading}{}{heading:#}", escape(note))?;
        }
        let mut reader = crate::limits::reader();
        let [old, new] = [&self.old.0, &self.new.0].map(|bytes| bytes.as_deref());
        let mut read = |bytes: Option<&[u8]>| reader.read(bytes.unwrap_or_default());
        match (read(old), read(new)) {
            (Ok(left), Ok(right)) => match (old, new) {
                (Some(_), Some(_)) => differences(out, &left, &right)?,
                _ => whole(out, if old.is_some() { &left } else { &right }, new.is_some())?,
            },
            (left, right) => {
                let which = if right.is_err() { "new" } else { "old" };
                let error = right.err().or(left.err()).map(|e| e.to_string()).unwrap_or_default();
                writeln!(out, "the {which} version is no trace ({}); as text:", escape(&error))?;
                let text =
                    |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
                for line in unified_text(&text(old), &text(new), self.names).lines() {
                    writeln!(out, "{}", escape(line))?;
                }
            }
        }
        writeln!(out)?;
        Ok(())
    }
}

fn differences(out: &mut impl Write, left: &[Trace], right: &[Trace]) -> Result<(), Trouble> {
    let many = left.len().max(right.len()) > 1;
    let page = Page { width: Terminal::width(), palette: Palette::ansi(), ..Page::default() };
    for (number, (left, right)) in (1..).zip(left.iter().zip(right)) {
        if many {
            writeln!(out, "{}:", numbered("trace", number, true))?;
        }
        let names = ["old".to_owned(), "new".to_owned()];
        let options = DiffOptions { page: page.clone(), names, limit: 0, ..DiffOptions::default() };
        out.write_all(show_diff(&diff_traces(left, right, &Options::default()), &options).as_bytes())?;
    }
    let common = left.len().min(right.len());
    for (number, trace) in (1..).zip(left).skip(common) {
        writeln!(out, "{}:", numbered("trace", number, true))?;
        whole(out, std::slice::from_ref(trace), false)?;
    }
    for (number, trace) in (1..).zip(right).skip(common) {
        writeln!(out, "{}:", numbered("trace", number, true))?;
        whole(out, std::slice::from_ref(trace), true)?;
    }
    Ok(())
}

/// Traces that are there in one version only.
fn whole(out: &mut impl Write, traces: &[Trace], is_new: bool) -> Result<(), Trouble> {
    let palette = Palette::ansi();
    let (mark, style) = if is_new { ('+', palette.added) } else { ('-', palette.removed) };
    for trace in traces {
        writeln!(out, "{}", counted(trace.states.len(), "state"))?;
        for line in steps_view(trace).lines() {
            writeln!(out, "{style}{mark}{line}{style:#}")?;
        }
    }
    Ok(())
}
