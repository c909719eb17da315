//! What `inventory`, `bom` and `advisories match` say of components, and what they leave out.

use serde_json::Value;

use crate::joined::application;
use crate::support::Run;

const WITH: &str = "--advisories --store store --now 2026-11-23";

fn json(run: &Run) -> Value {
    serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
}

#[test]
fn only_what_is_new_since_a_bill_is_reported() {
    let folder = application();
    folder.bytes("old/requirements.txt", b"transformers==4.30.0\n");
    let written = folder.run("bom old --output cyclonedx:old.cdx.json");
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let new = folder.run(&format!(
        "inventory app {WITH} --since old.cdx.json --format json"
    ));
    let inventory = json(&new);
    assert_eq!(inventory["components"].as_array().unwrap().len(), 6);
    let matched: Vec<&str> = inventory["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|noted| !noted["advisory"].is_null())
        .filter_map(|noted| noted["component"].as_str())
        .collect();
    assert_eq!(
        matched,
        [
            "pkg:pypi/langflow@1.2.0",
            "hosted-model:openai/gpt-3.5-turbo-0613"
        ]
    );
    assert!(
        new.stderr.contains("nothing is said of 1 of 6 components"),
        "{}",
        new.stderr
    );
    let bill = folder.run(&format!("bom app {WITH} --since old.cdx.json"));
    let bill = json(&bill);
    let mut listed = bill["components"].as_array().unwrap().iter();
    assert!(listed.any(|component| component["purl"] == "pkg:pypi/transformers@4.30.0"));
    assert_eq!(bill["vulnerabilities"].as_array().unwrap().len(), 2);
    let missing = folder.run(&format!("inventory app {WITH} --since none.json"));
    assert_eq!(missing.code, Some(2));
    let alone = folder.run("inventory app --since old.cdx.json");
    assert_eq!(alone.code, Some(2));
}

#[test]
fn matches_alone_honour_exceptions_until_they_end() {
    let folder = application();
    let matching = |more: &str| {
        let command = format!("advisories match app --store store --json --fail-on high {more}");
        let run = folder.run(&command);
        let matching = json(&run);
        let ids = |key: &str| -> Vec<String> {
            let list = matching[key].as_array().into_iter().flatten();
            list.filter_map(|found| found["advisory"].as_str())
                .map(ToOwned::to_owned)
                .collect()
        };
        let state = matching["exceptions"][0]["state"].as_str();
        let state = state.unwrap_or_default().to_owned();
        (run.code, ids("matches").len(), ids("excepted"), state)
    };
    let add = |more: &str| {
        let added = folder.run(&format!(
            "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --now 2026-11-20 {more}"
        ));
        assert_eq!(added.code, Some(0), "{}", added.stderr);
    };
    let today = "--now 2026-11-23";
    assert_eq!(matching(today), (Some(1), 3, vec![], String::new()));
    add("--component pkg:pypi/langflow@1.2.0 --advisory CVE-2025-2");
    let covered = vec!["GHSA-4444-5555-6666".to_owned()];
    assert_eq!(
        matching(today),
        (Some(1), 2, covered.clone(), "in-force".to_owned())
    );
    // What is left decides.
    add("--rule known-weakness --path requirements.txt");
    add("--rule retired-component --path answer.py");
    let (code, left, _, _) = matching(today);
    assert_eq!((code, left), (Some(0), 0));
    assert_eq!(
        matching("--now 2027-01-01"),
        (Some(1), 3, vec![], "expired".to_owned())
    );
    assert_eq!(
        matching("--now 2026-11-19"),
        (Some(1), 3, vec![], "not-yet".to_owned())
    );
    let none = folder.run("advisories match app --store store --exceptions none.toml");
    assert_eq!(none.code, Some(2));
    let text = folder.run("advisories match app --store store --now 2026-11-23");
    assert!(
        text.out().contains("Exceptions\n  EX-1: in force"),
        "{}",
        text.out()
    );
}

#[test]
fn an_exception_for_the_bytes_that_name_a_component_is_honoured() {
    let folder = application();
    let scanned = folder.run("scan app --store store --now 2026-11-23 --format json");
    let digest = scanned.artifact("requirements.txt")["digests"]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let added = folder.run(&format!(
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --now 2026-11-20 --component pkg:pypi/langflow@1.2.0 --digest {digest}"
    ));
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let states = || {
        let run = folder.run("advisories match app --store store --now 2026-11-23 --json");
        json(&run)["exceptions"][0]["state"].clone()
    };
    assert_eq!(states(), "in-force");
    folder.bytes("app/requirements.txt", b"langflow==1.2.0\n");
    assert_eq!(states(), "drifted");
}
