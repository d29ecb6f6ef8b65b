//! `itf man`: the help texts as manual pages.

use std::io::Write;

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli;
use crate::exit::Answer;
use crate::output::{Output, Terminal, counted, make_folder, write_anew};
use crate::trouble::Trouble;

pub(crate) fn run(args: &cli::Man, terminal: &Terminal) -> Result<Answer, Trouble> {
    let pages = pages(&cli::command())?;
    if let Some(folder) = &args.folder {
        make_folder(folder)?;
        for (name, page) in &pages {
            write_anew(&folder.join(format!("{name}.1")), page)?;
        }
        terminal.note(&format!("{} in {}", counted(pages.len(), "page"), folder.display()));
        return Ok(Answer::Yes);
    }
    let wanted =
        std::iter::once("itf").chain(args.command.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
    let Some((_, page)) = pages.iter().find(|(name, _)| *name == wanted) else {
        let known: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Trouble::new(format!("there is no page {wanted}; there are {}", known.join(", "))));
    };
    let mut out = Output::open(args.out.file.as_deref())?;
    out.write_all(page)?;
    out.finish()?;
    Ok(Answer::Yes)
}

/// What can be typed, with what options take.
fn synopsis(command: &Command, name: &str) -> String {
    let mut words = vec![name.to_owned()];
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    let value = |arg: &Arg| {
        let names = arg.get_value_names().unwrap_or_default();
        names.iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().join(" ")
    };
    for arg in shown().filter(|arg| !arg.is_positional()) {
        let dashes = arg.get_short().map(|short| format!("-{short}"));
        let Some(option) = dashes.or_else(|| arg.get_long().map(|long| format!("--{long}"))) else {
            continue;
        };
        let takes = arg.get_action().takes_values();
        let text = if takes { format!("{option} {}", value(arg)) } else { option };
        words.push(if arg.is_required_set() { text } else { format!("[{text}]") });
    }
    for arg in shown().filter(|arg| arg.is_positional()) {
        let several = arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        let text = value(arg);
        let text = if arg.is_required_set() { text } else { format!("[{}]", text.trim_matches(['<', '>'])) };
        words.push(match (arg.is_last_set(), several) {
            (true, _) => format!("[-- {}...]", value(arg)),
            (false, true) => format!("{text}..."),
            (false, false) => text,
        });
    }
    if command.has_subcommands() {
        words.push("<COMMAND>".to_owned());
    }
    words.join(" ")
}

/// What stands behind the options in a help text. What is to be typed keeps its lines, so that it can be copied.
fn sections(text: &str) -> Roff {
    let mut page = Roff::new();
    let mut is_begun = false;
    for part in text.split("\n\n").filter(|part| !part.trim().is_empty()) {
        let (heading, rest) = match part.split_once(':') {
            Some(("Examples", rest)) => ("EXAMPLES", rest),
            Some(("Exit status", rest)) => ("EXIT STATUS", rest),
            _ if is_begun => ("", part),
            _ => ("NOTES", part),
        };
        is_begun = true;
        page.control(
            if heading.is_empty() { "PP" } else { "SH" },
            [heading].into_iter().filter(|h| !h.is_empty()),
        );
        let is_typed = rest.starts_with('\n') || rest.lines().all(|line| line.starts_with("  "));
        if is_typed {
            page.control("nf", []);
        }
        for line in rest.trim_matches('\n').lines() {
            page.text([roman(line.strip_prefix("  ").unwrap_or(line).trim_start_matches(if is_typed {
                '\0'
            } else {
                ' '
            }))]);
        }
        if is_typed {
            page.control("fi", []);
        }
    }
    page
}

/// All pages by their names, `itf-git-setup`, each after the one it belongs to.
fn pages(command: &Command) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let mut pages = Vec::new();
    let mut left = vec![("itf".to_owned(), command.clone())];
    while let Some((name, command)) = left.pop() {
        let mut page = Vec::new();
        // In a page the parts of a name are joined, so that `man itf-check` finds what it refers to.
        let usage = synopsis(&command, &name.replace('-', " "));
        let man = Man::new(
            command.clone().override_usage(usage).name(name.clone()).bin_name(name.replace('-', " ")),
        );
        let man = man.source(concat!("itf ", env!("CARGO_PKG_VERSION"))).manual("itf");
        man.render_title(&mut page)?;
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if command.has_subcommands() {
            man.render_subcommands_section(&mut page)?;
        }
        let rest = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
        sections(&rest.unwrap_or_default()).to_writer(&mut page)?;
        let below = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        left.extend(below.map(|sub| (format!("{name}-{}", sub.get_name()), sub.clone())));
        pages.push((name, page));
    }
    Ok(pages)
}
