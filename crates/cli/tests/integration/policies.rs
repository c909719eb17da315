//! Policies and exceptions decide, and end by themselves.

use crate::support::{Folder, GOOD, HARMFUL, UNVETTED};

const ADD: &str = "exception add --owner Ada --approver Grace --reason vetted --now 2026-11-01 --expires 2026-11-30";

fn write(folder: &Folder, name: &str, text: &str) {
    folder.bytes(name, text.as_bytes());
}

fn verdict(folder: &Folder, line: &str, path: &str) -> String {
    let run = folder.run(&format!("{line} --format json"));
    run.artifact(path)["verdict"].as_str().unwrap().to_owned()
}

/// The rule of the first finding.
fn rule(folder: &Folder, path: &str) -> String {
    let run = folder.run("scan m --format json");
    let artifact = run.artifact(path);
    artifact["findings"][0]["rule"].as_str().unwrap().to_owned()
}

#[test]
fn an_exception_holds_until_its_last_day() {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", UNVETTED);
    let rule = rule(&folder, "a.pkl");
    let added = folder.run(&format!("{ADD} --rule {rule} --path a.pkl"));
    assert_eq!(added.code, Some(0));
    let run = folder.run("scan m --now 2026-11-30 --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.artifact("a.pkl")["verdict"], "admit");
    let json = run.json();
    assert_eq!(json["summary"]["excepted"], 1);
    assert_eq!(json["exceptions"][0]["state"], "in-force");
    let excepted = &run.artifact("a.pkl")["findings"][0]["excepted"]["exception"];
    assert_eq!(excepted["owner"], "Ada");
    let after = folder.run("scan m --now 2026-12-01 --format json");
    assert_eq!(after.code, Some(1));
    assert_eq!(after.artifact("a.pkl")["verdict"], "quarantine");
    assert_eq!(after.json()["exceptions"][0]["state"], "expired");
    for (day, code) in [("2026-11-30", 0), ("2026-12-01", 1)] {
        let check = folder.run(&format!("exception check --now {day}"));
        assert_eq!(check.code, Some(code), "{day}");
    }
    insta::assert_snapshot!(folder.run("scan m --now 2026-12-01").shown());
}

#[test]
fn malicious_artifacts_need_a_digest() {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", HARMFUL);
    let rule = rule(&folder, "a.pkl");
    folder.run(&format!("{ADD} --rule {rule} --path a.pkl"));
    assert_eq!(
        verdict(&folder, "scan m --now 2026-11-02", "a.pkl"),
        "reject"
    );
    let run = folder.run("scan m --format json");
    let digest = run.artifact("a.pkl")["digests"]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    folder.run(&format!("{ADD} --digest {digest}"));
    assert_eq!(
        verdict(&folder, "scan m --now 2026-11-02", "a.pkl"),
        "admit"
    );
}

#[test]
fn exceptions_of_everything_are_refused() {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", GOOD);
    for scope in ["", "--rule pickle-shell-command", "--advisory *"] {
        let run = folder.run(&format!("{ADD} {scope}"));
        assert_eq!(run.code, Some(2), "{scope}");
    }
    write(
        &folder,
        "waybill.exceptions.toml",
        "version = 1\n[[exception]]\nid = \"a\"\n",
    );
    assert_eq!(folder.run("scan m").code, Some(2));
}

#[test]
fn profiles_and_own_policies_decide() {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", GOOD);
    assert_eq!(verdict(&folder, "scan m", "a.pkl"), "admit");
    let profile = "scan m --policy non-executable-only";
    assert_eq!(verdict(&folder, profile, "a.pkl"), "reject");
    write(
        &folder,
        "waybill.toml",
        "[policy]\nprofile = \"signed-only\"\nfiles = [\"own.toml\"]\n",
    );
    write(
        &folder,
        "own.toml",
        "version = 1\nname = \"own\"\n[[rule]]\nid = \"small\"\ngates = [\"scan\"]\non = \"artifact\"\n\
         when = 'artifact.size_bytes < 1'\nverdict = \"reject\"\nmessage = \"{artifact.path} is small\"\n",
    );
    assert_eq!(verdict(&folder, "scan m", "a.pkl"), "quarantine");
    assert_eq!(folder.run("policy check").code, Some(0));
    write(
        &folder,
        "own.toml",
        "version = 1\nname = \"own\"\n[[rule]]\nid = \"small\"\ngates = [\"scan\"]\nwhen = 'artifact.size < 1'\nverdict = \"reject\"\nmessage = \"\"\n",
    );
    let refused = folder.run("scan m");
    assert_eq!(refused.code, Some(2));
    insta::assert_snapshot!(refused.shown());
}

#[test]
fn facts_are_judged_at_any_gate() {
    let folder = Folder::new();
    write(
        &folder,
        "f.json",
        "{\"signature\": {\"state\": \"absent\"}, \"artifact\": {\"path\": \"m.gguf\"}}",
    );
    insta::assert_snapshot!(
        folder
            .run("policy check --gate signature --facts f.json --policy signed-only --against baseline")
            .shown()
    );
    write(&folder, "f.json", "{\"signed\": true}");
    assert_eq!(
        folder
            .run("policy check --gate signature --facts f.json")
            .code,
        Some(2)
    );
    assert_eq!(folder.run("policy test baseline").code, Some(0));
}
