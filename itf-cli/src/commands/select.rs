//! `itf select`: choosing among traces, states and variables.

use std::collections::{BTreeSet, HashSet};

use itf::expr::{Evaluator, Expr};
use itf::{Layout, Record, Trace, Value};
use rand::SeedableRng;
use rand::seq::IteratorRandom;

use super::eval;
use crate::claims;
use crate::cli::Select;
use crate::exit::Answer;
use crate::input;
use crate::output::{Output, Terminal, counted, make_folder, write_anew, write_traces};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Select, terminal: &Terminal) -> Result<Answer, Trouble> {
    let (Ok(until), Ok(condition)) = (end(args, terminal), expression(args.condition.as_deref(), terminal))
    else {
        return Ok(Answer::Trouble);
    };
    let mut reader = crate::limits::reader();
    let (sources, mut answer) = input::traces(&args.files, &mut reader, terminal);
    let count = sources.len();
    if let Some((first, last)) = args.traces
        && (first.max(1) > count || last == 0)
    {
        let number = if last == 0 { 0 } else { first };
        terminal.note(&match count {
            0 => "there are no traces".to_owned(),
            _ => format!("there is no trace {number}: they are counted from 1, to {count}"),
        });
    }
    let mut chosen = Vec::new();
    for (number, source) in (1..).zip(sources) {
        if args.traces.is_none_or(|(first, last)| (first..=last).contains(&number)) {
            chosen.push((source.name, source.document.trace));
        }
    }
    if let Some(count) = args.sample {
        let mut rng = rand::rngs::SmallRng::seed_from_u64(args.seed);
        let mut numbers = (0..chosen.len()).sample(&mut rng, count);
        numbers.sort_unstable();
        let numbers: HashSet<usize> = numbers.into_iter().collect();
        chosen =
            chosen.into_iter().enumerate().filter(|(at, _)| numbers.contains(at)).map(|(_, c)| c).collect();
    }
    let (mut kept, mut unshown) = (Vec::new(), Vec::new());
    for (name, mut trace) in chosen {
        let Some(states) = states(args, &trace, &name, until.as_ref(), condition.as_ref(), terminal) else {
            answer = Answer::Trouble;
            continue;
        };
        if states.len() < trace.states.len() {
            if states.is_empty() {
                continue;
            }
            let count = trace.states.len();
            let is_cut = keep_states(&mut trace, &states);
            if is_cut {
                terminal.note(&format!("{name}: what is left is no lasso"));
            }
            // What a lasso shows, its states alone do not.
            let meta = &mut trace.meta;
            let is_unshown =
                if is_cut { claims::withdraw(meta) } else { claims::follow(meta, &states, count) };
            if is_unshown {
                unshown.push(name.clone());
            }
        }
        if let Err(why) = variables(args, &mut trace) {
            terminal.complain(&format!("{name}: {why}"));
            answer = Answer::Trouble;
            continue;
        }
        kept.push(trace);
    }
    if let Some(first) = unshown.first() {
        let of =
            if unshown.len() == 1 { format!("{first}: ") } else { format!("of {} traces, ", unshown.len()) };
        terminal.note(&format!("{of}what is left does not show what was found, and #meta no longer says so"));
    }
    if args.unique {
        let mut seen = HashSet::new();
        kept.retain(|trace| seen.insert(essence(trace)));
    }
    write(args, &kept, terminal)?;
    Ok(answer.and(if kept.is_empty() { Answer::No } else { Answer::Yes }))
}

/// An expression, if one was given; an error if it is none, which was told.
fn expression(text: Option<&str>, terminal: &Terminal) -> Result<Option<Expr>, ()> {
    text.map(|text| eval::parse(text, terminal).ok_or(())).transpose()
}

/// What the last state is told by: an expression, and the value it has there.
fn end(args: &Select, terminal: &Terminal) -> Result<Option<(Expr, bool)>, ()> {
    let until = expression(args.until.as_deref(), terminal)?.map(|expr| (expr, true));
    Ok(until.or(expression(args.until_violated.as_deref(), terminal)?.map(|expr| (expr, false))))
}

/// The numbers of the states to keep; none if an expression has no value, which was told.
fn states(
    args: &Select,
    trace: &Trace,
    name: &str,
    until: Option<&(Expr, bool)>,
    condition: Option<&Expr>,
    terminal: &Terminal,
) -> Option<Vec<usize>> {
    let count = trace.states.len();
    let (mut first, mut end) = (0, count);
    if let Some((from, to)) = args.states {
        (first, end) = (from.min(count), to.saturating_add(1).min(count));
    }
    if let Some(head) = args.head {
        end = head.min(count);
    }
    if let Some(tail) = args.tail {
        first = count - tail.min(count);
    }
    let mut numbers: Vec<usize> = (first..end).collect();
    let tell = |expr: &Expr, error: &itf::expr::Error| eval::tell(error, expr.text(), Some(name), terminal);
    let truths = |expr: &Expr, numbers: &[usize], stop: Option<bool>| -> Option<Vec<bool>> {
        let mut along = Evaluator::new(expr, trace).map_err(|e| tell(expr, &e)).ok()?;
        if along.is_step() {
            terminal
                .complain(&format!("`{}` is about a step; states are chosen by what they are", expr.text()));
            return None;
        }
        let mut truths = Vec::new();
        for &at in numbers {
            let value = along.state(at).map_err(|e| tell(expr, &e)).ok()?;
            let Some(truth) = value.as_bool() else {
                terminal.complain(&format!(
                    "{name}: `{}` is of kind {}, not true or false",
                    expr.text(),
                    value.kind()
                ));
                return None;
            };
            truths.push(truth);
            if stop == Some(truth) {
                break;
            }
        }
        Some(truths)
    };
    if let Some((expr, wanted)) = until {
        let truths = truths(expr, &numbers, Some(*wanted))?;
        match truths.iter().position(|truth| truth == wanted) {
            Some(last) => numbers.truncate(last + 1),
            None => numbers.clear(),
        }
    }
    if let Some(expr) = condition {
        let mut truths = truths(expr, &numbers, None)?.into_iter();
        numbers.retain(|_| truths.next() == Some(true));
    }
    Some(numbers)
}

