//! `itf schema`: the schemas of the project, and those of the states of traces.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use itf::schema::{Options, Summary};
use serde_json::Value as Json;

use crate::cli;
use crate::exit::Answer;
use crate::input;
use crate::output::{Output, Terminal};
use crate::schemas::{ALL, Schema};
use crate::trouble::Trouble;

pub(crate) fn run(args: &cli::Schema, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut answer = Answer::Yes;
    let text = match args.what.as_slice() {
        files if args.infer => {
            let options = Options { ranges: args.ranges, enums: args.enums };
            let Some((schema, found)) = infer(files, options, terminal) else { return Ok(Answer::Trouble) };
            answer = found;
            schema
        }
        [] => list(),
        [name, rest @ ..] => {
            let known = ALL.iter().find(|schema| rest.is_empty() && name.as_os_str() == schema.name);
            if let Some(schema) = known {
                return print(schema.text, args).map(|()| Answer::Yes);
            }
            let name = name.display();
            if let Some(more) = rest.first() {
                let more = more.display();
                return Err(Trouble::new(format!(
                    "one schema at a time: `{name}` or `{more}` (a schema of traces is made with --infer)"
                )));
            }
            terminal.complain(&format!(
                "there is no schema `{name}` (a schema of traces is made with --infer); there are:"
            ));
            terminal.stderr().write_all(list().as_bytes())?;
            return Ok(Answer::Trouble);
        }
    };
    print(&text, args)?;
    Ok(answer)
}

fn print(text: &str, args: &cli::Schema) -> Result<(), Trouble> {
    let mut out = Output::open(args.out.file.as_deref())?;
    out.write_all(text.as_bytes())?;
    out.finish()
}

/// The schemas, one a line, each with its title.
fn list() -> String {
    let width = ALL.iter().map(|schema| schema.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Schema { name, text: schema } in ALL {
        let title = serde_json::from_str::<Json>(schema).ok();
        let title = title.as_ref().and_then(|schema| schema["title"].as_str()).unwrap_or_default();
        let _ = writeln!(text, "{name:width$}  {title}");
    }
    text
}

/// The schema of the states of all traces; `None` if there is nothing to infer it from, which was told.
fn infer(files: &[PathBuf], options: Options, terminal: &Terminal) -> Option<(String, Answer)> {
    let mut summary = Summary::default();
    let mut answer = Answer::Yes;
    for path in input::or_stdin(files, terminal) {
        let mut reader = crate::limits::reader();
        let (name, documents) = match input::documents(&path, &mut reader, terminal) {
            Ok(opened) => opened,
            Err(trouble) => {
                terminal.complain(&trouble.to_string());
                answer = Answer::Trouble;
                continue;
            }
        };
        for read in documents {
            match read {
                Ok(document) => summary.add(&document.trace),
                Err(error) => {
                    terminal.complain(&input::told(&name, &error));
                    answer = Answer::Trouble;
                }
            }
        }
    }
    if summary.traces() == 0 {
        terminal.complain("there are no traces to infer a schema from");
        return None;
    }
    let schema = serde_json::to_string_pretty(&summary.schema(options)).unwrap_or_default();
    Some((crate::quiet::json(&schema).into_owned() + "\n", answer))
}
