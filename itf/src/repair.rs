//! Mending what tools are known to get wrong, and the one form of a trace.

use crate::trace::Trace;
use crate::value::{Int, Record, Value};

/// The decimal digits in one group of bignumber.js.
const GROUP: usize = 14;

/// How many digits a leaked integer may have: its exponent is a number that anybody can write.
const MAX_DIGITS: usize = 100_000;

/// The integer that a record is, if it leaked out of a tool in the shape bignumber.js has inside: sign, exponent and
/// coefficient, which must fit each other, so that an honest record with fields of these names is left alone.
///
/// Quint's Rust backend writes such records for integers beyond 2^53.
///
/// ```
/// use itf::{Record, Value, leaked_integer};
/// let leaked = Record::from_iter([("s", 1.into()), ("e", 20.into()), ("c", Value::list([1_234_567, 0]))]);
/// assert_eq!(leaked_integer(&leaked).unwrap().to_string(), "123456700000000000000");
/// assert_eq!(leaked_integer(&Record::from_iter([("s", 1), ("e", 2), ("c", 3)])), None);
/// ```
pub fn leaked_integer(record: &Record) -> Option<Int> {
    let names = record.names().iter().filter(|name| name.as_str() != "_isBigNumber");
    if !names.eq(["c", "e", "s"].iter()) {
        return None;
    }
    let sign = record.get("s").and_then(Value::as_i64).filter(|s| matches!(s, 1 | -1))?;
    let exponent = usize::try_from(record.get("e")?.as_i64()?).ok().filter(|e| *e < MAX_DIGITS)?;
    let Some(Value::List(groups)) = record.get("c") else { return None };
    let mut digits = String::new();
    for (at, group) in groups.iter().enumerate() {
        let group = group.as_i64().filter(|n| *n >= 0)?.to_string();
        if group.len() > GROUP {
            return None;
        }
        // Within the coefficient a group has all its digits; the first begins where the number does.
        let missing = if at == 0 { 0 } else { GROUP - group.len() };
        digits.extend(std::iter::repeat_n('0', missing));
        digits.push_str(&group);
    }
    let first = groups.first()?.as_i64()?.to_string().len();
    if first != exponent % GROUP + 1 || digits.len() > exponent + 1 {
        return None;
    }
    // Groups of zeros at the end are left out.
    digits.extend(std::iter::repeat_n('0', exponent + 1 - digits.len()));
    let sign = if sign < 0 { "-" } else { "" };
    format!("{sign}{digits}").parse().ok()
}

impl Value {
    /// This value with every [leaked integer](leaked_integer) in it as an integer; `None` if there is none.
    ///
    /// ```
    /// use itf::Value;
    /// let leaked = Value::record([("s", Value::from(-1)), ("e", 0.into()), ("c", Value::list([5]))]);
    /// assert_eq!(Value::set([leaked]).repaired(), Some(Value::set([-5])));
    /// assert_eq!(Value::from(1).repaired(), None);
    /// ```
    pub fn repaired(&self) -> Option<Self> {
        if let Self::Record(record) = self
            && let Some(integer) = leaked_integer(record)
        {
            return Some(Self::Int(integer));
        }
        self.rewritten(&Self::repaired)
    }

    /// This value with the parts replaced for which `rewrite` gives another; `None` if it gives none.
    pub(crate) fn rewritten(&self, rewrite: &impl Fn(&Self) -> Option<Self>) -> Option<Self> {
        fn all(items: &[Value], rewrite: &impl Fn(&Value) -> Option<Value>) -> Option<Vec<Value>> {
            let new: Vec<Option<Value>> = items.iter().map(rewrite).collect();
            let any = new.iter().any(Option::is_some);
            any.then(|| new.into_iter().zip(items).map(|(n, old)| n.unwrap_or_else(|| old.clone())).collect())
        }
        match self {
            Self::List(items) => all(items, rewrite).map(Self::list),
            Self::Tuple(items) => all(items, rewrite).map(Self::tuple),
            Self::Set(items) => all(items, rewrite).map(Self::set),
            Self::Map(map) => {
                let flat: Vec<Self> = map.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect();
                let flat = all(&flat, rewrite)?;
                let (pairs, _) = flat.as_chunks::<2>();
                Some(Self::map(pairs.iter().map(|[k, v]| (k, v))))
            }
            Self::Record(record) => {
                let values = all(record.values(), rewrite)?;
                Some(Self::record(record.names().iter().zip(values)))
            }
            Self::Variant(v) => rewrite(v.payload()).map(|payload| Self::variant(v.tag(), payload)),
            _ => None,
        }
    }
}

impl Trace {
    /// Turns every [leaked integer](leaked_integer) into an integer; how many variables of how many states changed.
    ///
    /// ```
    /// let text = br##"{"vars":["x"],"states":[{"x":{"s":1,"e":0,"c":[7]}},{"x":7}]}"##;
    /// let trace = &mut itf::read(text)?[0];
    /// assert_eq!(trace.repair(), 1);
    /// assert_eq!(trace.states[0], trace.states[1]);
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn repair(&mut self) -> usize {
        let mut count = 0;
        for state in &mut self.states {
            let repaired: Vec<(usize, Value)> = state
                .value
                .values()
                .iter()
                .enumerate()
                .filter_map(|(at, v)| Some((at, v.repaired()?)))
                .collect();
            count += repaired.len();
            for (at, value) in repaired {
                let name = state.value.names()[at].clone();
                state.value = state.value.with(&name, value);
            }
        }
        count
    }

    /// Brings the names of variables and parameters into their canonical form: in their order, each once. With sets, maps
    /// and records, which have one order anyway, equal traces then give equal bytes.
    ///
    /// ```
    /// let mut trace = itf::Trace::new(["y", "x", "y"], []);
    /// trace.canonicalize();
    /// assert_eq!(trace.vars, ["y", "x"]);
    /// ```
    pub fn canonicalize(&mut self) {
        for names in [&mut self.vars, &mut self.params] {
            let mut seen = std::collections::HashSet::new();
            names.retain(|name| seen.insert(name.clone()));
        }
    }
}
