//! Where statements about one licence cannot all be true.

use std::collections::{BTreeMap, BTreeSet};

use spdx::Expression;
use waybill_domain::{
    Severity,
    inventory::{Component, ComponentId, Field, Licence, LicenceSource, Role, Standing},
};

use crate::{draft::Draft, rules};

pub(super) fn add(draft: &mut Draft) {
    let mut found: Vec<(ComponentId, String, Severity)> = Vec::new();
    let mut unknown: BTreeMap<Role, Vec<ComponentId>> = BTreeMap::new();
    for component in draft.components() {
        let stated: Vec<&Licence> = component.licences.iter().collect();
        if let Some(severity) = disagree(&stated) {
            let message = format!("its sources state different licences: {}", places(&stated));
            found.push((component.id.clone(), message, severity));
        }
        if is_licensed(component.role)
            && component
                .licences
                .iter()
                .all(|licence| licence.expression.is_none())
        {
            unknown
                .entry(component.role)
                .or_default()
                .push(component.id.clone());
        }
    }
    found.extend(same_bytes(draft));
    found.extend(packed(draft));
    for (id, message, severity) in found {
        let at = draft
            .get(&id)
            .and_then(|component| component.occurrences.first().cloned());
        let mut rule = rules::LICENCE_CONFLICT;
        rule.severity = severity;
        draft.note(&rule, Some(id), at, message);
    }
    for (role, ids) in unknown {
        for id in &ids {
            if let Some(component) = draft.get_mut(id) {
                component.state(Field::Licence, "", Standing::Unknown, "waybill", None);
            }
        }
        note_unknown(draft, role, &ids);
    }
}

/// Roles that come under a licence of somebody else's.
const fn is_licensed(role: Role) -> bool {
    matches!(
        role,
        Role::Model
            | Role::Adapter
            | Role::Dataset
            | Role::Library
            | Role::Application
            | Role::EvaluationSet
    )
}

fn note_unknown(draft: &mut Draft, role: Role, ids: &[ComponentId]) {
    let names: Vec<String> = ids
        .iter()
        .take(5)
        .filter_map(|id| {
            draft
                .get(id)
                .map(|component| format!("`{}`", component.full_name()))
        })
        .collect();
    let more = if ids.len() > names.len() { ", ..." } else { "" };
    let message = format!(
        "no licence is known of {} {}: {}{more}",
        ids.len(),
        counted(role, ids.len()),
        names.join(", ")
    );
    draft.note(&rules::LICENCE_UNKNOWN, None, None, message);
}

/// The plain word for so many components of a role.
fn counted(role: Role, count: usize) -> String {
    let word = match role {
        Role::Dataset => "data set".to_owned(),
        role => role.as_str().replace('-', " "),
    };
    match word.strip_suffix('y') {
        _ if count == 1 => word,
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    }
}

/// Ids in an expression.
fn ids(expression: &str) -> BTreeSet<String> {
    Expression::parse(expression)
        .map(|expression| {
            expression
                .requirements()
                .map(|needed| needed.req.to_string())
                .collect()
        })
        .unwrap_or_default()
}

/// How bad it is that statements disagree; none if one only says more than another.
fn disagree(stated: &[&Licence]) -> Option<Severity> {
    let (files, others): (Vec<&Licence>, Vec<&Licence>) = stated
        .iter()
        .copied()
        .partition(|licence| licence.source == LicenceSource::File);
    let ids_of = |licence: &&Licence| licence.expression.as_deref().map(ids);
    let mut sets: Vec<BTreeSet<String>> = others.iter().filter_map(ids_of).collect();
    // Several files beside each other are the licences of several parts: each holds.
    sets.push(files.iter().filter_map(ids_of).flatten().collect());
    sets.retain(|ids| !ids.is_empty());
    let clash = sets.iter().enumerate().any(|(index, left)| {
        sets.iter()
            .skip(index + 1)
            .any(|right| !left.is_subset(right) && !right.is_subset(left))
    });
    if !clash {
        return None;
    }
    let bound = sets.iter().flatten().any(|id| is_binding(id));
    Some(if bound {
        Severity::Medium
    } else {
        Severity::Low
    })
}

