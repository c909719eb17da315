//! What holds of every text, hostile ones included.

use proptest::prelude::*;

use super::{Ecosystem, Event, Range, Version};

const ALL: [Ecosystem; 14] = [
    Ecosystem::PyPi,
    Ecosystem::Npm,
    Ecosystem::Cargo,
    Ecosystem::Go,
    Ecosystem::Maven,
    Ecosystem::NuGet,
    Ecosystem::RubyGems,
    Ecosystem::Packagist,
    Ecosystem::Hackage,
    Ecosystem::GitHubActions,
    Ecosystem::Debian,
    Ecosystem::Alpine,
    Ecosystem::Rpm,
    Ecosystem::Other,
];

/// Text that is often a version of some ecosystem, made of pieces that the schemes look at.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "(0|1|2|10|00|01|99999999999999999999)",
        2 => Just(".".to_owned()),
        1 => "[-_+~^:!.]",
        1 => "(a|b|rc|alpha|pre|post|dev|p|git|sp|ga|snapshot|foo|x|r1|-r0)",
    ];
    ("[0-2]", prop::collection::vec(piece, 0..6))
        .prop_map(|(first, pieces)| first + &pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_order_is_total(one in text(), two in text(), three in text()) {
        for ecosystem in ALL {
            let mut read: Vec<Version> = [&one, &two, &three]
                .into_iter()
                .filter_map(|text| Version::parse(ecosystem, text).ok())
                .collect();
            for version in &read {
                prop_assert_eq!(version.cmp(version), std::cmp::Ordering::Equal);
                for other in &read {
                    prop_assert_eq!(version.cmp(other), other.cmp(version).reverse(), "{:?}", ecosystem);
                }
            }
            read.sort();
            if let [low, middle, high] = read.as_slice() {
                prop_assert!(low <= middle && middle <= high && low <= high, "{:?}", ecosystem);
                if low == middle {
                    prop_assert_eq!(low.cmp(high), middle.cmp(high), "{:?}", ecosystem);
                }
                if middle == high {
                    prop_assert_eq!(low.cmp(middle), low.cmp(high), "{:?}", ecosystem);
                }
            }
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), other in "\\PC{0,40}") {
        for ecosystem in ALL {
            if let (Ok(one), Ok(other)) = (Version::parse(ecosystem, &text), Version::parse(ecosystem, &other)) {
                let _ = one.cmp(&other);
            }
        }
    }

    #[test]
    fn a_range_holds_what_lies_between(low in 0_u32..50, length in 1_u32..50, asked in 0_u32..120) {
        let high = low + length;
        let (low_text, high_text) = (format!("1.{low}.0"), format!("1.{high}.0"));
        let events = [Event::Fixed(high_text), Event::Introduced(low_text)];
        for ecosystem in ALL {
            let range = Range::new(ecosystem, &events).unwrap();
            let version = Version::parse(ecosystem, &format!("1.{asked}.0")).unwrap();
            prop_assert_eq!(range.contains(&version), (low..high).contains(&asked), "{:?}", ecosystem);
        }
    }
}

#[test]
fn the_longest_versions_cost_little() {
    let hostile = [
        "1.".repeat(2000) + "1",
        "1-".repeat(2000) + "1",
        "a1".repeat(2000),
        "1~".repeat(2000) + "1",
    ];
    let started = std::time::Instant::now();
    for ecosystem in ALL {
        for one in &hostile {
            for other in &hostile {
                if let (Ok(one), Ok(other)) = (
                    Version::parse(ecosystem, one),
                    Version::parse(ecosystem, other),
                ) {
                    let _ = one.cmp(&other);
                }
            }
        }
    }
    assert!(
        started.elapsed().as_secs() < 10,
        "224 comparisons took {:?}",
        started.elapsed()
    );
}
