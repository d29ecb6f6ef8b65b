//! A trace as a page one looks around in: one file that loads nothing, with the trace as data beside one script.
//!
//! The policy in the page allows its script and its style by their hashes (and those of a view in a frame), and nothing
//! else. Of a trace nothing is ever markup: it is JSON in a block that is not executed, and the script makes text of it.

mod encode;
mod view;

pub use view::{View, ViewError};

use std::fmt::Write;

use super::html::{block, escape_html, hash};
use super::line::Line;
use super::notation::Notation;
use super::page::{Page, Palette};
use super::show::ShowOptions;
use super::show::shower::{About, Block, Shower};
use super::value::escape;
use crate::diff::{Options as DiffOptions, diff_traces};
use crate::trace::Trace;
use encode::Table;

const STYLE: &str = include_str!("page/style.css");
const BODY: &str = include_str!("page/page.html");
/// One script, of files that each have a purpose; in a function, so that nothing of it is a name of the page.
const SCRIPT: &str = concat!(
    "(() => {",
    include_str!("page/values.js"),
    include_str!("page/compare.js"),
    include_str!("page/dom.js"),
    include_str!("page/tree.js"),
    include_str!("page/model.js"),
    include_str!("page/list.js"),
    include_str!("page/timeline.js"),
    include_str!("page/state.js"),
    include_str!("page/view.js"),
    include_str!("page/main.js"),
    "})();"
);

/// What there is without a script: that many steps, and no more than this many bytes.
const STEPS_WITHOUT_SCRIPT: usize = 100;
const BYTES_WITHOUT_SCRIPT: usize = 128 << 10;

/// A page in which one looks around in a trace, or in two: a timeline, each state with what changed, search.
///
/// ```
/// use itf::render::{ShowOptions, Viewer};
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":"</script>"}]}"#)?[0];
/// let page = Viewer::new("counter", trace, &ShowOptions::default()).page();
/// assert!(page.starts_with("<!DOCTYPE html>"));
/// // What is in a trace does not end the block it is in.
/// assert!(page.contains(r"\u003c/script>"));
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Viewer<'a> {
    traces: Vec<(&'a str, &'a Trace)>,
    options: &'a ShowOptions,
    view: Option<&'a View>,
}

impl<'a> Viewer<'a> {
    /// The page of one trace, by its name. Of `options`, variables that are not to be shown are not shown *at first*;
    /// steps that are not to be shown are not in the page.
    ///
    /// ```
    /// # use itf::{Trace, render::{ShowOptions, Viewer}};
    /// let page = Viewer::new("empty", &Trace::default(), &ShowOptions::default()).page();
    /// # assert!(page.contains("<title>empty</title>"));
    /// ```
    pub fn new(name: &'a str, trace: &'a Trace, options: &'a ShowOptions) -> Self {
        Self { traces: vec![(name, trace)], options, view: None }
    }

    /// With a second trace beside it: what was observed beside what was expected, or after beside before. States
    /// correspond as [`diff_traces`] finds.
    ///
    /// ```
    /// # use itf::{Trace, render::{ShowOptions, Viewer}};
    /// # let (expected, observed) = (Trace::default(), Trace::default());
    /// let page = Viewer::new("expected", &expected, &ShowOptions::default()).beside("observed", &observed).page();
    /// # assert!(page.contains("observed"));
    /// ```
    #[must_use]
    pub fn beside(mut self, name: &'a str, trace: &'a Trace) -> Self {
        self.traces.truncate(1);
        self.traces.push((name, trace));
        self
    }

    /// With a view that draws each state.
    ///
    /// ```
    /// # use itf::{Trace, render::{ShowOptions, View, Viewer}};
    /// let view = View::new("itfView({ draw: ({ state, el }) => el('b', {}, state.x) });")?;
    /// let page = Viewer::new("t", &Trace::default(), &ShowOptions::default()).with_view(&view).page();
    /// # assert!(page.contains("view-document"));
    /// # Ok::<(), itf::render::ViewError>(())
    /// ```
    #[must_use]
    pub fn with_view(mut self, view: &'a View) -> Self {
        self.view = Some(view);
        self
    }

