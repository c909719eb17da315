//! Digests in the spellings of package tools.

/// Algorithms with the number of hexadecimal digits that they yield.
const LENGTHS: [(&str, usize); 7] = [
    ("md5", 32),
    ("sha1", 40),
    ("sha224", 56),
    ("sha256", 64),
    ("sha384", 96),
    ("sha512", 128),
    ("blake2b-256", 64),
];

/// `sha256:0123...` or, with another mark, `sha256=0123...`; nothing if the digits do not fit.
pub(super) fn named(text: &str) -> Option<(String, String)> {
    let (algorithm, digits) = text.trim().split_once([':', '='])?;
    hexadecimal(algorithm, digits)
}

/// A digest given by algorithm and hexadecimal digits.
pub(super) fn hexadecimal(algorithm: &str, digits: &str) -> Option<(String, String)> {
    let algorithm = algorithm.trim().to_ascii_lowercase();
    let algorithm = match algorithm.as_str() {
        "sha-1" => "sha1",
        "sha-256" => "sha256",
        "sha-384" => "sha384",
        "sha-512" => "sha512",
        other => other,
    };
    let digits = digits.trim();
    let (_, length) = LENGTHS.iter().find(|(name, _)| *name == algorithm)?;
    let fits = digits.len() == *length && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| (algorithm.to_owned(), digits.to_ascii_lowercase()))
}

/// Subresource integrity: `sha512-BASE64 sha1-BASE64`.
pub(super) fn integrity(text: &str) -> Vec<(String, String)> {
    let mut hashes: Vec<_> = text.split_whitespace().filter_map(integrity_one).collect();
    hashes.dedup();
    hashes
}

fn integrity_one(text: &str) -> Option<(String, String)> {
    let (algorithm, rest) = text.split_once('-')?;
    let encoded = rest.split('?').next().unwrap_or_default();
    let bytes = base64(encoded)?;
    hexadecimal(algorithm, &digits(&bytes))
}

/// Lowercase hexadecimal digits.
pub(super) fn digits(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Decodes base64 of the standard alphabet (RFC 4648, section 4), padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.len() > 4096 || text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut held: u32 = 0;
    let mut bits: u32 = 0;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits = bits.saturating_add(6);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_decoded_and_wrong_lengths_refused() {
        // The digest of no bytes.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let expected = Some(("sha256".to_owned(), empty.to_owned()));
        assert_eq!(named(&format!("sha256:{empty}")), expected);
        assert_eq!(named("sha256:abc"), None);
        assert_eq!(
            integrity("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=?opt md5-!"),
            expected.into_iter().collect::<Vec<_>>()
        );
        assert_eq!(integrity("sha512-AAAA"), Vec::new());
    }
}
