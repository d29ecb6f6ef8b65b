//! Values, in the spellings of TLC and Apalache.
//!
//! TLC may break a value into lines anywhere, and strings may hold any sign: nothing is found but by parsing.

use std::cell::Cell;

use nom::Parser;

use super::lex::{Fail, Parsed, blank, expected, failure, integer, more, name, need, plain, sign, string};
use crate::value::Value;

/// How deep values may be nested; real ones are to 17 deep.
const DEPTH: usize = 256;
/// How many elements a set may have that is written as an interval, a power set or the like.
const ELEMENTS: usize = 1 << 20;
/// How many elements all such sets of a document may have together.
const TOGETHER: usize = 1 << 24;

thread_local! {
    /// How many of them there may still be. Parsers are plain functions: what belongs to the whole document goes beside them.
    static LEFT: Cell<usize> = const { Cell::new(TOGETHER) };
}

/// Begins a document.
pub(super) fn begin() {
    LEFT.set(TOGETHER);
}

/// Whether so many elements more may be made.
fn may_make(count: usize) -> bool {
    let left = (count <= ELEMENTS).then(|| LEFT.get().checked_sub(count)).flatten();
    left.inspect(|left| LEFT.set(*left)).is_some()
}

/// A text that is a value and nothing more.
pub(super) fn whole(text: &str) -> Result<Value, Fail<'_>> {
    let (rest, value) = value(text).map_err(plain)?;
    let (rest, ()) = blank(rest).map_err(plain)?;
    if rest.is_empty() {
        return Ok(value);
    }
    Err(plain(failure::<()>(rest, expected("the end", rest)).expect_err("a failure")))
}

/// A value: an expression of functions, or anything else.
pub(super) fn value(text: &str) -> Parsed<'_, Value> {
    functions(text, DEPTH)
}

/// `k :> v @@ k :> v`; both signs are rare, and most values are just an atom.
fn functions(text: &str, depth: usize) -> Parsed<'_, Value> {
    let (start, ()) = blank(text)?;
    let (mut rest, first) = mapping(start, depth)?;
    let mut parts = Vec::new();
    while let Ok((after, _)) = sign("@@").parse(rest) {
        let (after, next) = mapping(after, depth)?;
        parts.push(next);
        rest = after;
    }
    if parts.is_empty() {
        return Ok((rest, first));
    }
    let mut entries: Vec<(Value, Value)> = Vec::new();
    for part in std::iter::once(first).chain(parts) {
        match part {
            Value::Map(map) => entries.extend(map.iter().map(|(k, v)| (k.clone(), v.clone()))),
            // A function with domain 1..n looks like a list, and one with names as keys like a record.
            Value::List(list) => {
                entries.extend((1..).zip(list.iter()).map(|(k, v)| (Value::from(k), v.clone())));
            }
            Value::Record(record) => {
                entries.extend(record.iter().map(|(k, v)| (Value::Str(k.clone()), v.clone())));
            }
            other => {
                return failure(start, format!("`@@` joins functions, and this is of kind {}", other.kind()));
            }
        }
    }
    Ok((rest, Value::Map(entries.into_iter().collect())))
}

/// `k :> v`, or a single value.
fn mapping(text: &str, depth: usize) -> Parsed<'_, Value> {
    let (rest, key) = atom(text, depth)?;
    match sign(":>").parse(rest) {
        Ok((rest, _)) => {
            let (rest, value) = atom(rest, depth)?;
            Ok((rest, Value::map([(key, value)])))
        }
        Err(_) => Ok((rest, key)),
    }
}

