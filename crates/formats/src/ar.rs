//! `ar` archives: packages of Debian, and libraries of object files.
//!
//! Format: `ar(5)` of 4.4BSD and its variants by GNU (`//` with long names) and BSD (`#1/length`);
//! deb(5) for what a package of Debian holds.

use crate::{Limits, ReadAt};

/// What every archive begins with.
const MAGIC: &[u8] = b"!<arch>\n";
/// Length of a member's header.
const HEADER_BYTES: u64 = 60;
/// Longest name that is read.
const NAME_BYTES: u64 = 4096;
/// Longest table of names that is read.
const NAMES_BYTES: u64 = 16 << 20;

/// What the archive lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArFacts {
    /// Members in their order, without tables of symbols and names.
    pub entries: Vec<Entry>,
    /// Offset behind the last member.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Offset of its header.
    pub offset: u64,
    /// Offset of its content.
    pub start: u64,
    /// Length of its content in bytes.
    pub length: u64,
}

/// True if the bytes begin like an archive.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Lists the archive; `None` if it is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<ArFacts> {
    let head = source.bytes_at(0, MAGIC.len()).ok()?;
    if !recognises(&head) {
        return None;
    }
    let mut facts = ArFacts::default();
    let mut at = MAGIC.len() as u64;
    let mut names = Vec::new();
    while at < source.len() {
        facts.end = at;
        if facts.entries.len() as u64 >= limits.members {
            facts.broken = Some((at, "it has more members than are read".to_owned()));
            break;
        }
        let Some(entry) = header(source, at, &names) else {
            facts.broken = Some((at, "no header of a member stands there".to_owned()));
            break;
        };
        if entry.start.saturating_add(entry.length) > source.len() {
            facts.broken = Some((at, "a member goes beyond the end".to_owned()));
        }
        at = entry.start.saturating_add(entry.length);
        // Members begin at even places.
        at = at.saturating_add(at & 1);
        match entry.name.as_str() {
            "//" => {
                let length = entry.length.min(NAMES_BYTES);
                let length = usize::try_from(length).unwrap_or_default();
                names = source.bytes_at(entry.start, length).unwrap_or_default();
            }
            "/" | "/SYM64/" | "__.SYMDEF" | "__.SYMDEF SORTED" => {}
            _ => facts.entries.push(entry),
        }
        facts.end = at.min(source.len());
        if facts.broken.is_some() {
            break;
        }
    }
    Some(facts)
}

fn header(source: &dyn ReadAt, at: u64, names: &[u8]) -> Option<Entry> {
    let bytes = source
        .bytes_at(at, usize::try_from(HEADER_BYTES).ok()?)
        .ok()?;
    if bytes.get(58..60)? != b"`\n" {
        return None;
    }
    let text = |from: usize, to: usize| {
        let bytes = bytes.get(from..to).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim_end().to_owned()
    };
    let mut length: u64 = text(48, 58).parse().ok()?;
    let mut start = at.checked_add(HEADER_BYTES)?;
    let written = text(0, 16);
    let name = if let Some(bytes) = written.strip_prefix("#1/") {
        let bytes = bytes.parse::<u64>().ok()?.min(length);
        let wanted = usize::try_from(bytes.min(NAME_BYTES)).ok()?;
        let name = source.bytes_at(start, wanted).ok()?;
        start = start.checked_add(bytes)?;
        length = length.saturating_sub(bytes);
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    } else if let Some(place) = written.strip_prefix('/').and_then(|at| at.parse().ok()) {
        let place: usize = place;
        let name = names.get(place..).unwrap_or_default();
        let most = usize::try_from(NAME_BYTES).unwrap_or(usize::MAX);
        let name = name.get(..most.min(name.len())).unwrap_or_default();
        let end = name.iter().position(|byte| *byte == b'\n');
        let name = name
            .get(..end.unwrap_or(if name.len() == most { most } else { 0 }))
            .unwrap_or_default();
        String::from_utf8_lossy(name)
            .trim_end_matches('/')
            .to_owned()
    } else if matches!(written.as_str(), "/" | "//" | "/SYM64/") {
        written
    } else {
        written.trim_end_matches('/').to_owned()
    };
    Some(Entry {
        name,
        offset: at,
        start,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
            0,
            0,
            0,
            644,
            content.len()
        )
        .into_bytes();
        bytes.extend(content);
        if content.len() % 2 == 1 {
            bytes.push(b'\n');
        }
        bytes
    }

    #[test]
    fn members_of_every_dialect_are_listed() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(member("debian-binary", b"2.0\n"));
        bytes.extend(member("//", b"a_name_that_is_long.o/\n"));
        bytes.extend(member("/0", b"abc"));
        bytes.extend(member("#1/8", b"name.o\0\0content"));
        let facts = parse(&bytes, &Limits::default()).unwrap();
        let told: Vec<(&str, u64)> = facts
            .entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.length))
            .collect();
        assert_eq!(
            told,
            [
                ("debian-binary", 4),
                ("a_name_that_is_long.o", 3),
                ("name.o", 7)
            ]
        );
        assert_eq!((facts.end, facts.broken), (bytes.len() as u64, None));
    }

    #[test]
    fn damage_is_told() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(member("a", b"1234"));
        bytes.truncate(bytes.len().saturating_sub(2));
        let facts = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(facts.entries.len(), 1);
        assert_eq!(
            facts.broken,
            Some((8, "a member goes beyond the end".to_owned()))
        );
        bytes.truncate(40);
        let facts = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(
            facts.broken,
            Some((8, "no header of a member stands there".to_owned()))
        );
    }
}
