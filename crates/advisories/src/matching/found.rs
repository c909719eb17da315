use waybill_domain::advisory::{Advisory, AdvisoryKind, AffectedPackage, FeedFormat};
use waybill_domain::inventory::{Component, Pin};
use waybill_domain::version::Ecosystem;

use super::Holdings;
use crate::error::HeldError;
use crate::names::{self, Sought, release_fits};
use crate::versions::{self, Floating};

/// What was found of one component.
#[derive(Default)]
pub(super) struct Found {
    /// What affects it.
    pub(super) hits: Vec<Hit>,
    /// Every package entry of its name, affecting or not: an upgrade must not run into the next.
    pub(super) entries: Vec<AffectedPackage>,
    /// How its versions compare.
    pub(super) order: Option<Ecosystem>,
    /// Advisories about a floating component of which a version that is not affected is out.
    pub(super) passed_over: u64,
    /// What could not be decided, and why.
    pub(super) undecided: Vec<String>,
}

/// An advisory that affects the component.
pub(super) struct Hit {
    /// Number of the feed; none for what this build carries.
    pub(super) feed: Option<usize>,
    pub(super) advisory: Advisory,
    pub(super) package: AffectedPackage,
    /// The version that was held against it.
    pub(super) version: Option<String>,
    pub(super) certain: bool,
}

/// How an entry relates to a component.
enum Says {
    Affected { certain: bool },
    Not,
    PassedOver,
    Undecided(String),
}

impl Found {
    /// By the digests of its bytes.
    pub(super) fn by_digest(
        &mut self,
        component: &Component,
        holdings: &Holdings,
    ) -> Result<(), HeldError> {
        for hash in component
            .hashes
            .iter()
            .filter(|hash| hash.algorithm == "sha-256")
        {
            let digest = format!("sha256:{}", hash.value);
            for (index, (_, feed)) in holdings.feeds.iter().enumerate() {
                for entry in feed.packages(&names::digest_key(&digest))? {
                    if !entry.package.digests.contains(&digest) {
                        continue;
                    }
                    self.hits.push(Hit {
                        feed: Some(index),
                        advisory: feed.head(entry.head)?,
                        package: entry.package,
                        version: component.version.clone(),
                        certain: true,
                    });
                }
            }
        }
        Ok(())
    }

    /// By what this build carries: hosted models that are retired.
    pub(super) fn embedded(&mut self, component: &Component, sought: &Sought) {
        if sought.ecosystem != names::HOSTED {
            return;
        }
        if let Some(advisory) = crate::embedded::of(component) {
            self.hits.push(Hit {
                feed: None,
                package: advisory.affected.first().cloned().unwrap_or_default(),
                advisory,
                version: component.version.clone(),
                certain: true,
            });
        }
    }

    /// By its names.
    pub(super) fn by_name(
        &mut self,
        component: &Component,
        sought: &Sought,
        family: &str,
        holdings: &Holdings,
    ) -> Result<(), HeldError> {
        self.order = Some(sought.order);
        let mut release_unknown = 0_u64;
        for (name, version) in &sought.names {
            let key = names::key_of(sought.ecosystem, name);
            let normal = names::normalised(family, name);
            for (index, (state, feed)) in holdings.feeds.iter().enumerate() {
                for entry in feed.packages(&key)? {
                    let package = entry.package;
                    if names::family_of(&package.ecosystem) != family
                        || names::normalised(family, &package.name) != normal
                    {
                        continue;
                    }
                    let release = package
                        .ecosystem
                        .split_once(':')
                        .map(|(_, release)| release);
                    match release_fits(family, release, sought.release.as_deref()) {
                        Some(true) => {}
                        Some(false) => continue,
                        None => {
                            release_unknown += 1;
                            continue;
                        }
                    }
                    match says(component, sought, &package, version.as_deref()) {
                        Says::Affected { certain } => self.hits.push(Hit {
                            feed: Some(index),
                            advisory: feed.head(entry.head)?,
                            package: package.clone(),
                            version: version.clone(),
                            certain: certain
                                && !is_of_any_release(&package, state.format, version.as_deref()),
                        }),
                        Says::Not => {}
                        Says::PassedOver => self.passed_over += 1,
                        Says::Undecided(reason) => {
                            if !self.undecided.contains(&reason) {
                                self.undecided.push(reason);
                            }
                        }
                    }
                    self.entries.push(package);
                }
            }
        }
        if release_unknown > 0 {
            self.undecided.push(format!(
                "the release of {} that it belongs to is not known",
                sought.ecosystem
            ));
        }
        Ok(())
    }
}

