//! Orders and equalities that the specifications themselves give.

use std::cmp::Ordering;

use super::{
    Affected, BadRange, BadVersion, Ecosystem, Event, Range, Version, affects, compare, nearest_fix,
};

/// Each list ascends; what stands in one text with `|` between is equal.
const ASCENDING: &[(Ecosystem, &[&str])] = &[
    // PEP 440, "Summary of permitted suffixes and relative ordering", and local versions.
    (
        Ecosystem::PyPi,
        &[
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12|1.0-alpha.12",
            "1.0b1.dev456",
            "1.0b2|v1.0beta2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1|1.0c1|1.0pre1|1.0-PREVIEW_1",
            "1.0|1|1.0.0| 1.0 ",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5|1.0+05",
            "1.0.post456.dev34",
            "1.0.post456|1.0-456|1.0rev456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ],
    ),
    // semver.org, section 11.
    (
        Ecosystem::Npm,
        &[
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0|v1.0.0|1.0.0+build.5|1",
            "2.0.0",
            "2.1.0",
            "2.1.1",
            "10.0.0",
        ],
    ),
    (
        Ecosystem::GitHubActions,
        &["v3", "v4.0.0-beta", "v4|v4.0|4.0.0", "v4.1.1"],
    ),
    // The reference of Go modules: pseudo-versions, and releases of Go.
    (
        Ecosystem::Go,
        &[
            "v0.0.0-20191109021931-daa7c04131f5",
            "v1.2.3-pre",
            "v1.2.3-pre.0.20191109021931-daa7c04131f5",
            "v1.2.3",
            "v1.2.4-0.20191109021931-daa7c04131f5",
            "v1.2.4|1.2.4",
            "go1.20rc1|1.20.0-rc.1",
            "go1.20|1.20.0",
            "go1.20.3",
            "v2.0.0+incompatible|v2.0.0",
        ],
    ),
    // The POM reference of Maven, "Version Order Specification".
    (
        Ecosystem::Maven,
        &[
            "1-alpha2snapshot",
            "1-alpha2|1-a2|1-alpha-2",
            "1-beta-2",
            "1-m2|1-milestone-2",
            "1-rc|1-cr",
            "1-snapshot",
            "1|1.0|1.0.0|1-ga|1.ga|1-0|1.final|1.|1-",
            "1-sp",
            "1-foo|1.foo|1.0.0-foo.0.0",
            "1-foo2",
            "1-foo10",
            "1-1|1-ga-1|1-1.0",
            "1.1",
            "1.10",
            "2-1.ga",
        ],
    ),
    (Ecosystem::Maven, &["1-sp-1", "1-ga-1"]),
    (Ecosystem::Maven, &["1-ga.1", "1-sp.1"]),
    // Debian policy, 5.6.12.
    (
        Ecosystem::Debian,
        &[
            "1.0~~",
            "1.0~~a",
            "1.0~",
            "1.0~beta1~svn1245",
            "1.0~beta1",
            "1.0|1.0-0|0:1.0|1.0-",
            "1.0-1~bpo11+1",
            "1.0-1",
            "1.0-1+deb12u1",
            "1.0-2",
            "1.0a",
            "1.0+dfsg-1",
            "1.0.4",
            "1.2.3|1.2.03",
            "1.10",
            "1:0.1",
        ],
    ),
    // rpmvercmp, with tildes and carets.
    (
        Ecosystem::Rpm,
        &[
            "1.0~rc1~git123",
            "1.0~rc1",
            "1.0",
            "1.0-1.el9",
            "1.0-2.el9|1.0-02.el9",
            "1.0^",
            "1.0^git1",
            "1.0^git2",
            "1.0.fc4",
            "1.0.1|1.0.01|1_0_1",
            "1.1",
            "1.10",
            "2a",
            "2.0",
            "1:0.1",
        ],
    ),
    (Ecosystem::Rpm, &["xyz.4", "8"]),
    // apk-tools.
    (
        Ecosystem::Alpine,
        &[
            "0.1.0_alpha_pre2",
            "0.1.0_alpha",
            "0.1.0_alpha1",
            "0.1.0_beta",
            "0.1.0_pre2",
            "0.1.0_rc1",
            "0.1.0",
            "0.1.0-r0",
            "0.1.0-r2",
            "0.1.0-r10",
            "0.1.0_git2",
            "0.1.0_p1",
            "0.1.0_p1-r2",
            "0.1.0b",
            "0.1.0.1",
            "0.1.01",
            "0.1.1",
            "0.1.10",
            "6.0_pre",
            "6.0",
            "6.0c",
            "6.1",
        ],
    ),
    (
        Ecosystem::RubyGems,
        &[
            "1.0.a.2|1.a.2",
            "1.0.b1",
            "1.0|1|1.0.0",
            "1.0.1",
            "1.9.3",
            "1.10",
        ],
    ),
    (
        Ecosystem::NuGet,
        &[
            "1.0.0-alpha",
            "1.0.0-Beta|1.0.0-beta",
            "1.0.0-rc.1",
            "1.0.0-rc.2",
            "1.0.0-rc.10",
            "1.0|1.0.0.0|1.0.0+sha",
            "1.0.0.1",
            "1.1",
        ],
    ),
    (
        Ecosystem::Packagist,
        &[
            "1.0-dev",
            "1.0alpha1|1.0.0-a1",
            "1.0-beta2",
            "1.0-RC1",
            "v1.0.0|1.0|1.0.0.0",
            "1.0-p1|1.0pl1",
            "1.0.1",
        ],
    ),
    (
        Ecosystem::Cran,
        &["0.9-12", "0.9-13|0.9.13", "1.0", "1.0-1"],
    ),
];

#[test]
fn versions_follow_the_orders_of_the_specifications() {
    for (ecosystem, ascending) in ASCENDING {
        let parsed: Vec<Vec<(&str, Version)>> = ascending
            .iter()
            .map(|equal| {
                equal
                    .split('|')
                    .map(|text| (text, Version::parse(*ecosystem, text).unwrap()))
                    .collect()
            })
            .collect();
        for (place, one) in parsed.iter().enumerate() {
            for (other_place, other) in parsed.iter().enumerate() {
                for (text, version) in one {
                    for (other_text, other_version) in other {
                        assert_eq!(
                            version.cmp(other_version),
                            place.cmp(&other_place),
                            "{ecosystem:?}: {text} and {other_text}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_version_is_refused() {
    for (ecosystem, text) in [
        (Ecosystem::PyPi, "french toast"),
        (Ecosystem::PyPi, "1.0+a+1"),
        (Ecosystem::PyPi, "1.0-"),
        (Ecosystem::PyPi, "!1.0"),
        (Ecosystem::PyPi, "1.0+_foobar"),
        (Ecosystem::Npm, "1.2.3.4"),
        (Ecosystem::Npm, "1.2.3-"),
        (Ecosystem::Npm, "1.2.3-a..b"),
        (Ecosystem::Npm, "^1.2.3"),
        (Ecosystem::Npm, "latest"),
        (
            Ecosystem::GitHubActions,
            "8ade135a41bc03ea155e62e844d188df1ea18608",
        ),
        (Ecosystem::Go, "go1.x"),
        (Ecosystem::Debian, ":1.0"),
        (Ecosystem::Debian, "1.0 1"),
        (Ecosystem::Rpm, "~"),
        (Ecosystem::Alpine, "1.0_omega"),
        (Ecosystem::RubyGems, "a"),
        (Ecosystem::Packagist, "dev-main"),
        (Ecosystem::NuGet, "1.2.3.4.5"),
        (Ecosystem::Maven, "[1.0,2.0)"),
    ] {
        let refused = Version::parse(ecosystem, text);
        assert_eq!(
            refused,
            Err(BadVersion::Malformed {
                text: text.to_owned(),
                ecosystem: ecosystem.name()
            })
        );
    }
    assert_eq!(Version::parse(Ecosystem::PyPi, " "), Err(BadVersion::Empty));
    let long = "1".repeat(5000);
    assert_eq!(
        Version::parse(Ecosystem::PyPi, &long),
        Err(BadVersion::TooLong(5000))
    );
}

#[test]
fn numbers_of_a_thousand_digits_compare_by_value() {
    let low = format!("1.{}8", "9".repeat(1000));
    let high = format!("1.{}9", "9".repeat(1000));
    let padded = format!("1.{}{}", "0".repeat(1000), &high[2..]);
    for (ecosystem, _) in ASCENDING {
        let order = |one: &str, other: &str| compare(*ecosystem, one, other).unwrap();
        assert_eq!(order(&low, &high), Ordering::Less, "{ecosystem:?}");
        assert_eq!(
            order("1.18446744073709551615", "1.18446744073709551616"),
            Ordering::Less
        );
        if *ecosystem != Ecosystem::Alpine {
            assert_eq!(order(&padded, &high), Ordering::Equal, "{ecosystem:?}");
        }
    }
}

#[test]
fn ecosystems_are_told_by_name_and_by_package_url() {
    assert_eq!(
        Ecosystem::of_osv("Debian:12"),
        (Ecosystem::Debian, Some("12"))
    );
    assert_eq!(
        Ecosystem::of_osv("Ubuntu:22.04:LTS"),
        (Ecosystem::Ubuntu, Some("22.04:LTS"))
    );
    assert_eq!(Ecosystem::of_osv("crates.io"), (Ecosystem::Cargo, None));
    assert_eq!(
        Ecosystem::of_osv("Root:PyPI"),
        (Ecosystem::Other, Some("PyPI"))
    );
    assert_eq!(Ecosystem::of_purl_type("golang"), Ecosystem::Go);
    assert_eq!(Ecosystem::of_purl("deb", Some("ubuntu")), Ecosystem::Ubuntu);
    assert_eq!(Ecosystem::of_purl("rpm", Some("fedora")), Ecosystem::Rpm);
}

fn introduced(text: &str) -> Event<&str> {
    Event::Introduced(text)
}

fn verdicts(events: Vec<Event<&str>>, asked: &[&str]) -> Vec<bool> {
    let ranges = [events];
    let affected = Affected {
        versions: &[],
        ranges: &ranges,
    };
    asked
        .iter()
        .map(|version| affects(Ecosystem::Npm, &affected, version).unwrap())
        .collect()
}

#[test]
fn ranges_are_evaluated_as_the_schema_says() {
    use Event::{Fixed, LastAffected, Limit};
    // Not sorted, with a gap.
    let events = vec![
        Fixed("3.1.5"),
        introduced("3.0.0"),
        Fixed("1.0.2"),
        introduced("0"),
    ];
    let asked = [
        "0.0.0-0", "1.0.1", "1.0.2-rc", "1.0.2", "2.9.9", "3.0.0", "3.1.4", "3.1.5",
    ];
    assert_eq!(
        verdicts(events, &asked),
        [true, true, true, false, false, true, true, false]
    );
    let events = vec![introduced("1.0.0"), LastAffected("2.0.0")];
    let asked = ["1.0.0-rc", "1.0.0", "2.0.0", "2.0.0+build", "2.0.1-0"];
    assert_eq!(verdicts(events, &asked), [false, true, true, true, false]);
    let events = vec![introduced("0"), Limit("1.0.0"), Limit("2.0.0")];
    assert_eq!(verdicts(events, &["1.5.0", "2.0.0"]), [true, false]);
    let events = vec![introduced("0"), Limit("1.0.0"), Limit("*")];
    assert_eq!(verdicts(events, &["1.5.0", "2.0.0"]), [true, true]);
    // One ends where the next begins.
    let events = vec![introduced("1.0.0"), Fixed("2.0.0"), introduced("2.0.0")];
    assert_eq!(
        verdicts(events, &["1.0.0", "2.0.0", "3.0.0"]),
        [true, true, true]
    );
}

#[test]
fn contradictions_and_bad_bounds_are_named() {
    let range = |events: &[Event<&str>]| Range::new(Ecosystem::PyPi, events).unwrap_err();
    assert_eq!(
        range(&[introduced("2.0"), Event::Fixed("1.0")]),
        BadRange::EndWithoutBeginning("1.0".into())
    );
    assert_eq!(range(&[Event::Fixed("1.0")]), BadRange::NoBeginning);
    assert_eq!(range(&[]), BadRange::NoBeginning);
    assert_eq!(
        range(&[introduced("0"), Event::Fixed("soon")]).to_string(),
        "read \"soon\" as a version of PyPI"
    );
}

#[test]
fn listed_versions_are_affected_whatever_the_ranges_say() {
    let ranges = [vec![introduced("3.0"), Event::Fixed("4.0")]];
    let affected = Affected {
        versions: &["1.0", "2004d", "trunk"],
        ranges: &ranges,
    };
    let verdict = |version| affects(Ecosystem::PyPi, &affected, version);
    assert_eq!(verdict("1.0.0"), Ok(true));
    assert_eq!(verdict("trunk"), Ok(true));
    assert_eq!(verdict("2.0"), Ok(false));
    assert_eq!(verdict("3.5"), Ok(true));
    assert!(verdict("branch").is_err());
}

#[test]
fn the_nearest_fix_is_out_of_every_advisory() {
    let first = [vec![
        introduced("0"),
        Event::Fixed("1.2.0"),
        introduced("2.0.0"),
        Event::Fixed("2.1.0"),
    ]];
    let second = [vec![introduced("1.2.0"), Event::Fixed("1.3.0")]];
    let advisories = [
        Affected {
            versions: &["1.4.0"],
            ranges: &first,
        },
        Affected {
            versions: &[],
            ranges: &second,
        },
    ];
    let nearest = |current, candidates: &[&'static str]| {
        nearest_fix(Ecosystem::Npm, current, &advisories, candidates).unwrap()
    };
    let candidates = ["2.1.0", "1.2.0", "1.3.0", "nonsense", "1.4.0", "1.3.0-rc.1"];
    assert_eq!(nearest("1.1.0", &candidates), Some("1.3.0"));
    assert_eq!(nearest("1.3.0", &candidates), Some("2.1.0"));
    assert_eq!(nearest("2.1.0", &candidates), None);
    assert_eq!(nearest("1.1.0", &["3.0.0-rc.1"]), Some("3.0.0-rc.1"));
    assert_eq!(
        nearest("2.0.0-rc.1", &["3.0.0", "2.1.1-rc.1"]),
        Some("2.1.1-rc.1")
    );
}