    /// The page, as HTML.
    ///
    /// ```
    /// # use itf::{Trace, render::{ShowOptions, Viewer}};
    /// let page = Viewer::new("t", &Trace::default(), &ShowOptions::default()).page();
    /// assert!(page.contains("default-src 'none'"));
    /// ```
    pub fn page(&self) -> String {
        let names: Vec<String> = self.traces.iter().map(|(name, _)| escape(name)).collect();
        let title = escape_html(&names.join(" → "));
        let (mut scripts, mut styles) = (hash(SCRIPT), hash(STYLE));
        let mut view = String::new();
        if let Some(shown) = self.view {
            // A frame without an address of its own has the policy of the page.
            for script in shown.scripts() {
                scripts.extend([" ", &hash(&script)]);
            }
            styles.extend([" ", &hash(view::STYLE)]);
            view = format!(
                "<script type=\"application/json\" id=\"view-document\">{}</script>\n",
                encode::in_block(&serde_json::Value::from(shown.document()).to_string())
            );
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {scripts}; \
             style-src {styles}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<noscript>\n{without}</noscript>\n{BODY}\
             <script type=\"application/json\" id=\"trace\">{data}</script>\n{view}<script>{SCRIPT}</script>\n\
             </body>\n</html>\n",
            without = self.without_script(),
            data = encode::in_block(&self.data()),
        )
    }

    /// The traces, as the script reads them.
    fn data(&self) -> String {
        let steps = self.options.steps.as_ref();
        // To see what the first step changed takes the state before it.
        let first = steps.map_or(0, |steps| steps.start().saturating_sub(1));
        let last = steps.map_or(usize::MAX, |steps| *steps.end());
        let mut table = Table::default();
        let (mut traces, mut hidden) = (Vec::new(), Vec::new());
        for (name, trace) in &self.traces {
            let labels = self
                .options
                .labels
                .clone()
                .or_else(|| crate::action::Labels::candidates(trace).into_iter().next());
            let shower = Shower::new(trace, self.options);
            for variable in trace.variables().into_iter().chain(trace.params.iter().map(String::as_str)) {
                let shown = shower.is_shown(variable);
                let is_label = labels.as_ref().is_some_and(|labels| labels.variables().contains(&variable))
                    && !self.options.only.iter().any(|name| name == variable);
                if (!shown || is_label) && !hidden.iter().any(|name| name == variable) {
                    hidden.push(variable.to_owned());
                }
            }
            traces.push(table.trace(name, trace, labels.as_ref(), first, last));
        }
        let pairs: Vec<(usize, usize)> = match self.traces[..] {
            [(_, left), (_, right)] => {
                let found = diff_traces(left, right, &DiffOptions::default()).pairs;
                let within = |at: usize| (first..=last).contains(&at);
                found
                    .into_iter()
                    .filter(|(a, b)| within(*a) && within(*b))
                    .map(|(a, b)| (a - first, b - first))
                    .collect()
            }
            _ => Vec::new(),
        };
        let notation = match self.options.page.notation {
            Notation::Quint => "quint",
            Notation::Tla => "tla",
            Notation::Json => "json",
        };
        let json = |value: serde_json::Value| value.to_string();
        format!(
            "{{\"version\":1,\"notation\":\"{notation}\",\"full\":{},\"hide\":{},\"pairs\":{},\"traces\":[{}],{}}}",
            self.options.full,
            json(hidden.into()),
            json(pairs.iter().map(|(a, b)| serde_json::json!([a, b])).collect()),
            traces.join(","),
            table.finish(),
        )
    }

    /// The beginning of the trace as text.
    fn without_script(&self) -> String {
        let (name, trace) = self.traces[0];
        let first = self.options.steps.as_ref().map_or(0, |steps| *steps.start());
        let end =
            self.options.steps.as_ref().map_or(trace.states.len(), |steps| steps.end().saturating_add(1));
        let end = end.min(trace.states.len());
        let options = ShowOptions {
            page: Page { palette: Palette::plain(), ..self.options.page.clone() },
            steps: Some(first..=end.min(first.saturating_add(STEPS_WITHOUT_SCRIPT)).max(1) - 1),
            ..self.options.clone()
        };
        let mut body = String::new();
        let mut shown = 0;
        for part in Shower::new(trace, &options).blocks() {
            let text = section(name, &part);
            if body.len() + text.len() > BYTES_WITHOUT_SCRIPT {
                break;
            }
            shown += usize::from(matches!(part.about, About::Step(_)));
            body.push_str(&text);
        }
        let left = end.saturating_sub(first).saturating_sub(shown);
        if left > 0 {
            // Writing to a string cannot fail.
            let _ = writeln!(
                body,
                "<p>… and {left} steps more, which this page shows where scripts may run.</p>"
            );
        }
        body
    }
}

fn section(name: &str, part: &Block) -> String {
    let id = match part.about {
        About::Trace => {
            let text: String = part.title.iter().map(Line::text).collect();
            let lines = if part.body.is_empty() { String::new() } else { block(&part.body) };
            return format!(
                "<h1>{}</h1>\n<p>{}</p>\n{lines}",
                escape_html(&escape(name)),
                escape_html(&text)
            );
        }
        About::Parameters => "parameters".to_owned(),
        About::Step(at) => format!("step-{at}"),
        About::Loop => "loop".to_owned(),
    };
    format!("<section id=\"{id}\">\n{}{}</section>\n", heading(&id, part), block(&part.body))
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
