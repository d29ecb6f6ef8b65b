//! Every production of the notation, what is printed for it, and what is told about text that is none.

use itf::types::{AliasError, Aliases, Row, Type};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::parsed;

/// Text, and how it is printed; the same if it is not said.
const TYPES: &[(&str, &str)] = &[
    ("Bool", ""),
    ("Int", ""),
    ("Str", ""),
    ("Real", ""),
    ("PERSON", ""),
    ("_P2", ""),
    ("A", ""),
    ("a", ""),
    ("a27", ""),
    ("$person", ""),
    ("$camelCase32", ""),
    ("Set(Int)", ""),
    ("Set ( Int )", "Set(Int)"),
    ("Seq(Seq(a))", ""),
    ("<<Bool>>", ""),
    ("<<Bool,Int>>", "<<Bool, Int>>"),
    ("<| 3: Bool, 5: Int |>", ""),
    ("<||>", "<| |>"),
    ("Int -> Str", ""),
    ("Set(Int) -> Bool -> Str", ""),
    ("Set(Int) -> (Bool -> Str)", "Set(Int) -> Bool -> Str"),
    ("(Set(Int) -> Bool) -> Str", ""),
    ("((Int))", "Int"),
    ("<<Int, Bool>> -> Int", ""),
    ("() => Bool", ""),
    ("(Set(Int), Bool) => Str", ""),
    ("a => b", "(a) => b"),
    ("(a => b) => Str", "((a) => b) => Str"),
    ("(Set(Int) -> Bool) => Str", "(Set(Int) -> Bool) => Str"),
    ("A -> B => C", "A -> ((B) => C)"),
    ("{ }", "{ }"),
    ("{}", "{ }"),
    ("{ r }", ""),
    ("{ f: Int, g: a }", ""),
    ("{ g: a, f: Int, x }", "{ f: Int, g: a, x }"),
    ("{ tag: Str, value: Int }", ""),
    ("{ Int: Int, Set: Set(Int) }", ""),
    ("{ \"\\u001b\\\"\": Str, \"a b\": Int }", ""),
    ("[]", ""),
    ("[a: Int, b: Bool]", ""),
    ("[\n  a: Int, // a comment\n  b: Bool\n]", "[a: Int, b: Bool]"),
    ("Variant()", ""),
    ("Variant(r)", ""),
    ("A(Int)", ""),
    ("Tag1(Int) | Tag2({ g: Bool, c })", ""),
    ("Tag2({ g: Bool }) | Tag1(Int) | c", "Tag1(Int) | Tag2({ g: Bool }) | c"),
    ("b(Int) | a(Int) | c", "a(Int) | b(Int) | c"),
    ("\"Set\"(Int) | \"a-b\"(Str)", ""),
    ("List(Int)", ""),
    ("Set(Req({ ask: Int }) | Ack(UNIT))", "Set(Ack(UNIT) | Req({ ask: Int }))"),
    ("Int -> A(Int) | B(Str)", "Int -> (A(Int) | B(Str))"),
    ("A(Int) | B(Str) -> Int", "(A(Int) | B(Str)) -> Int"),
    ("a => (Tag(a) | b)", "(a) => (Tag(a) | b)"),
    ("(Tag(a) | b, a => r, Variant(b) => r) => r", "(Tag(a) | b, (a) => r, (Variant(b)) => r) => r"),
    ("{ tag: \"A\", f: Int } | { tag: \"B\" } | c", ""),
    ("{ tag: \"A\", f: Int, r }", ""),
    ("{ tag: \"A\", r }", ""),
    ("(||)", ""),
    ("(| c |)", ""),
    ("(| f: Int | g: c |)", ""),
    ("(| f: Int | g: Bool | x |)", ""),
    ("(| f: (A(Int) | B(Int)) | g: Int |)", ""),
    ("(| f: A(Int) | g: Int |)", "(| f: (A(Int)) | g: Int |)"),
    ("(| f: A(Int) | x |)", "(| f: (A(Int) | x) |)"),
    ("// first\r\n Set( // then\n Int)// last", "Set(Int)"),
];

#[test]
fn every_production_is_parsed_and_printed() {
    for (text, printed) in TYPES {
        let t = parsed(text);
        let expected = if printed.is_empty() { text } else { printed };
        assert_eq!(t.to_string(), *expected, "{text}");
        assert_eq!(parsed(expected), t, "{text}");
    }
}

