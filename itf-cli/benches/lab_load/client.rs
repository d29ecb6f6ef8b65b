//! Clients: the honest, the slow and the rude.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

/// What all clients share.
pub(crate) struct World {
    address: RwLock<String>,
    pub(crate) over: AtomicBool,
    pub(crate) answers: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) broken: AtomicU64,
    /// The versions of the plans that were acknowledged.
    pub(crate) plans: Mutex<Vec<u64>>,
    surprises: Mutex<Vec<String>>,
}

impl World {
    pub(crate) fn new(address: &str) -> Self {
        Self {
            address: RwLock::new(address.to_owned()),
            over: AtomicBool::new(false),
            answers: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            broken: AtomicU64::new(0),
            plans: Mutex::new(Vec::new()),
            surprises: Mutex::new(Vec::new()),
        }
    }

    /// The lab is somewhere else now.
    pub(crate) fn moved(&self, address: &str) {
        address.clone_into(&mut self.address.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn surprises(&self) -> Vec<String> {
        self.surprises.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn surprised(&self, what: String) {
        let mut surprises = self.surprises.lock().unwrap_or_else(PoisonError::into_inner);
        if surprises.len() < 100 {
            surprises.push(what);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "for people")]
    pub(crate) fn per_second(&self, elapsed: f64) -> f64 {
        self.answers.load(Ordering::Relaxed) as f64 / elapsed
    }

    pub(crate) fn connect(&self) -> io::Result<TcpStream> {
        let address = self.address.read().unwrap_or_else(PoisonError::into_inner).clone();
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Sends a request and reads one answer: its status and its body.
pub(crate) fn ask(stream: &mut TcpStream, method: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&buffer[..count]);
        let Some(end) = answer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let field = |name: &str| head.lines().find_map(|l| l.strip_prefix(name)).map(str::trim);
        let length: usize = field("content-length:").and_then(|n| n.parse().ok()).unwrap_or(0);
        if answer.len() >= end + 4 + length {
            let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
            return Ok((status, String::from_utf8_lossy(&answer[end + 4..]).into_owned()));
        }
    }
}

/// A client, until it is over.
pub(crate) fn run(world: &World, number: usize) {
    let mut turn = number;
    while !world.over.load(Ordering::Relaxed) {
        let done = match number % 10 {
            0 => slow(world),
            1 | 2 => rude(world, turn),
            _ => honest(world, turn),
        };
        if done.is_err() {
            world.broken.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(50));
        }
        turn = turn.wrapping_add(7);
    }
}

/// Some requests on one connection.
fn honest(world: &World, turn: usize) -> io::Result<()> {
    let mut stream = world.connect()?;
    for turn in turn..turn + 40 {
        if world.over.load(Ordering::Relaxed) {
            break;
        }
        let (method, path) = match turn % 23 {
            0 => ("POST", "/mbt/planner/generate"),
            1 => ("GET", "/"),
            2..12 => ("GET", "/health"),
            12..20 => ("GET", "/wormhole53/resolve/plan-001.cdb.acme"),
            _ => ("GET", "/wormhole53/resolve/clouddb.us-east-1.api.acme"),
        };
        let (status, body) = ask(&mut stream, method, path, "")?;
        world.answers.fetch_add(1, Ordering::Relaxed);
        match (status, method) {
            (200, "POST") => {
                let version =
                    body.strip_prefix("{\"version\":").and_then(|rest| rest.split(',').next()?.parse().ok());
                match version {
                    Some(version) => world.plans.lock().unwrap_or_else(PoisonError::into_inner).push(version),
                    None => world.surprised(format!("{path}: {body}")),
                }
            }
            (200, _) => {}
            // There is no room for more plans: the bound at work.
            (503, "POST") if body.contains("balancers") => {}
            _ => world.surprised(format!("{method} {path}: {status} {body}")),
        }
    }
    Ok(())
}

/// What must be refused, each on a connection of its own.
fn rude(world: &World, turn: usize) -> io::Result<()> {
    let mut stream = world.connect()?;
    let long = "[".repeat(1 << 20);
    let (method, path, body) = match turn % 9 {
        0 => ("POST", "/mbt/planner/generate", long.as_str()),
        1 => ("POST", "/mbt/planner/generate", "{\"id\":"),
        2 => ("BREW", "/health", ""),
        3 => ("GET", "/wormhole53/resolve/../../../etc/passwd", ""),
        4 => ("POST", "/mbt/deployers/..%2f..%2fcurrent_dns_zone.json/deploy", ""),
        5 => ("POST", "/mbt/deployers/deployer-a/cleanup", "{\"keep_last_n\":-1}"),
        6 => ("DELETE", "/mbt/reset", ""),
        7 => ("GET", "/plans/plan-001.json", ""),
        _ => ("POST", "/mbt/deployers/%ff/sync", ""),
    };
    match ask(&mut stream, method, path, body) {
        Ok((400..=499, _)) => drop(world.refused.fetch_add(1, Ordering::Relaxed)),
        Ok((status, answer)) => world.surprised(format!("{method} {path}: {status} {answer}")),
        // A server that has read enough closes while the body still comes; that, too, is a refusal.
        Err(_) if turn.is_multiple_of(9) => drop(world.refused.fetch_add(1, Ordering::Relaxed)),
        Err(error) => return Err(error),
    }
    thread::sleep(Duration::from_millis(5));
    Ok(())
}

/// A head that comes a byte at a time, and is never whole.
fn slow(world: &World) -> io::Result<()> {
    let mut stream = world.connect()?;
    for byte in b"POST /mbt/reset HTTP/1.1\r\nhost: localhost\r\nx-slow: ".iter().cycle().take(200) {
        if world.over.load(Ordering::Relaxed) {
            break;
        }
        stream.write_all(&[if byte.is_ascii_control() { b'a' } else { *byte }])?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
