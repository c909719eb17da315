//! The local headers, and what stands between the bodies.

use super::facts::{Entry, ProblemKind, ZipFacts, text};
use super::{LOCAL, unicode_path, zip64};
use crate::{Cursor, Limits, ReadAt};

/// Bytes between bodies that are searched for headers, in all.
const SEARCHED_BYTES: u64 = 64 << 20;
/// Flags that change how a body is read: encryption, strong encryption, masked headers.
const ENCRYPTION_FLAGS: u16 = 0x1 | 0x40 | 0x2000;
/// Flag: sizes and CRC follow the data instead of standing in the local header.
const DESCRIPTOR_FLAG: u16 = 0x8;

/// A local header as it stands.
struct Local {
    entry: Entry,
    /// False where sizes and CRC follow the data.
    has_sizes: bool,
}

fn read(source: &dyn ReadAt, offset: u64) -> Option<Local> {
    let mut cursor = Cursor::new(source, offset);
    if cursor.array::<4>().ok()? != LOCAL {
        return None;
    }
    cursor.skip(2);
    let flags = cursor.u16_le().ok()?;
    let method = cursor.u16_le().ok()?;
    cursor.skip(4);
    let crc32 = cursor.u32_le().ok()?;
    let mut compressed = u64::from(cursor.u32_le().ok()?);
    let mut uncompressed = u64::from(cursor.u32_le().ok()?);
    let name_length = usize::from(cursor.u16_le().ok()?);
    let extra_length = usize::from(cursor.u16_le().ok()?);
    let raw_name = cursor.take(name_length).ok()?.to_vec();
    let extra = cursor.take(extra_length).ok()?.to_vec();
    zip64(&extra, &mut [&mut uncompressed, &mut compressed]);
    let data_start = cursor.offset();
    let entry = Entry {
        name: text(&raw_name),
        unicode_path: unicode_path(&extra),
        raw_name,
        method,
        flags,
        crc32,
        compressed_bytes: compressed,
        uncompressed_bytes: uncompressed,
        header_offset: offset,
        data_start: Some(data_start),
        listed: false,
        unix_mode: None,
        directory_offset: offset,
    };
    let has_sizes =
        flags & DESCRIPTOR_FLAG == 0 || (compressed != 0 && compressed != u64::from(u32::MAX));
    Some(Local { entry, has_sizes })
}

/// Reads the local header of each listed entry and notes every disagreement. Where the local
/// header shows another body, that body becomes an entry of its own.
pub(super) fn compare(source: &dyn ReadAt, limits: &Limits, facts: &mut ZipFacts) {
    let mut other_views = Vec::new();
    let mut entries = std::mem::take(&mut facts.entries);
    for entry in &mut entries {
        let Some(local) = read(source, entry.header_offset) else {
            facts.problem(
                entry.directory_offset,
                ProblemKind::NoLocalHeader {
                    name: entry.name.clone(),
                },
            );
            continue;
        };
        entry.data_start = local.entry.data_start;
        let differs = disagreements(entry, &local, facts);
        if differs && (other_views.len() as u64) < limits.members {
            let mut view = local.entry;
            if view.compressed_bytes == 0 {
                view.compressed_bytes = entry.compressed_bytes;
            }
            other_views.push(view);
        }
        let last = facts.directory_start.unwrap_or(source.len());
        let start = entry.data_start.unwrap_or(0);
        if start
            .checked_add(entry.compressed_bytes)
            .is_none_or(|end| end > last)
        {
            facts.problem(
                entry.header_offset,
                ProblemKind::Beyond {
                    name: entry.name.clone(),
                },
            );
            entry.compressed_bytes = last.saturating_sub(start);
        }
    }
    facts.entries = entries;
    facts.entries.append(&mut other_views);
}

/// Notes what the two headers disagree about; true if they show different bodies.
fn disagreements(entry: &Entry, local: &Local, facts: &mut ZipFacts) -> bool {
    let other = &local.entry;
    let mut note = |field: &'static str, central: String, local: String| {
        facts.problem(
            entry.header_offset,
            ProblemKind::Disagreement {
                name: entry.name.clone(),
                field,
                central,
                local,
            },
        );
    };
    let mut bodies_differ = false;
    if entry.raw_name != other.raw_name {
        note("name", entry.name.clone(), other.name.clone());
    }
    let paths: std::collections::BTreeSet<&String> = [&entry.unicode_path, &other.unicode_path]
        .into_iter()
        .flatten()
        .collect();
    for path in paths {
        if *path != entry.name {
            note("unicode path", entry.name.clone(), path.clone());
        }
    }
    if (entry.flags ^ other.flags) & !DESCRIPTOR_FLAG != 0 {
        bodies_differ |= (entry.flags ^ other.flags) & ENCRYPTION_FLAGS != 0;
        note(
            "flags",
            format!("{:#06x}", entry.flags),
            format!("{:#06x}", other.flags),
        );
    }
    if entry.method != other.method {
        bodies_differ = true;
        note("method", entry.method.to_string(), other.method.to_string());
    }
    if local.has_sizes {
        if entry.crc32 != other.crc32 && !(other.crc32 == 0 && other.flags & DESCRIPTOR_FLAG != 0) {
            note(
                "crc32",
                format!("{:08x}", entry.crc32),
                format!("{:08x}", other.crc32),
            );
        }
        if entry.compressed_bytes != other.compressed_bytes {
            bodies_differ = true;
            note(
                "compressed size",
                entry.compressed_bytes.to_string(),
                other.compressed_bytes.to_string(),
            );
        }
        if entry.uncompressed_bytes != other.uncompressed_bytes {
            note(
                "size",
                entry.uncompressed_bytes.to_string(),
                other.uncompressed_bytes.to_string(),
            );
        }
    }
    bodies_differ
}

