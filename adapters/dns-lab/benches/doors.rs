//! How fast traces are replayed against the lab, through each of its doors.
//!
//!     TMPDIR=/dev/shm cargo bench -p itf-dns-lab --features server --bench doors
//!
//! Targets: in process at least 50,000 steps a second; over HTTP on loopback, with every follow-up and observation, at
//! least 5,000 actions a second. The server is in this process, and what it answers is on disk, as always.

#![expect(clippy::print_stdout, reason = "this is what a benchmark is for")]

#[path = "../../../benches/figure.rs"]
mod figure;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use figure::Figure;
use itf_adapters::System;
use itf_adapters::http::HttpConsumer;
use itf_dns_lab::server::{ServeOptions, Server};

/// How long each door is measured; the best of three counts, for the machine has other things to do, too.
const FOR: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
    let time = if std::env::args().any(|word| word == "--test") { Duration::from_millis(1) } else { FOR };
    let folder = tempfile::tempdir()?;
    let options =
        ServeOptions { address: "127.0.0.1:0".parse()?, folder: folder.path().to_owned(), background: None };
    let served = Server::bind(&options)?.start();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let declared = HttpConsumer::open(&here.join("lab.http.toml"), Some(&served.url()))?.into_system();
    let doors = [
        ("in process", 50_000.0, itf_dns_lab::system()),
        ("over HTTP, declared in TOML", 5_000.0, declared),
        ("over HTTP, as `itf lab drive`", 5_000.0, itf_dns_lab::remote(&served.url())?),
    ];
    let text = std::fs::read(here.join("../../fixtures/wunderspec/root-3.ndjson"))?;
    let trace = &itf::read(&text)?[0];
    for (name, target, mut system) in doors {
        let best = (0..3)
            .map(|_| measure(&mut system, trace, time))
            .try_fold(0.0, |best, now| now.map(|now: f64| now.max(best)))?;
        println!("{name}: {best:.0} steps/s, {:.1} × the target of {target}", best / target);
        let name = format!("the lab {name}");
        let target = Some(target);
        Figure { name: &name, unit: "steps/s", more_is_better: true, ours: best, peer: None, target }.write();
    }
    Ok(())
}

/// Steps a second.
fn measure(system: &mut System, trace: &itf::Trace, time: Duration) -> Result<f64, Box<dyn Error>> {
    let labels = system.labels(trace, None)?;
    let started = Instant::now();
    let mut steps = 0;
    while started.elapsed() < time || steps == 0 {
        let run = system.replay(trace, &labels, &mut |_| {})?;
        if run.failure().is_none() {
            return Err("the lab does not fail".into());
        }
        steps += u32::try_from(run.steps.len())?;
    }
    Ok(f64::from(steps) / started.elapsed().as_secs_f64())
}
