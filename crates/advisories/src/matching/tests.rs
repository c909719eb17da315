use std::sync::Arc;

use waybill_domain::advisory::{FeedFormat, FeedState, PriorityClass};
use waybill_domain::inventory::{
    Component, ComponentId, Hash, Inventory, InventorySummary, Pin, Role, Standing, Subject,
};
use waybill_domain::{Date, Severity, Tool};

use super::*;

mod notices;

use crate::{FeedBuilder, read_document, recognise};

fn state(name: &str, format: FeedFormat) -> FeedState {
    FeedState {
        name: name.to_owned(),
        format,
        records: 1,
        withdrawn: 0,
        skipped: 0,
        date: "2026-11-20".to_owned(),
        imported: "2026-11-20".to_owned(),
        digest: String::new(),
        age_days: 3,
        stale: false,
    }
}

fn feed(name: &str, texts: &[String]) -> (FeedState, HeldFeed) {
    let mut builder = FeedBuilder::new(Vec::new()).unwrap();
    let mut format = FeedFormat::Osv;
    for text in texts {
        let known = recognise(text.as_bytes()).unwrap();
        format = known.feed();
        let document = read_document(known, text.as_bytes()).unwrap();
        assert_eq!(document.bad, []);
        for advisory in &document.advisories {
            builder.advisory(advisory).unwrap();
        }
        for exploited in &document.exploited {
            builder.exploited(exploited).unwrap();
        }
        for scored in &document.scores {
            builder.score(&scored.cve, scored.probability, scored.percentile);
        }
    }
    let (_, bytes) = builder.finish().unwrap();
    (
        state(name, format),
        HeldFeed::open(Arc::new(bytes)).unwrap(),
    )
}

fn osv(id: &str, aliases: &str, ecosystem: &str, name: &str, events: &str) -> String {
    format!(
        r#"{{"id": "{id}", "modified": "2026-11-20T00:00:00Z", "aliases": [{aliases}], "summary": "{id} of {name}",
        "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{events}]}}]}}]}}"#
    )
}