fn atom(text: &str, depth: usize) -> Parsed<'_, Value> {
    let (text, ()) = blank(text)?;
    let Some(depth) = depth.checked_sub(1) else {
        return failure(text, format!("nested deeper than the limit of {DEPTH}"));
    };
    if let Some(inside) = text.strip_prefix("<<") {
        let (rest, items) = items(inside, ">>", depth)?;
        return Ok((rest, Value::list(items)));
    }
    match text.bytes().next() {
        Some(b'"') => string(text).map(|(rest, text)| (rest, Value::from(text.as_str()))),
        Some(b'{') => items(&text[1..], "}", depth).map(|(rest, items)| (rest, Value::set(items))),
        Some(b'[') => bracket(text, depth),
        Some(b'(') => parenthesised(&text[1..], depth),
        Some(b'-' | b'0'..=b'9') => match name(text) {
            // `1_OF_A`, or a model value such as `2pc`.
            Ok((rest, word)) if text.as_bytes()[0] != b'-' => Ok((rest, Value::from(word))),
            _ => number(text),
        },
        _ => word(text, depth),
    }
}

/// The items of a set or a tuple, to the closing sign.
fn items<'a>(text: &'a str, close: &'static str, depth: usize) -> Parsed<'a, Vec<Value>> {
    if let Ok((rest, _)) = sign(close).parse(text) {
        return Ok((rest, Vec::new()));
    }
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (after, item) = functions(rest, depth)?;
        found.push(item);
        let (after, is_more) = more(after, close)?;
        rest = after;
        if !is_more {
            return Ok((rest, found));
        }
    }
}

/// An integer, or an interval of them.
fn number(text: &str) -> Parsed<'_, Value> {
    let Ok((rest, digits)) = integer(text) else { return failure(text, expected("a value", text)) };
    let (found, limit) = (digits.trim_start_matches('-').len(), crate::Limits::default().digits);
    if found > limit {
        return failure(text, format!("an integer of {found} digits; the limit is {limit}"));
    }
    let Ok(low) = digits.parse().map(Value::Int) else { return failure(text, "this is no integer".into()) };
    let Ok((rest, _)) = sign("..").parse(rest) else { return Ok((rest, low)) };
    let Ok((rest, digits)) = integer(rest) else { return failure(rest, expected("an integer", rest)) };
    match (low.as_i64(), digits.parse::<i64>()) {
        (Some(low), Ok(high)) if may_make(length(low, high)) => Ok((rest, Value::set(low..=high))),
        _ => failure(text, too_many("an interval", "integers")),
    }
}

/// How many integers there are from `low` to `high`.
fn length(low: i64, high: i64) -> usize {
    let length = (i128::from(high) - i128::from(low) + 1).max(0);
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn too_many(what: &str, of: &str) -> String {
    if LEFT.get() < ELEMENTS {
        return format!("{what}: with those before it more than {TOGETHER} {of}");
    }
    format!("{what} of more than {ELEMENTS} {of}")
}

/// `[a |-> 1]`; and what TLC writes with `-terse`: `[a: S]`, `[S -> T]`, `[x \in S |-> …]`.
fn bracket(text: &str, depth: usize) -> Parsed<'_, Value> {
    let inside = &text[1..];
    if let Ok((rest, _)) = name(inside).and_then(|(rest, word)| Ok((sign("|->").parse(rest)?.0, word))) {
        let _ = rest;
        return record(inside, depth);
    }
    if let Ok((_, word)) = name(inside).and_then(|(rest, word)| Ok((sign(":").parse(rest)?.0, word))) {
        let _ = word;
        return records(inside, depth);
    }
    if name(inside).is_ok_and(|(rest, _)| sign("\\in").parse(rest).is_ok()) {
        // A function by an expression that is not shown: TLC gives its place only.
        return match closing(text) {
            Some(end) => Ok((&text[end..], Value::Unserializable(text[..end].into()))),
            None => failure(text, "this bracket is not closed".into()),
        };
    }
    let (rest, domain) = functions(inside, depth)?;
    let (rest, ()) = need("->").parse(rest)?;
    let (rest, range) = functions(rest, depth)?;
    let (rest, ()) = need("]").parse(rest)?;
    let (Value::Set(domain), Value::Set(range)) = (&domain, &range) else {
        return failure(text, "a set of functions is from a set to a set".into());
    };
    if domain.len().saturating_mul(range.len()) > ELEMENTS {
        return failure(text, too_many("a set", "functions"));
    }
    let keys: Vec<&Value> = domain.iter().collect();
    let choices: Vec<Vec<Value>> = keys.iter().map(|_| range.iter().cloned().collect()).collect();
    match product(&choices) {
        Some(all) => {
            let functions = all
                .into_iter()
                .map(|values| function(keys.iter().map(|key| (*key).clone()).zip(values).collect()));
            Ok((rest, Value::set(functions)))
        }
        None => failure(text, too_many("a set", "functions")),
    }
}

