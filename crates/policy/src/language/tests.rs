use proptest::prelude::*;
use waybill_domain::facts::{FindingFacts, GateFacts, MatchFacts, ScanFacts};
use waybill_domain::{Confidence, Gate, Severity};

use super::*;

fn facts() -> ScanFacts {
    let finding = |rule: &str, severity, member: &str| FindingFacts {
        rule: rule.to_owned(),
        severity,
        confidence: Confidence::High,
        member: member.to_owned(),
        answers: vec!["M-R1".to_owned(), "CWE-502".to_owned()],
        ..FindingFacts::default()
    };
    ScanFacts {
        today: "2026-11-23".to_owned(),
        findings: vec![
            finding("pickle-import-unknown", Severity::Medium, "a/data.pkl"),
            finding("zip-duplicate", Severity::High, ""),
        ],
        matches: vec![MatchFacts {
            cvss: 7.5,
            severity: Severity::High,
            ..MatchFacts::default()
        }],
        ..ScanFacts::default()
    }
}

fn judge(text: &str, facts: &ScanFacts) -> Result<Result<bool, Failure>, String> {
    let expression = Expression::condition(text, Gate::Scan.record(), None);
    let expression = expression.map_err(|bad| bad.reason)?;
    let whole = GateFacts::Scan(Box::new(facts.clone()));
    Ok(expression.holds(whole.facts(), None))
}

/// By the interpreter of the `cel` crate, over the facts as it converts them. None if it has no
/// value.
fn oracle(text: &str, facts: &ScanFacts) -> Option<bool> {
    let program = cel::Program::compile(text).unwrap();
    let mut context = cel::Context::default();
    let mut variable = |name: &str, value| context.add_variable_from_value(name, value);
    variable("today", cel::to_value(&facts.today).unwrap());
    variable("artifact", cel::to_value(&facts.artifact).unwrap());
    variable("findings", cel::to_value(&facts.findings).unwrap());
    variable("matches", cel::to_value(&facts.matches).unwrap());
    match program.execute(&context) {
        Ok(cel::Value::Bool(value)) => Some(value),
        Ok(other) => panic!("{text}: {other:?}"),
        Err(_) => None,
    }
}

#[test]
fn expressions_mean_what_cel_says() {
    let facts = facts();
    for (text, value) in [
        ("findings.exists(f, f.severity == 'high')", Some(true)),
        (
            "findings.all(f, f.severity in ['high', 'critical'])",
            Some(false),
        ),
        (
            "findings.exists_one(f, f.member.startsWith('a/'))",
            Some(true),
        ),
        (
            "findings.filter(f, f.rule.contains('zip')).size() == 1",
            Some(true),
        ),
        ("'zip-duplicate' in findings.map(f, f.rule)", Some(true)),
        (
            "'x' in findings.filter(f, false).map(f, f.rule)",
            Some(false),
        ),
        (
            "findings.exists(f, f.answers.exists(a, a.endsWith('502')))",
            Some(true),
        ),
        ("findings[0].rule == 'x'", None),
        (
            "matches.exists(m, m.cvss >= 7.5 && m.cvss < 8.0)",
            Some(true),
        ),
        ("matches.exists(m, m.cvss in [7.5])", Some(true)),
        ("today > '2026-11-22' && size(today) == 10", Some(true)),
        ("today.matches('^[0-9]{4}-')", Some(true)),
        (
            "(true ? 1 + 2 * 3 : 0) == 7 && 7 % 4 == 3 && -7 / 2 == -3",
            Some(true),
        ),
        ("1 / 0 == 1 || true", Some(true)),
        ("false && 1 / 0 == 1", Some(false)),
        (
            "findings.exists(f, 1 / size(f.member) == 1 || f.severity == 'high')",
            Some(true),
        ),
        ("!artifact.complete && artifact.size_bytes == 0", Some(true)),
    ] {
        match value {
            Some(value) => {
                assert_eq!(judge(text, &facts), Ok(Ok(value)), "{text}");
                // The crate has patterns only as a feature, which is off.
                if !text.contains(".matches(") {
                    assert_eq!(oracle(text, &facts), Some(value), "{text}");
                }
            }
            None => assert!(judge(text, &facts).is_err(), "{text}"),
        }
    }
    assert_eq!(
        judge("1 / 0 == 1", &facts),
        Ok(Err(Failure::DivisionByZero))
    );
    assert_eq!(
        judge("9223372036854775807 + 1 > 0", &facts),
        Ok(Err(Failure::TooLarge))
    );
}

