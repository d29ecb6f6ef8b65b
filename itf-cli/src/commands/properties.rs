//! Properties that `itf check` is asked about: expressions over states and steps.

use anstyle::{AnsiColor, Style};
use itf::Trace;
use itf::expr::{Error, Expr, Failure, check_eventually, check_invariant, check_step};
use itf::render::escape;

use crate::cli::PropertyOptions;
use crate::output::Terminal;

/// The properties, parsed.
pub(crate) struct Properties(Vec<Property>);

struct Property {
    kind: &'static str,
    check: fn(&Expr, &Trace) -> Result<Option<Failure>, Error>,
    expression: Expr,
}

impl Properties {
    /// Reads all properties; `None` if one is no expression, which was told.
    pub(crate) fn parse(options: &PropertyOptions, terminal: &Terminal) -> Option<Self> {
        let mut properties = Vec::new();
        let mut add = |kind, texts: &[String], check| {
            for text in texts {
                let expression = super::eval::parse(text, terminal)?;
                properties.push(Property { kind, check, expression });
            }
            Some(())
        };
        add("invariant", &options.invariants, check_invariant)?;
        add("step", &options.steps, check_step)?;
        add("eventually", &options.eventually, check_eventually)?;
        Some(Self(properties))
    }

    /// Checks a trace: what to say of each property that fails, and how many could not be evaluated, which was told.
    pub(crate) fn check(&self, trace: &Trace, source: &str, terminal: &Terminal) -> (Vec<String>, usize) {
        let (mut said, mut unknown) = (Vec::new(), 0);
        let (style, dim) = (AnsiColor::Red.on_default().bold(), Style::new().dimmed());
        for Property { kind, check, expression } in &self.0 {
            match check(expression, trace) {
                Ok(None) => {}
                Ok(Some(failure)) => {
                    let text = expression.text().split_whitespace().collect::<Vec<_>>().join(" ");
                    let failure = failure.to_string();
                    let (verdict, reasons) = failure.split_once('\n').unwrap_or((&failure, ""));
                    let mut lines = format!("{style}error{style:#}: {kind} `{}` {verdict}", escape(&text));
                    for reason in reasons.lines() {
                        lines.extend(["\n  ", &format!("{dim}{reason}{dim:#}")]);
                    }
                    said.push(lines);
                }
                Err(error) => {
                    super::eval::tell(&error, expression.text(), Some(source), terminal);
                    unknown += 1;
                }
            }
        }
        (said, unknown)
    }
}
