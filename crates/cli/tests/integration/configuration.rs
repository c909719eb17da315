//! `waybill.toml` of the working directory.

use crate::support::{Folder, GOOD, HARMFUL, UNVETTED};

fn with(configuration: &str) -> Folder {
    let folder = Folder::new();
    folder
        .pickle("m/unvetted.pkl", UNVETTED)
        .bytes("waybill.toml", configuration.as_bytes());
    folder
}

#[test]
fn a_name_allowed_exactly_is_admitted_and_recorded() {
    let folder =
        with("[[allow]]\nglobal = \"acme.layers.Gate\"\nreason = \"ours, reviewed by Ada\"\n");
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(0));
    let artifact = run.artifact("unvetted.pkl");
    assert_eq!(artifact["verdict"], "admit");
    assert_eq!(
        artifact["allowed"],
        serde_json::json!([{"name": "acme.layers.Gate", "reason": "ours, reviewed by Ada"}])
    );
    assert_eq!(run.json()["summary"]["excepted"], 1);
    insta::assert_snapshot!(folder.run("scan m --verbose").shown());
}

#[test]
fn names_are_not_allowed_by_their_beginning_or_otherwise_written() {
    for name in [
        "acme.layers",
        "acme.layers.Gat",
        "acme.layers.Gate.forward",
        "layers.Gate",
        "ACME.layers.Gate",
    ] {
        let folder = with(&format!("[[allow]]\nglobal = \"{name}\"\n"));
        let run = folder.run("scan m --format json");
        assert_eq!(run.code, Some(1), "{name}");
        assert_eq!(run.json()["summary"]["excepted"], 0, "{name}");
    }
}

#[test]
fn an_allowed_name_does_not_cover_its_neighbours() {
    let folder = with("[[allow]]\nglobal = \"acme.layers.Gate\"\n");
    let both = UNVETTED.replace(
        "STOP",
        "POP\nGLOBAL posix system\nSHORT_BINUNICODE \"echo pwned\"\nTUPLE1\nREDUCE\nSTOP",
    );
    folder.pickle("m/both.pkl", &both);
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.artifact("both.pkl")["verdict"], "reject");
    assert_eq!(
        run.artifact("both.pkl")["allowed"][0]["name"],
        "acme.layers.Gate"
    );
}

#[test]
fn the_threshold_and_the_patterns_may_stand_there() {
    let folder = with("fail-on = \"reject\"\nexclude = [\"*.md\"]\n");
    folder.bytes("m/README.md", b"x");
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.json()["verdict"], "quarantine");
    assert_eq!(run.json()["summary"]["excluded"], 1);
    // What is typed goes before what is written.
    assert_eq!(folder.run("scan m --fail-on quarantine").code, Some(1));
}

#[test]
fn limits_are_kept_and_reaching_one_is_told() {
    let folder = with("[limits]\ndepth = 1\n");
    folder.artifact(
        "m/nested.tar",
        "tar",
        "file \"a.tar\" : tar\n  file \"b.tar\" : tar\n    file \"c.pkl\" : pickle\n      NONE\n      STOP\n",
    );
    let run = folder.run("scan m --format json");
    assert!(
        run.rules("nested.tar")
            .contains(&"limit-reached".to_owned())
    );
    assert_eq!(run.artifact("nested.tar")["complete"], false);
    assert!(
        folder
            .run("limits")
            .out()
            .contains("depth                               1  ")
    );
    std::fs::remove_file(folder.path("waybill.toml")).unwrap();
    assert_eq!(
        folder.run("scan m --format json").artifact("nested.tar")["verdict"],
        "admit"
    );
}

#[test]
fn a_named_configuration_replaces_that_of_the_working_directory() {
    let folder = with("no = \"toml");
    folder.bytes("other.toml", b"fail-on = \"reject\"\n");
    assert_eq!(folder.run("scan m").code, Some(2));
    assert_eq!(folder.run("scan m --config other.toml").code, Some(0));
}

#[test]
fn the_configuration_may_be_that_of_another_folder_than_the_targets() {
    let folder = with("fail-on = \"reject\"\n");
    let mut command = folder.command_in("m");
    command.args(["scan", "."]);
    assert_eq!(folder.finish(command, Vec::new()).code, Some(1));
}

/// Allowing extends the list of good names; it does not make a harmful one good.
#[test]
fn a_harmful_name_cannot_be_allowed() {
    let folder = with("[[allow]]\nglobal = \"posix.system\"\nreason = \"we know\"\n");
    folder
        .pickle("m/unvetted.pkl", HARMFUL)
        .pickle("m/good.pkl", GOOD);
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["summary"]["excepted"], 0);
    assert_eq!(run.artifact("unvetted.pkl")["verdict"], "reject");
}

#[test]
fn only_listed_formats_come_in() {
    let folder = with("[policy]\nformats = [\"json\", \"text\"]\n");
    folder
        .pickle("m/good.pkl", GOOD)
        .bytes("m/config.json", b"{}");
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.artifact("config.json")["verdict"], "admit");
    let good = run.artifact("good.pkl");
    assert_eq!(good["verdict"], "reject");
    assert_eq!(good["reasons"][0]["rule"], "format-not-allowed");
    assert_eq!(
        good["reasons"][0]["message"],
        "good.pkl is pickle, and the configuration allows only json, text"
    );
    for refused in ["[]", "[\"\"]", "[\"a\\\"b\"]", "[\"JSON\"]"] {
        let run = with(&format!("[policy]\nformats = {refused}\n")).run("scan m");
        assert_eq!(run.code, Some(2), "{refused}");
        assert!(run.stderr.contains("list of formats"), "{run:?}");
    }
}

#[test]
fn a_severity_of_the_configuration_counts_and_is_told() {
    let mild = with("[policy.severities]\npickle-unvetted-global = \"low\"\n");
    let run = mild.run("scan m --format json");
    assert_eq!(run.code, Some(0));
    let finding = &run.artifact("unvetted.pkl")["findings"][0];
    assert_eq!(finding["severity"], "low");
    assert_eq!(finding["severity_of_rule"], "medium");
    let help = finding["help"].as_str().unwrap();
    assert!(help.ends_with("(counts as low by the configuration; the rule says medium)"));
    let hard = with("[policy.severities]\npickle-unvetted-global = \"critical\"\n");
    let run = hard.run("scan m --format json");
    assert_eq!(run.artifact("unvetted.pkl")["verdict"], "reject");
    let run = with("[policy.severities]\npickle-unveted-global = \"low\"\n").run("scan m");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr
            .contains("there is no rule `pickle-unveted-global`"),
        "{run:?}"
    );
}

#[test]
fn every_line_of_the_configuration_is_explained() {
    let folder = with(
        "fail-on = \"reject\"\nexclude = [\"*.tmp\"]\n\n[limits]\ndepth = 4\n\n[policy]\nprofile = \"pinned-only\"\nformats = [\n  \"json\",\n]\nseverities = { trailing-bytes = \"high\" }\n\n[[allow]]\nglobal = \"acme.layers.Gate\"\nreason = \"ours\"\n",
    );
    let run = folder.run("policy check");
    assert_eq!(run.code, Some(0));
    insta::assert_snapshot!(run.shown());
    let run = folder.run("policy check --format json");
    let lines = run.json()["explained"].as_array().unwrap().clone();
    assert!(lines.iter().any(|line| line["file"] == "waybill.toml"
        && line["line"] == 5
        && line["means"] == "at most so many containers inside each other"));
}
