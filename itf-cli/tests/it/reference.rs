//! The reference in the manual is made of what the command says: its help, and the schemas. `SNAPSHOTS=overwrite` makes it anew.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value as Json;
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

use crate::common::{ROOT, itf, stdout};
use crate::manual::subcommands;

fn is_page(text: &str, page: &str) {
    let there = Data::read_from(&Path::new(ROOT).join(page), Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(text.to_owned(), there);
}

#[test]
fn the_page_of_all_commands_is_their_help() {
    let mut text =
        "# All commands\n\nWhat `itf COMMAND --help` says, of each; a test makes this page of it.\n"
            .to_owned();
    let mut left = subcommands(&[]);
    left.reverse();
    let mut told = 0;
    while let Some(path) = left.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let help = stdout(&itf([&words[..], &["--help"]].concat()));
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(text, "\n## itf {}\n\n```text\n{}\n```\n", words.join(" "), help.join("\n").trim_end())
            .expect("text");
        left.extend(subcommands(&words).into_iter().rev());
        told += 1;
    }
    assert!(told >= 25, "only {told} commands");
    is_page(&text, "docs/commands.md");
}

#[test]
fn the_page_of_all_schemas_is_what_they_say() {
    let mut text = "# All schemas\n\nWhat programs read and write. `itf schema NAME` prints a schema whole, for any validator; a test \
                    makes this page of them.\n"
        .to_owned();
    let list = stdout(&itf(["schema"]));
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 13, "{names:?}");
    for name in names {
        let schema: Json = serde_json::from_str(&stdout(&itf(["schema", name]))).expect("JSON");
        let said = |key: &str| schema[key].as_str().expect("a schema says what it is of").to_owned();
        write!(text, "\n## {name}\n\n{}. {}\n", said("title"), said("description")).expect("text");
        let parts = [("key", &schema["properties"]), ("part", &schema["$defs"])];
        for (what, parts) in parts {
            let mut rows = String::new();
            for (key, part) in parts.as_object().into_iter().flatten() {
                let Some(means) = part["description"].as_str().map(str::to_owned).or_else(|| kind(part))
                else {
                    continue;
                };
                // Of the parts, those that are explained.
                if what == "key" || part["description"].is_string() {
                    let needed =
                        schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == key));
                    let may = if what == "part" || needed { "" } else { " (may be absent)" };
                    writeln!(rows, "| `{key}`{may} | {} |", means.replace('|', "\\|")).expect("text");
                }
            }
            if !rows.is_empty() {
                write!(text, "\n| {what} | |\n|---|---|\n{rows}").expect("text");
            }
        }
    }
    is_page(&text, "docs/schemas.md");
}

/// What a part without an explanation is.
fn kind(part: &Json) -> Option<String> {
    if !part["const"].is_null() {
        return Some(format!("`{}`", part["const"]));
    }
    if let Some(values) = part["enum"].as_array() {
        return Some(values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "));
    }
    if let Some(to) = part["$ref"].as_str() {
        return Some(to.trim_start_matches("#/$defs/").to_owned());
    }
    let name = part["type"].as_str()?;
    Some(match kind(&part["items"]) {
        Some(items) => format!("{name} of {items}"),
        None => name.to_owned(),
    })
}
