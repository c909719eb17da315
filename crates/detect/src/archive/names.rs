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
pub(crate) fn link_escapes(path: &str, target: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    escapes(target).is_some_and(|_| {
        target.starts_with(['/', '\\']) || target.contains(':') || target.contains('\0')
    }) || climbs(&format!("{folder}/{target}"))
}

/// The members of an archive, to tell whether some lie behind a link.
///
/// Packages of systems are unpacked at the root, where a link may be absolute. It is another matter
/// if a member is written through it.
pub(crate) struct Through(Vec<String>);

impl Through {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut names: Vec<String> = names.map(plain).collect();
        names.sort();
        Self(names)
    }

    /// True if a link leads out of the root, or members lie behind it.
    pub(crate) fn leads_out(&self, name: &str, target: &str) -> bool {
        let folder = format!("{}/", plain(name));
        let first = self.0.partition_point(|member| *member < folder);
        let behind = self.0.get(first);
        behind.is_some_and(|member| member.starts_with(&folder))
            || !target.starts_with('/') && link_escapes(&plain(name), target)
    }
}

/// A path as seen from the root.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
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

    #[test]
    fn links_of_packages_may_be_absolute_but_nothing_lies_behind_them() {
        let through = Through::new(["./usr/./lib/x/y", "etc//z"].into_iter());
        assert!(!through.leads_out("./usr/share/a", "/etc/a"));
        assert!(!through.leads_out("usr/share/a", "../lib/a"));
        assert!(through.leads_out("usr/share/a", "../../../a"));
        assert!(through.leads_out("/usr/lib", "/etc"));
        assert!(Through::new(["z/../x/y"].into_iter()).leads_out("x", "/etc"));
        assert!(through.leads_out("etc", "/etc"));
    }
}
