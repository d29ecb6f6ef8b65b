//! What a check is asked for: options, and what `itf.toml` says where they say nothing.

use std::path::Path;

use itf::check::{Code, Levels, Severity};
use jsonschema::Validator;

use super::properties::Properties;
use crate::cli::{Check, CheckFormat};
use crate::config::{self, Config};
use crate::input::{Input, STDIN};
use crate::output::Terminal;
use crate::trouble::Trouble;

/// What files are checked for.
pub(super) struct Settings {
    pub(super) levels: Levels,
    pub(super) notes: bool,
    pub(super) properties: Properties,
    pub(super) schema: Option<Validator>,
    /// Whether the types of all traces are compared.
    pub(super) together: bool,
    /// Whether the lines of the files are shown.
    pub(super) lines: bool,
}

impl Settings {
    /// Whether a trace must be in memory as a whole to be checked.
    pub(super) fn need_all(&self) -> bool {
        self.together || self.schema.is_some() || !self.properties.is_empty()
    }

    /// `None` if a property is no expression, which was told.
    pub(super) fn new(args: &Check, terminal: &Terminal) -> Result<Option<Self>, Trouble> {
        let Some(properties) = Properties::parse(&args.properties, terminal) else { return Ok(None) };
        let (Config { check: file }, file_name) = Config::find(args.config.as_deref())?;
        let typed = config::Check {
            deny: args.levels.deny.clone(),
            warn: args.levels.warn.clone(),
            allow: args.levels.allow.clone(),
            ..config::Check::default()
        };
        let mut levels = Levels::new(args.strict || file.strict);
        apply(&mut levels, &file).map_err(|e| Trouble::new(format!("{file_name}: {e}")))?;
        apply(&mut levels, &typed).map_err(|e| Trouble::new(format!("--deny, --warn, --allow: {e}")))?;
        let schema = args.schema.as_deref().or(file.schema.as_deref());
        if schema.is_some_and(|path| path.as_os_str() == STDIN) && crate::input::reads_stdin(&args.files) {
            return Err(Trouble::new("the schema and the traces cannot both come from standard input"));
        }
        Ok(Some(Self {
            levels,
            notes: args.notes || file.notes,
            properties,
            schema: schema.map(|path| validator(path, terminal)).transpose()?,
            together: args.together || file.together,
            lines: args.format == CheckFormat::Text,
        }))
    }
}

/// Groups first, then codes: what is more specific counts more. One code cannot have two severities.
fn apply(levels: &mut Levels, said: &config::Check) -> Result<(), Box<dyn std::error::Error>> {
    let lists =
        [(Some(Severity::Error), &said.deny), (Some(Severity::Warning), &said.warn), (None, &said.allow)];
    let mut named: Vec<(Code, Option<Severity>)> = Vec::new();
    for (severity, list) in lists {
        for what in list {
            match what.parse::<Code>() {
                Ok(code) => match named.iter().find(|(known, _)| *known == code) {
                    Some((_, other)) if *other != severity => {
                        return Err(format!("{code} is given two severities").into());
                    }
                    _ => {
                        // Only to hear whether it may be changed.
                        levels.clone().set_all(what, severity)?;
                        named.push((code, severity));
                    }
                },
                Err(_) => levels.set_all(what, severity)?,
            }
        }
    }
    for (code, severity) in named {
        levels.set(code, severity);
    }
    Ok(())
}

/// The validator of a schema in a file.
fn validator(path: &Path, terminal: &Terminal) -> Result<Validator, Trouble> {
    let input = Input::read(path, terminal)?;
    // Anything is a schema to a validator, a trace too: it would allow everything.
    if crate::limits::reader().documents(&input.bytes).next().is_some_and(|read| read.is_ok()) {
        let why = format!("{} is a trace, not a JSON Schema", input.name);
        return Err(Trouble::new(format!(
            "{why}; `itf schema --infer {}` makes the schema of one",
            input.name
        )));
    }
    let schema: serde_json::Value = serde_json::from_slice(&input.bytes)
        .map_err(|e| Trouble::new(format!("{}: not a JSON Schema: {e}", input.name)))?;
    jsonschema::options().build(&schema).map_err(|e| {
        Trouble::new(format!("{}: not a JSON Schema: {e} (at {})", input.name, e.instance_path()))
    })
}
