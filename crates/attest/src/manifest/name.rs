/// True for a path below the model in its one form: with `/`, without `.` and `..`, relative.
#[must_use]
pub fn is_canonical(path: &str) -> bool {
    !path.is_empty()
        && !path.contains('\0')
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

/// True for a path that may be left out: canonical, and no pattern.
#[must_use]
pub fn is_ignorable(path: &str) -> bool {
    is_canonical(path) && !path.contains(['*', '?', '['])
}

/// Path and range of `path:start:end`; of colons the last two count.
pub(super) fn shard(name: &str) -> Option<(&str, u64, u64)> {
    let (rest, end) = name.rsplit_once(':')?;
    let (path, start) = rest.rsplit_once(':')?;
    Some((path, number(start)?, number(end)?))
}

/// Digits alone, without a sign or leading zeros, so that a shard has one name.
fn number(text: &str) -> Option<u64> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_form_and_stay_below() {
        for path in ["a", "a/b.bin", "a:0:5", ".hidden", "..a", "a\\b"] {
            assert!(is_canonical(path), "{path}");
        }
        for path in ["", "/a", "a/", "a//b", "./a", "a/.", "..", "a/../b", "a\0"] {
            assert!(!is_canonical(path), "{path}");
        }
        assert!(is_ignorable("cache") && !is_ignorable("*.bin"));
    }

    #[test]
    fn shards_end_with_two_numbers() {
        assert_eq!(shard("a:b:0:10"), Some(("a:b", 0, 10)));
        for name in ["a:0", "a:x:1", "a:00:1", "a:+0:1", "a:0:-1", "a"] {
            assert_eq!(shard(name), None, "{name}");
        }
    }
}
