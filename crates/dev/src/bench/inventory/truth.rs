//! What the made-up application is made of, and which of it an inventory holds.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::collections::BTreeSet;

use crate::sample::Described;
use waybill_domain::inventory::{Component, Inventory, Pin, Role};

/// The file beside the tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Truth {
    /// Made by [`crate::sample`].
    #[serde(rename = "artifacts")]
    _artifacts: Vec<Described>,
    #[serde(rename = "item")]
    pub(super) items: Vec<Item>,
}

/// One component that is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) group: String,
    role: Vec<Role>,
    pub(super) name: String,
    version: Option<String>,
    pin: Option<Pin>,
    #[serde(default)]
    remote: bool,
    /// For the outputs of other tools.
    text: Option<String>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Missed,
    /// Found, but with another role.
    Mistaken,
    /// Found, but pinned or versioned otherwise, or its own code not noticed.
    Misjudged,
    Found,
}

impl Truth {
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("read truth.toml")
    }

    /// What became of every item, and the components that no item stands for.
    pub(super) fn judge(&self, inventory: &Inventory) -> (Vec<Outcome>, Vec<String>) {
        let mut explained = BTreeSet::new();
        let outcomes = self
            .items
            .iter()
            .map(|item| {
                let (outcome, components) = item.judge(inventory);
                explained.extend(components);
                outcome
            })
            .collect();
        let invented = inventory
            .components
            .iter()
            .enumerate()
            .filter(|(index, _)| !explained.contains(index))
            .map(|(_, component)| format!("{} {}", component.role.as_str(), component.id))
            .collect();
        (outcomes, invented)
    }
}

impl Item {
    /// The expression that finds it in what another tool prints.
    pub(super) fn expression(&self) -> String {
        match &self.text {
            Some(text) => text.clone(),
            None => regex::escape(self.name.rsplit('/').next().unwrap_or(&self.name)),
        }
    }

    fn judge(&self, inventory: &Inventory) -> (Outcome, Vec<usize>) {
        let named: Vec<(usize, &Component)> = inventory
            .components
            .iter()
            .enumerate()
            .filter(|(_, component)| self.names(component))
            .collect();
        let of_role: Vec<_> = named
            .iter()
            .filter(|(_, component)| self.role.contains(&component.role))
            .copied()
            .collect();
        if of_role.is_empty() {
            let outcome = if named.is_empty() {
                Outcome::Missed
            } else {
                Outcome::Mistaken
            };
            return (outcome, Vec::new());
        }
        let right: Vec<_> = of_role
            .iter()
            .filter(|(_, component)| self.agrees(component))
            .map(|(index, _)| *index)
            .collect();
        if right.is_empty() {
            let all = of_role.iter().map(|(index, _)| *index).collect();
            (Outcome::Misjudged, all)
        } else {
            (Outcome::Found, right)
        }
    }

    fn names(&self, component: &Component) -> bool {
        let wanted = self.name.to_lowercase();
        let path = component.path.as_deref().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        [&component.full_name(), &component.name, last]
            .iter()
            .any(|name| name.to_lowercase() == wanted)
            || component
                .service
                .as_ref()
                .is_some_and(|service| service.host.as_deref() == Some(self.name.as_str()))
    }

    fn agrees(&self, component: &Component) -> bool {
        let version = self
            .version
            .as_ref()
            .is_none_or(|version| component.version.as_ref() == Some(version));
        let pin = self.pin.is_none() || component.pin == self.pin;
        version && pin && (!self.remote || component.remote_code == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_the_sample_s_items_elsewhere_can_be_read() -> Result<()> {
        let truth = Truth::parse(include_str!("../../../data/sample/truth.toml"))?;
        let read: Result<Vec<_>, _> = truth
            .items
            .iter()
            .map(|item| regex::Regex::new(&item.expression()))
            .collect();
        assert_eq!(read?.len(), truth.items.len());
        Ok(())
    }
}
