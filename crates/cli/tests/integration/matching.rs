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
        .filter(|noted| !noted["finding"]["advisory"].is_null())
        .filter_map(|noted| noted["component"].as_str())
        .collect();
    assert_eq!(
        matched,
        ["hosted-model:openai/gpt-3.5-turbo-0613", "pkg:pypi/langflow@1.2.0"]
    );
    assert!(
        new.stderr.contains("nothing is said of 1 of 6 components"),
        "{}",
        new.stderr
    );
    let bill = folder.run(&format!("bom app {WITH} --since old.cdx.json"));
    let bill = json(&bill);
    assert_eq!(bill["components"].as_array().unwrap().len(), 6);
    assert_eq!(bill["vulnerabilities"].as_array().unwrap().len(), 2);
    let missing = folder.run(&format!("inventory app {WITH} --since none.json"));
    assert_eq!(missing.code, Some(2));
    let alone = folder.run("inventory app --since old.cdx.json");
    assert_eq!(alone.code, Some(2));
}
