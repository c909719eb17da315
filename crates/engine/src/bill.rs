//! The verb `bom`: bills written from an inventory.

use waybill_domain::inventory::Inventory;
use waybill_inventory::bill::{CycloneDxVersion, WriteOptions};
use waybill_inventory::spdx::Written;
use waybill_inventory::{cyclonedx, spdx};

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
