//! `itf check`: what is wrong with traces, and where.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use itf::check::{Code, Finding, Rule, Severity, check, locate};
use itf::render::escape;
use itf::{ErrorKind, Reader};

use crate::cli::Check;
use crate::exit::Answer;
use crate::input::{self, Input};
use crate::output::{Terminal, counted};
use crate::trouble::Trouble;

use super::properties::Properties;

pub(crate) fn run(args: &Check, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut out = terminal.stdout();
    if let Some(code) = &args.explain {
        let answer = explain(code, &mut out, terminal)?;
        out.flush()?;
        return Ok(answer);
    }
    let Some(properties) = Properties::parse(&args.properties, terminal) else { return Ok(Answer::Trouble) };
    let mut summary = Summary::default();
    for path in input::or_stdin(&args.files) {
        match Input::read(&path, terminal) {
            Ok(input) => file(&input, args, &properties, &mut out, terminal, &mut summary)?,
            Err(trouble) => {
                out.flush()?;
                terminal.complain(&trouble.to_string());
                summary.unreadable += 1;
            }
        }
    }
    writeln!(out, "{}", summary.line(args.notes))?;
    out.flush()?;
    Ok(summary.answer())
}

/// What was found in one trace of a file.
struct Checked {
    /// Counted from 1; what could not be read counts, too.
    number: usize,
    finding: Finding,
}

