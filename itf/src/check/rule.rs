//! The table of rules: one definition for each code.

use std::fmt;
use std::str::FromStr;

use super::Severity;

/// What is said about a code, wherever the code is.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The code as text, `ITF003`. It never changes its meaning.
    pub id: &'static str,
    /// The same in one word, `plain-integer`.
    pub name: &'static str,
    /// How severe it is for who reads what the world writes.
    pub severity: Severity,
    /// How severe it is for who wants ADR-015 to the letter.
    pub strict: Severity,
    /// What is found, in one line.
    pub text: &'static str,
    /// What it is, in a few lines.
    pub what: &'static str,
    /// Why one should know.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// Text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no code `{0}`")]
pub struct UnknownCode(String);

macro_rules! rules {
    ($($code:ident $id:literal $name:literal ($severity:ident, $strict:ident) $text:literal {
        what: $what:literal, why: $why:literal, fix: $fix:literal $(,)?
    })*) => {
        /// What a finding is about. Codes are never given another meaning, and new ones are added at the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $id, "` ", $name, ": ", $text, ".")] $code,)*
        }

        static RULES: &[Rule] = &[$(Rule {
            code: Code::$code,
            id: $id,
            name: $name,
            severity: Severity::$severity,
            strict: Severity::$strict,
            text: $text,
            what: $what,
            why: $why,
            fix: $fix,
        },)*];
    };
}

impl Rule {
    /// All rules, by code.
    ///
    /// ```
    /// use itf::check::{Code, Rule};
    /// assert_eq!(Rule::all()[0].code, Code::Malformed);
    /// ```
    pub fn all() -> &'static [Self] {
        RULES
    }
}

impl Code {
    /// What is to be said about this code.
    ///
    /// ```
    /// use itf::check::Code;
    /// assert_eq!(Code::PlainInteger.rule().name, "plain-integer");
    /// ```
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

/// The code as text: `ITF003`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.rule().id)
    }
}

/// `ITF003`, in any case, or `plain-integer`.
impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let found = RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(text) || rule.name == text);
        found.map(|rule| rule.code).ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