/// Leaves these states; whether a loop went with the others.
fn keep_states(trace: &mut Trace, numbers: &[usize]) -> bool {
    // Parameters are set in the first state, whichever that is.
    let params: Vec<(String, Value)> = match trace.states.first() {
        Some(first) => trace.params.iter().filter_map(|p| Some((p.clone(), first.get(p)?.clone()))).collect(),
        None => Vec::new(),
    };
    let last = trace.states.len().checked_sub(1);
    let back = trace.loop_index.and_then(|index| usize::try_from(index).ok());
    let had_loop = back.is_some();
    // The loop stays if all of its states do.
    trace.loop_index = back.and_then(|back| {
        let at = numbers.iter().position(|number| *number == back)?;
        let is_whole = numbers.last().copied() == last && numbers[at..].len() == trace.states.len() - back;
        is_whole.then_some(at as u64)
    });
    let mut number = 0;
    let kept: HashSet<usize> = numbers.iter().copied().collect();
    trace.states.retain(|_| {
        number += 1;
        kept.contains(&(number - 1))
    });
    if let Some(first) = trace.states.first_mut() {
        for (name, value) in params {
            if first.get(&name).is_none() {
                first.value = first.value.with(&name, value);
            }
        }
    }
    had_loop && trace.loop_index.is_none()
}

/// Leaves the variables that were asked for, under their new names, or says why that cannot be.
fn variables(args: &Select, trace: &mut Trace) -> Result<(), String> {
    if args.vars.is_empty() && args.drop.is_empty() && args.rename.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<String> = trace
        .variables()
        .into_iter()
        .chain(trace.params.iter().map(String::as_str))
        .map(str::to_owned)
        .collect();
    let asked = args.vars.iter().chain(&args.drop).chain(args.rename.iter().map(|(old, _)| old));
    if let Some(unknown) = asked.into_iter().find(|name| !known.contains(*name)) {
        return Err(format!("there is no variable {unknown}"));
    }
    let is_kept = |name: &str| {
        (args.vars.is_empty() || args.vars.iter().any(|n| n == name)) && !args.drop.iter().any(|n| n == name)
    };
    let new = |name: &str| {
        args.rename
            .iter()
            .find(|(old, _)| old == name)
            .map_or_else(|| name.to_owned(), |(_, new)| new.clone())
    };
    let mut called = HashSet::new();
    let mut left = known.iter().filter(|name| is_kept(name)).map(|name| new(name));
    if let Some(twice) = left.find(|name| !called.insert(name.clone())) {
        return Err(format!("two variables would be called {twice}"));
    }
    for names in [&mut trace.vars, &mut trace.params] {
        names.retain(|name| is_kept(name));
        for name in names {
            *name = new(name);
        }
    }
    for state in &mut trace.states {
        let kept = state.value.iter().filter(|(name, _)| is_kept(name));
        state.value = kept.map(|(name, value)| (new(name), value.clone())).collect::<Record>();
    }
    Ok(())
}

/// What makes a trace the same as another: its states in their order, those of a lasso for ever.
fn essence(trace: &Trace) -> (Vec<Value>, Option<u64>) {
    let normal = trace.clone().normalized();
    let states = normal.states.iter().map(|state| Value::Record(state.value.clone()).unified());
    (states.collect(), normal.loop_index)
}

fn write(args: &Select, kept: &[Trace], terminal: &Terminal) -> Result<(), Trouble> {
    let Some(folder) = &args.split else {
        let mut out = Output::open(args.out.file.as_deref())?;
        write_traces(&mut out, kept)?;
        return out.finish();
    };
    make_folder(folder)?;
    let failed = |e| Trouble::new(format!("cannot read {}: {e}", folder.display()));
    if !args.force && std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let name = folder.display();
        return Err(Trouble::new(format!(
            "{name} is not empty: its files would be among those of these traces (--force writes all the same)"
        )));
    }
    let width = kept.len().to_string().len();
    for (number, trace) in (1..).zip(kept) {
        let path = folder.join(format!("{number:0width$}.itf.json"));
        write_anew(&path, itf::to_string(trace, Layout::Compact).as_bytes())?;
    }
    terminal.note(&format!("{} in {}", counted(kept.len(), "trace"), folder.display()));
    Ok(())
}
