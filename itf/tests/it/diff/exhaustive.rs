//! All pairs of small values, and of small traces, against brute force: no account of a difference writes less anew, no
//! renaming explains more, and alignments of traces are near the best.
//!
//! With `ITF_EXHAUSTIVE=full` there are many more pairs, as `.ci/nightly` tries them.
#![expect(clippy::print_stderr, reason = "says how many pairs were compared")]

use std::collections::HashMap;

use itf::diff::{Change, Difference, Options, Patch, Rules, diff_traces, diff_values, find_renaming};
use itf::{Record, Segment, State, Trace, Value};

use super::names::apply;
use super::trials::told;

fn is_full() -> bool {
    std::env::var_os("ITF_EXHAUSTIVE").is_some_and(|what| what == "full")
}

/// All sequences of up to `most` of `items`.
fn sequences<T: Clone>(items: &[T], most: usize) -> Vec<Vec<T>> {
    let mut all: Vec<Vec<T>> = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..most {
        let longer = |one: &Vec<T>| {
            items.iter().map(|item| [&one[..], std::slice::from_ref(item)].concat()).collect::<Vec<_>>()
        };
        last = last.iter().flat_map(longer).collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// All choices of up to `most` of `items`.
fn choices<T: Clone>(items: &[T], most: usize) -> Vec<Vec<T>> {
    let mut all: Vec<Vec<T>> = vec![Vec::new()];
    for item in items {
        let with: Vec<Vec<T>> = all
            .iter()
            .filter(|chosen| chosen.len() < most)
            .map(|chosen| [&chosen[..], std::slice::from_ref(item)].concat())
            .collect();
        all.extend(with);
    }
    all
}

/// All maps from some of `keys` to `values`.
fn maps(keys: &[Value], values: &[Value]) -> Vec<Value> {
    choices(keys, keys.len())
        .iter()
        .flat_map(|keys| {
            let of_length = sequences(values, keys.len()).into_iter().filter(|all| all.len() == keys.len());
            let map = |values: Vec<Value>| Value::map(keys.iter().cloned().zip(values));
            of_length.map(map).collect::<Vec<_>>()
        })
        .collect()
}

/// Values of several kinds: all pairs within a family are compared.
fn families() -> Vec<(&'static str, Vec<Value>)> {
    let numbers = |most: i32| (0..most).map(Value::from).collect::<Vec<Value>>();
    let digits = numbers(2);
    let (more, long) = if is_full() { (3, 4) } else { (2, 3) };
    let lists: Vec<Value> = sequences(&digits, long).into_iter().map(Value::list).collect();
    let sets: Vec<Value> = choices(&numbers(3), 3).into_iter().map(Value::set).collect();
    let records: Vec<Value> = maps(&["x".into(), "y".into()], &numbers(more))
        .iter()
        .filter_map(Value::as_map)
        .map(|map| {
            Value::record(
                map.iter().map(|(name, value)| (name.as_str().expect("a name").to_owned(), value.clone())),
            )
        })
        .collect();
    let wide: Vec<Value> = sequences(&digits, 3)
        .into_iter()
        .filter(|fields| fields.len() == 3)
        .map(|fields| Value::record(["x", "y", "z"].into_iter().zip(fields)))
        .collect();
    let tuples: Vec<Value> = sequences(&numbers(more), 3).into_iter().map(Value::tuple).collect();
    let variants: Vec<Value> = digits
        .iter()
        .chain(&records)
        .flat_map(|payload| ["S", "T"].map(|tag| Value::variant(tag, payload.clone())))
        .collect();
    let mixed = [
        numbers(3),
        vec!["a".into(), true.into(), Value::unit()],
        lists[..7].to_vec(),
        sets.clone(),
        records[..4].to_vec(),
        tuples[..4].to_vec(),
        maps(&digits, &digits),
        variants[..4].to_vec(),
    ]
    .concat();
    let most = if is_full() { 3 } else { 2 };
    vec![
        ("lists of lists", sequences(&lists[..7], most).into_iter().map(Value::list).collect()),
        ("lists of records", sequences(&wide, most).into_iter().map(Value::list).collect()),
        ("sets of records", choices(&wide, 3).into_iter().map(Value::set).collect()),
        ("sets of uneven records", choices(&records, 3).into_iter().map(Value::set).collect()),
        ("sets of sets", choices(&sets, most).into_iter().map(Value::set).collect()),
        (
            "sets of tuples",
            choices(&tuples[3..15.min(tuples.len())], most).into_iter().map(Value::set).collect(),
        ),
        ("maps of records", maps(&digits, &wide)),
        ("maps by tuples", maps(&tuples[3..7], &digits)),
        ("records of sets", maps(&digits, &sets)),
        ("variants", variants),
        ("lists", lists),
        ("mixed", mixed),
    ]
}

/// The number of leaves, tags not counted: what it costs to write a value.
fn size(value: &Value) -> usize {
    let sum = |values: &mut dyn Iterator<Item = &Value>| values.map(size).sum::<usize>().max(1);
    match value {
        Value::List(items) => sum(&mut items.iter()),
        Value::Tuple(items) => sum(&mut items.iter()),
        Value::Set(items) => sum(&mut items.iter()),
        Value::Map(map) => sum(&mut map.iter().flat_map(|(key, value)| [key, value])),
        Value::Record(record) => sum(&mut record.values().iter()),
        Value::Variant(variant) => size(variant.payload()),
        _ => 1,
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::Null)
}

/// What an account of differences writes anew.
fn written(differences: &[Difference]) -> usize {
    let cost = |difference: &Difference| match &difference.change {
        Change::Replaced { old, new } | Change::Renamed { old, new } => size(old) + size(new),
        Change::Removed { old: value } | Change::Added { new: value } => size(value),
        other => panic!("{other:?}"),
    };
    differences.iter().map(cost).sum()
}

/// The least that any account writes anew, tried out.
#[derive(Default)]
struct Least(HashMap<(Value, Value), usize>);

impl Least {
    fn of(&mut self, old: &Value, new: &Value) -> usize {
        if old == new {
            return 0;
        }
        let key = (old.clone(), new.clone());
        if let Some(known) = self.0.get(&key) {
            return *known;
        }
        let anew = size(old) + size(new);
        let least = match (old, new) {
            (Value::Record(a), Value::Record(b)) if a.names().iter().any(|name| b.get(name).is_some()) => {
                let gone = a.iter().filter(|(name, _)| b.get(name).is_none()).map(|(_, v)| size(v));
                let come = b.iter().filter(|(name, _)| a.get(name).is_none()).map(|(_, v)| size(v));
                let moved: usize = gone.chain(come).sum();
                let both: Vec<_> = a.iter().filter_map(|(name, old)| Some((old, b.get(name)?))).collect();
                moved + both.into_iter().map(|(old, new)| self.of(old, new)).sum::<usize>()
            }
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                a.iter().zip(b).map(|(old, new)| self.of(old, new)).sum()
            }
            (Value::Variant(a), Value::Variant(b)) if a.tag() == b.tag() => self.of(a.payload(), b.payload()),
            (Value::List(a), Value::List(b)) => self.in_order(a, b),
            (Value::Set(a), Value::Set(b)) => {
                // What is in both stays.
                let gone: Vec<Value> = a.iter().filter(|v| !b.contains(v)).cloned().collect();
                let come: Vec<&Value> = b.iter().filter(|v| !a.contains(v)).collect();
                self.in_any_order(&gone, &come)
            }
            (Value::Map(a), Value::Map(b)) => self.by_key(a, b),
            _ => anew,
        };
        self.0.insert(key, least);
        least
    }

    /// What it costs to make the one item of the other; `None` if they are not alike enough to be the same item.
    fn pair(&mut self, old: &Value, new: &Value) -> Option<usize> {
        if old == new {
            return Some(0);
        }
        let middle = usize::midpoint(size(old), size(new));
        let apart = size(old).abs_diff(size(new)) > middle;
        if is_scalar(old) || is_scalar(new) || apart {
            return None;
        }
        Some(self.of(old, new)).filter(|cost| *cost <= middle)
    }

    fn in_order(&mut self, a: &[Value], b: &[Value]) -> usize {
        let (Some((old, rest)), Some((new, others))) = (a.split_first(), b.split_first()) else {
            return a.iter().chain(b).map(size).sum();
        };
        let alone = (size(old) + self.in_order(rest, b)).min(size(new) + self.in_order(a, others));
        match self.pair(old, new) {
            Some(cost) => alone.min(cost + self.in_order(rest, others)),
            None => alone,
        }
    }

    fn in_any_order(&mut self, a: &[Value], b: &[&Value]) -> usize {
        let Some((old, rest)) = a.split_first() else { return b.iter().map(|new| size(new)).sum() };
        let mut least = size(old) + self.in_any_order(rest, b);
        for at in 0..b.len() {
            if let Some(cost) = self.pair(old, b[at]) {
                let others: Vec<&Value> = [&b[..at], &b[at + 1..]].concat();
                least = least.min(cost + self.in_any_order(rest, &others));
            }
        }
        least
    }

    /// Entries are told by key. One that has the value of another that came, and is alone in this, has another key.
    fn by_key(&mut self, a: &itf::Map, b: &itf::Map) -> usize {
        let gone: Vec<_> = a.iter().filter(|(key, _)| b.get(key).is_none()).collect();
        let come: Vec<_> = b.iter().filter(|(key, _)| a.get(key).is_none()).collect();
        let mut least = 0;
        for (key, old) in a.iter() {
            if let Some(new) = b.get(key) {
                least += self.of(old, new);
            }
        }
        let alone = |value: &Value| {
            [&gone, &come].iter().all(|side| side.iter().filter(|(_, v)| *v == value).count() == 1)
        };
        let cost = |(key, value): &(&Value, &Value)| if alone(value) { size(key) } else { size(value) };
        least + gone.iter().chain(&come).map(cost).sum::<usize>()
    }
}

#[test]
fn no_account_of_two_values_writes_less_anew() {
    let mut least = Least::default();
    let (mut pairs, mut longer) = (0_usize, 0_usize);
    for (name, values) in families() {
        for old in &values {
            for new in &values {
                pairs += 1;
                let diff = diff_values(old, new);
                let told = || format!("{name}: {old} and {new}: {:?}", diff.differences);
                assert_eq!(diff.is_empty(), old == new, "{}", told());
                assert_eq!(diff.apply(old).as_ref(), Ok(new), "{}", told());
                assert_eq!(diff.reversed().apply(new).as_ref(), Ok(old), "{}", told());
                let sorted = |mut differences: Vec<Difference>| {
                    differences.sort();
                    differences
                };
                let back = sorted(diff_values(new, old).differences);
                assert_eq!(back, sorted(diff.reversed().differences), "{}", told());
                let (cost, best) = (written(&diff.differences), least.of(old, new));
                assert!(cost >= best, "brute force misses what there is: {cost} < {best}: {}", told());
                let Some((a, b)) = lists_of(old, new) else {
                    assert_eq!(cost, best, "{}", told());
                    continue;
                };
                // Of lists the items stay that can, even where to change them would be shorter.
                longer += usize::from(cost > best);
                let mut gone: Vec<usize> = diff.differences.iter().filter_map(|d| item(d, a.len())).collect();
                gone.dedup();
                assert_eq!(a.len() - gone.len(), most_equal(a, b), "{}", told());
            }
        }
    }
    eprintln!("{pairs} pairs of values; {longer} of lists with more written anew, as other items stay");
}

/// Lists of what is not a scalar.
fn lists_of<'a>(old: &'a Value, new: &'a Value) -> Option<(&'a [Value], &'a [Value])> {
    match (old, new) {
        (Value::List(a), Value::List(b)) if !a.iter().chain(b.iter()).any(is_scalar) => Some((a, b)),
        _ => None,
    }
}

