//! What TLC prints: as text, or with `-tool`, where each message stands between marks.

use nom::Parser;

use super::ImportError;
use super::build::{Draft, Frame, Head, Importer, states};
use super::lex::{Parsed, blank, expected, failure, more, name, plain, sign};
use super::value::value;
use crate::value::Value;

const LEADS: [&str; 2] =
    ["The behavior up to this point is:", "The following behavior constitutes a counter-example:"];
const INITIAL: &str = " is violated by the initial state:";
const START: &str = "@!@!@STARTMSG ";
const END: &str = "@!@!@ENDMSG ";

/// Whether TLC seems to have written this.
pub(super) fn is_report(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with("TLC2 Version")
            || line.starts_with(START)
            || line.starts_with("State 1: <")
            || line
                .strip_prefix("Error: ")
                .is_some_and(|said| LEADS.contains(&said) || said.ends_with(INITIAL))
    })
}

/// What a part of the report says of a trace.
enum Said<'a> {
    /// The first line of an error: what is violated.
    Error(&'a str),
    /// The states of a trace follow.
    Lead,
    /// An initial state that violates something; behind this line are its variables.
    InitialState,
    /// A state: its number, and where the action begins.
    State(usize, usize),
    /// The last step leads back to the state with this number.
    Back(usize),
    /// The last state repeats forever.
    Stuttering,
}

/// A line: where it is, and its text without the end.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

pub(super) fn read(importer: &mut Importer<'_>) -> Result<(), ImportError> {
    let text = importer.text;
    let source = lines(text).find_map(|(_, line)| line.strip_prefix("Parsing file "));
    let source = source.map(|path| {
        let path = path.split(" (").next().unwrap_or(path);
        path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
    });
    let has_marks = lines(text).any(|(_, line)| line.starts_with(START));
    let mut error: Option<&str> = None;
    // The first error, should there be nothing else.
    let mut broke: Option<(usize, &str)> = None;
    let mut draft: Option<Draft> = None;
    let mut code: Option<&str> = None;
    let (mut is_first, mut is_error) = (false, !has_marks);
    // What stands before `end` belongs to the state that was read last.
    let mut end = 0;
    for (at, line) in lines(text) {
        if at < end {
            continue;
        }
        if let Some(mark) = line.strip_prefix(START) {
            let (number, severity) = mark.split_once(':').unwrap_or((mark, ""));
            (code, is_first, is_error) = (Some(number), true, severity.starts_with('1'));
            continue;
        }
        if line.starts_with(END) {
            code = None;
            continue;
        }
        let said = if has_marks {
            code.and_then(|code| marked(code, line, at, is_first))
        } else {
            plainly(line, at)
        };
        is_first = false;
        match said {
            None => {}
            Some(Said::Error(said)) => {
                error = Some(said);
                if is_error {
                    broke.get_or_insert((at, said));
                }
            }
            Some(Said::Lead) => {
                close(importer, draft.take(), at)?;
                draft = Some(begin(error.take(), source.as_ref()));
            }
            Some(Said::InitialState) => {
                close(importer, draft.take(), at)?;
                let said = if has_marks { line } else { line.strip_prefix("Error: ").unwrap_or(line) };
                let mut alone = begin(Some(said), source.as_ref());
                error = None;
                let (frame, after) = state(importer, 0, Head::default(), at + line.len())?;
                alone.frames.push(frame);
                importer.add(alone);
                end = after;
            }
            Some(Said::State(number, action)) => {
                if number == 1 && draft.as_ref().is_some_and(|draft| !draft.frames.is_empty()) {
                    close(importer, draft.take(), at)?;
                }
                // Somebody may have copied just the states.
                let draft = draft.get_or_insert_with(|| begin(error.take(), source.as_ref()));
                if number != draft.frames.len() + 1 {
                    let wanted = draft.frames.len() + 1;
                    return Err(importer.error(at, format!("state {number} where state {wanted} should be")));
                }
                let head_end = at + line.len();
                let head = match head(&text[action..head_end]) {
                    Ok((_, head)) if number > 1 => head,
                    Ok(_) => Head::default(),
                    Err(fail) => {
                        return Err(importer.failed(plain(fail), head_end).about(states(number - 1)));
                    }
                };
                let (frame, after) = state(importer, number - 1, head, head_end)?;
                draft.frames.push(frame);
                end = after;
            }
            Some(Said::Back(number)) => {
                let Some(mut done) = draft.take() else { continue };
                if number == 0 || number > done.frames.len() {
                    return Err(importer.error(at, format!("back to state {number}, which is not there")));
                }
                done.loop_index = Some(number - 1);
                close(importer, Some(done), at)?;
            }
            Some(Said::Stuttering) => {
                let Some(mut done) = draft.take() else { continue };
                done.loop_index = done.frames.len().checked_sub(1);
                close(importer, Some(done), at)?;
            }
        }
    }
    close(importer, draft, text.len())?;
    match broke {
        Some((at, said)) if importer.is_empty() => {
            Err(importer.error(at, format!("TLC printed no trace; it says: {}", said.trim())))
        }
        _ => Ok(()),
    }
}

/// A line of a report without marks.
fn plainly(line: &str, at: usize) -> Option<Said<'_>> {
    if let Some(said) = line.strip_prefix("Error: ") {
        return match said {
            lead if LEADS.contains(&lead) => Some(Said::Lead),
            said if said.ends_with(INITIAL) => Some(Said::InitialState),
            said => Some(Said::Error(said)),
        };
    }
    if let Some(rest) = line.strip_prefix("Back to state ") {
        return Some(Said::Back(rest.split(':').next()?.parse().ok()?));
    }
    numbered(line.strip_prefix("State ")?, at + "State ".len())
}

