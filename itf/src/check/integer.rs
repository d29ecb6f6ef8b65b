//! Integers that leaked out of a tool in the shape they have inside it.

use crate::value::{Record, Value};

/// The decimal digits in one group of bignumber.js.
const GROUP: i64 = 14;

/// Whether a record is an integer as bignumber.js holds it: sign, exponent and coefficient, which must fit each other.
/// So an honest record that happens to have fields of these names is left alone.
pub(super) fn is_leaked(record: &Record) -> bool {
    let names = record.names().iter().map(crate::value::Str::as_str).filter(|name| *name != "_isBigNumber");
    if !names.eq(["c", "e", "s"]) {
        return false;
    }
    let number = |name| record.get(name).and_then(Value::as_i64);
    let (Some(sign), Some(exponent), Some(Value::List(groups))) = (number("s"), number("e"), record.get("c"))
    else {
        return false;
    };
    let digits = |group: &Value| {
        let group = group.as_i64().filter(|n| *n >= 0)?;
        Some(i64::from(group.checked_ilog10().unwrap_or(0)) + 1)
    };
    let Some(Some(first)) = groups.first().map(digits) else { return false };
    let groups_fit = groups.iter().all(|group| digits(group).is_some_and(|n| n <= GROUP));
    // Groups of zeros at the end are left out.
    let count = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    matches!(sign, 1 | -1)
        && exponent >= 0
        && groups_fit
        && first == exponent % GROUP + 1
        && count <= exponent / GROUP + 1
}
