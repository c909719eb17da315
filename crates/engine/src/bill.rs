//! The verb `bom`: bills written from an inventory, read, judged, compared and held against bytes.

use std::collections::BTreeMap;
use std::path::Path;

use waybill_domain::bill::{BillDiff, Verification};
use waybill_domain::inventory::Inventory;
use waybill_inventory::bill::{
    self, BillError, BillLimits, Converted, CycloneDxVersion, Examined, FileDigests, Merged,
    ReadBill, Snapshot, Whole, WriteOptions,
};
use waybill_inventory::cyclonedx::SpecVersion;
use waybill_inventory::spdx::Written;
use waybill_inventory::{cyclonedx, spdx};

use crate::{ScanError, inventory};

/// The formats in which a bill can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BillFormat {
    /// CycloneDX 1.7 JSON.
    #[default]
    CycloneDx17,
    /// CycloneDX 1.6 JSON.
    CycloneDx16,
    /// SPDX 3.0.1 JSON-LD.
    Spdx301,
    /// SPDX 2.3 JSON.
    Spdx23,
}

/// Writes an inventory as a bill. The gaps are what SPDX demands and nobody knows.
#[must_use]
pub fn write_bill(inventory: &Inventory, format: BillFormat, options: &WriteOptions) -> Written {
    let whole = |version| {
        let options = WriteOptions {
            version,
            ..options.clone()
        };
        Written {
            text: cyclonedx::write(inventory, &options),
            gaps: Vec::new(),
        }
    };
    match format {
        BillFormat::CycloneDx17 => whole(CycloneDxVersion::V1_7),
        BillFormat::CycloneDx16 => whole(CycloneDxVersion::V1_6),
        BillFormat::Spdx301 => spdx::write_3_0_1(inventory, options),
        BillFormat::Spdx23 => spdx::write_2_3(inventory, options),
    }
}

/// A bill could not be read or compared.
#[derive(Debug, thiserror::Error)]
pub enum BillFailure {
    /// The file could not be opened.
    #[error("open `{path}`: {reason}; check that it is a bill in a regular file")]
    Open {
        /// The path as named.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The file is no bill that can be read.
    #[error("use `{path}`")]
    Bill {
        /// The path as named.
        path: String,
        /// Why not.
        #[source]
        source: BillError,
    },
    /// The folder could not be walked.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl BillFailure {
    /// True if the bytes were there and are no bill: it does not hold then.
    #[must_use]
    pub const fn is_no_bill(&self) -> bool {
        matches!(
            self,
            Self::Bill {
                source: BillError::Malformed { .. } | BillError::Unrecognised(_),
                ..
            }
        )
    }

    /// True if the bill exceeds a limit: it was not examined to its end then.
    #[must_use]
    pub const fn exceeds_limit(&self) -> bool {
        matches!(
            self,
            Self::Bill {
                source: BillError::Limit { .. },
                ..
            }
        )
    }
}

/// Reads and judges a bill.
///
/// # Errors
/// [`BillFailure`] if the file cannot be opened or is no bill.
pub fn check_bill(path: &Path) -> Result<Examined, BillFailure> {
    bill::examine(&mut open(path)?, &BillLimits::default()).map_err(|source| refused(path, source))
}

/// Reads a bill as an inventory.
///
/// # Errors
/// [`BillFailure`] if the file cannot be opened or is no bill.
pub fn read_bill(path: &Path) -> Result<ReadBill, BillFailure> {
    read(path)
}

/// Compares two bills.
///
/// # Errors
/// [`BillFailure`] if one cannot be opened or is no bill.
pub fn diff_bills(old: &Path, new: &Path) -> Result<BillDiff, BillFailure> {
    Ok(bill::diff(&snapshot(old)?, &snapshot(new)?))
}

fn snapshot(path: &Path) -> Result<Snapshot, BillFailure> {
    Snapshot::read(&mut open(path)?, &BillLimits::default()).map_err(|source| refused(path, source))
}

/// Holds a bill against the bytes of a folder.
///
/// # Errors
/// [`BillFailure`] if the bill cannot be read or the folder cannot be walked.
pub fn verify_bill(bill: &Path, folder: &Path) -> Result<Verification, BillFailure> {
    let read = read(bill)?;
    let named = bill::named_files(&read.inventory);
    let files = inventory::digests(folder, &|path| named.contains_key(path))?;
    Ok(bill::verify(&read.inventory, &files))
}

/// Puts a bill into another format or version.
///
/// # Errors
/// [`BillFailure`] if the file cannot be opened, is no bill, or nothing of it fits the target.
pub fn convert_bill(
    path: &Path,
    target: BillFormat,
    options: &WriteOptions,
) -> Result<Converted, BillFailure> {
    let target = match target {
        BillFormat::CycloneDx17 => bill::Target::CycloneDx(SpecVersion::V1_7),
        BillFormat::CycloneDx16 => bill::Target::CycloneDx(SpecVersion::V1_6),
        BillFormat::Spdx301 => bill::Target::Spdx301,
        BillFormat::Spdx23 => bill::Target::Spdx23,
    };
    bill::convert(&mut open(path)?, target, options, &BillLimits::default())
        .map_err(|source| refused(path, source))
}

/// Makes one bill of several.
///
/// # Errors
/// [`BillFailure`] if one cannot be opened or is no bill.
pub fn merge_bills(
    paths: &[std::path::PathBuf],
    whole: &Whole,
    options: &WriteOptions,
) -> Result<Merged, BillFailure> {
    let mut readers = paths
        .iter()
        .map(|path| open(path))
        .collect::<Result<Vec<_>, _>>()?;
    let inputs = paths
        .iter()
        .zip(&mut readers)
        .map(|(path, reader)| bill::Input {
            label: name(path),
            reader,
        });
    bill::merge(inputs.collect(), whole, options, &BillLimits::default()).map_err(|source| {
        BillFailure::Bill {
            path: paths
                .iter()
                .map(|path| name(path))
                .collect::<Vec<_>>()
                .join("`, `"),
            source,
        }
    })
}

fn name(path: &Path) -> String {
    crate::walk::readable(path.as_os_str().as_encoded_bytes())
}

fn refused(path: &Path, source: BillError) -> BillFailure {
    BillFailure::Bill {
        path: name(path),
        source,
    }
}

fn open(path: &Path) -> Result<std::io::BufReader<std::fs::File>, BillFailure> {
    let failed = |error: std::io::Error| BillFailure::Open {
        path: name(path),
        reason: error.to_string(),
    };
    let file = crate::bytes::open_at_once(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(std::io::Error::other("it is not a regular file")));
    }
    Ok(std::io::BufReader::with_capacity(1 << 20, file))
}

fn read(path: &Path) -> Result<ReadBill, BillFailure> {
    bill::read(&mut open(path)?, &BillLimits::default()).map_err(|source| refused(path, source))
}

/// What is known of the files of a folder.
pub(crate) type Digested = BTreeMap<String, FileDigests>;
