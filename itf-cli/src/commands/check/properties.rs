//! Properties that `itf check` is asked about: expressions over states and steps.

use itf::Trace;
use itf::expr::{Error, Expr, Failure, check_eventually, check_invariant, check_step};

use crate::cli::PropertyOptions;
use crate::output::Terminal;

/// The properties, parsed.
pub(super) struct Properties(Vec<Property>);

struct Property {
    kind: &'static str,
    check: fn(&Expr, &Trace) -> Result<Option<Failure>, Error>,
    expression: Expr,
}

/// What came of one property of one trace, if it does not hold.
pub(super) enum Outcome {
    Fails {
        kind: &'static str,
        /// The property on one line.
        text: String,
        state: usize,
        verdict: String,
        reasons: Vec<String>,
    },
    /// It could not be evaluated: the message, and the expression with carets.
    Undecided { message: String, excerpt: String },
}

impl Properties {
    /// Reads all properties; `None` if one is no expression, which was told.
    pub(super) fn parse(options: &PropertyOptions, terminal: &Terminal) -> Option<Self> {
        let mut properties = Vec::new();
        let mut add = |kind, texts: &[String], check| {
            for text in texts {
                let expression = crate::commands::eval::parse(text, terminal)?;
                properties.push(Property { kind, check, expression });
            }
            Some(())
        };
        add("invariant", &options.invariants, check_invariant)?;
        add("step", &options.steps, check_step)?;
        add("eventually", &options.eventually, check_eventually)?;
        Some(Self(properties))
    }

    /// Whether there is nothing to check.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Checks a trace: what does not hold, in the order in which the properties were given.
    pub(super) fn check(&self, trace: &Trace) -> Vec<Outcome> {
        let outcome = |Property { kind, check, expression }: &Property| match check(expression, trace) {
            Ok(None) => None,
            Ok(Some(failure)) => {
                let said = failure.to_string();
                let (verdict, reasons) = said.split_once('\n').unwrap_or((&said, ""));
                Some(Outcome::Fails {
                    kind,
                    text: expression.text().split_whitespace().collect::<Vec<_>>().join(" "),
                    state: failure.state(),
                    verdict: verdict.to_owned(),
                    reasons: reasons.lines().map(str::to_owned).collect(),
                })
            }
            Err(error) => {
                let report = Terminal::report(&error, expression.text());
                let (message, excerpt) = report.split_once('\n').unwrap_or((&report, ""));
                Some(Outcome::Undecided { message: message.to_owned(), excerpt: excerpt.to_owned() })
            }
        };
        self.0.iter().filter_map(outcome).collect()
    }
}
