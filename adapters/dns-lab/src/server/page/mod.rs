//! The page for people: what is healthy, what is broken and why. The whole page is made here; what the browser adds is that
//! it asks for it again every second. Every text is escaped, and nothing is loaded from anywhere.

mod why;

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use super::journal::{Batch, Outcome, value};
use super::state::State;
use crate::answer::DeployAnswer;
use crate::deployer::Deployer;
use crate::lab::Lab;
use crate::names;
use crate::record::{Alias, Data, Record, RecordType};
use crate::wormhole53::Wormhole53;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// How many branches of a tree and how many records are shown.
const SHOWN: usize = 200;
/// How deep a tree is shown.
const DEEP: usize = 12;

/// A number that nobody can know before: scripts and styles without it do not run.
pub(super) fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The page as it is now.
pub(super) fn render(state: &State, nonce: &str) -> String {
    let lab = &state.lab;
    let zone = lab.zone();
    let mut page = String::with_capacity(32 << 10);
    let (mark, class, title, text) = status(state);
    let parts = [
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
        mark,
        " DNS lab</title><link rel=\"icon\" href=\"data:,\"><style nonce=\"",
        nonce,
        "\">",
        STYLE,
        "</style></head><body><div id=\"gone\" role=\"alert\">The lab does not answer. What is below was true a while ago.</div>",
        "<header><h1>DNS lab<small>a control plane to break</small></h1><span class=\"grow\"></span>",
        "<span id=\"clock\">",
        &clock(SystemTime::now()),
        " UTC</span><button id=\"pause\" type=\"button\" aria-pressed=\"false\" hidden>Pause</button></header><main>",
        "<section id=\"status\" class=\"status ",
        class,
        "\" role=\"status\"><span class=\"mark\" aria-hidden=\"true\">",
        mark,
        "</span><div><strong>",
        &escape(&title),
        "</strong>",
        &text,
        "</div></section>",
    ];
    page.extend(parts);
    pointer(&mut page, "Root", zone, names::ROOT);
    pointer(&mut page, "Rollback", zone, names::ROLLBACK);
    lock(&mut page, zone);
    tree(&mut page, "What customers get", zone, names::ROOT);
    tree(&mut page, "Where a rollback would lead", zone, names::ROLLBACK);
    deployers(&mut page, lab);
    batches(&mut page, &state.batches);
    records(&mut page, zone);
    page.extend(["</main><script nonce=\"", nonce, "\">", SCRIPT, "</script></body></html>"]);
    page
}

