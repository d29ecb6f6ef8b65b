//! What a campaign found, as a document: which properties were checked, which actions were covered, the findings of each
//! bug together with the shortest trace, where the system parts from the model, and how to see it oneself.
//!
//! The parts are filled in by whoever shrank and replayed; here they become JSON, Markdown, and a page with pictures.

mod html;
mod markdown;
mod picture;

use itf::Trace;
use serde::Serialize;

/// What a campaign found.
///
/// ```
/// use itf_adapters::report::Report;
/// let report = Report { traces: 3, ..Report::default() };
/// assert!(report.markdown().contains("3 traces, and no finding"));
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The version of the JSON: 1.
    pub version: u32,
    /// What the report is about, in a line.
    pub title: String,
    /// The spec that re-executed the findings, as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// The system that they were replayed on, as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// How many traces there were.
    pub traces: usize,
    /// How many states they have together.
    pub states: usize,
    /// What was checked, by property.
    pub checked: Vec<Checked>,
    /// How often each action was taken.
    pub actions: Vec<Covered>,
    /// The bugs, the one with the most findings first; then the examples that were reached.
    pub bugs: Vec<Bug>,
    /// How many traces do not say what their steps did.
    pub unlabelled: usize,
    /// What could not be told, by the name of the trace or file.
    pub troubles: Vec<Trouble>,
}

/// A property, and how many traces show it violated (an invariant) or reached (an example).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The name of the property.
    pub property: String,
    /// `invariant`, `example`, `system`, or what the trace calls it.
    pub kind: String,
    /// How many traces show it.
    pub findings: usize,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// Its name.
    pub name: String,
    /// The spec that it is of, where the traces are of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// How many steps took it, in all traces.
    pub taken: u64,
    /// In how many traces it was taken.
    pub traces: usize,
}

/// Findings that are the same failure.
#[derive(Debug, Clone, Serialize)]
pub struct Bug {
    /// The kind of the failure.
    pub kind: String,
    /// Where it failed: with the kind its identity.
    pub site: String,
    /// Why these findings are one bug, in words.
    pub grouped_by: String,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The shortest trace that shows it.
    pub shortest: Trace,
    /// What is known of it: one-minimal, or the shortest there is.
    pub claim: String,
    /// How the shortest one was come by: after so many runs there were so many states.
    pub shrink: Vec<Point>,
    /// What the system did on these findings, each end of a replay once.
    pub replays: Vec<Ending>,
    /// How often it fails, where that was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
    /// A page to look around in the shortest trace, beside the report, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Commands with which one sees it oneself.
    pub reproduce: Vec<String>,
}

/// A trace that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file, with `#N` for one of several traces.
    pub name: String,
    /// How many states it has.
    pub states: usize,
    /// How many states are left after shrinking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<usize>,
}

/// A moment while a trace is shrunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Runs of the oracle so far.
    pub runs: usize,
    /// States of the best trace then.
    pub states: usize,
}

/// How replays on the system ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// `agrees`, `fails` or `inconclusive`.
    pub verdict: String,
    /// What it was, in a line.
    pub message: String,
    /// The names of the traces that ended so.
    pub traces: Vec<String>,
    /// Where model and system part, as text of several lines, for the shortest of these traces.
    pub text: String,
}

impl Ending {
    /// What the shortest trace of a bug is called among [`Ending::traces`]: it is none of those that were found.
    pub const SHORTEST: &str = "the shortest trace";

    /// How many ended so: `3 traces and the shortest trace`.
    pub(crate) fn counted(&self) -> String {
        let found = self.traces.iter().filter(|name| *name != Self::SHORTEST).count();
        match (found, found < self.traces.len()) {
            (0, true) => Self::SHORTEST.to_owned(),
            (_, true) => format!("{} and {}", counted(found, "trace"), Self::SHORTEST),
            (_, false) => counted(found, "trace"),
        }
    }

    /// The names of those that were found.
    pub(crate) fn found(&self) -> impl Iterator<Item = &str> {
        self.traces.iter().map(String::as_str).filter(|name| *name != Self::SHORTEST)
    }
}

/// How often something fails.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rates {
    /// Of what was found.
    pub before: Rate,
    /// Of the shortest trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Rate>,
    /// The file it is from.
    pub source: String,
}

