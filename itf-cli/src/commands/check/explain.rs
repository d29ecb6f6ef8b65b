//! What codes mean.

use std::io::Write;

use anstyle::Style;
use itf::check::{Code, Rule};

use super::report::style;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// What a code means, at length; of an unknown one, which there are.
pub(super) fn explain(code: &str, out: &mut impl Write, terminal: &Terminal) -> Result<Answer, Trouble> {
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
    let colour = style(severity);
    write!(out, "{colour}{severity}{colour:#}")?;
    if strict != severity {
        let colour = style(strict);
        write!(out, ", with --strict {colour}{strict}{colour:#}")?;
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
