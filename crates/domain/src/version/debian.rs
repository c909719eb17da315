use std::cmp::Ordering;

use super::number::{Number, split_digits};

/// A version by section 5.6.12 of the Debian policy manual.
#[derive(Clone, Debug)]
pub(super) struct Debian {
    epoch: Number,
    upstream: Box<str>,
    revision: Box<str>,
}

pub(super) fn parse(text: &str) -> Option<Debian> {
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() => (Number::parse(epoch)?, rest),
        Some(_) => return None,
        None => (Number::ZERO, text),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    let allowed = |text: &str, more: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    (!upstream.is_empty() && allowed(upstream, b".+-~:_") && allowed(revision, b".+~_")).then(
        || Debian {
            epoch,
            upstream: upstream.into(),
            revision: revision.into(),
        },
    )
}

impl Ord for Debian {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare(&self.upstream, &other.upstream))
            .then_with(|| compare(&self.revision, &other.revision))
    }
}

impl PartialOrd for Debian {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Debian {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Debian {}

/// By turns what is no digit, character by character, and a number.
fn compare(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    while !one.is_empty() || !other.is_empty() {
        let order = compare_words(&mut one, &mut other).then_with(|| {
            let (digits, rest) = split_digits(one);
            let (other_digits, other_rest) = split_digits(other);
            (one, other) = (rest, other_rest);
            Number::parse(digits).cmp(&Number::parse(other_digits))
        });
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn compare_words(one: &mut &str, other: &mut &str) -> Ordering {
    let word = split_word(one);
    let other_word = split_word(other);
    (0..word.len().max(other_word.len()))
        .map(|place| weight(word.get(place)).cmp(&weight(other_word.get(place))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Cuts what is no digit off the front.
fn split_word<'a>(text: &mut &'a str) -> &'a [u8] {
    let end = text
        .bytes()
        .position(|byte| byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    *text = rest;
    word.as_bytes()
}

/// A tilde before the end, the end before letters, letters before the rest.
fn weight(letter: Option<&u8>) -> u16 {
    match letter {
        Some(b'~') => 0,
        None => 1,
        Some(letter) if letter.is_ascii_alphabetic() => u16::from(*letter),
        Some(letter) => u16::from(*letter).saturating_add(256),
    }
}
