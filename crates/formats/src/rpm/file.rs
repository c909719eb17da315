//! A package file: a lead, two headers, and a compressed `cpio` archive.
//!
//! Format: <https://rpm-software-management.github.io/rpm/manual/format_v4.html>.

use super::big;
use crate::{Limits, ReadAt};

/// What the lead begins with.
const LEAD: &[u8] = b"\xed\xab\xee\xdb";
/// Length of the lead.
const LEAD_BYTES: u64 = 96;
/// What a header begins with, without its version.
const HEADER: &[u8] = b"\x8e\xad\xe8";
/// Scripts and lists of scripts: tag, tag of the program that runs it, name in a specification.
const SCRIPTS: [(u64, u64, &str); 9] = [
    (1023, 1085, "%pre"),
    (1024, 1086, "%post"),
    (1025, 1087, "%preun"),
    (1026, 1088, "%postun"),
    (1079, 1091, "%verifyscript"),
    (1151, 1153, "%pretrans"),
    (1152, 1154, "%posttrans"),
    (5104, 5106, "%preuntrans"),
    (5105, 5107, "%postuntrans"),
];
/// Scripts that run when other packages or files change: one program for each.
const TRIGGERS: [(u64, u64, &str); 3] = [
    (1065, 1092, "%trigger"),
    (5066, 5067, "%filetrigger"),
    (5076, 5077, "%transfiletrigger"),
];
/// Scripts of one tag that are kept.
const KEPT: usize = 1000;

/// A package file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RpmFile {
    /// Scripts that run when it is installed or removed.
    pub scripts: Vec<Script>,
    /// Where the payload begins; `None` if the headers could not be read.
    pub payload: Option<u64>,
    /// How the payload is packed, as the header says: `gzip`, `xz`, `zstd`.
    pub compressor: Option<String>,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// A script of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its name, as in a specification: `%post` runs after the package is installed.
    pub name: &'static str,
    /// The program that runs it, with its arguments: `/bin/sh`, `<lua>`.
    pub program: Vec<String>,
    /// Its text.
    pub text: String,
}

/// True if the bytes begin like a package.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(LEAD)
}

/// Reads the headers of a package; `None` if it is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<RpmFile> {
    if !recognises(&source.bytes_at(0, LEAD.len()).ok()?) {
        return None;
    }
    let mut file = RpmFile::default();
    let broken = |at: u64| Some((at, "no header stands there".to_owned()));
    let Some((_, signature_end)) = header(source, LEAD_BYTES, limits) else {
        file.broken = broken(LEAD_BYTES);
        return Some(file);
    };
    let Some(start) = signature_end.checked_next_multiple_of(8) else {
        return Some(file);
    };
    let Some((blob, end)) = header(source, start, limits) else {
        file.broken = broken(start);
        return Some(file);
    };
    file.payload = Some(end);
    for (tag, program, name) in SCRIPTS {
        let text = texts(&blob, tag).into_iter().next();
        let program = texts(&blob, program);
        // A program without a text is run by itself.
        if text.is_some() || !program.is_empty() {
            file.scripts.push(Script {
                name,
                program: or_shell(program),
                text: text.unwrap_or_default(),
            });
        }
    }
    for (tag, program, name) in TRIGGERS {
        let programs = texts(&blob, program);
        for (index, text) in texts(&blob, tag).into_iter().enumerate() {
            let program = programs.get(index).cloned().into_iter().collect();
            file.scripts.push(Script {
                name,
                program: or_shell(program),
                text,
            });
        }
    }
    file.compressor = texts(&blob, 1125).into_iter().next();
    Some(file)
}

fn or_shell(program: Vec<String>) -> Vec<String> {
    match program.is_empty() {
        true => vec!["/bin/sh".to_owned()],
        false => program,
    }
}

/// The header at an offset, from its numbers on, and where it ends.
fn header(source: &dyn ReadAt, at: u64, limits: &Limits) -> Option<(Vec<u8>, u64)> {
    let head = source.bytes_at(at, 16).ok()?;
    if !head.starts_with(HEADER) {
        return None;
    }
    let (entries, store) = (big(&head, 8, 4)?, big(&head, 12, 4)?);
    let length = entries.checked_mul(16)?.checked_add(store)?;
    let start = at.checked_add(16)?;
    let end = start.checked_add(length)?;
    if length > limits.header_bytes || end > source.len() {
        return None;
    }
    let mut blob = head.get(8..16)?.to_vec();
    blob.extend(source.bytes_at(start, usize::try_from(length).ok()?).ok()?);
    Some((blob, end))
}

/// The texts of a tag.
fn texts(blob: &[u8], wanted: u64) -> Vec<String> {
    let mut found = Vec::new();
    let Some(table_end) = big(blob, 0, 4)
        .and_then(|entries| entries.checked_mul(16)?.checked_add(8))
        .and_then(|end| usize::try_from(end).ok())
    else {
        return found;
    };
    let (Some(table), Some(store)) = (blob.get(8..table_end), blob.get(table_end..)) else {
        return found;
    };
    let (rows, _) = table.as_chunks::<16>();
    for row in rows {
        let field = |at| big(row, at, 4).unwrap_or_default();
        // Texts, lists of texts, and texts in several languages.
        if field(0) != wanted || !matches!(field(4), 6 | 8 | 9) {
            continue;
        }
        let mut rest = usize::try_from(field(8))
            .ok()
            .and_then(|at| store.get(at..))
            .unwrap_or_default();
        let count = usize::try_from(field(12)).unwrap_or(KEPT).min(KEPT);
        for _ in 0..count {
            let Some(end) = rest.iter().position(|byte| *byte == 0) else {
                break;
            };
            let text = rest.get(..end).unwrap_or_default();
            found.push(String::from_utf8_lossy(text).into_owned());
            rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
        }
        if found.len() >= KEPT {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(texts: &[(u32, &str)]) -> Vec<u8> {
        let mut rows = Vec::new();
        let mut store = Vec::new();
        for (tag, text) in texts {
            for number in [*tag, 6, u32::try_from(store.len()).unwrap(), 1] {
                rows.extend(number.to_be_bytes());
            }
            store.extend(text.as_bytes());
            store.push(0);
        }
        let mut bytes = b"\x8e\xad\xe8\x01\0\0\0\0".to_vec();
        bytes.extend(u32::try_from(texts.len()).unwrap().to_be_bytes());
        bytes.extend(u32::try_from(store.len()).unwrap().to_be_bytes());
        bytes.extend(rows);
        bytes.extend(store);
        bytes
    }

    #[test]
    fn scripts_and_payload_are_found() {
        let mut bytes = LEAD.to_vec();
        bytes.resize(96, 0);
        bytes.extend(head(&[(1000, "x")]));
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(head(&[
            (1024, "echo a"),
            (1086, "/bin/bash"),
            (1125, "zstd"),
        ]));
        let end = bytes.len() as u64;
        bytes.extend(b"payload");
        assert_eq!(
            parse(&bytes, &Limits::default()),
            Some(RpmFile {
                scripts: vec![Script {
                    name: "%post",
                    program: vec!["/bin/bash".to_owned()],
                    text: "echo a".to_owned(),
                }],
                payload: Some(end),
                compressor: Some("zstd".to_owned()),
                broken: None,
            })
        );
    }

    #[test]
    fn a_cut_header_is_told() {
        let mut bytes = LEAD.to_vec();
        bytes.resize(100, 0);
        let file = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(file.broken, Some((96, "no header stands there".to_owned())));
    }
}
