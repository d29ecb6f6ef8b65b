//! A comparison for a comment on a pull request: the verdict, what it means for behaviour, what it means for data, and
//! the details for those who want them.

use std::fmt::Write;

use super::super::line::Line;
use super::super::markdown::{code, details, diff_block, marker};
use super::super::page::Palette;
use super::super::value::escape;
use super::account::{Account, counted};
use super::budget::{Room, within};
use super::items::Item;
use super::{DiffOptions, Page};
use crate::diff::TraceDiff;

/// `diff` in Markdown, for a comment or a summary. It begins with a comment that is not shown, by which a program finds
/// it again to replace it; then the verdict; behaviour (steps, actions) before data; everything in full is folded. If it is
/// longer than [`DiffOptions::max_bytes`], the details go first, then single differences, then all but the verdict, and it
/// says so; at last it is one item of a list, the name and the verdict.
///
/// Text of the traces is in code spans and fences, where it is never markup.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, diff_markdown};
/// let a = &itf::read(br#"{"vars":["x","y"],"states":[{"x":0,"y":1},{"x":1,"y":1},{"x":2,"y":1}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x","y"],"states":[{"x":0,"y":1},{"x":1,"y":5},{"x":2,"y":5}]}"#)?[0];
/// let text = diff_markdown(&diff_traces(a, b, &Options::default()), &DiffOptions::default());
/// assert!(text.starts_with("<!-- itf-diff: right -->\n### `right`: different from step 1 on\n"), "{text}");
/// assert!(text.contains("- step 1: `y`: `1` → `5` (and in all that follow)\n"), "{text}");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_markdown(diff: &TraceDiff, options: &DiffOptions) -> String {
    let page = Page { palette: Palette::plain(), ..options.page.clone() };
    let options = DiffOptions { page, ..options.clone() };
    let account = Account { diff, options: &options };
    let items = account.items();
    let full: Vec<Line> = diff.entries.iter().flat_map(|entry| account.entry(entry).concat()).collect();
    let all = Room { lines: full.len(), items: items.len(), behaviour: true };
    within(options.max_bytes, all, &in_a_line(&account), |room| written(&account, &items, &full, room))
}

/// An item of a list; where this is all, others of its kind are around it. Of a long name the end tells it from others.
fn in_a_line(account: &Account<'_>) -> String {
    const NAME: usize = 60;
    let (name, verdict) = (escape(&account.options.names[1]), account.headline());
    let more = name.chars().count().saturating_sub(NAME);
    let end: String = name.chars().skip(more).collect();
    let name = if more > 0 { format!("…{end}") } else { end };
    format!("- {}: {verdict}\n", code(&name))
}

fn written(account: &Account<'_>, items: &[Item], full: &[Line], room: Room) -> String {
    let options = account.options;
    let [left, right] = options.names.each_ref().map(|name| code(&escape(name)));
    let mut out = marker(&options.names[1]);
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "### {right}: {}", account.headline());
    let against = if left == right { String::new() } else { format!(" ({left} → {right})") };
    let _ = write!(out, "\n{}{against}\n", account.plain_counts());
    if !room.behaviour {
        out.push_str("\nThe details do not fit here.\n");
        return out;
    }
    let beside: Vec<String> = account.beside().iter().map(|line| code(line.text().trim())).collect();
    if account.diff.is_same() {
        if !beside.is_empty() {
            out.push('\n');
        }
        out.extend(beside.iter().map(|line| format!("- {line}\n")));
        return out;
    }
    let (behaviour, data): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| item.kind.is_behaviour());
    // Behaviour has the first right to what room there is.
    let shown_behaviour = behaviour.len().min(room.items);
    let shown_data = data.len().min(room.items - shown_behaviour);
    let mut list = |title: &str, lead: Vec<String>, items: &[&Item], shown: usize| {
        if lead.is_empty() && items.is_empty() {
            return;
        }
        let _ = write!(out, "\n**{title}**\n\n");
        out.extend(lead.iter().map(|line| format!("- {line}\n")));
        out.extend(items[..shown].iter().map(|item| format!("- {}\n", item.markdown())));
        if shown < items.len() {
            let _ = writeln!(out, "- … and {} more", items.len() - shown);
        }
    };
    if !beside.is_empty() {
        list("Beside the steps", beside, &[], 0);
    }
    list("Behaviour", account.behaviour().iter().map(Item::markdown).collect(), &behaviour, shown_behaviour);
    list("Data", account.data().iter().map(Item::markdown).collect(), &data, shown_data);
    if room.lines > 0 {
        let cut = &full[..room.lines.min(full.len())];
        let mut block = diff_block(cut);
        if cut.len() < full.len() {
            let _ = write!(block, "\n… and {}\n", counted(full.len() - cut.len(), "more line"));
        }
        let what = if items.len() == 1 { "The difference in full" } else { "All differences in full" };
        out.push('\n');
        out.push_str(&details(what, "", &block));
    } else if !full.is_empty() {
        out.push_str("\nThe details do not fit here.\n");
    }
    if let Some(command) = &options.command {
        let _ = write!(out, "\nTo see it: {}\n", code(&escape(command)));
    }
    out
}
