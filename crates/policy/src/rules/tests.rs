use waybill_domain::Gate;

use super::*;

#[test]
fn built_in_policies_pass_their_cases_and_every_rule_has_one() {
    for policy in BUILT_IN {
        let cases = PolicyFile {
            file: "cases",
            text: policy.cases,
        };
        let results = run_cases(policy.file(), cases).unwrap();
        for case in &results.cases {
            assert_eq!(case.failure, None, "{}: {}", policy.name, case.name);
        }
        assert_eq!(results.untouched, Vec::<String>::new(), "{}", policy.name);
    }
}

#[test]
fn rules_answer_controls_that_there_are() {
    let known = include_str!("../../../dev/data/guidance-ids.txt");
    let known: Vec<&str> = known.split_whitespace().collect();
    for policy in BUILT_IN {
        let (about, rules) = summaries(policy.file()).unwrap();
        assert!(!about.is_empty());
        for rule in rules {
            assert!(!rule.answers.is_empty(), "{}", rule.id);
            for answer in rule.answers {
                assert!(known.contains(&answer.as_str()), "{}: {answer}", rule.id);
            }
        }
    }
}

fn faults(text: &str) -> Vec<String> {
    let file = PolicyFile {
        file: "p.toml",
        text,
    };
    let error = Engine::load(&[], &[file], &Gate::ALL).unwrap_err();
    error.faults.iter().map(ToString::to_string).collect()
}

fn rule(body: &str) -> String {
    format!(
        "version = 1\nname = \"mine\"\n\n[[rule]]\nid = \"r\"\ngates = [\"scan\"]\non = \"finding\"\n{body}"
    )
}

#[test]
fn what_is_wrong_is_named_with_file_line_and_rule() {
    let rest = "verdict = \"reject\"\nmessage = \"m\"\n";
    let one = |when: &str| faults(&rule(&format!("when = {when}\n{rest}")));
    assert_eq!(
        one("'finding.colour == \"red\"'"),
        [
            "p.toml:8, `r`: `finding` has no field `colour`; it has rule, severity, confidence, \
          message, member, answers, incomplete"
        ]
    );
    assert_eq!(
        one("'''\ntrue &&\n  finding.severity == \"critcal\"'''"),
        [
            "p.toml:10, `r`: it is never \"critcal\"; it is one of \"info\", \"low\", \"medium\", \"high\", \"critical\""
        ]
    );
    assert_eq!(
        one("'finding.rule'"),
        ["p.toml:8, `r`: a condition is a bool, and this is a string"]
    );
    assert_eq!(
        one("'finding.rule == 1'"),
        ["p.toml:8, `r`: a string is compared with an int"]
    );
    assert!(one("'finding.rule ='")[0].starts_with("p.toml:8, `r`: it cannot be read: "));
    assert_eq!(
        faults(&rule("when = 'true'\nverdict = \"maybe\"\nmessage = \"m\"")),
        ["p.toml:9, `r`: there is no verdict `maybe`; there are admit, quarantine and reject"]
    );
    assert_eq!(
        faults(&rule(
            "when = 'true'\nverdict = \"reject\"\nmessage = \"{finding.colour}\""
        )),
        ["p.toml:10, `r`: the message names `{finding.colour}`, which there is not"]
    );
    let twice = rule(&format!("when = 'true'\n{rest}"));
    let again = twice.split_once("\n\n").unwrap().1;
    assert_eq!(
        faults(&format!("{twice}{again}")),
        ["p.toml:12, `r`: two rules have this id"]
    );
    assert_eq!(
        faults("version = 1\nname = \"mine\"\nextends = \"acme\"\n"),
        [
            "p.toml:3: it extends `acme`, which there is not; there are baseline, non-executable-only, \
          signed-only, known-suppliers-only, pinned-only and nothing"
        ]
    );
    assert_eq!(
        faults(&rule(&format!(
            "when = 'true'\noverrides = [\"known-malicious\"]\n{rest}"
        ))),
        ["p.toml:9, `r`: `known-malicious` of `baseline` cannot be overridden"]
    );
    assert_eq!(
        faults("version = 2\nname = \"Mine\"\n"),
        [
            "p.toml:1: version 2 is not known here; this Waybill reads version 1",
            "p.toml:2: `Mine` is no name: use lowercase letters, digits and hyphens"
        ]
    );
    assert!(
        faults("version = 1\nname = \"mine\"\ncolour = 1\n")[0]
            .starts_with("p.toml:3: unknown field")
    );
}

#[test]
fn a_policy_relaxes_only_by_overriding() {
    let lower = rule(
        "when = 'finding.severity == \"medium\" && finding.rule != \"pickle-import-unknown\"'\n\
         verdict = \"quarantine\"\nmessage = \"m\"\noverrides = [\"risky-or-not-examined\"]\n",
    );
    let file = PolicyFile {
        file: "p.toml",
        text: &lower,
    };
    let cases = PolicyFile {
        file: "p.cases.toml",
        text: "[[case]]\nname = \"vetted\"\ngate = \"scan\"\nverdict = \"admit\"\nrules = []\n\
               facts = { findings = [{ rule = \"pickle-import-unknown\", severity = \"medium\" }] }\n\
               [[case]]\nname = \"wrong\"\ngate = \"scan\"\nverdict = \"reject\"\n\
               facts = { findings = [{ rule = \"x\", severity = \"medium\" }] }\n",
    };
    let results = run_cases(file, cases).unwrap();
    assert_eq!(results.cases[0].failure, None);
    assert_eq!(
        results.cases[1].failure.as_deref(),
        Some("the verdict should be reject, and is quarantine: by r")
    );
    assert_eq!((results.failed(), results.rules), (1, 1));
    let engine = Engine::load(&[], &[file], &[Gate::Scan]).unwrap();
    let overridden = &engine.info().overridden[0];
    assert_eq!(
        (
            overridden.policy.as_str(),
            overridden.rule.as_str(),
            overridden.by.as_str()
        ),
        ("baseline", "risky-or-not-examined", "mine/r")
    );
}

#[test]
fn a_rule_of_a_second_file_is_not_dropped_in_silence() {
    let body = "when = 'true'\nmessage = \"m\"\n";
    let mild = rule(&format!("{body}verdict = \"admit\"\n"));
    let strict = rule(&format!("{body}verdict = \"reject\"\n"));
    let files =
        [("a.toml", &mild), ("b.toml", &strict)].map(|(file, text)| PolicyFile { file, text });
    let error = Engine::load(&[], &files, &Gate::ALL).unwrap_err();
    let said: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["b.toml:5, `r`: another file has a policy `mine` with a rule of this id"]
    );
}
