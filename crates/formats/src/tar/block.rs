//! A header block and its fields.

use super::{EntryKind, ProblemKind};

/// Why a field is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotNumber {
    Malformed,
    OutOfRange,
}

/// The 512 bytes of a header.
#[derive(Clone, Copy)]
pub(super) struct Block<'b>(pub(super) &'b [u8; 512]);

impl<'b> Block<'b> {
    fn field(self, start: usize, length: usize) -> &'b [u8] {
        let end = start.saturating_add(length);
        self.0.get(start..end).unwrap_or_default()
    }

    pub(super) fn is_zero(self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    /// The magic of ustar, or that of GNU, which begins the same.
    pub(super) fn has_magic(self) -> bool {
        self.field(257, 5) == b"ustar"
    }

    fn is_ustar(self) -> bool {
        self.field(257, 6) == b"ustar\0"
    }

    pub(super) fn has_name(self) -> bool {
        self.0.first().is_some_and(|byte| *byte != 0)
    }

    /// The sum of all bytes, the checksum itself taken as spaces; old writers summed signed bytes.
    pub(super) fn checksum_is_right(self) -> bool {
        let stated = match number(self.field(148, 8)) {
            Ok(stated) => i64::try_from(stated).unwrap_or(-1),
            Err(_) => return false,
        };
        let (mut unsigned, mut signed) = (0_i64, 0_i64);
        for (index, byte) in self.0.iter().enumerate() {
            let byte = if (148..156).contains(&index) {
                b' '
            } else {
                *byte
            };
            unsigned = unsigned.saturating_add(i64::from(byte));
            signed = signed.saturating_add(i64::from(i8::from_ne_bytes([byte])));
        }
        stated == unsigned || stated == signed
    }

    pub(super) fn type_flag(self) -> u8 {
        self.0.get(156).copied().unwrap_or(0)
    }

    /// The kind; in V7 archives a slash at the end of the name makes a directory.
    pub(super) fn kind(self) -> EntryKind {
        match self.type_flag() {
            0 if until_nul(self.field(0, 100)).0.ends_with(b"/") => EntryKind::Directory,
            0 | b'0' | b'7' => EntryKind::File,
            b'1' => EntryKind::HardLink,
            b'2' => EntryKind::SymLink,
            b'3' => EntryKind::CharDevice,
            b'4' => EntryKind::BlockDevice,
            b'5' => EntryKind::Directory,
            b'6' => EntryKind::Fifo,
            b'S' => EntryKind::GnuSparse,
            other => EntryKind::Other(other),
        }
    }

    pub(super) fn mode(self) -> Result<u64, NotNumber> {
        number(self.field(100, 8))
    }

    pub(super) fn size(self) -> Result<u64, NotNumber> {
        number(self.field(124, 12))
    }

    /// Size of an old GNU sparse file with its holes.
    pub(super) fn expanded_size(self) -> Result<u64, NotNumber> {
        number(self.field(483, 12))
    }

    /// True if blocks with more of the sparse map follow the header.
    pub(super) fn sparse_map_goes_on(self) -> bool {
        self.0.get(482).is_some_and(|byte| *byte != 0)
    }

    /// The path with the prefix of ustar in front; deviations go to `report`.
    pub(super) fn path(self, mut report: impl FnMut(ProblemKind)) -> Vec<u8> {
        let name = terminated(self.field(0, 100), &mut report);
        if self.type_flag() == b'S' {
            return name.to_vec();
        }
        let (prefix, hidden) = until_nul(self.field(345, 155));
        if prefix.is_empty() {
            return name.to_vec();
        }
        if self.is_ustar() {
            report_hidden(hidden, &mut report);
            return [prefix, b"/", name].concat();
        }
        let prefix = crate::problems::excerpt(&String::from_utf8_lossy(prefix));
        report(ProblemKind::PrefixIgnored { prefix });
        name.to_vec()
    }

    pub(super) fn link_target(self, mut report: impl FnMut(ProblemKind)) -> Vec<u8> {
        terminated(self.field(157, 100), &mut report).to_vec()
    }
}

/// What stands in front of the first NUL, and what behind it.
pub(super) fn until_nul(field: &[u8]) -> (&[u8], &[u8]) {
    let end = field.iter().position(|byte| *byte == 0);
    let end = end.unwrap_or(field.len());
    field.split_at_checked(end).unwrap_or_default()
}

/// What stands in front of the first NUL; bytes behind it are reported.
pub(super) fn terminated<'f>(field: &'f [u8], report: &mut impl FnMut(ProblemKind)) -> &'f [u8] {
    let (text, hidden) = until_nul(field);
    report_hidden(hidden, report);
    text
}

fn report_hidden(hidden: &[u8], report: &mut impl FnMut(ProblemKind)) {
    let start = hidden.iter().position(|byte| *byte != 0);
    let Some(hidden) = start.and_then(|start| hidden.get(start..)) else {
        return;
    };
    let hidden = String::from_utf8_lossy(hidden);
    let hidden = crate::problems::excerpt(hidden.trim_end_matches('\0'));
    report(ProblemKind::BytesAfterNul { hidden });
}

/// A number: octal digits, or in base 256 if the first bit is set.
fn number(field: &[u8]) -> Result<u64, NotNumber> {
    match field.split_first() {
        Some((first, rest)) if first & 0x80 != 0 => base_256(*first, rest),
        _ => octal(field),
    }
}

fn base_256(first: u8, rest: &[u8]) -> Result<u64, NotNumber> {
    if first & 0x40 != 0 {
        return Err(NotNumber::OutOfRange);
    }
    rest.iter()
        .try_fold(u64::from(first & 0x3f), |value, byte| {
            value.checked_mul(256)?.checked_add(u64::from(*byte))
        })
        .ok_or(NotNumber::OutOfRange)
}

fn octal(field: &[u8]) -> Result<u64, NotNumber> {
    let digits = until_nul(field).0.trim_ascii();
    digits
        .iter()
        .try_fold(0_u64, |value, digit| match digit {
            b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit & 7)),
            _ => None,
        })
        .ok_or(NotNumber::Malformed)
}
