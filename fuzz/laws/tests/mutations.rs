//! Inputs like those that the fuzzer kept, changed at random: fuzzing without a fuzzer, for whoever has only Rust.
//!
//! Two thousand inputs a law; `ITF_LAW_SECONDS=10` instead tries each law for so long. The inputs are the same each time, so
//! that nobody's change fails by what another's let in: `ITF_LAW_SEED=random` (or a number) looks for others, as
//! `.ci/nightly` does. What a coverage-guided fuzzer finds besides, `fuzz/run-all` looks for.

use std::panic::catch_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// As the targets of the fuzzer have it.
const LONGEST: usize = 8192;
const INPUTS: usize = 2000;

/// What is likely to matter to one of the parsers.
const WORDS: [&[u8]; 32] = [
    b"{\"#bigint\":\"",
    b"{\"#set\":[",
    b"{\"#map\":[[",
    b"{\"#tup\":[",
    b"\"#meta\"",
    b"\"states\":[",
    b"\"vars\":[",
    b"\"loop\":",
    b"\\u0000",
    b"\\ud83d",
    b"\xff",
    b"-0",
    b"1e999",
    b"99999999999999999999",
    b"[[[[[[[[",
    b"]]]]]]]]",
    b"{",
    b"}",
    b"<<",
    b">>",
    b" |-> ",
    b" :> ",
    b" @@ ",
    b"1..9",
    b"/\\ ",
    b"State 2: <",
    b"\n",
    b"\x1b[31m",
    b"</script>",
    b".map(x => ",
    b"Set(",
    b"'",
];

/// Marsaglia, "Xorshift RNGs", 2003.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `most`; 0 if there is none.
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % (most.max(1) as u64)).unwrap_or_default()
    }

    /// A part of something of this length, mostly a short one.
    fn part(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        let most = if self.below(4) == 0 { length - start } else { (length - start).min(16) };
        start..start + self.below(most + 1)
    }

    fn changed(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            let part = self.part(input.len());
            match self.below(7) {
                0 => drop(input.drain(part)),
                1 => {
                    let again = input[part.clone()].to_vec();
                    input.splice(part.end..part.end, again);
                }
                2 => {
                    let other = &inputs[self.below(inputs.len())];
                    let theirs = other[self.part(other.len())].to_vec();
                    input.splice(part, theirs);
                }
                3 => {
                    let word = WORDS[self.below(WORDS.len())];
                    input.splice(part.start..part.start, word.iter().copied());
                }
                4 => {
                    let word = WORDS[self.below(WORDS.len())];
                    input.splice(part, word.iter().copied());
                }
                5 => input[part].reverse(),
                _ => {
                    let bit = 1 << self.below(8);
                    if let Some(byte) = input.get_mut(part.start) {
                        *byte ^= bit;
                    }
                }
            }
        }
        input.truncate(LONGEST);
        input
    }
}

#[test]
fn every_law_holds_of_inputs_like_those() {
    let seconds: Option<u64> =
        std::env::var("ITF_LAW_SECONDS").ok().map(|text| text.parse().expect("seconds"));
    let seed: u64 = match std::env::var("ITF_LAW_SEED").ok().as_deref() {
        None => 1,
        Some("random") => SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").subsec_nanos().into(),
        Some(number) => number.parse().expect("a number, or `random`"),
    };
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        while let Some((name, law)) = itf_laws::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpora").join(name);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let inputs: Vec<Vec<u8>> =
                text.lines().map(|line| BASE64_STANDARD.decode(line).expect("an input a line")).collect();
            assert!(!inputs.is_empty(), "{}: no inputs", path.display());
            let mut random = Random(seed.saturating_add(1));
            let (started, mut tried) = (Instant::now(), 0);
            while seconds.map_or(tried < INPUTS, |most| started.elapsed() < Duration::from_secs(most)) {
                let input = random.changed(&inputs);
                let held = catch_unwind(|| law(&input));
                assert!(
                    held.is_ok(),
                    "{name}: the law is broken by (base64) {}",
                    BASE64_STANDARD.encode(&input)
                );
                tried += 1;
            }
            assert!(tried > 0, "{name}: nothing was tried");
            if seconds.is_some() {
                say(&format!("{name:11} {tried:9} inputs"));
            }
        }
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for thread in running {
            assert!(thread.join().is_ok(), "seed {seed}: a law is broken");
        }
    });
}

#[expect(clippy::print_stdout, reason = "how much was tried is what one wants to know")]
fn say(line: &str) {
    println!("{line}");
}
