//! What ends adapters, and removes their files, when our own process is killed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::command::{Watcher, ours};

/// What the names of files begin with that the watcher removes.
const REMOVED: &str = "attempt-";

/// One for the whole process: it is never dropped, so that the watcher looks after what is left however we end.
pub(crate) struct Keeper {
    watcher: Watcher,
    folder: PathBuf,
}

/// Begins with the first adapter. Without one (there is no shell, no place for files) there is less order after a kill.
pub(crate) fn keeper() -> Option<&'static Keeper> {
    static KEEPER: OnceLock<Option<Keeper>> = OnceLock::new();
    KEEPER.get_or_init(|| Keeper::start().ok()).as_ref()
}

impl Keeper {
    fn start() -> io::Result<Self> {
        let folder = Builder::new().prefix("itf-adapters-").tempdir()?;
        let watcher = Watcher::start(folder.path(), &ours())?;
        // From here on the watcher removes it.
        Ok(Self { watcher, folder: folder.keep() })
    }

    pub(crate) fn begins(&self, group: u32) {
        self.watcher.begins(group);
    }

    pub(crate) fn ends(&self, group: u32) {
        self.watcher.ends(group);
    }
}

fn place() -> PathBuf {
    keeper().map_or_else(std::env::temp_dir, |keeper| keeper.folder.clone())
}

fn named<'a>(name: &'a str, suffix: &'a str) -> Builder<'a, 'a> {
    let mut builder = Builder::new();
    builder.prefix(name).suffix(suffix);
    builder
}

/// A file for an adapter, which is gone when it is dropped, or when we are.
pub(crate) fn temporary_file(name: &str, suffix: &str) -> io::Result<NamedTempFile> {
    named(&format!("{REMOVED}{name}-"), suffix).tempfile_in(place())
}

/// The same, a folder.
pub(crate) fn temporary_folder(name: &str) -> io::Result<TempDir> {
    named(&format!("{REMOVED}{name}-"), "").tempdir_in::<&Path>(place().as_ref())
}
