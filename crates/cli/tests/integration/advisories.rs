//! Feeds taken in, held, matched, shown, and carried elsewhere.

use crate::support::Folder;

const OLD: &str = r#"{"id": "GHSA-1111-2222-3333", "modified": "2026-11-20T04:05:06Z", "aliases": ["CVE-2024-1", "PYSEC-2024-9"],
"summary": "Loading a checkpoint runs what is in it", "details": "At length.\n\nIn two paragraphs.",
"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected": [{"package": {"ecosystem": "PyPI", "name": "transformers"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "4.36.0"}]}]}],
"references": [{"type": "WEB", "url": "https://advisories.example/1"}], "database_specific": {"cwe_ids": ["CWE-502"]}}"#;
const EVIL: &str = r#"{"id": "MAL-2026-7", "modified": "2026-11-21T00:00:00Z", "summary": "Takes keys along",
"affected": [{"package": {"ecosystem": "PyPI", "name": "reqeusts"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}"#;
const KEV: &str = r#"{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T00:00:00Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2024-1", "dateAdded": "2024-05-06", "dueDate": "2024-05-27", "knownRansomwareCampaignUse": "Known"}]}"#;
const NOW: &str = "--store store --now 2026-11-23";

fn with_feeds() -> Folder {
    let folder = Folder::new();
    folder
        .bytes("osv/GHSA-1.json", OLD.as_bytes())
        .bytes("osv/MAL-1.json", EVIL.as_bytes())
        .bytes("osv/notes.txt", b"of another format")
        .bytes("kev.json", KEV.as_bytes())
        .bytes(
            "app/requirements.txt",
            b"transformers==4.30.0\nreqeusts==1.0\n",
        );
    folder
}

#[test]
fn feeds_are_taken_in_matched_and_shown() {
    let folder = with_feeds();
    let mut text = String::new();
    for command in [
        "update --from osv --from kev.json",
        "status",
        "match app",
        "show PYSEC-2024-9",
        "show CVE-2099-1",
        "status --max-age 1",
    ] {
        let run = folder.run(&format!("advisories {command} {NOW}"));
        text.push_str(&format!(
            "$ waybill advisories {command}\n{}\n",
            run.shown()
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let folder = with_feeds();
    assert_eq!(
        folder
            .run(&format!("advisories update --from osv {NOW}"))
            .code,
        Some(0)
    );
    let before = folder
        .run(&format!("advisories status --json {NOW}"))
        .stdout;
    folder
        .bytes("bad/osv/a.json", OLD.replace("4.36.0", "main").as_bytes())
        .bytes("bad/osv/b.json", EVIL.as_bytes())
        .bytes("cut/osv/a.json", &OLD.as_bytes()[..OLD.len() - 30])
        .bytes(
            "older/osv/a.json",
            OLD.replace("2026-11", "2026-10").as_bytes(),
        )
        .bytes("twice/osv/a.json", OLD.as_bytes())
        .bytes("twice/osv/b.json", OLD.as_bytes())
        .bytes("none/osv/a.txt", b"nothing");
    let mut text = String::new();
    for from in ["bad", "cut", "older", "twice", "none", "missing"] {
        let command = format!("update --from kev.json --from {from}/osv");
        let run = folder.run(&format!("advisories {command} {NOW}"));
        assert_eq!(run.code, Some(2), "{from}");
        text.push_str(&format!(
            "$ waybill advisories {command}\n{}\n",
            run.shown()
        ));
        let after = folder
            .run(&format!("advisories status --json {NOW}"))
            .stdout;
        assert_eq!(before, after, "{from}");
    }
    insta::assert_snapshot!(text);
    for allowed in [
        "--from bad/osv --skip GHSA-1111-2222-3333",
        "--from older/osv --allow-older",
    ] {
        let run = folder.run(&format!("advisories update {allowed} {NOW}"));
        assert_eq!(run.code, Some(0), "{allowed}: {}", run.stderr);
    }
}

#[test]
fn a_bundle_carries_all_feeds_until_its_day() {
    let folder = with_feeds();
    folder.run(&format!(
        "advisories update --from osv --from kev.json {NOW}"
    ));
    let export = folder.run(&format!(
        "advisories export feeds.bundle --valid-days 5 {NOW}"
    ));
    assert_eq!(export.code, Some(0), "{}", export.stderr);
    let late = folder.run("advisories import feeds.bundle --store other --now 2026-11-29");
    assert_eq!(late.code, Some(2));
    assert!(late.stderr.contains("until 2026-11-28"), "{}", late.stderr);
    let import = folder.run("advisories import feeds.bundle --store other --now 2026-11-28");
    assert_eq!(import.code, Some(0), "{}", import.stderr);
    let here = folder.run(&format!("advisories match app --json {NOW}"));
    let there = folder.run("advisories match app --json --store other --now 2026-11-23");
    assert_eq!(here.json()["matches"], there.json()["matches"]);
    let mut bundle = std::fs::read(folder.path("feeds.bundle")).unwrap();
    let last = bundle.len() - 40;
    bundle[last] ^= 1;
    folder.bytes("feeds.bundle", &bundle);
    let damaged = folder.run("advisories import feeds.bundle --store third --now 2026-11-24");
    assert_eq!(damaged.code, Some(2));
    assert!(
        damaged.stderr.contains("damaged or cut short"),
        "{}",
        damaged.stderr
    );
}