/// The mark, the class, the title and the text (which is HTML) of what matters most.
fn status(state: &State) -> (&'static str, &'static str, String, String) {
    let health = state.lab.health();
    if health.ok {
        let ips: Vec<String> = health.ips.iter().take(8).map(ToString::to_string).collect();
        let more = health.ips.len().saturating_sub(ips.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let count = health.ips.len();
        let word = if count == 1 { "address" } else { "addresses" };
        let text = format!("<p><code>{}</code>{more}</p>", ips.join("</code>, <code>"));
        return ("✓", "good", format!("Healthy: {} has {count} {word}", health.name), text);
    }
    if state.lab.zone().get(names::ROOT, RecordType::Alias).is_none() {
        let text = "<p>No deployer has installed a plan. Plans come from the planner: \
                    <code>POST /mbt/planner/generate</code>, then <code>POST /mbt/deployers/deployer-a/deploy</code>.</p>";
        return ("○", "calm", "Nothing is installed yet".to_owned(), text.to_owned());
    }
    let mut text = String::new();
    for reason in why::reasons(state) {
        let _ = write!(text, "<p>{}</p>", escape(&reason));
    }
    ("✗", "broken", format!("Outage: {} resolves to no address", health.name), text)
}

fn section(page: &mut String, class: &str, title: &str, content: impl FnOnce(&mut String)) {
    let id = title.to_lowercase().replace(' ', "-");
    let _ = write!(page, "<section id=\"{id}\" class=\"{class}\"><h2>{title}</h2>");
    content(page);
    page.push_str("</section>");
}

fn pointer(page: &mut String, title: &str, zone: &Wormhole53, name: &str) {
    section(page, "third", title, |page| {
        let _ = write!(page, "<code class=\"soft\">{}</code><br>", escape(name));
        match zone.get(name, RecordType::Alias) {
            None => page.push_str("<span class=\"soft\">none</span>"),
            Some(record) => {
                for target in record.targets().take(SHOWN) {
                    let _ = write!(page, "<code class=\"value\">→ {}</code>", escape(target));
                    if is_missing(zone, target) {
                        page.push_str(" <span class=\"bad\">no such record</span>");
                    }
                }
            }
        }
    });
}

fn is_missing(zone: &Wormhole53, name: &str) -> bool {
    zone.get(name, RecordType::Alias).is_none() && zone.get(name, RecordType::A).is_none()
}

fn lock(page: &mut String, zone: &Wormhole53) {
    section(page, "third", "Lock", |page| {
        let _ = write!(page, "<code class=\"soft\">{}</code><br>", escape(names::LOCK));
        match zone.get(names::LOCK, RecordType::Txt) {
            Some(Record { data: Data::Txt(text), .. }) => {
                let (who, epoch) = text.split_once(' ').unwrap_or((text, "?"));
                let _ = write!(
                    page,
                    "<code class=\"value\">{}</code> <span class=\"soft\">epoch</span> <code class=\"value\">{}</code>",
                    escape(who),
                    escape(epoch)
                );
            }
            _ => page.push_str("<span class=\"soft\">none</span>"),
        }
    });
}

fn tree(page: &mut String, title: &str, zone: &Wormhole53, name: &str) {
    section(page, "half", title, |page| {
        if zone.get(name, RecordType::Alias).is_none() {
            page.push_str("<span class=\"soft\">nothing</span>");
            return;
        }
        let mut walk = Walk { zone, path: Vec::new(), left: SHOWN };
        page.push_str("<ul class=\"tree\">");
        walk.branch(page, name, None);
        page.push_str("</ul>");
        if walk.left == 0 {
            page.push_str("<p class=\"soft\">… and more</p>");
        }
    });
}

/// A walk over what a name leads to.
struct Walk<'a> {
    zone: &'a Wormhole53,
    path: Vec<&'a str>,
    left: usize,
}

impl<'a> Walk<'a> {
    /// One branch; `share` is its weight and the sum of all weights beside it.
    fn branch(&mut self, page: &mut String, name: &'a str, share: Option<(u64, u128)>) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let _ = write!(page, "<li><code>{}</code>", escape(name));
        if let Some((weight, sum)) = share {
            let _ = write!(page, " <span class=\"soft\">weight {weight}");
            if let Some(percent) = (u128::from(weight) * 100 + sum / 2).checked_div(sum) {
                let _ = write!(page, ", {percent} %");
            }
            page.push_str("</span>");
        }
        if self.path.contains(&name) {
            page.push_str(" <span class=\"bad\">leads back to itself</span></li>");
            return;
        }
        if let Some(Record { data: Data::A(address), .. }) = self.zone.get(name, RecordType::A) {
            let _ = write!(page, " <code class=\"ok\">{address}</code></li>");
            return;
        }
        match self.zone.get(name, RecordType::Alias) {
            None => page.push_str(" <span class=\"bad\">no such record</span>"),
            Some(_) if self.path.len() == DEEP => page.push_str(" <span class=\"soft\">…</span>"),
            Some(Record { data: Data::Alias(alias), .. }) => {
                self.path.push(name);
                page.push_str("<ul>");
                match alias {
                    Alias::Name(target) => self.branch(page, target, None),
                    Alias::Weighted(targets) => {
                        let sum = targets.iter().map(|t| u128::from(t.weight)).sum();
                        for target in targets {
                            self.branch(page, &target.name, Some((target.weight, sum)));
                        }
                    }
                }
                page.push_str("</ul>");
                self.path.pop();
            }
            Some(_) => {}
        }
        page.push_str("</li>");
    }
}

