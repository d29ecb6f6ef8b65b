//! Words that other notations have taken.

/// The words of Quint's grammar (0.33): nothing can be called so, not even a field.
pub(super) const QUINT_KEYWORDS: &str = "module import export from as const var val def pure action run temporal nondet \
    assume type if else match all any and or iff implies leadsTo true false int str bool Set List";

/// The operators and types of Quint (0.33) that a variable or a tag would redefine.
pub(super) const QUINT_BUILTINS: &str = "not eq neq ite exists forall in contains union intersect exclude subseteq map \
    applyTo filter fold powerset flatten allLists allListsUpTo getOnlyElement chooseSome oneOf isFinite size get keys put \
    mapBy setToMap setOfMaps set setBy fields with tuples append concat head tail length nth indices replaceAt slice range \
    select foldl foldr to always eventually next then expect reps fail assert orKeep mustChange enabled weakFair strongFair \
    Bool Int Nat Map Tup Rec igt ilt igte ilte iadd isub iuminus imul idiv imod ipow actionAll actionAny field fieldNames \
    item assign of cross difference matchVariant variant unionMatch generate apalache q";

/// The operators of the TLA+ modules that an exported module extends: `Integers`, `Sequences`, `TLC`.
pub(super) const TLA_OPERATORS: &str = "Nat Int Seq Len Append Head Tail SubSeq SelectSeq Print PrintT Assert JavaTime \
    TLCGet TLCSet Permutations SortSeq RandomElement Any ToString TLCEval";

/// Whether a module of Quint can be called so.
///
/// ```
/// use itf::export::is_quint_module_name;
/// assert!(is_quint_module_name("trace") && !is_quint_module_name("match"));
/// ```
pub fn is_quint_module_name(name: &str) -> bool {
    is_plain(name) && !words(QUINT_KEYWORDS).any(|word| word == name)
}

/// Whether a module of TLA+ can be called so.
///
/// ```
/// use itf::export::is_tla_module_name;
/// assert!(is_tla_module_name("Trace1") && !is_tla_module_name("IF") && !is_tla_module_name("TLC"));
/// ```
pub fn is_tla_module_name(name: &str) -> bool {
    // A module that has the name of one that it extends would extend itself.
    let standard = "Integers Naturals Sequences FiniteSets TLC";
    is_plain(name) && !words(crate::tla::KEYWORDS).chain(words(standard)).any(|word| word == name)
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with("WF_")
        && !name.starts_with("SF_")
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}
