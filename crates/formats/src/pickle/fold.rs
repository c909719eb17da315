//! Pure functions folded over constants, so that a name put together by string arithmetic is
//! followed to its text. Everything is bounded: the product of a chain never exceeds
//! [`FOLDED_BYTES`].

use super::value::Constant;

/// Longest text or bytes that folding produces.
pub(super) const FOLDED_BYTES: usize = 1 << 20;

/// Folds `module.name(arguments)` where it is a pure function over constants.
pub(super) fn function(module: &str, name: &str, arguments: &[Constant]) -> Option<Constant> {
    let folded = match (module, name) {
        (
            "operator" | "_operator",
            "add" | "concat" | "__add__" | "__concat__" | "iadd" | "iconcat",
        ) => match arguments {
            [left, right] => add(left, right),
            _ => None,
        },
        ("operator" | "_operator", "mul" | "__mul__" | "imul") => match arguments {
            [text, Constant::Int(times)] | [Constant::Int(times), text] => repeat(text, *times),
            _ => None,
        },
        ("operator" | "_operator", "mod" | "__mod__" | "imod") => match arguments {
            [Constant::Str(text), value] => percent(text, value),
            _ => None,
        },
        ("operator" | "_operator", "getitem" | "__getitem__") => match arguments {
            [text, Constant::Int(index)] => item(text, *index),
            _ => None,
        },
        ("builtins" | "__builtin__", "str" | "unicode") => match arguments {
            [Constant::Str(text)] => Some(Constant::Str(text.clone())),
            [Constant::Int(number)] => Some(Constant::Str(number.to_string())),
            [Constant::Bytes(bytes), Constant::Str(_)] => Some(Constant::Str(latin(bytes))),
            _ => None,
        },
        ("builtins" | "__builtin__", "bytes" | "bytearray") => match arguments {
            [Constant::Bytes(bytes)] => Some(Constant::Bytes(bytes.clone())),
            [Constant::Str(text), Constant::Str(_)] => {
                Some(Constant::Bytes(text.clone().into_bytes()))
            }
            _ => None,
        },
        ("builtins" | "__builtin__", "chr" | "unichr") => match arguments {
            [Constant::Int(code)] => u32::try_from(*code)
                .ok()
                .and_then(char::from_u32)
                .map(|letter| Constant::Str(letter.to_string())),
            _ => None,
        },
        ("builtins" | "__builtin__", "format") => match arguments {
            [Constant::Str(text)] => Some(Constant::Str(text.clone())),
            [Constant::Int(code), Constant::Str(how)] if how == "c" => u32::try_from(*code)
                .ok()
                .and_then(char::from_u32)
                .map(|letter| Constant::Str(letter.to_string())),
            _ => None,
        },
        ("sys", "intern") => arguments.first().cloned(),
        ("codecs" | "_codecs", "decode" | "encode") => codec(arguments),
        ("binascii", "unhexlify" | "a2b_hex") | ("base64", "b16decode") => {
            bytes_of(arguments.first()?)
                .and_then(|digits| unhex(&digits))
                .map(Constant::Bytes)
        }
        ("base64", "b64decode" | "standard_b64decode" | "urlsafe_b64decode" | "decodebytes")
        | ("binascii", "a2b_base64") => bytes_of(arguments.first()?)
            .and_then(|text| base64(&text))
            .map(Constant::Bytes),
        _ => None,
    };
    folded.filter(fits)
}

