//! The grammar: what parses, what does not, and the facts of statements.

use super::super::{ExpansionKind, InclusionKind, parse};
use super::errors;

const VALID: [&str; 60] = [
    "plain text { and } and {a}",
    "{# comment with {{ and {% #}",
    "{{ 1_000 + 0x_ff + 0b1 + 0o7 + 1.5e3 + 1e5 }}",
    "{{ 'a' 'b' \"c\" }}",
    "{{ [1, 2,] }}{{ (1,) }}{{ () }}{{ 1, 2 }}{{ {'a': 1, 'b': [2],} }}",
    "{{ {'a': {'b': {}}} }}",
    "{{ a.b['c'].d[0][1:2][::-1][:, 0].0 }}",
    "{{ f(1, *a, b=2, **c) }}",
    "{{ f(a, )|g|h(1)|i.j(k=2) }}",
    "{{ -x.y|abs }}{{ +1 }}{{ - - 1 }}",
    "{{ a ** b ** c // d % e ~ f - g }}",
    "{{ a < b <= c != d }}",
    "{{ a in b }}{{ a not in b }}{{ not a in b }}{{ not not a }}",
    "{{ a and b or not c }}",
    "{{ a if b }}{{ a if b else c }}{{ a if b else c if d else e }}",
    "{{ a is defined }}{{ a is not none }}{{ a is divisibleby 3 }}{{ a is divisibleby(3) }}",
    "{{ a is in [1, 2] }}{{ a is sameas true }}{{ a is string and b is mapping }}",
    "{{ a is defined if b is defined else c }}",
    "{{- a -}}{{+ a }}{{ a -}}",
    "{%- if a -%}{%+ endif +%}",
    "{% for a in b %}{% else %}{% endfor %}",
    "{% for a, b in c.items() if a is not none recursive %}{{ loop(a) }}{% endfor %}",
    "{% for (a, b) in c %}{% endfor %}",
    "{% for a in 1, 2, 3 %}{% endfor %}",
    "{% for a in (b if c else d) %}{% endfor %}",
    "{% if a %}{% elif b %}{% elif c %}{% else %}{% endif %}",
    "{% macro m(a, b=1, c='x') %}{{ caller() }}{% endmacro %}",
    "{% call(x) m(1) %}{{ x }}{% endcall %}{% call m() %}{% endcall %}",
    "{% filter upper|replace('a', 'b') %}text{% endfilter %}",
    "{% set a = 1 %}{% set a, b = 1, 2 %}{% set ns.a = 1 %}{% set a %}x{% endset %}",
    "{% set a | upper %}x{% endset %}",
    "{% include 'a' %}{% include ['a', 'b'] ignore missing with context %}",
    "{% import 'a' as b with context %}{% from 'a' import b as c, d without context %}",
    "{% extends 'base' %}{% block a scoped required %}{% endblock a %}{% block b %}{% endblock %}",
    "{% with a = 1, b = a %}{% endwith %}{% with %}{% endwith %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% raw %}{{ not }} {% parsed {# #}{% endraw %}",
    "{%- raw -%} {{ {% {%- endraw -%}",
    "{% do a.append(1) %}",
    "{% for a in b %}{% break %}{% continue %}{% endfor %}",
    "{% trans %}Hello {{ name }}{% endtrans %}",
    "{% trans count=list|length, user %}one{% pluralize count %}many{% endtrans %}",
    "{% trans trimmed \"context\" a=1 %}x{% endtrans %}",
    "{% generation %}{{ a }}{% endgeneration %}",
    "{%- generation -%}{%- endgeneration -%}",
    "{% print a, b %}{% debug %}",
    "{{ 'it\\'s' }}{{ \"}}\" }}{{ '%}' }}",
    "{{ a\n  .b\n  | c }}",
    "{{ f(x)(y)[z].w }}",
    "{{ (a).b }}{{ (a|b).c }}{{ 'x'.join(y) }}{{ [1][0] }}{{ {}.get('a') }}",
    "{{ a|attr('b')('c') }}",
    "{{ true }}{{ True }}{{ none }}{{ None }}{{ false }}",
    "{%for a in b%}{%endfor%}{{a}}",
    "{% if (a) %}{% endif %}{% if not(a) %}{% endif %}",
    "{% if a == 'x' or (b and c[0]['d']) %}{% endif %}",
    "{{ naïve.größe }}",
    "{{ a[b:c:d] }}{{ a[:b] }}{{ a[b:] }}{{ a[::] }}",
    "{{ messages[::-1][0].content[5:-1] | trim + '\\n' }}",
    "{{ ('a' if x else 'b') ~ y | tojson(indent=4) }}",
    "",
];

#[test]
fn the_grammar_parses_without_an_error() {
    for template in VALID {
        assert_eq!(errors(template), [""; 0], "{template}");
        assert_eq!(parse(template).unknown_tags, [], "{template}");
    }
}

