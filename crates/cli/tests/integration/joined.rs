//! A scan of an application: its components are held against advisories, statements are honoured
//! before anything is judged, and exceptions end by themselves.

use serde_json::Value;

use crate::support::{Folder, Run};

/// An old library, a squat of a name, a package that is being exploited, and a model that is gone.
pub(crate) fn application() -> Folder {
    let weakness = |id: &str, cve: &str, name: &str, fixed: &str| {
        format!(
            r#"{{"id": "{id}", "modified": "2026-11-20T00:00:00Z", "aliases": ["{cve}"], "summary": "Runs what it is given",
            "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"}}],
            "affected": [{{"package": {{"ecosystem": "PyPI", "name": "{name}"}}, "ranges": [{{"type": "ECOSYSTEM",
            "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}"#
        )
    };
    let kev = r#"{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T00:00:00Z", "count": 1,
        "vulnerabilities": [{"cveID": "CVE-2025-2", "dateAdded": "2025-05-05"}]}"#;
    let folder = Folder::new();
    folder
        .bytes(
            "osv/1.json",
            weakness(
                "GHSA-1111-2222-3333",
                "CVE-2023-1",
                "transformers",
                "4.36.0",
            )
            .as_bytes(),
        )
        .bytes(
            "osv/2.json",
            weakness("GHSA-4444-5555-6666", "CVE-2025-2", "langflow", "1.3.0").as_bytes(),
        )
        .bytes("kev.json", kev.as_bytes())
        .bytes(
            "app/requirements.txt",
            b"transformers==4.30.0\nreqeusts==2.31.0\nlangflow==1.2.0\nnumpy==1.26.4\n",
        )
        .bytes(
            "app/answer.py",
            b"from openai import OpenAI\n\nOpenAI().chat.completions.create(model=\"gpt-3.5-turbo-0613\", messages=[])\n",
        );
    let taken =
        folder.run("advisories update --from osv --from kev.json --store store --now 2026-11-23");
    assert_eq!(taken.code, Some(0), "{}", taken.stderr);
    folder
}

fn scan(folder: &Folder, more: &str) -> Run {
    folder.run(&format!(
        "scan app --store store --now 2026-11-23 --format json {more}"
    ))
}

/// `rule severity excepted` of the findings at an artifact, in the order of the report.
fn findings(run: &Run, path: &str) -> Vec<String> {
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let artifacts = report["artifacts"].as_array().unwrap();
    let artifact = artifacts.iter().find(|artifact| artifact["path"] == path);
    artifact.unwrap()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let excepted = match &finding["excepted"] {
                Value::Null => "counts",
                Value::String(word) => word,
                Value::Object(kind) => kind.keys().next().unwrap(),
                other => panic!("{other}"),
            };
            format!(
                "{} {} {} {excepted}",
                finding["rule"].as_str().unwrap(),
                finding["severity"].as_str().unwrap(),
                finding["place"]["line"],
            )
        })
        .collect()
}

#[test]
fn components_are_named_with_what_to_do() {
    let folder = application();
    let text = folder.run("scan app --store store --now 2026-11-23");
    insta::assert_snapshot!(text.shown());
    let run = scan(&folder, "");
    assert_eq!(run.code, Some(1));
    assert_eq!(
        findings(&run, "requirements.txt"),
        [
            "known-weakness high 1 counts",
            "name-confusion high 2 counts",
            "known-weakness high 3 counts",
        ]
    );
    assert_eq!(
        findings(&run, "answer.py"),
        ["retired-component medium 3 counts"]
    );
    let sarif = folder.run("scan app --store store --now 2026-11-23 --format sarif");
    let log: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let places: Vec<&Value> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| result["ruleId"] == "known-weakness")
        .map(|result| &result["locations"][0]["physicalLocation"]["region"]["startLine"])
        .collect();
    assert_eq!(places, [1, 3]);
}

