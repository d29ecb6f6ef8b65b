//! A line of text before it is written anywhere: pieces, each with its role. A terminal makes colours of the roles, a
//! page makes classes of them.

use unicode_width::UnicodeWidthStr;

use super::page::Palette;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing special.
    Plain,
    /// The number of a step, a verdict.
    Heading,
    /// What a step did.
    Label,
    /// What is new.
    Added,
    /// What is gone.
    Removed,
    /// What is another value.
    Changed,
    /// What is said about a trace rather than by it.
    Note,
}

/// A line: an indentation, and pieces of text with everything escaped that could act on a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    indent: usize,
    pieces: Vec<(Role, String)>,
}

impl Line {
    /// `text`, whose leading spaces are the indentation: nothing is painted where nothing is.
    pub(super) fn new(role: Role, text: &str) -> Self {
        let body = text.trim_start_matches(' ');
        let mut line = Self { indent: text.len() - body.len(), pieces: Vec::new() };
        line.push(role, body);
        line
    }

    pub(super) fn push(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some((last, so_far)) if *last == role => so_far.push_str(text),
            _ => self.pieces.push((role, text.to_owned())),
        }
    }

    /// The role of the first piece.
    pub(super) fn role(&self) -> Role {
        self.pieces.first().map_or(Role::Plain, |(role, _)| *role)
    }

    pub(super) fn indent(&self) -> usize {
        self.indent
    }

    pub(super) fn pieces(&self) -> &[(Role, String)] {
        &self.pieces
    }

    /// How many columns it takes.
    pub(super) fn width(&self) -> usize {
        self.indent + self.pieces.iter().map(|(_, text)| text.width()).sum::<usize>()
    }

    /// The same, where an indentation with nothing behind it does not count.
    pub(super) fn width_of_row(&self) -> usize {
        if self.pieces.is_empty() { 0 } else { self.width() }
    }

    /// The text alone.
    pub(super) fn text(&self) -> String {
        self.painted(&Palette::plain())
    }

    /// The text in the colours of `palette`.
    pub(super) fn painted(&self, palette: &Palette) -> String {
        use std::fmt::Write;
        let mut text = " ".repeat(if self.pieces.is_empty() { 0 } else { self.indent });
        for (role, piece) in &self.pieces {
            let style = match role {
                Role::Plain => anstyle::Style::new(),
                Role::Heading => palette.heading,
                Role::Label => palette.label,
                Role::Added => palette.added,
                Role::Removed => palette.removed,
                Role::Changed => palette.changed,
                Role::Note => palette.note,
            };
            // Writing to a string cannot fail.
            let _ = if style.is_plain() {
                text.write_str(piece)
            } else {
                write!(text, "{style}{piece}{style:#}")
            };
        }
        text
    }
}

/// The lines as text.
pub(super) fn painted<'a>(lines: impl IntoIterator<Item = &'a Line>, palette: &Palette) -> String {
    lines.into_iter().map(|line| line.painted(palette) + "\n").collect()
}

/// `lines`, all of one role.
pub(super) fn in_role(role: Role, lines: &[String]) -> Vec<Line> {
    lines.iter().map(|line| Line::new(role, line)).collect()
}