/// Folds `object.name(arguments)` where `object` is a constant and the method is pure.
pub(super) fn method(
    object: &Constant,
    name: &str,
    arguments: &[Constant],
    list: Option<&[Constant]>,
) -> Option<Constant> {
    let folded = match (object, name, arguments) {
        (_, "__add__" | "__concat__", [right]) => add(object, right),
        (_, "__mul__" | "__rmul__", [Constant::Int(times)]) => repeat(object, *times),
        (_, "__getitem__", [Constant::Int(index)]) => item(object, *index),
        (Constant::Str(text), "__mod__", [value]) => percent(text, value),
        (Constant::Str(text), "lower" | "casefold", []) => Some(Constant::Str(text.to_lowercase())),
        (Constant::Str(text), "upper", []) => Some(Constant::Str(text.to_uppercase())),
        (Constant::Str(text), "swapcase", []) => {
            Some(Constant::Str(text.chars().map(swap_case).collect()))
        }
        (Constant::Str(text), "strip", []) => Some(Constant::Str(text.trim().to_owned())),
        (Constant::Str(text), "strip", [Constant::Str(letters)]) => Some(Constant::Str(
            text.trim_matches(|letter| letters.contains(letter))
                .to_owned(),
        )),
        (Constant::Str(text), "replace", [Constant::Str(from), Constant::Str(to)])
            if !from.is_empty() && to.len() <= 64 =>
        {
            Some(Constant::Str(text.replace(from.as_str(), to)))
        }
        (Constant::Str(text), "removeprefix", [Constant::Str(prefix)]) => Some(Constant::Str(
            text.strip_prefix(prefix.as_str())
                .unwrap_or(text)
                .to_owned(),
        )),
        (Constant::Str(text), "removesuffix", [Constant::Str(suffix)]) => Some(Constant::Str(
            text.strip_suffix(suffix.as_str())
                .unwrap_or(text)
                .to_owned(),
        )),
        (Constant::Str(text), "format", values) => format_braces(text, values),
        (Constant::Str(separator), "join", []) => list.and_then(|parts| join(separator, parts)),
        (Constant::Str(separator), "join", [Constant::Str(letters)]) => {
            let parts: Vec<_> = letters
                .chars()
                .map(|letter| Constant::Str(letter.to_string()))
                .collect();
            join(separator, &parts)
        }
        (Constant::Bytes(bytes), "decode", _) => Some(Constant::Str(latin(bytes))),
        (Constant::Str(text), "encode", _) => Some(Constant::Bytes(text.clone().into_bytes())),
        (_, "__str__" | "__format__", _) => Some(object.clone()),
        _ => None,
    };
    folded.filter(fits)
}

fn fits(constant: &Constant) -> bool {
    match constant {
        Constant::Str(text) => text.len() <= FOLDED_BYTES,
        Constant::Bytes(bytes) => bytes.len() <= FOLDED_BYTES,
        Constant::Int(_) => true,
    }
}

fn add(left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Str(left), Constant::Str(right)) => {
            Some(Constant::Str([left.as_str(), right].concat()))
        }
        (Constant::Bytes(left), Constant::Bytes(right)) => {
            Some(Constant::Bytes([left.as_slice(), right].concat()))
        }
        (Constant::Int(left), Constant::Int(right)) => left.checked_add(*right).map(Constant::Int),
        _ => None,
    }
}

fn repeat(text: &Constant, times: i64) -> Option<Constant> {
    let times = usize::try_from(times.max(0)).ok()?;
    match text {
        Constant::Str(text) if text.len().checked_mul(times)? <= FOLDED_BYTES => {
            Some(Constant::Str(text.repeat(times)))
        }
        Constant::Bytes(bytes) if bytes.len().checked_mul(times)? <= FOLDED_BYTES => {
            Some(Constant::Bytes(bytes.repeat(times)))
        }
        _ => None,
    }
}

fn item(text: &Constant, index: i64) -> Option<Constant> {
    let position = |length: usize| -> Option<usize> {
        let length = i64::try_from(length).ok()?;
        usize::try_from(if index < 0 {
            index.checked_add(length)?
        } else {
            index
        })
        .ok()
    };
    match text {
        Constant::Str(text) => {
            let position = position(text.chars().count())?;
            text.chars()
                .nth(position)
                .map(|letter| Constant::Str(letter.to_string()))
        }
        Constant::Bytes(bytes) => bytes
            .get(position(bytes.len())?)
            .map(|byte| Constant::Int(i64::from(*byte))),
        Constant::Int(_) => None,
    }
}

fn percent(text: &str, value: &Constant) -> Option<Constant> {
    let shown = match value {
        Constant::Str(text) => text.clone(),
        Constant::Int(number) => number.to_string(),
        Constant::Bytes(_) => return None,
    };
    let letter = match value {
        Constant::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32),
        _ => None,
    };
    let replaced = text.replacen("%s", &shown, 1);
    let replaced = letter.map_or(replaced.clone(), |letter| {
        replaced.replacen("%c", &letter.to_string(), 1)
    });
    Some(Constant::Str(replaced.replacen("%d", &shown, 1)))
}

fn format_braces(text: &str, values: &[Constant]) -> Option<Constant> {
    let mut out = text.to_owned();
    for (index, value) in values.iter().enumerate() {
        let shown = match value {
            Constant::Str(text) => text.clone(),
            Constant::Int(number) => number.to_string(),
            Constant::Bytes(_) => return None,
        };
        out = out
            .replacen("{}", &shown, 1)
            .replace(&format!("{{{index}}}"), &shown);
        if out.len() > FOLDED_BYTES {
            return None;
        }
    }
    Some(Constant::Str(out))
}

