//! Reports: to standard output and to files, the same every time.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::support::{Folder, GOOD, HARMFUL, UNKNOWN, UNVETTED, steady};

fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .pickle("models/good.pkl", GOOD)
        .pickle("models/harmful.pkl", HARMFUL)
        .pickle("models/unvetted.pkl", UNVETTED)
        .artifact("models/unknown.bin", "hex", UNKNOWN)
        .artifact(
            "models/archive.zip",
            "zip",
            "member \"../up.txt\" : text\n  x\nmember \"inner.tar\" : tar\n  file \"a.pkl\" : pickle\n    NONE\n    STOP\n",
        );
    folder
}

#[test]
fn json_keeps_to_its_schema() {
    let folder = folder();
    folder.folder("nothing");
    let validator = jsonschema::validator_for(&waybill_report::json_schema()).unwrap();
    for target in [
        "models",
        "models --blake3",
        "nothing",
        "models/good.pkl models",
    ] {
        let json = folder.run(&format!("scan --format json {target}")).json();
        let errors: Vec<_> = validator
            .iter_errors(&json)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{target}: {errors:#?}");
        let summary = &json["summary"];
        let artifacts = json["artifacts"].as_array().unwrap();
        assert_eq!(summary["artifacts"], artifacts.len());
        let bytes: u64 = artifacts
            .iter()
            .map(|artifact| artifact["size_bytes"].as_u64().unwrap())
            .sum();
        assert_eq!(summary["bytes"], bytes);
    }
}

#[test]
fn json_of_one_artifact() {
    let run = folder().run("scan --format json models/harmful.pkl");
    insta::assert_snapshot!(run.shown());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = folder();
    for format in ["text", "json", "sarif", "junit", "markdown", "html"] {
        let first = folder.run(&format!("scan --format {format} models --jobs 1"));
        assert_eq!(first.code, Some(1));
        for jobs in ["", "--jobs 1", "--jobs 4"] {
            let again = folder.run(&format!("scan --format {format} models {jobs}"));
            assert!(first == again, "{format} {jobs}");
        }
    }
}

#[test]
fn several_outputs_at_once() {
    let folder = folder();
    // What stood there before is longer, and goes as a whole.
    folder.bytes("out.sarif", &[b' '; 1 << 20]);
    std::fs::set_permissions(
        folder.path("out.sarif"),
        std::fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    let run = folder.run(
        "scan models --output sarif:out.sarif --output html:out.html --output junit:out.xml --output markdown:out.md --output json:out.json --output text:out.txt",
    );
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.is_empty());
    assert_eq!(run.out(), folder.run("scan models").out());
    for (name, format) in [
        ("out.sarif", "sarif"),
        ("out.html", "html"),
        ("out.xml", "junit"),
        ("out.md", "markdown"),
        ("out.json", "json"),
        ("out.txt", "text"),
    ] {
        let printed = folder.run(&format!("scan models --format {format}"));
        assert!(folder.text(name) == printed.out(), "{name}");
    }
    let mode = |name: &str| folder.path(name).metadata().unwrap().permissions().mode() & 0o777;
    // A new file as any other of this user, an old one as it was.
    let usual = mode("models/good.pkl");
    assert_eq!((mode("out.sarif"), mode("out.html")), (0o640, usual));
    assert_eq!(
        folder.names(),
        [
            "models",
            "out.html",
            "out.json",
            "out.md",
            "out.sarif",
            "out.txt",
            "out.xml"
        ]
    );
}

#[test]
fn outputs_that_cannot_be_written() {
    let folder = folder();
    folder.bytes("file", b"").folder("folder");
    let before = folder.names();
    for path in ["missing/out.json", "file/out.json", "folder"] {
        let run = folder.run(&format!(
            "scan models --output json:first.json --output json:{path}"
        ));
        assert_eq!(run.code, Some(2), "{path}");
        assert!(run.stdout.is_empty());
        assert!(run.stderr.contains(&format!("`{path}`")), "{}", run.stderr);
        assert!(!run.stderr.contains(".waybill-"), "{}", run.stderr);
        assert_eq!(folder.names(), before, "{path}");
    }
    let run = folder.run("scan models --output json:missing/out.json");
    insta::assert_snapshot!(run.shown());
}

#[test]
fn outputs_to_devices_and_pipes_do_not_replace_them() {
    let folder = folder();
    let run = folder.run(
        "scan models/good.pkl --format text --output json:/dev/stderr --output sarif:/dev/null",
    );
    assert_eq!(run.code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(json["verdict"], "admit");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn an_output_behind_a_link_is_replaced_by_a_file() {
    let folder = folder();
    folder
        .bytes("real.json", b"old")
        .link("out.json", "real.json");
    folder.run("scan models --output json:out.json");
    assert_eq!(folder.text("real.json"), "old");
    assert!(folder.text("out.json").starts_with('{'));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = folder();
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = folder.command();
        command
            .args(["scan", "models"])
            .envs(variables.iter().copied());
        let run = folder.finish(command, Vec::new());
        assert!(run.stderr.is_empty());
        run.out().contains('\u{1b}')
    };
    assert!(!coloured(&[]));
    assert!(!coloured(&[("TERM", "xterm-256color")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    // Only text has colours.
    let mut command = folder.command();
    command
        .args([
            "scan",
            "models",
            "--format",
            "json",
            "--output",
            "text:out.txt",
        ])
        .env("CLICOLOR_FORCE", "1");
    assert!(!folder.finish(command, Vec::new()).out().contains('\u{1b}'));
    assert!(!folder.text("out.txt").contains('\u{1b}'));
}

/// A reader that goes away after the first bytes.
#[test]
fn a_broken_pipe_is_quiet_and_changes_no_verdict() {
    let folder = folder();
    for index in 0..3000 {
        folder.bytes(&format!("many/{index}.bin"), &[0xf1, 0xd2, 0xc3, 0xb4]);
    }
    folder.pickle("many/harmful.pkl", HARMFUL);
    let mut long = "PROTO 2\n".to_owned();
    for _ in 0..20_000 {
        long.push_str("GLOBAL posix system\nPOP\n");
    }
    folder.pickle("long.pkl", &format!("{long}NONE\nSTOP\n"));
    for (arguments, code) in [
        ("scan many --verbose", 1),
        ("scan --trace long.pkl", 1),
        ("scan models/good.pkl", 0),
        ("rules", 0),
        ("rules --json", 0),
        ("limits", 0),
    ] {
        let mut command: Command = folder.command();
        command.args(arguments.split_whitespace());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdout.take().unwrap();
        if code == 1 {
            pipe.read_exact(&mut [0]).unwrap();
        }
        drop(pipe);
        let finished = child.wait_with_output().unwrap();
        assert_eq!(
            String::from_utf8(finished.stderr).unwrap(),
            "",
            "{arguments}"
        );
        assert_eq!(finished.status.code(), Some(code), "{arguments}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let folder = folder();
    let run = folder.run("scan models/good.pkl --output json:/dev/full");
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!(steady(&run.shown(), &folder.path("")));
}
