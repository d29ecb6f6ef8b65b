//! What text is rendered on: a width, a notation, and colours or none.

use anstyle::{AnsiColor, Style};

use super::notation::Notation;

/// How text is laid out: for a terminal of some width with colours, or for a file.
///
/// ```
/// use itf::render::{Page, Palette};
/// let page = Page { width: 80, palette: Palette::ansi(), ..Page::default() };
/// assert_eq!(Page::default().palette, Palette::plain());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many columns there are. What does not fit is broken at its parts, never cut.
    pub width: usize,
    /// The colours.
    pub palette: Palette,
    /// The language of values.
    pub notation: Notation,
}

/// 100 columns, no colours, Quint's notation.
impl Default for Page {
    fn default() -> Self {
        Self { width: 100, palette: Palette::plain(), notation: Notation::Quint }
    }
}

/// The colours of the parts of a text.
///
/// ```
/// use itf::render::{Palette, ShowOptions, show};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?[0];
/// let mut options = ShowOptions::default();
/// assert!(!show(trace, &options).contains('\u{1b}'));
/// options.page.palette = Palette::ansi();
/// assert!(show(trace, &options).contains('\u{1b}'));
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Palette {
    /// The number of a step, and the verdict of a comparison.
    pub heading: Style,
    /// What a step did.
    pub label: Style,
    /// What is new.
    pub added: Style,
    /// What is gone.
    pub removed: Style,
    /// What is another value.
    pub changed: Style,
    /// What is said about the trace rather than by it.
    pub note: Style,
}

impl Palette {
    /// No colours.
    ///
    /// ```
    /// assert!(itf::render::Palette::plain().heading.is_plain());
    /// ```
    pub const fn plain() -> Self {
        let plain = Style::new();
        Self { heading: plain, label: plain, added: plain, removed: plain, changed: plain, note: plain }
    }

    /// The colours every terminal has, as ANSI escape codes.
    ///
    /// ```
    /// assert!(!itf::render::Palette::ansi().heading.is_plain());
    /// ```
    pub const fn ansi() -> Self {
        Self {
            heading: Style::new().bold(),
            label: AnsiColor::Cyan.on_default(),
            added: AnsiColor::Green.on_default(),
            removed: AnsiColor::Red.on_default(),
            changed: AnsiColor::Yellow.on_default(),
            note: Style::new().dimmed(),
        }
    }
}
