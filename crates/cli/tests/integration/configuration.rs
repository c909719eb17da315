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
