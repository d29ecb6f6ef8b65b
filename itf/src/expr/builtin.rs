//! The operators of Quint: their names, how many arguments they take, and which arguments are operators.

/// How many arguments an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    Exactly(usize),
    Any,
    /// Pairs, flat: `Rec("f", 1, "g", 2)`.
    Pairs,
}

impl Arity {
    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Self::Exactly(n) => n == count,
            Self::Any => true,
            Self::Pairs => count.is_multiple_of(2),
        }
    }
}

macro_rules! builtins {
    ($($name:ident $text:literal $arity:expr, $operator:expr;)*) => {
        /// An operator that is evaluated here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Builtin { $($name),* }

        const TABLE: &[(Builtin, &str, Arity, Option<(usize, usize)>)] =
            &[$((Builtin::$name, $text, $arity, $operator)),*];
    };
}

use Arity::{Any, Exactly, Pairs};

// Name, arity, and (position, parameters) of the argument that is an operator.
builtins! {
    Not "not" Exactly(1), None;
    And "and" Any, None;
    Or "or" Any, None;
    Iff "iff" Exactly(2), None;
    Implies "implies" Exactly(2), None;
    Ite "ite" Exactly(3), None;
    Eq "eq" Exactly(2), None;
    Neq "neq" Exactly(2), None;

    Iadd "iadd" Exactly(2), None;
    Isub "isub" Exactly(2), None;
    Imul "imul" Exactly(2), None;
    Idiv "idiv" Exactly(2), None;
    Imod "imod" Exactly(2), None;
    Ipow "ipow" Exactly(2), None;
    Iuminus "iuminus" Exactly(1), None;
    Ilt "ilt" Exactly(2), None;
    Ilte "ilte" Exactly(2), None;
    Igt "igt" Exactly(2), None;
    Igte "igte" Exactly(2), None;

    Set "Set" Any, None;
    In "in" Exactly(2), None;
    Contains "contains" Exactly(2), None;
    Union "union" Exactly(2), None;
    Intersect "intersect" Exactly(2), None;
    Exclude "exclude" Exactly(2), None;
    Subseteq "subseteq" Exactly(2), None;
    Filter "filter" Exactly(2), Some((1, 1));
    Map "map" Exactly(2), Some((1, 1));
    Forall "forall" Exactly(2), Some((1, 1));
    Exists "exists" Exactly(2), Some((1, 1));
    Fold "fold" Exactly(3), Some((2, 2));
    Powerset "powerset" Exactly(1), None;
    Flatten "flatten" Exactly(1), None;
    AllListsUpTo "allListsUpTo" Exactly(2), None;
    GetOnlyElement "getOnlyElement" Exactly(1), None;
    IsFinite "isFinite" Exactly(1), None;
    Size "size" Exactly(1), None;
    To "to" Exactly(2), None;
    Tuples "tuples" Any, None;

    MapOf "Map" Any, None;
    Get "get" Exactly(2), None;
    Keys "keys" Exactly(1), None;
    MapBy "mapBy" Exactly(2), Some((1, 1));
    SetToMap "setToMap" Exactly(1), None;
    SetOfMaps "setOfMaps" Exactly(2), None;
    SetAt "set" Exactly(3), None;
    SetBy "setBy" Exactly(3), Some((2, 1));
    Put "put" Exactly(3), None;

    List "List" Any, None;
    Append "append" Exactly(2), None;
    Concat "concat" Exactly(2), None;
    Head "head" Exactly(1), None;
    Tail "tail" Exactly(1), None;
    Length "length" Exactly(1), None;
    Nth "nth" Exactly(2), None;
    Indices "indices" Exactly(1), None;
    ReplaceAt "replaceAt" Exactly(3), None;
    Slice "slice" Exactly(3), None;
    Range "range" Exactly(2), None;
    Select "select" Exactly(2), Some((1, 1));
    Foldl "foldl" Exactly(3), Some((2, 2));
    Foldr "foldr" Exactly(3), Some((2, 2));

    Rec "Rec" Pairs, None;
    Field "field" Exactly(2), None;
    FieldNames "fieldNames" Exactly(1), None;
    With "with" Exactly(3), None;
    Tup "Tup" Any, None;
    Item "item" Exactly(2), None;
    Variant "variant" Exactly(2), None;
}

impl Builtin {
    /// The operator of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The names of all operators.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.1)
    }

    pub(super) fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    pub(super) fn arity(self) -> Arity {
        TABLE[self as usize].2
    }

    /// The position of the argument that is an operator, and how many parameters that one has.
    pub(super) fn operator(self) -> Option<(usize, usize)> {
        TABLE[self as usize].3
    }
}

/// The operators of Quint that say nothing about a state or a step, and why.
pub(super) fn unsupported(name: &str) -> Option<&'static str> {
    Some(match name {
        "oneOf" => "a nondeterministic choice has no value: write `S.exists(x => …)` or `S.forall(x => …)`",
        "chooseSome" => "which element it chooses is not defined: write `getOnlyElement`, or `fold`",
        "allLists" => "the set of all lists is infinite: write `allListsUpTo(S, n)`",
        "assign" | "then" | "expect" | "reps" | "actionAll" | "actionAny" => {
            "it belongs to actions; a trace has its states already"
        }
        "assert" | "fail" => "it belongs to tests: write the condition itself",
        "always" => "it is temporal: check the expression as an invariant of the trace",
        "eventually" => "it is temporal: check the expression as something the trace reaches",
        "leadsTo" | "weakFair" | "strongFair" | "enabled" => "it is temporal",
        "orKeep" => "it is temporal: write `e or x' == x`",
        "mustChange" => "it is temporal: write `e and x' != x`",
        "apalache::generate" | "q::lastTrace" | "q::test" | "q::testOnce" => "it belongs to a tool",
        "q::debug" => "it prints: give the value as an expression of its own",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (at, (builtin, name, ..)) in TABLE.iter().enumerate() {
            assert_eq!(*builtin as usize, at);
            assert_eq!(Builtin::named(name), Some(*builtin));
        }
    }
}
