use std::fs;
use std::io::Write;

use itf_adapters::{Journal, JournalHead};

/// What the first line says of the work, so that the journal is not that of other work.
fn head(input: &[u8]) -> JournalHead {
    let first = input.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let said: serde_json::Value = serde_json::from_slice(first).unwrap_or_default();
    let text = |key: &str| said.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    JournalHead { original: text("original"), oracle: text("oracle"), ..JournalHead::default() }
}

/// The verdicts: all lines but the first, as far as they are whole.
fn verdicts(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let start = text.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    &text[start..end]
}

/// What is no journal stays as it is; a journal keeps all whole verdicts, and can be gone on with again.
pub fn law(input: &[u8]) {
    let Ok(mut file) = tempfile::NamedTempFile::new() else { return };
    file.write_all(input).expect("room on the disk");
    let (path, head) = (file.path(), head(input));
    let read = || fs::read(path).expect("a file");
    if let Err(error) = Journal::resume(path, &head, true) {
        assert!(!error.to_string().is_empty());
        assert_eq!(read(), input, "{error}");
        return;
    }
    let once = read();
    assert_eq!(verdicts(&once), verdicts(input));
    let again = Journal::resume(path, &head, false);
    assert!(again.is_ok(), "{:?}", again.map(drop));
    assert_eq!(read(), once);
}