/// Failures among runs, with an interval in which the probability is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Runs that failed.
    pub hits: usize,
    /// All runs.
    pub runs: usize,
    /// The lower end of the interval, from 0 to 1.
    pub low: f64,
    /// The upper end of the interval, from 0 to 1.
    pub high: f64,
}

/// What could not be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The trace or file.
    pub name: String,
    /// Why.
    pub message: String,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            version: 1,
            title: "Findings".to_owned(),
            spec: None,
            system: None,
            traces: 0,
            states: 0,
            checked: Vec::new(),
            actions: Vec::new(),
            bugs: Vec::new(),
            unlabelled: 0,
            troubles: Vec::new(),
        }
    }
}

impl Report {
    /// The report in JSON, as `schemas/findings-1.schema.json` has it.
    ///
    /// ```
    /// assert!(itf_adapters::report::Report::default().json().contains("\"version\": 1"));
    /// ```
    pub fn json(&self) -> String {
        // Nothing in it refuses to be JSON.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// The report in Markdown: the verdict first, then each bug, then the coverage.
    ///
    /// ```
    /// assert!(itf_adapters::report::Report::default().markdown().starts_with("# Findings\n"));
    /// ```
    pub fn markdown(&self) -> String {
        markdown::document(self)
    }

    /// The same in at most so many bytes. What is longer tells less, and says so: the shortest traces go first, then where
    /// they fail, then the tables, then bugs; of the least, the empty text, nothing is left to say it.
    ///
    /// ```
    /// let report = itf_adapters::report::Report { title: "Long. ".repeat(100), ..Default::default() };
    /// assert_eq!(report.markdown_within(100), "no traces, and no finding.\n");
    /// assert_eq!(report.markdown_within(10_000), report.markdown());
    /// ```
    pub fn markdown_within(&self, max_bytes: usize) -> String {
        markdown::document_within(self, max_bytes)
    }

    /// The report as a page of its own that loads nothing and executes nothing, with pictures.
    ///
    /// ```
    /// assert!(itf_adapters::report::Report::default().html().starts_with("<!DOCTYPE html>"));
    /// ```
    pub fn html(&self) -> String {
        html::document(self)
    }

    /// The verdict, in a line.
    ///
    /// ```
    /// assert_eq!(itf_adapters::report::Report::default().verdict(), "no traces, and no finding");
    /// ```
    pub fn verdict(&self) -> String {
        let traces = counted(self.traces, "trace");
        let (goals, bugs): (Vec<&Bug>, Vec<&Bug>) = self.bugs.iter().partition(|bug| bug.is_goal());
        let findings = bugs.iter().map(|bug| bug.findings.len()).sum();
        let mut parts = Vec::new();
        if !bugs.is_empty() {
            // Whether findings that fail alike are one bug shows only a spec that makes them short.
            let what = if self.spec.is_some() { "bug" } else { "failure" };
            parts.extend([counted(findings, "finding"), counted(bugs.len(), what)]);
        }
        if !goals.is_empty() {
            parts.push(format!("{} reached", counted(goals.len(), "example")));
        }
        if parts.is_empty() {
            return format!("{traces}, and no finding");
        }
        format!("{}, in {traces}", parts.join(", "))
    }

    /// What a bug is called.
    fn heading(&self, number: usize, bug: &Bug) -> String {
        let what = match (bug.is_goal(), &self.spec) {
            (true, _) => "Reached",
            (_, Some(_)) => "Bug",
            (_, None) => "Failure",
        };
        format!("{what} {number}")
    }

    /// What tells a bug from another one that fails in the same way: the spec, or else a trace.
    fn of(&self, bug: &Bug) -> Option<String> {
        let alike: Vec<&Bug> =
            self.bugs.iter().filter(|other| other.kind == bug.kind && other.site == bug.site).collect();
        if alike.len() < 2 {
            return None;
        }
        let spec = bug
            .spec()
            .filter(|spec| alike.iter().filter(|other| other.spec().as_ref() == Some(spec)).count() == 1);
        spec.or_else(|| Some(bug.findings.first()?.name.clone()))
    }

    /// What one can do to be told more.
    fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        if self.spec.is_none() && !self.bugs.is_empty() {
            advice.push(
                "Traces are as they were found. A spec makes them short, and shows which are of one bug: itf report --with SPEC"
                    .to_owned(),
            );
        }
        if self.bugs.iter().any(|bug| bug.site == "(not named in the trace)") {
            advice.push("Where a trace does not say what it violates: --violates NAME".to_owned());
        }
        advice
    }

