//! The first difference between two texts.

use waybill_domain::{DifferenceKind, FirstDifference};

/// Relative difference up to which numbers differ by rounding.
const NOISE: f64 = 1e-6;

pub(super) fn between(then: &str, now: &str) -> FirstDifference {
    let (before, after): (Vec<&str>, Vec<&str>) = (then.lines().collect(), now.lines().collect());
    let place = before
        .iter()
        .zip(&after)
        .position(|(then, now)| then != now)
        .unwrap_or(before.len().min(after.len()));
    let what = format!("the first differing line is line {}", place + 1);
    FirstDifference {
        kind: kind(then, now, &before, &after),
        what,
    }
}

fn kind(then: &str, now: &str, before: &[&str], after: &[&str]) -> DifferenceKind {
    let sorted = |lines: &[&str]| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines.sort();
        lines
    };
    if sorted(before) == sorted(after) || same_document(then, now) {
        return DifferenceKind::Order;
    }
    let masked = |lines: &[&str]| lines.iter().map(|line| untimed(line)).collect::<Vec<_>>();
    if masked(before) == masked(after) {
        return DifferenceKind::Timestamp;
    }
    match near(then, now) {
        true => DifferenceKind::FloatNoise,
        false => DifferenceKind::Content,
    }
}

/// Keys of JSON may stand in any order.
fn same_document(then: &str, now: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    matches!((read(then), read(now)), (Ok(then), Ok(now)) if then == now)
}

/// The line with every date, time of day and number of seconds since 1970 made one.
fn untimed(line: &str) -> String {
    let bytes = line.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if let Some(length) = date(rest)
            .or_else(|| clock(rest))
            .or_else(|| seconds(bytes, at))
        {
            out.push('@');
            at += length;
            continue;
        }
        let next = line[at..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&line[at..at + next]);
        at += next;
    }
    out
}

/// True if the bytes have this form: `d` stands for a digit.
fn has_form(bytes: &[u8], form: &[u8]) -> bool {
    bytes.len() >= form.len()
        && bytes.iter().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            form => byte == form,
        })
}

/// `2026-11-23`, with what follows as far as it is a time.
fn date(bytes: &[u8]) -> Option<usize> {
    let form = [&b"dddd-dd-dd"[..], b"dddd/dd/dd"]
        .into_iter()
        .find(|form| has_form(bytes, form))?;
    let mut length = form.len();
    let after = &bytes[length..];
    if matches!(after.first(), Some(b'T' | b't' | b' ' | b'_'))
        && let Some(time) = clock(&after[1..])
    {
        length += 1 + time;
    }
    Some(length)
}

/// `12:30:00.25+01:00`, or without what follows the seconds.
fn clock(bytes: &[u8]) -> Option<usize> {
    if !has_form(bytes, b"dd:dd:dd") {
        return None;
    }
    let mut length = 8;
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    if matches!(bytes.get(length), Some(b'.' | b',')) && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let zone = bytes.get(length..).unwrap_or_default();
    Some(match zone.first() {
        Some(b'Z' | b'z') => length + 1,
        Some(b'+' | b'-') if has_form(&zone[1..], b"dd:dd") => length + 6,
        Some(b'+' | b'-') if has_form(&zone[1..], b"dddd") => length + 5,
        _ => length,
    })
}

/// Seconds, or thousandths, since 1970, of this half of the century; a number by itself.
fn seconds(bytes: &[u8], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.') {
        return None;
    }
    let rest = &bytes[at..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let begins = matches!(rest.first(), Some(b'1' | b'2'));
    if !begins || !matches!(digits, 10 | 13) {
        return None;
    }
    let fraction = match rest.get(digits) {
        Some(b'.') => {
            let rest = &rest[digits + 1..];
            1 + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        }
        _ => 0,
    };
    Some(digits + fraction)
}

/// True if both differ in numbers with a fraction only, and in those by rounding.
fn near(then: &str, now: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let is_of_number =
            |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '+');
        let mut parts: Vec<String> = Vec::new();
        let mut in_word = false;
        for one in text.chars() {
            let of_number = is_of_number(one);
            match parts.last_mut() {
                Some(last) if of_number && in_word => last.push(one),
                _ => parts.push(one.to_string()),
            }
            in_word = of_number;
        }
        parts
    };
    let (then, now) = (parts(then), parts(now));
    then.len() == now.len()
        && then.iter().zip(&now).all(|(then, now)| {
            if then == now {
                return true;
            }
            let broken = |text: &str| text.contains(['.', 'e', 'E']);
            match (then.parse::<f64>(), now.parse::<f64>()) {
                (Ok(one), Ok(other)) if broken(then) || broken(now) => {
                    (one - other).abs() <= NOISE * one.abs().max(other.abs())
                }
                _ => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        for (then, now, kind) in [
            ("a\nb\nc", "a\nc\nb", DifferenceKind::Order),
            (
                r#"{"a": 1, "b": 2}"#,
                r#"{"b": 2, "a": 1}"#,
                DifferenceKind::Order,
            ),
            (
                "made 2026-11-23T10:00:00.5Z by x",
                "made 2026-11-24T09:12:00.25+01:00 by x",
                DifferenceKind::Timestamp,
            ),
            (
                "at 1795000000",
                "at 1795000412.5",
                DifferenceKind::Timestamp,
            ),
            ("took 12:00:01", "took 12:30:59", DifferenceKind::Timestamp),
            (
                "loss 0.12345678, ok",
                "loss 0.12345679, ok",
                DifferenceKind::FloatNoise,
            ),
            ("loss 0.12", "loss 0.13", DifferenceKind::Content),
            ("seed 1", "seed 2", DifferenceKind::Content),
            ("größe 1", "größe 2", DifferenceKind::Content),
            ("a", "a\nb", DifferenceKind::Content),
        ] {
            assert_eq!(between(then, now).kind, kind, "{then} | {now}");
            assert_eq!(between(now, then).kind, kind, "{now} | {then}");
        }
        assert_eq!(
            between("a\nb", "a\nx").what,
            "the first differing line is line 2"
        );
    }
}
