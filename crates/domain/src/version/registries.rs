//! Versions of the registries whose rules are small.

use super::number::{Number, split_digits};
use super::parts::{END, Part, Parts, runs};

const TEXT: u8 = 10;
const NUMBER: u8 = END + 10;

/// NuGet: up to four numbers, and what comes before a release as in Semantic Versioning, without regard to case.
pub(super) fn nuget(text: &str) -> Option<Parts> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(text, _)| text);
    let (release, before) = match text.split_once('-') {
        Some((release, before)) => (release, Some(before)),
        None => (text, None),
    };
    let mut list = numbers(release, 4)?;
    list.resize(4, Part::number(NUMBER, Number::ZERO));
    for identifier in before.into_iter().flat_map(|before| before.split('.')) {
        if identifier.is_empty()
            || !identifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return None;
        }
        if list.len() == 4 {
            // Any phase comes before the end of the list, however it goes on.
            list.push(Part::of_rank(TEXT));
        }
        list.push(match Number::parse(identifier) {
            Some(number) => Part::number(NUMBER, number),
            None => Part::text(NUMBER + 1, &identifier.to_ascii_lowercase()),
        });
    }
    Some(Parts::new(list).before_release(before.is_some()))
}

/// RubyGems: numbers and letters by turns, letters before numbers, zeros before letters and at the end of no account.
pub(super) fn ruby_gems(text: &str) -> Option<Parts> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    if !text.starts_with(|letter: char| letter.is_ascii_digit()) || !text.bytes().all(allowed) {
        return None;
    }
    let text = text.replace('-', ".pre.");
    let end = Part::of_rank(END);
    let mut list: Vec<Part> = Vec::new();
    let mut before_release = false;
    for run in runs(&text) {
        match Number::parse(run) {
            Some(number) if number.is_zero() => list.push(end.clone()),
            Some(number) => list.push(Part::number(NUMBER, number)),
            None => {
                if !before_release {
                    cut(&mut list);
                }
                before_release = true;
                list.push(Part::text(TEXT, run));
            }
        }
    }
    cut(&mut list);
    Some(Parts::new(list).before_release(before_release))
}

fn cut(list: &mut Vec<Part>) {
    while list.last().is_some_and(|part| part.rank() == END) {
        list.pop();
    }
}

/// Packagist: numbers, then the stability words of Composer. A branch is no version.
pub(super) fn packagist(text: &str) -> Option<Parts> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(text, _)| text);
    let lower = text.to_ascii_lowercase();
    let end = lower
        .bytes()
        .position(|byte| !byte.is_ascii_digit() && byte != b'.')
        .unwrap_or(lower.len());
    let (release, stability) = lower.split_at(end);
    let mut list = numbers(release.strip_suffix('.').unwrap_or(release), 16)?;
    let zero = Part::number(NUMBER, Number::ZERO);
    while list.last() == Some(&zero) {
        list.pop();
    }
    let mut before_release = false;
    let mut runs = runs(stability).peekable();
    while let Some(word) = runs.next() {
        let rank = match word {
            "dev" => TEXT,
            "alpha" | "a" => TEXT + 1,
            "beta" | "b" => TEXT + 2,
            "rc" => TEXT + 3,
            "stable" => continue,
            "patch" | "pl" | "p" => END + 1,
            _ => return None,
        };
        before_release |= rank < END;
        let number = runs.next_if(|run| split_digits(run).1.is_empty());
        list.push(Part::number(
            rank,
            Number::parse(number.unwrap_or_default())?,
        ));
    }
    Some(Parts::new(list).before_release(before_release))
}

/// Numbers between dots and hyphens, as CRAN and Hackage have them.
pub(super) fn dotted(text: &str) -> Option<Parts> {
    let list = text
        .split(['.', '-'])
        .map(|part| {
            (!part.is_empty())
                .then(|| Number::parse(part))
                .flatten()
                .map(|number| Part::number(NUMBER, number))
        })
        .collect::<Option<_>>()?;
    Some(Parts::new(list))
}

fn numbers(text: &str, most: usize) -> Option<Vec<Part>> {
    let list: Vec<Part> = text
        .split('.')
        .take(most.saturating_add(1))
        .map(|part| {
            (!part.is_empty())
                .then(|| Number::parse(part))
                .flatten()
                .map(|number| Part::number(NUMBER, number))
        })
        .collect::<Option<_>>()?;
    (list.len() <= most).then_some(list)
}
