//! What ends the runs of a process that was killed.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads which process groups begin and end. If its input ends without a word, we were killed: then it ends what is at work
/// (with a second for launchers to take their jobs back) and removes the folders of the runs.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
groups=' '
while read -r word group; do
    case $word in
        begins) groups="$groups$group " ;;
        ends) groups="${groups%% $group *} ${groups#* $group }" ;;
        done) exit ;;
    esac
done
for signal in TERM KILL; do
    some=
    for group in $groups; do kill -s $signal -- "-$group" && some=1; done
    [ -n "$some" ] && [ $signal = TERM ] && sleep 1
done
# On Linux, what left its group, too. This process has no such variable.
for look in 1 2 3; do
    for file in $(grep -ls "ITF_ATTEMPT=$2-" /proc/[0-9]*/environ 2>/dev/null); do
        file=${file%/environ}
        kill -s KILL "${file#/proc/}"
    done
done
rm -rf "$1"/attempt-*
rmdir "$1"
"#;

/// A process that outlives ours by a moment. A death signal of the kernel would do it without one, but only for the process
/// that we started and not for those that it started, and not without `unsafe`.
#[derive(Debug)]
pub(crate) struct Watcher {
    shell: Child,
    words: Mutex<Option<ChildStdin>>,
}

impl Watcher {
    /// Watches over the runs whose folders are in `folder`, and whose names begin with `name`.
    pub(crate) fn start(folder: &Path, name: &str) -> io::Result<Self> {
        let folder = std::path::absolute(folder)?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "itf-shrink-watcher"]).arg(folder).arg(name);
        // Or it would be taken for one of the runs in which we are run ourselves.
        command.env_remove("ITF_ATTEMPT");
        // Nobody's signals and nobody's folder.
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = command.spawn()?;
        let words = Mutex::new(shell.stdin.take());
        Ok(Self { shell, words })
    }

    /// A process group is at work from now on.
    pub(crate) fn begins(&self, group: u32) {
        self.say(&format!("begins {group}\n"));
    }

    /// There is none any more.
    pub(crate) fn ends(&self, group: u32) {
        self.say(&format!("ends {group}\n"));
    }

    fn say(&self, word: &str) {
        if let Some(words) = &mut *self.words.lock().unwrap_or_else(PoisonError::into_inner) {
            // Without a watcher there is less order after a kill; nothing else changes.
            let _ = words.write_all(word.as_bytes());
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.say("done\n");
        self.words.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = self.shell.wait();
    }
}
