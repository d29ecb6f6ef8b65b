//! One lab behind three doors: in process, over HTTP by the same consumer, and over HTTP by the declaration in TOML. All
//! three say the same of random sequences of actions.
//!
//! Three hundred of them here; `ITF_LAB_SEQUENCES=10000 cargo test -p itf-dns-lab --features server --test lab doors` for
//! as many as one likes.

use std::collections::BTreeMap;
use std::path::Path;

use itf::{Label, Record, State, Value};
use itf_adapters::http::HttpConsumer;
use itf_adapters::{Reply, System};
use itf_dns_lab::server::{Running, ServeOptions, Server};
use tempfile::TempDir;

use crate::{A, B, C};

/// A lab that is served from a folder of its own.
pub(crate) fn served() -> (TempDir, Running) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "127.0.0.1:0".parse().expect("an address");
    let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    (folder, Server::bind(&options).expect("a lab").start())
}

/// The declaration in this repository, of the lab that is served there.
pub(crate) fn declared(url: &str) -> System {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("lab.http.toml");
    HttpConsumer::open(&file, Some(url)).expect("a declaration").into_system()
}

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn of_deployer(name: &str, deployer: &str, plan: Option<u64>) -> Label {
    let mut args = Record::from_iter([("deployer", Value::from(deployer))]);
    if let Some(plan) = plan {
        args = args.with("plan_id", Value::from(format!("plan{plan}.db.example.com")));
    }
    Label::new(name, args)
}

fn generate(random: &mut Random, plan: u64) -> Label {
    let count = 1 + random.below(3);
    let weights = (1..=count).map(|ip| (Value::from(format!("192.0.2.{ip}")), Value::from(100)));
    let plan = Value::from(format!("plan{plan}.db.example.com"));
    Label::new("GeneratePlan", Record::from_iter([("plan_id", plan), ("weights", Value::map(weights))]))
}

fn sequence(random: &mut Random) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut plans = 0;
    if random.below(3) == 0 {
        // As far as the outage wants it; what follows is up to chance.
        for plan in 0..4 {
            labels.push(generate(random, plan));
        }
        labels.extend((0..4).map(|plan| of_deployer("Deploy", A, Some(plan))));
        plans = 4;
    }
    for _ in 0..=random.below(10) {
        let deployer = [A, B, C][usize::try_from(random.below(3)).expect("small")];
        labels.push(match random.below(10) {
            0 | 1 => {
                plans += 1;
                generate(random, plans - 1)
            }
            2 | 3 => of_deployer("Sync", deployer, None),
            4 => of_deployer("Backoff", deployer, None),
            5 | 6 => of_deployer("Cleanup", deployer, None),
            _ => of_deployer("Deploy", deployer, Some(random.below(plans + 1))),
        });
    }
    labels
}

/// What a door shows of a step: the outcome, and whether there is an outage. What is said besides is the same, too, but for
/// refusals: in process a lab begins with a lock, and over HTTP with none.
fn told(system: &mut System, label: &Label) -> (String, Option<String>, bool) {
    let Reply { outcome, detail, failure, .. } = system.consumer.execute(label).expect("an answer");
    let observed = system.consumer.observe().expect("an observation");
    let seen = observed.as_ref().and_then(Value::as_record);
    let installed = seen.and_then(|o| o.get("installed")).and_then(Value::as_bool);
    let nowhere = seen.and_then(|o| o.get("ips")).and_then(Value::items).is_some_and(<[Value]>::is_empty);
    let outage = failure.is_some() || (installed == Some(true) && nowhere);
    let detail = detail.filter(|_| outcome != "refused");
    (outcome, detail, outage)
}

#[test]
fn all_doors_lead_to_the_same_lab() {
    let count = std::env::var("ITF_LAB_SEQUENCES").map_or(300, |n| n.parse().expect("a number of sequences"));
    let (_folder, running) = served();
    let (_other, other) = served();
    let mut here = itf_dns_lab::system();
    let mut remote = itf_dns_lab::remote(&running.url()).expect("an address");
    let mut declared = declared(&other.url());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..count {
        for system in [&mut here, &mut remote, &mut declared] {
            assert_eq!(system.consumer.reset(&State::default()).expect("a reset").outcome, "reset");
        }
        let labels = sequence(&mut random);
        for (step, label) in labels.iter().enumerate() {
            let expected = told(&mut here, label);
            let by_http = told(&mut remote, label);
            let by_declaration = told(&mut declared, label);
            assert_eq!(by_http, expected, "sequence {number}, step {step}: {label}\n{labels:#?}");
            assert_eq!(by_declaration, expected, "sequence {number}, step {step}: {label}\n{labels:#?}");
            *seen.entry(if expected.2 { "outage".into() } else { expected.0 }).or_default() += 1;
        }
    }
    for outcome in
        ["generated", "synced", "installed", "installed another plan", "refused", "idle", "cleaned", "outage"]
    {
        assert!(seen.contains_key(outcome), "never {outcome}: {seen:?}");
    }
}

#[test]
fn the_known_violations_end_the_same_way_over_http() {
    let (_folder, running) = served();
    let mut systems = [itf_dns_lab::remote(&running.url()).expect("an address"), declared(&running.url())];
    for system in &mut systems {
        let mut ends = Vec::new();
        for number in 1..=5 {
            let file = format!("../../fixtures/wunderspec/root-{number}.ndjson");
            let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a fixture");
            let trace = &itf::read(&text).expect("ITF")[0];
            let labels = system.labels(trace, None).expect("labels");
            let run = system.replay(trace, &labels, &mut |_| {}).expect("a replay");
            let failure = run.failure().expect("a failure");
            ends.push((run.steps.len(), format!("{} ({}): {}", failure.kind, failure.site, failure.message)));
        }
        let outage =
            |step| (step, "outage (root): clouddb.us-east-1.api.acme resolves to no address".to_owned());
        let idle = |step| {
            let text = "outcome (Backoff: refused -> idle): expected refused, the system answered idle";
            (step, text.to_owned())
        };
        assert_eq!(ends, [idle(33), outage(38), outage(26), idle(29), outage(32)]);
    }
}
