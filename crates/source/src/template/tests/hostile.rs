//! Inputs made to exhaust: they end soon, and say so.

use super::super::{Limit, Limits, parse, parse_with};
use proptest::prelude::*;

fn limits_reached(template: &str) -> Vec<Limit> {
    parse(template)
        .limits_reached
        .iter()
        .map(|one| one.limit)
        .collect()
}

#[test]
fn depth_is_bounded() {
    for opener in [
        "(", "[", "{", "f(", "x[", "{1:", "a|f(", "a is b(", "not (", "-(", "1 if (", "{a:[(",
    ] {
        let template = format!("{{{{ {} }}}}", opener.repeat(100_000));
        assert_eq!(
            limits_reached(&template),
            [Limit::ExpressionDepth],
            "{opener}"
        );
    }
    let ifs = "{% if a %}".repeat(100_000);
    assert!(limits_reached(&ifs).contains(&Limit::BlockDepth));
    let sets = format!(
        "{}{}",
        "{% set a %}".repeat(5_000),
        "{% endset %}".repeat(5_000)
    );
    assert_eq!(limits_reached(&sets), [Limit::BlockDepth]);
}

#[test]
fn long_chains_are_not_deep() {
    for link in [
        " + a",
        ".a",
        "|f",
        "[0]",
        "()",
        " if a else b",
        " and a",
        " is b and a",
        "~'x'",
    ] {
        let template = format!("{{{{ a{} }}}}", link.repeat(20_000));
        let facts = parse(&template);
        assert_eq!(facts.errors, [], "{link}");
    }
    for prefix in ["not ", "-", "+ "] {
        let facts = parse(&format!("{{{{ {}a }}}}", prefix.repeat(20_000)));
        assert_eq!(facts.errors, [], "{prefix}");
    }
}

#[test]
fn megabytes_of_noise_end_soon() {
    for unit in [
        "{{",
        "{%",
        "{#",
        "{{'",
        "{{ '\\'",
        "{% raw %}",
        "{",
        "{{ a }}",
        "{% if a %}",
        "{% endif %}",
        "{{ a[",
        "((((",
        "{{ '' | ",
        "{%if a%}x{%endif%}",
        "{{ 'a'*9 }}",
        "{% set a='b' %}{{x[a]}}",
        "{% trans ",
        "{% elif 'a' in b %}c",
        "{{ \"{a.b}\".format(c) }}",
        "{%       ",
    ] {
        let template = unit.repeat(1_000_000 / unit.len());
        let facts = parse(&template);
        assert!(facts.errors.len() <= Limits::default().facts, "{unit}");
    }
}

#[test]
fn constants_do_not_explode() {
    let doubling = format!(
        "{{% set x = 'ab' %}}{}{{{{ y[x] }}}}",
        "{% set x = x ~ x %}".repeat(200)
    );
    let facts = parse(&doubling);
    assert!(
        facts
            .accesses
            .iter()
            .all(|access| access.name().is_none_or(|name| name.len() <= 65_536))
    );
    let work = format!(
        "{{% set x = 'a' * 65536 %}}{}",
        "{{ x|upper|list|first }}".repeat(10_000)
    );
    assert!(limits_reached(&work).contains(&Limit::FoldingBytes));
}

#[test]
fn full_lists_are_reported() {
    let limits = Limits {
        facts: 3,
        ..Limits::default()
    };
    let facts = parse_with("{{ a.b.c.d.e }}", &limits);
    assert_eq!(facts.accesses.len(), 3);
    assert_eq!(facts.limits_reached[0].limit, Limit::Facts);
}

fn fragment() -> impl Strategy<Value = String> {
    let pieces = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "+",
        " ",
        "if ",
        "else",
        "endif",
        "for ",
        "in ",
        "x",
        "y.z",
        "'a'",
        "\"",
        "'",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "|",
        "attr",
        "join",
        "format",
        "%s",
        "*",
        "**",
        "99999",
        "1.5",
        "::",
        ":",
        ",",
        "=",
        "set ",
        "endset",
        "raw",
        "endraw",
        "macro ",
        "is ",
        "not ",
        "range",
        "~",
        "namespace",
        "é",
        "\u{202e}",
        "\n",
        "map",
        "replace",
        "-1",
        "{0.a}",
        "elif ",
        ".",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_mixture_of_tokens_is_read_to_its_end(text in fragment()) {
        let _ = parse(&text);
        let _ = parse(&format!("{{{{ {text} }}}}"));
        let _ = parse(&format!("{{% {text} %}}"));
    }
}