/// Looks between the bodies: overlaps, bytes that belong to nothing, and headers that the
/// directory does not list.
pub(super) fn uncovered(source: &dyn ReadAt, limits: &Limits, facts: &mut ZipFacts) {
    let mut bodies: Vec<(u64, u64, usize)> = facts
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.listed)
        .filter_map(|(index, entry)| {
            let end = entry.data_start?.checked_add(entry.compressed_bytes)?;
            let descriptor = if entry.flags & DESCRIPTOR_FLAG != 0 {
                descriptor_bytes(source, end)
            } else {
                0
            };
            Some((entry.header_offset, end.saturating_add(descriptor), index))
        })
        .collect();
    bodies.sort_unstable();
    let mut position = facts.shift;
    let mut previous: Option<usize> = None;
    let mut gaps = Vec::new();
    for (start, end, index) in bodies {
        if start < position {
            let name = |index: Option<usize>| {
                index
                    .and_then(|index| facts.entries.get(index))
                    .map(|entry| entry.name.clone())
                    .unwrap_or_default()
            };
            let (first, second) = (name(previous), name(Some(index)));
            facts.problem(start, ProblemKind::Overlap { first, second });
        } else if start > position {
            gaps.push((position, start));
        }
        if end > position {
            position = end;
            previous = Some(index);
        }
    }
    let last = facts.directory_start.unwrap_or(source.len());
    if last > position {
        gaps.push((position, last));
    }
    if facts.shift > 0 {
        gaps.push((0, facts.shift));
    }
    let mut budget = SEARCHED_BYTES;
    for (start, end) in gaps {
        search(source, start, end, limits, &mut budget, facts);
    }
}

/// Length of the data descriptor that stands at `offset`: with or without signature, 32 or 64 bits.
fn descriptor_bytes(source: &dyn ReadAt, offset: u64) -> u64 {
    let next = |distance: u64| {
        let head = source
            .bytes_at(offset.saturating_add(distance), 4)
            .unwrap_or_default();
        head == LOCAL || head == super::CENTRAL || head == *b"PK\x06\x06" || head == *b"PK\x05\x06"
    };
    [16_u64, 24, 12, 20]
        .into_iter()
        .find(|length| next(*length))
        .unwrap_or(0)
}

/// Looks for local headers in bytes that no entry covers.
fn search(
    source: &dyn ReadAt,
    start: u64,
    end: u64,
    limits: &Limits,
    budget: &mut u64,
    facts: &mut ZipFacts,
) {
    let mut position = start;
    let mut unexplained = 0_u64;
    while position < end {
        let wanted = end.saturating_sub(position).min(1 << 20).min(*budget);
        let chunk = source
            .bytes_at(position, usize::try_from(wanted).unwrap_or(0))
            .unwrap_or_default();
        *budget = budget.saturating_sub(chunk.len() as u64);
        if chunk.is_empty() {
            facts.problem(
                position,
                ProblemKind::Limit("searched bytes between members"),
            );
            break;
        }
        let found = memchr::memmem::find(&chunk, &LOCAL)
            .and_then(|place| position.checked_add(place as u64))
            .and_then(|offset| read(source, offset));
        let Some(mut local) = found else {
            // Keep three bytes so that a signature across two chunks is seen.
            let whole = chunk.len() as u64;
            let last = position.saturating_add(whole) >= end;
            let step = if last {
                whole
            } else {
                whole.saturating_sub(3).max(1)
            };
            unexplained = unexplained.saturating_add(step);
            position = position.saturating_add(step);
            continue;
        };
        let header = local.entry.header_offset;
        unexplained = unexplained.saturating_add(header.saturating_sub(position));
        let data_start = local.entry.data_start.unwrap_or(header);
        if !local.has_sizes {
            local.entry.compressed_bytes = end.saturating_sub(data_start);
        }
        let body_end = data_start
            .saturating_add(local.entry.compressed_bytes)
            .min(end);
        facts.problem(
            header,
            ProblemKind::Unlisted {
                name: local.entry.name.clone(),
            },
        );
        if facts.entries.len() as u64 >= limits.members {
            facts.problem(header, ProblemKind::Limit("members"));
            break;
        }
        facts.entries.push(local.entry);
        position = body_end.max(header.saturating_add(4));
    }
    if unexplained > 0 && start >= facts.shift {
        facts.problem(start, ProblemKind::Gap { bytes: unexplained });
    }
}
