//! Notices of distributions remedy several weaknesses at once, and name them otherwise than as aliases.

use super::*;

const KEV: &str = r#"{"catalogVersion": "1", "dateReleased": "2026-11-20T00:00:00Z", "count": 2, "vulnerabilities": [
    {"cveID": "CVE-2024-2", "dateAdded": "2024-05-06"}, {"cveID": "CVE-2024-3", "dateAdded": "2024-05-07"}]}"#;
const EPSS: &str = "#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.2,0.9\nCVE-2024-2,0.7,0.98\n";

fn reasons(record: String, purl: &str) -> Vec<Vec<String>> {
    let holdings = Holdings {
        feeds: vec![
            feed("notices", &[record]),
            feed("kev", &[KEV.to_owned()]),
            feed("epss", &[EPSS.to_owned()]),
        ],
    };
    let matching = matched(vec![component(Role::SystemPackage, purl)], &holdings);
    let matches = matching.matches.into_iter();
    matches.map(|found| found.priority.reasons).collect()
}

fn naming(record: &str, key: &str) -> String {
    record.replace(
        r#""summary""#,
        &format!(r#""{key}": ["CVE-2024-1", "CVE-2024-2"], "summary""#),
    )
}

#[test]
fn what_a_notice_remedies_is_joined_with_what_is_known_of_it() {
    let ended = r#"{"introduced": "0"}, {"fixed": "2.0-1"}"#;
    for (id, ecosystem, purl) in [
        (
            "DSA-1-1",
            "Debian:12",
            "pkg:deb/debian/a@1.0-1?distro=debian-12",
        ),
        (
            "USN-1-1",
            "Ubuntu:24.04:LTS",
            "pkg:deb/ubuntu/a@1.0-1?distro=ubuntu-24.04",
        ),
        (
            "RHSA-2024:1",
            "Red Hat:enterprise_linux:9::appstream",
            "pkg:rpm/redhat/a@1.0-1?distro=rhel-9.3",
        ),
    ] {
        for key in ["upstream", "related"] {
            let record = naming(&osv(id, "", ecosystem, "a", ended), key);
            assert_eq!(
                reasons(record, purl),
                [[
                    "CVE-2024-2 listed in CISA KEV since 2024-05-06",
                    "CVE-2024-2 EPSS 0.70, 98th percentile",
                    "no severity stated",
                ]],
                "{id} {key}"
            );
        }
    }
    // What other records name as related is another weakness.
    let record = naming(&osv("GHSA-1", "", "PyPI", "a", ended), "related");
    assert_eq!(reasons(record, "pkg:pypi/a@1.0"), [["no severity stated"]]);
}

/// A CSAF document that says that a package is fixed (or affected, without any fix).
fn supplier(status: &str, purls: &[&str]) -> String {
    let products: Vec<String> = purls
        .iter()
        .enumerate()
        .map(|(index, purl)| {
            format!(
                r#"{{"product_id": "P-{index}", "name": "p", "product_identification_helper": {{"purl": "{purl}"}}}}"#
            )
        })
        .collect();
    let ids: Vec<String> = (0..purls.len())
        .map(|index| format!(r#""P-{index}""#))
        .collect();
    format!(
        r#"{{"document": {{"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "t",
        "tracking": {{"id": "S-1", "current_release_date": "2026-11-20T00:00:00Z"}}}},
        "product_tree": {{"full_product_names": [{}]}},
        "vulnerabilities": [{{"cve": "CVE-2024-9", "product_status": {{"{status}": [{}]}}}}]}}"#,
        products.join(","),
        ids.join(",")
    )
}

#[test]
fn a_product_of_a_supplier_counts_for_the_release_that_it_names() {
    let certain = |document: String, purl: &str| {
        let holdings = Holdings {
            feeds: vec![feed("supplier", &[document])],
        };
        let matching = matched(vec![component(Role::SystemPackage, purl)], &holdings);
        let matches = matching.matches.into_iter();
        matches
            .map(|found| (found.certain, found.priority.reasons))
            .next()
    };
    let eight = "pkg:rpm/redhat/a@1.0-1.el8?distro=rhel-8.9";
    let nine = "pkg:rpm/redhat/a@1.0-1.el9?distro=rhel-9.3";
    // The version carries the release.
    let fixed = || supplier("fixed", &["pkg:rpm/redhat/a@2.0-1.el9_2?arch=x86_64"]);
    assert_eq!(certain(fixed(), eight), None);
    assert!(certain(fixed(), nine).is_some_and(|(certain, _)| certain));
    let streams = || {
        supplier(
            "fixed",
            &[
                "pkg:rpm/redhat/a@0.9-1.module+el8.9.0+7?arch=x86_64",
                "pkg:rpm/redhat/a@2.0-1.el9?arch=x86_64",
            ],
        )
    };
    assert_eq!(certain(streams(), eight), None);
    assert!(certain(streams(), nine).is_some_and(|(certain, _)| certain));
    // Nothing says for which release it is.
    let all = || supplier("known_affected", &["pkg:rpm/redhat/a"]);
    let (sure, reasons) = certain(all(), eight).unwrap();
    assert!(!sure);
    assert!(reasons.contains(
        &"the advisory does not say for which release of the distribution it is".to_owned()
    ));
    // The version that is listed is that version, whatever the release.
    let listed = supplier("known_affected", &["pkg:deb/debian/a@1.0-1"]);
    let twelve = "pkg:deb/debian/a@1.0-1?distro=debian-12";
    assert!(certain(listed, twelve).is_some_and(|(certain, _)| certain));
    let rolling = supplier("fixed", &["pkg:apk/wolfi/a@2.0-r0"]);
    assert!(certain(rolling, "pkg:apk/wolfi/a@1.0-r0").is_some_and(|(certain, _)| certain));
}