/// The item of the list before that a difference is about.
fn item(difference: &Difference, count: usize) -> Option<usize> {
    match (difference.path.segments().first()?, &difference.change, difference.path.segments().len()) {
        (_, Change::Added { .. }, 1) => None,
        (Segment::Index(at), _, _) => Some(*at).filter(|at| *at < count),
        (Segment::Item { old, .. }, _, _) => Some(*old),
        _ => None,
    }
}

/// How many states are equal in the best alignment.
fn most_equal<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let (Some((a, rest)), Some((b, others))) = (left.split_first(), right.split_first()) else { return 0 };
    let alone = most_equal(rest, right).max(most_equal(left, others));
    if a == b { alone.max(1 + most_equal(rest, others)) } else { alone }
}

/// What an alignment costs: a difference that comes or goes from one pair to the next, three for a state alone.
fn cost(left: &[State], right: &[State], pairs: &[(usize, usize)]) -> usize {
    let alone = left.len() + right.len() - 2 * pairs.len();
    let mut last: Vec<(String, i64)> = Vec::new();
    let mut sum = 3 * alone;
    for (a, b) in pairs {
        let here = apart(&left[*a], &right[*b]);
        sum += here.iter().filter(|d| !last.contains(d)).count()
            + last.iter().filter(|d| !here.contains(d)).count();
        last = here;
    }
    sum
}

