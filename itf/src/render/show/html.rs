//! A trace as a page.

use std::fmt::Write;

use super::super::html::{block, escape_html, page};
use super::super::line::Line;
use super::super::page::{Page, Palette};
use super::ShowOptions;
use super::shower::{About, Block, Shower};
use crate::trace::Trace;

/// `trace` as a page of HTML in one file, with the heading `title`: what [`show`](super::show) says, a section for each
/// step, which `#step-7` leads to. The page loads nothing and executes nothing, and forbids it.
///
/// ```
/// use itf::render::{ShowOptions, show_html};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":"<script>"}]}"#)?[0];
/// let page = show_html(trace, "counter", &ShowOptions::default());
/// assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_html(trace: &Trace, title: &str, options: &ShowOptions) -> String {
    let options =
        ShowOptions { page: Page { palette: Palette::plain(), ..options.page.clone() }, ..options.clone() };
    let mut body = String::new();
    for part in Shower::new(trace, &options).blocks() {
        let id = match part.about {
            About::Trace => {
                let text: String = part.title.iter().map(Line::text).collect();
                let title = escape_html(&super::super::escape(title));
                // Writing to a string cannot fail, here and below.
                let _ = write!(body, "<h1>{title}</h1>\n<p>{}</p>\n", escape_html(&text));
                if !part.body.is_empty() {
                    body.push_str(&block(&part.body));
                }
                continue;
            }
            About::Parameters => "parameters".to_owned(),
            About::Step(at) => format!("step-{at}"),
            About::Loop => "loop".to_owned(),
        };
        let _ =
            write!(body, "<section id=\"{id}\">\n{}{}</section>\n", heading(&id, &part), block(&part.body));
    }
    page(title, &body)
}

fn heading(id: &str, part: &Block) -> String {
    let [head, label, note] = part.heading();
    let tagged = |open: &str, text: &str, close: &str| match text {
        "" => String::new(),
        text => format!(" {open}{}{close}", escape_html(text)),
    };
    format!(
        "<h2><a href=\"#{id}\">{}</a>{}{}</h2>\n",
        escape_html(&head),
        tagged("<code>", &label, "</code>"),
        tagged("<small class=\"note\">", &note, "</small>")
    )
}
