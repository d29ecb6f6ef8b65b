//! Numbers for texts, files and schedules, by which they are known again.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::Action;
use crate::jsonl::{Call, raw_call};

/// A number for a text that no other text has: FNV-1a with 128 bits (G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, *The FNV
/// Non-Cryptographic Hash Algorithm*). It is the same on every machine and in every version.
///
/// ```
/// assert_eq!(itf_adapters::fingerprint(b""), "6c62272e07bb014262b821756295c58d");
/// assert_ne!(itf_adapters::fingerprint(b"a"), itf_adapters::fingerprint(b"b"));
/// ```
pub fn fingerprint(text: &[u8]) -> String {
    format!("{:032x}", goes_on(BASIS, text))
}

/// What FNV-1a begins with.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

fn goes_on(hash: u128, text: &[u8]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    text.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// The [`fingerprint`] of what is in a file, however large it is.
///
/// # Errors
///
/// The file cannot be read.
///
/// ```
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(file.path(), "a")?;
/// assert_eq!(itf_adapters::fingerprint_of_file(file.path())?, itf_adapters::fingerprint(b"a"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn fingerprint_of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut part = vec![0; 1 << 16];
    let mut hash = BASIS;
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(format!("{hash:032x}")),
            Ok(read) => hash = goes_on(hash, &part[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The [`fingerprint`] of a schedule.
///
/// ```
/// use itf_adapters::{Action, fingerprint_of_calls};
/// assert_ne!(fingerprint_of_calls(&[Action::new("a")]), fingerprint_of_calls(&[Action::new("b")]));
/// ```
pub fn fingerprint_of_calls(calls: &[Action]) -> String {
    let calls: Vec<Call> = calls.iter().map(raw_call).collect();
    // Calls are names and JSON: they can be written.
    fingerprint(serde_json::to_string(&calls).unwrap_or_default().as_bytes())
}
