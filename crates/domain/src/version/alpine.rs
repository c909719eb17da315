use super::number::{Number, split_digits};
use super::parts::{END, Part, Parts};

// The ranks of parts, as apk has them: of two versions the one that ends is older, unless the other goes on with
// something that comes before a release.
const BEFORE_RELEASE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const AFTER_RELEASE: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];
const BEFORE: u8 = 10;
const REVISION: u8 = END + 10;
const HASH: u8 = END + 15;
const SUFFIX_NUMBER: u8 = END + 20;
const AFTER: u8 = END + 30;
const LETTER: u8 = END + 40;
const FRACTION: u8 = END + 50;
const DIGITS: u8 = END + 60;

/// `1.2.3b_rc4_p5~hash-r6` by the comparison of apk.
pub(super) fn parse(text: &str) -> Option<Parts> {
    let (digits, mut rest) = split_digits(text);
    if digits.is_empty() {
        return None;
    }
    let mut list = vec![Part::number(DIGITS, Number::parse(digits)?)];
    while let Some(after) = rest.strip_prefix('.') {
        let (digits, after) = split_digits(after);
        if digits.is_empty() {
            return None;
        }
        list.push(if digits.starts_with('0') {
            // As after a decimal point.
            Part::text(FRACTION, digits)
        } else {
            Part::number(DIGITS, Number::parse(digits)?)
        });
        rest = after;
    }
    if let Some(letter) = rest.bytes().next().filter(u8::is_ascii_lowercase) {
        list.push(Part::number(LETTER, Number::Small(u64::from(letter))));
        rest = rest.get(1..)?;
    }
    let mut before_release = false;
    while let Some(after) = rest.strip_prefix('_') {
        let (part, after) = suffix(after)?;
        before_release |= part.rank() < END;
        list.push(part);
        let (digits, after) = split_digits(after);
        if !digits.is_empty() {
            list.push(Part::number(SUFFIX_NUMBER, Number::parse(digits)?));
        }
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('~') {
        let end = after
            .bytes()
            .position(|byte| !byte.is_ascii_hexdigit())
            .unwrap_or(after.len());
        let (hash, after) = after.split_at(end);
        list.push(Part::text(HASH, hash));
        rest = after;
    }
    if let Some(after) = rest.strip_prefix("-r") {
        let (digits, after) = split_digits(after);
        if digits.is_empty() {
            return None;
        }
        list.push(Part::number(REVISION, Number::parse(digits)?));
        rest = after;
    }
    rest.is_empty()
        .then(|| Parts::new(list).before_release(before_release))
}

fn suffix(text: &str) -> Option<(Part, &str)> {
    let ranked = |names: &[&str], rank: u8| {
        names.iter().zip(rank..).find_map(|(name, rank)| {
            let rest = text.strip_prefix(name)?;
            (!rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
                .then(|| (Part::of_rank(rank), rest))
        })
    };
    ranked(&BEFORE_RELEASE, BEFORE).or_else(|| ranked(&AFTER_RELEASE, AFTER))
}
