use std::cmp::Ordering;

/// A number without a bound: what fits is counted, what does not is kept as digits without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Small(u64),
    /// Above [`u64::MAX`].
    Large(Box<str>),
}

impl Number {
    pub(super) const ZERO: Self = Self::Small(0);

    /// Of ASCII digits; no digits are zero. None if a character is no digit.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self::ZERO);
        }
        Some(
            significant
                .parse()
                .map_or_else(|_| Self::Large(significant.into()), Self::Small),
        )
    }

    pub(super) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(one), Self::Small(other)) => one.cmp(other),
            (Self::Small(_), Self::Large(_)) => Ordering::Less,
            (Self::Large(_), Self::Small(_)) => Ordering::Greater,
            (Self::Large(one), Self::Large(other)) => {
                one.len().cmp(&other.len()).then_with(|| one.cmp(other))
            }
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The digits that `text` begins with, and the rest.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}
