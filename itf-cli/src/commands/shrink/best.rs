//! The best so far, on disk as soon as it is known.

use std::path::PathBuf;

use itf::{Layout, Trace};
use itf_adapters::candidate_trace;
use itf_shrink::{Failure, Observer, Progress};

use super::Watch;
use crate::output::write_file;
use crate::trouble::Trouble;

/// Shows progress, and writes the best so far.
pub(super) struct Best<'a> {
    pub(super) watch: &'a Watch<'a>,
    pub(super) trace: &'a Trace,
    /// Where the result goes, if it is the only one.
    pub(super) file: Option<PathBuf>,
    pub(super) trouble: Option<Trouble>,
    pub(super) written: bool,
}

impl Observer<usize> for Best<'_> {
    fn tested(&mut self, progress: &Progress) {
        let mut watch = self.watch;
        Observer::<usize>::tested(&mut watch, progress);
    }

    fn improved(&mut self, progress: &Progress, items: &[usize], failure: &Failure) {
        let mut watch = self.watch;
        watch.improved(progress, items, failure);
        // The original is on disk anyway.
        let shorter = items.len() + 1 < self.trace.states.len();
        if let (true, Some(file)) = (shorter || self.written, &self.file) {
            let written = text(self.trace, items).and_then(|text| write_file(file, &text));
            self.written |= written.is_ok();
            self.trouble = written.err();
        }
    }

    fn other(&mut self, progress: &Progress, items: &[usize], failure: &Failure) {
        let mut watch = self.watch;
        watch.other(progress, items, failure);
    }
}

/// The candidate as the command gets it.
pub(super) fn text(trace: &Trace, kept: &[usize]) -> Result<Vec<u8>, Trouble> {
    let mut text = Vec::new();
    itf::write(&mut text, &candidate_trace(trace, kept), Layout::Compact)?;
    Ok(text)
}
