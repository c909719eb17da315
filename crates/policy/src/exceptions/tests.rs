use proptest::prelude::*;
use waybill_domain::{Date, ExceptionState};

use super::*;

const DIGEST: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn file(scope: &str) -> String {
    format!(
        "version = 1\n\n[[exception]]\nid = \"EX-1\"\nowner = \"Ada\"\nreason = \"vetted\"\napprover = \"Grace\"\n\
         created = 2026-01-01\nexpires = \"2026-06-30\"\n{scope}\n"
    )
}

fn ledger(scope: &str, today: &str) -> Ledger {
    let exceptions = Exceptions::parse("e.toml", &file(scope), MOST_DAYS).unwrap();
    Ledger::new(
        exceptions,
        Some(Date::parse(today).unwrap()),
        "sha256:rules",
    )
}

fn state(ledger: &Ledger) -> ExceptionState {
    ledger.uses()[0].state
}

fn finding(path: &'static str, digest: &'static str) -> Subject<'static> {
    Subject {
        path: Some(path),
        digest: Some(digest),
        rule: Some("pickle-import-unknown"),
        ..Subject::default()
    }
}

#[test]
fn an_exception_covers_until_its_last_day() {
    let scope = "rule = \"pickle-import-unknown\"\npath = \"models/**\"";
    let subject = finding("models/a.pkl", DIGEST);
    for (today, covers) in [
        ("2025-12-31", false),
        ("2026-01-01", true),
        ("2026-06-30", true),
        ("2026-07-01", false),
    ] {
        let ledger = ledger(scope, today);
        assert_eq!(ledger.cover(&subject).is_some(), covers, "{today}");
        assert_eq!(ledger.cover(&finding("modelsx/a.pkl", DIGEST)), None);
    }
    let early = ledger(scope, "2025-12-31");
    assert!(early.cover(&subject).is_none());
    let uses = early.uses();
    assert_eq!(
        (uses[0].state, uses[0].days_left, uses[0].covers),
        (ExceptionState::NotYet, 181, 1)
    );
    let ended = ledger(scope, "2026-07-01");
    assert!(ended.cover(&subject).is_none());
    let uses = ended.uses();
    assert_eq!(
        (uses[0].state, uses[0].days_left, uses[0].covers),
        (ExceptionState::Expired, -1, 1)
    );
}

#[test]
fn other_bytes_or_rules_end_it() {
    let scope = format!("digest = \"sha256:{DIGEST}\"\npath = \"a.pkl\"");
    let same = ledger(&scope, "2026-02-01");
    assert!(same.cover(&finding("a.pkl", DIGEST)).is_some());
    assert_eq!(state(&same), ExceptionState::InForce);
    let other = ledger(&scope, "2026-02-01");
    assert!(other.cover(&finding("a.pkl", "bb")).is_none());
    assert_eq!(state(&other), ExceptionState::Drifted);
    let quiet = ledger(&scope, "2026-02-01");
    quiet.seen("a.pkl", Some("bb"));
    assert_eq!(state(&quiet), ExceptionState::Drifted);
    let rules = ledger(
        &format!("digest = \"{DIGEST}\"\nrule-set = \"sha256:older\""),
        "2026-02-01",
    );
    assert!(rules.cover(&finding("a.pkl", DIGEST)).is_none());
    assert_eq!(state(&rules), ExceptionState::Drifted);
    assert_eq!(state(&ledger(&scope, "2026-02-01")), ExceptionState::Unused);
}

#[test]
fn what_is_malicious_is_only_excepted_by_its_bytes() {
    let malicious = Subject {
        malicious: true,
        ..finding("models/a.pkl", DIGEST)
    };
    let by_path = "rule = \"pickle-import-unknown\"\npath = \"models/a.pkl\"";
    assert!(ledger(by_path, "2026-02-01").cover(&malicious).is_none());
    let by_digest = format!("digest = \"{DIGEST}\"");
    assert!(ledger(&by_digest, "2026-02-01").cover(&malicious).is_some());
}

#[test]
fn components_and_advisories() {
    let subject = |component, advisories| Subject {
        component: Some(component),
        advisories,
        ..Subject::default()
    };
    let any = "component = \"pkg:pypi/requests\"\nadvisory = \"CVE-1\"";
    let covers = |scope: &str, subject| ledger(scope, "2026-02-01").cover(&subject).is_some();
    assert!(covers(
        any,
        subject("pkg:pypi/requests@2.0", &["GHSA-1", "CVE-1"])
    ));
    assert!(!covers(any, subject("pkg:pypi/requests@2.0", &["CVE-2"])));
    assert!(!covers(any, subject("pkg:pypi/requests-x@2.0", &["CVE-1"])));
    let exact = "component = \"pkg:pypi/requests@2.0\"";
    assert!(!covers(exact, subject("pkg:pypi/requests@2.1", &[])));
    let service = "component = \"service:a\"";
    assert!(covers(service, subject("service:a", &[])));
    assert!(!covers(service, subject("service:a@b", &[])));
    assert!(covers(
        "component = \"pkg:npm/@a/b\"",
        subject("pkg:npm/@a/b@1", &[])
    ));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let wrong = |text: &str| {
        let error = Exceptions::parse("e.toml", text, MOST_DAYS).unwrap_err();
        error
            .faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let narrow = "it has to name a digest, a rule with a path, a component or an advisory";
    for scope in ["", "rule = \"r\"", "path = \"models/**\""] {
        assert_eq!(wrong(&file(scope)), [format!("e.toml:4, `EX-1`: {narrow}")]);
    }
    for path in ["**", "/**", "./**", "*", "a/*/b", "a/../b", "a/../**"] {
        assert_eq!(
            wrong(&file(&format!("rule = \"r\"\npath = \"{path}\""))),
            [
                "e.toml:4, `EX-1`: its path has to be one artifact, or one folder with `/**` behind it"
            ]
        );
    }
    assert_eq!(
        wrong(&file("advisory = \"*\"")),
        ["e.toml:4, `EX-1`: its advisory has to be one exact name"]
    );
    let long = file("advisory = \"CVE-1\"").replace("2026-06-30", "2027-06-30");
    assert_eq!(
        wrong(&long),
        ["e.toml:4, `EX-1`: it lasts 545 days, and may last 366"]
    );
    assert!(Exceptions::parse("e.toml", &long, 600).is_ok());
    assert!(
        wrong(&file("advisory = \"CVE-1\"").replace("2026-06-30", "soon"))[0]
            .starts_with("e.toml:9: ")
    );
    assert!(wrong("version = 3")[0].contains("version 3"));
}

proptest! {
    #[test]
    fn an_expired_exception_never_admits(
        days in -4000_i32..4000,
        by_digest in any::<bool>(),
        malicious in any::<bool>(),
    ) {
        let today = Date::parse("2026-06-30").unwrap().plus_days(days);
        let scope = match by_digest {
            true => format!("digest = \"{DIGEST}\""),
            false => "rule = \"pickle-import-unknown\"\npath = \"a.pkl\"".to_owned(),
        };
        let ledger = ledger(&scope, &today.to_string());
        let covered = ledger.cover(&Subject { malicious, ..finding("a.pkl", DIGEST) });
        let in_time = (-180..=0).contains(&days);
        prop_assert_eq!(covered.is_some(), in_time && (by_digest || !malicious));
        prop_assert_eq!(state(&ledger) == ExceptionState::Expired, days > 0);
        prop_assert_eq!(state(&ledger) == ExceptionState::NotYet, days < -180);
    }
}
