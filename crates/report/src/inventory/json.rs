use serde_json::{Map, Value};
use waybill_domain::inventory::Inventory;

use crate::json::pretty;
use crate::render::Rendered;

const SCHEMA_ID: &str = "https://waybill.example/schemas/inventory-1.json";

pub(super) fn render(inventory: &Inventory) -> Rendered {
    pretty(inventory)
}

/// The JSON Schema (2020-12) of the `json` view, made from the types.
#[must_use]
pub fn inventory_schema() -> Value {
    let generated = schemars::schema_for!(Inventory).to_value();
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), SCHEMA_ID.into());
    schema.insert("title".into(), "Waybill inventory, version 1".into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}
