use super::{BadVersion, Ecosystem, Version};

/// A point where an advisory begins or ceases to apply, as the OSV schema has it. `T` is text, owned or borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event<T = String> {
    /// Affected from this version on; `0` comes before all versions.
    Introduced(T),
    /// No longer affected from this version on.
    Fixed(T),
    /// No longer affected after this version.
    LastAffected(T),
    /// Nothing is said of versions from this one on; `*` is no limit.
    Limit(T),
}

/// What an advisory says of one package: the versions that it lists, and ranges, each a list of events. Ranges of
/// commits (type `GIT`) do not belong here.
#[derive(Clone, Copy, Debug)]
pub struct Affected<'a, T = String> {
    /// Versions that are affected whatever the ranges say.
    pub versions: &'a [T],
    /// Ranges; a version in any of them is affected.
    pub ranges: &'a [Vec<Event<T>>],
}

/// A range that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRange {
    /// A bound, or the version asked about, is no version of the ecosystem.
    #[error(transparent)]
    Version(#[from] BadVersion),
    /// An end that no beginning comes before: `fixed` below `introduced`.
    #[error("find a beginning of the affected versions before their end at {0:?}")]
    EndWithoutBeginning(String),
    /// No event says where the affected versions begin.
    #[error("find where the affected versions begin")]
    NoBeginning,
}

/// A range made ready: parsed once and asked often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Ascending; those of one version in the order of the document.
    bounds: Vec<Bound>,
    /// The highest limit; none if there is no limit.
    limit: Option<Version>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    /// None is below all versions.
    version: Option<Version>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Introduced,
    Fixed,
    LastAffected,
}

impl Range {
    /// Makes a range of the events of an OSV document, which need not be sorted.
    ///
    /// # Errors
    /// [`BadRange`] if a bound is no version, if there is no beginning, or if an end has no beginning before it.
    pub fn new<T: AsRef<str>>(ecosystem: Ecosystem, events: &[Event<T>]) -> Result<Self, BadRange> {
        let mut bounds = Vec::with_capacity(events.len());
        let mut limit: Option<Version> = None;
        let mut unlimited = true;
        for event in events {
            let (text, kind) = match event {
                Event::Introduced(text) => (text.as_ref(), Kind::Introduced),
                Event::Fixed(text) => (text.as_ref(), Kind::Fixed),
                Event::LastAffected(text) => (text.as_ref(), Kind::LastAffected),
                Event::Limit(text) if text.as_ref() == "*" => {
                    return Self::without_limit(ecosystem, events);
                }
                Event::Limit(text) => {
                    unlimited = false;
                    limit = limit.max(Some(Version::parse(ecosystem, text.as_ref())?));
                    continue;
                }
            };
            let version = if kind == Kind::Introduced && text.trim() == "0" {
                None
            } else {
                Some(Version::parse(ecosystem, text)?)
            };
            bounds.push((Bound { version, kind }, text));
        }
        // Stable: two events at one version stay as the document has them.
        bounds.sort_by(|(one, _), (other, _)| one.version.cmp(&other.version));
        Self::judge(&bounds)?;
        Ok(Self {
            bounds: bounds.into_iter().map(|(bound, _)| bound).collect(),
            limit: if unlimited { None } else { limit },
        })
    }

    fn without_limit<T: AsRef<str>>(
        ecosystem: Ecosystem,
        events: &[Event<T>],
    ) -> Result<Self, BadRange> {
        let events: Vec<Event<&str>> = events
            .iter()
            .filter_map(|event| match event {
                Event::Introduced(text) => Some(Event::Introduced(text.as_ref())),
                Event::Fixed(text) => Some(Event::Fixed(text.as_ref())),
                Event::LastAffected(text) => Some(Event::LastAffected(text.as_ref())),
                Event::Limit(_) => None,
            })
            .collect();
        Self::new(ecosystem, &events)
    }

