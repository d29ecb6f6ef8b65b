//! A comparison for tools that know unified diffs.

use similar::TextDiff;

use super::super::show::steps_view;
use super::super::value::escape;
use crate::trace::Trace;

/// A unified diff from the steps view ([`steps_view`]) of `left` to that of `right`, which `patch` applies to it. `names`
/// are those of the two, without `a/` and `b/`. Empty if the views are equal.
///
/// ```
/// use itf::render::unified_steps;
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":3}]}"#)?[0];
/// let text = unified_steps(a, b, ["t", "t"]);
/// assert!(text.starts_with("--- a/t\n+++ b/t\n@@ -2,4 +2,4 @@\n   x = 1\n \n step\n-    x: 1 → 2\n+    x: 1 → 3\n"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn unified_steps(left: &Trace, right: &Trace, names: [&str; 2]) -> String {
    unified_text(&steps_view(left), &steps_view(right), names)
}

/// A unified diff of two texts. `names` are those of the two, without `a/` and `b/`. Empty if the texts are equal.
///
/// ```
/// use itf::render::unified_text;
/// assert_eq!(unified_text("a\n", "b\n", ["x", "y"]), "--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n");
/// ```
pub fn unified_text(old: &str, new: &str, names: [&str; 2]) -> String {
    let [a, b] = names.map(|name| escape(name.trim_start_matches('/')));
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{a}"), &format!("b/{b}")).to_string()
}