/// True for licences that restrict use or bind what is made with the thing.
fn is_binding(id: &str) -> bool {
    id.starts_with("LicenseRef-")
        || id.contains("-NC")
        || id.contains("-ND")
        || spdx::license_id(id).is_some_and(|licence| licence.is_copyleft())
}

fn places(stated: &[&Licence]) -> String {
    let mut said: Vec<String> = stated
        .iter()
        .map(|licence| {
            let what = licence
                .expression
                .as_deref()
                .or(licence.written.as_deref())
                .unwrap_or_default();
            match &licence.occurrence {
                Some(place) => format!("`{what}` in {}", place.path),
                None => format!("`{what}`"),
            }
        })
        .collect();
    said.dedup();
    said.truncate(8);
    said.join(", ")
}

/// Components that hold the same bytes under different licences.
fn same_bytes(draft: &Draft) -> Vec<(ComponentId, String, Severity)> {
    let mut by_digest: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
    for component in draft.components() {
        let kept = matches!(component.role, Role::Model | Role::Adapter | Role::Dataset);
        for hash in component
            .hashes
            .iter()
            .filter(|hash| kept && hash.algorithm == "sha-256")
        {
            by_digest.entry(&hash.value).or_default().push(component);
        }
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for holders in by_digest.values().filter(|holders| holders.len() > 1) {
        let stated: Vec<&Licence> = holders
            .iter()
            .flat_map(|component| &component.licences)
            .collect();
        let alone = holders
            .iter()
            .any(|component| disagree(&component.licences.iter().collect::<Vec<_>>()).is_some());
        let Some((first, rest)) = holders.split_first() else {
            continue;
        };
        if let Some(severity) = disagree(&stated).filter(|_| !alone)
            && told.insert(&first.id)
        {
            let others: Vec<String> = rest
                .iter()
                .take(4)
                .map(|component| format!("`{}`", component.id))
                .collect();
            let message = format!(
                "the same bytes are in {} under other terms: {}",
                others.join(", "),
                places(&stated)
            );
            found.push((first.id.clone(), message, severity));
        }
    }
    found
}

/// Models inside an installed package whose licence is another.
fn packed(draft: &Draft) -> Vec<(ComponentId, String, Severity)> {
    let mut found = Vec::new();
    for package in draft
        .components()
        .filter(|component| component.role == Role::Library)
    {
        let Some(folder) = package
            .occurrences
            .iter()
            .find_map(|place| installed(&place.path))
        else {
            continue;
        };
        for model in draft
            .components()
            .filter(|component| component.role == Role::Model)
        {
            let inside = model
                .path
                .as_deref()
                .and_then(|path| path.strip_prefix(folder.as_str()))
                .is_some_and(|rest| rest.starts_with('/'));
            let stated: Vec<&Licence> = package.licences.iter().chain(&model.licences).collect();
            if inside && let Some(severity) = disagree(&stated) {
                let message = format!(
                    "the package `{}` that carries it states another licence: {}",
                    package.full_name(),
                    places(&stated)
                );
                found.push((model.id.clone(), message, severity));
            }
        }
    }
    found
}

/// The folder of a package's code, by the folder of its metadata: `x_y-1.0.dist-info` stands beside `x_y`.
fn installed(path: &str) -> Option<String> {
    let folder = crate::tree::parent(path);
    let name = crate::tree::file_name(folder).strip_suffix(".dist-info")?;
    let (stem, _) = name.split_once('-')?;
    let above = crate::tree::parent(folder);
    Some(if above.is_empty() {
        stem.to_owned()
    } else {
        format!("{above}/{stem}")
    })
}
