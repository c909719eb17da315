//! Shards that an index or the names of others tell of, and that are not there.

use std::collections::BTreeSet;

use waybill_domain::inventory::{Component, ComponentId, Occurrence};

use super::{
    Folder,
    names::{self, Shard},
    weights::{Weights, grouped},
};
use crate::{draft::Draft, rules, tree::file_name};

/// Compares the index of shards with the shards.
pub(super) fn compare(
    draft: &mut Draft,
    component: &Component,
    folder: &Folder<'_>,
    held: &[Weights<'_>],
) {
    for name in [
        "model.safetensors.index.json",
        "pytorch_model.bin.index.json",
        "diffusion_pytorch_model.safetensors.index.json",
    ] {
        let Some((path, index)) = folder.document(name) else {
            continue;
        };
        let map = index
            .get("weight_map")
            .map(|map| map.entries())
            .unwrap_or_default();
        let mut wanted: Vec<&str> = map
            .iter()
            .filter_map(|(_, _, shard)| shard.text())
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let absent: Vec<&str> = wanted
            .iter()
            .copied()
            .filter(|shard| folder.file(shard).is_none())
            .collect();
        if !absent.is_empty() {
            let message = format!(
                "the index names {} shards, of which {} are missing: {}",
                wanted.len(),
                absent.len(),
                listed(&absent)
            );
            let at = Occurrence::at(path, None);
            draft.note(
                &rules::SHARD_MISSING,
                Some(component.id.clone()),
                Some(at),
                message,
            );
            return;
        }
    }
    for group in grouped(held).values() {
        missing(draft, &component.id, group);
    }
}

/// Compares the numbers in the names of shards with how many there should be.
pub(super) fn missing(draft: &mut Draft, id: &ComponentId, group: &[Weights<'_>]) {
    let shards: Vec<Shard> = group
        .iter()
        .filter_map(|(file, _)| names::shard(file_name(&file.path)))
        .collect();
    let Some(total) = shards.first().and_then(|shard| shard.total) else {
        return;
    };
    let numbers: BTreeSet<u64> = shards.iter().map(|shard| shard.number).collect();
    // Some tools count from nought.
    let start = u64::from(!numbers.contains(&0));
    let there = numbers.range(start..start.saturating_add(total)).count() as u64;
    if there < total && total <= 100_000 {
        let absent = (start..start + total).filter(|number| !numbers.contains(number));
        let absent: Vec<String> = absent.take(10).map(|number| number.to_string()).collect();
        let at = group
            .first()
            .map(|(file, _)| Occurrence::at(&file.path, None));
        let message = format!(
            "{} of {total} shards are missing: number {}",
            total - there,
            absent.join(", ")
        );
        draft.note(&rules::SHARD_MISSING, Some(id.clone()), at, message);
    }
}

fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(5)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = names.len().saturating_sub(5);
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
