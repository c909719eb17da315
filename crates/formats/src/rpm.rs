//! Databases of installed RPM packages.
//!
//! Three forms hold the same records: SQLite (`rpmdb.sqlite`, since RPM 4.16), `ndb` (`Packages.db`,
//! SUSE), and the hash tables of Berkeley DB (`Packages`, older). A record is a header, as in a
//! package file without its lead: <https://rpm-software-management.github.io/rpm/manual/format_header.html>.
//! The first two are read. Of the third it is only said that it is there.

pub mod file;
mod header;
mod ndb;
mod sqlite;

#[cfg(test)]
mod tests;

use crate::{Limits, ReadAt};

/// An installed package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RpmPackage {
    /// Name.
    pub name: String,
    /// Version, without epoch and release.
    pub version: String,
    /// Release.
    pub release: String,
    /// Epoch, if there is one.
    pub epoch: Option<u32>,
    /// Architecture.
    pub architecture: Option<String>,
    /// Licence as written.
    pub licence: Option<String>,
    /// Organisation that the package names as the one that distributes it.
    pub distributor: Option<String>,
    /// Home page.
    pub homepage: Option<String>,
    /// File name of the source package.
    pub source_package: Option<String>,
    /// One line about it.
    pub summary: Option<String>,
    /// Names of what it provides.
    pub provides: Vec<String>,
    /// Names of what it requires, those of RPM's own features left out.
    pub requires: Vec<String>,
}

/// What a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RpmDatabase {
    /// Packages in the order of the database.
    pub packages: Vec<RpmPackage>,
    /// What could not be read, as lowercase fragments.
    pub unread: Vec<String>,
}

impl RpmDatabase {
    /// Adds the package of a header, or says that it could not be read.
    fn take(&mut self, blob: &[u8]) {
        match header::package(blob) {
            Some(package) => self.packages.push(package),
            None => self.refuse("a record is not the header of a package"),
        }
    }

    fn refuse(&mut self, reason: &str) {
        if self.unread.len() < 1000 {
            self.unread.push(reason.to_owned());
        }
    }
}

/// Reads a database, whichever form it has; `None` if it is none of them.
#[must_use]
pub fn read(source: &dyn ReadAt, limits: &Limits) -> Option<RpmDatabase> {
    let head = source.bytes_at(0, 100).ok()?;
    let mut database = RpmDatabase::default();
    if head.starts_with(b"SQLite format 3\0") {
        sqlite::read(source, &head, limits, &mut database);
    } else if head.starts_with(b"RpmP") {
        ndb::read(source, limits, &mut database);
    } else if is_berkeley(&head) {
        database.refuse("a database of Berkeley DB is not read");
    } else {
        return None;
    }
    Some(database)
}

/// The magic number of a hash table or tree stands at offset 12, in the byte order of the writer.
fn is_berkeley(head: &[u8]) -> bool {
    let magic = head.get(12..16).unwrap_or_default();
    [0x0006_1561_u32, 0x0005_3162]
        .iter()
        .any(|known| magic == known.to_le_bytes() || magic == known.to_be_bytes())
}

/// A number out of bytes, most significant first.
fn big(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(
        bytes
            .iter()
            .fold(0, |value, byte| (value << 8) | u64::from(*byte)),
    )
}

/// A number out of bytes, least significant first.
fn little(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
