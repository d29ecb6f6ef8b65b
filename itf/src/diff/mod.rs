//! Comparing: what two values, or two traces, differ in.
//!
//! [`diff_values`] compares values by what they mean: a set as a set, a map by key, a record by field, a list by aligned
//! items. What it finds can be applied and reversed.
//!
//! [`diff_traces`] finds out first which states correspond, and tells at each pair of states only what is new there.

mod align;
mod allowed;
mod apply;
mod assign;
mod behaviour;
mod compare;
mod difference;
mod document;
mod excused;
mod fold;
mod judge;
mod lasso;
mod lists;
mod observed;
mod patch;
mod prefix;
mod prepare;
mod rename;
mod report;
mod rules;
mod sets;
mod sink;
mod straighten;
mod table;
mod trace;
mod unify;
mod walk;
mod written;

pub use allowed::{Followed, follow};
pub use apply::ApplyError;
pub use behaviour::{ActionCount, Behaviour};
pub use difference::{Change, Difference, ValueDiff};
pub use document::{DiffDocument, DocumentError, VERSION};
pub use observed::{Candidate, Finding, Observation, Word, nearest, observe};
pub use patch::{Patch, PatchError};
pub use prefix::diff_prefix;
pub use rename::{CanonicalNames, canonical_names, find_renaming};
pub use report::{
    Counts, Divergence, Entry, HeaderDifference, Lasts, Mode, New, Only, Pair, Remark, Renaming, Side,
    Tolerated, TraceDiff,
};
pub use rules::{Rule, Rules, RulesError};
pub use trace::{Options, diff_traces};
pub use walk::Limits;

use crate::quick;
use crate::trace::State;
use crate::value::Value;

/// What `old` and `new` differ in. Values read through one [`Reader`](crate::Reader) are compared fastest: what they
/// have in common is skipped without looking inside.
///
/// The comparison is exact; two encodings of unit differ. Apply [`Value::unified`] first where they should not.
///
/// ```
/// use itf::{Value, diff::diff_values};
/// let a = Value::set([Value::record([("name", "lock"), ("owner", "a")]), Value::record([("name", "root"), ("owner", "a")])]);
/// let b = Value::set([Value::record([("name", "lock"), ("owner", "b")]), Value::record([("name", "root"), ("owner", "a")])]);
/// let diff = diff_values(&a, &b);
/// assert_eq!(diff.differences[0].to_string(), r#"{name: "lock"}.owner: "a" → "b""#);
/// assert_eq!(diff.apply(&a), Ok(b));
/// ```
pub fn diff_values(old: &Value, new: &Value) -> ValueDiff {
    let mut collect = sink::Collect::default();
    walk::Walker::default().walk(old, new, &mut collect);
    collect.diff
}

/// The fields by which an element of a set is told from the others, as a comparison names it.
pub(crate) fn fields_that_tell(element: &Value, set: &crate::value::Set) -> Option<crate::value::Record> {
    sets::Names::new([set, set]).name(element, element)
}

/// What two states differ in; the paths begin with the variable.
///
/// ```
/// use itf::{Record, State, diff::diff_states};
/// let state = |x: i32| State::from(Record::from_iter([("x", x)]));
/// assert_eq!(diff_states(&state(1), &state(2)).differences[0].to_string(), "x: 1 → 2");
/// ```
pub fn diff_states(old: &State, new: &State) -> ValueDiff {
    let mut collect = sink::Collect::default();
    walk::Walker::default().records(&old.value, &new.value, &mut collect);
    collect.diff
}
