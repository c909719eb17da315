//! The references of several bills, each leading where it led before.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use waybill_domain::bill::{AlterationKind, Alterations};

use crate::cyclonedx::{fitting::references, refers};

/// Stands where a reference led to nothing, so that another bill's name cannot catch it. Nothing
/// is ever called that.
const NOWHERE: &str = "\u{0}nowhere";

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names {
    /// All names of all bills: none of them is given to something else.
    reserved: HashSet<String>,
    assigned: HashSet<String>,
    /// The number to try next for a name that is taken.
    next: HashMap<String, u64>,
    /// For each bill its names and what they are now.
    bills: Vec<Bill>,
}

#[derive(Default)]
struct Bill {
    now: HashMap<String, String>,
    renamed: u64,
    /// `urn:cdx:<uuid>/<version>`: how others refer to it.
    link: Option<String>,
}

impl Names {
    /// Takes note of all names of a bill.
    pub(super) fn reserve(&mut self, members: &Map<String, Value>) {
        for value in members.values() {
            references(value, &mut self.reserved);
        }
    }

    /// A name that nothing has, made from one that is taken.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let mut number = self.next.get(wish).copied().unwrap_or(2);
        let mut name = wish.to_owned();
        while self.reserved.contains(&name)
            || self.assigned.contains(&name)
            || name.starts_with("urn:cdx:")
        {
            name = format!("{wish}~{number}");
            number = number.saturating_add(1);
            if name.starts_with("urn:cdx:") {
                name = format!("ref-{number}");
            }
        }
        self.next.insert(wish.to_owned(), number);
        self.assigned.insert(name.clone());
        name
    }

    /// Names everything that a bill declares.
    pub(super) fn declare(&mut self, members: &mut Map<String, Value>, log: &mut Alterations) {
        let text = |key: &str| members.get(key).and_then(Value::as_str);
        let link = text("serialNumber")
            .and_then(|serial| serial.strip_prefix("urn:uuid:"))
            .map(|uuid| {
                let version = members.get("version").and_then(Value::as_u64).unwrap_or(1);
                format!("urn:cdx:{uuid}/{version}")
            });
        let mut bill = Bill {
            link,
            ..Bill::default()
        };
        let mut rename = |name: &str| {
            let first = !bill.now.contains_key(name);
            let now = if first && !name.starts_with("urn:cdx:") && !self.assigned.contains(name) {
                self.assigned.insert(name.to_owned());
                name.to_owned()
            } else {
                bill.renamed = bill.renamed.saturating_add(1);
                self.fresh(name)
            };
            if first {
                bill.now.insert(name.to_owned(), now.clone());
            }
            (now != name).then_some(now)
        };
        rewrite(members, log, &mut |place, text| {
            if place.key == "bom-ref" {
                rename(text)
            } else {
                None
            }
        });
        self.bills.push(bill);
    }

    /// Leads the references of a bill to the new names.
    pub(super) fn follow(
        &self,
        index: usize,
        members: &mut Map<String, Value>,
        log: &mut Alterations,
    ) {
        let Some(bill) = self.bills.get(index) else {
            return;
        };
        rewrite(members, log, &mut |place, text| {
            if place.key == "bom-ref" || !refers(place.top, place.key) {
                return None;
            }
            if text.starts_with("urn:cdx:") {
                return self.linked(text);
            }
            match bill.now.get(text) {
                Some(now) => (now != text).then(|| now.clone()),
                None => Some(NOWHERE.to_owned()),
            }
        });
    }

    /// A link to another of the bills leads to what is in the same bill now.
    fn linked(&self, text: &str) -> Option<String> {
        let (document, element) = text.split_once('#')?;
        let document = document.to_ascii_lowercase();
        let bill = self
            .bills
            .iter()
            .find(|bill| bill.link.as_ref().is_some_and(|link| *link == document))?;
        bill.now.get(&decoded(element)).cloned()
    }

    pub(super) fn renamed(&self, index: usize) -> u64 {
        self.bills.get(index).map_or(0, |bill| bill.renamed)
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Names that came to stand for the same thing as another.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases(HashMap<String, String>);

impl Aliases {
    pub(super) fn add(&mut self, other: String, first: String) {
        if other != first {
            self.0.insert(other, first);
        }
    }

    fn resolve(&self, name: &str) -> Option<String> {
        let mut now = self.0.get(name)?;
        // Each step leads to an earlier thing; the bound is against a mistake of ours.
        for _ in 0..64 {
            match self.0.get(now) {
                Some(next) => now = next,
                None => break,
            }
        }
        Some(now.clone())
    }

    /// Leads all references to what stands for the same thing.
    pub(super) fn apply(&self, members: &mut Map<String, Value>, log: &mut Alterations) {
        if self.0.is_empty() {
            return;
        }
        rewrite(members, log, &mut |place, text| {
            if place.key == "bom-ref" || !refers(place.top, place.key) {
                return None;
            }
            self.resolve(text)
        });
    }
}

/// Where a text stands.
struct Place<'k> {
    top: &'k str,
    key: &'k str,
}

/// Rewrites texts; what carried a signature over a text that was rewritten loses it. Recursion
/// ends with the depth that the document was allowed.
fn rewrite(
    members: &mut Map<String, Value>,
    log: &mut Alterations,
    with: &mut dyn FnMut(&Place<'_>, &str) -> Option<String>,
) {
    for (top, value) in members.iter_mut() {
        let mut pattern = format!("/{top}");
        rewrite_value(value, top, top, &mut pattern, log, with);
    }
}

fn rewrite_value(
    value: &mut Value,
    top: &str,
    key: &str,
    pattern: &mut String,
    log: &mut Alterations,
    with: &mut dyn FnMut(&Place<'_>, &str) -> Option<String>,
) -> bool {
    match value {
        Value::String(text) => match with(&Place { top, key }, text) {
            Some(now) => {
                *text = now;
                true
            }
            None => false,
        },
        Value::Array(items) => {
            let length = pattern.len();
            pattern.push_str("/*");
            let mut changed = false;
            for item in items {
                changed |= rewrite_value(item, top, key, pattern, log, with);
            }
            pattern.truncate(length);
            changed
        }
        Value::Object(members) => {
            let mut changed = false;
            for (key, value) in members.iter_mut() {
                if key == "signature" {
                    continue;
                }
                let length = pattern.len();
                pattern.push('/');
                pattern.push_str(key);
                changed |= rewrite_value(value, top, key, pattern, log, with);
                pattern.truncate(length);
            }
            if changed && members.shift_remove("signature").is_some() {
                let pointer = format!("{pattern}/signature");
                log.add(pointer, AlterationKind::Dropped, None, 1);
            }
            changed
        }
        _ => false,
    }
}
