//! Round trips of the JSON-lines protocol with a child that only echoes.
//!
//!     cargo bench -p itf-adapters --bench jsonl
//!
//! The child is this program. Its answers are as small as answers can be, and then as large as a real state.

#![expect(clippy::print_stdout, reason = "this is what a benchmark is for")]

#[path = "../../benches/figure.rs"]
mod figure;

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use figure::Figure;
use itf::{Label, Record, State, Value};
use itf_adapters::Consumer;
use itf_adapters::jsonl::{JsonlConsumer, Limits};

/// Round trips in one measurement.
const TRIPS: u32 = 50_000;
/// Measurements; the best counts, for the machine has other things to do, too.
const RUNS: u32 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("echo") => return echo(""),
        Some("echo-state") => return echo(&format!(r#","observed":{}"#, state().to_json())),
        // `cargo test --benches` only wants to see that it runs.
        Some("--test") => return measure("echo", "small answers", 100),
        _ => {}
    }
    measure("echo", "small answers", TRIPS)?;
    measure("echo-state", &format!("answers of {} bytes", state().to_json().len()), TRIPS)
}

fn measure(mode: &str, what: &str, trips: u32) -> Result<(), Box<dyn Error>> {
    let command = [std::env::current_exe()?.to_string_lossy().into_owned(), mode.to_owned()];
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let mut consumer = JsonlConsumer::start(&command, Limits::default())?;
        consumer.reset(&State::default())?;
        let label = Label::new("Deploy", Record::from_iter([("deployer", "deployer-a")]));
        let started = Instant::now();
        for _ in 0..trips {
            consumer.execute(&label)?;
        }
        best = best.min(started.elapsed().as_secs_f64() / f64::from(trips));
    }
    let name = format!("JSON lines, {what}");
    Figure { name: &name, unit: "trips/s", more_is_better: true, ours: 1.0 / best, peer: None, target: None }
        .write();
    println!("{what}: {:.0} round trips/s ({:.1} µs each)", 1.0 / best, best * 1e6);
    Ok(())
}

/// A state as the DNS machine has it.
fn state() -> Value {
    let record = |n: i64| {
        let pair = Value::tuple([Value::from(format!("lb-{n}.db.example.com")), Value::from(100 + n)]);
        let name = Value::from("plan1.db.example.com");
        Value::record([("kind", Value::from("CNAME")), ("name", name), ("value", pair)])
    };
    Value::record([("zone_records", Value::set((0..20).map(record)))])
}

/// The child: finds the id, and answers.
fn echo(fields: &str) -> Result<(), Box<dyn Error>> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let digits = line.strip_prefix(r#"{"id":"#).and_then(|rest| rest.split(',').next());
        let id = digits.ok_or("a request begins with its id")?;
        let hello = if line.contains(r#""op":"hello""#) { r#","protocol":1,"name":"echo""# } else { "" };
        let answer = format!("{{\"id\":{id},\"status\":\"ok\",\"outcome\":\"echo\"{hello}{fields}}}\n");
        output.write_all(answer.as_bytes())?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
