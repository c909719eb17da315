//! Calls that only make one constant out of others.

use super::state::Interpreter;
use super::{Made, Meaning, decode};

/// Most elements that are made.
const MOST: i64 = 16_384;

type Arguments = [(Option<String>, usize)];

impl Interpreter<'_, '_> {
    /// What a built-in function gives for constants.
    pub(super) fn fold(&mut self, path: &str, arguments: &Arguments) -> Option<usize> {
        let first = arguments.first().map_or(0, |(_, value)| *value);
        match path {
            "base64.b64decode"
            | "base64.urlsafe_b64decode"
            | "base64.standard_b64decode"
            | "base64.decodebytes"
            | "base64.decodestring"
            | "binascii.a2b_base64" => self.decoded(first, decode::base64),
            "base64.b32decode" => self.decoded(first, decode::base32),
            "bytes.fromhex" | "bytearray.fromhex" | "binascii.unhexlify" | "binascii.a2b_hex"
            | "base64.b16decode" => self.decoded(first, decode::hexadecimal),
            "codecs.decode" | "codecs.encode" => {
                let codec = self.plain(arguments.get(1).map_or(0, |(_, value)| *value))?;
                self.by_codec(first, &codec)
            }
            "os.path.join" | "os.path.expanduser" | "os.path.expandvars" | "os.fspath" => {
                self.path_text(arguments)
            }
            "chr" | "unichr" => {
                let letter = match self.at(first) {
                    Meaning::Number(number) => {
                        u32::try_from(*number).ok().and_then(char::from_u32)?
                    }
                    _ => return None,
                };
                Some(self.text(letter.to_string(), Made::Decoded))
            }
            _ => self.converted(path, first, arguments),
        }
    }

    fn converted(&mut self, path: &str, first: usize, arguments: &Arguments) -> Option<usize> {
        match path {
            "ord" => {
                let number = match self.at(first) {
                    Meaning::Text(text, _) => i64::from(u32::from(text.chars().next()?)),
                    Meaning::Bytes(bytes, _) => i64::from(*bytes.first()?),
                    _ => return None,
                };
                Some(self.keep(Meaning::Number(number)))
            }
            "int" => {
                let base = match self.at(arguments.get(1).map_or(0, |(_, value)| *value)) {
                    Meaning::Number(base) => u32::try_from(*base)
                        .ok()
                        .filter(|base| (2..=36).contains(base))?,
                    _ => 10,
                };
                let number = match self.at(first) {
                    Meaning::Number(number) => *number,
                    Meaning::Text(text, _) => {
                        let digits = text.trim();
                        let digits = digits.strip_prefix("0x").unwrap_or(digits);
                        i64::from_str_radix(digits, base).ok()?
                    }
                    _ => return None,
                };
                Some(self.keep(Meaning::Number(number)))
            }
            "str" => match self.at(first).clone() {
                Meaning::Text(..) => Some(first),
                Meaning::Number(number) => Some(self.text(number.to_string(), Made::Joined)),
                Meaning::Bytes(bytes, made) => {
                    let text = String::from_utf8(bytes).ok()?;
                    Some(self.text(text, made))
                }
                _ => None,
            },
            "bytes" | "bytearray" | "memoryview" => self.made_bytes(first),
            "list" | "tuple" | "iter" | "reversed" => {
                let mut elements = self.elements(first)?;
                if path == "reversed" {
                    elements.reverse();
                }
                Some(self.keep(Meaning::Sequence(elements)))
            }
            "range" => self.range(arguments),
            "map" => self.mapped(arguments),
            _ => None,
        }
    }

    fn made_bytes(&mut self, first: usize) -> Option<usize> {
        match self.at(first).clone() {
            Meaning::Bytes(..) => Some(first),
            Meaning::Text(text, made) => Some(self.bytes(text.into_bytes(), made)),
            Meaning::Sequence(parts) => {
                let bytes: Vec<u8> = parts
                    .iter()
                    .map(|part| match self.at(*part) {
                        Meaning::Number(number) => u8::try_from(*number).ok(),
                        _ => None,
                    })
                    .collect::<Option<_>>()?;
                Some(self.bytes(bytes, Made::Decoded))
            }
            _ => None,
        }
    }