#[test]
fn statements_settle_and_exceptions_end() {
    let folder = application();
    let added = folder.run(
        "vex add app.vex.json --weakness CVE-2023-1 --product pkg:pypi/transformers@4.30.0 --status not_affected --justification vulnerable_code_not_present --author Acme --timestamp 2026-11-22T00:00:00Z",
    );
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let excepted = folder.run(
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --component pkg:pypi/langflow@1.2.0 --advisory CVE-2025-2 --now 2026-11-23",
    );
    assert_eq!(excepted.code, Some(0), "{}", excepted.stderr);
    let both = scan(&folder, "--vex app.vex.json");
    assert_eq!(
        findings(&both, "requirements.txt"),
        [
            "known-weakness high 1 statement",
            "name-confusion high 2 counts",
            "known-weakness high 3 exception",
        ]
    );
    // The day after its last one the exception no longer holds.
    let later = folder.run(
        "scan app --store store --now 2027-01-01 --format json --vex app.vex.json --max-age 9999",
    );
    assert_eq!(
        findings(&later, "requirements.txt"),
        [
            "known-weakness high 1 statement",
            "name-confusion high 2 counts",
            "known-weakness high 3 counts",
        ]
    );
    // Another version is not what the statement is about.
    folder.bytes("app/requirements.txt", b"transformers==4.31.0\n");
    let moved = scan(&folder, "--vex app.vex.json");
    assert_eq!(
        findings(&moved, "requirements.txt"),
        ["known-weakness high 1 counts"]
    );
    let report: Value = serde_json::from_slice(&moved.stdout).unwrap();
    assert_eq!(report["statements"][0]["state"], "unused");
}

#[test]
fn a_statement_about_a_finding_ends_with_the_bytes() {
    let folder = Folder::new();
    folder.pickle("app/model.pkl", crate::support::UNVETTED);
    let plain = folder.run("scan app --format json");
    let report: Value = serde_json::from_slice(&plain.stdout).unwrap();
    let rule = report["artifacts"][0]["findings"][0]["rule"]
        .as_str()
        .unwrap()
        .to_owned();
    let added = folder.run(&format!(
        "vex add own.vex.json --rule {rule} --artifact app/model.pkl --status not_affected --why reviewed --author Acme"
    ));
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let settled = folder.run("scan app --vex own.vex.json --format json");
    assert_eq!(settled.code, Some(0), "{}", settled.stderr);
    folder.pickle(
        "app/model.pkl",
        &crate::support::UNVETTED.replace("Gate", "Door"),
    );
    let changed = folder.run("scan app/model.pkl --vex own.vex.json --format json");
    assert_eq!(changed.code, Some(1));
    let report: Value = serde_json::from_slice(&changed.stdout).unwrap();
    assert_eq!(report["statements"][0]["covers"], 0);
}

#[test]
fn what_an_earlier_bill_lists_is_not_new() {
    let folder = application();
    let bill = folder.run("bom app --output cyclonedx:old.cdx.json");
    assert_eq!(bill.code, Some(0), "{}", bill.stderr);
    folder.bytes(
        "app/requirements.txt",
        b"transformers==4.30.0\nreqeusts==2.31.0\nlangflow==1.1.0\n",
    );
    let run = scan(&folder, "--since old.cdx.json");
    assert_eq!(
        findings(&run, "requirements.txt"),
        ["known-weakness high 3 counts"]
    );
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(report["summary"]["components_known"].as_u64() >= Some(2));
}

#[test]
fn only_artifacts_are_examined_where_that_is_asked() {
    let folder = application();
    let run = folder.run("scan app --artifacts-only --format json");
    assert_eq!(findings(&run, "requirements.txt"), [""; 0]);
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["summary"]["components"], 0);
}