const INVALID: [(&str, &str); 22] = [
    ("{{ }}", "expected an expression"),
    ("{{ a b }}", "expected the end of the tag"),
    ("{{ a", "never closed"),
    ("{{ 'a }}", "expected an expression"),
    ("{{ (a }}", "expected `)`"),
    ("{{ a) }}", "expected the end of the tag"),
    ("{{ a. }}", "expected a name or number"),
    ("{{ a| }}", "expected a name"),
    ("{{ $x }}", "expected an expression"),
    ("{{ {'a' 1} }}", "expected `:`"),
    ("{{ f(a b) }}", "expected `)`"),
    ("{% if %}{% endif %}", "expected an expression"),
    ("{% for a %}{% endfor %}", "expected `in`"),
    ("{% if a %}", "`endif` is missing"),
    ("{% endif %}", "`endif` closes nothing"),
    (
        "{% for a in b %}{% if c %}{% endfor %}",
        "`endif` expected first",
    ),
    ("{% else %}", "`else` outside"),
    ("{% elif a %}", "`elif` outside"),
    ("{# never", "comment is never closed"),
    ("{% raw %} never", "raw block is never closed"),
    ("{% set 1 = 2 %}", "expected a name to assign to"),
    ("{% if a % }", "expected an expression"),
];

#[test]
fn what_is_not_jinja_is_an_error_with_a_message() {
    for (template, message) in INVALID {
        let found = errors(template);
        assert!(
            found.iter().any(|error| error.contains(message)),
            "{template}: {found:?}"
        );
    }
}

#[test]
fn reading_goes_on_after_an_error() {
    for broken in [
        "{{ ( }}",
        "{{ 'a }}",
        "{{ { }}",
        "{% raw %}",
        "{# open",
        "{{ a b",
        "{% nope 1 2 %}",
    ] {
        let facts = parse(&format!("{broken} text {{{{ cycler.__init__ }}}}"));
        assert!(
            !facts.errors.is_empty() || !facts.unknown_tags.is_empty(),
            "{broken}"
        );
        assert!(
            facts
                .accesses
                .iter()
                .any(|access| access.name() == Some("__init__")),
            "{broken}"
        );
    }
}

#[test]
fn statements_are_facts() {
    let facts = parse(
        "{% include '/etc/passwd' %}{% include ['a', b] %}{% extends x ~ 'y' %}\
         {% import 'm' as n %}{% from 'o' import p as q %}{% frobnicate a.b %}\
         {% macro hello(a) %}{% endmacro %}",
    );
    let found: Vec<_> = facts
        .inclusions
        .iter()
        .map(|one| (one.kind, one.target.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (InclusionKind::Include, Some("/etc/passwd")),
            (InclusionKind::Include, None),
            (InclusionKind::Extends, None),
            (InclusionKind::Import, Some("m")),
            (InclusionKind::FromImport, Some("o")),
        ]
    );
    assert_eq!(facts.unknown_tags[0].text, "frobnicate");
    assert_eq!(facts.macros[0].text, "hello");
    for name in ["n", "q", "hello", "a"] {
        assert!(facts.binds(name), "{name}");
    }
    assert!(!facts.binds("x"));
}

#[test]
fn growth_is_a_fact() {
    for (template, kind, amount) in [
        (
            "{% for i in range(999999999) %}{% endfor %}",
            ExpansionKind::Range,
            999_999_999,
        ),
        (
            "{% for i in range(0, 10**9, 10) %}{% endfor %}",
            ExpansionKind::Range,
            100_000_000,
        ),
        ("{{ 'AB' * 1000000 }}", ExpansionKind::Repeat, 2_000_000),
        ("{{ x * 1000000 }}", ExpansionKind::Repeat, 1_000_000),
        ("{{ 9 ** 99999 }}", ExpansionKind::Power, 99_999),
        ("{{ x|center(10000000) }}", ExpansionKind::Width, 10_000_000),
        (
            "{{ '%9999999d'|format(1) }}",
            ExpansionKind::Width,
            9_999_999,
        ),
        ("{{ lipsum(n=100000) }}", ExpansionKind::Width, 100_000),
    ] {
        let facts = parse(template);
        let found = facts
            .expansions
            .iter()
            .any(|one| one.kind == kind && one.amount == amount);
        assert!(found, "{template}: {:?}", facts.expansions);
    }
    let facts = parse("{% for i in [1,2] %}{% for j in range(5) %}{% endfor %}{% endfor %}");
    let loops: Vec<_> = facts
        .loops
        .iter()
        .map(|one| (one.depth, one.rounds))
        .collect();
    assert_eq!(loops, [(1, Some(2)), (2, Some(5))]);
}

#[test]
fn filters_tests_names_and_text_are_facts() {
    let facts = parse(
        "a{{ x|tojson(indent=4)|trim }}b{# c #}{% raw %}{{ d }}{% endraw %}{{ y is defined }}",
    );
    let filters: Vec<_> = facts.filters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(filters, ["tojson", "trim"]);
    assert!(facts.tests.contains_key("defined"));
    assert_eq!(facts.names.keys().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(facts.literal_text, "ab{{ d }}");
    let facts = parse("{{ '\\u202e' }}{{ strftime_now('%d') }}");
    assert_eq!(facts.strings[0].text, "\u{202e}");
    assert_eq!(facts.calls[0].path, "strftime_now");
}