    /// The actions of each spec, as far as the traces are of several.
    fn by_spec(&self) -> Vec<(Option<&str>, Vec<&Covered>)> {
        let mut found: Vec<(Option<&str>, Vec<&Covered>)> = Vec::new();
        for action in &self.actions {
            let spec = action.spec.as_deref();
            match found.iter_mut().find(|(known, _)| *known == spec) {
                Some((_, actions)) => actions.push(action),
                None => found.push((spec, vec![action])),
            }
        }
        found
    }

    /// Of how many traces the coverage is, if not of all.
    fn covered(&self) -> Option<String> {
        let labelled = self.traces.saturating_sub(self.unlabelled);
        (self.unlabelled > 0)
            .then(|| format!("{labelled} of {} say what their steps did.", counted(self.traces, "trace")))
    }
}

/// What an action is called, where it may have no name.
fn action_name(name: &str) -> &str {
    if name.is_empty() { "(no name)" } else { name }
}

impl Bug {
    /// How many findings there are, or traces that reach the goal.
    fn counted(&self) -> String {
        counted(self.findings.len(), if self.is_goal() { "trace" } else { "finding" })
    }

    /// Whether it is no bug but a goal that was reached: an example of the spec.
    ///
    /// ```
    /// use itf_adapters::report::Report;
    /// assert!(Report::default().bugs.iter().all(|bug| !bug.is_goal()));
    /// ```
    pub fn is_goal(&self) -> bool {
        self.kind == "example"
    }

    /// The file of the spec, if the trace names one.
    fn spec(&self) -> Option<String> {
        let source = self.shortest.meta.get("source")?;
        let path = std::path::Path::new(source.as_str()?);
        path.extension()?;
        Some(path.file_name()?.to_str()?.to_owned())
    }

    /// The last step of the shortest trace, and the state that it made, as text; not more of it than people look at.
    fn ending(&self) -> Option<String> {
        const LINES: usize = 24;
        let last = self.shortest.states.len().checked_sub(1).filter(|last| *last > 0)?;
        let options =
            itf::render::ShowOptions { steps: Some(last..=last), ..itf::render::ShowOptions::default() };
        let text = itf::render::show(&self.shortest, &options);
        // What is said of the trace as a whole is said above.
        let begin = text
            .find(&format!("step {last}"))
            .map_or(0, |at| text[..at].rfind('\n').map_or(0, |end| end + 1));
        let lines: Vec<&str> = text[begin..].trim_end().lines().collect();
        let more = if lines.len() > LINES { "\n…" } else { "" };
        Some(lines[..lines.len().min(LINES)].join("\n") + more)
    }

    /// The lengths, as a sentence.
    fn lengths(&self) -> String {
        let states = |finding: &Finding| finding.states;
        let (least, most) = (self.findings.iter().map(states).min(), self.findings.iter().map(states).max());
        let after = self.shortest.states.len();
        match (least, most) {
            (Some(least), Some(most)) if least == most => {
                format!("found with {}; the shortest trace has {after}", counted(least, "state"))
            }
            (Some(least), Some(most)) => {
                format!("found with {least} to {most} states; the shortest trace has {after}")
            }
            _ => format!("the shortest trace has {}", counted(after, "state")),
        }
    }

    /// The shortest trace as text, and whether that is all of it.
    fn story(&self) -> (String, bool) {
        const LINES: usize = 400;
        let text = itf::render::show(&self.shortest, &itf::render::ShowOptions::default());
        let lines: Vec<&str> = text.lines().take(LINES + 1).collect();
        let whole = lines.len() <= LINES;
        (lines[..lines.len().min(LINES)].join("\n"), whole)
    }
}

/// `no traces`, `1 trace`, `2 traces`.
fn counted(count: usize, word: &str) -> String {
    match count {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// A share in percent, of which people read no more digits than these.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.1 {
        format!("{:.1} %", share * 100.0)
    } else {
        format!("{:.0} %", share * 100.0)
    }
}

impl Rate {
    /// `8 of 50 runs, 16 % (7 % to 29 %)`.
    fn words(self) -> String {
        let share = precise(self.hits) / precise(self.runs.max(1));
        format!(
            "{} of {}, {} ({} to {})",
            self.hits,
            counted(self.runs, "run"),
            percent(share),
            percent(self.low),
            percent(self.high)
        )
    }
}

/// A count as a number with a point; nobody counts beyond what that holds exactly.
fn precise(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
