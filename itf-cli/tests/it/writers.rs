//! Every command that writes, as one would type it, for the tests of faults.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::common::{ROOT, itf, stdout};
use crate::manual::subcommands;

/// Where a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// To standard output only.
    Stdout,
    /// There, or with `-o` into a file.
    File,
    /// Files into the folder `DIR`; and it may tell of it on standard output.
    Folder,
    /// Besides, into the file `BESIDE`.
    Beside,
    /// Over a file that is there.
    Over,
}

/// A command that writes. `DNS` and `COUNTER` stand for traces, `-` may be in their place; `HELLO` for a request.
pub(crate) struct Writer {
    pub(crate) line: &'static str,
    pub(crate) to: To,
}

const fn to(to: To, line: &'static str) -> Writer {
    Writer { line, to }
}

const DNS: &str = "fixtures/wunderspec/root-3.ndjson";
const COUNTER: &str = "fixtures/quint/counter.itf.json";
const HELLO: &str = r#"{"id":1,"op":"hello"}"#;

pub(crate) const WRITERS: &[Writer] = &[
    to(To::Stdout, "itf --help"),
    to(To::Stdout, "itf --version"),
    to(To::Stdout, "itf shrink --help"),
    to(To::Stdout, "itf check fixtures/check/ITF001-malformed.itf.json"),
    to(To::Stdout, "itf check COUNTER"),
    to(To::Stdout, "itf check --format json DNS"),
    to(To::Stdout, "itf check --format sarif DNS"),
    to(To::File, "itf schema itf"),
    to(To::File, "itf schema --infer COUNTER"),
    to(To::Stdout, "itf info COUNTER"),
    to(To::Stdout, "itf info --format json DNS"),
    to(To::Stdout, "itf eval left COUNTER"),
    to(To::File, "itf fmt COUNTER"),
    to(To::Over, "itf fmt --write mine.itf.json"),
    to(To::File, "itf select --head 5 DNS"),
    to(To::Folder, "itf select --split DIR DNS"),
    to(To::File, "itf convert --to tla COUNTER"),
    to(To::File, "itf convert --to csv DNS"),
    to(To::File, "itf convert --to json DNS"),
    to(To::File, "itf patch COUNTER same.json"),
    to(To::File, "itf show --full DNS"),
    to(To::File, "itf show --format html COUNTER"),
    to(To::File, "itf diff fixtures/wunderspec/root-1.ndjson DNS"),
    to(To::File, "itf diff --format json fixtures/wunderspec/root-1.ndjson DNS"),
    to(To::Beside, "itf diff --rename --rename-map BESIDE COUNTER mine.itf.json"),
    to(To::File, "itf generate dns-spec --property no_inconsistent_root --seed 1"),
    to(To::File, "itf generate 'jsonl:itf adapter serve dns-spec' --samples 3 --seed 1"),
    to(To::Stdout, "itf replay --on dns-lab DNS"),
    to(To::Stdout, "itf replay --on dns-lab --format json DNS"),
    to(To::Stdout, "itf replay --on 'jsonl:itf adapter serve dns-lab' DNS"),
    to(To::File, "itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root DNS"),
    to(To::File, "itf shrink --jobs 2 COUNTER -- sh oracle.sh {}"),
    to(To::Beside, "itf shrink --journal BESIDE COUNTER -- sh oracle.sh {}"),
    to(To::File, "itf report DNS"),
    to(To::File, "itf report --on 'jsonl:itf adapter serve dns-lab' DNS"),
    to(To::Folder, "itf report --out DIR DNS"),
    to(To::Folder, "itf demo --out DIR"),
    to(To::Stdout, "itf lab drive DNS"),
    to(To::Stdout, "itf lab drive --json DNS"),
    to(To::Folder, "itf lab serve --port 0 --no-background --dir DIR"),
    to(To::Over, "itf git setup --write"),
    to(To::Stdout, "itf git textconv DNS"),
    to(To::Stdout, "itf git driver a.itf.json COUNTER aaa 100644 mine.itf.json bbb 100644"),
    to(To::Stdout, "itf git difftool COUNTER mine.itf.json"),
    to(To::Stdout, "itf adapter serve dns-lab HELLO"),
    to(To::Stdout, "itf adapter check -- itf adapter serve dns-spec"),
    to(To::File, "itf completions bash"),
    to(To::File, "itf man shrink"),
    to(To::Folder, "itf man --out DIR"),
];

impl Writer {
    /// As it is typed.
    pub(crate) fn typed(&self) -> String {
        let hello = format!("<<< '{HELLO}'");
        self.line.replace("DNS", DNS).replace("COUNTER", COUNTER).replace("HELLO", &hello)
    }

    /// With standard input in the place of a trace, and what would be on it; `None` if it reads nothing.
    pub(crate) fn piped(&self) -> Option<(String, Vec<u8>)> {
        let read = |path: &str| fs::read(Path::new(ROOT).join(path)).expect("a fixture");
        let (word, input) = if self.line.contains("DNS") {
            ("DNS", read(DNS))
        } else if self.line.contains("COUNTER") {
            ("COUNTER", read(COUNTER))
        } else if self.line.contains("HELLO") {
            return Some((self.line.replace("HELLO", ""), HELLO.into()));
        } else {
            return None;
        };
        Some((self.line.replacen(word, "-", 1), input))
    }

