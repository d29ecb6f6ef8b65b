//! What a JSON Schema refuses, in words that say what to do about it.

use itf::Document;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;

use super::Text;
use crate::commands::check::found::{Found, Spot, What};
use crate::commands::check::settings::Settings;

/// Errors by one schema that are told of a trace.
const SCHEMA_ERRORS: usize = 5;

/// Alternatives that are told where none is nearer than the others.
const TOLD: usize = 4;

/// What the schema refuses in a trace.
pub(super) fn check(
    document: &Document,
    text: &Text,
    settings: &Settings,
    (name, trace): (&str, usize),
) -> Vec<Found> {
    let code = itf::check::Code::SchemaViolation;
    let (Some(validator), Some(severity)) = (&settings.schema, settings.levels.get(code)) else {
        return Vec::new();
    };
    let input = text.whole().unwrap_or_default();
    let rest = input.get(document.offset..).filter(|rest| rest.first() == Some(&b'{'));
    let json = rest.and_then(|rest| serde_json::Deserializer::from_slice(rest).into_iter().next());
    // What is packed has no text of its own.
    let written = || serde_json::from_str(&itf::to_string(&document.trace, itf::Layout::Compact));
    let Ok(json) = json.unwrap_or_else(written) else { return vec![not_asked(name, trace)] };
    let errors: Vec<_> = validator.iter_errors(&json).take(1_000).collect();
    let others = errors.len().saturating_sub(SCHEMA_ERRORS);
    let mut found: Vec<Found> = errors
        .iter()
        .take(SCHEMA_ERRORS)
        .map(|error| {
            let (error, said) = nearest(error);
            let pointer = error.instance_path().as_str().to_owned();
            let steps: Vec<String> =
                pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            let place = itf::schema::place(input, document, &json, &steps);
            let path = place.path.to_string();
            let place = Some(place).filter(|place| place.line > 0);
            let line = place.as_ref().filter(|_| settings.lines).and_then(|place| text.line(place));
            Found {
                trace,
                what: What::Rule(code.rule()),
                severity,
                message: format!("{}: {said}", code.rule().text),
                place: Spot { path, place, line, file: None },
                more: Vec::new(),
                count: 1,
                related: Vec::new(),
            }
        })
        .collect();
    if let Some(last) = found.last_mut() {
        last.count += others;
    }
    found
}

/// What `serde_json` does not read, which has a bound on depth of its own, no validator sees.
fn not_asked(name: &str, trace: usize) -> Found {
    let message =
        "the schema was not asked: this trace nests deeper than JSON is read for it (128)".to_owned();
    Found {
        trace,
        what: What::TooMuch { told: format!("{name}: {message}") },
        severity: itf::check::Severity::Error,
        message,
        place: Spot::default(),
        more: Vec::new(),
        count: 1,
        related: Vec::new(),
    }
}

/// What is wrong, and where: of alternatives that all fail, what is wrong in that which comes nearest, as a validator says
/// only that none fits. The nearest is that whose errors lie deepest: the value is of its kind.
fn nearest<'e>(error: &'e ValidationError<'e>) -> (&'e ValidationError<'e>, String) {
    let masked = |error: &ValidationError<'_>, name: &str| error.masked_with(name).to_string();
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        return (error, masked(error, "the value"));
    };
    let count = context.len();
    let depth = |error: &ValidationError<'_>| error.instance_path().as_str().matches('/').count();
    let first = |errors: &'e [ValidationError<'static>]| errors.iter().min_by_key(|error| depth(error));
    let best = context
        .iter()
        .filter_map(|errors| Some((depth(first(errors)?), errors)))
        .filter(|(deep, _)| *deep > depth(error))
        .max_by_key(|(deep, errors)| (*deep, std::cmp::Reverse(errors.len())));
    if let Some((_, errors)) = best
        && let Some(inner) = first(errors)
    {
        let (place, said) = nearest(inner);
        return (place, format!("{said}, in the nearest of {count} alternatives"));
    }
    let each = context.iter().filter_map(|errors| first(errors)).take(TOLD);
    let each: Vec<String> = each.map(|error| masked(error, "it")).collect();
    let others = if count > TOLD { "; …" } else { "" };
    (error, format!("the value fits none of {count} alternatives: {}{others}", each.join("; ")))
}
