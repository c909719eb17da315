use super::number::{Number, split_digits};
use super::parts::{END, Part, Parts, runs};

// The ranks of parts, as rpm's own comparison has them.
const TILDE: u8 = 10;
const CARET: u8 = END + 10;
const LETTERS: u8 = END + 20;
const DIGITS: u8 = END + 30;

/// `epoch:version-release` by the comparison of rpm. A version without a release comes before its releases.
pub(super) fn parse(text: &str) -> Option<Parts> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() => (Number::parse(epoch)?, rest),
        Some(_) => return None,
        None => (Number::ZERO, text),
    };
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    if !version.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let mut list = vec![Part::number(DIGITS, epoch)];
    push(&mut list, version);
    if let Some(release) = release {
        // The version has ended: below all that could still follow it, but above its end without a release.
        list.push(Part::text(END, "-"));
        push(&mut list, release);
    }
    Some(Parts::new(list))
}

fn push(list: &mut Vec<Part>, text: &str) {
    for piece in text.split_inclusive(['~', '^']) {
        let mark = piece
            .chars()
            .next_back()
            .filter(|mark| matches!(mark, '~' | '^'));
        for run in runs(piece) {
            let (digits, _) = split_digits(run);
            list.push(match Number::parse(digits) {
                Some(number) if !digits.is_empty() => Part::number(DIGITS, number),
                _ => Part::text(LETTERS, run),
            });
        }
        match mark {
            Some('~') => list.push(Part::of_rank(TILDE)),
            Some(_) => list.push(Part::of_rank(CARET)),
            None => {}
        }
    }
}