/// By how much the variables of two states differ.
fn apart(left: &State, right: &State) -> Vec<(String, i64)> {
    let number = |state: &State, name: &str| state.get(name).and_then(Value::as_i64).expect("a number");
    let all =
        left.value.names().iter().map(|name| (name.to_string(), number(right, name) - number(left, name)));
    all.filter(|(_, by)| *by != 0).collect()
}

/// All alignments.
fn alignments(left: usize, right: usize) -> Vec<Vec<(usize, usize)>> {
    let rows: Vec<usize> = (0..left).collect();
    let columns: Vec<usize> = (0..right).collect();
    let mut all = Vec::new();
    for rows in choices(&rows, left) {
        for columns in choices(&columns, right).into_iter().filter(|columns| columns.len() == rows.len()) {
            all.push(rows.iter().copied().zip(columns).collect());
        }
    }
    all
}

fn number_traces() -> Vec<Trace> {
    let one = (0..3).map(|x| State::from(Record::from_iter([("x", x)]))).collect::<Vec<_>>();
    let two =
        (0..4).map(|n| State::from(Record::from_iter([("x", n / 2), ("y", n % 2)]))).collect::<Vec<_>>();
    let (most, more) = if is_full() { (5, 4) } else { (4, 3) };
    let ones = sequences(&one, most).into_iter().map(|states| Trace::new(["x"], states));
    let twos = sequences(&two, more).into_iter().map(|states| Trace::new(["x", "y"], states));
    ones.chain(twos).collect()
}

