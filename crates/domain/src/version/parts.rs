use std::cmp::Ordering;

use super::number::Number;

/// A version as a list of parts, compared place by place; a list that ends has [`Part::end`] at each further place.
///
/// Every scheme gives the ranks of its parts one meaning, so that the order of parts is total, and with it the order
/// of lists.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) list: Vec<Part>,
    /// Whether it comes before a release.
    pub(super) before_release: bool,
}

/// Compared by rank, then number, then text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    rank: u8,
    number: Number,
    text: Box<str>,
}

/// The rank of the end of a list: below and above it is room for others.
pub(super) const END: u8 = 100;

impl Part {
    pub(super) fn of_rank(rank: u8) -> Self {
        Self::number(rank, Number::ZERO)
    }

    pub(super) fn number(rank: u8, number: Number) -> Self {
        Self {
            rank,
            number,
            text: Box::default(),
        }
    }

    pub(super) fn text(rank: u8, text: &str) -> Self {
        Self {
            rank,
            number: Number::ZERO,
            text: text.into(),
        }
    }

    fn end() -> Self {
        Self::of_rank(END)
    }

    pub(super) fn rank(&self) -> u8 {
        self.rank
    }
}

impl Parts {
    pub(super) fn new(list: Vec<Part>) -> Self {
        Self {
            list,
            before_release: false,
        }
    }

    pub(super) fn before_release(mut self, before_release: bool) -> Self {
        self.before_release = before_release;
        self
    }
}

impl Ord for Parts {
    fn cmp(&self, other: &Self) -> Ordering {
        let end = Part::end();
        let places = self.list.len().max(other.list.len());
        (0..places)
            .map(|place| {
                let one = self.list.get(place).unwrap_or(&end);
                one.cmp(other.list.get(place).unwrap_or(&end))
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Parts {}

/// Parts of digits and of letters, as they follow each other; everything else parts them.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let first = rest.bytes().next()?;
        let end = rest
            .bytes()
            .position(|byte| {
                if first.is_ascii_digit() {
                    !byte.is_ascii_digit()
                } else {
                    !byte.is_ascii_alphabetic()
                }
            })
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}
