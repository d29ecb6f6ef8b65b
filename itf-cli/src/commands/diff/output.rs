//! What `itf diff` found, in the form that was asked for.

use std::io::Write;

use itf::check::locate;
use itf::diff::{DiffDocument, Patch, TraceDiff};
use itf::render::{
    DiffOptions, Page, Palette, Places, diff_github, diff_html, diff_markdown, diff_sarif, diff_side_by_side,
    escape, json_patch, show_diff, show_observed, unified_steps,
};

use crate::cli::{Diff, DiffFormat, DiffWords};
use crate::input::{Input, STDIN, Source};
use crate::markdown::COMMENT;
use crate::output::{Output, Terminal, counted};
use crate::trouble::Trouble;

/// Two traces and what they differ in.
pub(super) struct Compared<'a> {
    pub(super) sides: [&'a Source; 2],
    pub(super) diff: TraceDiff,
}

/// Writes what was found. `alone` are the names of traces that only one file has; `is_whole` tells that the traces were
/// compared as they are, `traces` how many each file has.
pub(super) fn write(
    args: &Diff,
    found: &[Compared<'_>],
    alone: &[String],
    (is_whole, traces): (bool, [usize; 2]),
    terminal: &Terminal,
) -> Result<(), Trouble> {
    let format = args.output.format();
    let holds_one = matches!(format, DiffFormat::Html | DiffFormat::Sarif | DiffFormat::Rfc6902);
    if found.len() + alone.len() > 1 && holds_one {
        let count = counted(found.len(), "pair");
        let rest = match alone.len() {
            0 => String::new(),
            n => format!(" and {} that only one file has", counted(n, "trace")),
        };
        let message = format!("this format holds one comparison, and these are {count} of traces{rest}");
        return Err(Trouble::new(message));
    }
    let out = place(args)?;
    let on_screen = out.is_none();
    // They are no part of any comparison: no budget may cost them.
    let rest: String = alone.iter().filter_map(|name| only_one_has(args, name, terminal)).collect();
    let mut text = String::new();
    for (at, compared) in found.iter().enumerate() {
        let max_bytes = args.output.max_bytes.or((format == DiffFormat::Markdown).then_some(COMMENT));
        let left = max_bytes.map(|max| max.saturating_sub(text.len() + rest.len()) / (found.len() - at));
        text.push_str(&one(args, compared, left, on_screen, (is_whole, traces), terminal)?);
    }
    text.push_str(&rest);
    tell(&text, out, terminal)
}

/// What is said of a trace that only one file has, where the format has a place for it.
fn only_one_has(args: &Diff, name: &str, terminal: &Terminal) -> Option<String> {
    let told = format!("only one file has {}", escape(name));
    match args.output.format() {
        DiffFormat::Text | DiffFormat::SideBySide => Some(format!("{told}\n")),
        // What is before a header is passed over by those that apply such a diff.
        DiffFormat::Unified => Some(format!("# {told}\n")),
        DiffFormat::Markdown => Some(format!("\n`{}`\n", told.replace('`', "'"))),
        DiffFormat::Github => Some(format!("::warning title=Trace missing::{}\n", told.replace('%', "%25"))),
        _ => {
            terminal.note(&told);
            None
        }
    }
}

/// Where the text goes: `None` is the screen, with colours if it has them.
pub(super) fn place(args: &Diff) -> Result<Option<Output>, Trouble> {
    let is_text = matches!(args.output.format(), DiffFormat::Text | DiffFormat::SideBySide);
    let file = args.output.out.file.as_deref();
    if is_text && file.is_none() { Ok(None) } else { Output::open(file).map(Some) }
}

/// Writes the text to its [`place`].
pub(super) fn tell(text: &str, place: Option<Output>, terminal: &Terminal) -> Result<(), Trouble> {
    let Some(mut out) = place else {
        let mut screen = terminal.stdout();
        screen.write_all(text.as_bytes())?;
        return Ok(screen.flush()?);
    };
    out.write_all(text.as_bytes())?;
    out.finish()
}

fn one(
    args: &Diff,
    compared: &Compared<'_>,
    max_bytes: Option<usize>,
    on_screen: bool,
    (is_whole, traces): (bool, [usize; 2]),
    terminal: &Terminal,
) -> Result<String, Trouble> {
    let Compared { sides: [left, right], diff } = compared;
    let [old, new] = [left, right].map(|source| &source.document.trace);
    let format = args.output.format();
    let command = ["itf".to_owned(), "diff".to_owned(), quoted(&args.left), quoted(&args.right)].join(" ");
    let options = DiffOptions {
        page: Page {
            width: if on_screen { Terminal::width() } else { Page::default().width },
            palette: if on_screen { Palette::ansi() } else { Palette::plain() },
            ..Page::default()
        },
        names: names(&left.name, &right.name),
        limit: if args.output.all { 0 } else { Terminal::lines().max(20) },
        max_bytes,
        command: (![&args.left, &args.right].iter().any(|path| path.as_os_str() == STDIN)).then_some(command),
    };
    let whole = |text: String| match max_bytes {
        Some(max) if text.len() > max => {
            let (len, name) = (text.len(), escape(&right.name));
            let message =
                format!("{name}: {len} bytes are more than {max}, and a part of this format would be wrong");
            Err(Trouble::new(message))
        }
        _ => Ok(text),
    };
    let too_small = || {
        let max = max_bytes.unwrap_or_default();
        Trouble::new(format!("{}: nothing of this format fits into {max} bytes", escape(&right.name)))
    };
    // Where not even the verdict fits, the text is no document any more.
    let document =
        |begin: char, text: String| if text.starts_with(begin) { Ok(text) } else { Err(too_small()) };
    match format {
        DiffFormat::Text if args.words == DiffWords::Model => Ok(show_observed(diff, &options.page)),
        DiffFormat::Text => Ok(show_diff(diff, &options)),
        DiffFormat::Json => {
            let patch = is_whole.then(|| Patch::between(old, new, &diff.pairs));
            let document =
                DiffDocument { names: options.names, diff: diff.clone(), patch, traces: Some(traces) };
            whole(format!("{}\n", crate::quiet::json(&document.to_json())))
        }
        DiffFormat::SideBySide => Ok(diff_side_by_side(diff, &options)),
        DiffFormat::Unified => whole(unified_steps(old, new, [&left.name, &right.name])),
        DiffFormat::Rfc6902 => {
            let patch = json_patch(old, new, diff).map_err(|e| Trouble::new(format!("#meta: {e}")))?;
            whole(format!("{}\n", crate::quiet::json(&format!("{patch:#}"))))
        }
        DiffFormat::Markdown => Ok(diff_markdown(diff, &options)),
        DiffFormat::Html => document('<', diff_html(diff, &options)),
        DiffFormat::Github | DiffFormat::Sarif => {
            // The text is needed again, for its lines.
            let is_file = args.right.as_os_str() != STDIN;
            let input = is_file.then(|| Input::read(&args.right, terminal)).transpose()?;
            let line = |at: usize| {
                let path = itf::Path::root().field("states").index(at);
                Some(locate(&input.as_ref()?.bytes, &right.document, &path)?.line)
            };
            let file = in_repository(&args.right);
            let places = Places { file: &file, line: &line };
            match format {
                DiffFormat::Github => match diff_github(diff, &options, &places) {
                    text if text.is_empty() && !diff.is_same() => Err(too_small()),
                    text => Ok(text),
                },
                _ => document('{', diff_sarif(diff, &options, &places))
                    .map(|log| crate::quiet::json(&log).into_owned()),
            }
        }
    }
}

/// The file as it is called in the repository: of `REVISION:PATH` the path.
fn in_repository(path: &std::path::Path) -> String {
    let name = path.to_string_lossy().into_owned();
    if path.exists() {
        return name;
    }
    // A version of a conflict is `:2:PATH`.
    let stage = [":1:", ":2:", ":3:"].into_iter().find_map(|stage| name.strip_prefix(stage));
    stage.or_else(|| Some(name.split_once(':')?.1)).map_or_else(|| name.clone(), str::to_owned)
}

/// A path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    let text = path.to_string_lossy();
    shlex::try_quote(&text).map_or_else(|_| text.to_string(), std::borrow::Cow::into_owned)
}

/// What the two are called: by the names of their files alone, where these tell them apart.
pub(super) fn names(left: &str, right: &str) -> [String; 2] {
    let file = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let short = [file(left), file(right)];
    if short[0] == short[1] { [left.to_owned(), right.to_owned()] } else { short }
}
