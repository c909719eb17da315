use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use waybill_domain::inventory::{ComponentId, Inventory};

use crate::bill::{WriteOptions, fit};

/// Longer names are replaced by their digest.
const NAME_LIMIT: usize = 240;

/// The identifiers of the elements of a document. The same inventory always has the same ones.
#[derive(Debug)]
pub(super) struct Ids<'a> {
    /// What every identifier starts with; itself an identifier of the document.
    pub(super) namespace: String,
    names: Vec<String>,
    by_id: HashMap<&'a ComponentId, usize>,
    prefix: String,
}

impl<'a> Ids<'a> {
    /// `escape` makes a valid part of an identifier out of any text.
    pub(super) fn new(
        inventory: &'a Inventory,
        namespace: String,
        prefix: String,
        escape: fn(&str) -> String,
    ) -> Self {
        let mut taken = HashSet::new();
        let mut names = Vec::with_capacity(inventory.components.len());
        let mut by_id = HashMap::new();
        for (place, component) in inventory.components.iter().enumerate() {
            let wanted = format!(
                "{prefix}component-{}",
                shortened(component.id.as_str(), escape)
            );
            let mut name = wanted.clone();
            if !taken.insert(name.clone()) {
                // Escaping may make two ids alike; the place tells them apart.
                name = format!("{wanted}-at-{place}");
                while !taken.insert(name.clone()) {
                    name.push('x');
                }
            }
            names.push(name);
            by_id.entry(&component.id).or_insert(place);
        }
        Self {
            namespace,
            names,
            by_id,
            prefix,
        }
    }

    /// The identifier of something that there is one of, or that is numbered.
    pub(super) fn own(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The identifier of the component at a place of the inventory.
    pub(super) fn at(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// The place of a component in the inventory.
    pub(super) fn place(&self, id: &ComponentId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The identifier of a component, or of the subject.
    pub(super) fn of(&self, id: &ComponentId) -> Option<String> {
        if *id == ComponentId::subject() {
            return Some(self.own("subject"));
        }
        let place = *self.by_id.get(id)?;
        Some(self.at(place).to_owned())
    }
}

/// The namespace of a document: that of the options if it is an absolute URL, else made from the
/// content.
pub(super) fn namespace(inventory: &Inventory, options: &WriteOptions, format: &str) -> String {
    let digest = digest(&format!("{format} {}", fit::content_digest(inventory)));
    let given = options.namespace.as_deref().and_then(fit::link);
    match given.filter(|url| !url.contains('#')) {
        Some(url) => format!("{}/{digest}", url.trim_end_matches('/')),
        None => format!("urn:spdx.dev:waybill-{digest}"),
    }
}

/// A text as part of an identifier.
pub(super) fn shortened(text: &str, escape: fn(&str) -> String) -> String {
    let escaped = escape(text);
    if escaped.len() <= NAME_LIMIT && !escaped.is_empty() {
        escaped
    } else {
        format!("sha256-{}", digest(text))
    }
}

/// The first half of a text's digest, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
