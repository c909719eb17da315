//! Notices of distributions remedy several weaknesses at once, and name them otherwise than as aliases.

use super::*;

const KEV: &str = r#"{"catalogVersion": "1", "dateReleased": "2026-11-20T00:00:00Z", "count": 1, "vulnerabilities": [
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
        ("DSA-1-1", "Debian:12", "pkg:deb/debian/a@1.0-1?distro=debian-12"),
        ("USN-1-1", "Ubuntu:24.04:LTS", "pkg:deb/ubuntu/a@1.0-1?distro=ubuntu-24.04"),
        ("RHSA-2024:1", "Red Hat:enterprise_linux:9::appstream", "pkg:rpm/redhat/a@1.0-1?distro=rhel-9.3"),
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
    assert_eq!(
        reasons(record, "pkg:pypi/a@1.0"),
        [["no severity stated"]]
    );
}
