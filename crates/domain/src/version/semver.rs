use std::cmp::Ordering;

use super::number::{Number, split_digits};

/// A version by Semantic Versioning 2.0.0. What is built (`+...`) has no place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Semver {
    release: [Number; 3],
    /// What comes before the release; empty for the release itself.
    before: Vec<Identifier>,
}

/// Numbers come before text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Number),
    Text(Box<str>),
}

impl Semver {
    pub(super) fn is_before_release(&self) -> bool {
        !self.before.is_empty()
    }
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        self.release.cmp(&other.release).then_with(|| {
            self.before
                .is_empty()
                .cmp(&other.before.is_empty())
                .then_with(|| self.before.cmp(&other.before))
        })
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Strict versions, and beyond them what registries and people write: a `v` or `=` before, zeros before numbers, and
/// one or two numbers where three are asked for (`v4`, `1.2`).
pub(super) fn parse(text: &str) -> Option<Semver> {
    let text = text.strip_prefix('=').unwrap_or(text);
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (text, built) = match text.split_once('+') {
        Some((text, built)) => (text, Some(built)),
        None => (text, None),
    };
    if built.is_some_and(|built| !built.split('.').all(is_identifier)) {
        return None;
    }
    let (release, before) = match text.split_once('-') {
        Some((release, before)) => (release, Some(before)),
        None => (text, None),
    };
    let mut numbers = [Number::ZERO, Number::ZERO, Number::ZERO];
    let mut places = numbers.iter_mut();
    for part in release.split('.') {
        if part.is_empty() {
            return None;
        }
        *places.next()? = Number::parse(part)?;
    }
    let before = match before {
        Some(before) => before.split('.').map(identifier).collect::<Option<_>>()?,
        None => Vec::new(),
    };
    Some(Semver {
        release: numbers,
        before,
    })
}

/// Go modules, whose pseudo-versions and `+incompatible` are semantic versions, and releases of Go itself
/// (`go1.21rc2`).
pub(super) fn parse_go(text: &str) -> Option<Semver> {
    let text = text.strip_prefix("go").unwrap_or(text);
    parse(text).or_else(|| {
        let at = text.find(|letter: char| letter.is_ascii_alphabetic())?;
        let (release, phase) = text.split_at_checked(at)?;
        let name = ["alpha", "beta", "rc"]
            .into_iter()
            .find(|name| phase.starts_with(name))?;
        let (digits, rest) = split_digits(phase.strip_prefix(name)?);
        let mut version = parse(release)?;
        version.before = vec![
            Identifier::Text(name.into()),
            Identifier::Number(Number::parse(digits)?),
        ];
        (rest.is_empty() && !digits.is_empty() && at > 0).then_some(version)
    })
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn identifier(text: &str) -> Option<Identifier> {
    is_identifier(text).then(|| {
        Number::parse(text).map_or_else(|| Identifier::Text(text.into()), Identifier::Number)
    })
}