    /// Whether standard output carries anything.
    pub(crate) fn tells(&self) -> bool {
        match self.to {
            To::Stdout | To::File | To::Beside => true,
            To::Folder => self.line.contains("demo") || self.line.contains("serve"),
            To::Over => self.line.contains("git setup"),
        }
    }

    /// Whether it ends by itself.
    pub(crate) fn ends(&self) -> bool {
        !self.line.contains("lab serve")
    }
}

/// A folder with all that the writers need: the fixtures, a file that `-o` may replace, an oracle, a repository.
pub(crate) struct Place(TempDir);

const UNUSUAL: &str =
    r##"{"vars":["left","right"], "states":[{"left":{"#bigint":"1"},"right":{"#bigint":"2"}}]}"##;
/// What is in files before.
pub(crate) const BEFORE: &str = "as it was";
/// What is there from the beginning.
const GIVEN: [&str; 6] = ["fixtures", "mine.itf.json", "same.json", "oracle.sh", ".git", ".gitattributes"];

impl Place {
    pub(crate) fn new() -> Self {
        static SAME: OnceLock<Vec<u8>> = OnceLock::new();
        let same = SAME.get_or_init(|| itf(["diff", "--format", "json", COUNTER, COUNTER]).stdout);
        let folder = tempfile::tempdir().expect("a folder");
        let fixtures = fs::canonicalize(Path::new(ROOT).join("fixtures")).expect("the fixtures are there");
        let path = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(fixtures, path("fixtures")).expect("a link");
        let oracle = "sleep 0.02; grep -q turn_left \"$1\"\n";
        // A repository as git takes it, without asking git.
        fs::create_dir_all(path(".git/objects")).expect("a folder");
        fs::create_dir_all(path(".git/refs")).expect("a folder");
        for (name, content) in [
            ("mine.itf.json", UNUSUAL.as_bytes()),
            ("same.json", same),
            ("oracle.sh", oracle.as_bytes()),
            (".git/HEAD", b"ref: refs/heads/main\n"),
            (".git/config", b"[core]\n\trepositoryformatversion = 0\n"),
            (".gitattributes", BEFORE.as_bytes()),
        ] {
            fs::write(path(name), content).expect("a file");
        }
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_itf")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("PATH", format!("{}:{path}", program.display())).env("LC_ALL", "C.UTF-8");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CEILING_DIRECTORIES", "/");
        command
    }

    pub(crate) fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("bash starts")
    }

    /// What is in the folder besides what was there from the beginning.
    pub(crate) fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).expect("a folder").flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| !GIVEN.contains(&name.as_str())).collect();
        names.sort();
        names
    }

    /// That the files which a writer goes over are as they were.
    pub(crate) fn is_untouched(&self) -> bool {
        let is =
            |name: &str, text: &str| fs::read_to_string(self.path(name)).is_ok_and(|found| found == text);
        is("mine.itf.json", UNUSUAL) && is(".gitattributes", BEFORE)
    }
}

/// Does all of it, some at a time: most of it waits.
pub(crate) fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let workers = 2 * std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        let (next, work) = (&next, &work);
        for _ in 0..workers {
            scope.spawn(move || {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}

/// Says how many faults were injected: `cargo test -- --nocapture` shows it.
#[expect(clippy::print_stdout, reason = "it is asked for")]
pub(crate) fn told(count: impl Into<AtomicUsize>, what: &str) {
    println!("{} faults injected: {what}", count.into().into_inner());
}

/// Options with a file or a folder that is only read.
const READ: [&str; 5] = ["--config", "--view", "--map", "--trace", "--schema"];

/// Every command of the command line is among the writers, and every option that names what is written.
#[test]
fn no_command_that_writes_is_left_out() {
    let mut left = subcommands(&[]);
    let (mut leaves, mut options) = (0, 0);
    while let Some(path) = left.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let below = subcommands(&words);
        if !below.is_empty() {
            left.extend(below);
            continue;
        }
        leaves += 1;
        let name = format!("itf {}", words.join(" "));
        let of: Vec<&Writer> =
            WRITERS.iter().filter(|w| w.line == name || w.line.starts_with(&format!("{name} "))).collect();
        assert!(!of.is_empty(), "{name} is not among the writers");
        let help = stdout(&itf([&words[..], &["--help"]].concat()));
        for line in help.lines().map(str::trim).filter(|line| line.starts_with('-')) {
            let names_one = line.contains("<FILE") || line.contains("<DIR") || line.starts_with("--write");
            let option = line.split([' ', ',']).find(|word| word.starts_with("--")).unwrap_or(line);
            if !names_one || READ.contains(&option) {
                continue;
            }
            options += 1;
            let is_tried = match option {
                "--output" => of.iter().any(|w| w.to == To::File),
                option => {
                    of.iter().any(|w| w.line.contains(&format!("{option} ")) || w.line.ends_with(option))
                }
            };
            assert!(is_tried, "{name} {option} is not among the writers");
        }
    }
    assert!(leaves >= 24 && options >= 20, "{leaves} commands, {options} options");
}