/// Text that is no type, and what is told under it.
const ERRORS: &[(&str, &str)] = &[
    ("", "expected a type, found the end\n 1 |\n   | ^\n"),
    ("Set(Int", "expected `)`, found the end\n 1 | Set(Int\n   |        ^\n"),
    ("Set[Int]", "expected `(`, found `[`\n 1 | Set[Int]\n   |    ^\n"),
    ("int -> Str", "`int` is no type\n 1 | int -> Str\n   | ^^^ write `Int`\n"),
    ("Int ->", "expected a type, found the end\n 1 | Int ->\n   |       ^\n"),
    ("<<>>", "expected a type, found `>>`\n 1 | <<>>\n   |   ^^ the type of unit is `UNIT`\n"),
    ("()", "`()` is no type\n 1 | ()\n   | ^ write `UNIT`\n"),
    (
        "(Int, Str)",
        "expected `=>` after the arguments of an operator, found the end\n 1 | (Int, Str)\n   |           \
            ^ a tuple is written `<<…, …>>`\n",
    ),
    (
        "(Int, Str) -> Int",
        "a function has one argument, and several are in the parentheses\n 1 | (Int, Str) -> Int\n   | \
            ^ write `<<…, …>> -> …`\n",
    ),
    ("{ f: Int, f: Str }", "`f` is there twice\n 1 | { f: Int, f: Str }\n   |           ^\n"),
    ("A(Int) | A(Str)", "`A` is there twice\n 1 | A(Int) | A(Str)\n   |          ^\n"),
    (
        "{ f: Int, foo }",
        "`foo` is no row variable\n 1 | { f: Int, foo }\n   |           \
            ^^^ row variables are single small letters\n",
    ),
    ("{ f Int }", "expected `}`, found `Int`\n 1 | { f Int }\n   |     ^^^\n"),
    ("{ f: }", "expected a type, found `}`\n 1 | { f: }\n   |      ^\n"),
    ("[f: Int, r]", "a record in brackets has no row variable\n 1 | [f: Int, r]\n   | ^ write `{ …, r }`\n"),
    ("Int Int", "expected the end, found `Int`\n 1 | Int Int\n   |     ^^^\n"),
    ("Int, Int", "expected the end, found `,`\n 1 | Int, Int\n   |    ^ a tuple is written `<<…, …>>`\n"),
    (
        "a = Int",
        "expected the end, found `=`\n 1 | a = Int\n   |   ^ an alias is declared outside of a type\n",
    ),
    (
        "vc",
        "`vc` is no type\n 1 | vc\n   | ^^ type variables are single letters, and aliases are written `$alias`\n",
    ),
    (
        "Foo",
        "`Foo` is no type\n 1 | Foo\n   | \
            ^^^ uninterpreted types are in capitals, and tags have a payload: `Tag(UNIT)`\n",
    ),
    ("{\n  f: Set(Int),\n  g: ?\n}", "expected a type, found `?`\n 3 |   g: ?\n   |      ^\n"),
    ("{ \"f: Int }", "a name in quotes must end, and be written as in JSON\n 1 | { \"f: Int }\n   |   ^\n"),
    (
        "<| 4294967296: Int |>",
        "`4294967296` is no position of a tuple\n 1 | <| 4294967296: Int |>\n   |    ^^^^^^^^^^\n",
    ),
    ("Seq(日本)", "expected a type, found `日本`\n 1 | Seq(日本)\n   |     ^^^^\n"),
];

#[test]
fn errors_point_into_the_text() {
    for (text, report) in ERRORS {
        let error = text.parse::<Type>().expect_err(text);
        assert_eq!(error.report(), *report, "{text}");
    }
}

#[test]
fn the_place_is_shown_in_a_long_line() {
    let fields: Vec<String> = (0..60).map(|at| format!("field{at}: Int")).collect();
    let text =
        format!("{{ {}, x: nothing, {} }}", fields.join(", "), fields.join(", ").replace("field", "more"));
    let report = text.parse::<Type>().expect_err("no type").report();
    let lines: Vec<&str> = report.lines().collect();
    let at = lines[2].find('^').expect("carets");
    let column = lines[2][..at].chars().count();
    let shown: String = lines[1].chars().skip(column).take(7).collect();
    assert_eq!(shown, "nothing");
    assert!(lines[1].chars().count() < 110, "{report}");
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| format!("{}Int{}", "Set(".repeat(depth), ")".repeat(depth));
    assert_eq!(parsed(&nested(120)).to_string(), nested(120));
    let error = nested(100_000).parse::<Type>().expect_err("too deep");
    assert!(error.to_string().starts_with("a type cannot nest deeper than"), "{error}");
    for open in
        ["(", "{ f: ", "<<", "[f: ", "A(", "(| f: ", "<| 1: ", "{ tag: \"A\", f: ", "Int -> ", "Int => "]
    {
        assert!(open.repeat(100_000).parse::<Type>().is_err(), "{open}");
    }
}

