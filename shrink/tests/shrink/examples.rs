//! The examples, executed.
#![expect(dead_code, reason = "each example has a `main`, too")]

#[path = "../../examples/bytes.rs"]
mod bytes;
#[path = "../../examples/lines.rs"]
mod lines;
#[path = "../../examples/operations.rs"]
mod operations;

use itf_shrink::{Claim, Without};

use operations::Operation::{Clear, Pop, Push};

#[test]
fn lines_of_a_text() {
    let text = "use a\nuse b\nfn x\nfn y\ncall x\nend\n";
    let report =
        lines::shrink_lines(text, |t| t.contains("fn x\n") && t.contains("call x\n")).expect("it fails");
    assert_eq!(report.items.concat(), "fn x\ncall x\n");
}

#[test]
fn bytes_of_an_input() {
    let report = bytes::shrink_bytes(br"[1, [2, 3], [4, [5, [6, [7]]]], \u0041]").expect("it fails");
    assert_eq!(report.items, b"[[[[");
    assert_eq!(report.failure.site, "depth overflows", "one bug does not become the other");
}

#[test]
fn operations_on_a_ring() {
    let report = operations::shrink_operations(&operations::found()).expect("it fails");
    assert_eq!(report.claim, Claim::OneMinimal);
    let pushes = report.items.iter().filter(|o| matches!(o, Push(_))).count();
    assert_eq!((pushes, report.items.len()), (4, 6), "{:?}", report.items);
    assert_eq!((report.items[3], report.items[5]), (Clear, Pop));
    assert!(report.needed.iter().all(|n| n.without == Without::Passes && n.call.is_some()));
}
