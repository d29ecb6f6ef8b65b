//! The shortest and simplest input that crashes a parser, byte by byte.
//!
//!     cargo run -p itf-shrink --example bytes
#![expect(clippy::print_stdout, reason = "an example prints")]

use itf_shrink::{Normalise, Predicate, Report, ShrinkError, Shrinker, Verdict};

/// A parser of nested lists with two bugs: it counts brackets in too small a number, and it trips over `\u`.
fn parse(input: &[u8]) -> Result<(), &'static str> {
    let mut depth = 0_u32;
    for (at, byte) in input.iter().enumerate() {
        match byte {
            b'[' if depth == 3 => return Err("depth overflows"),
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'\\' if input.get(at + 1) == Some(&b'u') => return Err("escape at the end"),
            _ => {}
        }
    }
    Ok(())
}

/// Printable bytes are simpler than others, and `a` is the simplest.
struct Printable;

impl Normalise<u8> for Printable {
    fn simpler(&self, byte: &u8) -> Vec<u8> {
        if *byte == b'a' { Vec::new() } else { vec![b'a'] }
    }
}

/// The shortest input that makes the parser fail with the message with which it failed at first.
pub(crate) fn shrink_bytes(input: &[u8]) -> Result<Report<u8, std::convert::Infallible>, ShrinkError> {
    let mut oracle = Predicate(|input: &[u8]| match parse(input) {
        Ok(()) => Verdict::Passes,
        // The message is the site: one bug never becomes the other.
        Err(message) => Verdict::fails("error", message, ""),
    });
    Shrinker::new(&mut oracle).normalise(&Printable).shrink(input)
}

fn main() -> Result<(), ShrinkError> {
    let report = shrink_bytes(br"[1, [2, 3], [4, [5, [6, [7]]]], \u0041]")?;
    println!("{}: {}", String::from_utf8_lossy(&report.items), report.failure.site);
    for other in report.also {
        println!("not followed: {}: {}", String::from_utf8_lossy(&other.items), other.failure.site);
    }
    Ok(())
}