#[test]
fn inventories_and_bills_hold_what_is_known() {
    let folder = application();
    let added = folder.run(
        "vex add app.vex.json --weakness CVE-2023-1 --product pkg:pypi/transformers@4.30.0 --status not_affected --justification vulnerable_code_not_present --author Acme --timestamp 2026-11-22T00:00:00Z",
    );
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let with = "--advisories --store store --vex app.vex.json --now 2026-11-23";
    let table = folder.run(&format!("inventory app {with}"));
    insta::assert_snapshot!(table.shown());
    let failing = folder.run(&format!("inventory app {with} --fail-on high"));
    assert_eq!(failing.code, Some(1));
    let written = folder.run(&format!("bom app {with} --output cyclonedx:app.cdx.json"));
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let bill: Value =
        serde_json::from_slice(&std::fs::read(folder.path("app.cdx.json")).unwrap()).unwrap();
    let said: Vec<String> = bill["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vulnerability| {
            format!(
                "{} {} {}",
                vulnerability["id"].as_str().unwrap(),
                vulnerability["affects"][0]["ref"].as_str().unwrap(),
                vulnerability["analysis"]["justification"]
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            "GHSA-1111-2222-3333 pkg:pypi/transformers@4.30.0 \"code_not_present\"",
            "GHSA-4444-5555-6666 pkg:pypi/langflow@1.2.0 null",
            "WAYBILL-RETIRED-openai/gpt-3.5-turbo-0613 hosted-model:openai/gpt-3.5-turbo-0613 null",
        ]
    );
    // A gate on matches alone honours the same.
    let open = folder.run("advisories match app --store store --now 2026-11-23 --json");
    let settled =
        folder.run("advisories match app --store store --now 2026-11-23 --json --vex app.vex.json");
    let counted = |run: &Run| {
        let matching: Value = serde_json::from_slice(&run.stdout).unwrap();
        let length = |key: &str| matching[key].as_array().map_or(0, Vec::len);
        (
            length("matches"),
            length("settled"),
            matching["summary"]["affected"].clone(),
        )
    };
    assert_eq!(counted(&open), (3, 0, 3.into()));
    assert_eq!(counted(&settled), (2, 1, 2.into()));
    // What it says is valid, and honoured where the bill is handed on.
    let checked = folder.run("bom check app.cdx.json");
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let handed = scan(&folder, "--vex app.cdx.json");
    assert_eq!(
        findings(&handed, "requirements.txt")[0],
        "known-weakness high 1 statement"
    );
}

