//! A header: number of entries, number of bytes, entries of four numbers, then the bytes.

use super::{RpmPackage, big};

const NAME: u64 = 1000;
const VERSION: u64 = 1001;
const RELEASE: u64 = 1002;
const EPOCH: u64 = 1003;
const SUMMARY: u64 = 1004;
const DISTRIBUTOR: u64 = 1011;
const LICENCE: u64 = 1014;
const HOMEPAGE: u64 = 1020;
const ARCHITECTURE: u64 = 1022;
const SOURCE_PACKAGE: u64 = 1044;
const PROVIDES: u64 = 1047;
const REQUIRES: u64 = 1049;

/// Most names that are taken out of one list.
const NAMES: u64 = 100_000;

/// The package that a header describes; `None` if it has no name.
pub(super) fn package(blob: &[u8]) -> Option<RpmPackage> {
    let entries = big(blob, 0, 4)?;
    let table_end = entries.checked_mul(16)?.checked_add(8)?;
    let store = blob.get(usize::try_from(table_end).ok()?..)?;
    let mut package = RpmPackage::default();
    let table = blob.get(8..usize::try_from(table_end).ok()?)?;
    let (rows, _) = table.as_chunks::<16>();
    for row in rows {
        let field = |at| big(row, at, 4);
        let (tag, offset, count) = (field(0)?, field(8)?, field(12)?);
        let Some(value) = usize::try_from(offset).ok().and_then(|at| store.get(at..)) else {
            continue;
        };
        let one = || text(value).filter(|text| !text.is_empty() && text != "(none)");
        match tag {
            NAME => package.name = one()?,
            VERSION => package.version = one().unwrap_or_default(),
            RELEASE => package.release = one().unwrap_or_default(),
            EPOCH => package.epoch = big(value, 0, 4).and_then(|value| u32::try_from(value).ok()),
            SUMMARY => package.summary = one(),
            DISTRIBUTOR => package.distributor = one(),
            LICENCE => package.licence = one(),
            HOMEPAGE => package.homepage = one(),
            ARCHITECTURE => package.architecture = one(),
            SOURCE_PACKAGE => package.source_package = one(),
            PROVIDES if package.provides.is_empty() => package.provides = texts(value, count),
            REQUIRES if package.requires.is_empty() => {
                package.requires = texts(value, count);
                package.requires.retain(|name| !name.starts_with("rpmlib("));
            }
            _ => {}
        }
    }
    (!package.name.is_empty()).then_some(package)
}

/// A text that ends with a zero byte.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(bytes.get(..end)?).into_owned())
}

fn texts(bytes: &[u8], count: u64) -> Vec<String> {
    let wanted = usize::try_from(count.min(NAMES)).unwrap_or(0);
    let mut texts: Vec<String> = bytes
        .split(|byte| *byte == 0)
        .take(wanted)
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .filter(|text| !text.is_empty())
        .collect();
    texts.sort();
    texts.dedup();
    texts
}
