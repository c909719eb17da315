use serde_json::{Value, json};
use waybill_domain::vex::{StatementState, VexStatus};

use super::{Statements, Target, VexError, artifact_id, read};

mod several;

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

/// Whether it is settled for a component what is said of a product.
fn settled(product: &str, component: &str, version: Option<&str>) -> bool {
    let target = library(component, "a name", version);
    statements(&about(&json!({ "@id": product })))
        .on_match(std::iter::once("CVE-2018-18074"), &target, &SYSTEM)
        .is_some()
}

#[test]
fn packages_are_compared_as_their_ecosystems_compare_them() {
    for (product, component, version, applies) in [
        ("pkg:pypi/a._b", "pkg:pypi/a-b@1", Some("1"), true),
        (
            "pkg:npm/@scope/a@1.0.0",
            "pkg:npm/%40scope/a@1.0.0",
            Some("1.0.0"),
            true,
        ),
        (
            "pkg:npm/%40Scope/a@1.0.0",
            "pkg:npm/%40scope/a@1.0.0",
            Some("1.0.0"),
            true,
        ),
        (
            "pkg:npm/%40other/a@1.0.0",
            "pkg:npm/%40scope/a@1.0.0",
            Some("1.0.0"),
            false,
        ),
        (
            "pkg:golang/github.com/BurntSushi/Toml@1.2.0",
            "pkg:golang/github.com/burntsushi/toml@v1.2.0",
            Some("v1.2.0"),
            true,
        ),
        (
            "pkg:docker/a/b@1.0",
            "pkg:docker/a/b@1.0.0",
            Some("1.0.0"),
            false,
        ),
        (
            "pkg:docker/a/b@1.0",
            "pkg:docker/a/b@1.0",
            Some("1.0"),
            true,
        ),
        (
            "pkg:huggingface/a/b@00abcdef",
            "pkg:huggingface/a/b@0abcdef",
            Some("0abcdef"),
            false,
        ),
    ] {
        assert_eq!(
            settled(product, component, version),
            applies,
            "{product} {component}"
        );
    }
}

#[test]
fn what_a_statement_qualifies_the_component_has_to_have() {
    for (product, component, version, applies) in [
        (
            "pkg:deb/debian/a@1?arch=arm64",
            "pkg:deb/debian/a@1",
            Some("1"),
            false,
        ),
        (
            "pkg:deb/debian/a@1?arch=arm64",
            "pkg:deb/debian/a@1?arch=amd64",
            Some("1"),
            false,
        ),
        (
            "pkg:deb/debian/a@1",
            "pkg:deb/debian/a@1?arch=amd64",
            Some("1"),
            true,
        ),
        ("pkg:deb/ubuntu/a@1", "pkg:deb/debian/a@1", Some("1"), false),
        (
            "pkg:maven/g/a@1?type=jar",
            "pkg:maven/g/a@1",
            Some("1"),
            true,
        ),
        (
            "pkg:maven/g/a@1?classifier=sources",
            "pkg:maven/g/a@1",
            Some("1"),
            false,
        ),
        (
            "pkg:golang/a/b@v1#sub",
            "pkg:golang/a/b@v1",
            Some("v1"),
            false,
        ),
    ] {
        assert_eq!(
            settled(product, component, version),
            applies,
            "{product} {component}"
        );
    }
}

#[test]
fn a_name_alone_is_no_package() {
    let csaf = json!({
        "document": {
            "csaf_version": "2.0", "title": "t",
            "publisher": { "name": "p", "category": "other", "namespace": "https://p.example" },
            "tracking": { "id": "1", "version": "1", "initial_release_date": "2026-01-02T00:00:00Z" },
        },
        "product_tree": { "full_product_names": [
            { "product_id": "x", "name": "requests" },
            { "product_id": "y", "name": "Support-Bot" },
        ] },
        "vulnerabilities": [{
            "cve": "CVE-2018-18074",
            "product_status": { "known_not_affected": ["x"] },
            "flags": [{ "label": "component_not_present", "product_ids": ["x", "y"] }],
        }],
    });
    let target = library("pkg:npm/requests@1.0.0", "requests", Some("1.0.0"));
    let applied = |text: &str| {
        Statements::new([("c.json".to_owned(), read(text).unwrap())])
            .on_match(std::iter::once("CVE-2018-18074"), &target, &SYSTEM)
            .is_some()
    };
    let text = csaf.to_string();
    assert!(!applied(&text));
    assert!(applied(
        &text.replace(r#"affected":["x"]"#, r#"affected":["y"]"#)
    ));
}

#[test]
fn digests_that_differ_outweigh_digests_that_agree() {
    let hashes = [
        ("md5".to_owned(), "aa".to_owned()),
        ("sha-256".to_owned(), "bb".to_owned()),
    ];
    let purl = "pkg:pypi/requests@2.19.1";
    let target = Target {
        hashes: &hashes,
        ..library(purl, "requests", Some("2.19.1"))
    };
    let applies = |said: &Value| {
        statements(&about(&json!({ "@id": purl, "hashes": said })))
            .on_match(std::iter::once("CVE-2018-18074"), &target, &SYSTEM)
            .is_some()
    };
    assert!(applies(&json!({ "md5": "AA", "sha-256": "BB" })));
    assert!(!applies(&json!({ "md5": "aa", "sha-256": "cc" })));
    assert!(!applies(&json!({ "sha-256": "" })));
}

#[test]
fn chains_of_relationships_do_not_grow() {
    let mut relations = Vec::new();
    for number in 1..20_000 {
        let before = format!("p{}", number - 1);
        relations.push(json!({
            "category": "default_component_of",
            "product_reference": before, "relates_to_product_reference": before,
            "full_product_name": { "product_id": format!("p{number}"), "name": "n" },
        }));
    }
    let text = json!({
        "document": {
            "csaf_version": "2.0", "title": "t",
            "publisher": { "name": "p", "category": "other", "namespace": "https://p.example" },
            "tracking": { "id": "1", "version": "1" },
        },
        "product_tree": {
            "full_product_names": [{ "product_id": "p0", "name": "n" }],
            "relationships": relations,
        },
    });
    assert!(read(&text.to_string()).is_ok());
}

#[test]
fn what_is_described_once_and_named_often_does_not_fill_the_memory() {
    let long = "x".repeat(1 << 20);
    let group: Vec<String> = (0..2_000).map(|number| format!("p{number}")).collect();
    let names: Vec<Value> = group
        .iter()
        .map(|id| json!({ "product_id": id, "name": id }))
        .collect();
    let csaf = json!({
        "document": {
            "csaf_version": "2.0", "title": "t",
            "publisher": { "name": "p", "category": "other", "namespace": "https://p.example" },
            "tracking": { "id": "1", "version": "1" },
        },
        "product_tree": {
            "full_product_names": names,
            "product_groups": [{ "group_id": "g", "product_ids": group }],
        },
        "vulnerabilities": [{
            "cve": "CVE-1",
            "product_status": { "known_affected": ["p0"] },
            "remediations": [{ "category": "workaround", "details": long, "group_ids": ["g"] }],
        }],
    });
    let refs: Vec<Value> = (0..1_000).map(|_| json!({ "ref": "a" })).collect();
    let cyclone = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [{ "type": "library", "name": long, "bom-ref": "a" }],
        "vulnerabilities": [{ "id": "CVE-1", "analysis": { "state": "exploitable" }, "affects": refs }],
    });
    for document in [csaf, cyclone] {
        let error = read(&document.to_string()).unwrap_err().to_string();
        assert!(
            error.ends_with("is repeated until it fills more than 512 MiB"),
            "{error}"
        );
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
