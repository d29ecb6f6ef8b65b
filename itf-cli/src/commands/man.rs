//! `itf man`: the help texts as manual pages.

use std::io::Write;

use clap::Command;
use clap_mangen::Man;

use crate::cli;
use crate::exit::Answer;
use crate::output::{Output, Terminal, counted, make_folder, write_file};
use crate::trouble::Trouble;

pub(crate) fn run(args: &cli::Man, terminal: &Terminal) -> Result<Answer, Trouble> {
    let pages = pages(&cli::command())?;
    if let Some(folder) = &args.folder {
        make_folder(folder)?;
        for (name, page) in &pages {
            write_file(&folder.join(format!("{name}.1")), page)?;
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

/// All pages by their names, `itf-git-setup`, each after the one it belongs to.
fn pages(command: &Command) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let mut pages = Vec::new();
    let mut left = vec![("itf".to_owned(), command.clone())];
    while let Some((name, command)) = left.pop() {
        let mut page = Vec::new();
        // In a page the parts of a name are joined, so that `man itf-check` finds what it refers to.
        Man::new(command.clone().name(name.clone()).bin_name(name.replace('-', " "))).render(&mut page)?;
        let below = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        left.extend(below.map(|sub| (format!("{name}-{}", sub.get_name()), sub.clone())));
        pages.push((name, page));
    }
    Ok(pages)
}
