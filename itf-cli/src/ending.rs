//! What the name of the file for the result says about its format.

use std::path::Path;

/// The format that was asked for; else the one whose ending the file for the result has; else the usual one.
pub(crate) fn format<T: Copy>(asked: Option<T>, file: Option<&Path>, endings: &[(&str, T)], usual: T) -> T {
    asked.or_else(|| by_name(file?, endings)).unwrap_or(usual)
}

/// The format whose ending a name has; the first of them counts.
pub(crate) fn by_name<T: Copy>(file: &Path, endings: &[(&str, T)]) -> Option<T> {
    let name = file.file_name()?.to_string_lossy().to_ascii_lowercase();
    endings.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_counts_most() {
        let endings = [(".itf.json", 'i'), (".json", 'j'), (".html", 'h')];
        let format = |asked, file: Option<&str>| format(asked, file.map(Path::new), &endings, 't');
        assert_eq!(format(None, None), 't');
        assert_eq!(format(None, Some("a/b.html/c")), 't');
        assert_eq!(format(None, Some("a/B.HTML")), 'h');
        assert_eq!(format(None, Some("a.itf.json")), 'i');
        assert_eq!(format(None, Some("a.json")), 'j');
        assert_eq!(format(Some('x'), Some("a.json")), 'x');
    }
}