/// Where OSV leaves out the release of a distribution, all are meant. The package URL of a supplier
/// (CSAF) may just not say it: then its ranges may be those of another release, but a version that
/// it names is that version.
fn is_of_any_release(package: &AffectedPackage, format: FeedFormat, version: Option<&str>) -> bool {
    format == FeedFormat::Csaf
        && !package.ecosystem.contains(':')
        && names::has_releases(&package.ecosystem)
        && !version.is_some_and(|version| package.versions.iter().any(|named| named == version))
}

fn says(
    component: &Component,
    sought: &Sought,
    package: &AffectedPackage,
    version: Option<&str>,
) -> Says {
    if sought.ecosystem == "HuggingFace" || sought.ecosystem == names::HOSTED {
        return revision(component, package, version);
    }
    // Nothing is said of versions: all are meant.
    if package.ranges.is_empty() && package.versions.is_empty() {
        return if package.digests.is_empty() {
            Says::Affected { certain: true }
        } else {
            Says::Not
        };
    }
    if package.versions.is_empty() && package.ranges.iter().all(|range| range.kind == "GIT") {
        return Says::Undecided(format!(
            "what is said of {} names commits only",
            package.name
        ));
    }
    let floats = component.pin == Some(Pin::Floating) && component.version.is_none();
    let Some(version) = version.filter(|_| !floats) else {
        return match versions::floating(sought.order, package, component.requirement.as_deref()) {
            Floating::All => Says::Affected { certain: true },
            Floating::Newest => Says::Affected { certain: false },
            Floating::Some => Says::PassedOver,
        };
    };
    match versions::affected(sought.order, package, version) {
        Ok(true) => Says::Affected { certain: true },
        Ok(false) => Says::Not,
        // A branch or a commit has no place among versions, but where all are meant it is too.
        Err(_) if versions::floating(sought.order, package, None) == Floating::All => {
            Says::Affected { certain: true }
        }
        Err(_) if sought.ecosystem == "GitHub Actions" => Says::PassedOver,
        Err(reason) => Says::Undecided(reason),
    }
}

/// Revisions have no order: they are named, or all are meant.
fn revision(component: &Component, package: &AffectedPackage, version: Option<&str>) -> Says {
    if package.versions.is_empty() {
        let all = package.digests.is_empty();
        return if all {
            Says::Affected { certain: true }
        } else {
            // Its bytes decide, where they are at hand.
            Says::Not
        };
    }
    let Some(version) = version else {
        return Says::PassedOver;
    };
    // Commits are named in short, too.
    let short = |one: &str, other: &str| {
        one.len() >= 7 && other.starts_with(one) && one.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let named = package
        .versions
        .iter()
        .any(|listed| listed == version || short(listed, version) || short(version, listed));
    if named {
        Says::Affected { certain: true }
    } else if component.pin == Some(Pin::Floating) {
        Says::PassedOver
    } else {
        Says::Not
    }
}

/// The versions in which a hit is fixed, above the version of the component, nearest first.
pub(super) fn fixed(order: Option<Ecosystem>, hit: &Hit) -> Vec<String> {
    use waybill_domain::advisory::RangeEvent;
    use waybill_domain::version::Version;

    let Some(order) = order else {
        return Vec::new();
    };
    let parse = |text: &str| Version::parse(order, text).ok();
    let own = hit.version.as_deref().and_then(parse);
    // What one range ends at may lie within another.
    let affected = versions::ranges(order, &hit.package).unwrap_or_default();
    let mut found: Vec<(Version, String)> = hit
        .package
        .ranges
        .iter()
        .filter(|range| range.kind != "GIT")
        .flat_map(|range| &range.events)
        .filter_map(|event| match event {
            RangeEvent::Fixed(text) => Some((parse(text)?, text.clone())),
            _ => None,
        })
        .filter(|(version, _)| own.as_ref().is_none_or(|own| version > own))
        .filter(|(version, _)| !affected.iter().any(|range| range.contains(version)))
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, text)| text).collect()
}

/// What an advisory's kind adds to nothing: techniques are no statement about components.
pub(super) fn is_about_components(kind: AdvisoryKind) -> bool {
    !matches!(kind, AdvisoryKind::Technique | AdvisoryKind::Mitigation)
}
