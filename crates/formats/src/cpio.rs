//! `cpio` archives in the portable forms: what packages of RPM and first file systems hold.
//!
//! Format: cpio(5): `070701` and `070702` ("newc", fields of eight hexadecimal digits) and `070707`
//! ("odc", octal fields). The last member is called `TRAILER!!!`.

use crate::{Limits, ReadAt};

/// Longest name that is read.
const NAME_BYTES: u64 = 65_536;
/// Longest target of a link that is read.
const TARGET_BYTES: u64 = 4096;
/// The name behind which nothing stands.
const LAST: &str = "TRAILER!!!";

/// What the archive lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CpioFacts {
    /// Members in their order.
    pub entries: Vec<Entry>,
    /// Offset behind the last member.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub name: String,
    /// Offset of its header.
    pub offset: u64,
    /// Offset of its content.
    pub start: u64,
    /// Length of its content in bytes.
    pub length: u64,
    /// Kind and rights, as in `stat(2)`.
    pub mode: u32,
    /// Where a symbolic link leads.
    pub target: Option<String>,
}

impl Entry {
    /// True for an ordinary file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// True for a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    /// True for a symbolic link.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }

    /// True for devices, sockets and pipes.
    #[must_use]
    pub fn is_special(&self) -> bool {
        matches!(
            self.mode & 0o170_000,
            0o020_000 | 0o060_000 | 0o010_000 | 0o140_000
        )
    }
}

/// True if the bytes begin like an archive.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    let Some((magic, fields)) = head.split_at_checked(6) else {
        return false;
    };
    let digits = |count: usize, is: fn(&u8) -> bool| {
        fields
            .get(..count)
            .is_some_and(|fields| fields.iter().all(is))
    };
    match magic {
        b"070701" | b"070702" => digits(104, u8::is_ascii_hexdigit),
        b"070707" => digits(70, |digit| (b'0'..=b'7').contains(digit)),
        _ => false,
    }
}

/// Lists the archive; `None` if it is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<CpioFacts> {
    if !recognises(&source.bytes_at(0, 110).ok()?) {
        return None;
    }
    let mut facts = CpioFacts::default();
    let mut at = 0_u64;
    loop {
        facts.end = at;
        if facts.entries.len() as u64 >= limits.members {
            facts.broken = Some((at, "it has more members than are read".to_owned()));
            return Some(facts);
        }
        let Some((mut entry, next)) = header(source, at) else {
            facts.broken = Some((at, "no header of a member stands there".to_owned()));
            return Some(facts);
        };
        if entry.name == LAST {
            facts.end = next.min(source.len());
            return Some(facts);
        }
        if entry.start.saturating_add(entry.length) > source.len() {
            facts.broken = Some((at, "a member goes beyond the end".to_owned()));
        }
        if entry.is_link() {
            let length = usize::try_from(entry.length.min(TARGET_BYTES)).unwrap_or_default();
            let target = source.bytes_at(entry.start, length).unwrap_or_default();
            entry.target = Some(String::from_utf8_lossy(&target).into_owned());
        }
        facts.entries.push(entry);
        if facts.broken.is_some() {
            facts.end = source.len();
            return Some(facts);
        }
        at = next;
    }
}

/// A member's header at an offset, and where the next one stands.
fn header(source: &dyn ReadAt, at: u64) -> Option<(Entry, u64)> {
    let bytes = source.bytes_at(at, 110).ok()?;
    let number = |from: usize, digits: usize, radix: u32| {
        let field = bytes.get(from..from.checked_add(digits)?)?;
        u64::from_str_radix(std::str::from_utf8(field).ok()?, radix).ok()
    };
    let newc = match bytes.get(..6)? {
        b"070701" | b"070702" => true,
        b"070707" => false,
        _ => return None,
    };
    let (mode, length, name_bytes, head) = if newc {
        (
            number(14, 8, 16)?,
            number(54, 8, 16)?,
            number(94, 8, 16)?,
            110,
        )
    } else {
        (number(18, 6, 8)?, number(65, 11, 8)?, number(59, 6, 8)?, 76)
    };
    let aligned = |place: u64| match newc {
        // To four bytes, counted from the beginning.
        true => place.checked_next_multiple_of(4),
        false => Some(place),
    };
    let name_start = at.checked_add(head)?;
    let wanted = usize::try_from(name_bytes.min(NAME_BYTES)).ok()?;
    let name = source.bytes_at(name_start, wanted).ok()?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let start = aligned(name_start.checked_add(name_bytes)?)?;
    let next = aligned(start.checked_add(length)?)?;
    let entry = Entry {
        name: String::from_utf8_lossy(name).into_owned(),
        offset: at,
        start,
        length,
        mode: u32::try_from(mode).ok()?,
        target: None,
    };
    (next > at).then_some((entry, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newc(name: &str, mode: u32, content: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "070701{:08x}{mode:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{name}\0",
            1, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len().saturating_add(1), 0
        )
        .into_bytes();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn members_are_listed() {
        let mut bytes = newc("./usr/bin/x", 0o100_755, b"#!/bin/sh\n");
        bytes.extend(newc("./l", 0o120_777, b"usr/bin/x"));
        bytes.extend(newc(LAST, 0, b""));
        assert!(recognises(&bytes));
        let facts = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(facts.broken, None);
        assert_eq!(facts.end, bytes.len() as u64);
        let told: Vec<(&str, u64, bool, Option<&str>)> = facts
            .entries
            .iter()
            .map(|entry| {
                (
                    entry.name.as_str(),
                    entry.length,
                    entry.is_file(),
                    entry.target.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("./usr/bin/x", 10, true, None),
                ("./l", 9, false, Some("usr/bin/x"))
            ]
        );
    }

    #[test]
    fn damage_is_told() {
        let bytes = newc("a", 0o100_644, b"1234");
        let facts = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(facts.entries.len(), 1);
        assert_eq!(
            facts.broken,
            Some((
                bytes.len() as u64,
                "no header of a member stands there".to_owned()
            ))
        );
    }
}
