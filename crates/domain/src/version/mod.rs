//! Versions of packages: their order by the rules of each ecosystem, the ranges of the OSV schema, and the nearest
//! version that is out of them.
//!
//! A [`Version`] is parsed once and compared often. Every parser takes hostile text: nothing panics, numbers of any
//! length compare by their value, and what is longer than [`MAX_VERSION_BYTES`] is refused. Each order is total
//! within its ecosystem, so that it can be sorted by.

mod alpine;
mod debian;
mod ecosystem;
mod fix;
mod maven;
mod number;
mod parts;
mod pep440;
mod range;
mod registries;
mod rpm;
mod semver;

use std::cmp::Ordering;

pub use ecosystem::Ecosystem;
pub use fix::nearest_fix;
pub use range::{Affected, BadRange, Event, Range, Scope, affects};

use ecosystem::Scheme;

/// The longest version, in bytes, that is read. The longest real ones are under 200.
pub const MAX_VERSION_BYTES: usize = 4096;

/// A version that cannot be placed in the order of its ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVersion {
    /// There is no text.
    #[error("read an empty version")]
    Empty,
    /// Longer than [`MAX_VERSION_BYTES`].
    #[error("read a version of {0} bytes, where {MAX_VERSION_BYTES} are the most")]
    TooLong(usize),
    /// Not of the form that the ecosystem asks for; the text is kept for the message.
    #[error("read {text:?} as a version of {ecosystem}")]
    Malformed {
        /// What was read, at most 64 characters of it.
        text: String,
        /// The ecosystem whose rules it does not follow.
        ecosystem: &'static str,
    },
}

/// A parsed version. Two of one ecosystem are ordered, and equal if the ecosystem holds them for the same place in
/// the order: `1.0` and `1.0.0` on PyPI, `1.0.0` and `1.0.0+build` on npm. Across ecosystems the order means nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Key);

/// One form a way of comparing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Pep440(pep440::Pep440),
    Semver(semver::Semver),
    Debian(debian::Debian),
    Parts(parts::Parts),
}

impl Version {
    /// Parses by the rules of `ecosystem`. Blanks around the text are passed over.
    ///
    /// # Errors
    /// [`BadVersion`] if the text is empty, too long or not of the ecosystem's form (a branch, a commit, a range).
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Result<Self, BadVersion> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadVersion::Empty);
        }
        if text.len() > MAX_VERSION_BYTES {
            return Err(BadVersion::TooLong(text.len()));
        }
        let key = match ecosystem.scheme() {
            Scheme::Pep440 => pep440::parse(text).map(Key::Pep440),
            Scheme::Semver => semver::parse(text).map(Key::Semver),
            Scheme::Go => semver::parse_go(text).map(Key::Semver),
            Scheme::Debian => debian::parse(text).map(Key::Debian),
            Scheme::Maven => maven::parse(text).map(Key::Parts),
            Scheme::Rpm => rpm::parse(text).map(Key::Parts),
            Scheme::Alpine => alpine::parse(text).map(Key::Parts),
            Scheme::NuGet => registries::nuget(text).map(Key::Parts),
            Scheme::RubyGems => registries::ruby_gems(text).map(Key::Parts),
            Scheme::Packagist => registries::packagist(text).map(Key::Parts),
            Scheme::Dotted => registries::dotted(text).map(Key::Parts),
        };
        key.map(Self).ok_or_else(|| BadVersion::Malformed {
            text: text.chars().take(64).collect(),
            ecosystem: ecosystem.name(),
        })
    }

    /// The version of which this is somebody's build: on PyPI `2.0.0` of `2.0.0+cu118`. What is said of a version is
    /// said of its builds, though they stand above it in the order.
    #[must_use]
    pub fn built_of(&self) -> Option<Self> {
        match &self.0 {
            Key::Pep440(version) => version.built_of().map(Key::Pep440).map(Self),
            _ => None,
        }
    }

    /// Whether the ecosystem holds it for one that comes before a release: alpha, beta, candidate, development.
    /// Distributions have no such thing.
    #[must_use]
    pub fn is_before_release(&self) -> bool {
        match &self.0 {
            Key::Pep440(version) => version.is_before_release(),
            Key::Semver(version) => version.is_before_release(),
            Key::Debian(_) => false,
            Key::Parts(parts) => parts.before_release,
        }
    }
}

/// Which of two versions comes first by the rules of `ecosystem`.
///
/// # Errors
/// [`BadVersion`] for the first of the two that cannot be read.
pub fn compare(ecosystem: Ecosystem, one: &str, other: &str) -> Result<Ordering, BadVersion> {
    Ok(Version::parse(ecosystem, one)?.cmp(&Version::parse(ecosystem, other)?))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;
