use std::io::Cursor;

use itf::Reader;
use itf::check::{Finding, Levels, check_next, check_with, locate};

/// Checking never panics, says the same of what is in memory and of what is checked while it is read, and every place it
/// names is in the text.
pub fn law(input: &[u8]) {
    let levels = Levels::new(input.len().is_multiple_of(2));
    let mut whole = Reader::new();
    let mut pieces = Reader::new();
    let mut events = pieces.events(input);
    let packed = input.starts_with(&[0x1f, 0x8b]) || input.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    for read in whole.documents(input) {
        let streamed = check_next(&mut events, &levels).expect("as many traces");
        match (read, streamed) {
            (Ok(document), Ok(checked)) => {
                let findings = check_with(&document, &levels);
                if let Some(other) = &checked.findings {
                    // What is there many times may be counted more often.
                    let told = |f: &Finding| {
                        (f.code, f.severity, f.path.clone(), f.place.clone(), f.message.clone())
                    };
                    assert!(
                        other.iter().map(told).eq(findings.iter().map(told)),
                        "{other:?} and {findings:?}"
                    );
                }
                for path in findings.iter().flat_map(paths) {
                    let place = locate(input, &document, path);
                    if packed {
                        continue;
                    }
                    assert!(place.as_ref().is_none_or(|place| place.offset <= input.len()));
                    assert_eq!(checked.locate(&mut Cursor::new(input), path).expect("it reads"), place);
                }
            }
            (Err(one), Err(other)) => assert_eq!(Finding::from(&one), Finding::from(&other)),
            (one, other) => panic!("{one:?} and {other:?}"),
        }
    }
    assert!(check_next(&mut events, &levels).is_none());
}

fn paths(finding: &Finding) -> impl Iterator<Item = &itf::Path> {
    finding.more.iter().chain(&finding.related).chain([&finding.path])
}