#[test]
fn alignments_of_two_traces_are_seldom_far_from_the_best() {
    let traces = number_traces();
    let known: HashMap<(usize, usize), _> =
        (0..6).flat_map(|a| (0..6).map(move |b| ((a, b), alignments(a, b)))).collect();
    let (mut pairs, mut fewer, mut dearer) = (0_usize, 0_usize, 0_usize);
    for left in &traces {
        for right in traces.iter().filter(|right| right.vars == left.vars) {
            pairs += 1;
            let diff = diff_traces(left, right, &Options::default());
            let what = || format!("{} and {}: {:?}", text(left), text(right), diff.pairs);
            assert_eq!(diff.is_same(), left == right, "{}", what());
            let rising = |pair: &[(usize, usize)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
            assert!(diff.pairs.windows(2).all(rising), "{}", what());
            let back = diff_traces(right, left, &Options::default());
            assert_eq!(told(&back, true), told(&diff, false), "{}", what());
            let patch = Patch::between(left, right, &diff.pairs);
            assert_eq!(patch.apply(left).as_ref(), Ok(right), "{}", what());
            assert_eq!(patch.reversed().apply(right).as_ref(), Ok(left), "{}", what());
            let (a, b) = (&left.states[..], &right.states[..]);
            let equal = diff.pairs.iter().filter(|(i, j)| a[*i] == b[*j]).count();
            assert_eq!(equal, diff.counts.equal, "{}", what());
            let ours = cost(a, b, &diff.pairs);
            let best = known[&(a.len(), b.len())].iter().map(|pairs| cost(a, b, pairs)).min().unwrap_or(0);
            assert!(ours >= best);
            fewer += usize::from(equal < most_equal(a, b));
            dearer += ours - best;
        }
    }
    eprintln!(
        "{pairs} pairs of traces, {fewer} with fewer equal states; {dearer} more than the least in all"
    );
    // Equal states first, then what stands in its place: that is read best, and is seldom far from the least.
    assert!(fewer * 5 < pairs && dearer < 3 * pairs);
}

fn text(trace: &Trace) -> String {
    trace
        .states
        .iter()
        .map(|state| format!("{}", Value::Record(state.value.clone())))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn no_renaming_explains_more() {
    let names = ["a", "b", "c"];
    let sets: Vec<Value> = choices(&names.map(Value::from), 2).into_iter().map(Value::set).collect();
    let states: Vec<State> = names
        .iter()
        .flat_map(|at| {
            sets.iter()
                .map(|set| State::from(Record::from_iter([("at", Value::from(*at)), ("in", set.clone())])))
        })
        .collect();
    let some: Vec<State> = if is_full() { states } else { states.into_iter().step_by(2).collect() };
    let traces: Vec<Trace> =
        sequences(&some, 2).into_iter().map(|states| Trace::new(["at", "in"], states)).collect();
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let renamings: Vec<Vec<(String, String)>> = orders
        .map(|order| {
            names.iter().zip(order).map(|(name, to)| ((*name).to_owned(), names[to].to_owned())).collect()
        })
        .to_vec();
    let mut pairs = 0_usize;
    for left in &traces {
        let renamed: Vec<Trace> = renamings.iter().map(|names| apply(left, names)).collect();
        for right in &traces {
            pairs += 1;
            let found = find_renaming(left, right, &Rules::default());
            let common = left.states.len().min(right.states.len());
            let alike = |trace: &Trace| {
                trace.states.iter().zip(&right.states).take_while(|(a, b)| a.value == b.value).count()
            };
            let most = renamed.iter().map(alike).max().unwrap_or(0);
            let is_all = most == common && left.states.len() == right.states.len();
            let what = || format!("{} and {}: {found:?}", text(left), text(right));
            assert_eq!(found.unexplained, (!is_all).then_some(most), "{}", what());
            assert!(!found.gave_up, "{}", what());
            assert!(alike(&apply(left, &found.names)) >= most, "{}", what());
            let options = Options { rename: true, ..Options::default() };
            assert_eq!(diff_traces(left, right, &options).is_same(), is_all, "{}", what());
        }
    }
    eprintln!("{pairs} pairs of traces, each under all renamings");
}
