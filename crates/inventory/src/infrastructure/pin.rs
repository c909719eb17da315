//! How firmly a revision, tag or version fixes what will be used.

use waybill_domain::inventory::Pin;

/// The pin of a revision of a repository or the tag of an image.
pub(super) fn of_revision(revision: Option<&str>) -> Pin {
    match revision {
        None | Some("" | "latest" | "HEAD") => Pin::Floating,
        Some(text) if is_commit(text) => Pin::Digest,
        Some(text) => {
            let branch = text.strip_prefix("refs/heads/").unwrap_or(text);
            if matches!(branch, "main" | "master") {
                Pin::Floating
            } else {
                Pin::Name
            }
        }
    }
}

/// True for a full commit id or a digest.
pub(super) fn is_commit(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    matches!(digits.len(), 40 | 64) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The exact version in a constraint, if it is one: `1.2.3`, `=1.2.3`, `v1.2`.
pub(super) fn exact(constraint: &str) -> Option<&str> {
    let text = constraint.trim().trim_start_matches('=').trim();
    let digits = text.strip_prefix('v').unwrap_or(text);
    let begins = digits.starts_with(|first: char| first.is_ascii_digit());
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_+:~!".contains(&byte));
    let wild = text.split('.').any(|part| matches!(part, "x" | "X"));
    (begins && plain && !wild).then_some(text)
}
