//! The lab under load: many clients at once, some slow, some rude, while it is killed and begun again. Nothing that was
//! acknowledged may be lost, no file half written, and memory stays bounded.
//!
//!     cargo bench -p itf-cli --bench lab_load                                    # 1,000 clients for a minute
//!     cargo bench -p itf-cli --bench lab_load -- --clients 100 --seconds 5
//!
//! Only loopback addresses are used. Exit status 1 if something was lost.

#![expect(clippy::print_stdout, reason = "this is what a benchmark is for")]

#[path = "lab_load/client.rs"]
mod client;
#[path = "../../benches/figure.rs"]
mod figure;
#[path = "lab_load/witness.rs"]
mod witness;

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use client::World;
use figure::Figure;
use witness::Witnesses;

/// What the lab's process may take, in MiB: what `itf lab serve --help` promises is held by the limits of the server.
const MEMORY: u64 = 256;
/// How often it is killed.
const KILLS: u32 = 5;

type Trouble = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Trouble> {
    let mut clients = 1000_usize;
    let mut seconds = 60_u64;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--clients" => clients = words.next().ok_or("--clients N")?.parse()?,
            "--seconds" => seconds = words.next().ok_or("--seconds N")?.parse()?,
            // `cargo test --benches` only wants to see that it runs.
            "--test" => (clients, seconds) = (30, 2),
            _ => {}
        }
    }
    let folder = tempfile::tempdir()?;
    let mut lab = Lab::start(folder.path())?;
    let world = Arc::new(World::new(&lab.address));
    let witnesses = Witnesses::default();
    let started = Instant::now();
    let mut threads = Vec::new();
    for number in 0..clients.max(3) {
        let (world, log) = (Arc::clone(&world), witnesses.clone());
        let thread = thread::Builder::new().stack_size(256 << 10);
        threads.push(thread.spawn(move || match number {
            0..3 => witness::run(&world, &log, number),
            _ => client::run(&world, number),
        })?);
    }
    let round = Duration::from_secs(seconds) / (KILLS + 1);
    let mut peak = 0;
    for _ in 0..KILLS {
        thread::sleep(round);
        peak = peak.max(lab.peak()?);
        lab.kill()?;
        witnesses.killed();
        witnesses.check(folder.path(), &world)?;
        lab = Lab::start(folder.path())?;
        world.moved(&lab.address);
    }
    thread::sleep(round);
    world.over.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().map_err(|_| "a client panicked")?;
    }
    peak = peak.max(lab.peak()?);
    lab.kill()?;
    witnesses.killed();
    let (plans, installs) = witnesses.check(folder.path(), &world)?;

    let elapsed = started.elapsed().as_secs_f64();
    let count = |n: &std::sync::atomic::AtomicU64| n.load(Ordering::Relaxed);
    println!("{clients} clients, {elapsed:.0} s, killed {} times", KILLS + 1);
    println!("answers     {} ({:.0}/s)", count(&world.answers), world.per_second(elapsed));
    println!("refusals    {} of rude requests", count(&world.refused));
    println!("broken off  {} by the kills and the slow", count(&world.broken));
    println!("plans       {plans} acknowledged, none lost");
    println!("installs    {installs} acknowledged, none lost");
    println!("memory      {peak} MiB at most; the bound is {MEMORY} MiB");
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let (used, most) = (peak as f64, MEMORY as f64);
    let name = format!("the lab with {clients} clients, memory");
    Figure { name: &name, unit: "MB", more_is_better: false, ours: used, peer: None, target: Some(most) }
        .write();
    let name = format!("the lab with {clients} clients, answers");
    let answers = world.per_second(elapsed);
    Figure { name: &name, unit: "1/s", more_is_better: true, ours: answers, peer: None, target: None }
        .write();
    let surprises = world.surprises();
    for surprise in surprises.iter().take(10) {
        println!("surprise    {surprise}");
    }
    if peak > MEMORY || !surprises.is_empty() || plans == 0 || installs == 0 {
        return Err("the lab did not hold".into());
    }
    Ok(())
}

/// The lab, in a process of its own.
struct Lab {
    child: Child,
    address: String,
}

impl Lab {
    fn start(folder: &Path) -> Result<Self, Trouble> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_itf"))
            .args(["lab", "serve", "--port", "0", "--no-background", "--dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("http://").ok_or("the lab does not start again")?.to_owned();
        Ok(Self { child, address })
    }

    /// The most memory it had, in MiB.
    fn peak(&self) -> Result<u64, Trouble> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
    }

    /// By SIGKILL.
    fn kill(&mut self) -> Result<(), Trouble> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
