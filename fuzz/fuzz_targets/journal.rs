#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| itf_laws::journal(input));
