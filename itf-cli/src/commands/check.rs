//! `itf check`: what is wrong with traces, and where.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use itf::Reader;
use itf::check::{Code, Finding, Rule, Severity, check, locate};
use itf::render::escape;

use crate::cli::Check;
use crate::exit::Answer;
use crate::input::{self, Input};
use crate::output::{Terminal, counted};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Check, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut out = terminal.stdout();
    if let Some(code) = &args.explain {
        let answer = explain(code, &mut out, terminal)?;
        out.flush()?;
        return Ok(answer);
    }
    let mut summary = Summary::default();
    for path in input::or_stdin(&args.files) {
        match Input::read(&path, terminal) {
            Ok(input) => file(&input, args, &mut out, terminal, &mut summary)?,
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
    out: &mut impl Write,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<(), Trouble> {
    summary.files += 1;
    let mut reader = Reader::new();
    let mut shown: Vec<Checked> = Vec::new();
    let mut traces = 0;
    for read in reader.documents(&input.bytes) {
        traces += 1;
        let findings = match &read {
            Ok(document) => {
                let mut findings = check(document, args.strict);
                for finding in &mut findings {
                    let path = &finding.path;
                    finding.place.get_or_insert_with(|| locate(&input.bytes, document, path));
                }
                findings
            }
            Err(error) => vec![Finding::from(error)],
        };
        summary.count(&findings);
        let findings = findings.into_iter().filter(|f| args.notes || f.severity != Severity::Note);
        shown.extend(findings.map(|finding| Checked { number: traces, finding }));
    }
    if traces == 0 {
        terminal.note(&format!("{}: no traces", input.name));
    }
    for checked in &shown {
        line(out, &input.name, checked, traces > 1)?;
    }
    if !shown.is_empty() {
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
        let found = if self.invalid > 0 { Answer::No } else { Answer::Yes };
        found.and(if self.unreadable > 0 { Answer::Trouble } else { Answer::Yes })
    }

    /// `5 traces in 5 files: valid, 2 warnings; 3 notes, shown with --notes`.
    fn line(&self, with_notes: bool) -> String {
        let mut line = format!("{} in {}", counted(self.traces, "trace"), counted(self.files, "file"));
        match (self.traces, self.invalid) {
            (0, _) => {}
            (_, 0) => line.push_str(": valid"),
            (1, _) => line.push_str(": not valid"),
            (_, invalid) => line.push_str(&format!(": {invalid} not valid")),
        }
        for (count, word) in [(self.errors, "error"), (self.warnings, "warning")] {
            if count > 0 {
                line.push_str(&format!(", {}", counted(count, word)));
            }
        }
        if self.notes > 0 {
            let (before, hint) = if with_notes { (",", "") } else { (";", ", shown with --notes") };
            line.push_str(&format!("{before} {}{hint}", counted(self.notes, "note")));
        }
        if self.unreadable > 0 {
            line.push_str(&format!("; {} could not be read", counted(self.unreadable, "file")));
        }
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
    writeln!(out, "\n\n{}\n", rule.what)?;
    for (head, text) in [("Why it matters", rule.why), ("What to do", rule.fix)] {
        writeln!(out, "{bold}{head}.{bold:#} {text}")?;
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
