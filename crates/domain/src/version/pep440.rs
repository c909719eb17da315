use std::cmp::Ordering;

use super::number::{Number, split_digits};

/// A version by the version specifiers of Python packaging (PEP 440), in the lenient forms that its normalisation
/// accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pep440 {
    epoch: Number,
    /// Without trailing zeros.
    release: Vec<Number>,
    pre: Option<(Pre, Number)>,
    post: Option<Number>,
    development: Option<Number>,
    local: Vec<Local>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    Alpha,
    Beta,
    Candidate,
}

/// Text comes before numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Local {
    Text(Box<str>),
    Number(Number),
}

impl Pep440 {
    pub(super) fn is_before_release(&self) -> bool {
        self.pre.is_some() || self.development.is_some()
    }

    /// The same without its local part, if it has one.
    pub(super) fn built_of(&self) -> Option<Self> {
        (!self.local.is_empty()).then(|| Self {
            local: Vec::new(),
            ..self.clone()
        })
    }

    /// What comes after the release: a development release of the release itself before all, then alpha, beta and
    /// candidates, then the release.
    fn phase(&self) -> (u8, Option<&(Pre, Number)>) {
        match (&self.pre, &self.post, &self.development) {
            (None, None, Some(_)) => (0, None),
            (Some(pre), _, _) => (1, Some(pre)),
            (None, _, _) => (2, None),
        }
    }
}

impl Ord for Pep440 {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.release.cmp(&other.release))
            .then_with(|| self.phase().cmp(&other.phase()))
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| match (&self.development, &other.development) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(one), Some(other)) => one.cmp(other),
            })
            .then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Pep440 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The names of the phases before a release, longer ones before those that they begin with.
const PRE: [(&str, Pre); 8] = [
    ("alpha", Pre::Alpha),
    ("a", Pre::Alpha),
    ("beta", Pre::Beta),
    ("b", Pre::Beta),
    ("preview", Pre::Candidate),
    ("pre", Pre::Candidate),
    ("c", Pre::Candidate),
    ("rc", Pre::Candidate),
];

pub(super) fn parse(text: &str) -> Option<Pep440> {
    let lower;
    let text = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        lower = text.to_ascii_lowercase();
        lower.as_str()
    } else {
        text
    };
    let text = text.strip_prefix('v').unwrap_or(text);
    let (public, local) = match text.split_once('+') {
        Some((public, local)) => (public, self::local(local)?),
        None => (text, Vec::new()),
    };
    let (epoch, rest) = epoch(public)?;
    let (mut release, rest) = release(rest)?;
    while release.len() > 1 && release.last().is_some_and(Number::is_zero) {
        release.pop();
    }
    let (pre, rest) = pre(rest);
    let (post, rest) = post(rest);
    let (development, rest) = match named(rest, &["dev"]) {
        Some((number, rest)) => (Some(number), rest),
        None => (None, rest),
    };
    rest.is_empty().then_some(Pep440 {
        epoch,
        release,
        pre,
        post,
        development,
        local,
    })
}

fn epoch(text: &str) -> Option<(Number, &str)> {
    match text.split_once('!') {
        Some((epoch, rest)) if !epoch.is_empty() => Some((Number::parse(epoch)?, rest)),
        Some(_) => None,
        None => Some((Number::ZERO, text)),
    }
}

/// The numbers between dots; a dot that no digit follows belongs to what comes after.
fn release(text: &str) -> Option<(Vec<Number>, &str)> {
    let (digits, mut rest) = split_digits(text);
    if digits.is_empty() {
        return None;
    }
    let mut numbers = vec![Number::parse(digits)?];
    while let Some(after) = rest.strip_prefix('.') {
        let (digits, after) = split_digits(after);
        if digits.is_empty() {
            break;
        }
        numbers.push(Number::parse(digits)?);
        rest = after;
    }
    Some((numbers, rest))
}

fn pre(text: &str) -> (Option<(Pre, Number)>, &str) {
    PRE.iter()
        .find_map(|(name, pre)| {
            let (number, rest) = named(text, &[name])?;
            Some((Some((*pre, number)), rest))
        })
        .unwrap_or((None, text))
}

/// `-1`, or `post`, `rev` or `r` with a number or without.
fn post(text: &str) -> (Option<Number>, &str) {
    if let Some(after) = text.strip_prefix('-') {
        let (digits, rest) = split_digits(after);
        if !digits.is_empty() {
            return (Number::parse(digits), rest);
        }
    }
    match named(text, &["post", "rev", "r"]) {
        Some((number, rest)) => (Some(number), rest),
        None => (None, text),
    }
}

/// A separator or none, one of the names, a separator or none, a number or none.
fn named<'a>(text: &'a str, names: &[&str]) -> Option<(Number, &'a str)> {
    let after = names
        .iter()
        .find_map(|name| after_separator(text).strip_prefix(name))?;
    let (digits, rest) = split_digits(after_separator(after));
    Some((Number::parse(digits)?, rest))
}

fn after_separator(text: &str) -> &str {
    text.strip_prefix(['-', '_', '.']).unwrap_or(text)
}

fn local(text: &str) -> Option<Vec<Local>> {
    text.split(['-', '_', '.'])
        .map(|part| {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                None
            } else {
                Some(Number::parse(part).map_or_else(|| Local::Text(part.into()), Local::Number))
            }
        })
        .collect()
}
