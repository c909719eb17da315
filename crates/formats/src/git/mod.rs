//! What Git keeps of a work tree's state: the index, objects and packs, read without Git.
//!
//! Only as much as the question "which commit, and was anything changed since?" needs. Formats:
//! <https://git-scm.com/docs/index-format>, <https://git-scm.com/docs/pack-format>.

mod index;
mod pack;
#[cfg(test)]
mod tests;

pub use index::{Index, IndexEntry, index};
pub use pack::{Packed, find_in_pack, packed_object};

/// The id of the tree that a commit stands for, out of the commit's text (without the header of a
/// loose object).
#[must_use]
pub fn tree_of_commit(commit: &[u8]) -> Option<&str> {
    let line = commit.split(|byte| *byte == b'\n').next()?;
    let id = std::str::from_utf8(line.strip_prefix(b"tree ")?).ok()?;
    is_id(id).then_some(id)
}

/// The commit that an annotated tag names, out of the tag's text.
#[must_use]
pub fn commit_of_tag(tag: &[u8]) -> Option<&str> {
    let line = tag.split(|byte| *byte == b'\n').next()?;
    let id = std::str::from_utf8(line.strip_prefix(b"object ")?).ok()?;
    is_id(id).then_some(id)
}

/// A loose object after decompression: its kind and its content.
#[must_use]
pub fn loose_object(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (kind, size) = std::str::from_utf8(bytes.get(..end)?)
        .ok()?
        .split_once(' ')?;
    let content = bytes.get(end.saturating_add(1)..)?;
    (size.parse() == Ok(content.len())).then_some((kind, content))
}

/// True for the id of an object: 40 or 64 lowercase hexadecimal digits.
#[must_use]
pub fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Bytes as lowercase hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
