//! `pyproject.toml`: the project (PEP 621), dependency groups (PEP 735), what builds it (PEP 518).
//! The tables of single tools are read by the module `tools`.

use super::{requirement::parse, tools};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{Include, Need, PackageFacts, Project, Strength, opened},
};

/// Reads `pyproject.toml`.
#[must_use]
pub fn pyproject(text: &str) -> PackageFacts {
    let document = document::toml(text, &DocumentLimits::default());
    let (mut facts, root) = opened::opened(document, Strength::Wanted);
    if let Some(project) = root.get("project") {
        facts.project = Some(describe(project));
        wanted(&mut facts, project.get("dependencies"), Need::Runtime);
        for (_, _, list) in map(project.get("optional-dependencies")) {
            wanted(&mut facts, Some(list), Need::Optional);
        }
    }
    for (_, _, list) in map(root.get("dependency-groups")) {
        wanted(&mut facts, Some(list), Need::Development);
    }
    wanted(
        &mut facts,
        root.at(&["build-system", "requires"]),
        Need::Build,
    );
    if let Some(tool) = root.get("tool") {
        tools::read(&mut facts, tool);
    }
    drop_itself(&mut facts);
    for package in &mut facts.packages {
        package.direct = Some(true);
    }
    facts
}

/// An extra of the project may be defined by other extras of it.
fn drop_itself(facts: &mut PackageFacts) {
    let own = facts
        .project
        .as_ref()
        .and_then(|project| project.name.as_deref());
    if let Some(own) = own.map(super::normalised) {
        facts.packages.retain(|package| package.name != own);
    }
}

/// The entries of a map that may be missing.
pub(super) fn map(node: Option<&Node>) -> impl Iterator<Item = (&str, u32, &Node)> {
    node.into_iter()
        .flat_map(Node::entries)
        .map(|(key, line, value)| (key.as_str(), *line, value.as_ref()))
}

/// Adds the requirements of a list; tables in it (`include-group`) name what is read elsewhere.
pub(super) fn wanted(facts: &mut PackageFacts, list: Option<&Node>, need: Need) {
    let Some(list) = list else {
        return;
    };
    if list.items().is_empty() && (list.is_map() || list.written().is_some()) {
        facts.refuse(list.line(), "expected a list of requirements");
    }
    for item in list.items() {
        let Some(text) = item.text() else {
            if !item.is_map() {
                facts.refuse(item.line(), "a requirement is not a text");
            }
            continue;
        };
        match parse(text) {
            Some(requirement) => {
                if !requirement.complete {
                    let written = opened::excerpt(text);
                    let reason = format!("a requirement is not well formed: {written}");
                    facts.refuse(item.line(), reason);
                }
                let mut package = requirement.package(item.line());
                package.need = need;
                facts.packages.push(package);
            }
            None => {
                let reason = format!("not a requirement: {}", opened::excerpt(text));
                facts.refuse(item.line(), reason);
            }
        }
    }
}

fn describe(project: &Node) -> Project {
    let licence = match project.get("license") {
        Some(node) if node.is_map() => opened::text(node, "text"),
        _ => opened::text(project, "license"),
    };
    let from_classifiers = || {
        let listed = project.get("classifiers").map(Node::texts);
        listed
            .unwrap_or_default()
            .into_iter()
            .find_map(licence_of_classifier)
    };
    Project {
        name: opened::text(project, "name"),
        version: opened::text(project, "version"),
        description: opened::text(project, "description"),
        licence: licence
            .filter(|text| text.len() < 200)
            .or_else(from_classifiers),
        authors: project
            .get("authors")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|author| person(author))
            .collect(),
        urls: map(project.get("urls"))
            .filter_map(|(key, _, value)| Some((key.to_owned(), value.text()?.to_owned())))
            .collect(),
    }
}

/// The last part of a licence classifier.
pub(super) fn licence_of_classifier(classifier: &str) -> Option<String> {
    let rest = classifier.trim().strip_prefix("License ::")?;
    let last = rest.rsplit("::").next()?.trim();
    (!last.is_empty() && last != "OSI Approved").then(|| last.to_owned())
}

fn person(author: &Node) -> Option<String> {
    match (opened::text(author, "name"), opened::text(author, "email")) {
        (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => author.text().map(str::to_owned),
    }
}

/// Adds the members of a workspace.
pub(super) fn members(facts: &mut PackageFacts, list: Option<&Node>) {
    for item in list.map(Node::items).unwrap_or_default() {
        if let Some(path) = item.text() {
            facts.includes.push(Include {
                path: path.to_owned(),
                constraint: false,
                line: item.line(),
            });
        }
    }
}
