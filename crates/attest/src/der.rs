//! DER (X.690) as far as certificates and time stamps need it: definite, minimal lengths, tags of one byte.

/// Tags of the universal class, and the bits of context-specific ones.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;

    /// A context-specific tag around another element.
    pub(crate) const fn explicit(number: u8) -> u8 {
        0xa0 | number
    }

    /// A context-specific tag in the place of a primitive element's.
    pub(crate) const fn implicit(number: u8) -> u8 {
        0x80 | number
    }
}

/// One element: its tag, what is in it, and all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    pub(crate) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// What is in it, as elements.
    pub(crate) fn inside(self) -> Reader<'a> {
        Reader(self.value)
    }
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let all = self.0;
        let (&tag, rest) = all.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, mut rest) = rest.split_first()?;
        let length = match first {
            0..=0x7f => usize::from(first),
            0x81..=0x84 => {
                let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
                rest = after;
                let length = bytes
                    .iter()
                    .fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
                // In as few bytes as it takes.
                let shortest = length >= 0x80 && bytes.first() != Some(&0);
                shortest.then_some(length)?
            }
            _ => return None,
        };
        let (value, after) = rest.split_at_checked(length)?;
        self.0 = after;
        let whole = all.get(..all.len() - after.len())?;
        Some(Element { tag, value, whole })
    }

    /// The next element, which has to be of this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        self.next().filter(|element| element.tag == tag)
    }

    /// The next element if it is of this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        (self.0.first() == Some(&tag)).then(|| self.next())?
    }

    /// The one element that this holds, which has to be of this tag.
    pub(crate) fn only(mut self, tag: u8) -> Option<Element<'a>> {
        let element = self.expect(tag)?;
        self.is_empty().then_some(element)
    }
}

/// The bytes of a bit string without unused bits.
pub(crate) fn whole_bytes(bits: Element<'_>) -> Option<&[u8]> {
    let (unused, bytes) = bits.value.split_first()?;
    (*unused == 0).then_some(bytes)
}

/// An element of this tag around `value`.
pub(crate) fn write(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = value.len();
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        bytes.push(short);
    } else {
        let long: Vec<u8> = length
            .to_be_bytes()
            .into_iter()
            .skip_while(|byte| *byte == 0)
            .collect();
        bytes.push(0x80 | long.len() as u8);
        bytes.extend(long);
    }
    bytes.extend_from_slice(value);
    bytes
}

/// Seconds since 1970 of a UTCTime or GeneralizedTime in the form that RFC 5280 allows; fractions of
/// a second, which time stamps may have, are cut off.
pub(crate) fn time(element: Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(element.value).ok()?.strip_suffix('Z')?;
    let full = match element.tag {
        tag::UTC_TIME if text.len() == 12 => {
            let century = if text.get(..2)? < "50" { "20" } else { "19" };
            format!("{century}{text}")
        }
        tag::GENERALIZED_TIME => match text.split_once('.') {
            Some((whole, fraction))
                if !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                whole.to_owned()
            }
            Some(_) => return None,
            None => text.to_owned(),
        },
        _ => return None,
    };
    if full.len() != 14 || !full.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date = format!("{}-{}-{}", full.get(..4)?, full.get(4..6)?, full.get(6..8)?);
    let days = waybill_domain::Date::parse(&date).ok()?.days();
    let number = |from: usize| full.get(from..from + 2)?.parse::<i64>().ok();
    let (hours, minutes, seconds) = (number(8)?, number(10)?, number(12)?);
    (hours < 24 && minutes < 60 && seconds < 60)
        .then(|| i64::from(days) * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

/// The dotted form of an object identifier.
pub(crate) fn dotted(oid: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    for byte in oid.iter().take(64) {
        number = number.checked_shl(7).unwrap_or(0) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            numbers.push(std::mem::take(&mut number));
        }
    }
    let Some((&first, rest)) = numbers.split_first() else {
        return String::new();
    };
    let top = (first / 40).min(2);
    let mut text = format!("{top}.{}", first - top * 40);
    for number in rest {
        text.push_str(&format!(".{number}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_only_in_their_one_form() {
        let mut reader = Reader(&[0x30, 0x03, 0x02, 0x01, 0x05, 0x05, 0x00]);
        let sequence = reader.expect(tag::SEQUENCE).unwrap();
        assert_eq!(sequence.whole, [0x30, 0x03, 0x02, 0x01, 0x05]);
        assert_eq!(sequence.inside().only(tag::INTEGER).unwrap().value, [0x05]);
        assert!(reader.next().unwrap().value.is_empty());
        assert!(reader.is_empty() && reader.next().is_none());
        for wrong in [
            &[0x30, 0x80, 0x00, 0x00][..],
            &[0x30, 0x81, 0x01, 0x00],
            &[0x30, 0x82, 0x00, 0x80],
            &[0x30, 0x05, 0x00],
            &[0x1f, 0x01, 0x00],
            &[0x30],
        ] {
            assert!(Reader(wrong).next().is_none(), "{wrong:?}");
        }
        let long = write(tag::OCTET_STRING, &[7; 300]);
        assert_eq!(long[..4], [0x04, 0x82, 0x01, 0x2c]);
        assert_eq!(Reader(&long).next().unwrap().value, [7; 300]);
    }

    #[test]
    fn times_are_read_as_the_standard_writes_them() {
        let at = |tag, text: &str| {
            let bytes = write(tag, text.as_bytes());
            time(Reader(&bytes).next().unwrap())
        };
        assert_eq!(at(tag::UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(at(tag::UTC_TIME, "251010021219Z"), Some(1_760_062_339));
        assert_eq!(
            at(tag::GENERALIZED_TIME, "20251010021220.5Z"),
            Some(1_760_062_340)
        );
        for wrong in [
            "20251010021220",
            "20251310021220Z",
            "20251010241220Z",
            "2025101002122Z",
        ] {
            assert_eq!(at(tag::GENERALIZED_TIME, wrong), None, "{wrong}");
        }
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]),
            "1.2.840.10045.4.3.2"
        );
    }
}
