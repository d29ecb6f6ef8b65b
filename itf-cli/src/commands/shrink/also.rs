//! Candidates that failed in another way: saved beside the result, and not followed.

use std::path::Path;

use super::Shrunk;
use crate::output::{Terminal, write_anew};
use crate::trouble::Trouble;

/// Saves them beside `result`, or says that they were not.
pub(super) fn save(
    name: &str,
    shrunk: &Shrunk,
    result: Option<&Path>,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    for (failure, trace) in &shrunk.also {
        let beside = crate::output::file_of(result).zip(trace.as_ref());
        let Some((result, trace)) = beside else {
            terminal.note(&format!(
                "{name}: on the way there was another failure, which was not followed (-o saves it): {failure}"
            ));
            continue;
        };
        let path = result.with_file_name(format!("also-{}.itf.json", words(&failure.kind, &failure.site)));
        let mut text = Vec::new();
        itf::write(&mut text, trace, itf::Layout::Compact)?;
        write_anew(&path, &text)?;
        terminal.note(&format!(
            "{name}: on the way there was another failure, which was not followed, in {}: {failure}",
            path.display()
        ));
    }
    Ok(())
}

/// What may be in the name of a file, of the failure's identity.
fn words(kind: &str, site: &str) -> String {
    let mut words = String::new();
    for c in format!("{kind}-{site}").chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => words.push(c),
            _ if words.ends_with('-') => {}
            _ => words.push('-'),
        }
    }
    words.truncate(80);
    words.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(words("outcome", "Backoff: refused -> idle"), "outcome-Backoff-refused-idle");
        assert_eq!(words("a", "../../etc"), "a-etc");
    }
}
