//! Two traces side by side: a row for each state, a column for each variable and parameter of either.

use super::quick::{Numbering, QuickMap};
use super::unify::Unifier;
use crate::trace::Trace;
use crate::value::{Str, Value};

/// The values of a state, in the order of the columns; `None` where it does not have the variable.
pub(super) type Row = Box<[Option<Value>]>;

pub(super) struct Table {
    /// The names: parameters, then variables, those of the left trace first.
    pub(super) columns: Vec<Str>,
    pub(super) rows: [Vec<Row>; 2],
    /// Columns that one trace has in no state at all, and the side that has them. They are a difference of what was
    /// recorded, told once, and no difference of states.
    pub(super) one_sided: Vec<(Str, usize)>,
    /// Equal rows have equal numbers.
    pub(super) ids: [Vec<u32>; 2],
}

impl Table {
    pub(super) fn new(traces: [&Trace; 2]) -> Self {
        let mut columns: Vec<Str> = Vec::new();
        let mut at: QuickMap<Str, usize> = QuickMap::default();
        let params = traces.iter().flat_map(|t| t.params.iter().map(String::as_str));
        let variables = traces.iter().flat_map(|t| t.variables());
        for name in params.clone().chain(variables) {
            let name = Str::from(name);
            at.entry(name.clone()).or_insert_with(|| {
                columns.push(name);
                columns.len() - 1
            });
        }
        let params: Vec<usize> = params.filter_map(|name| at.get(name).copied()).collect();
        let mut unifier = Unifier::default();
        let mut numbers = Numbering::new();
        let mut rows = traces.map(|trace| {
            let mut rows: Vec<Row> = Vec::with_capacity(trace.states.len());
            for state in &trace.states {
                let mut row: Row = vec![None; columns.len()].into();
                for (name, value) in state.value.iter() {
                    if let Some(at) = at.get(name) {
                        row[*at] = Some(unifier.unify(value));
                    }
                }
                // A parameter is set in the first state; some tools repeat it in all.
                if let Some(first) = rows.first() {
                    for at in &params {
                        row[*at] = row[*at].take().or_else(|| first[*at].clone());
                    }
                }
                rows.push(row);
            }
            rows
        });
        let one_sided = blank_one_sided(&columns, &mut rows);
        let ids =
            [0, 1].map(|side: usize| rows[side].iter().map(|row| numbers.number(row.clone())).collect());
        Self { columns, rows, one_sided, ids }
    }
}

/// Empties the columns that only one of the traces has.
fn blank_one_sided(columns: &[Str], rows: &mut [Vec<Row>; 2]) -> Vec<(Str, usize)> {
    let mut one_sided = Vec::new();
    if rows.iter().any(Vec::is_empty) {
        return one_sided;
    }
    for (at, name) in columns.iter().enumerate() {
        let has = |side: usize| rows[side].iter().any(|row| row[at].is_some());
        let side = match (has(0), has(1)) {
            (true, false) => 0,
            (false, true) => 1,
            _ => continue,
        };
        one_sided.push((name.clone(), side));
        rows[side].iter_mut().for_each(|row| row[at] = None);
    }
    one_sided
}