fn scored(record: &str, vector: &str) -> String {
    record.replace(
        r#""affected""#,
        &format!(r#""severity": [{{"type": "CVSS_V3", "score": "{vector}"}}], "affected""#),
    )
}

fn component(role: Role, purl: &str) -> Component {
    let name = purl.split('@').next().unwrap().rsplit('/').next().unwrap();
    let mut component = Component::new(ComponentId(purl.to_owned()), role, name);
    let version = purl
        .split('@')
        .nth(1)
        .and_then(|rest| rest.split('?').next());
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(if version.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.purl = Some(purl.to_owned());
    component
}

fn matched(components: Vec<Component>, holdings: &Holdings) -> Matching {
    let inventory = Inventory {
        schema: String::new(),
        tool: Tool {
            name: String::new(),
            version: String::new(),
            rules: String::new(),
        },
        subject: Subject::default(),
        components,
        suppliers: Vec::new(),
        relations: Vec::new(),
        findings: Vec::new(),
        unread: Vec::new(),
        summary: InventorySummary::default(),
    };
    match_inventory(&inventory, holdings, Date::parse("2026-11-23").unwrap()).unwrap()
}

const ENDED: &str = r#"{"introduced": "0"}, {"fixed": "2.31.0"}"#;
const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

#[test]
fn records_of_the_same_weakness_are_one_match_joined_with_what_is_known_of_it() {
    let holdings = Holdings {
        feeds: vec![
            feed(
                "ghsa",
                &[scored(
                    &osv("GHSA-1", r#""CVE-2024-1""#, "PyPI", "requests", ENDED),
                    CRITICAL,
                )],
            ),
            feed(
                "pypa",
                &[
                    osv("PYSEC-2024-1", r#""CVE-2024-1""#, "PyPI", "Requests", ENDED),
                    osv("PYSEC-2024-2", r#""CVE-2024-2""#, "PyPI", "requests", r#"{"introduced": "2.31.0"}, {"fixed": "2.32.0"}"#),
                    osv("PYSEC-2024-3", "", "PyPI", "requests", r#"{"introduced": "0"}"#),
                ],
            ),
            feed("kev", &[r#"{"catalogVersion": "1", "count": 1, "vulnerabilities": [{"cveID": "CVE-2024-1", "dateAdded": "2024-05-06"}]}"#.to_owned()]),
            feed("epss", &["#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.94,0.991\n".to_owned()]),
        ],
    };
    let found = matched(
        vec![component(Role::Library, "pkg:pypi/requests@2.30.0")],
        &holdings,
    );
    assert_eq!(found.matches.len(), 2);
    let first = &found.matches[0];
    assert_eq!(first.advisory, "GHSA-1");
    assert_eq!(first.aliases, ["CVE-2024-1", "PYSEC-2024-1"]);
    assert_eq!(first.severity, Severity::Critical);
    assert_eq!(first.priority.class, PriorityClass::ActNow);
    assert_eq!(
        first.priority.reasons,
        [
            "listed in CISA KEV since 2024-05-06",
            "EPSS 0.94, 99th percentile",
            "CVSS 9.8"
        ]
    );
    assert_eq!(found.matches[1].advisory, "PYSEC-2024-3");
    // 2.31.0 would run into the next advisory.
    let upgrade = &found.upgrades[0];
    assert_eq!(upgrade.to.as_deref(), Some("2.31.0"));
    assert_eq!((upgrade.fixes.len(), upgrade.leaves.len()), (1, 1));
    assert_eq!(found.summary.affected, 1);
}

#[test]
fn withdrawn_records_never_match_and_malicious_ones_always_are_critical() {
    let withdrawn = osv("GHSA-1", "", "npm", "@scope/thing", ENDED).replace(
        r#""modified""#,
        r#""withdrawn": "2026-01-01T00:00:00Z", "modified""#,
    );
    let malicious = osv("MAL-2026-1", "", "npm", "evil", r#"{"introduced": "0"}"#);
    let holdings = Holdings {
        feeds: vec![feed("npm", &[withdrawn, malicious])],
    };
    let mut floating = component(Role::AgentTool, "pkg:npm/evil");
    floating.version = None;
    let found = matched(
        vec![
            component(Role::Library, "pkg:npm/%40scope/thing@1.0.0"),
            floating,
        ],
        &holdings,
    );
    assert_eq!(found.matches.len(), 1);
    let only = &found.matches[0];
    assert!(only.malicious && only.certain);
    assert_eq!(only.severity, Severity::Critical);
    assert_eq!(only.priority.reasons, ["malicious package"]);
}

#[test]
fn releases_and_source_packages_of_distributions_are_followed() {
    let holdings = Holdings {
        feeds: vec![feed(
            "debian",
            &[
                osv(
                    "DSA-1",
                    "",
                    "Debian:12",
                    "openssl",
                    r#"{"introduced": "0"}, {"fixed": "3.0.15-1"}"#,
                ),
                osv(
                    "DSA-2",
                    "",
                    "Debian:11",
                    "openssl",
                    r#"{"introduced": "0"}"#,
                ),
            ],
        )],
    };
    let mut library = component(
        Role::SystemPackage,
        "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12",
    );
    library.version = Some("3.0.11-1".to_owned());
    library
        .properties
        .insert("source.package".to_owned(), "openssl".to_owned());
    let found = matched(vec![library], &holdings);
    let ids: Vec<&str> = found
        .matches
        .iter()
        .map(|found| found.advisory.as_str())
        .collect();
    assert_eq!(ids, ["DSA-1"]);
    assert_eq!(found.upgrades[0].to.as_deref(), Some("3.0.15-1"));
}

#[test]
fn models_match_by_name_revision_and_digest() {
    let own = format!(
        "schema = \"waybill.advisories/1\"\n[[advisory]]\nid = \"A-1\"\nkind = \"revoked\"\nsummary = \"s\"\nmodified = \"2026-11-01\"\n[[advisory.affects]]\necosystem = \"HuggingFace\"\nname = \"Acme/Model\"\nrevisions = [\"0123456789abcdef0123456789abcdef01234567\"]\n[[advisory]]\nid = \"A-2\"\nkind = \"malicious\"\nsummary = \"s\"\nmodified = \"2026-11-01\"\n[[advisory.affects]]\necosystem = \"HuggingFace\"\nname = \"evil/model\"\ndigests = [\"{}\"]\n",
        "b".repeat(64)
    );
    let holdings = Holdings {
        feeds: vec![feed("acme", &[own])],
    };
    let mut local = Component::new(
        ComponentId("model:weights.bin".to_owned()),
        Role::Model,
        "weights.bin",
    );
    local.hashes.push(Hash {
        algorithm: "sha-256".to_owned(),
        value: "b".repeat(64),
        standing: Standing::Observed,
    });
    let found = matched(
        vec![
            component(
                Role::Model,
                "pkg:huggingface/acme/model@0123456789abcdef0123456789abcdef01234567",
            ),
            component(
                Role::Model,
                "pkg:huggingface/acme/model@1123456789abcdef0123456789abcdef01234567",
            ),
            component(Role::Model, "pkg:huggingface/evil/model"),
            local,
        ],
        &holdings,
    );
    let ids: Vec<(&str, &str)> = found
        .matches
        .iter()
        .map(|found| (found.component.as_str(), found.advisory.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            ("model:weights.bin", "A-2"),
            (
                "pkg:huggingface/acme/model@0123456789abcdef0123456789abcdef01234567",
                "A-1"
            ),
        ]
    );
}

#[test]
fn retired_hosted_models_are_known_without_any_feed() {
    let mut hosted = Component::new(
        ComponentId("hosted-model:openai/gpt-4-32k".to_owned()),
        Role::HostedModel,
        "gpt-4-32k",
    );
    hosted.pin = Some(Pin::Floating);
    let found = matched(vec![hosted], &Holdings::default());
    assert_eq!(
        found.matches[0].advisory,
        "WAYBILL-RETIRED-openai/gpt-4-32k"
    );
    assert_eq!(found.upgrades[0].to.as_deref(), Some("gpt-4o"));
    assert_eq!(found.feeds[0].format, FeedFormat::Embedded);
}

#[test]
fn what_floats_is_counted_and_what_no_feed_covers_is_said() {
    let holdings = Holdings {
        feeds: vec![feed(
            "pypa",
            &[osv("PYSEC-1", "", "PyPI", "requests", ENDED)],
        )],
    };
    let mut bounded = component(Role::Library, "pkg:pypi/requests");
    bounded.requirement = Some(">=2.0,<2.31".to_owned());
    let found = matched(
        vec![
            component(Role::Library, "pkg:pypi/requests"),
            bounded,
            component(Role::Library, "pkg:npm/left-pad@1.0.0"),
            component(Role::Library, "pkg:pypi/requests@main"),
        ],
        &holdings,
    );
    assert_eq!(found.summary.floating_passed_over, 1);
    assert_eq!(found.matches.len(), 1);
    assert!(!found.matches[0].certain);
    assert_eq!(found.upgrades[0].to.as_deref(), Some("2.31.0"));
    let reasons: Vec<&str> = found
        .not_matched
        .iter()
        .map(|not| not.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "no feed that is held is about npm",
            "read \"main\" as a version of PyPI"
        ]
    );
}

#[test]
fn an_advisory_is_shown_under_any_of_its_ids() {
    let holdings = Holdings {
        feeds: vec![feed(
            "ghsa",
            &[scored(
                &osv("GHSA-1", r#""CVE-2024-1""#, "PyPI", "requests", ENDED),
                CRITICAL,
            )],
        )],
    };
    let today = Date::parse("2026-11-23").unwrap();
    let shown = show("cve-2024-1", &holdings, today).unwrap().unwrap();
    assert_eq!(shown.records[0].1.id, "GHSA-1");
    assert!((shown.scores[0].score - 9.8).abs() < f64::EPSILON);
    assert_eq!(show("CVE-2024-9", &holdings, today).unwrap(), None);
}

/// The advisories that match a package URL.
fn ids(holdings: &Holdings, role: Role, purl: &str) -> Vec<String> {
    let matching = matched(vec![component(role, purl)], holdings);
    let found = matching.matches.into_iter();
    found.map(|found| found.advisory).collect()
}

#[test]
fn names_that_package_urls_write_in_lowercase_are_found() {
    let ended = r#"{"introduced": "0"}, {"fixed": "1.0.0"}"#;
    let holdings = Holdings {
        feeds: vec![feed(
            "f",
            &[
                osv("GO-1", "", "Go", "github.com/BurntSushi/toml", ended),
                osv("GHSA-1", "", "npm", "JSONStream", ended),
                osv("GHSA-2", "", "npm", "@Scope/Name", ended),
            ],
        )],
    };
    for (purl, id) in [
        ("pkg:golang/github.com/BurntSushi/toml@v0.3.0", "GO-1"),
        ("pkg:golang/github.com/burntsushi/toml@v0.3.0", "GO-1"),
        ("pkg:npm/JSONStream@0.3.0", "GHSA-1"),
        ("pkg:npm/%40scope/name@0.3.0", "GHSA-2"),
    ] {
        assert_eq!(ids(&holdings, Role::Library, purl), [id], "{purl}");
    }
}

#[test]
fn what_a_distribution_says_of_a_cve_is_joined_with_it() {
    let record = osv(
        "DEBIAN-CVE-2024-1",
        "",
        "Debian:12",
        "a",
        r#"{"introduced": "0"}, {"fixed": "2.0-1"}"#,
    )
    .replace(
        r#""summary""#,
        r#""upstream": ["CVE-2024-1", "CVE-2024-11"], "summary""#,
    );
    let kev = r#"{"catalogVersion": "1", "dateReleased": "2026-11-20T00:00:00Z", "vulnerabilities": [{
        "cveID": "CVE-2024-1", "vendorProject": "a", "product": "a", "vulnerabilityName": "n",
        "dateAdded": "2026-01-01", "shortDescription": "s", "requiredAction": "r",
        "dueDate": "2026-02-01", "knownRansomwareCampaignUse": "Unknown"}]}"#;
    let holdings = Holdings {
        feeds: vec![feed("debian", &[record]), feed("kev", &[kev.to_owned()])],
    };
    let purl = "pkg:deb/debian/a@1.0-1?distro=debian-12";
    let matching = matched(vec![component(Role::SystemPackage, purl)], &holdings);
    let found: Vec<(&str, bool)> = matching
        .matches
        .iter()
        .map(|found| (found.aliases.join(" "), found.exploited.is_some()))
        .map(|(aliases, exploited)| (if aliases == "CVE-2024-1" { "same" } else { "" }, exploited))
        .collect();
    assert_eq!(found, [("same", true)]);
}

#[test]
fn what_names_only_commits_is_not_passed_over_in_silence() {
    let record =
        osv("GHSA-1", "", "PyPI", "a", r#"{"introduced": "0"}"#).replace("ECOSYSTEM", "GIT");
    let holdings = Holdings {
        feeds: vec![feed("f", &[record])],
    };
    let matching = matched(vec![component(Role::Library, "pkg:pypi/a@1.0")], &holdings);
    assert_eq!(matching.matches, []);
    assert_eq!(matching.summary.undecided, 1);
}

#[test]
fn a_fix_within_another_affected_range_is_none() {
    let record = osv(
        "GHSA-1",
        "",
        "npm",
        "a",
        r#"{"introduced": "0"}, {"fixed": "1.5.0"}"#,
    )
    .replace(
        r#""ranges": ["#,
        r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "1.2.0"}, {"fixed": "2.0.0"}]},"#,
    );
    let holdings = Holdings {
        feeds: vec![feed("f", &[record])],
    };
    let matching = matched(vec![component(Role::Library, "pkg:npm/a@1.0.0")], &holdings);
    let found = matching.matches.first().unwrap();
    assert_eq!(
        (found.fixed.as_slice(), found.upgrade.as_deref()),
        (["2.0.0".to_owned()].as_slice(), Some("2.0.0"))
    );
}

#[test]
fn thousands_of_advisories_about_one_package_are_joined_in_time() {
    let records: Vec<String> = (0..8_000)
        .map(|number| {
            osv(
                &format!("DSA-{number}"),
                &format!(r#""CVE-{}""#, number / 2),
                "Debian:12",
                "linux",
                &format!(r#"{{"introduced": "0"}}, {{"fixed": "{}"}}"#, 10 + number),
            )
        })
        .collect();
    let holdings = Holdings {
        feeds: vec![feed("f", &records)],
    };
    let purl = "pkg:deb/debian/linux@1?distro=debian-12";
    let matching = matched(vec![component(Role::SystemPackage, purl)], &holdings);
    assert_eq!(matching.matches.len(), 4_000);
    let upgrade = matching.upgrades.first().unwrap();
    assert_eq!(upgrade.to.as_deref(), Some("8009"));
}
