//! The best so far, on disk as soon as it is known.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use itf::{Layout, Trace};
use itf_adapters::Journal;
use itf_shrink::{Failure, Observer, Progress};

use super::Watch;
use crate::output::{Terminal, write_file};
use crate::trouble::Trouble;

/// The file of the result while there is none yet: the traces that are done, and the best so far of the next.
#[derive(Default)]
pub(crate) struct BestFile {
    path: Option<PathBuf>,
    done: Vec<u8>,
    trouble: Option<Trouble>,
    written: bool,
    /// The first journal of several: until the end of this run nobody begins the same work.
    first: Option<Journal>,
}

impl BestFile {
    /// None, if the result goes to standard output.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self { path: crate::output::file_of(path).map(Path::to_owned), ..Self::default() }
    }

    /// The work of this journal is over.
    pub(super) fn hold(&mut self, mut journal: Journal) {
        if self.first.is_none() {
            journal.forget();
            self.first = Some(journal);
        }
    }

    /// Begins with the next trace.
    pub(super) fn begin(&mut self) {
        self.written = false;
    }

    /// A trace is done.
    pub(super) fn keep(&mut self, trace: &Trace) {
        if self.path.is_some() {
            self.trouble = itf::write(&mut self.done, trace, Layout::Compact).map_err(Trouble::from).err();
        }
    }

    /// Whether some traces are done.
    pub(super) fn has_some(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether the file has the best so far of the present trace.
    pub(super) fn is_written(&self) -> bool {
        self.written
    }

    /// Says what went wrong, if anything did.
    pub(super) fn tell(&mut self, name: &str, terminal: &Terminal) {
        if let Some(trouble) = self.trouble.take() {
            terminal.complain(&format!("{name}: the best so far could not be written: {trouble}"));
        }
    }

    fn write(&mut self, trace: &Trace) {
        let Some(path) = &self.path else { return };
        let mut text = self.done.clone();
        let written = itf::write(&mut text, trace, Layout::Compact).map_err(Trouble::from);
        let written = written.and_then(|()| write_file(path, &text));
        self.written |= written.is_ok();
        self.trouble = written.err();
    }
}

/// Shows progress, and writes the best so far.
pub(super) struct Best<'a, T> {
    pub(super) watch: &'a Watch<'a>,
    /// The trace of a sequence, if it is known.
    pub(super) trace: &'a dyn Fn(&[T]) -> Option<Trace>,
    /// How long the original is, which is on disk anyway.
    pub(super) original: usize,
    pub(super) file: &'a RefCell<BestFile>,
}

impl<T> Observer<T> for Best<'_, T> {
    fn tested(&mut self, progress: &Progress) {
        let mut watch = self.watch;
        Observer::<T>::tested(&mut watch, progress);
    }

    fn improved(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        let mut watch = self.watch;
        watch.improved(progress, items, failure);
        let mut file = self.file.borrow_mut();
        // That the initial state alone fails is an error, not a result.
        if file.path.is_some()
            && !items.is_empty()
            && (items.len() < self.original || file.written)
            && let Some(trace) = (self.trace)(items)
        {
            file.write(&trace);
        }
    }

    fn other(&mut self, progress: &Progress, items: &[T], failure: &Failure) {
        let mut watch = self.watch;
        watch.other(progress, items, failure);
    }
}

/// A trace as a command gets it.
pub(super) fn text(trace: &Trace) -> Result<Vec<u8>, Trouble> {
    let mut text = Vec::new();
    itf::write(&mut text, trace, Layout::Compact)?;
    Ok(text)
}