/// Checks a file, and tells what was found in it.
fn file(
    input: &Input,
    args: &Check,
    properties: &Properties,
    out: &mut impl Write,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<(), Trouble> {
    let mut reader = Reader::new();
    let mut shown: Vec<Checked> = Vec::new();
    let mut traces = 0;
    let mut is_readable = true;
    let mut failures: Vec<(usize, String)> = Vec::new();
    for read in reader.documents(&input.bytes) {
        traces += 1;
        let findings = match &read {
            Ok(document) => {
                let source = input::numbered(&input.name, traces, traces > 1);
                let (said, unknown) = properties.check(&document.trace, &source, terminal);
                failures.extend(said.into_iter().map(|said| (traces, said)));
                summary.unknown += unknown;
                let mut findings = check(document, args.strict);
                for finding in &mut findings {
                    finding.place =
                        finding.place.take().or_else(|| locate(&input.bytes, document, &finding.path));
                }
                findings
            }
            Err(error) if matches!(error.kind(), ErrorKind::Io { .. }) => {
                out.flush()?;
                terminal.complain(&format!("{}: {}", input.name, error.kind()));
                is_readable = false;
                traces -= 1;
                continue;
            }
            Err(error) => vec![Finding::from(error)],
        };
        summary.count(&findings);
        let findings = findings.into_iter().filter(|f| args.notes || f.severity != Severity::Note);
        shown.extend(findings.map(|finding| Checked { number: traces, finding }));
    }
    summary.files += usize::from(is_readable);
    summary.unreadable += usize::from(!is_readable);
    if traces == 0 && is_readable {
        terminal.note(&format!("{}: no traces", input.name));
    }
    for checked in &shown {
        line(out, &input.name, checked, traces > 1)?;
    }
    summary.failures += failures.len();
    for (number, said) in &failures {
        writeln!(out, "{}: {said}", escape(&input::numbered(&input.name, *number, traces > 1)))?;
    }
    if !shown.is_empty() || !failures.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// `file:line:column: severity code name: message (trace 3, at path, path and 7 more places)`.
fn line(out: &mut impl Write, file: &str, checked: &Checked, of_many: bool) -> Result<(), Trouble> {
    let Checked { number, finding } = checked;
    let style = style(finding.severity);
    let dim = Style::new().dimmed();
    let (name, code) = (finding.code.rule().name, finding.code);
    write!(out, "{}:", escape(file))?;
    if let Some(place) = &finding.place {
        write!(out, "{place}:")?;
    }
    write!(out, " {style}{}{style:#} {code} {name}: {}", finding.severity, escape(&finding.message))?;
    let mut places = Vec::new();
    if of_many {
        places.push(format!("trace {number}"));
    }
    let paths = [&finding.path].into_iter().chain(&finding.more).map(ToString::to_string);
    let paths: Vec<String> = paths.filter(|path| !path.is_empty()).collect();
    if !paths.is_empty() {
        let others = match finding.count.saturating_sub(1 + finding.more.len()) {
            0 => String::new(),
            1 => " and 1 more place".to_owned(),
            others => format!(" and {others} more places"),
        };
        places.push(format!("at {}{others}", escape(&paths.join(", "))));
    }
    if places.is_empty() {
        writeln!(out)?;
    } else {
        writeln!(out, " {dim}({}){dim:#}", places.join(", "))?;
    }
    Ok(())
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// What there is to say about all files together.
#[derive(Default)]
struct Summary {
    files: usize,
    unreadable: usize,
    traces: usize,
    invalid: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// Properties that fail, and that could not be evaluated, once for each trace.
    failures: usize,
    unknown: usize,
}

impl Summary {
    /// Counts one more trace.
    fn count(&mut self, findings: &[Finding]) {
        let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
        let errors = of(Severity::Error);
        self.traces += 1;
        self.invalid += usize::from(errors > 0);
        self.errors += errors;
        self.warnings += of(Severity::Warning);
        self.notes += of(Severity::Note);
    }

    fn answer(&self) -> Answer {
        let found = if self.invalid + self.failures > 0 { Answer::No } else { Answer::Yes };
        found.and(if self.unreadable + self.unknown > 0 { Answer::Trouble } else { Answer::Yes })
    }

    /// `5 traces in 5 files: valid, 2 warnings; 3 notes, shown with --notes`.
    fn line(&self, with_notes: bool) -> String {
        let traces = format!("{} in {}", counted(self.traces, "trace"), counted(self.files, "file"));
        let verdict = match (self.traces, self.invalid) {
            (0, _) => String::new(),
            (_, 0) => ": valid".to_owned(),
            (1, _) => ": not valid".to_owned(),
            (_, invalid) => format!(": {invalid} not valid"),
        };
        let mut line = traces + &verdict;
        let mut add = |separator: &str, count, word, rest: &str| {
            if count > 0 {
                line.extend([separator, &counted(count, word), rest]);
            }
        };
        add(", ", self.errors, "error", "");
        add(", ", self.warnings, "warning", "");
        add(", ", self.failures, "property failure", "");
        if with_notes {
            add(", ", self.notes, "note", "");
        } else {
            add("; ", self.notes, "note", ", shown with --notes");
        }
        add("; ", self.unreadable, "file", " could not be read");
        line
    }
}

/// What a code means, at length; of an unknown one, which there are.
fn explain(code: &str, out: &mut impl Write, terminal: &Terminal) -> Result<Answer, Trouble> {
    if code == "all" {
        codes(out)?;
        return Ok(Answer::Yes);
    }
    let rule = match code.parse::<Code>() {
        Ok(code) => code.rule(),
        Err(unknown) => {
            terminal.complain(&format!("{unknown}; there are:"));
            codes(&mut terminal.stderr())?;
            return Ok(Answer::Trouble);
        }
    };
    let (bold, severity, strict) = (Style::new().bold(), rule.severity, rule.strict);
    writeln!(out, "{bold}{} {}{bold:#}: {}", rule.id, rule.name, rule.text)?;
    let style = style(severity);
    write!(out, "{style}{severity}{style:#}")?;
    if strict != severity {
        let style = self::style(strict);
        write!(out, ", with --strict {style}{strict}{style:#}")?;
    }
    writeln!(out, "\n\n{}", rule.what)?;
    for (head, text) in [("Why it matters", rule.why), ("What to do", rule.fix)] {
        writeln!(out, "\n{bold}{head}{bold:#}\n{text}")?;
    }
    Ok(Answer::Yes)
}

/// All codes, one a line.
fn codes(out: &mut impl Write) -> Result<(), Trouble> {
    let width = Rule::all().iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    writeln!(out, "code    {:width$}  severity  --strict  what", "name")?;
    for Rule { id, name, severity, strict, text, .. } in Rule::all() {
        writeln!(out, "{id}  {name:width$}  {severity:8}  {strict:8}  {text}")?;
    }
    Ok(())
}
