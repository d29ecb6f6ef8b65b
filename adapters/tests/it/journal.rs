//! Journals as files: whose they are, and how much of them is read.

use std::fs;
use std::io::Write;
use std::path::Path;

use itf_adapters::{Journal, JournalError, JournalHead, Start};

fn head(original: &str) -> JournalHead {
    JournalHead { original: original.into(), oracle: "sh oracle.sh".into(), ..JournalHead::default() }
}

const VERDICT: &str = r#"{"candidate":"c","run":1,"verdict":"passes","ms":1}"#;

/// A journal that was ended, with one verdict in it.
fn ended(path: &Path) {
    let mut journal = Journal::begin(path, &head("a")).expect("a journal");
    let mut file = fs::OpenOptions::new().append(true).open(path).expect("a file");
    writeln!(file, "{VERDICT}").expect("a verdict");
    journal.end().expect("an end");
}

#[test]
fn what_a_journal_is_of_is_told_by_its_first_line_however_long_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("j");
    ended(&path);
    // It takes no room: nobody wrote there. Who reads it to its end needs more memory than there is.
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(1 << 40))
        .expect("a long file");
    assert_eq!(Journal::is_of(&path), Some(("a".into(), true)));
    let other = Journal::check(&path, &head("b"), Start::Resume(false));
    assert!(matches!(other, Err(JournalError::Other("the original"))), "{other:?}");
    // A first line without an end is none.
    fs::write(&path, [br#"{"itf-shrink-journal":2,""#.as_slice(), &vec![b'x'; 17 << 20]].concat())
        .expect("a file");
    assert_eq!(Journal::is_of(&path), None);
    let error = Journal::resume(&path, &head("a"), false).expect_err("it is no journal");
    assert!(error.to_string().contains("longer than 16 MiB"), "{error}");
}

#[test]
fn it_is_nobody_elses_until_it_is_dropped_whatever_is_done_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("j");
    ended(&path);
    let in_use = || matches!(Journal::check(&path, &head("b"), Start::Begin), Err(JournalError::InUse));
    let mut journal = Journal::restart(&path, &head("a")).expect("a journal");
    assert!(journal.is_locked() && in_use());
    // Another file took its place: that is held, too.
    journal.end().expect("an end");
    assert!(in_use());
    drop(journal);
    assert!(!in_use());
    let journal = Journal::resume(&path, &head("a"), false).expect("a journal");
    assert!(in_use());
    drop(journal);
    // The one that was kept is anybody's; who goes on with it keeps it.
    let journal = Journal::restart(&path, &head("a")).expect("a journal");
    let kept = folder.path().join("j~");
    let other = Journal::resume(&kept, &head("a"), false).expect("a journal");
    journal.take_back();
    assert!(!path.exists() && kept.exists());
    drop((journal, other));
}

#[test]
fn nothing_goes_that_somebody_else_has_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    ended(&at("j"));
    // The usual name of what is kept is in use by another run, ended or not.
    ended(&at("j~"));
    let other = Journal::resume(&at("j~"), &head("a"), false).expect("a journal");
    let text = fs::read(at("j~")).expect("a file");
    drop(Journal::begin(&at("j"), &head("b")).expect("a journal"));
    assert_eq!(fs::read(at("j~")).expect("a file"), text);
    drop(other);
    // What is in the way of a part stays, and so does the journal.
    fs::write(at("j.itf-part"), "notes").expect("a file");
    fs::write(at("j.new"), &text).expect("a file");
    let before = fs::read(at("j")).expect("a file");
    let mut journal = Journal::resume(&at("j"), &head("b"), false).expect("a journal");
    assert!(journal.end().is_err());
    assert_eq!(fs::read(at("j.itf-part")).expect("a file"), b"notes");
    assert_eq!(fs::read(at("j")).expect("a file"), before);
    fs::remove_file(at("j.itf-part")).expect("it goes");
    journal.end().expect("an end");
    assert!(at("j.new").exists());
    drop(journal);
    // A link stays a link.
    std::os::unix::fs::symlink("j", at("link")).expect("a link");
    drop(Journal::resume(&at("link"), &head("b"), false).expect("a journal"));
    assert!(fs::symlink_metadata(at("link")).is_ok_and(|found| found.is_symlink()));
    assert_eq!(Journal::is_of(&at("j")), Some(("b".into(), false)));
}
