//! Number literals: decimal, `0x`, `0o`, `0b`, underscores, fractions and exponents.

use super::token::TokenKind;

/// Reads the number at the start of `rest`; returns it and its length. After a dot
/// (`x.0.1`) only an integer is read. Integers beyond 128 bits become the largest one.
pub(super) fn read(rest: &str, after_dot: bool) -> (TokenKind<'static>, usize) {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let matches = rest
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let digits = digit_run(rest, 2, radix);
        if matches && digits > 2 {
            return (integer(rest.get(2..digits), radix), digits);
        }
    }
    let whole = digit_run(rest, 0, 10);
    let end = if after_dot {
        whole
    } else {
        float_end(rest, whole)
    };
    if end == whole {
        return (integer(rest.get(..whole), 10), whole);
    }
    let plain = rest.get(..end).unwrap_or_default().replace('_', "");
    (TokenKind::Float(plain.parse().unwrap_or(f64::MAX)), end)
}

/// End of a float whose whole part ends at `whole`; `whole` itself if it is none.
fn float_end(rest: &str, whole: usize) -> usize {
    let bytes = rest.as_bytes();
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        let start = end.saturating_add(1);
        let fraction = digit_run(rest, start, 10);
        if fraction == start {
            return whole;
        }
        end = fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let mut start = end.saturating_add(1);
        if matches!(bytes.get(start), Some(b'+' | b'-')) {
            start = start.saturating_add(1);
        }
        let exponent = digit_run(rest, start, 10);
        if exponent > start {
            end = exponent;
        }
    }
    end
}

/// End of the digits and underscores from `start` on.
fn digit_run(rest: &str, start: usize, radix: u32) -> usize {
    let run = rest
        .bytes()
        .skip(start)
        .take_while(|byte| *byte == b'_' || char::from(*byte).is_digit(radix))
        .count();
    start.saturating_add(run)
}

fn integer(digits: Option<&str>, radix: u32) -> TokenKind<'static> {
    let plain = digits.unwrap_or_default().replace('_', "");
    TokenKind::Integer(i128::from_str_radix(&plain, radix).unwrap_or(i128::MAX))
}
