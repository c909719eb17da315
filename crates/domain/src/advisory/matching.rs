use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AdvisoryKind, Cvss, FeedState};
use crate::inventory::{ComponentId, Occurrence};
use crate::vex::{StatementNote, StatementUse};
use crate::{ExceptionNote, ExceptionUse, Severity};

/// Version of the shape of [`Matching`] as it leaves the process.
pub const MATCHING_SCHEMA: &str = "waybill.matching/1";

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exploited {
    /// The CVE that it lists.
    pub cve: String,
    /// Day on which it was listed, `YYYY-MM-DD`.
    pub since: String,
    /// Day by which agencies have to act, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// True if ransomware is known to use it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ransomware: bool,
}

/// How probable exploitation within 30 days is, by FIRST's model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Epss {
    /// The CVE that is scored.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cve: String,
    /// From 0 to 1.
    pub probability: f64,
    /// The share of all scored CVEs that are no more probable, from 0 to 1.
    pub percentile: f64,
    /// Day of the score, `YYYY-MM-DD`.
    pub date: String,
}

/// How soon to do something about a match.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PriorityClass {
    /// Keep an eye on it.
    #[default]
    Watch,
    /// With the next planned update.
    Planned,
    /// Within days.
    Soon,
    /// At once.
    ActNow,
}

impl PriorityClass {
    /// All classes, the most urgent first.
    pub const ALL: [Self; 4] = [Self::ActNow, Self::Soon, Self::Planned, Self::Watch];

    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActNow => "act-now",
            Self::Soon => "soon",
            Self::Planned => "planned",
            Self::Watch => "watch",
        }
    }
}

/// How soon to do something about a match, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Priority {
    /// How soon.
    pub class: PriorityClass,
    /// Why, as lowercase fragments, the weightiest first.
    pub reasons: Vec<String>,
}

/// That an advisory affects a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// The component.
    pub component: ComponentId,
    /// Its full name.
    pub name: String,
    /// Its version, if one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Ecosystem, as the advisory writes it.
    pub ecosystem: String,
    /// Id of the record that matched; of several of the same weakness the one that says most.
    pub advisory: String,
    /// All other ids of that weakness. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What the advisory says.
    pub kind: AdvisoryKind,
    /// In one line.
    pub summary: String,
    /// How bad.
    pub severity: Severity,
    /// The score that the severity follows, if there is a vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvss: Option<Cvss>,
    /// That it is exploited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploited: Option<Exploited>,
    /// How probable exploitation is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<Epss>,
    /// True for packages and models that were made to do harm.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub malicious: bool,
    /// False if no version is fixed and all that the requirement admits may be affected, or if the
    /// advisory does not say of which release of a distribution it is.
    pub certain: bool,
    /// How soon to act.
    pub priority: Priority,
    /// Versions in which it is fixed, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// The nearest version that fixes this match, or what to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<String>,
    /// Weaknesses by their CWE ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaknesses: Vec<String>,
    /// Links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Where the component was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Occurrence>,
    /// Name of the feed that holds the advisory.
    pub feed: String,
}

/// The version to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upgrade {
    /// The component.
    pub component: ComponentId,
    /// Its full name.
    pub name: String,
    /// The version it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The nearest version that fixes what can be fixed; none if nothing can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The advisories that it fixes.
    pub fixes: Vec<String>,
    /// The advisories that it leaves, because they have no fix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<String>,
}

/// A component that could not be held against the advisories, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotMatched {
    /// The component.
    pub component: ComponentId,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

/// A match that a statement settles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SettledMatch {
    /// The match.
    #[serde(flatten)]
    pub found: Match,
    /// What is said of it.
    pub statement: StatementNote,
}

/// A match that an exception covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptedMatch {
    /// The match.
    #[serde(flatten)]
    pub found: Match,
    /// What covers it.
    pub exception: ExceptionNote,
}

/// Numbers of a matching.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchingSummary {
    /// Components held against the advisories.
    pub components: u64,
    /// Components that are affected.
    pub affected: u64,
    /// Matches by severity.
    pub severities: BTreeMap<Severity, u64>,
    /// Matches by how soon to act.
    pub priorities: BTreeMap<PriorityClass, u64>,
    /// Components of which no feed knows the ecosystem, or that have no package URL.
    pub not_covered: u64,
    /// Advisories about floating components of which a version that is not affected is out: not
    /// matches, but worth a pin.
    pub floating_passed_over: u64,
    /// Advisories that could not be decided, for instance because a version is none.
    pub undecided: u64,
}

/// What of an inventory known weaknesses affect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Matching {
    /// [`MATCHING_SCHEMA`].
    pub schema: String,
    /// The feeds that were looked at.
    pub feeds: Vec<FeedState>,
    /// The most urgent first; ties by component and id.
    pub matches: Vec<Match>,
    /// By component.
    pub upgrades: Vec<Upgrade>,
    /// Components that could not be held against the advisories. Sorted.
    pub not_matched: Vec<NotMatched>,
    /// Matches that a statement (VEX) settles: they stand here instead of among the matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<SettledMatch>,
    /// The statements that were to be honoured, and what became of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementUse>,
    /// Matches that an exception in force covers: they stand here instead of among the matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excepted: Vec<ExceptedMatch>,
    /// The exceptions, and where each stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionUse>,
    /// Numbers.
    pub summary: MatchingSummary,
}

impl Matching {
    /// Counts the matches anew.
    pub fn recount(&mut self) {
        let summary = &mut self.summary;
        let mut affected: Vec<&ComponentId> =
            self.matches.iter().map(|found| &found.component).collect();
        affected.sort_unstable();
        affected.dedup();
        summary.affected = affected.len() as u64;
        summary.severities.clear();
        summary.priorities.clear();
        for found in &self.matches {
            *summary.severities.entry(found.severity).or_default() += 1;
            *summary.priorities.entry(found.priority.class).or_default() += 1;
        }
    }

    /// By component the version that fixes all its matches; a version that leaves some is named by
    /// the matches alone.
    #[must_use]
    pub fn remedies(&self) -> BTreeMap<&str, &str> {
        self.upgrades
            .iter()
            .filter(|upgrade| upgrade.leaves.is_empty())
            .filter_map(|upgrade| Some((upgrade.component.as_str(), upgrade.to.as_deref()?)))
            .collect()
    }

    /// The names of feeds that are older than the user allows.
    pub fn stale(&self) -> impl Iterator<Item = &FeedState> {
        self.feeds.iter().filter(|feed| feed.stale)
    }
}
