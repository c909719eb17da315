//! Records of pax headers: `LENGTH KEY=VALUE` and a line feed, the length that of the record.

/// Key and value of a record.
type Pair<'d> = (&'d [u8], &'d [u8]);

/// The records in front of the first malformed one, and whether there is one.
pub(super) fn records(data: &[u8]) -> (Vec<Pair<'_>>, bool) {
    let mut found = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        match record(rest) {
            Some((key, value, after)) => {
                // Only the last of equal keys counts, and few keys are of interest.
                if is_of_interest(key) {
                    found.push((key, value));
                }
                rest = after;
            }
            None => return (found, true),
        }
    }
    (found, false)
}

fn is_of_interest(key: &[u8]) -> bool {
    matches!(key, b"path" | b"linkpath" | b"size") || key.starts_with(b"GNU.sparse.")
}

/// Key, value, and what follows the record.
fn record(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let digits = data.iter().position(|byte| *byte == b' ')?;
    let length = decimal(data.get(..digits)?)?;
    let (whole, after) = data.split_at_checked(usize::try_from(length).ok()?)?;
    let pair = whole.get(digits.checked_add(1)?..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (key, value) = pair.split_at_checked(equals)?;
    Some((key, value.get(1..)?, after))
}

/// A decimal number without sign.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
