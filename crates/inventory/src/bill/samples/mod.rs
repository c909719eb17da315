//! Inventories to write in tests: one with everything, and arbitrary ones.

mod arbitrary;
mod rich;

pub(crate) use arbitrary::{any_inventory, arbitrary};
pub(crate) use rich::rich;

use waybill_domain::{
    Tool,
    inventory::{INVENTORY_SCHEMA, Inventory, InventorySummary, Subject},
};

/// An inventory of nothing.
pub(crate) fn empty() -> Inventory {
    Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        tool: Tool {
            name: "waybill".to_owned(),
            version: "0.1.0".to_owned(),
            rules: format!("sha256:{}", "0".repeat(64)),
        },
        subject: Subject {
            name: "acme-assistant".to_owned(),
            ..Subject::default()
        },
        components: Vec::new(),
        suppliers: Vec::new(),
        relations: Vec::new(),
        findings: Vec::new(),
        unread: Vec::new(),
        summary: InventorySummary::default(),
    }
}
