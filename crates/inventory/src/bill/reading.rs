use std::io::{Cursor, Read};

use waybill_domain::{
    bill::{DocumentFacts, Elements, Problems, Unmapped},
    inventory::Inventory,
};

use super::{BillError, BillLimits, elements, purpose::Purpose};
use crate::{cyclonedx, spdx};

/// A bill that was read.
#[derive(Debug)]
pub struct ReadBill {
    /// What it says about itself, its format and version among it.
    pub document: DocumentFacts,
    /// What it lists.
    pub inventory: Inventory,
    /// What is wrong with it.
    pub problems: Problems,
    /// What it says that an inventory has no place for.
    pub unmapped: Unmapped,
}

/// A bill that was judged, and what is left of it then.
#[derive(Debug)]
pub struct Examined {
    /// What it says about itself, its format and version among it.
    pub document: DocumentFacts,
    /// What is wrong with it.
    pub problems: Problems,
    /// Which elements of the known lists it has.
    pub elements: Elements,
    /// How many components it lists.
    pub components: u64,
    /// How many relations it states between them.
    pub relations: u64,
}

/// Judges a bill of any format that [`read`] reads, without keeping what it says: of a big bill a
/// fraction of the memory is needed.
///
/// # Errors
///
/// As [`read`].
pub fn examine(reader: &mut dyn Read, limits: &BillLimits) -> Result<Examined, BillError> {
    let bill = read_for(reader, limits, Purpose::Judgement)?;
    let elements = elements(&bill);
    Ok(Examined {
        components: bill.inventory.components.len() as u64,
        relations: bill.inventory.relations.len() as u64,
        document: bill.document,
        problems: bill.problems,
        elements,
    })
}

/// Bytes that are enough to tell the format.
const SNIFF_BYTES: u64 = 64 << 10;

/// Reads and judges a bill of any format: CycloneDX 1.2 to 1.7 in JSON or XML, SPDX 2.2 and 2.3 in
/// JSON or as tags and values, SPDX 3.0 in JSON-LD. The bytes tell which.
///
/// # Errors
///
/// If the bytes cannot be had, are of no such format, or exceed a limit. What is wrong with a bill
/// that could be read is in [`ReadBill::problems`].
pub fn read(reader: &mut dyn Read, limits: &BillLimits) -> Result<ReadBill, BillError> {
    read_for(reader, limits, Purpose::Whole)
}

/// Reads as much of a bill as a purpose needs.
pub(super) fn read_for(
    reader: &mut dyn Read,
    limits: &BillLimits,
    purpose: Purpose,
) -> Result<ReadBill, BillError> {
    let mut start = Vec::new();
    reader.take(SNIFF_BYTES).read_to_end(&mut start)?;
    let text = String::from_utf8_lossy(&start).into_owned();
    let mut whole = Cursor::new(start).chain(reader);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        return cyclonedx::read_xml(&mut whole, limits, purpose);
    }
    if text.starts_with('{') {
        return if is_spdx(text) {
            spdx::read_json(&mut whole, limits, purpose)
        } else {
            cyclonedx::read_json(&mut whole, limits, purpose)
        };
    }
    if text.lines().any(|line| line.starts_with("SPDXVersion:")) {
        return spdx::read_tag_value(&mut whole, limits, purpose);
    }
    Err(BillError::Unrecognised(
        "it is neither JSON, XML nor the tags of SPDX".to_owned(),
    ))
}

/// True if the first of the telling keys is one of SPDX.
pub(super) fn is_spdx(text: &str) -> bool {
    let first = |keys: &[&str]| {
        keys.iter()
            .filter_map(|key| text.find(key))
            .min()
            .unwrap_or(usize::MAX)
    };
    let spdx = first(&[
        "\"spdxVersion\"",
        "\"SPDXID\"",
        "\"@context\"",
        "\"@graph\"",
    ]);
    spdx < first(&["\"bomFormat\"", "\"specVersion\""])
}