#[test]
fn aliases_stand_for_types() {
    let aliases: Aliases = r"
        (* @typeAlias: id = Int;
           @typeAlias: message = Req({ from: $id })
             | Ack(UNIT); *)
        \* @typeAlias: messages =
        \*   // all of them
        \*   Set($message);
        EXTENDS Integers
        \* @typeAlias: PAIR = <<$id, OTHER>>;
    "
    .parse()
    .expect("aliases");
    let expanded = |text: &str| aliases.expand(&parsed(text)).map(|t| t.to_string());
    assert_eq!(
        expanded("$messages -> PAIR").as_deref(),
        Ok("Set(Ack(UNIT) | Req({ from: Int })) -> <<Int, OTHER>>")
    );
    assert_eq!(expanded("$nothing"), Err(AliasError::Unknown("nothing".into())));
    let text = "@typeAlias: a = Set(\n  int);";
    let error = text.parse::<Aliases>().expect_err("no type");
    assert_eq!(error.report(), "`int` is no type\n 2 |   int);\n   |   ^^^ write `Int`\n");
    let error = "@typeAlias: = Int;".parse::<Aliases>().expect_err("no name");
    assert_eq!(error.to_string(), "expected the name of an alias, found `=`");
}

#[test]
fn aliases_cannot_run_away() {
    let mut aliases = Aliases::default();
    aliases.declare("a = Set($b)").expect("an alias");
    aliases.declare("b = $a -> Int").expect("an alias");
    assert_eq!(aliases.expand(&parsed("$a")), Err(AliasError::Endless("a".into())));
    let mut aliases = Aliases::default();
    aliases.declare("x0 = Int").expect("an alias");
    for at in 1..60 {
        aliases.declare(&format!("x{at} = <<$x{0}, $x{0}>>", at - 1)).expect("an alias");
    }
    assert_eq!(aliases.expand(&parsed("$x59")), Err(AliasError::TooLarge));
}

fn variable() -> impl Strategy<Value = String> {
    "[a-z]|a[1-9][0-9]?"
}

fn row(t: impl Strategy<Value = Type>) -> impl Strategy<Value = Row> {
    let name = prop_oneof![4 => "[a-zA-Z_][a-zA-Z0-9_]{0,3}", 1 => "Set|Variant|tag|value|Int", 1 => any::<String>()];
    (btree_map(name, t, 0..4), option::of(variable())).prop_map(|(fields, rest)| Row { fields, rest })
}

pub(super) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Int),
        Just(Type::Str),
        Just(Type::Real),
        "[A-Z_][A-Z0-9_]{0,3}".prop_map(Type::Const),
        variable().prop_map(Type::Var),
        "[a-z][a-zA-Z0-9]{0,3}".prop_map(Type::Alias),
    ];
    leaf.prop_recursive(4, 24, 4, |t| {
        prop_oneof![
            t.clone().prop_map(Type::set),
            t.clone().prop_map(Type::seq),
            (t.clone(), t.clone()).prop_map(|(from, to)| Type::fun(from, to)),
            vec(t.clone(), 1..4).prop_map(Type::Tuple),
            btree_map(0..9_u32, t.clone(), 0..3).prop_map(Type::SparseTuple),
            row(t.clone()).prop_map(Type::Record),
            row(t.clone()).prop_map(|row| Type::OldRecord(row.fields)),
            row(t.clone()).prop_map(Type::Variant),
            row(t.clone()).prop_map(Type::Row),
            (btree_map("[a-zA-Z ]{1,3}", row(t.clone()), 1..3), option::of(variable())).prop_map(
                |(tags, rest)| {
                    let fields = tags.into_iter().map(|(tag, row)| (tag, Type::Record(row))).collect();
                    Type::OldVariant(Row { fields, rest })
                }
            ),
            (vec(t.clone(), 0..3), t).prop_map(|(args, to)| Type::Operator(args, Box::new(to))),
        ]
    })
}

/// A record may have a field `tag`, and its type may begin with a tag in quotes; that is no variant of 2022.
#[test]
fn a_field_named_tag_is_told_from_a_tag() {
    let variant = Type::Variant(Row::closed([("a b", Type::Bool)]));
    let record = Type::Record(Row::closed([("tag", variant)]));
    assert_eq!(record.to_string(), r#"{ tag: ("a b"(Bool)) }"#);
    assert_eq!(record.to_string().parse::<Type>(), Ok(record));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_printed_is_parsed(t in any_type()) {
        let text = t.to_string();
        let again: Result<Type, _> = text.parse();
        prop_assert_eq!(again.as_ref(), Ok(&t), "{}", text);
        // Blank may be anywhere between words and signs but within signs.
        let spread = text.replace(", ", " ,// c\n\t").replace('(', "( ").replace("( |", "(|").replace("( \"", "(\"");
        prop_assert!(text.contains('"') || spread.parse::<Type>() == Ok(t), "{}", spread);
    }

    #[test]
    fn any_text_is_a_type_or_an_error(text in "[A-Za-z(){}<>|\\[\\]:,=>$\" /\n-]{0,24}") {
        if let Err(error) = text.parse::<Type>() {
            let (span, report) = (error.span(), error.report());
            prop_assert!(span.end <= text.len() && text.is_char_boundary(span.start), "{}", report);
            prop_assert!(report.contains('^'));
        }
    }
}
