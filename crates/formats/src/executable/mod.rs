//! Programs and archives by their validated beginnings, at any offset of other bytes.
//!
//! Weights are arbitrary bytes, so a magic number alone says nothing. Each beginning is read as the
//! loader would read it, as far as it takes to make chance impossible: at least 56 bits have to agree.
//!
//! ELF: System V gABI, chapter 4. PE: Microsoft's PE format. Mach-O: `mach-o/loader.h` and
//! `mach-o/fat.h`. DEX: Android's Dalvik executable format. Zip: APPNOTE 6.3.10, section 4.3.7.

mod header;
mod search;
#[cfg(test)]
mod tests;

pub use header::{HEADER_BYTES, Image};
pub use search::{Hit, find};

use crate::ReadAt;

/// What begins at `offset`, if its header is whole and consistent.
#[must_use]
pub fn at(source: &dyn ReadAt, offset: u64) -> Option<Image> {
    let head = source.bytes_at(offset, HEADER_BYTES).ok()?;
    let image = header::recognise(&head)?;
    (image != Image::Pe || header::portable(&head)).then_some(image)
}
