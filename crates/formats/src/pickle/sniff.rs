//! Constants that begin like another format.

use super::facts::Encoding;

/// Bytes at the start of a constant that are looked at.
pub(super) const HEAD_BYTES: usize = 12;
/// Shortest constant worth looking at.
pub(super) const SHORTEST: u64 = 12;

/// How a constant that begins with `head` seems to carry another format.
#[inline]
pub(super) fn embedded(head: &[u8], text: bool) -> Option<Encoding> {
    let first = *head.first()?;
    if !matches!(
        first,
        0x80 | b'P'
            | 0x7f
            | b'M'
            | 0x1f
            | b'g'
            | b'U'
            | b'f'
            | b'T'
            | b'H'
            | b'8'
            | b'5'
            | b'7'
            | b'1'
            | b'4'
            | b'c'
            | b'x'
            | b'e'
            | b'Y'
    ) {
        return None;
    }
    if is_signature(head) {
        return Some(Encoding::Raw);
    }
    // What base64 makes of PROTO 2-5, zip, gzip, ELF and PE; also written as bytes.
    const BASE64: [&[u8]; 11] = [
        b"gAJ", b"gAN", b"gAS", b"gAW", b"gAI", b"gAM", b"UEsDB", b"H4sI", b"f0VMR", b"TVqQ",
        b"Y29zC",
    ];
    if head.len() >= 12
        && head.iter().all(|byte| is_base64(*byte))
        && BASE64.iter().any(|prefix| head.starts_with(prefix))
    {
        return Some(Encoding::Base64);
    }
    const HEXADECIMAL: [&[u8]; 9] = [
        b"8002",
        b"8003",
        b"8004",
        b"8005",
        b"504b0304",
        b"1f8b08",
        b"7f454c46",
        b"4d5a90",
        b"636f730a",
    ];
    let lower: Vec<u8> = head.to_ascii_lowercase();
    if lower.iter().all(u8::is_ascii_hexdigit)
        && HEXADECIMAL.iter().any(|prefix| lower.starts_with(prefix))
    {
        return Some(Encoding::Hexadecimal);
    }
    // A pickle of protocol 0 begins with a GLOBAL line.
    let _ = text;
    (first == b'c'
        && head
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            .count()
            < head.len()
        && looks_like_global(head))
    .then_some(Encoding::Raw)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

fn is_signature(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, next, ..] if super::opcode::opcode(*next).is_some())
        || head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"\x7fELF")
        || head.starts_with(b"MZ\x90\0")
        || head.starts_with(&[0x1f, 0x8b, 8])
        || (head.starts_with(&[0x78])
            && matches!(head.get(1), Some(0x01 | 0x5e | 0x9c | 0xda))
            && head.len() >= 12)
}

fn looks_like_global(head: &[u8]) -> bool {
    let module: Vec<u8> = head
        .iter()
        .skip(1)
        .copied()
        .take_while(|byte| *byte != b'\n')
        .collect();
    !module.is_empty()
        && module.len().saturating_add(1) < head.len()
        && module
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_other_formats() {
        assert_eq!(
            embedded(b"\x80\x04\x8c\x02os\x8c\x06syst", false),
            Some(Encoding::Raw)
        );
        assert_eq!(embedded(b"gASVMAAAAAAAA", true), Some(Encoding::Base64));
        assert_eq!(embedded(b"80048c026f73", true), Some(Encoding::Hexadecimal));
        assert_eq!(embedded(b"cos\nsystem\n(", false), Some(Encoding::Raw));
        assert_eq!(embedded(b"convolution.w", true), None);
        assert_eq!(embedded(b"gated_linear_", true), None);
        assert_eq!(embedded(b"Past weather", true), None);
    }
}
