//! A comparison as a page.

use std::fmt::Write;

use super::super::html::{block, escape_html, page};
use super::super::line::Line;
use super::super::page::Palette;
use super::super::value::escape;
use super::account::Account;
use super::budget::{Room, within};
use super::items::Item;
use super::{DiffOptions, Page};
use crate::diff::TraceDiff;

/// `diff` as a page of HTML in one file, which loads and executes nothing, and forbids it: the verdict, behaviour, data,
/// and everything in full. If it is longer than [`DiffOptions::max_bytes`], it degrades like
/// [`diff_markdown`](super::diff_markdown).
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::{DiffOptions, diff_html};
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":"<b>"}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":"</pre>"}]}"#)?[0];
/// let page = diff_html(&diff_traces(a, b, &Options::default()), &DiffOptions::default());
/// assert!(page.contains("&quot;&lt;b&gt;&quot;") && !page.contains("<b>"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn diff_html(diff: &TraceDiff, options: &DiffOptions) -> String {
    let options =
        DiffOptions { page: Page { palette: Palette::plain(), ..options.page.clone() }, ..options.clone() };
    let account = Account { diff, options: &options };
    let items = account.items();
    let full: Vec<Line> = diff.entries.iter().flat_map(|entry| account.entry(entry).concat()).collect();
    let all = Room { lines: full.len(), items: items.len(), behaviour: true };
    within(options.max_bytes, all, &account.headline(), |room| {
        let title = format!("{} → {}", options.names[0], options.names[1]);
        let mut body = String::new();
        // Writing to a string cannot fail.
        let _ = written(&mut body, &account, &items, &full, room);
        page(&title, &body)
    })
}

fn written(
    out: &mut String,
    account: &Account<'_>,
    items: &[Item],
    full: &[Line],
    room: Room,
) -> std::fmt::Result {
    let options = account.options;
    let [left, right] = options.names.each_ref().map(|name| escape_html(&escape(name)));
    writeln!(out, "<h1>{left} → {right}</h1>\n<p class=\"verdict\">{}</p>", account.headline())?;
    writeln!(out, "<p>{}</p>", account.plain_counts())?;
    if !room.behaviour {
        return Ok(());
    }
    let beside = account.beside();
    if !beside.is_empty() {
        out.push_str(&block(&beside));
    }
    if account.diff.is_same() {
        return Ok(());
    }
    let (behaviour, data): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| item.kind.is_behaviour());
    let shown = behaviour.len().min(room.items);
    let parts = [
        ("behaviour", "Behaviour", account.behaviour(), behaviour, shown),
        ("data", "Data", account.data(), data, room.items - shown),
    ];
    for (id, title, lead, items, shown) in parts {
        if lead.is_empty() && items.is_empty() {
            continue;
        }
        writeln!(out, "<section id=\"{id}\">\n<h2>{title}</h2>\n<ul>")?;
        for item in lead.iter().chain(items.iter().copied().take(shown)) {
            writeln!(out, "<li>{}</li>", item.html())?;
        }
        if shown < items.len() {
            writeln!(out, "<li>… and {} more</li>", items.len() - shown)?;
        }
        writeln!(out, "</ul>\n</section>")?;
    }
    if room.lines > 0 {
        writeln!(out, "<section id=\"full\">\n<h2>In full</h2>")?;
        let shown = room.lines.min(full.len());
        out.push_str(&block(&full[..shown]));
        if shown < full.len() {
            writeln!(out, "<p>… and {} more lines</p>", full.len() - shown)?;
        }
        writeln!(out, "</section>")?;
    } else if !full.is_empty() {
        writeln!(out, "<p>The details do not fit here.</p>")?;
    }
    match &options.command {
        Some(command) => writeln!(out, "<p>To see it: <code>{}</code></p>", escape_html(&escape(command))),
        None => Ok(()),
    }
}
