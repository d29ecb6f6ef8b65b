//! The inputs that the fuzzer kept, each of which took a way through the code that no other did.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

#[test]
fn every_law_holds_of_what_the_fuzzer_kept() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpora");
    for (name, law) in itf_laws::ALL {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let inputs: Vec<Vec<u8>> =
            text.lines().map(|line| BASE64_STANDARD.decode(line).expect("an input a line")).collect();
        assert!(inputs.len() >= 20, "{name}: {} inputs", inputs.len());
        for (at, input) in inputs.iter().enumerate() {
            let held = std::panic::catch_unwind(|| law(input));
            assert!(held.is_ok(), "{name}: the law is broken by line {} of fuzz/corpora/{name}", at + 1);
        }
    }
}

#[test]
fn every_law_has_a_target_and_every_target_a_law() {
    let manifest = include_str!("../../Cargo.toml");
    let mut targets: Vec<&str> = manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|bin| bin.split("name = \"").nth(1)?.split('"').next())
        .collect();
    targets.sort_unstable();
    assert_eq!(targets, itf_laws::ALL.map(|(name, _)| name));
}
