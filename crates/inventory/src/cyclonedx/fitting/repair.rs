//! The last word has the schema: what it still refuses is left out.

use serde_json::{Map, Value};
use waybill_domain::bill::{AlterationKind, Alterations, Problem, ProblemKind};

use super::super::schema::{Schema, SpecVersion};
use crate::bill::{BillError, BillLimits, faults, json::push_step};

/// Leaving something out may lay bare another fault, at most as often as values nest.
const ROUNDS: usize = 40;

/// The document without what its schema refuses.
pub(super) fn repaired(
    members: Map<String, Value>,
    limits: &BillLimits,
    alterations: &mut Alterations,
) -> Result<Value, BillError> {
    let version = members
        .get("specVersion")
        .and_then(Value::as_str)
        .and_then(SpecVersion::parse)
        .ok_or_else(|| BillError::Unrecognised("it has no `specVersion`".to_owned()))?;
    let mut document = Value::Object(members);
    for _ in 0..ROUNDS.min(limits.depth) {
        let faults = faults(&document, version)?;
        if faults.is_empty() {
            return Ok(document);
        }
        let mut places: Vec<Vec<Step>> = faults.iter().map(|fault| steps(&fault.pointer)).collect();
        // The last first, so that indices stay true; what holds before what is held.
        places.sort_by(|left, right| right.cmp(left));
        places.dedup();
        for place in places {
            if remove(&mut document, &place) {
                alterations.add(pattern(&place), AlterationKind::Dropped, None, 1);
            }
        }
    }
    Err(BillError::Unrecognised(format!(
        "the document cannot be put into CycloneDX {version}"
    )))
}

fn faults(document: &Value, version: SpecVersion) -> Result<Vec<Problem>, BillError> {
    let schema = Schema::of(version)?;
    let Some(members) = document.as_object() else {
        return Ok(Vec::new());
    };
    let mut skeleton = Map::new();
    let mut found = Vec::new();
    for (key, value) in members {
        let (Value::Array(items), Some(validator)) = (value, schema.elements(key)?) else {
            skeleton.insert(key.clone(), value.clone());
            continue;
        };
        skeleton.insert(key.clone(), Value::Array(Vec::new()));
        for (index, item) in items.iter().enumerate() {
            found.extend(faults::faults(&validator, item, &format!("/{key}/{index}")));
        }
    }
    found.extend(faults::faults(
        schema.document()?,
        &Value::Object(skeleton),
        "",
    ));
    found.retain(|fault| fault.kind == ProblemKind::Schema);
    Ok(found)
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Index(usize),
    Key(String),
}

fn steps(pointer: &str) -> Vec<Step> {
    pointer
        .split('/')
        .skip(1)
        .map(|step| match step.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(step.replace("~1", "/").replace("~0", "~")),
        })
        .collect()
}

fn remove(document: &mut Value, place: &[Step]) -> bool {
    let Some((last, way)) = place.split_last() else {
        return false;
    };
    let mut at = document;
    for step in way {
        let next = match (at, step) {
            (Value::Array(items), Step::Index(index)) => items.get_mut(*index),
            (Value::Object(members), Step::Key(key)) => members.get_mut(key),
            (Value::Object(members), Step::Index(index)) => members.get_mut(&index.to_string()),
            _ => None,
        };
        let Some(next) = next else {
            return false;
        };
        at = next;
    }
    match (at, last) {
        (Value::Array(items), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        (Value::Object(members), Step::Key(key)) => members.shift_remove(key).is_some(),
        (Value::Object(members), Step::Index(index)) => {
            members.shift_remove(&index.to_string()).is_some()
        }
        _ => false,
    }
}

fn pattern(place: &[Step]) -> String {
    let mut pattern = String::new();
    for step in place {
        match step {
            Step::Index(_) => pattern.push_str("/*"),
            Step::Key(key) => push_step(&mut pattern, key),
        }
    }
    pattern
}
