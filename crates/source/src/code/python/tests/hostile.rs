use proptest::prelude::*;
use std::time::{Duration, Instant};

use super::{calls, short};
use crate::code::python::python;

/// Reads within a bound that only a blow-up misses, also without optimisation.
fn read(text: &str) -> crate::code::CodeFacts {
    let start = Instant::now();
    let facts = python(text);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(30), "{taken:?}");
    facts
}

#[test]
fn deep_statements_are_passed_over() {
    let many = 100_000;
    let deep = [
        "(".repeat(many),
        "[".repeat(many) + &"]".repeat(many),
        "{".repeat(many),
        "not ".repeat(many) + "x",
        "-".repeat(many) + "1",
        vec!["1"; many].join("+"),
        vec!["1"; many].join("**"),
        "a".to_owned() + &".b".repeat(many),
        "f".to_owned() + &"()".repeat(many),
        "f".to_owned() + &"[0]".repeat(many),
        "lambda: ".repeat(many) + "1",
        "lambda a, b: ".repeat(many) + "1",
        "1 if 1 else ".repeat(many) + "1",
        "await ".repeat(many) + "x",
        "async ".repeat(many) + "x",
        "yield a, ".repeat(many) + "x",
        "f(".repeat(many) + &")".repeat(many),
        "f'{".repeat(many),
        "x = (y := ".repeat(many),
        "x if ".repeat(many),
        "*".repeat(many) + "x",
        "match ".repeat(many) + ":",
        "case ".repeat(many) + ":",
        "print ".repeat(many),
        "if x: ".repeat(many),
    ];
    for statement in deep {
        let text = format!("before()\n{statement}\n");
        let facts = read(&text);
        let start: String = statement.chars().take(20).collect();
        assert_eq!(
            calls(&facts).first().map(String::as_str),
            Some("1:1 before()"),
            "{start}"
        );
        assert!(
            !facts.unread.is_empty() || start.starts_with("print"),
            "{start}"
        );
    }
}

#[test]
fn what_stands_around_a_deep_statement_is_read() {
    let text = format!(
        "a = 'x'\nif a:\n    b = {}\n    f(a)\ng(a)\n",
        vec!["1"; 5_000].join("+")
    );
    let facts = read(&text);
    assert_eq!(calls(&facts), ["4:5 f(\"x\")", "5:1 g(\"x\")"]);
    let unread: Vec<String> = facts
        .unread
        .iter()
        .map(|unread| format!("{:?} {}", unread.line, unread.reason))
        .collect();
    assert_eq!(unread, ["Some(3) nested deeper than 600 levels"]);
}

#[test]
fn nesting_below_the_limit_fits_the_stack() {
    let most = 290;
    let texts = [
        format!("f({}1{})\n", "[".repeat(most), "]".repeat(most)),
        format!("{}1{}\n", "f(".repeat(most), ")".repeat(most)),
        format!("f({})\n", vec!["a"; 590].join("+")),
        format!("x{}\n", ".f()".repeat(most)),
        format!("{}1\n", "lambda: ".repeat(most)),
        format!("f({}x)\n", "not ".repeat(most)),
        format!("f({}x{})\n", "{1: ".repeat(190), "}".repeat(190)),
        format!("f({}x{})\n", "[a for a in ".repeat(140), "]".repeat(140)),
        format!(
            "match x:\n    case {}1{}:\n        pass\n",
            "[".repeat(most),
            "]".repeat(most)
        ),
        (0..99)
            .map(|depth| format!("{}if f():\n", " ".repeat(depth)))
            .collect::<String>()
            + &" ".repeat(99)
            + "f()\n",
        (0..99)
            .map(|depth| format!("{}def f(x=g()):\n", " ".repeat(depth)))
            .collect::<String>()
            + &" ".repeat(99)
            + "f()\n",
    ];
    for text in texts {
        let facts = read(&text);
        let start: String = text.chars().take(30).collect();
        assert_eq!(facts.unread, [], "{start}");
    }
}

#[test]
fn deep_indentation() {
    let blocks = (0..2_000).map(|depth| format!("{}if x:\n", " ".repeat(depth)));
    let text = format!(
        "f()\n{}{}g()\nh()\n",
        blocks.collect::<String>(),
        " ".repeat(2_000)
    );
    let facts = read(&text);
    assert_eq!(calls(&facts).first().map(String::as_str), Some("1:1 f()"));
    assert!(!facts.unread.is_empty());
}

