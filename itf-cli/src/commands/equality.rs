//! What makes no difference: options and files to rules.

use std::fs;

use itf::Pattern;
use itf::diff::{Mode, Options, Rule, Rules, TraceDiff};

use crate::cli::{Diff, DiffWords, EqualityOptions};
use crate::trouble::Trouble;

/// Makes a rule of a path.
type Make = fn(Pattern) -> Rule;

/// Reads what was typed behind an option.
type Parse = fn(&str) -> Result<Rule, String>;

/// The rules that were typed, and those of the files.
pub(crate) fn rules(args: &EqualityOptions) -> Result<Rules, Trouble> {
    let mut rules = Rules::default();
    for file in &args.map {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(|e| Trouble::new(format!("cannot read {name}: {e}")))?;
        let more = Rules::parse(&text).map_err(|e| Trouble::new(format!("{name}:{e}")))?;
        rules.rules.extend(more.rules);
        rules.names.extend(more.names);
        rules.fixed.extend(more.fixed);
        rules.partial |= more.partial;
    }
    let pattern = |option: &str, text: &String| {
        text.parse::<Pattern>().map_err(|e| Trouble::new(format!("--{option}: {e}")))
    };
    let paths: [(&str, &Vec<String>, Make); 6] = [
        ("ignore", &args.ignore, Rule::Ignore),
        ("only", &args.only, Rule::Only),
        ("keep", &args.keep, Rule::Keep),
        ("drop", &args.drop, Rule::Drop),
        ("list-as-set", &args.list_as_set, Rule::ListAsSet),
        ("redact", &args.redact, Rule::Redact),
    ];
    for (option, texts, make) in paths {
        for text in texts {
            rules.rules.push(make(pattern(option, text)?));
        }
    }
    let pairs: [(&str, &Vec<String>, Parse); 3] = [
        ("rename-path", &args.rename_path, Rule::rename),
        ("tolerance", &args.tolerance, Rule::tolerance),
        ("key", &args.key, Rule::key),
    ];
    for (option, texts, parse) in pairs {
        for text in texts {
            let rule = parse(text).map_err(|e| Trouble::new(format!("--{option} {text}: {e}")))?;
            rules.rules.push(rule);
        }
    }
    for text in &args.fixed {
        rules.fixed.push(pattern("fixed", text)?);
    }
    rules.partial |= args.partial;
    Ok(rules)
}

/// How the traces are compared.
pub(crate) fn options(args: &Diff) -> Result<Options, Trouble> {
    let mode = match (args.mode, args.words) {
        (Some(mode), _) => mode.into(),
        // What was observed between is looked for, so states are not compared by their indices.
        (None, DiffWords::Model) if !args.intermediate => Mode::Index,
        (None, _) => Mode::Auto,
    };
    if args.intermediate && matches!(mode, Mode::Index | Mode::Prefix) {
        return Err(Trouble::new("--intermediate looks for states, which --mode index and prefix do not"));
    }
    Ok(Options {
        labels: args.action.labels()?,
        mode,
        rules: rules(&args.equality)?,
        limits: args.limits(),
        meta: args.meta,
        stutter: args.stutter,
        intermediate: args.intermediate,
        rename: args.rename,
    })
}

/// Refuses to answer if a rule that says what alone is compared finds nothing in any of the traces: it is mistyped.
pub(crate) fn refuse_unmet<'a>(diffs: impl IntoIterator<Item = &'a TraceDiff>) -> Result<(), Trouble> {
    let mut diffs = diffs.into_iter();
    let mut unmet = diffs.next().map(TraceDiff::unmet).unwrap_or_default();
    for diff in diffs {
        let here = diff.unmet();
        unmet.retain(|rule| here.contains(rule));
    }
    match unmet.first() {
        Some(rule) => Err(Trouble::new(format!("{rule}: no state of the traces has such a place"))),
        None => Ok(()),
    }
}

/// A renaming as a file that `--map` reads.
pub(crate) fn names_file(names: &[(String, String)]) -> String {
    let mut text =
        String::from("# What the strings of the left trace are called in the right one.\n[names]\n");
    // JSON's strings are TOML's basic strings, but for the one character that TOML wants escaped besides.
    let quoted = |name: &String| itf::Value::from(name).to_json().replace('\u{7f}', "\\u007f");
    for (old, new) in names {
        text.extend([quoted(old), " = ".to_owned(), quoted(new), "\n".to_owned()]);
    }
    text
}
