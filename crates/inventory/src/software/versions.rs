//! What can be told of versions without being the ecosystem's own resolver.

/// True for the id of a commit.
pub(super) fn is_commit(revision: &str) -> bool {
    matches!(revision.len(), 40 | 64) && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// True if two exact versions are one: `2.1` is `2.1.0`, `v1.0` is `1.0`.
pub(super) fn same(left: &str, right: &str) -> bool {
    fn plain(version: &str) -> &str {
        let mut version = version.trim().trim_start_matches('v');
        while let Some(shorter) = version.strip_suffix(".0") {
            version = shorter;
        }
        version
    }
    left == right || plain(left).eq_ignore_ascii_case(plain(right))
}

/// True if a caret or tilde requirement (a bare one too, which Cargo takes for a caret) can mean
/// the version. Anything else is taken to fit: the lock file knows better.
pub(super) fn may_mean(requirement: &str, version: &str) -> bool {
    let wanted = requirement
        .trim()
        .trim_start_matches(['^', '~', '=', 'v', ' ']);
    let plain = wanted.starts_with(|first: char| first.is_ascii_digit())
        && !wanted.contains(['|', ',', ' ', '<', '>']);
    if !plain {
        return true;
    }
    let mut wanted = wanted.split(['.', '-', '+']);
    let mut given = version.trim_start_matches('v').split(['.', '-', '+']);
    // The first number that is not zero has to agree; of a tilde's, the second one too.
    let mut left = if requirement.trim().starts_with('~') {
        2
    } else {
        1
    };
    for _ in 0..3 {
        let (Some(want), Some(have)) = (wanted.next(), given.next()) else {
            return true;
        };
        if matches!(want, "*" | "x" | "X") {
            return true;
        }
        if want != have {
            return false;
        }
        if want != "0" || left == 2 {
            left -= 1;
        }
        if left == 0 {
            return true;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_tell_versions_apart() {
        for (requirement, version, expected) in [
            ("0.8", "0.8.5", true),
            ("0.8", "0.7.3", false),
            ("^1.2", "1.9.0", true),
            ("^1.2", "2.0.0", false),
            ("~1.5", "1.5.9", true),
            ("~1.5", "1.6.0", false),
            (">=2,<3", "1.0", true),
            ("1.x", "1.4", true),
            ("0", "0.3.1", true),
        ] {
            assert_eq!(
                may_mean(requirement, version),
                expected,
                "{requirement} {version}"
            );
        }
        assert!(same("2.1", "2.1.0") && same("v1.2.0", "1.2") && !same("1.0", "10"));
        assert!(is_commit(&"a".repeat(40)) && !is_commit("v1"));
    }
}