#[test]
fn values_do_not_grow_without_bound() {
    let doublings = [
        "x = 'ab'\n".to_owned() + &"x = x + x\n".repeat(10_000),
        "x = 'ab'\n".to_owned() + &"x = f'{x}{x}'\n".repeat(10_000),
        "x = ['ab']\n".to_owned() + &"x = x + x\n".repeat(10_000),
        "x = ['ab']\n".to_owned() + &"x = [x, x]\n".repeat(10_000),
        "x = {}\n".to_owned() + &"x = {'a': x, 'b': x}\n".repeat(10_000),
        "x = 'a'\n".to_owned() + &"x = 'b' + x if y else x + 'c'\n".repeat(10_000),
        "x = 'a'\n".to_owned() + &"x += 'b'\n".repeat(50_000),
        "x = a\n".to_owned() + &"x = x.b\n".repeat(50_000),
        "x = {}\n".to_owned() + &"x[f()] = x\n".repeat(10_000),
        (0..10_000).fold(String::from("x = {}\n"), |text, n| {
            text + &format!("x['k{n}'] = {n}\n")
        }),
        "x = []\n".to_owned() + &"x.append(x)\n".repeat(10_000),
        "if a:\n    x = 1\n".repeat(10_000),
        "x = '%s' * 9\n".to_owned() + &"x = x.replace('s', 'ss')\n".repeat(10_000),
        "def f(x='a'): return f(x + 'b')\n".repeat(3_000),
        (0..3_000).fold(String::new(), |text, n| {
            text + &format!("def f{n}(x): return f{}(x) + f{}(x)\n", n + 1, n + 1)
        }),
        format!("x = [{}]\n", "'a', ".repeat(10_000)) + &"f(x)\n".repeat(10_000),
    ];
    for text in doublings {
        let text = text + "show(x)\n";
        let facts = read(&text);
        let start: String = text.chars().take(40).collect();
        let bytes: usize = facts
            .calls
            .iter()
            .flat_map(|call| &call.arguments)
            .map(|argument| short(&argument.value).len())
            .sum();
        assert!(bytes < (4 << 20) + 12 * text.len(), "{start}: {bytes}");
        assert!(
            facts.calls.iter().any(|call| call.path == "show"),
            "{start}"
        );
    }
}

#[test]
fn large_files() {
    let call = "model.predict('abc', name='def')\n";
    let facts = read(&call.repeat(20_000));
    assert_eq!(facts.calls.len(), 20_000);
    let facts = read(&"f('é');".repeat(20_000));
    assert_eq!(
        facts.calls.last().map(|call| (call.line, call.column)),
        Some((1, 139_994))
    );
    read(&"def f(a, b=1):\n    return g(a)\n".repeat(10_000));
    read(&"class C(C):\n    x = 1\nC().y\n".repeat(5_000));
    read(&"a = b\nb = a\n".repeat(10_000));
    read(&"from a import *\n".repeat(10_000));
    read(&"f(f)(f)\n".repeat(10_000));
    read(&"@f(1)\n".repeat(10_000));
    read(&"(\n".repeat(10_000));
    read(&"[f for f in f for f in f]\n".repeat(10_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text(text in any::<String>()) {
        let _ = python(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)) {
        let text = pieces.concat();
        let facts = python(&text);
        prop_assert_eq!(&facts, &python(&text));
        for call in &facts.calls {
            prop_assert!(call.receiver.is_none_or(|receiver| receiver < facts.calls.len()));
        }
    }
}

const PIECES: [&str; 60] = [
    "x",
    "y",
    "self",
    " = ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    "\n",
    "\n    ",
    "\n        ",
    "'a'",
    "f'{",
    "}'",
    "\"\"\"",
    "def f",
    "class C",
    "lambda ",
    "if ",
    "else",
    "elif ",
    "for ",
    " in ",
    "import ",
    "from ",
    " as ",
    "return ",
    "with ",
    "try:",
    "except:",
    "match ",
    "case ",
    "_",
    "*",
    "**",
    "+",
    "%",
    "/",
    "or ",
    "and ",
    "not ",
    "x = ",
    "x.y = ",
    "x['k'] = ",
    "x += ",
    "os.environ['A']",
    "open('f')",
    ".format(",
    ".get(",
    "yield ",
    "await ",
    ":=",
    "é",
    "0",
    "@",
];