    fn range(&mut self, arguments: &Arguments) -> Option<usize> {
        let numbers: Vec<i64> = arguments
            .iter()
            .map(|(_, value)| match self.at(*value) {
                Meaning::Number(number) => Some(*number),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let (from, to, step) = match numbers.as_slice() {
            [to] => (0, *to, 1),
            [from, to] => (*from, *to, 1),
            [from, to, step] if *step > 0 => (*from, *to, *step),
            _ => return None,
        };
        if to.saturating_sub(from) > MOST {
            return None;
        }
        let stride = usize::try_from(step).ok()?;
        let all: Vec<i64> = (from..to).step_by(stride).collect();
        let all = all
            .into_iter()
            .map(|number| self.keep(Meaning::Number(number)))
            .collect();
        Some(self.keep(Meaning::Sequence(all)))
    }

    /// `map(chr, [...])`.
    fn mapped(&mut self, arguments: &Arguments) -> Option<usize> {
        let [(None, callee), (None, over)] = arguments else {
            return None;
        };
        let path = match self.at(*callee) {
            Meaning::Name(path, _) => path.clone(),
            _ => return None,
        };
        if !matches!(path.as_str(), "chr" | "ord" | "int" | "str") {
            return None;
        }
        let elements = self.elements(*over)?;
        let mut all = Vec::with_capacity(elements.len());
        for element in elements {
            all.push(self.fold(&path, &[(None, element)])?);
        }
        Some(self.keep(Meaning::Sequence(all)))
    }

    fn path_text(&mut self, arguments: &Arguments) -> Option<usize> {
        let mut parts = Vec::new();
        for (_, value) in arguments {
            parts.push(self.plain(*value)?);
        }
        Some(self.text(parts.join("/"), Made::Written))
    }

    fn plain(&self, value: usize) -> Option<String> {
        match self.at(value) {
            Meaning::Text(text, _) => Some(text.clone()),
            _ => None,
        }
    }

    fn decoded(&mut self, value: usize, how: fn(&[u8]) -> Option<Vec<u8>>) -> Option<usize> {
        let bytes = match self.at(value) {
            Meaning::Text(text, _) => how(text.as_bytes())?,
            Meaning::Bytes(bytes, _) => how(bytes)?,
            _ => return None,
        };
        Some(self.bytes(bytes, Made::Decoded))
    }

    fn by_codec(&mut self, value: usize, codec: &str) -> Option<usize> {
        let codec = codec.to_ascii_lowercase().replace(['-', '_'], "");
        match codec.as_str() {
            "rot13" => {
                let text = self.plain(value)?;
                Some(self.text(decode::rot13(&text), Made::Decoded))
            }
            "base64" | "base64codec" => self.decoded(value, decode::base64),
            "hex" | "hexcodec" => self.decoded(value, decode::hexadecimal),
            _ => match self.at(value).clone() {
                Meaning::Bytes(bytes, made) => {
                    let text = match codec.as_str() {
                        "utf16" | "utf16le" => {
                            let units: Vec<u16> = bytes
                                .chunks_exact(2)
                                .map(|pair| u16::from_le_bytes(pair.try_into().unwrap_or_default()))
                                .collect();
                            String::from_utf16_lossy(&units)
                        }
                        "latin1" | "iso88591" => bytes.into_iter().map(char::from).collect(),
                        _ => String::from_utf8(bytes).ok()?,
                    };
                    Some(self.text(text, made))
                }
                Meaning::Text(text, made) => Some(self.bytes(text.into_bytes(), made)),
                _ => None,
            },
        }
    }

    /// Methods of texts and bytes.
    pub(super) fn method(
        &mut self,
        value: usize,
        name: &str,
        arguments: &Arguments,
    ) -> Option<usize> {
        let first = arguments.first().map_or(0, |(_, value)| *value);
        match (name, self.at(value).clone()) {
            ("decode" | "encode", Meaning::Text(..) | Meaning::Bytes(..)) => {
                let codec = self.plain(first).unwrap_or_else(|| "utf-8".to_owned());
                self.by_codec(value, &codec)
            }
            ("join", Meaning::Text(between, _)) => {
                let elements = self.elements(first)?;
                let mut made = Made::Joined;
                let mut parts = Vec::with_capacity(elements.len());
                for element in elements {
                    let Meaning::Text(text, how) = self.at(element) else {
                        return None;
                    };
                    made = made.max(*how);
                    parts.push(text.clone());
                }
                Some(self.text(parts.join(&between), made))
            }
            ("join", Meaning::Bytes(between, _)) => {
                let elements = self.elements(first)?;
                let mut parts = Vec::with_capacity(elements.len());
                for element in elements {
                    let Meaning::Bytes(bytes, _) = self.at(element) else {
                        return None;
                    };
                    parts.push(bytes.clone());
                }
                Some(self.bytes(parts.join(between.as_slice()), Made::Joined))
            }
            ("format", Meaning::Text(..)) => {
                let values: Vec<usize> = arguments.iter().map(|(_, value)| *value).collect();
                Some(self.filled(value, "{}", &values))
            }
            (_, Meaning::Text(text, made)) => self.text_method(&text, made, name, arguments),
            _ => None,
        }
    }

    fn text_method(
        &mut self,
        text: &str,
        made: Made,
        name: &str,
        arguments: &Arguments,
    ) -> Option<usize> {
        let argument =
            |it: &Self, index: usize| arguments.get(index).and_then(|(_, value)| it.plain(*value));
        let changed = match name {
            "lower" | "casefold" => text.to_lowercase(),
            "upper" => text.to_uppercase(),
            "swapcase" => text
                .chars()
                .map(|letter| match letter.is_uppercase() {
                    true => letter.to_lowercase().next().unwrap_or(letter),
                    false => letter.to_uppercase().next().unwrap_or(letter),
                })
                .collect(),
            "strip" if arguments.is_empty() => text.trim().to_owned(),
            "lstrip" if arguments.is_empty() => text.trim_start().to_owned(),
            "rstrip" if arguments.is_empty() => text.trim_end().to_owned(),
            "replace" => {
                let (from, to) = (argument(self, 0)?, argument(self, 1)?);
                let growth = to.len().saturating_mul(text.len());
                if growth > 1 << 22 {
                    return None;
                }
                text.replace(&from, &to)
            }
            "split" => {
                let parts: Vec<String> = match argument(self, 0) {
                    Some(by) if !by.is_empty() => text.split(&by).map(str::to_owned).collect(),
                    _ if arguments.is_empty() => {
                        text.split_whitespace().map(str::to_owned).collect()
                    }
                    _ => return None,
                };
                let parts = parts
                    .into_iter()
                    .map(|part| self.text(part, made))
                    .collect();
                return Some(self.keep(Meaning::Sequence(parts)));
            }
            _ => return None,
        };
        Some(self.text(changed, made.max(Made::Joined)))
    }
}
