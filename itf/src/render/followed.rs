//! One observed execution against all that are allowed, as text.

use super::observed::{finding, paint};
use super::page::Page;
use super::value::escape;
use crate::diff::Followed;

/// How many of the states that were allowed are named.
const NAMED: usize = 6;

/// Where what was observed is none of the executions that are allowed, what is wrong there, and what else was allowed.
///
/// ```
/// use itf::diff::{Rules, follow};
/// use itf::render::{Page, show_followed};
/// let allowed = itf::read(br#"[{"vars":["x"],"states":[{"x":0},{"x":1}]},{"vars":["x"],"states":[{"x":0},{"x":5}]}]"#)?;
/// let observed = &itf::read(br#"{"vars":["x"],"states":[{"x":0},{"x":2}]}"#)?[0];
/// let followed = follow(&allowed, observed, None, &Rules::default());
/// assert_eq!(show_followed(&followed, &Page::default()), "\
/// the system is not as expected, first at step 1
///
///   step 1  nearest of 2 that are allowed: successor 0, differs in one place
///     wrong value   x
///                     expected  1
///                     observed  2
///   allowed, too: successor 1, differs in one place
/// ");
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show_followed(followed: &Followed, page: &Page) -> String {
    let (step, count) = (followed.states, followed.allowed.len());
    let heading = page.palette.heading;
    let mut lines = Vec::new();
    match followed.allowed.split_first() {
        _ if followed.is_allowed => lines.push(paint(heading, "the system is as expected")),
        None => {
            lines.push(paint(heading, &format!("the system is not as expected, first at step {step}")));
            lines.push(format!(
                "  no step is allowed here: all executions that begin like this end before step {step}"
            ));
        }
        Some((best, others)) => {
            lines.push(paint(heading, &format!("the system is not as expected, first at step {step}")));
            lines.push(String::new());
            let among = if count == 1 {
                "allowed".to_owned()
            } else {
                format!("nearest of {count} that are allowed")
            };
            lines.push(paint(heading, &escape(&format!("  step {step}  {among}: {best}"))));
            lines.extend(best.observation.findings.iter().flat_map(|found| finding(&found.difference, page)));
            for other in others.iter().take(NAMED) {
                lines.push(paint(page.palette.note, &escape(&format!("  allowed, too: {other}"))));
            }
            if others.len() > NAMED {
                let more = format!("  … and {} others", others.len() - NAMED);
                lines.push(paint(page.palette.note, &more));
            }
        }
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}