/// A line within a message of this code.
fn marked<'a>(code: &str, line: &'a str, at: usize, is_first: bool) -> Option<Said<'a>> {
    match code {
        "2107" if line.ends_with(INITIAL) => Some(Said::InitialState),
        "2121" | "2264" if is_first => Some(Said::Lead),
        "2217" | "2218" if is_first => numbered(line, at),
        "2122" if is_first => Some(Said::Back(line.split(':').next()?.parse().ok()?)),
        "2110" | "2112" | "2114" | "2116" if is_first => Some(Said::Error(line)),
        // Other errors say in their first line what it is; messages that are none do not matter, because a lead follows
        // at once.
        "2217" | "2218" | "2122" | "2121" | "2264" | "2103" => None,
        _ => is_first.then_some(Said::Error(line)),
    }
}

/// `3: <Next line …>`, `4: Stuttering`.
fn numbered(line: &str, at: usize) -> Option<Said<'_>> {
    let (number, rest) = line.split_once(": ")?;
    let action = at + number.len() + 2;
    match rest {
        "Stuttering" => Some(Said::Stuttering),
        head if head.starts_with('<') => Some(Said::State(number.parse().ok()?, action)),
        _ => None,
    }
}

fn begin(error: Option<&str>, source: Option<&String>) -> Draft {
    let (violation, description) = error.map(violation).unzip();
    Draft { source: source.cloned(), violation, description: description.flatten(), ..Draft::default() }
}

/// What is violated, and what more was said of it.
fn violation(said: &str) -> (String, Option<String>) {
    let said =
        said.strip_suffix(INITIAL).map_or_else(|| said.to_owned(), |start| format!("{start} is violated."));
    let named = ["Invariant ", "Action property ", "Temporal property "].iter().find_map(|kind| {
        let rest = said.strip_prefix(kind)?;
        rest.strip_suffix(" is violated.").or_else(|| rest.strip_suffix(" was violated."))
    });
    match named {
        Some(name) => (name.to_owned(), None),
        None if said.starts_with("Deadlock reached") => ("deadlock".into(), None),
        None if said.starts_with("Temporal properties were violated") => ("temporal".into(), Some(said)),
        None => ("error".into(), Some(said)),
    }
}

/// Adds a trace that is complete.
fn close(importer: &mut Importer<'_>, draft: Option<Draft>, at: usize) -> Result<(), ImportError> {
    let Some(draft) = draft else { return Ok(()) };
    let Some(first) = draft.frames.first() else {
        return Err(importer.error(at, "a trace should be here, and there is no state"));
    };
    let of_property = draft.violation.as_deref().is_some_and(|v| v != "deadlock" && v != "error");
    if first.assigns.is_empty() || (draft.frames.len() == 1 && of_property && draft.loop_index.is_none()) {
        let message =
            "TLC printed one state only, or no variables: -difftrace loses the others; run TLC without it";
        return Err(importer.error(first.offset, message).about(states(0)));
    }
    importer.add(draft);
    Ok(())
}

/// The variables of a state, from the end of its first line on; and where they end.
fn state(
    importer: &Importer<'_>,
    at: usize,
    head: Head,
    start: usize,
) -> Result<(Frame, usize), ImportError> {
    let text = importer.text;
    let mut assigns: Vec<(String, Value)> = Vec::new();
    let mut end = start;
    // A line of its own begins the next variable; anything else ends the state.
    while let Some(line) = text[end..].find('\n').map(|n| end + n + 1) {
        let rest = &text[line..];
        let rest = rest.strip_prefix("/\\ ").unwrap_or(rest);
        let Ok((rest, variable)) = name(rest) else { break };
        let Ok((rest, _)) = sign("= ").parse(rest) else { break };
        // Between them stands a sign and single blanks; what is further away is of something else.
        if text.len() - line - rest.len() > variable.len() + "/\\  = ".len() {
            break;
        }
        let path = || states(at).field(variable);
        let (rest, value) =
            value(rest).map_err(|fail| importer.failed(plain(fail), text.len()).about(path()))?;
        let after = rest.trim_start_matches([' ', '\t', '\r']);
        if !after.is_empty() && !after.starts_with('\n') {
            let offset = text.len() - after.len();
            return Err(importer.error(offset, expected("the end of the value", after)).about(path()));
        }
        if assigns.iter().any(|(known, _)| known == variable) {
            return Err(importer.error(line, "this variable is there twice").about(path()));
        }
        assigns.push((variable.to_owned(), value));
        end = text.len() - rest.len();
    }
    Ok((Frame { head, assigns, offset: start }, end))
}

/// `<name(args) line …>`: the action, and its arguments, which may hold any sign.
pub(super) fn head(text: &str) -> Parsed<'_, Head> {
    let inside = text.strip_prefix('<').unwrap_or(text);
    let Ok((rest, action)) = name(inside) else { return failure(inside, expected("an action", inside)) };
    if inside.starts_with("Initial predicate") {
        return Ok(("", Head::default()));
    }
    let action = match action {
        "Action" => "UnnamedAction",
        action => action,
    };
    let mut head = Head { action: Some(action.to_owned()), args: Vec::new() };
    let Some(mut rest) = rest.strip_prefix('(') else { return Ok((rest, head)) };
    loop {
        let (after, arg) = value(rest)?;
        head.args.push((None, arg));
        let (after, is_more) = more(after, ")")?;
        rest = after;
        if !is_more {
            let (rest, ()) = blank(rest)?;
            return Ok((rest, head));
        }
    }
}
