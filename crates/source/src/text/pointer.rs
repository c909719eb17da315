//! Pointers of Git LFS: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>

use super::TextClass;

const VERSION: &str = "version https://git-lfs.github.com/spec/v1";
/// The specification's bound.
const POINTER_BYTES: usize = 1_024;

/// Reads a pointer: three lines in this order, `ext-` lines between the first two.
pub(super) fn read(text: &str) -> Option<TextClass> {
    if text.len() >= POINTER_BYTES {
        return None;
    }
    let mut lines = text.strip_suffix('\n')?.split('\n');
    if lines.next() != Some(VERSION) {
        return None;
    }
    let oid_line = lines.find(|line| !line.starts_with("ext-"))?;
    let oid = oid_line.strip_prefix("oid sha256:")?;
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let size = lines.next()?.strip_prefix("size ")?;
    let valid = oid.len() == 64
        && oid.bytes().all(lower_hex)
        && size.bytes().all(|byte| byte.is_ascii_digit())
        && lines.next().is_none();
    if !valid {
        return None;
    }
    Some(TextClass::GitLfsPointer {
        oid: oid.to_owned(),
        size_bytes: size.parse().ok()?,
    })
}
