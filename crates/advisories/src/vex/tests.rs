use serde_json::{Value, json};
use waybill_domain::vex::{StatementState, VexStatus};

use super::{Statements, Target, VexError, artifact_id, read};

fn open_vex(statements: &Value) -> String {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://statements.example/1",
        "author": "Product security",
        "timestamp": "2026-01-02T00:00:00Z",
        "version": 1,
        "statements": statements,
    })
    .to_string()
}

fn statements(list: &Value) -> Statements {
    Statements::new([("vex.json".to_owned(), read(&open_vex(list)).unwrap())])
}

const SYSTEM: Target<'_> = Target {
    id: "subject",
    name: "support-bot",
    version: Some("2.0"),
    purl: None,
    hashes: &[],
};

fn library<'a>(purl: &'a str, name: &'a str, version: Option<&'a str>) -> Target<'a> {
    Target {
        id: purl,
        name,
        version,
        purl: Some(purl),
        hashes: &[],
    }
}

/// The status that applies to `requests` 2.19.1 and CVE-2018-18074.
fn said(list: &Value) -> Option<VexStatus> {
    let target = library("pkg:pypi/requests@2.19.1", "requests", Some("2.19.1"));
    let names = ["GHSA-x84v-xcm2-53pg", "CVE-2018-18074"];
    statements(list)
        .on_match(names.into_iter(), &target, &SYSTEM)
        .map(|applied| applied.status)
}

fn about(product: &Value) -> Value {
    json!([{
        "vulnerability": { "name": "CVE-2018-18074" },
        "products": [product],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
    }])
}

#[test]
fn a_statement_is_about_the_component_that_it_names() {
    for (product, applies) in [
        (json!({ "@id": "pkg:pypi/requests@2.19.1" }), true),
        (json!({ "@id": "pkg:pypi/Requests@2.19.1" }), true),
        (json!({ "@id": "pkg:pypi/requests" }), true),
        (json!({ "@id": "pkg:pypi/requests@2.19.1.0" }), true),
        (json!({ "@id": "pkg:pypi/requests@2.19.2" }), false),
        (json!({ "@id": "pkg:npm/requests@2.19.1" }), false),
        (json!({ "@id": "pkg:pypi/urllib3" }), false),
        (
            json!({ "@id": "https://x.example/1", "identifiers": { "purl": "pkg:pypi/requests" } }),
            true,
        ),
    ] {
        assert_eq!(said(&about(&product)).is_some(), applies, "{product}");
    }
}

#[test]
fn a_part_is_only_meant_within_its_product() {
    let within = |product: &str| {
        about(&json!({
            "@id": product,
            "subcomponents": [{ "@id": "pkg:pypi/requests" }],
        }))
    };
    assert_eq!(said(&within("pkg:generic/other-app")), None);
    assert_eq!(said(&within("pkg:pypi/requests")), None);
    let cyclone = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": { "type": "application", "name": "Support-Bot", "bom-ref": "app" } },
        "components": [{ "type": "library", "name": "requests", "purl": "pkg:pypi/requests@2.19.1", "bom-ref": "r" }],
        "vulnerabilities": [{
            "id": "CVE-2018-18074",
            "analysis": { "state": "false_positive", "detail": "no redirects are followed" },
            "affects": [{ "ref": "r" }],
        }],
    });
    let document = read(&cyclone.to_string()).unwrap();
    let target = library("pkg:pypi/requests@2.19.1", "requests", Some("2.19.1"));
    let all = Statements::new([("bom.json".to_owned(), document)]);
    let applied = all
        .on_match(std::iter::once("CVE-2018-18074"), &target, &SYSTEM)
        .unwrap();
    assert!(applied.settles());
    let other = Target {
        name: "another",
        ..SYSTEM
    };
    assert_eq!(
        all.on_match(std::iter::once("CVE-2018-18074"), &target, &other),
        None
    );
}

