//! What was found in files, for whoever reports it.

use itf::check::{Rule, Severity};
use itf::{Place, Trace};

/// What came of a file.
pub(super) struct FileReport {
    /// The path as it was given.
    pub(super) name: String,
    /// How many traces there are; what could not be read counts, too.
    pub(super) traces: usize,
    /// Those with an error.
    pub(super) invalid: usize,
    /// Notes that are not among what was found, because nobody asked for them.
    pub(super) unseen_notes: usize,
    /// In the order of the traces.
    pub(super) found: Vec<Found>,
    /// Why nothing more could be read.
    pub(super) trouble: Option<String>,
    /// What the user should know of how it was checked.
    pub(super) remarks: Vec<String>,
    /// The traces, with their numbers, if their types are to be compared with those of others.
    pub(super) kept: Vec<(usize, Trace)>,
}

/// One thing that was found in a trace.
pub(super) struct Found {
    /// In which trace, counted from 1.
    pub(super) trace: usize,
    pub(super) what: What,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) place: Spot,
    /// Further places.
    pub(super) more: Vec<Spot>,
    pub(super) count: usize,
    /// The other side of a conflict.
    pub(super) related: Vec<Spot>,
}

/// What was looked for.
pub(super) enum What {
    Rule(&'static Rule),
    /// A property that fails; why, in lines.
    Property {
        kind: &'static str,
        reasons: Vec<String>,
    },
    /// A property that could not be evaluated; the expression with carets.
    Undecided {
        excerpt: String,
    },
    /// A trace that is beyond a limit of ours; what the user is told.
    TooMuch {
        told: String,
    },
}

/// A place in a trace, and in the file as far as that is known.
#[derive(Default)]
pub(super) struct Spot {
    /// The file, if it may be another one than that of the report.
    pub(super) file: Option<String>,
    pub(super) path: String,
    pub(super) place: Option<Place>,
    /// The line of the file with carets, if it is shown.
    pub(super) line: Option<String>,
}

impl What {
    /// `ITF003`, or what kind of property it is.
    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.id,
            Self::Property { kind, .. } => kind,
            Self::Undecided { .. } | Self::TooMuch { .. } => "undecided",
        }
    }

    /// `plain-integer`, or what kind of property it is.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.name,
            other => other.id(),
        }
    }
}

impl Found {
    /// Whether it says that something was not found out.
    pub(super) fn is_undecided(&self) -> bool {
        matches!(self.what, What::Undecided { .. } | What::TooMuch { .. })
    }

    /// Whether it makes the trace not valid.
    pub(super) fn is_error(&self) -> bool {
        matches!(self.what, What::Rule(_)) && self.severity == Severity::Error
    }
}

impl FileReport {
    /// Nothing yet.
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            traces: 0,
            invalid: 0,
            unseen_notes: 0,
            found: Vec::new(),
            trouble: None,
            remarks: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The name of a trace: the file's, with a number if it is one of several.
    pub(super) fn source(&self, trace: usize) -> String {
        crate::input::numbered(&self.name, trace, self.traces > 1)
    }
}

/// The most characters of a path that are shown to people.
const SHOWN: usize = 100;

impl Spot {
    /// The path, cut in the middle if it is too long to be read: an element of a set is named by its fields, or is all of
    /// its name.
    pub(super) fn short(&self) -> String {
        let length = self.path.chars().count();
        if length <= SHOWN {
            return self.path.clone();
        }
        let part = |from, count| self.path.chars().skip(from).take(count).collect::<String>();
        format!("{}…{}", part(0, SHOWN / 2), part(length - SHOWN / 2, SHOWN / 2))
    }

    pub(super) fn line_column(&self) -> Option<(usize, usize)> {
        self.place.as_ref().map(|place| (place.line, place.column))
    }
}

/// What there is to say about all files together.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) files: usize,
    pub(super) unreadable: usize,
    pub(super) traces: usize,
    pub(super) invalid: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    /// Properties that were asked for.
    pub(super) properties: usize,
    /// Properties that fail, and that could not be evaluated, once for each trace.
    pub(super) failures: usize,
    pub(super) undecided: usize,
    /// Traces beyond a limit of ours.
    pub(super) too_much: usize,
}

impl Summary {
    /// Counts one more file.
    pub(super) fn count(&mut self, report: &FileReport) {
        let is_readable = report.trouble.is_none();
        self.files += usize::from(is_readable);
        self.unreadable += usize::from(!is_readable);
        self.traces += report.traces;
        self.invalid += report.invalid;
        self.notes += report.unseen_notes;
        for found in &report.found {
            *match (&found.what, found.severity) {
                (What::Property { .. }, _) => &mut self.failures,
                (What::Undecided { .. }, _) => &mut self.undecided,
                (What::TooMuch { .. }, _) => &mut self.too_much,
                (What::Rule(_), Severity::Error) => &mut self.errors,
                (What::Rule(_), Severity::Warning) => &mut self.warnings,
                (What::Rule(_), Severity::Note) => &mut self.notes,
            } += 1;
        }
    }
}
