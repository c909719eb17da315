//! The findings of an earlier report are shown but do not count.

use crate::support::{Folder, GOOD, HARMFUL, UNKNOWN, UNVETTED};

fn with_baseline() -> Folder {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", UNVETTED).pickle("m/b.pkl", GOOD);
    let earlier = folder.run("scan m --output json:earlier.json");
    assert_eq!(earlier.code, Some(1));
    folder
}

#[test]
fn known_findings_do_not_count_again() {
    let folder = with_baseline();
    let run = folder.run("scan m --baseline earlier.json --format json");
    assert_eq!(run.code, Some(0));
    let artifact = run.artifact("a.pkl");
    assert_eq!(artifact["verdict"], "admit");
    assert_eq!(artifact["findings"][0]["excepted"], "baseline");
    assert_eq!(run.json()["summary"]["excepted"], 1);
    insta::assert_snapshot!(
        folder
            .run("scan m --baseline earlier.json --verbose")
            .shown()
    );
}

#[test]
fn a_new_finding_counts() {
    let folder = with_baseline();
    // The same artifact with another offset and one name more.
    let more = UNVETTED.replace("PROTO 4\n", "PROTO 4\nGLOBAL acme.layers Door\nPOP\n");
    folder.pickle("m/a.pkl", &more);
    let run = folder.run("scan m --baseline earlier.json --format json");
    assert_eq!(run.code, Some(1));
    let artifact = run.artifact("a.pkl");
    let findings = artifact["findings"].as_array().unwrap();
    let excepted: Vec<_> = findings
        .iter()
        .map(|finding| finding.get("excepted").is_some())
        .collect();
    assert_eq!(excepted.len(), 2);
    assert!(excepted.contains(&true) && excepted.contains(&false));

    folder
        .pickle("m/a.pkl", UNVETTED)
        .pickle("m/c.pkl", HARMFUL);
    assert_eq!(folder.run("scan m --baseline earlier.json").code, Some(1));
}

#[test]
fn a_finding_at_another_path_is_new() {
    let folder = with_baseline();
    folder.pickle("m/moved.pkl", UNVETTED);
    let run = folder.run("scan m --baseline earlier.json --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.artifact("a.pkl")["verdict"], "admit");
    assert_eq!(run.artifact("moved.pkl")["verdict"], "quarantine");
}

/// What was not examined then is not examined now: a baseline makes nothing complete.
#[test]
fn a_baseline_does_not_make_complete() {
    let folder = Folder::new();
    folder.artifact("m/a.bin", "hex", UNKNOWN);
    folder.run("scan m --output json:earlier.json");
    let run = folder.run("scan m --baseline earlier.json --format json");
    assert_eq!(run.code, Some(4));
    assert_eq!(run.json()["complete"], false);
}
