//! A figure of a benchmark: ours, the peer's, the ratio, and what is to be reached. Where `ITF_FIGURES` names a file, each
//! is a line of JSON at its end, of which `.ci/figures` makes one table and one document.
//!
//! Each benchmark prints what a reader of its own wants to see besides; this is what all of them have in common.

use std::io::Write;

/// One figure.
pub(crate) struct Figure<'a> {
    pub(crate) name: &'a str,
    /// Of both sides: `MB/s`, `ms`, `steps`.
    pub(crate) unit: &'static str,
    pub(crate) more_is_better: bool,
    pub(crate) ours: f64,
    /// Who else was measured in the same run, and theirs.
    pub(crate) peer: Option<(&'a str, f64)>,
    /// What is to be reached: by the ratio where there is a peer, by ours where there is none.
    pub(crate) target: Option<f64>,
}

impl Figure<'_> {
    /// How many times better ours is.
    fn ratio(&self) -> Option<f64> {
        let (_, theirs) = self.peer?;
        Some(if self.more_is_better { self.ours / theirs } else { theirs / self.ours })
    }

    /// Whether the target is reached, if there is one.
    fn is_reached(&self) -> Option<bool> {
        let target = self.target?;
        Some(match self.ratio() {
            Some(ratio) => ratio >= target,
            None if self.more_is_better => self.ours >= target,
            None => self.ours <= target,
        })
    }

    /// Adds the figure to the file that `ITF_FIGURES` names, if it does.
    pub(crate) fn write(&self) {
        let Some(path) = std::env::var_os("ITF_FIGURES") else { return };
        let known = |known: Option<String>| known.unwrap_or_else(|| "null".into());
        let line = format!(
            "{{\"figure\":{:?},\"unit\":{:?},\"more_is_better\":{},\"ours\":{:.4},\"peer\":{},\"theirs\":{},\"ratio\":{},\"target\":{},\"reached\":{}}}\n",
            self.name,
            self.unit,
            self.more_is_better,
            self.ours,
            known(self.peer.map(|(name, _)| format!("{name:?}"))),
            known(self.peer.map(|(_, theirs)| format!("{theirs:.4}"))),
            known(self.ratio().map(|ratio| format!("{ratio:.4}"))),
            known(self.target.map(|target| target.to_string())),
            known(self.is_reached().map(|is_reached| is_reached.to_string())),
        );
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("the file of figures can be written");
    }
}