fn record(text: &str, depth: usize) -> Parsed<'_, Value> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (after, ()) = blank(rest)?;
        let Ok((after, field)) = name(after) else { return failure(after, expected("a field", after)) };
        let (after, ()) = need("|->").parse(after)?;
        let (after, value) = functions(after, depth)?;
        if fields.iter().any(|(known, _)| *known == field) {
            return failure(rest, format!("the field `{field}` is there twice"));
        }
        fields.push((field, value));
        let (after, is_more) = more(after, "]")?;
        rest = after;
        if !is_more {
            return Ok((rest, made_of(fields)));
        }
    }
}

/// The record of these fields; one of a string `tag` and a `value` is an element of a sum type, as in ITF.
pub(super) fn made_of<K: AsRef<str>>(mut fields: Vec<(K, Value)>) -> Value {
    let at = |name: &str, fields: &[(K, Value)]| fields.iter().position(|(field, _)| field.as_ref() == name);
    if let (2, Some(tag), Some(payload)) = (fields.len(), at("tag", &fields), at("value", &fields))
        && let Value::Str(name) = &fields[tag].1
    {
        let name = name.clone();
        return Value::variant(&*name, fields.swap_remove(payload).1);
    }
    Value::record(fields)
}

/// `[a: S, b: T]`: all records with fields from these sets.
fn records(text: &str, depth: usize) -> Parsed<'_, Value> {
    let mut names = Vec::new();
    let mut choices = Vec::new();
    let mut rest = text;
    loop {
        let (after, field) = name(rest)?;
        let (after, ()) = need(":").parse(after)?;
        let (after, set) = functions(after, depth)?;
        let Value::Set(set) = set else {
            return failure(rest, "a field of a set of records has a set".into());
        };
        names.push(field);
        choices.push(set.iter().cloned().collect());
        let (after, is_more) = more(after, "]")?;
        rest = after;
        if !is_more {
            break;
        }
    }
    match product(&choices) {
        Some(all) => {
            let records = all.into_iter().map(|values| made_of(names.iter().zip(values).collect()));
            Ok((rest, Value::set(records)))
        }
        None => failure(text, too_many("a set", "records")),
    }
}

/// What is in parentheses: any value, or a product of sets.
fn parenthesised(text: &str, depth: usize) -> Parsed<'_, Value> {
    let (mut rest, first) = functions(text, depth)?;
    let mut sets = vec![first];
    while let Ok((after, _)) = sign("\\X").parse(rest) {
        let (after, next) = functions(after, depth)?;
        sets.push(next);
        rest = after;
    }
    let (rest, ()) = need(")").parse(rest)?;
    if sets.len() == 1 {
        return Ok((rest, sets.swap_remove(0)));
    }
    let choices = sets.iter().map(|set| Some(set.as_set()?.iter().cloned().collect()));
    let Some(choices) = choices.collect::<Option<Vec<Vec<Value>>>>() else {
        return failure(text, "`\\X` is between sets".into());
    };
    match product(&choices) {
        Some(all) => Ok((rest, Value::set(all.into_iter().map(Value::list)))),
        None => failure(text, too_many("a product", "elements")),
    }
}

