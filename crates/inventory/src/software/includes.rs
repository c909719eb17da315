//! Requirement files that take in others: which of them only limit versions, and what the limits are.

use std::collections::HashMap;

use waybill_source::packages::{Include, Package, PackageFacts, Strength};

use crate::{
    draft::Draft,
    reading::FileFacts,
    tree::{Tree, file_name, join, parent},
};

/// How requirement files hang together.
#[derive(Debug, Default)]
pub(super) struct Includes<'a> {
    files: HashMap<&'a str, Role>,
    /// Files that include each other, however indirectly, form a group; cycles do no harm.
    groups: Vec<usize>,
    limits: HashMap<(usize, &'a str), Option<Limit<'a>>>,
}

#[derive(Debug, Default)]
struct Role {
    index: usize,
    required: bool,
    constraining: bool,
}

/// An exact version that a constraints file gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit<'a> {
    pub(super) version: &'a str,
    pub(super) path: &'a str,
    pub(super) package: &'a Package,
}

/// Files whose includes are folders of a workspace.
fn names_members(path: &str) -> bool {
    matches!(
        file_name(path),
        "package.json"
            | "pnpm-workspace.yaml"
            | "pyproject.toml"
            | "Cargo.toml"
            | "go.work"
            | "pom.xml"
    )
}

impl<'a> Includes<'a> {
    pub(super) fn of(tree: &'a Tree, draft: &mut Draft) -> Self {
        let mut includes = Self::default();
        let files: Vec<(&FileFacts, &PackageFacts)> = tree
            .packages()
            .filter(|(file, facts)| {
                facts.strength != Strength::Installed && !names_members(&file.path)
            })
            .collect();
        for (file, _) in &files {
            let index = includes.groups.len();
            includes.groups.push(index);
            let role = Role {
                index,
                constraining: file_name(&file.path).contains("constraint"),
                ..Role::default()
            };
            includes.files.insert(&file.path, role);
        }
        for (file, facts) in &files {
            for include in &facts.includes {
                includes.follow(file, include, draft);
            }
        }
        for (file, facts) in &files {
            if includes.only_limits(&file.path) {
                includes.limit(&file.path, facts);
            }
        }
        includes
    }

    fn follow(&mut self, file: &FileFacts, include: &Include, draft: &mut Draft) {
        let target = join(parent(&file.path), &include.path);
        let role = target
            .as_deref()
            .and_then(|target| self.files.get_mut(target));
        let Some(role) = role else {
            let reason = format!("the file that it includes was not read: {}", include.path);
            draft.unread(&file.path, Some(include.line), reason);
            return;
        };
        if include.constraint {
            role.constraining = true;
        } else {
            role.required = true;
        }
        let other = role.index;
        if let Some(own) = self.files.get(file.path.as_str()).map(|role| role.index) {
            let (left, right) = (self.group(own), self.group(other));
            let (low, high) = (left.min(right), left.max(right));
            if let Some(group) = self.groups.get_mut(high) {
                *group = low;
            }
        }
    }

    /// The group of a file; paths are halved on the way, so that chains stay short.
    fn group(&mut self, index: usize) -> usize {
        let mut at = index;
        loop {
            let above = self.groups.get(at).copied().unwrap_or(at);
            if above == at {
                return at;
            }
            let next = self.groups.get(above).copied().unwrap_or(above);
            if let Some(group) = self.groups.get_mut(at) {
                *group = next;
            }
            at = next;
        }
    }

    fn limit(&mut self, path: &'a str, facts: &'a PackageFacts) {
        let Some(index) = self.files.get(path).map(|role| role.index) else {
            return;
        };
        let group = self.group(index);
        for package in &facts.packages {
            let Some(version) = package.version.as_deref() else {
                continue;
            };
            let limit = Limit {
                version,
                path,
                package,
            };
            self.limits
                .entry((group, package.name.as_str()))
                .and_modify(|known| {
                    // Two files that disagree limit nothing that can be told here.
                    if known.is_some_and(|known| known.version != version) {
                        *known = None;
                    }
                })
                .or_insert(Some(limit));
        }
    }

    /// True for a file that names no package by itself.
    pub(super) fn only_limits(&self, path: &str) -> bool {
        let role = self.files.get(path);
        role.is_some_and(|role| role.constraining && !role.required)
    }

    /// The version to which a constraints file limits what the file at `path` wants.
    pub(super) fn limit_of(&mut self, path: &str, name: &str) -> Option<Limit<'a>> {
        let index = self.files.get(path)?.index;
        let group = self.group(index);
        self.limits.get(&(group, name)).copied().flatten()
    }
}
