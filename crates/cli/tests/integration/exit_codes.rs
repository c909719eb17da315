//! The one table of exit codes.

use crate::support::{Folder, GOOD, HARMFUL, UNKNOWN, UNVETTED};

/// Everything at once: the artifacts by name, the arguments, and the code.
fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .pickle("good.pkl", GOOD)
        .pickle("harmful.pkl", HARMFUL)
        .pickle("unvetted.pkl", UNVETTED)
        .artifact("unknown.bin", "hex", UNKNOWN)
        .bytes("empty", b"")
        .folder("nothing");
    folder
}

#[test]
fn the_table() {
    let folder = folder();
    for (arguments, code) in [
        ("good.pkl", 0),
        ("empty", 0),
        ("harmful.pkl", 1),
        ("unvetted.pkl", 1),
        ("--fail-on quarantine unvetted.pkl", 1),
        ("--fail-on reject unvetted.pkl", 0),
        ("--fail-on reject harmful.pkl", 1),
        ("unknown.bin", 4),
        ("--fail-on reject unknown.bin", 4),
        ("nothing", 3),
        ("missing.pkl", 2),
        ("--fail-on never good.pkl", 2),
        ("", 2),
    ] {
        let run = folder.run(&format!("scan {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.shown());
        assert_eq!(run.stdout.is_empty(), code == 2, "{arguments}");
        assert_eq!(run.stderr.is_empty(), code != 2, "{arguments}");
    }
}

#[test]
fn where_several_apply_the_worse_is_told() {
    let folder = folder();
    for (arguments, code) in [
        // 2 before 1, 4 and 3.
        ("harmful.pkl missing.pkl", 2),
        ("unknown.bin missing.pkl", 2),
        ("nothing missing.pkl", 2),
        // 1 before 4 and 3.
        ("unknown.bin harmful.pkl", 1),
        ("unknown.bin unvetted.pkl", 1),
        ("nothing harmful.pkl", 1),
        // 4 before 3 and 0.
        ("nothing unknown.bin", 4),
        ("good.pkl unknown.bin", 4),
        ("--fail-on reject unvetted.pkl unknown.bin", 4),
        // One folder without files among others is not nothing.
        ("nothing good.pkl", 0),
    ] {
        let run = folder.run(&format!("scan {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.shown());
    }
}

#[test]
fn incomplete_and_risky_is_refused() {
    let folder = Folder::new();
    // Breaks off behind a call that nobody has vetted.
    let broken = UNVETTED.replace("STOP\n", "BINUNICODE \"x\" length=99\n");
    folder.pickle("broken.pkl", &broken);
    assert_eq!(folder.run("scan broken.pkl").code, Some(1));
    assert_eq!(folder.run("scan --fail-on reject broken.pkl").code, Some(4));
}

#[test]
fn nothing_to_examine_is_no_verdict() {
    let folder = folder();
    let run = folder.run("scan nothing --format json");
    assert_eq!(run.json()["verdict"], serde_json::Value::Null);
    insta::assert_snapshot!(folder.run("scan nothing").shown());
}

#[test]
fn everything_at_once() {
    insta::assert_snapshot!(folder().run("scan .").shown());
}

#[test]
fn everything_at_once_verbose() {
    insta::assert_snapshot!(folder().run("scan --verbose .").shown());
}

#[test]
fn a_bill_that_is_none_does_not_hold() {
    let folder = Folder::new();
    let deep = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":{}",
        "[".repeat(1000)
    );
    folder
        .bytes(
            "good.json",
            br#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#,
        )
        .bytes(
            "wrong.json",
            br#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":"x"}"#,
        )
        .bytes("half.json", br#"{"bomFormat":"CycloneDX","specVer"#)
        .bytes("other.txt", b"no bill at all")
        .bytes("empty", b"")
        .bytes("deep.json", deep.as_bytes())
        .folder("tree");
    for (arguments, code) in [
        ("check good.json", 0),
        ("check wrong.json", 1),
        ("check half.json", 1),
        ("check other.txt", 1),
        ("check empty", 1),
        ("check deep.json", 4),
        ("check missing.json", 2),
        ("check tree", 2),
        ("verify half.json tree", 1),
        ("verify missing.json tree", 2),
        ("verify good.json missing", 2),
        // Nothing can be made of what is no bill.
        ("diff good.json half.json", 2),
        ("diff good.json wrong.json", 0),
        ("convert --to spdx half.json", 2),
    ] {
        let run = folder.run(&format!("bom {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.shown());
    }
}
