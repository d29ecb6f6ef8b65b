//! Reading and writing, against their peers: `cargo bench -p itf-toolkit --bench read`. One argument selects rows that contain it.
//!
//! Both sides read the same bytes in the same process, in turn; the median of the rounds counts, of processor time.
//! Freeing what was read is not measured. `--ours` leaves the peers out, for a profiler.
#![expect(clippy::print_stdout, reason = "a table is what a benchmark is for")]

#[path = "../../../benches/figure.rs"]
mod figure;
mod input;
mod table;
mod typed;
mod written;

use std::hint::black_box;

use input::{Change, Input};
use serde::de::IgnoredAny;
use table::{Side, Table};

fn main() {
    let mut table = Table::from_args();
    small(&mut table, &input::stuttering("200 kB trace", 2));
    small(&mut table, &input::stuttering("1.5 MB trace", 15));
    large(&mut table, || input::stuttering("128 MB, stuttering", 1280), &[2.0, 12.0, 0.7]);
    large(&mut table, || input::differing("128 MB, variables differ", 128, Change::Variable), &[1.0, 3.0]);
    large(&mut table, || input::differing("128 MB, leaves differ", 128, Change::Leaf), &[1.0, 3.0]);
    large(&mut table, || input::lines("128 MB of lines", 128), &[]);
    typed::rows(&mut table);
    written::rows(&mut table);
    println!("{table}");
}

/// Peers in the order of the targets. Like ours they get bytes, and have to see for themselves that these are UTF-8.
fn peers<'a>() -> [Side<'a>; 3] {
    [
        Side::new("sonic_rs::Value", |text| {
            for line in text.lines() {
                keep(sonic_rs::from_slice::<sonic_rs::Value>(line.as_bytes()).expect("JSON"));
            }
        }),
        Side::new("serde_json::Value", |text| {
            for line in text.lines() {
                keep(serde_json::from_slice::<serde_json::Value>(line.as_bytes()).expect("JSON"));
            }
        }),
        Side::new("serde_json IgnoredAny", |text| {
            for line in text.lines() {
                black_box(serde_json::from_slice::<IgnoredAny>(line.as_bytes()).expect("JSON"));
            }
        }),
    ]
}

/// Keeps what was read until the clock has stopped.
fn keep<T: 'static>(value: T) {
    table::KEPT.with_borrow_mut(|kept| kept.push(Box::new(value)));
}

fn ours(text: &str) {
    let mut reader = itf::Reader::new();
    keep(reader.read(text.as_bytes()).expect("ITF"));
    keep(reader);
}

fn small(table: &mut Table, input: &Input) {
    for peer in peers() {
        table.row(input, 5, &Side::new("itf", ours), &peer, None);
    }
}

fn large(table: &mut Table, make: impl Fn() -> Input, targets: &[f64]) {
    let mut made = None;
    for (at, peer) in peers().into_iter().enumerate() {
        let input = made.get_or_insert_with(&make);
        table.row(input, 3, &Side::new("itf", ours), &peer, targets.get(at).copied());
    }
}