#[test]
fn what_has_no_type_is_refused() {
    for (text, reason) in [
        ("1", "a condition is a bool, and this is an int"),
        ("today == 1", "a string is compared with an int"),
        (
            "findings == findings",
            "a list of `finding` records is compared with a list of `finding` records",
        ),
        (
            "findings.exists(f, f.severity > 'low')",
            "words have no order: list those that are meant, with `in`",
        ),
        (
            "findings.exists(f, f.severity in ['bad'])",
            "it is never \"bad\"; it is one of \"info\", \"low\", \"medium\", \"high\", \"critical\"",
        ),
        (
            "has(artifact.path)",
            "every field has a value, so that `has` says nothing: compare with \"\", 0 or false",
        ),
        (
            "today.matches('(')",
            "the pattern cannot be used: error: unclosed group",
        ),
        (
            "findings.exists(f, f.answers.exists(a, f.answers.exists(b, a == b)))",
            "more than 2 steps over lists stand within each other",
        ),
        ("now() > 1", "`now` is not part of"),
        (
            "timestamp(today) == timestamp(today)",
            "`timestamp` is not part of",
        ),
        (
            "{'a': 1}.size() == 1",
            "maps are not part of a policy's expressions",
        ),
        ("b'x' == b'x'", "no fact is a row of bytes"),
        (
            "null == null",
            "every fact has a value: compare with \"\", 0 or false",
        ),
        ("true &&", "it cannot be read"),
    ] {
        let said = judge(text, &ScanFacts::default()).unwrap_err();
        assert!(said.starts_with(reason), "{text}: {said}");
    }
    let long = "true && ".repeat(300) + "true";
    assert!(judge(&long, &ScanFacts::default()).is_err());
    for deep in [
        "(".repeat(200) + "true" + &")".repeat(200),
        "!".repeat(399) + "true",
        format!("{}1 == 1", "1+".repeat(390)),
        format!("today{}", ".a".repeat(390)),
        "[".repeat(300),
    ] {
        let _ = judge(&deep, &ScanFacts::default());
    }
}

#[test]
fn steps_are_counted() {
    let many = ScanFacts {
        findings: vec![FindingFacts::default(); 2_000],
        ..ScanFacts::default()
    };
    let text = "findings.all(f, findings.all(g, f.rule == g.rule))";
    assert_eq!(judge(text, &many), Ok(Err(Failure::TooLong)));
    assert_eq!(judge("findings.all(f, f.rule == '')", &many), Ok(Ok(true)));
}

/// Expressions that have a type, of conditions over one finding `f` and the whole facts.
fn condition() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "f.rule",
        "f.member",
        "f.message",
        "today",
        "artifact.format",
        "'a'",
        "''",
        "'unknown'",
    ]);
    let int = prop_oneof![
        Just("artifact.size_bytes".to_owned()),
        Just("size(f.member)".to_owned()),
        Just("size(f.answers)".to_owned()),
        Just("size(findings)".to_owned()),
        (-3_i64..4).prop_map(|number| format!("({number})")),
    ];
    let int = (
        int.clone(),
        prop::sample::select(vec!["+", "-", "*", "/", "%"]),
        int,
    )
        .prop_map(|(left, how, right)| format!("({left} {how} {right})"));
    let order = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let word = prop::sample::select(vec!["low", "medium", "high", "critical"]);
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("f.incomplete".to_owned()),
        word.prop_map(|word| format!("f.severity == '{word}'")),
        Just("f.confidence in ['low', 'high']".to_owned()),
        (text.clone(), order.clone(), text.clone())
            .prop_map(|(left, how, right)| format!("{left} {how} {right}")),
        (int.clone(), order, int).prop_map(|(left, how, right)| format!("{left} {how} {right}")),
        (
            text.clone(),
            prop::sample::select(vec!["startsWith", "endsWith", "contains"]),
            text.clone()
        )
            .prop_map(|(left, how, right)| format!("{left}.{how}({right})")),
        text.prop_map(|text| format!("{text} in f.answers")),
        Just("f.answers.exists(a, a == f.rule)".to_owned()),
        Just("matches.all(m, m.cvss >= 5.0)".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} && {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} || {right})")),
            inner.clone().prop_map(|of| format!("!({of})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(condition, yes, no)| format!("({condition} ? {yes} : {no})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn both_interpreters_say_the_same(
        body in condition(),
        over in prop::sample::select(vec!["exists", "all", "exists_one"]),
    ) {
        let facts = facts();
        let text = format!("findings.{over}(f, {body})");
        if let Ok(value) = judge(&text, &facts) {
            prop_assert_eq!(value.ok(), oracle(&text, &facts), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9 .()\\[\\]!&|<>=+*'\"?:,{}-]{0,60}") {
        let _ = judge(&text, &ScanFacts::default());
    }
}
