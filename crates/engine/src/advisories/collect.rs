//! Documents one by one out of files, folders and archives.

use std::path::{Path, PathBuf};

use waybill_advisories::{gunzip, inflate};
use waybill_formats::{Bytes, Limits, zip};

use super::AdvisoriesError;
use super::store::{failed, open, readable};

/// The largest document.
const DOCUMENT_BYTES: u64 = 512 << 20;
/// Deepest folder.
const DEPTH: usize = 32;

/// A document, and where it stands.
pub(super) struct Piece<'a> {
    /// The file, as named, or a file below the folder named.
    pub(super) file: &'a Path,
    /// The member of an archive.
    pub(super) member: Option<&'a str>,
    pub(super) bytes: &'a [u8],
}

impl Piece<'_> {
    pub(super) fn name(&self) -> String {
        match self.member {
            Some(member) => format!("{}!/{member}", readable(self.file)),
            None => readable(self.file),
        }
    }
}

type Each<'a> = dyn FnMut(&Piece<'_>) -> Result<(), AdvisoriesError> + 'a;

/// Gives every document below a path: the file itself, the members of an archive, the files of a
/// folder in the order of their names.
pub(super) fn documents(path: &Path, each: &mut Each<'_>) -> Result<(), AdvisoriesError> {
    let metadata = std::fs::metadata(path).map_err(|error| failed("open", path, &error))?;
    if !metadata.is_dir() {
        return file(path, each);
    }
    let mut files = Vec::new();
    walk(path, 0, &mut files)?;
    files.sort();
    for found in files {
        file(&found, each)?;
    }
    Ok(())
}

/// Links are not followed.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), AdvisoriesError> {
    let entries = std::fs::read_dir(folder).map_err(|error| failed("read", folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        let kind = entry
            .file_type()
            .map_err(|error| failed("read", folder, &error))?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if kind.is_dir() && !hidden && depth < DEPTH {
            walk(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() && !hidden {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn file(path: &Path, each: &mut Each<'_>) -> Result<(), AdvisoriesError> {
    let source = open(path)?;
    let head = source
        .bytes_at(0, 8.min(source.len()) as usize)
        .unwrap_or_default();
    if zip::recognises(&head) {
        return members(path, &source, each);
    }
    let unusable = |reason: &str| AdvisoriesError::Unusable {
        path: readable(path),
        reason: reason.to_owned(),
    };
    if source.len() > DOCUMENT_BYTES {
        return Err(unusable("it is larger than 512 MiB"));
    }
    let mut bytes = whole(&source, 0, source.len()).ok_or_else(|| unusable("it cannot be read"))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        bytes = gunzip(&bytes).map_err(unusable)?;
    }
    each(&Piece {
        file: path,
        member: None,
        bytes: &bytes,
    })
}

fn members(path: &Path, source: &Bytes, each: &mut Each<'_>) -> Result<(), AdvisoriesError> {
    let unusable = |member: &str, reason: &str| AdvisoriesError::Unusable {
        path: match member {
            "" => readable(path),
            member => format!("{}!/{member}", readable(path)),
        },
        reason: reason.to_owned(),
    };
    let facts = zip::parse(source.as_ref(), &Limits::default())
        .ok_or_else(|| unusable("", "it is no zip archive that can be read"))?;
    for problem in &facts.problems {
        let reason = match &problem.kind {
            zip::ProblemKind::NoEndRecord | zip::ProblemKind::DirectoryBroken => {
                "it ends too early"
            }
            zip::ProblemKind::Count { .. } => "it lists other members than it counts",
            zip::ProblemKind::Limit(_) => "it has too many members",
            _ => continue,
        };
        return Err(unusable("", reason));
    }
    for entry in facts.entries.iter().filter(|entry| entry.listed) {
        if entry.name.ends_with('/') {
            continue;
        }
        let refused = |reason: &str| unusable(&entry.name, reason);
        if entry.uncompressed_bytes > DOCUMENT_BYTES {
            return Err(refused("it is larger than 512 MiB"));
        }
        let raw = entry
            .data_start
            .and_then(|start| whole(source, start, entry.compressed_bytes))
            .ok_or_else(|| refused("it is not where its archive says"))?;
        let bytes = match entry.method {
            0 => raw,
            8 => inflate(&raw, entry.uncompressed_bytes, entry.crc32).map_err(refused)?,
            _ => return Err(refused("it is compressed in a way that is not read")),
        };
        each(&Piece {
            file: path,
            member: Some(&entry.name),
            bytes: &bytes,
        })?;
    }
    Ok(())
}

fn whole(source: &Bytes, start: u64, length: u64) -> Option<Vec<u8>> {
    let end = start.checked_add(length)?;
    if end > source.len() || length > DOCUMENT_BYTES {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    source.read_exact_at(start, &mut bytes).ok()?;
    Some(bytes)
}