fn join(separator: &str, parts: &[Constant]) -> Option<Constant> {
    let parts: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Constant::Str(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let parts = parts?;
    let total: usize = parts.iter().map(|part| part.len()).sum();
    let separators = separator.len().checked_mul(parts.len())?;
    (total.saturating_add(separators) <= FOLDED_BYTES).then(|| Constant::Str(parts.join(separator)))
}

fn codec(arguments: &[Constant]) -> Option<Constant> {
    let [value, Constant::Str(name)] = arguments.get(..2)? else {
        return None;
    };
    let name = name.to_ascii_lowercase().replace('-', "_");
    match (value, name.as_str()) {
        (Constant::Str(text), "rot13" | "rot_13") => {
            Some(Constant::Str(text.chars().map(rot13).collect()))
        }
        (_, "hex" | "hex_codec") => bytes_of(value)
            .and_then(|digits| unhex(&digits))
            .map(Constant::Bytes),
        (_, "base64" | "base64_codec") => bytes_of(value)
            .and_then(|text| base64(&text))
            .map(Constant::Bytes),
        (Constant::Str(text), "latin1" | "latin_1" | "iso_8859_1") => text
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).ok())
            .collect::<Option<Vec<u8>>>()
            .map(Constant::Bytes),
        (Constant::Str(text), _) => Some(Constant::Bytes(text.clone().into_bytes())),
        (
            Constant::Bytes(bytes),
            "latin1" | "latin_1" | "iso_8859_1" | "ascii" | "utf8" | "utf_8",
        ) => Some(Constant::Str(latin(bytes))),
        (Constant::Bytes(bytes), "utf_16" | "utf16" | "utf_16_le") => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .filter_map(|pair| pair.try_into().ok().map(u16::from_le_bytes))
                .collect();
            Some(Constant::Str(String::from_utf16_lossy(&units)))
        }
        _ => None,
    }
}

fn bytes_of(value: &Constant) -> Option<Vec<u8>> {
    match value {
        Constant::Bytes(bytes) => Some(bytes.clone()),
        Constant::Str(text) => Some(text.clone().into_bytes()),
        Constant::Int(_) => None,
    }
}

fn latin(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|byte| char::from(*byte)).collect(),
        ToOwned::to_owned,
    )
}

fn rot13(letter: char) -> char {
    let turn = |base: u8| {
        let place = (letter as u8).wrapping_sub(base).wrapping_add(13) % 26;
        char::from(base.wrapping_add(place))
    };
    match letter {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        _ => letter,
    }
}

fn swap_case(letter: char) -> char {
    if letter.is_lowercase() {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    }
}

/// Bytes out of hexadecimal digits; white space is passed over.
#[must_use]
pub fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| {
            char::from(*byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    Some(
        pairs
            .map(|pair| pair.iter().fold(0_u8, |byte, digit| (byte << 4) | digit))
            .collect(),
    )
}

/// Bytes out of base64, standard or URL-safe, padded or not; white space is passed over.
#[must_use]
pub fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
    {
        let sextet = match byte {
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(sextet);
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            out.extend((bits >> count).to_le_bytes().first());
            bits &= (1_u32 << count).wrapping_sub(1);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Constant {
        Constant::Str(text.into())
    }

    #[test]
    fn names_put_together_from_parts() {
        assert_eq!(
            function("operator", "add", &[text("sys"), text("tem")]),
            Some(text("system"))
        );
        assert_eq!(
            function("codecs", "decode", &[text("flfgrz"), text("rot13")]),
            Some(text("system"))
        );
        assert_eq!(
            function("base64", "b64decode", &[text("b3M=")]),
            Some(Constant::Bytes(b"os".to_vec()))
        );
        assert_eq!(
            function("binascii", "unhexlify", &[text("6f73")]),
            Some(Constant::Bytes(b"os".to_vec()))
        );
        assert_eq!(
            method(&text(""), "join", &[], Some(&[text("o"), text("s")])),
            Some(text("os"))
        );
        assert_eq!(
            method(&text("{}{1}"), "format", &[text("o"), text("s")], None),
            Some(text("os"))
        );
        assert_eq!(
            method(&text("%ss"), "__mod__", &[text("o")], None),
            Some(text("os"))
        );
        assert_eq!(item(&text("abs"), -1), Some(text("s")));
    }

    #[test]
    fn products_are_bounded() {
        assert_eq!(
            function("operator", "mul", &[text("ab"), Constant::Int(i64::MAX)]),
            None
        );
        assert_eq!(
            function("operator", "mul", &[text("ab"), Constant::Int(2)]),
            Some(text("abab"))
        );
    }

    #[test]
    fn base64_with_and_without_padding() {
        assert_eq!(base64(b"gASV").unwrap(), [0x80, 4, 0x95]);
        assert_eq!(base64(b"_-8").unwrap(), [0xff, 0xef]);
        assert!(base64(b"a*b").is_none());
    }
}
