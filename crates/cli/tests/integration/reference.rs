//! What the tool says about itself.

use crate::support::Folder;

#[test]
fn help_of_every_verb() {
    let folder = Folder::new();
    let mut all = String::new();
    for arguments in [
        "--help",
        "scan --help",
        "rules --help",
        "explain --help",
        "limits --help",
        "selftest --help",
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments}");
        assert!(run.stderr.is_empty());
        all.push_str(&format!("$ waybill {arguments}\n{}\n", run.out()));
    }
    for line in all.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_version() {
    let run = Folder::new().run("--version");
    assert_eq!(
        run.out(),
        format!("waybill {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_rules_are_listed_as_text_and_as_json() {
    let folder = Folder::new();
    let text = folder.run("rules");
    assert_eq!(text.code, Some(0));
    let json = folder.run("rules --json").json();
    let rules = json.as_array().unwrap();
    assert_eq!(rules.len(), waybill_engine::rules().len());
    assert_eq!(text.out().lines().count(), rules.len() + 2);
    for (line, rule) in text.out().lines().zip(rules) {
        let id = rule["id"].as_str().unwrap();
        assert!(line.starts_with(&format!("{id} ")), "{line}");
        for key in ["summary", "severity", "confidence", "help"] {
            assert!(!rule[key].as_str().unwrap().is_empty(), "{id}: {key}");
        }
        assert!(!rule["answers"].as_array().unwrap().is_empty(), "{id}");
    }
}

#[test]
fn every_rule_is_explained() {
    let folder = Folder::new();
    for rule in waybill_engine::rules() {
        let run = folder.run(&format!("explain {}", rule.id));
        assert_eq!(run.code, Some(0), "{}", rule.id);
        assert!(run.out().contains(rule.page.trim_end()), "{}", rule.id);
        assert!(run.stderr.is_empty());
    }
}

#[test]
fn a_rule_that_is_none_gets_a_hint() {
    let folder = Folder::new();
    let mut all = String::new();
    for id in [
        "nonsense",
        "shell",
        "pickle-shel-command",
        "pickle_shell_command",
        "PICKLE-SHELL-COMMAND",
    ] {
        let run = folder.run(&format!("explain {id}"));
        assert_eq!(run.code, Some(2), "{id}");
        assert!(run.stdout.is_empty());
        all.push_str(&run.stderr);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_limits() {
    insta::assert_snapshot!(Folder::new().run("limits").shown());
}

/// The corpus is that of the rule pages, whose own test says whether each example fares well.
#[test]
fn the_selftest_prints_a_table() {
    let run = Folder::new().run("selftest");
    assert!(matches!(run.code, Some(0 | 1)), "{:?}", run.code);
    let mut lines = run.out().lines();
    let words: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(words, ["class", "flagged", "wrongly", "flagged"]);
    assert!(lines.any(|line| line.starts_with("all ")));
}

#[test]
fn the_example_is_written_and_its_verdict_is_reject() {
    let folder = Folder::new();
    folder.bytes("own", b"mine");
    let run = folder.run("selftest --example example");
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.is_empty());
    let run = folder.run("scan example --format json");
    assert_eq!(run.code, Some(1));
    assert!(run.json()["summary"]["admit"].as_u64() > Some(0));
    // Where a folder cannot be made, the message names it.
    let run = folder.run("selftest --example own/example");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("`own/example"), "{}", run.stderr);
}