    fn judge(bounds: &[(Bound, &str)]) -> Result<(), BadRange> {
        match bounds.first() {
            None => Err(BadRange::NoBeginning),
            Some((bound, _)) if bound.kind == Kind::Introduced => Ok(()),
            Some((_, text)) => {
                if bounds
                    .iter()
                    .any(|(bound, _)| bound.kind == Kind::Introduced)
                {
                    Err(BadRange::EndWithoutBeginning(
                        text.chars().take(64).collect(),
                    ))
                } else {
                    Err(BadRange::NoBeginning)
                }
            }
        }
    }

    /// Whether the range holds `version`, by the evaluation algorithm of the OSV schema.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        if self.limit.as_ref().is_some_and(|limit| version >= limit) {
            return false;
        }
        let mut affected = false;
        for bound in &self.bounds {
            let order = Some(version).cmp(&bound.version.as_ref());
            match bound.kind {
                Kind::Introduced if order.is_ge() => affected = true,
                Kind::Fixed if order.is_ge() => affected = false,
                // The last affected version is meant with all its builds.
                Kind::LastAffected if order.is_gt() && version.built_of() != bound.version => {
                    affected = false;
                }
                _ => {}
            }
        }
        affected
    }
}

/// What an advisory says of one package, made ready: parsed once and asked often.
#[derive(Clone, Debug)]
pub struct Scope {
    ecosystem: Ecosystem,
    /// Sorted.
    listed: Vec<Version>,
    /// Sorted; listed, but no versions of the ecosystem.
    texts: Vec<String>,
    ranges: Vec<Range>,
}

impl Scope {
    /// Parses what is listed and the ranges.
    ///
    /// # Errors
    /// [`BadRange`] if a bound of a range cannot be read, or a range contradicts itself.
    pub fn new<T: AsRef<str>>(
        ecosystem: Ecosystem,
        affected: &Affected<'_, T>,
    ) -> Result<Self, BadRange> {
        let mut listed = Vec::with_capacity(affected.versions.len());
        let mut texts = Vec::new();
        for text in affected.versions {
            match Version::parse(ecosystem, text.as_ref()) {
                Ok(version) => listed.push(version),
                Err(_) => texts.push(text.as_ref().trim().to_owned()),
            }
        }
        listed.sort_unstable();
        texts.sort_unstable();
        let ranges = affected
            .ranges
            .iter()
            .map(|events| Range::new(ecosystem, events))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            ecosystem,
            listed,
            texts,
            ranges,
        })
    }

    /// Whether `text` is affected: it is one of those listed, or in a range.
    ///
    /// # Errors
    /// [`BadVersion`] if it cannot be read and is not listed as it stands.
    pub fn affects(&self, text: &str) -> Result<bool, BadVersion> {
        match Version::parse(self.ecosystem, text) {
            Ok(version) => Ok(self.contains(&version)),
            Err(_) if self.texts.iter().any(|listed| listed == text.trim()) => Ok(true),
            Err(reason) => Err(reason),
        }
    }

    /// As [`Scope::affects`], of a version that is parsed already.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        let is_listed = |version: &Version| self.listed.binary_search(version).is_ok();
        is_listed(version)
            || version
                .built_of()
                .is_some_and(|version| is_listed(&version))
            || self.ranges.iter().any(|range| range.contains(version))
    }
}

/// Whether `version` is affected: it is one of those listed, or in a range.
///
/// A listed version is compared by its place in the order (`1.0` is `1.0.0` on PyPI), or as text if it is no version
/// of the ecosystem. Whoever asks more than once makes a [`Scope`].
///
/// # Errors
/// [`BadRange`] if the version is not listed as it stands and it, or a bound of a range, cannot be read, or a range
/// contradicts itself.
pub fn affects<T: AsRef<str>>(
    ecosystem: Ecosystem,
    affected: &Affected<'_, T>,
    version: &str,
) -> Result<bool, BadRange> {
    let version = version.trim();
    if affected
        .versions
        .iter()
        .any(|listed| listed.as_ref() == version)
    {
        return Ok(true);
    }
    Ok(Scope::new(ecosystem, affected)?.affects(version)?)
}
