//! Texts that fit: what goes first where there is no room for everything.

/// How much is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// How many lines of the account in full.
    pub(super) lines: usize,
    /// How many differences have a line of their own.
    pub(super) items: usize,
    /// Whether there is more than the verdict.
    pub(super) behaviour: bool,
}

/// What `write` makes of as much room as `budget` bytes allow: all, or fewer lines, or fewer items, or the verdict. If not
/// even that fits, it is the one line of `line`, or else the beginning of that without markup, which could be cut in two.
pub(super) fn within(budget: Option<usize>, all: Room, line: &str, write: impl Fn(Room) -> String) -> String {
    let whole = write(all);
    let Some(budget) = budget.filter(|budget| whole.len() > *budget) else { return whole };
    let fits = |room: Room| Some(write(room)).filter(|text| text.len() <= budget);
    most(all.lines, |lines| fits(Room { lines, ..all }))
        .or_else(|| most(all.items, |items| fits(Room { lines: 0, items, ..all })))
        .or_else(|| fits(Room { lines: 0, items: 0, behaviour: false }))
        .unwrap_or_else(|| if line.len() <= budget { line.to_owned() } else { beginning(line, budget) })
}

/// The text of the largest number below `limit` that has one, if 0 has; a text grows with the number.
fn most(limit: usize, text: impl Fn(usize) -> Option<String>) -> Option<String> {
    let mut best = text(0)?;
    let (mut low, mut high) = (0, limit);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match text(middle) {
            Some(longer) => (low, best) = (middle, longer),
            None => high = middle,
        }
    }
    Some(best)
}

/// As much of a line as fits, with its end; no markup.
fn beginning(line: &str, budget: usize) -> String {
    let plain = line.trim_end_matches('\n');
    let mut end = plain.find('`').unwrap_or(plain.len()).min(budget.saturating_sub(1));
    while !plain.is_char_boundary(end) {
        end -= 1;
    }
    let begun = plain[..end].trim_end_matches([' ', '-', ',', ':']);
    if begun.is_empty() { String::new() } else { format!("{begun}\n") }
}
