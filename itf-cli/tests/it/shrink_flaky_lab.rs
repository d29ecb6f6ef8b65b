//! A system that fails in some runs only: the lab over HTTP, behind a line that delays and drops.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use itf_shrink::Rate;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::common::{itf, stderr, stdout};
use crate::lab::lab;

/// How often what is observed is old: a delay in what the system shows, as between a name server and those who cache.
const STALE: f64 = 0.3;
/// How often a connection is dropped instead of an answer: trouble, which says nothing about the bug.
const DROPPED: f64 = 0.002;
/// How often an answer is late.
const LATE: f64 = 0.02;

/// What the line does is decided request by request, from a seed.
struct Line {
    random: SmallRng,
    /// What was observed last.
    observed: Option<Vec<u8>>,
    dropped: usize,
    stale: usize,
    late: usize,
    /// The file of the result, and how many states it had whenever a run began.
    result: PathBuf,
    seen: Vec<usize>,
}

/// One message of HTTP/1.1 with a length: its first line, and all of it.
fn message(from: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let (mut whole, mut first, mut length) = (Vec::new(), None, 0);
    loop {
        let start = whole.len();
        if from.read_until(b'\n', &mut whole).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&whole[start..]).trim().to_owned();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        first.get_or_insert(line);
    }
    let start = whole.len();
    whole.resize(start + length, 0);
    from.read_exact(&mut whole[start..]).ok()?;
    Some((first?, whole))
}

/// Serves one connection; ends when a side does, or when the line drops it.
fn serve(client: TcpStream, lab: &str, line: &Mutex<Line>) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let upstream = TcpStream::connect(lab).ok()?;
    upstream.set_nodelay(true).ok()?;
    let (mut to_client, mut to_lab) = (client.try_clone().ok()?, upstream.try_clone().ok()?);
    let (mut from_client, mut from_lab) = (BufReader::new(client), BufReader::new(upstream));
    loop {
        let (first, asked) = message(&mut from_client)?;
        let mut line = line.lock().ok()?;
        if line.random.random_bool(DROPPED) {
            line.dropped += 1;
            return None;
        }
        to_lab.write_all(&asked).ok()?;
        let (_, mut answered) = message(&mut from_lab)?;
        if line.random.random_bool(LATE) {
            line.late += 1;
            std::thread::sleep(Duration::from_millis(2));
        }
        if first.starts_with("GET /health") {
            let is_stale = line.random.random_bool(STALE);
            match &line.observed {
                Some(old) if is_stale => {
                    answered.clone_from(old);
                    line.stale += 1;
                }
                _ => line.observed = Some(answered.clone()),
            }
        } else if first.contains("/mbt/reset") {
            line.observed = None;
            if let Ok(best) = fs::read(&line.result) {
                line.seen.push(itf::read(&best).ok()?[0].states.len());
            }
        }
        to_client.write_all(&answered).ok()?;
    }
}

/// Begins to serve; where, and the line.
fn line_to(lab: &str, seed: u64, result: &Path) -> (String, Arc<Mutex<Line>>) {
    let random = SmallRng::seed_from_u64(seed);
    let (result, seen) = (result.to_owned(), Vec::new());
    let line = Line { random, observed: None, dropped: 0, stale: 0, late: 0, result, seen };
    let line = Arc::new(Mutex::new(line));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (lab, shared) = (lab.trim_start_matches("http://").to_owned(), Arc::clone(&line));
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (lab, line) = (lab.clone(), Arc::clone(&shared));
            std::thread::spawn(move || serve(client, &lab, &line));
        }
    });
    (address, line)
}

#[test]
fn a_flaky_system_is_shrunk_and_its_certificate_holds() {
    let (_state, served) = lab();
    let folder = tempfile::tempdir().expect("a folder");
    let small = folder.path().join("small.itf.json");
    let (address, line) = line_to(&served.url, 7, &small);
    let on = format!("http:adapters/dns-lab/lab.http.toml@{address}");
    let path = small.to_str().expect("a name");
    let shrink = ["shrink", "--with", "dns-spec:n3_5_3", "--on", &on, "--flaky", "--events", "-o", path];
    let output = itf(shrink.iter().copied().chain(["fixtures/wunderspec/root-3.ndjson"]));
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let traces = itf::read(&fs::read(&small).expect("a result")).expect("ITF");
    assert_eq!((traces.len(), traces[0].states.len()), (1, 12), "{said}");
    let end = said.lines().find(|line| line.contains(r#""event":"end""#)).expect("an end");
    let end: serde_json::Value = serde_json::from_str(end).expect("JSON");
    assert_eq!(end["kind"], "outage", "{end}");
    let after = &end["rates"]["after"];
    let at_least = after["at_least"].as_f64().expect("a certificate");
    assert!(at_least > 0.3 && end["rates"]["every_time"] == false, "{end}");

    // A batch that the shrinker knows nothing of: the trace is replayed by another command.
    let (mut hits, mut runs) = (0, 0);
    while runs < 60 {
        let output = itf(["replay", "--on", &on, "--format", "json", path]);
        match output.status.code() {
            Some(0) => {}
            Some(1) => {
                assert!(stdout(&output).contains("outage"), "{}", stdout(&output));
                hits += 1;
            }
            // The line was dropped.
            _ => continue,
        }
        runs += 1;
    }
    let batch = Rate::new(hits, runs);
    assert!(batch.estimate() >= at_least, "{batch} against at least {at_least}");
    // What the line does is known: the outage is seen in the last step, if what is observed then is not old.
    let (low, high) = batch.interval(0.999);
    assert!(low < 1.0 - STALE && 1.0 - STALE < high, "{batch}");
    assert!(at_least < 1.0 - STALE, "{at_least}");
    let line = line.lock().expect("the line");
    assert!(line.dropped > 0 && line.late > 0 && line.stale > 0);
    // The best so far was in the file of the result, and always a whole trace.
    assert!(line.seen.first().is_some_and(|first| *first > 12) && line.seen.contains(&12), "{:?}", line.seen);
}
