//! Pictures, as SVG within a page: bars, dots and steps with their numbers beside them, so that nothing is told by a length or
//! a colour alone.

use std::fmt::Write;

use itf::render::{escape, escape_html};

use super::{Covered, Finding, Point, Rate, Rates, action_name, precise};

/// The width of all pictures.
const WIDTH: f64 = 460.0;
/// The height of a row.
const ROW: f64 = 22.0;
/// Where bars begin: right of the names.
const LEFT: f64 = 194.0;
/// Where they end at most: left of the numbers.
const RIGHT: f64 = 390.0;
/// The most rows of a picture; people look at a picture, they do not scroll in it. The names of the others are below.
const ROWS: usize = 40;

/// What there is no room for in a picture.
fn rest<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.skip(ROWS).map(|name| escape_html(&escape(name))).collect();
    match names.len() {
        0 => String::new(),
        count => format!("<p class=\"soft\">… and {} more: {}</p>\n", count, names.join(", ")),
    }
}

/// A picture with what it shows in words.
fn svg(height: f64, words: &str, content: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">{content}</svg>\n",
        escape_html(&escape(words))
    )
}

/// A name that fits left of the bars, its end being what tells names of files apart.
fn name(y: f64, text: &str) -> String {
    const FITS: usize = 24;
    let escaped = escape(text);
    let length = escaped.chars().count();
    let short = if length > FITS {
        let end: String = escaped.chars().skip(length + 1 - FITS).collect();
        // The name of a file is not cut where it can stand alone.
        format!("…{}", end.find('/').map_or(end.as_str(), |at| &end[at..]))
    } else {
        escaped.clone()
    };
    format!(
        "<text x=\"{}\" y=\"{}\" class=\"name\"><title>{}</title>{}</text>",
        LEFT - 8.0,
        y + 15.0,
        escape_html(&escaped),
        escape_html(&short)
    )
}

/// How often each action was taken, as bars.
pub(super) fn coverage(actions: &[&Covered]) -> String {
    let most = actions.iter().map(|action| action.taken).max().unwrap_or(0).max(1);
    let count = |taken: u64| precise(usize::try_from(taken).unwrap_or(usize::MAX));
    let mut content = String::new();
    for (row, action) in actions.iter().take(ROWS).enumerate() {
        let y = precise(row) * ROW;
        let width = (RIGHT - LEFT) * count(action.taken) / count(most);
        content.push_str(&name(y, action_name(&action.name)));
        // Writing to a string cannot fail, here and below.
        let _ = match action.taken {
            0 => write!(content, "<text x=\"{LEFT}\" y=\"{}\" class=\"bad\">never taken</text>", y + 15.0),
            taken => write!(
                content,
                "<rect x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" height=\"12\" rx=\"2\" class=\"bar\"/><text x=\"{:.1}\" y=\"{}\">{taken}</text>",
                y + 5.0,
                LEFT + width + 6.0,
                y + 15.0
            ),
        };
    }
    let rest = rest(actions.iter().map(|action| action_name(&action.name)));
    svg(precise(actions.len().min(ROWS)) * ROW, "How often each action was taken", &content) + &rest
}

/// The length of each finding, before and after.
pub(super) fn lengths(findings: &[Finding]) -> String {
    let most = precise(findings.iter().map(|finding| finding.states).max().unwrap_or(0).max(1));
    let x = |states: usize| LEFT + (RIGHT - LEFT) * precise(states) / most;
    let mut content = String::new();
    for (row, finding) in findings.iter().take(ROWS).enumerate() {
        let y = precise(row) * ROW;
        content.push_str(&name(y, &finding.name));
        let _ = write!(
            content,
            "<rect x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"12\" rx=\"2\" class=\"faint\"/>",
            y + 5.0,
            x(finding.states) - LEFT
        );
        let said = match finding.shrunk {
            Some(shrunk) => {
                let width = x(shrunk) - LEFT;
                let _ = write!(
                    content,
                    "<rect x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" height=\"12\" rx=\"2\" class=\"bar\"/>",
                    y + 5.0
                );
                format!("{} → {shrunk}", finding.states)
            }
            None => finding.states.to_string(),
        };
        let _ =
            write!(content, "<text x=\"{:.1}\" y=\"{}\">{said}</text>", x(finding.states) + 6.0, y + 15.0);
    }
    let words = "States of each finding, before and after shrinking";
    svg(precise(findings.len().min(ROWS)) * ROW, words, &content)
        + &rest(findings.iter().map(|finding| finding.name.as_str()))
}

/// How a trace became shorter, as steps down.
pub(super) fn shrink(points: &[Point]) -> String {
    const TOP: f64 = 14.0;
    const BOTTOM: f64 = 118.0;
    const START: f64 = 36.0;
    const END: f64 = WIDTH - 30.0;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let (most, runs) = (precise(first.states.max(1)), precise(last.runs.max(1)));
    let x = |point: &Point| START + (END - START) * precise(point.runs) / runs;
    let y = |point: &Point| BOTTOM - (BOTTOM - TOP) * precise(point.states) / most;
    let mut path = format!("M{:.1} {:.1}", x(first), y(first));
    for point in &points[1..] {
        let _ = write!(path, "H{:.1}V{:.1}", x(point), y(point));
    }
    let mut content = format!(
        "<path class=\"axis\" d=\"M{START} {TOP}V{BOTTOM}H{END}\"/><path class=\"line\" d=\"{path}\"/>"
    );
    let _ = write!(
        content,
        "<text x=\"{}\" y=\"{:.1}\" class=\"name\">{}</text><text x=\"{:.1}\" y=\"{:.1}\">{}</text>\
         <text x=\"{START}\" y=\"{}\" class=\"soft\">0 runs</text><text x=\"{END}\" y=\"{}\" class=\"name\">{} runs</text>",
        START - 6.0,
        y(first) + 4.0,
        first.states,
        x(last) + 6.0,
        y(last) + 4.0,
        last.states,
        BOTTOM + 16.0,
        BOTTOM + 16.0,
        last.runs
    );
    let words = format!("From {} to {} states in {} runs", first.states, last.states, last.runs);
    svg(BOTTOM + 22.0, &words, &content)
}

/// Rates as dots with intervals.
pub(super) fn rates(rates: &Rates) -> String {
    let mut rows: Vec<(&str, Rate)> = vec![("as found", rates.before)];
    rows.extend(rates.after.map(|rate| ("the shortest", rate)));
    let x = |share: f64| LEFT + (RIGHT - LEFT - 60.0) * share.clamp(0.0, 1.0);
    let mut content = String::new();
    for (row, (what, rate)) in rows.iter().enumerate() {
        let y = precise(row) * 2.0 * ROW;
        let middle = y + 11.0;
        content.push_str(&name(y, what));
        let _ = write!(
            content,
            "<path class=\"axis\" d=\"M{:.1} {middle}H{:.1}\"/><path class=\"line\" d=\"M{:.1} {middle}H{:.1}\"/>\
             <circle class=\"bar\" cx=\"{:.1}\" cy=\"{middle}\" r=\"4.5\"/><text x=\"{LEFT}\" y=\"{}\">{}</text>",
            x(0.0),
            x(1.0),
            x(rate.low),
            x(rate.high),
            x(precise(rate.hits) / precise(rate.runs.max(1))),
            y + 32.0,
            rate.words()
        );
    }
    svg(precise(rows.len()) * 2.0 * ROW, "How often it fails, with the interval", &content)
}
