use std::sync::Arc;

use waybill_domain::advisory::{
    Advisory, AdvisoryKind, AffectedPackage, AffectedRange, Exploited, RangeEvent,
};

use super::*;
use crate::error::HeldError;

fn advisory(id: &str) -> Advisory {
    Advisory {
        id: id.to_owned(),
        kind: AdvisoryKind::Vulnerable,
        aliases: vec!["CVE-2024-1".to_owned()],
        published: Some("2024-01-01T00:00:00Z".to_owned()),
        modified: "2024-02-03T04:05:06Z".to_owned(),
        summary: "a summary".to_owned(),
        details: "at length ".repeat(100),
        vectors: vec!["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned()],
        severity: Some(Severity::High),
        affected: vec![
            AffectedPackage {
                ecosystem: "PyPI".to_owned(),
                name: "Some_Package".to_owned(),
                ranges: vec![AffectedRange {
                    kind: "ECOSYSTEM".to_owned(),
                    events: vec![
                        RangeEvent::Introduced("0".to_owned()),
                        RangeEvent::Fixed("1.2".to_owned()),
                        RangeEvent::LastAffected("3".to_owned()),
                        RangeEvent::Limit("4".to_owned()),
                    ],
                }],
                versions: vec!["1.0".to_owned(), "1.1".to_owned()],
                digests: vec![format!("sha256:{}", "a".repeat(64))],
            },
            AffectedPackage {
                ecosystem: "npm".to_owned(),
                name: "other".to_owned(),
                ..AffectedPackage::default()
            },
        ],
        references: vec!["https://example.org".to_owned()],
        ..Advisory::default()
    }
}

fn built() -> Vec<u8> {
    let mut builder = FeedBuilder::new(Vec::new()).unwrap();
    builder.advisory(&advisory("GHSA-1")).unwrap();
    builder
        .advisory(&Advisory {
            withdrawn: Some("2024-05-05T00:00:00Z".to_owned()),
            ..advisory("GHSA-2")
        })
        .unwrap();
    builder
        .exploited(&Exploited {
            cve: "CVE-2024-1".to_owned(),
            since: "2024-03-03".to_owned(),
            due: None,
            ransomware: true,
        })
        .unwrap();
    builder.score("CVE-2024-1", 940_000, 990_000);
    let (built, bytes) = builder.finish().unwrap();
    assert_eq!((built.records, built.withdrawn), (4, 1));
    assert_eq!(built.newest.unwrap().to_string(), "2024-02-03");
    assert_eq!(built.bytes, bytes.len() as u64);
    bytes
}

#[test]
fn what_is_held_is_what_was_taken_in() {
    let feed = HeldFeed::open(Arc::new(built())).unwrap();
    let found = feed
        .packages(&crate::names::key_of("PyPI", "some-package"))
        .unwrap();
    assert_eq!(found.len(), 1, "the withdrawn one is not among them");
    assert_eq!(found[0].package, advisory("GHSA-1").affected[0]);
    let shown = feed.advisories("ghsa-2").unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].withdrawn.as_deref(), Some("2024-05-05T00:00:00Z"));
    assert_eq!(shown[0].affected, advisory("").affected);
    assert_eq!(
        feed.advisories("CVE-2024-1").unwrap()[0],
        advisory("GHSA-1")
    );
    assert_eq!(
        feed.exploited("CVE-2024-1").unwrap().unwrap().since,
        "2024-03-03"
    );
    assert_eq!(feed.exploited("CVE-2024-2").unwrap(), None);
    assert_eq!(feed.score("cve-2024-1").unwrap(), Some((940_000, 990_000)));
    assert!(feed.covers("pypi").unwrap());
    assert!(!feed.covers("maven").unwrap());
}

#[test]
fn an_id_that_comes_twice_is_named() {
    let mut builder = FeedBuilder::new(Vec::new()).unwrap();
    builder.advisory(&advisory("GHSA-1")).unwrap();
    let refused = builder.advisory(&advisory("ghsa-1"));
    assert!(matches!(refused, Err(Refused::Record(bad)) if bad.id == "ghsa-1"));
}

#[test]
fn damage_is_seen_and_never_panics() {
    let good = built();
    assert!(matches!(
        HeldFeed::open(Arc::new(Vec::new())),
        Err(HeldError::Foreign)
    ));
    for cut in [1, 8, 71, 80, good.len() / 2, good.len() - 1] {
        assert!(
            HeldFeed::open(Arc::new(good[..cut].to_vec())).is_err(),
            "{cut}"
        );
    }
    let mut seen = 0;
    for at in 8..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        let read = HeldFeed::open(Arc::new(bad)).and_then(|feed| {
            feed.packages(&crate::names::key_of("PyPI", "some-package"))?;
            feed.packages(&crate::names::key_of("npm", "other"))?;
            feed.advisories("GHSA-1")?;
            feed.advisories("GHSA-2")?;
            feed.exploited("CVE-2024-1")?;
            feed.score("CVE-2024-1")
        });
        seen += usize::from(read.is_err());
    }
    // All but the package entries of the withdrawn record's head are looked at.
    assert!(seen * 10 > (good.len() - 8) * 9, "{seen} of {}", good.len());
}