rules! {
    Malformed "ITF001" "malformed" (Error, Error)
    "not ITF" {
        what: "The input is no JSON, or JSON that is no trace: it ends too early, a character is where none should be, a\n\
            key is there twice, `#bigint` holds something else than digits.",
        why: "Nothing can be said about a trace that cannot be read. The other traces of the file are read all the same.",
        fix: "Look at the line and column. A file that ends too early was often cut off while it was written: make it\n\
            again. Numbers and strings must be as JSON has them.",
    }
    ByteOrderMark "ITF002" "byte-order-mark" (Warning, Error)
    "the text begins with a byte order mark" {
        what: "The first three bytes are EF BB BF, which some editors and shells put before UTF-8.",
        why: "JSON forbids writers to add it (RFC 8259, section 8.1), and most JSON readers refuse the file.",
        fix: "Write the file again as UTF-8 without a byte order mark.",
    }
    PlainInteger "ITF003" "plain-integer" (Warning, Error)
    "an integer as a JSON number, not as {\"#bigint\": \"…\"}" {
        what: "An integer is written as a JSON number. ADR-015 had that until 2023-09-14; since then every integer is\n\
            `{\"#bigint\": \"7\"}`.",
        why: "Many JSON readers hold numbers as doubles and change integers beyond 2^53 without a word. This project\n\
            reads every digit.",
        fix: "Have the trace made by a newer version of its tool, or write integers as `#bigint`.",
    }
    PaddedInteger "ITF004" "padded-integer" (Warning, Warning)
    "an integer with leading zeros, or -0" {
        what: "A `#bigint` has a shorter spelling: `007` is 7, `-0` is 0.",
        why: "Tools that compare integers as text take the two spellings for two values.",
        fix: "Write an optional `-` and the digits without leading zeros; zero is `0`.",
    }
    LeakedInteger "ITF005" "leaked-integer" (Warning, Error)
    "an integer that leaked as a record {s, e, c}" {
        what: "A record has the fields s, e and c that the JavaScript library bignumber.js keeps inside a number: sign,\n\
            exponent, and digits in groups of fourteen. Some versions of Quint's Rust backend write large integers so.",
        why: "It was an integer in the model and is a record in the trace: comparisons, types and replays are wrong about\n\
            it.",
        fix: "`itf fmt --repair` makes integers of such records again. So that none come, make traces with\n\
            `--backend typescript`, or with another version of Quint.",
    }
    Float "ITF006" "float" (Warning, Error)
    "a number with a fraction or an exponent" {
        what: "A JSON number such as 1.5 or 1e3. ITF has integers only.",
        why: "There is no value in ITF that it could mean; it is kept as it was written, and equals only the same text.",
        fix: "Write an integer, or a string if the number is only to be shown.",
    }
    Null "ITF007" "null" (Note, Error)
    "null where a value should be" {
        what: "A JSON null. Wunderspec writes it as the payload of a variant that has none.",
        why: "ADR-015 has no null. Here it is one of three spellings of the unit value, beside `{\"#tup\": []}` and `{}`.",
        fix: "Nothing, unless another tool must read the trace: then write `{\"#tup\": []}`.",
    }
    UnknownHashKey "ITF008" "unknown-hash-key" (Warning, Error)
    "an object with a # key that means nothing in ITF" {
        what: "An object has a key with `#` that ADR-015 does not know, or other keys beside one that it knows.",
        why: "Names with `#` belong to the format: the object is no record. It is kept as it was written, and equals only\n\
            the same text.",
        fix: "Known are `#bigint`, `#tup`, `#set`, `#map` and `#unserializable`, each alone in its object. Rename the\n\
            fields of records so that none begins with `#`.",
    }
    Unserializable "ITF009" "unserializable" (Note, Note)
    "a value that the tool could not write" {
        what: "`{\"#unserializable\": \"…\"}`: the tool had a value that ITF cannot hold, such as the set of all integers.",
        why: "Only its text is in the trace, so two such values compare as texts.",
        fix: "Nothing, unless the value matters: then have the spec keep something finite instead.",
    }
    RepeatedElement "ITF010" "repeated-element" (Warning, Warning)
    "a set with an element twice" {
        what: "An element is in a `#set` more than once. Here it counts once.",
        why: "Tools that read sets as lists count it twice.",
        fix: "Write each element once. Two elements may look different and be equal: sets in another order, or an integer\n\
            in two spellings.",
    }
    RepeatedKey "ITF011" "repeated-key" (Warning, Error)
    "a map with a key twice" {
        what: "A `#map` has two entries with one key. Here both are kept, and the key finds the smaller value.",
        why: "A map gives one value for a key; tools disagree about which of the two it is.",
        fix: "Write each key once. Two keys may look different and be equal: sets in another order, or an integer in two\n\
            spellings.",
    }
    NoVars "ITF012" "no-vars" (Warning, Error)
    "the trace does not say its variables: it has no `vars`" {
        what: "The key `vars` is missing. ADR-015 wants the names of the variables there.",
        why: "Without it nobody can tell that a state is incomplete. The names found in the states are taken instead.",
        fix: "Add `\"vars\": [\"x\", …]` before the states.",
    }
    EmptyVars "ITF013" "empty-vars" (Warning, Error)
    "the trace declares no variables: `vars` is empty" {
        what: "`vars` is an empty list. Quint writes that for specs without variables.",
        why: "Nobody can tell that a state is incomplete. The names found in the states are taken instead.",
        fix: "Name the variables in `vars`.",
    }
    RepeatedName "ITF014" "repeated-name" (Warning, Error)
    "a name is declared twice" {
        what: "A name is more than once in `vars`, in `params`, or in both.",
        why: "A state holds one value for a name. What is both a variable and a parameter may or may not change.",
        fix: "Declare each name once.",
    }
    MissingVariable "ITF015" "missing-variable" (Warning, Error)
    "a declared variable has no value in a state" {
        what: "A name in `vars` is missing in a state. ADR-015 wants a value for every variable in every state.",
        why: "Tools that decode states refuse the trace, and it is not known whether the variable changed.",
        fix: "Add the value, or take the name out of `vars`. Quint's `test` writes such traces for specs with several\n\
            instances.",
    }
    UndeclaredVariable "ITF016" "undeclared-variable" (Warning, Error)
    "a state has a variable that is not declared" {
        what: "A state gives a value to a name that is neither in `vars` nor in `params`.",
        why: "Tools that go by `vars` do not see it: a change of it is a step in which nothing happens.",
        fix: "Add the name to `vars`, or take it out of the states.",
    }
    MissingParameter "ITF017" "missing-parameter" (Warning, Error)
    "a parameter has no value in the first state" {
        what: "A name in `params` is missing in the first state, where ADR-015 wants its value.",
        why: "It is not known for which parameters the trace is an execution.",
        fix: "Add the value to the first state, or take the name out of `params`.",
    }
    ChangingParameter "ITF018" "changing-parameter" (Error, Error)
    "a parameter changes" {
        what: "A parameter has another value in a later state than in the first. Parameters are constants.",
        why: "Either it is a variable, or the states are from two executions.",
        fix: "Move the name from `params` to `vars`, or look where the states are from.",
    }
    RepeatedParameter "ITF019" "repeated-parameter" (Note, Warning)
    "parameters are repeated in later states" {
        what: "The states after the first hold the parameters, too, with the same values. Wunderspec writes them so.",
        why: "ADR-015 sets parameters in the first state. To repeat them does no harm but to the size of the file.",
        fix: "Nothing.",
    }
    NullLoop "ITF020" "null-loop" (Note, Warning)
    "`loop` is null" {
        what: "`\"loop\": null` instead of no `loop`. Wunderspec writes it so.",
        why: "ADR-015 has the index of a state there, or nothing. It means the same as nothing.",
        fix: "Nothing, unless another tool must read the trace: then leave `loop` out.",
    }
    LoopOutOfRange "ITF021" "loop-out-of-range" (Error, Error)
    "`loop` is not the index of a state" {
        what: "`loop` says to which state the last one returns, counted from 0; the trace has no such state.",
        why: "The trace is no lasso, though it says so; it may have been cut.",
        fix: "Give the index of a state of this trace, or leave `loop` out.",
    }
    StateAsMap "ITF022" "state-as-map" (Warning, Error)
    "a state written as a #map from names to values" {
        what: "A state is a `#map` with names of variables as keys. Early versions of Quint wrote it so.",
        why: "ADR-015 has an object there. It is read as one here, but other tools see a state without variables.",
        fix: "Make the trace with a newer Quint.",
    }
    EmptyLastState "ITF023" "empty-last-state" (Warning, Error)
    "the last state holds nothing" {
        what: "The last state has at most `#meta`. Quint writes it at the end of a test that failed.",
        why: "It is no state of the machine: the run ended in a step that could not be made. Properties are not asked of it.",
        fix: "Take the state away. The run failed after the state before it.",
    }
    NoStates "ITF024" "no-states" (Note, Note)
    "the trace has no states" {
        what: "`states` is an empty list.",
        why: "It is a trace in which nothing is, not even an initial state; often a run that did not begin.",
        fix: "Nothing, if that was expected.",
    }
    IndexOrder "ITF025" "index-order" (Warning, Warning)
    "`#meta.index` does not ascend" {
        what: "The number that a state has in `#meta.index` is not greater than that of the state before.",
        why: "States may be in the wrong order, or from two traces; tools that go by the index mix them up.",
        fix: "Number the states from 0. Gaps are fine: a trace from which states were taken has them.",
    }
    Stuttering "ITF026" "stuttering" (Note, Note)
    "a state equals the one before" {
        what: "No variable has another value than before: the step changed nothing.",
        why: "It is allowed, and common at the end of a run that cannot go on. In a long trace it can be left out.",
        fix: "Nothing.",
    }
    UnknownKey "ITF027" "unknown-key" (Note, Error)
    "the trace has a key that ITF does not know" {
        what: "Beside `#meta`, `params`, `vars`, `states` and `loop` the trace has another key. It is kept as it is.",
        why: "It may be a slip of the pen: `param` for `params`.",
        fix: "Correct the name. What a tool has to add belongs into `#meta`.",
    }
    MetaNoObject "ITF028" "meta-no-object" (Warning, Error)
    "`#meta` is no object" {
        what: "`#meta` of the trace or of a state is something else than a JSON object. It is kept as it is.",
        why: "Tools look for keys in it.",
        fix: "Write an object there, or leave `#meta` out.",
    }
    TypeMismatch "ITF029" "type-mismatch" (Error, Error)
    "a value is not of the type that is declared" {
        what: "`#meta.varTypes` declares a type for the variable, and a value of it, or in it, is not of that type.",
        why: "One of them is wrong. Apalache reads a trace by these types, and refuses this one.",
        fix: "Correct the type, or look how the value came to be. `itf fmt --with-types` writes the types that values have\n\
            where none are declared.",
    }
    BadTypeAnnotation "ITF030" "bad-type-annotation" (Warning, Error)
    "a declared type that is no type" {
        what: "In `#meta.varTypes` is something else than a type in the notation of Apalache (its ADR-002): `Int`, `Bool`,\n\
            `Str`, `Set(T)`, `Seq(T)`, `<<T, U>>`, `T -> U`, `{ f: T }`, `A(T) | B(U)`, or a name in capitals.",
        why: "Values of the variable cannot be checked, and Apalache does not read the trace.",
        fix: "Correct the text at the column that is told. There are no aliases in traces: write what they stand for.",
    }
    TypeConflict "ITF031" "type-conflict" (Warning, Warning)
    "values of one variable have no type together" {
        what: "There is no type that all values of a variable have: it is of one kind here and of another there, or elements\n\
            of one set or list are, or tuples at one place differ in length.",
        why: "Apalache and Quint have no such values, and whoever decodes the trace expects one kind. It is often a slip.",
        fix: "Use a variant where a value may be of several kinds: `Some(x)` and `None`.",
    }
    UndeclaredTag "ITF032" "undeclared-tag" (Error, Error)
    "a variant with a tag that is not declared" {
        what: "`#meta.varTypes` declares a variant type with some tags, and the value has another one.",
        why: "Whoever matches by the declared tags does not expect this one. Apalache refuses the trace.",
        fix: "Add the tag to the type, or look for a slip in its name.",
    }
    PartlyTyped "ITF033" "partly-typed" (Note, Warning)
    "types are declared, and not for exactly the variables" {
        what: "`#meta.varTypes` lacks a variable, or has a name that is no variable.",
        why: "Apalache reads a trace back only if each variable has a type and nothing else has one.",
        fix: "Add or remove entries; `itf fmt --with-types` adds those that are missing.",
    }
    UnevenRecords "ITF034" "uneven-records" (Note, Note)
    "records at one place have different fields" {
        what: "Records that are values of one variable, or elements of one set or list, do not all have the same fields.\n\
            Specifications for the first type system of Apalache (until 2022) have them.",
        why: "The types of Apalache and Quint have no fields that may be missing: such a trace cannot be read back.",
        fix: "Nothing, if no tool has to read the trace by types; or use a variant with a tag for each shape.",
    }
    SchemaViolation "ITF035" "schema-violation" (Error, Error)
    "not as the schema wants it" {
        what: "`--schema` names a JSON Schema, and the trace, as JSON, is not valid by it.",
        why: "Whoever made the schema relies on it: a decoder, a test, or the traces it was inferred from.",
        fix: "Look at the place. If the trace is right, infer the schema again from all traces: `itf schema --infer`.",
    }
    RepeatedMetaKey "ITF036" "repeated-meta-key" (Warning, Warning)
    "JSON that is kept as it is has a key twice" {
        what: "An object in `#meta`, or in a top-level key that the standard does not know, has a key twice.",
        why: "Readers of JSON keep the first, or the last, or refuse it: what it says depends on who reads it.",
        fix: "Take one of the two away; tell the authors of the tool that wrote it.",
    }
}