#[test]
fn the_latest_statement_counts_and_of_equals_the_worst() {
    let both = |first: &str, second: &str| {
        json!([
            {
                "vulnerability": { "name": "CVE-2018-18074" }, "timestamp": first,
                "products": [{ "@id": "pkg:pypi/requests" }],
                "status": "not_affected", "impact_statement": "not used",
            },
            {
                "vulnerability": { "name": "other", "aliases": ["cve-2018-18074"] }, "timestamp": second,
                "products": [{ "@id": "pkg:pypi/requests" }],
                "status": "affected", "action_statement": "update",
            },
        ])
    };
    let status = |first, second| said(&both(first, second));
    let (early, late) = ("2026-01-02T01:00:00+02:00", "2026-01-02T00:30:00+01:00");
    assert_eq!(status(early, late), Some(VexStatus::Affected));
    assert_eq!(status(late, early), Some(VexStatus::NotAffected));
    assert_eq!(status(late, late), Some(VexStatus::Affected));
}

#[test]
fn fixed_needs_a_version() {
    let fixed = |product: &str| {
        json!([{
            "vulnerability": { "name": "CVE-2018-18074" },
            "products": [{ "@id": product }],
            "status": "fixed",
        }])
    };
    assert_eq!(said(&fixed("pkg:pypi/requests")), None);
    assert_eq!(
        said(&fixed("pkg:pypi/requests@2.19.1")),
        Some(VexStatus::Fixed)
    );
}

#[test]
fn what_is_said_of_a_finding_ends_with_the_bytes_and_the_rule() {
    let digest = "a".repeat(64);
    let all = statements(&json!([{
        "vulnerability": { "name": "waybill:pickle-shell-command@0123456789ab" },
        "products": [{
            "@id": artifact_id("models/a b.pkl"),
            "hashes": { "sha-256": digest },
        }],
        "status": "not_affected",
        "impact_statement": "a test of our own",
    }]));
    let on = |rule: &str, version: &str, path: &str, digest: &str| {
        let applied = all.on_finding(rule, version, path, Some(digest));
        let usage = all.uses().remove(0);
        (applied.is_some(), usage.state, usage.reason)
    };
    assert_eq!(
        on("other-rule", "0123456789ab", "models/a b.pkl", &digest),
        (false, StatementState::Unused, None)
    );
    assert_eq!(
        on(
            "pickle-shell-command",
            "0123456789ab",
            "models/a b.pkl",
            "bb"
        ),
        (
            false,
            StatementState::Outdated,
            Some("the digest of `models/a b.pkl` has changed".to_owned())
        )
    );
    assert_eq!(
        on("pickle-shell-command", "ba9876543210", "models/a b.pkl", &digest),
        (
            false,
            StatementState::Outdated,
            Some(
                "rule `pickle-shell-command` has changed since: it was version 0123456789ab, now ba9876543210"
                    .to_owned()
            )
        )
    );
    // The same bytes under another name are what the statement is about.
    let elsewhere = on("pickle-shell-command", "0123456789ab", "moved.pkl", &digest);
    assert_eq!(elsewhere, (true, StatementState::Applied, None));
}

#[test]
fn a_document_with_a_fault_is_refused_with_its_place() {
    let refused = |list: Value| read(&open_vex(&list)).unwrap_err().to_string();
    let vulnerability = json!({ "name": "CVE-1" });
    assert_eq!(
        refused(json!([{ "vulnerability": vulnerability, "status": "not_affected" }])),
        "use `statement 1 (CVE-1)`: says `not_affected` without a justification and without a word why"
    );
    assert_eq!(
        refused(json!([{ "vulnerability": vulnerability, "status": "harmless" }])),
        "use `/statements/0/status`: `harmless` is none of the words of the standard"
    );
    assert_eq!(
        refused(json!([{ "vulnerability": vulnerability, "status": "fixed", "products": [{}] }])),
        "use `/statements/0/products/0`: names neither an `@id` nor an identifier"
    );
    assert_eq!(
        refused(
            json!([{ "vulnerability": vulnerability, "status": "fixed", "timestamp": "today" }])
        ),
        "use `/statements/0/timestamp`: is no RFC 3339 date and time"
    );
    assert_eq!(refused(json!({})), "use `/statements`: is no list");
    assert_eq!(read("{}").unwrap_err(), VexError::Unrecognised);
    assert!(matches!(read("{").unwrap_err(), VexError::Syntax(_)));
    assert!(matches!(
        read(r#"{"bomFormat": "CycloneDX", "specVersion": "1.3"}"#).unwrap_err(),
        VexError::Version { .. }
    ));
}
