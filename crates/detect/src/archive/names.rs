//! What a member's name does to whoever unpacks it.

/// How a path leaves the folder it is unpacked into, as a phrase; `None` if it stays.
pub(super) fn escapes(path: &str) -> Option<&'static str> {
    let bytes = path.as_bytes();
    if path.contains('\0') {
        return Some("has a NUL byte, at which some programs cut it");
    }
    if path.starts_with(['/', '\\']) {
        return Some("is an absolute path");
    }
    if bytes.get(1) == Some(&b':') && bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return Some("names a drive");
    }
    if climbs(path) {
        return Some("climbs out of its folder");
    }
    None
}

/// True if `..` leads above the start.
fn climbs(path: &str) -> bool {
    let mut depth = 0_i64;
    for part in path.split(['/', '\\']) {
        depth = match part {
            "" | "." => depth,
            ".." => depth.saturating_sub(1),
            _ => depth.saturating_add(1),
        };
        if depth < 0 {
            return true;
        }
    }
    false
}

/// True if a link at `path` that points to `target` leads out of the folder.
pub(super) fn link_escapes(path: &str, target: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    escapes(target).is_some_and(|_| {
        target.starts_with(['/', '\\']) || target.contains(':') || target.contains('\0')
    }) || climbs(&format!("{folder}/{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_stay_and_paths_that_leave() {
        for stays in ["a/b.txt", "./a", "a/../b", "..a/b", "a..b"] {
            assert_eq!(escapes(stays), None, "{stays}");
        }
        for leaves in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            "\\windows",
            "C:\\x",
            "..\\x",
            "a\0b",
        ] {
            assert!(escapes(leaves).is_some(), "{leaves}");
        }
    }

    #[test]
    fn links_are_followed_from_their_folder() {
        assert!(!link_escapes("snapshots/x/model.bin", "../../blobs/abc"));
        assert!(link_escapes("model.bin", "../blobs/abc"));
        assert!(link_escapes("a/b", "/etc/passwd"));
    }
}
