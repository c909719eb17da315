//! Several statements about one match, and one statement about a part of it.

use super::*;

#[test]
fn what_is_said_on_a_day_to_come_does_not_apply_yet() {
    let said_on = |timestamp: &str, status: &str| {
        json!({
            "vulnerability": { "name": "CVE-2018-18074" },
            "products": [{ "@id": "pkg:pypi/requests@2.19.1" }],
            "status": status,
            "timestamp": timestamp,
            "justification": "vulnerable_code_not_present",
            "action_statement": "go to 2.20.0",
        })
    };
    let list = json!([
        said_on("2026-03-01T00:00:00Z", "affected"),
        said_on("2099-01-01T00:00:00Z", "not_affected"),
    ]);
    let target = library("pkg:pypi/requests@2.19.1", "requests", Some("2.19.1"));
    for (today, applies) in [
        ("2026-03-01", VexStatus::Affected),
        ("2098-12-31", VexStatus::Affected),
        ("2099-01-01", VexStatus::NotAffected),
    ] {
        let today = waybill_domain::Date::parse(today).unwrap();
        let all = statements(&list).on_day(today);
        let names = ["CVE-2018-18074"].into_iter();
        let applied = all.on_match(names, &target, &SYSTEM).unwrap();
        assert_eq!(applied.status, applies, "{today}");
    }
    let all = statements(&list).on_day(waybill_domain::Date::parse("2026-03-02").unwrap());
    let uses = all.uses();
    assert_eq!(
        (uses[1].state, uses[1].reason.as_deref()),
        (
            StatementState::NotYet,
            Some("it says that it is of 2099-01-01, which is after 2026-03-02")
        )
    );
}

#[test]
fn an_advisory_of_several_weaknesses_is_settled_only_if_all_of_them_are() {
    use StatementState::{Applied, Partial, Unused};
    use VexStatus::{Affected, NotAffected};

    let say = |name: &str, status: &str, aliases: &[&str]| {
        json!({
            "vulnerability": { "name": name, "aliases": aliases },
            "products": [{ "@id": "pkg:pypi/requests@2.19.1" }],
            "status": status,
            "justification": "vulnerable_code_not_present",
            "action_statement": "go to 2.20.0",
        })
    };
    let silent = |name: &str| say(name, "not_affected", &[]);
    let target = library("pkg:pypi/requests@2.19.1", "requests", Some("2.19.1"));
    let names = ["GHSA-own", "CVE-2024-1", "CVE-2024-2", "PYSEC-1"];
    let said = |list: Value| {
        let all = statements(&list);
        let applied = all.on_match(names.into_iter(), &target, &SYSTEM);
        let states: Vec<StatementState> = all.uses().iter().map(|used| used.state).collect();
        (applied.map(|applied| applied.status), states)
    };
    for (list, status, states) in [
        (json!([silent("CVE-2024-1")]), None, vec![Partial]),
        (json!([silent("PYSEC-1")]), None, vec![Partial]),
        (
            json!([silent("GHSA-OWN")]),
            Some(NotAffected),
            vec![Applied],
        ),
        (
            json!([silent("CVE-2024-1"), silent("CVE-2024-2")]),
            Some(NotAffected),
            vec![Applied, Applied],
        ),
        (
            json!([say("CVE-2024-1", "not_affected", &["CVE-2024-2"])]),
            Some(NotAffected),
            vec![Applied],
        ),
        (
            json!([say("CVE-2024-1", "not_affected", &["GHSA-own"])]),
            Some(NotAffected),
            vec![Applied],
        ),
        (
            json!([silent("CVE-2024-1"), say("CVE-2024-2", "affected", &[])]),
            Some(Affected),
            vec![Partial, Applied],
        ),
        (
            json!([silent("CVE-2024-1"), silent("CVE-2024-3")]),
            None,
            vec![Partial, Unused],
        ),
    ] {
        assert_eq!(said(list.clone()), (status, states), "{list}");
    }
    let all = statements(&json!([silent("CVE-2024-1")]));
    let _ = all.on_match(names.into_iter(), &target, &SYSTEM);
    assert_eq!(
        all.uses().first().and_then(|used| used.reason.as_deref()),
        Some("`GHSA-own` stands for CVE-2024-2 too, which is not settled")
    );
}
