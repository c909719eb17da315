//! A document made to fit the schema of some version. What the schema has no place for is left
//! out, and all that could not stay as it was is listed.

mod adapt;
mod repair;
mod walk;

use std::collections::HashSet;

use serde_json::{Map, Value};
use waybill_domain::bill::{AlterationKind, Alterations};

use self::walk::Walk;
use super::schema::{Schema, SpecVersion};
use crate::bill::{BillError, BillLimits};

/// References that lead to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dangling {
    /// Stay as they are, unless what they led to was left out here.
    Stay,
    /// Are left out.
    Drop,
}

/// A document of the version asked for, and what became of the rest.
pub(crate) struct Fitted {
    pub(crate) members: Map<String, Value>,
    pub(crate) alterations: Alterations,
}

/// What refers to what was left out may go itself, and so may what refers to that; this often.
const MOST_ROUNDS: usize = 64;

/// Makes a document fit a version.
pub(crate) fn fitted(
    mut members: Map<String, Value>,
    version: SpecVersion,
    dangling: Dangling,
    limits: &BillLimits,
) -> Result<Fitted, BillError> {
    let schema = Schema::of(version)?;
    let same = members.get("specVersion").and_then(Value::as_str) == Some(version.as_str());
    let mut outer = Alterations::default();
    head(&mut members, version, schema.root());
    // A signature is over the document as it was.
    if !same && members.shift_remove("signature").is_some() {
        outer.add("/signature".to_owned(), AlterationKind::Dropped, None, 1);
    }
    let document = Value::Object(members);
    let mut before = HashSet::new();
    references(&document, &mut before);
    let mut gone: HashSet<String> = HashSet::new();
    for _ in 0..MOST_ROUNDS {
        let dead = |reference: &str| match dangling {
            Dangling::Stay => gone.contains(reference),
            Dangling::Drop => {
                gone.contains(reference)
                    || !(before.contains(reference) || reference.starts_with("urn:cdx:"))
            }
        };
        let mut walk = Walk::new(schema.root(), version, &dead);
        let Some(Value::Object(made)) = walk.document(&document) else {
            return Err(BillError::Unrecognised(format!(
                "the document cannot be put into CycloneDX {version}"
            )));
        };
        let mut alterations = outer.clone();
        walk.log.into_alterations(&mut alterations);
        let made = repair::repaired(made, limits, &mut alterations)?;
        let mut after = HashSet::new();
        references(&made, &mut after);
        let lost: Vec<String> = before
            .iter()
            .filter(|reference| !after.contains(*reference) && !gone.contains(*reference))
            .cloned()
            .collect();
        if lost.is_empty() {
            let Value::Object(members) = made else {
                return Err(BillError::Unrecognised(
                    "the document is no object".to_owned(),
                ));
            };
            return Ok(Fitted {
                members,
                alterations,
            });
        }
        gone.extend(lost);
    }
    Err(BillError::Unrecognised(format!(
        "what refers to what is left out in CycloneDX {version} nests too deeply"
    )))
}

/// Says at the start of the document which version it is of.
fn head(members: &mut Map<String, Value>, version: SpecVersion, root: &Value) {
    let named = root
        .pointer("/properties/$schema/enum/0")
        .and_then(Value::as_str)
        .map_or_else(
            || format!("http://cyclonedx.org/schema/bom-{version}.schema.json"),
            ToOwned::to_owned,
        );
    let mut first = Map::new();
    first.insert("$schema".to_owned(), named.into());
    first.insert("bomFormat".to_owned(), "CycloneDX".into());
    first.insert("specVersion".to_owned(), version.as_str().into());
    for (key, value) in std::mem::take(members) {
        if !first.contains_key(&key) {
            first.insert(key, value);
        }
    }
    *members = first;
}

/// Each `bom-ref` of a document. Recursion ends with the depth that the document was allowed.
pub(crate) fn references(value: &Value, found: &mut HashSet<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                references(item, found);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "bom-ref" => {
                        found.insert(text.clone());
                    }
                    _ if key == "signature" => {}
                    value => references(value, found),
                }
            }
        }
        _ => {}
    }
}