/// `TRUE`, a model value, an operator of Apalache, a power set.
fn word(text: &str, depth: usize) -> Parsed<'_, Value> {
    let Ok((rest, word)) = name(text) else { return failure(text, expected("a value", text)) };
    let value = match word {
        "TRUE" => Value::from(true),
        "FALSE" => Value::from(false),
        // A variable that the step did not set.
        "null" => Value::Unserializable("null".into()),
        "SUBSET" => {
            let (after, set) = atom(rest, depth)?;
            let Value::Set(set) = set else { return failure(text, "`SUBSET` is of a set".into()) };
            let choices = vec![vec![Value::from(false), Value::from(true)]; set.len()];
            let Some(all) = product(&choices) else {
                return failure(text, too_many("a power set", "sets"));
            };
            let chosen = |picks: Vec<Value>| {
                let elements = set.iter().zip(picks).filter(|(_, pick)| *pick == Value::from(true));
                Value::set(elements.map(|(element, _)| element.clone()))
            };
            return Ok((after, Value::set(all.into_iter().map(chosen))));
        }
        // Apalache's functions are sets of pairs, and its elements of sum types applications.
        "SetAsFun" | "Variant" => return application(word, rest, depth),
        model_value => Value::from(model_value),
    };
    Ok((rest, value))
}

fn application<'a>(operator: &str, text: &'a str, depth: usize) -> Parsed<'a, Value> {
    let (after, ()) = need("(").parse(text)?;
    let (rest, mut arguments) = items(after, ")", depth)?;
    match (operator, &arguments[..]) {
        ("Variant", [Value::Str(tag), _]) => {
            let tag = tag.clone();
            Ok((rest, Value::variant(&*tag, arguments.swap_remove(1))))
        }
        ("SetAsFun", [Value::Set(pairs)]) => {
            let pair = |pair: &Value| match pair.items() {
                Some([key, value]) => Some((key.clone(), value.clone())),
                _ => None,
            };
            match pairs.iter().map(pair).collect::<Option<Vec<_>>>() {
                Some(entries) => Ok((rest, Value::Map(entries.into_iter().collect()))),
                None => failure(text, "`SetAsFun` is of a set of pairs".into()),
            }
        }
        _ => failure(text, format!("`{operator}` has other arguments than these")),
    }
}

/// A function as TLC writes it: a list, if its domain is 1..n; a record, if it is names; else a map.
pub(super) fn function(entries: Vec<(Value, Value)>) -> Value {
    let is_name = |text: &str| {
        text.chars().any(char::is_alphabetic) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if (1..).zip(&entries).all(|(at, (key, _))| key.as_i64() == Some(at)) {
        return Value::list(entries.into_iter().map(|(_, value)| value));
    }
    let names: Option<Vec<&str>> =
        entries.iter().map(|(key, _)| key.as_str().filter(|k| is_name(k))).collect();
    match names {
        Some(names) => made_of(names.into_iter().zip(entries.iter().map(|(_, v)| v.clone())).collect()),
        None => Value::Map(entries.into_iter().collect()),
    }
}

/// All ways to take one of each; none if there are too many.
fn product(choices: &[Vec<Value>]) -> Option<Vec<Vec<Value>>> {
    let count = choices.iter().try_fold(1_usize, |n, choice| n.checked_mul(choice.len()))?;
    // Each way is as long as there are choices, and that is what takes room.
    if !may_make(count.saturating_mul(choices.len().max(1))) {
        return None;
    }
    let mut all = vec![Vec::new()];
    for choice in choices {
        all = all
            .iter()
            .flat_map(|way| choice.iter().map(|v| [&way[..], std::slice::from_ref(v)].concat()))
            .collect();
    }
    Some(all)
}

/// The bytes up to the bracket that closes the first one, strings aside.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if in_string => drop(chars.next()),
            '"' => in_string = !in_string,
            _ if in_string => {}
            '[' => depth += 1,
            ']' if depth == 1 => return Some(at + 1),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}
