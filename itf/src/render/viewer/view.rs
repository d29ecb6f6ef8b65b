//! A view that a spec brings along: a script that draws each state, in a frame of its own.

/// The style of the frame.
pub(super) const STYLE: &str = include_str!("page/frame.css");

/// The beginning of the document in the frame.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>View</title>";

/// What a view may call.
const FRAME: &str = include_str!("page/frame.js");
/// What stands in it for the number of lines before the script of the view.
const LINES: &str = "LINES_BEFORE_THE_VIEW";

/// A script that draws the states of a trace. It calls `itfView({ css, draw })`; `draw` is called with an object of
/// `state`, `before` (what the state is compared with, or null), `params`, `label`, `step` and `steps`, and with `el` and
/// `svg`, which make elements, and `go`, which goes to a step; it returns what is to be shown. Values are plain
/// JavaScript: numbers (`BigInt` beyond 2^53), strings, booleans; sets, lists and tuples are arrays, maps are `Map`s,
/// records are objects, variants are `{ tag, value }`.
///
/// The script has no origin and no network: the frame is a sandbox, and the policy of the page holds in it.
///
/// ```
/// use itf::render::View;
/// let view = View::new("itfView({ draw: ({ state, el }) => el('b', {}, state.x) });")?;
/// assert!(View::new("// </script>").is_err());
/// # Ok::<(), itf::render::ViewError>(())
/// ```
#[derive(Debug, Clone)]
pub struct View {
    script: String,
}

/// Why a script cannot be in a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{found}` would end the script in a page; write it in parts, or as `\\x3c…`")]
pub struct ViewError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is there.
    pub found: &'static str,
}

/// What has a meaning to HTML even in a script.
const ENDS: [&str; 3] = ["</script", "<script", "<!--"];

impl View {
    /// The view that `script` draws.
    ///
    /// ```
    /// let error = itf::render::View::new("let a = 1;\nlet b = '<!--';").unwrap_err();
    /// assert_eq!(error.line, 2);
    /// ```
    pub fn new(script: &str) -> Result<Self, ViewError> {
        // As HTML reads it: the hash is of that.
        let script = script.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        for (line, text) in (1..).zip(script.lines()) {
            let text = text.to_ascii_lowercase();
            if let Some(found) = ENDS.into_iter().find(|end| text.contains(end)) {
                return Err(ViewError { line, found });
            }
        }
        Ok(Self { script: script.replace('\0', "\u{fffd}") })
    }

    /// The scripts of the frame: ours, and that of the view, which may be broken.
    pub(super) fn scripts(&self) -> [String; 2] {
        let before = HEAD.matches('\n').count() + STYLE.matches('\n').count() + FRAME.matches('\n').count();
        [FRAME.replace(LINES, &before.to_string()), self.script.clone()]
    }

    /// The document in the frame.
    pub(super) fn document(&self) -> String {
        let [frame, view] = self.scripts();
        format!(
            "{HEAD}<style>{STYLE}</style></head><body><script>{frame}</script><script>{view}</script></body></html>"
        )
    }
}
