use super::number::Number;
use super::parts::{END, Part, Parts};

// The ranks of parts. A hyphen before a number puts it below one after a dot; a qualifier is below both.
const ALPHA: u8 = 10;
const BETA: u8 = 20;
const MILESTONE: u8 = 30;
const CANDIDATE: u8 = 40;
const SNAPSHOT: u8 = 50;
const SERVICE_PACK: u8 = END + 10;
const QUALIFIER: u8 = END + 20;
const AFTER_HYPHEN: u8 = END + 30;
const AFTER_DOT: u8 = END + 40;

/// A version by the order that the POM reference of Maven gives (`ComparableVersion`), read as a list: trailing
/// zeros and release words before each hyphen are cut, so that a list that ends is the release.
pub(super) fn parse(text: &str) -> Option<Parts> {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"[](),".contains(&byte))
    {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let mut list: Vec<Part> = Vec::new();
    let mut tokens = tokens(&lower).into_iter().peekable();
    while let Some((separator, token)) = tokens.next() {
        match Number::parse(token) {
            Some(number) if separator == Separator::Dot => {
                list.push(Part::number(AFTER_DOT, number));
            }
            Some(number) => {
                cut(&mut list);
                list.push(Part::number(AFTER_HYPHEN, number));
            }
            // A qualifier after a dot is as one after a hyphen.
            None => {
                cut(&mut list);
                let before_number = tokens
                    .peek()
                    .is_some_and(|(separator, _)| *separator == Separator::Change);
                list.push(qualifier(token, before_number));
            }
        }
    }
    cut(&mut list);
    let before_release = list.iter().any(|part| part.rank() < END);
    Some(Parts::new(list).before_release(before_release))
}

fn qualifier(word: &str, before_number: bool) -> Part {
    let rank = match word {
        "alpha" => ALPHA,
        "a" if before_number => ALPHA,
        "beta" => BETA,
        "b" if before_number => BETA,
        "milestone" => MILESTONE,
        "m" if before_number => MILESTONE,
        "rc" | "cr" => CANDIDATE,
        "snapshot" => SNAPSHOT,
        "" | "final" | "ga" | "release" => END,
        "sp" => SERVICE_PACK,
        _ => return Part::text(QUALIFIER, word),
    };
    Part::of_rank(rank)
}

/// Cuts zeros and release words off the end.
fn cut(list: &mut Vec<Part>) {
    let zeros = [Part::of_rank(AFTER_DOT), Part::of_rank(AFTER_HYPHEN)];
    while list
        .last()
        .is_some_and(|part| part.rank() == END || zeros.contains(part))
    {
        list.pop();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Dot,
    Hyphen,
    /// Digits after letters or letters after digits.
    Change,
}

/// The tokens with what stands before each; an empty one is read as zero.
fn tokens(text: &str) -> Vec<(Separator, &str)> {
    let mut found = Vec::new();
    let mut before = Separator::Dot;
    let mut rest = text;
    loop {
        let digits = rest.starts_with(|letter: char| letter.is_ascii_digit());
        let end = rest
            .bytes()
            .position(|byte| byte == b'.' || byte == b'-' || byte.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        found.push((before, token));
        (before, rest) = match after.as_bytes().first() {
            None => return found,
            Some(b'.') => (Separator::Dot, after.get(1..).unwrap_or_default()),
            Some(b'-') => (Separator::Hyphen, after.get(1..).unwrap_or_default()),
            Some(_) => (Separator::Change, after),
        };
    }
}
