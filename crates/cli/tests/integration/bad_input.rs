//! What cannot be read: named in the message, never waited for, and never in the way of the rest.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixListener;

use crate::support::{Folder, GOOD, HARMFUL};

#[test]
fn targets_that_cannot_be_opened() {
    let folder = Folder::new();
    folder
        .pickle("good.pkl", GOOD)
        .pipe("pipe")
        .link("broken", "nowhere")
        .link("circle", "circle");
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    let mut all = String::new();
    for target in [
        "missing.pkl",
        "good.pkl/inside",
        "/dev/null",
        "/dev/zero",
        "pipe",
        "socket",
        "broken",
        "circle",
    ] {
        let run = folder.run(&format!("scan {target}"));
        assert_eq!(run.code, Some(2), "{target}");
        assert!(run.stderr.contains(&format!("`{target}`")), "{target}");
        all.push_str(&run.shown());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.pickle("model.pkl", GOOD).pickle("other.pkl", GOOD);
    let path = folder.path("model.pkl");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        return; // Nothing is forbidden to root.
    }
    let run = folder.run("scan model.pkl");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("`model.pkl`"));
    let run = folder.run("scan . --format json");
    assert_eq!(run.code, Some(4));
    assert_eq!(run.rules("model.pkl"), ["unreadable"]);
    assert_eq!(run.artifact("other.pkl")["verdict"], "admit");
}

#[test]
fn a_path_of_four_thousand_bytes() {
    let folder = Folder::new();
    for path in ["n".repeat(4000), "folder/".repeat(571) + "end"] {
        let run = folder.run(&format!("scan {path}"));
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains(&path), "{}", run.stderr);
    }
    let run = folder.run(&format!("scan {}", "n".repeat(4000)));
    insta::assert_snapshot!(run.shown().replace(&"n".repeat(4000), "[4000 bytes]"));
}

/// Folders inside each other, until their path is longer than the system opens.
#[test]
fn a_folder_deeper_than_paths_reach() {
    let folder = Folder::new();
    let deep = |top: &str| format!("{top}{}", format!("/{}", "d".repeat(249)).repeat(9));
    folder.bytes(&format!("{}/end", deep("b")), b"x");
    folder.folder(&deep("a"));
    // Neither path is too long by itself.
    std::fs::rename(folder.path("b"), folder.path(&format!("{}/b", deep("a")))).unwrap();
    folder.pickle("good.pkl", GOOD);
    let run = folder.run("scan . --format json");
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    assert_eq!(run.artifact("good.pkl")["verdict"], "admit");
    assert_eq!(run.json()["summary"]["not_examined"], 1);
}

#[test]
fn names_that_are_not_utf8() {
    let folder = Folder::new();
    let name = OsStr::from_bytes(b"caf\xe9.pkl");
    let bytes = waybill_fixtures::assemble("pickle", HARMFUL).unwrap();
    std::fs::write(folder.path("").join(name), bytes).unwrap();
    let run = folder.run("scan .");
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.shown());

    let mut command = folder.command();
    command.args(["scan", "--format", "json"]).arg(name);
    let run = folder.finish(command, Vec::new());
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["target"], "caf\\xe9.pkl");
    assert_eq!(run.paths(), ["caf\\xe9.pkl"]);

    let mut command = folder.command();
    command
        .arg("scan")
        .arg(OsStr::from_bytes(b"missing\xff\n\x1b[2J"));
    let run = folder.finish(command, Vec::new());
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!("a_missing_target_that_is_not_utf8", run.shown());
}

#[test]
fn an_empty_file_is_inert() {
    let folder = Folder::new();
    folder.bytes("model.pkl", b"");
    let run = folder.run("scan . --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.artifact("model.pkl")["complete"], true);
}

#[test]
fn what_is_no_file_is_not_examined_and_stops_nothing() {
    let folder = Folder::new();
    folder
        .pipe("a.pipe")
        .pickle("good.pkl", GOOD)
        .link("link-to-pipe", "a.pipe");
    let _socket = UnixListener::bind(folder.path("z.socket")).unwrap();
    let run = folder.run("scan .");
    assert_eq!(run.code, Some(4));
    insta::assert_snapshot!(run.shown());

    folder.pickle("harmful.pkl", HARMFUL);
    let run = folder.run("scan . --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.artifact("good.pkl")["verdict"], "admit");
    assert_eq!(run.artifact("harmful.pkl")["verdict"], "reject");
}

/// Files of the system that say they are empty and are not.
#[test]
fn a_file_that_lies_about_its_length_is_not_admitted() {
    let folder = Folder::new();
    let lie = "/proc/self/environ";
    if !std::fs::metadata(lie).is_ok_and(|metadata| metadata.len() == 0) {
        return;
    }
    let mut command = folder.command();
    command.env("A", "B").args(["scan", lie]);
    assert_eq!(folder.finish(command, Vec::new()).code, Some(4));
}

#[test]
fn usage_errors() {
    let folder = Folder::new();
    folder
        .pickle("good.pkl", GOOD)
        .bytes("no.toml", b"exclude = [\"*.md\"]\ncolour = 1\n")
        .bytes("verdict.toml", b"fail-on = \"never\"\n")
        .bytes("limit.toml", b"[limits]\ndepth = 3\nspeed = 9\n")
        .bytes("negative.toml", b"[limits]\ndepth = -1\n")
        .bytes("name.toml", b"[[allow]]\nglobal = \"acme.layers.*\"\n")
        .bytes("bytes.toml", b"\xff")
        .bytes("text.json", b"nothing of the kind")
        .bytes("other.json", b"{}")
        .bytes(
            "later.json",
            br#"{"schema": "waybill.report/2", "artifacts": []}"#,
        );
    let mut all = String::new();
    for arguments in [
        "scan",
        "scan --format yaml good.pkl",
        "scan --output good.pkl",
        "scan --output out.sarif good.pkl",
        "scan --output yaml:out good.pkl",
        "scan --output sarif: good.pkl",
        "scan --jobs 0 good.pkl",
        "scan --exclude a[ good.pkl",
        "scan --exclude !a good.pkl",
        "scan --trace --format json good.pkl",
        "scan --config missing.toml good.pkl",
        "scan --config no.toml good.pkl",
        "scan --config verdict.toml good.pkl",
        "scan --config limit.toml good.pkl",
        "scan --config negative.toml good.pkl",
        "scan --config name.toml good.pkl",
        "scan --config bytes.toml good.pkl",
        "scan --baseline missing.json good.pkl",
        "scan --baseline text.json good.pkl",
        "scan --baseline other.json good.pkl",
        "scan --baseline later.json good.pkl",
        "limits --config limit.toml",
        "sniff",
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}");
        assert!(run.stdout.is_empty(), "{arguments}");
        all.push_str(&format!("$ waybill {arguments}\n{}\n", run.stderr));
    }
    insta::assert_snapshot!(all);
}
