//! Citations point at places; the places have moved.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    gathered::{ROOT, Slots},
    references::Aliases,
    unite::nameless,
};
use crate::{bill::json::push_step, cyclonedx::digest};

/// Stands between the number of the bill and the pointer into it.
const MARK: char = '\u{0}';

/// Writes into the pointers of a citation which bill they lead into. What is cited by JSONPath is
/// not followed.
pub(super) fn mark(citation: &mut Value, bill: usize) {
    for key in ["pointers", "expressions"] {
        if let Some(Value::Array(pointers)) = citation.get_mut(key) {
            for pointer in pointers {
                if let Value::String(text) = pointer {
                    *text = format!("{bill}{MARK}{text}");
                }
            }
        }
    }
}

/// Leads the pointers to where things are now, and leaves out those whose place is gone or says
/// something else now. Returns how many those are.
pub(super) fn remapped(
    document: &mut Map<String, Value>,
    originals: &[Option<Map<String, Value>>],
    slots: &Slots,
    aliases: &Aliases,
) -> u64 {
    let Some(Value::Array(mut citations)) = document.shift_remove("citations") else {
        return 0;
    };
    let originals: Vec<Option<Map<String, Value>>> = originals
        .iter()
        .map(|original| {
            let mut original = original.clone()?;
            aliases.apply(
                &mut original,
                &mut waybill_domain::bill::Alterations::default(),
            );
            Some(original)
        })
        .collect();
    let mut gone: u64 = 0;
    citations.retain_mut(|citation| {
        let Value::Object(members) = citation else {
            return false;
        };
        if let Some(Value::Array(expressions)) = members.get("expressions") {
            gone = gone.saturating_add(expressions.len() as u64);
            return false;
        }
        let Some(Value::Array(pointers)) = members.get_mut("pointers") else {
            return false;
        };
        pointers.retain_mut(|pointer| {
            let now = pointer.as_str().and_then(|text| {
                let (bill, text) = text.split_once(MARK)?;
                let bill: usize = bill.parse().ok()?;
                let original = originals.get(bill)?.as_ref()?;
                followed(text, bill, original, document, slots)
            });
            match now {
                Some(now) => {
                    *pointer = now.into();
                    true
                }
                None => {
                    gone = gone.saturating_add(1);
                    false
                }
            }
        });
        !pointers.is_empty()
    });
    // The same said by two bills of what is the same.
    let mut said = HashSet::new();
    citations.retain(|citation| said.insert(digest(citation)));
    if !citations.is_empty() {
        document.insert("citations".to_owned(), Value::Array(citations));
    }
    gone
}

fn followed(
    pointer: &str,
    bill: usize,
    original: &Map<String, Value>,
    document: &Map<String, Value>,
    slots: &Slots,
) -> Option<String> {
    let mut steps: Vec<String> = pointer
        .strip_prefix('/')?
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let mut now = String::new();
    let first = steps.first()?.clone();
    let second = steps.get(1).cloned();
    let (mut old, mut new);
    let listed = match (first.as_str(), second.as_deref()) {
        ("metadata", Some("component")) => {
            old = original.get("metadata")?.get("component")?;
            Some(("components", *slots.get(&(bill, ROOT.to_owned(), 0))?))
        }
        ("components" | "services", Some(index)) => {
            let index: usize = index.parse().ok()?;
            old = original.get(&first)?.get(index)?;
            let slot = *slots.get(&(bill, first.clone(), index))?;
            Some((first.as_str(), slot))
        }
        _ => {
            old = original.get(&first)?;
            None
        }
    };
    if let Some((list, slot)) = listed {
        new = document.get(list)?.get(slot)?;
        push_step(&mut now, list);
        push_step(&mut now, &slot.to_string());
        steps.drain(..2);
    } else {
        new = document.get(&first)?;
        push_step(&mut now, &first);
        steps.drain(..1);
    }
    for step in &steps {
        match (old, new) {
            (Value::Object(from), Value::Object(to)) => {
                (old, new) = (from.get(step)?, to.get(step)?);
                push_step(&mut now, step);
            }
            (Value::Array(from), Value::Array(to)) => {
                let index: usize = step.parse().ok()?;
                old = from.get(index)?;
                let index = place(old, index, to)?;
                new = to.get(index)?;
                push_step(&mut now, &index.to_string());
            }
            _ => return None,
        }
    }
    let holds = |value: &Value| value.is_object() || value.is_array();
    (old == new || (holds(old) && holds(new))).then_some(now)
}

/// Where an item is now: where it was, or elsewhere among the first of the list.
fn place(item: &Value, index: usize, list: &[Value]) -> Option<usize> {
    const MOST_LOOKED_AT: usize = 1024;
    let wanted = nameless(item);
    let same = |other: &Value| nameless(other) == wanted;
    if list.get(index).is_some_and(same) {
        return Some(index);
    }
    list.iter().take(MOST_LOOKED_AT).position(same)
}
