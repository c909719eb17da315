//! Paths that stand in artifacts and name other files.

/// What a path that should stay beside its artifact does instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// It names a place of the machine, another host or another user's folder.
    Machine(&'static str),
    /// It leaves the folder of the artifact.
    Folder,
    /// It goes up and comes back, or is not portable.
    Odd(&'static str),
}

/// What `path` does; none if it stays beside the artifact or below.
pub(crate) fn leaves(path: &str) -> Option<Leaves> {
    if path.contains('\0') {
        return Some(Leaves::Machine(
            "holds a NUL character, behind which readers in C do not look",
        ));
    }
    let slashed = path.trim().replace('\\', "/");
    let lower = slashed.to_ascii_lowercase();
    if lower.contains("_ort_mem_addr_") {
        return Some(Leaves::Machine(
            "is an address in the memory of the program",
        ));
    }
    if let Some((scheme, _)) = lower.split_once(':') {
        return Some(match scheme {
            _ if scheme.len() == 1 => Leaves::Machine("is absolute"),
            _ if lower.contains("://") || scheme == "file" => Leaves::Machine("is an address"),
            _ => Leaves::Odd("holds a colon"),
        });
    }
    if slashed.starts_with('/') {
        return Some(Leaves::Machine("is absolute"));
    }
    if slashed.starts_with('~') {
        return Some(Leaves::Machine("is in a user's home"));
    }
    if slashed.starts_with('$') || slashed.starts_with('%') && !slashed.starts_with("%2") {
        return Some(Leaves::Machine("depends on the environment"));
    }
    let decoded = lower.replace("%2e", ".").replace("%2f", "/");
    let mut depth = 0_i64;
    let mut up = false;
    for part in decoded.split('/') {
        match part {
            ".." => {
                up = true;
                depth = depth.saturating_sub(1);
                if depth < 0 {
                    return Some(Leaves::Folder);
                }
            }
            "" | "." => {}
            _ => depth = depth.saturating_add(1),
        }
    }
    if up {
        return Some(Leaves::Odd("goes up and comes back"));
    }
    (depth == 0).then_some(Leaves::Odd("is empty"))
}

/// Places that hold secrets or settings of the machine.
const SENSITIVE: [&str; 11] = [
    "/etc/",
    "/proc/",
    "/root/",
    "/dev/",
    "/sys/",
    "/var/run/",
    "/run/",
    "~",
    ".ssh/",
    ".aws/",
    ".kube/",
];

/// True for paths with secrets or settings of the machine.
pub(crate) fn is_sensitive(path: &str) -> bool {
    let path = path.trim_start_matches("file://");
    SENSITIVE
        .iter()
        .any(|place| path.starts_with(place) || place.starts_with('.') && path.contains(place))
}

impl Leaves {
    /// Completes "the path ...".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Machine(words) | Self::Odd(words) => words,
            Self::Folder => "leads out of the folder of the artifact",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_stay_are_not_told() {
        for path in [
            "model.onnx_data",
            "./w.bin",
            "weights/0.bin",
            "a..b/c",
            "model:0.5",
        ] {
            let left = leaves(path);
            assert!(
                left.is_none() || matches!(left, Some(Leaves::Odd("holds a colon"))),
                "{path}"
            );
        }
    }

    #[test]
    fn paths_that_leave_are() {
        for path in [
            "../x",
            "./../x",
            "a/../../x",
            "..\\x",
            "%2e%2e/x",
            "a/%2e%2e%2f../x",
        ] {
            assert_eq!(leaves(path), Some(Leaves::Folder), "{path}");
        }
        for path in [
            "/etc/passwd",
            "~/.ssh/id_rsa",
            "C:\\x",
            "\\\\host\\x",
            "file:///x",
            "http://a/b",
            "w\0/x",
            "*/_ORT_MEM_ADDR_/*",
            "$HOME/x",
        ] {
            assert!(matches!(leaves(path), Some(Leaves::Machine(_))), "{path}");
        }
        for path in ["a/../b", "", "."] {
            assert!(matches!(leaves(path), Some(Leaves::Odd(_))), "{path}");
        }
    }
}