#[test]
fn an_exception_for_one_path_says_nothing_of_another() {
    let folder = application();
    folder.bytes("app/examples/requirements.txt", b"langflow==1.2.0\n");
    let added = folder.run(
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --rule known-weakness --path examples/requirements.txt --now 2026-11-23",
    );
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let report: Value = serde_json::from_slice(&scan(&folder, "").stdout).unwrap();
    let counting = report["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|artifact| artifact["matches"].as_array().into_iter().flatten())
        .filter(|found| found["name"] == "langflow")
        .map(|found| found["excepted"].is_null())
        .collect::<Vec<_>>();
    assert_eq!(counting, [true]);
    assert_eq!(report["exceptions"][0]["state"], "unused");
}

#[test]
fn an_exception_for_the_bytes_that_name_a_component() {
    let folder = application();
    folder.bytes("app/requirements.txt", b"transformers==4.30.0\n");
    let run = scan(&folder, "");
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let artifacts = report["artifacts"].as_array().unwrap();
    let artifact = artifacts
        .iter()
        .find(|artifact| artifact["path"] == "requirements.txt");
    let digest = artifact.unwrap()["digests"]["sha256"].as_str().unwrap();
    let added = folder.run(&format!(
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --path requirements.txt --digest {digest} --now 2026-11-23"
    ));
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    let excepted = scan(&folder, "");
    assert_eq!(
        findings(&excepted, "requirements.txt"),
        ["known-weakness high 1 exception"]
    );
    folder.bytes("report.json", &excepted.stdout);
    let checked = folder.run("exception check --report report.json --now 2026-11-23 --json");
    let uses: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(uses["exceptions"][0]["state"], "in-force");
    folder.bytes("app/requirements.txt", b"transformers==4.30.0\n\n");
    let changed: Value = serde_json::from_slice(&scan(&folder, "").stdout).unwrap();
    assert_eq!(changed["exceptions"][0]["state"], "drifted");
}

/// A package that is known to be malicious.
const MALICIOUS: &[u8] =
    br#"{"id": "MAL-2026-1", "modified": "2026-11-20T00:00:00Z", "summary": "Steals tokens",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "evilpkg"}, "versions": ["1.0"]}]}"#;

#[test]
fn what_is_malicious_is_settled_by_nobody() {
    let folder = Folder::new();
    folder
        .bytes("osv/1.json", MALICIOUS)
        .bytes("app/requirements.txt", b"evilpkg==1.0\n");
    let taken = folder.run("advisories update --from osv --store store --now 2026-11-23");
    assert_eq!(taken.code, Some(0), "{}", taken.stderr);
    for setting in [
        "vex add app.vex.json --weakness MAL-2026-1 --product pkg:pypi/evilpkg@1.0 --status not_affected --justification vulnerable_code_not_present --author Acme --timestamp 2026-11-22T00:00:00Z",
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --component pkg:pypi/evilpkg@1.0 --now 2026-11-23",
        "exception add --owner Ada --approver Grace --reason moving --expires 2026-12-31 --rule malicious-component --path requirements.txt --now 2026-11-23",
    ] {
        let set = folder.run(setting);
        assert_eq!(set.code, Some(0), "{}", set.stderr);
    }
    let run = scan(&folder, "--vex app.vex.json");
    assert_eq!(run.code, Some(1));
    assert_eq!(
        findings(&run, "requirements.txt"),
        ["malicious-component critical 1 counts"]
    );
    let matched =
        folder.run("advisories match app --store store --now 2026-11-23 --json --vex app.vex.json");
    assert_eq!(matched.code, Some(1), "{}", matched.stderr);
}

#[test]
fn targets_that_overlap_say_it_once() {
    let folder = application();
    folder.bytes("app/odd!/requirements.txt", b"langflow==1.1.0\n");
    let run = folder
        .run("scan app app/ app/odd! --store store --now 2026-11-23 --format json --exclude *.py");
    assert_eq!(
        findings(&run, "app/requirements.txt").len(),
        3,
        "{}",
        run.stderr
    );
    assert_eq!(
        findings(&run, "app/odd!/requirements.txt"),
        ["known-weakness high 1 counts"]
    );
}

#[test]
fn a_baseline_outlives_the_next_feed() {
    let folder = application();
    let before = scan(&folder, "");
    folder.bytes("old.json", &before.stdout).bytes(
        "epss.csv",
        b"#model_version:v2025.03.14,score_date:2026-11-22T00:00:00+0000\ncve,epss,percentile\nCVE-2023-1,0.93,0.99\n",
    );
    let taken = folder.run("advisories update --from epss.csv --store store --now 2026-11-23");
    assert_eq!(taken.code, Some(0), "{}", taken.stderr);
    let after = scan(&folder, "--baseline old.json");
    assert_eq!(
        findings(&after, "requirements.txt"),
        [
            "known-weakness high 1 baseline",
            "name-confusion high 2 baseline",
            "known-weakness high 3 baseline",
        ]
    );
}

#[test]
fn exit_codes_of_what_matches() {
    let folder = application();
    folder.bytes("one/requirements.txt", b"transformers==4.30.0\n");
    let code = |more: &str| {
        folder
            .run(&format!("scan one --store store --now 2026-11-23 {more}"))
            .code
    };
    assert_eq!(code(""), Some(1));
    assert_eq!(code("--fail-on reject"), Some(0));
    folder.bytes(
        "one/tool.c",
        b"#include <stdio.h>\nint main(void) { return puts(\"1\"); }\n",
    );
    assert_eq!(code(""), Some(1));
    assert_eq!(code("--fail-on reject"), Some(4));
    folder.bytes("broken.vex.json", b"{\"@context\": ");
    assert_eq!(code("--vex broken.vex.json"), Some(2));
    assert_eq!(code("--since broken.vex.json"), Some(2));
}

#[test]
fn a_manifest_by_itself_is_joined_and_other_files_are_not() {
    let folder = application();
    let run = folder.run("scan app/requirements.txt --store store --now 2026-11-23 --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(
        findings(&run, "requirements.txt"),
        [
            "known-weakness high 1 counts",
            "name-confusion high 2 counts",
            "known-weakness high 3 counts",
        ]
    );
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["artifacts"].as_array().unwrap().len(), 1);
    let place = &report["artifacts"][0]["findings"][0]["place"];
    assert_eq!(*place, serde_json::json!({ "line": 1 }));
    // Several targets are named as they were asked for.
    let two = folder.run(
        "scan app/requirements.txt app/answer.py --store store --now 2026-11-23 --format json",
    );
    assert_eq!(
        findings(&two, "app/requirements.txt"),
        findings(&run, "requirements.txt")
    );
    folder.pickle("model.pkl", crate::support::GOOD);
    let model = folder.run("scan model.pkl --store store --now 2026-11-23 --format json");
    let report: Value = serde_json::from_slice(&model.stdout).unwrap();
    assert_eq!(report["summary"]["components"], 0);
    assert_eq!(model.code, Some(0), "{}", model.stderr);
}