fn deployers(page: &mut String, lab: &Lab) {
    section(page, "", "Deployers", |page| {
        page.push_str("<table class=\"stacks\"><thead><tr><th>name<th>next plan<th>epoch<th>remembers the lock<th>remembers the root<th>a deploy now would be</tr></thead><tbody>");
        for deployer in lab.deployers() {
            let _ = write!(
                page,
                "<tr><td><code>{}</code><td data-head=\"next plan\">{}<td data-head=\"epoch\">{}<td data-head=\"remembers the lock\">{}\
                 <td data-head=\"remembers the root\">{}<td data-head=\"a deploy now would be\">{}</tr>",
                escape(deployer.name()),
                deployer.next_version(),
                deployer.epoch(),
                remembered(lab.zone(), deployer.lock(), "stale"),
                remembered(lab.zone(), deployer.root(), "not the root now"),
                outlook(lab, deployer)
            );
        }
        page.push_str("</tbody></table>");
    });
}

fn remembered(zone: &Wormhole53, record: Option<&Record>, otherwise: &str) -> String {
    let Some(record) = record else { return "<span class=\"soft\">nothing</span>".to_owned() };
    let same = zone.get(&record.name, record.record_type()) == Some(record);
    let note = if same { String::new() } else { format!(" <span class=\"bad\">{otherwise}</span>") };
    format!("<code>{}</code>{note}", escape(&value(record)))
}

/// What would come of a deploy: found out by doing it, to a copy.
fn outlook(lab: &Lab, deployer: &Deployer) -> String {
    match deployer.clone().deploy(lab.planner(), &mut lab.zone().clone()) {
        DeployAnswer::Installed { version } => {
            format!("<span class=\"ok\">an install of plan {version}</span>")
        }
        DeployAnswer::Idle => "<span class=\"soft\">idle: its next plan is not published</span>".to_owned(),
        DeployAnswer::Refused(why) => {
            format!(
                "<span class=\"bad\">refused</span> <span class=\"soft\">{}</span>",
                escape(&why.to_string())
            )
        }
    }
}

fn batches<'a>(page: &mut String, batches: impl IntoIterator<Item = &'a Batch>) {
    section(page, "", "Last batches", |page| {
        let mut batches = batches.into_iter().peekable();
        if batches.peek().is_none() {
            page.push_str("<span class=\"soft\">none since the lab was started or reset</span>");
            return;
        }
        page.push_str("<table><thead><tr><th>at (UTC)<th>deployer<th>what<th>result</tr></thead><tbody>");
        for batch in batches {
            let _ = write!(
                page,
                "<tr><td class=\"time\">{}<td><code>{}</code><td>{}<td>",
                clock(batch.at),
                escape(&batch.who),
                escape(&batch.what)
            );
            match &batch.outcome {
                Outcome::Refused(why) => {
                    let _ = write!(page, "<span class=\"bad\">refused</span> {}", escape(why));
                }
                Outcome::Done(changes) => {
                    page.push_str("<ul class=\"changes\">");
                    for change in changes {
                        let class = match change.sign {
                            '+' => "plus",
                            '−' => "minus",
                            _ => "other",
                        };
                        let _ = write!(
                            page,
                            "<li class=\"{class}\"><span class=\"sign\">{}</span><code>{} <span class=\"soft\">{}</span></code></li>",
                            change.sign,
                            escape(&change.name),
                            escape(&change.text)
                        );
                    }
                    page.push_str("</ul>");
                }
            }
            page.push_str("</tr>");
        }
        page.push_str("</tbody></table>");
    });
}

fn records(page: &mut String, zone: &Wormhole53) {
    section(page, "", "Raw records", |page| {
        let count = zone.records().count();
        if count == 0 {
            page.push_str("<span class=\"soft\">the zone is empty</span>");
            return;
        }
        let _ =
            write!(page, "<details id=\"records\" open><summary>{count} in the zone</summary><table><tbody>");
        for record in zone.records().take(SHOWN) {
            let _ = write!(
                page,
                "<tr><td><span class=\"tag\">{}</span><code>{}</code><td><code>{}</code></tr>",
                record.record_type(),
                escape(&record.name),
                escape(&value(record))
            );
        }
        page.push_str("</tbody></table>");
        if count > SHOWN {
            let _ = write!(page, "<p class=\"soft\">… and {} more</p>", count - SHOWN);
        }
        page.push_str("</details>");
    });
}

/// The time of day, UTC.
fn clock(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()) % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Text for HTML, between tags and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
