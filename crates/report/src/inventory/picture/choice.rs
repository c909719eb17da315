//! Which components are drawn one by one.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::{Component, ComponentId, Inventory, RelationKind, Role};

use super::super::names::is_software;
use super::super::order::groups;

/// Components drawn one by one.
const PARTS_DRAWN: usize = 38;
/// Origins of one component that come into the drawing with it.
const ORIGINS_FOLLOWED: usize = 3;

/// As many components as can be looked at, of every role some: those with the richest lineage
/// first, each with what it was made from, then those that the system names itself.
pub(super) fn chosen(inventory: &Inventory) -> BTreeSet<&ComponentId> {
    let mut origins: BTreeMap<&ComponentId, Vec<&ComponentId>> = BTreeMap::new();
    let mut degree: BTreeMap<&ComponentId, usize> = BTreeMap::new();
    let followed = |kind: RelationKind| kind.is_lineage() || matches!(kind, RelationKind::ServedBy);
    let relations = inventory.relations.iter();
    for relation in relations.filter(|relation| followed(relation.kind)) {
        origins
            .entry(&relation.from)
            .or_default()
            .push(&relation.to);
        *degree.entry(&relation.from).or_default() += 1;
        *degree.entry(&relation.to).or_default() += 1;
    }
    let mut queues: Vec<Vec<&Component>> = Vec::new();
    for (role, mut members) in groups(inventory) {
        if !is_software(role) {
            members.sort_by_key(|member| {
                let degree = degree.get(&member.id).copied().unwrap_or(0);
                let remote_code = member.remote_code == Some(true);
                (
                    std::cmp::Reverse(degree),
                    !remote_code,
                    member.direct != Some(true),
                )
            });
            members.reverse();
            queues.push(members);
        }
    }
    let all: usize = queues.iter().map(Vec::len).sum();
    let room = match all {
        number if number <= PARTS_DRAWN + 4 => number,
        _ => PARTS_DRAWN,
    };
    let mut chosen = BTreeSet::new();
    while chosen.len() < room && queues.iter().any(|queue| !queue.is_empty()) {
        for queue in &mut queues {
            // More of the models, which the rest is there for.
            let turns = match queue.last().map(|member| member.role) {
                Some(Role::Model) => 3,
                Some(Role::Adapter | Role::HostedModel | Role::Dataset) => 2,
                _ => 1,
            };
            for _ in 0..turns {
                let mut next: Vec<_> = queue.pop().map(|member| &member.id).into_iter().collect();
                while let (true, Some(id)) = (chosen.len() < room, next.pop()) {
                    if chosen.insert(id) {
                        let origins = origins.get(id).into_iter().flatten();
                        next.extend(origins.take(ORIGINS_FOLLOWED));
                    }
                }
            }
        }
    }
    // Folding a single one away would cost the node that it saves.
    for queue in queues {
        let mut left = queue.iter().filter(|member| !chosen.contains(&member.id));
        if let (Some(only), None) = (left.next(), left.next()) {
            chosen.insert(&only.id);
        }
    }
    chosen
}
