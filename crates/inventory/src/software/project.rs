//! The project that the tree is.

use waybill_source::packages::Project;

use crate::tree::{Tree, parent};

/// Manifests by how well they name a whole system.
const MANIFESTS: [&str; 7] = [
    "pyproject.toml",
    "package.json",
    "Cargo.toml",
    "setup.cfg",
    "setup.py",
    "pom.xml",
    "go.mod",
];

/// The project at the root of the tree, as its manifest describes it; what one manifest leaves
/// out is taken from the next that has the same name or none. Without a manifest at the root it
/// is the only project one folder below.
pub(crate) fn project(tree: &Tree) -> Option<Project> {
    at(tree, "").or_else(|| {
        let mut folders: Vec<&str> = tree
            .packages()
            .filter(|(file, facts)| {
                let folder = parent(&file.path);
                facts.project.is_some() && !folder.contains('/') && !is_beside(folder)
            })
            .map(|(file, _)| parent(&file.path))
            .collect();
        folders.dedup();
        match folders.as_slice() {
            [only] => at(tree, only),
            _ => None,
        }
    })
}

/// Folders of projects beside the system: its pages, its examples and its tests.
fn is_beside(folder: &str) -> bool {
    matches!(
        folder.to_lowercase().as_str(),
        "docs"
            | "doc"
            | "documentation"
            | "website"
            | "site"
            | "www"
            | "examples"
            | "example"
            | "demo"
            | "demos"
            | "tests"
            | "test"
            | "e2e"
            | "scripts"
            | "tools"
            | "ci"
            | ".github"
            | "benchmarks"
    )
}

fn at(tree: &Tree, folder: &str) -> Option<Project> {
    let mut result: Option<Project> = None;
    for name in MANIFESTS {
        let path = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        };
        let readings = tree.get(&path).map(|file| file.readings.as_slice());
        let found = readings
            .unwrap_or_default()
            .iter()
            .find_map(|reading| match reading {
                crate::reading::Reading::Packages(facts) => facts.project.as_ref(),
                _ => None,
            });
        let Some(found) = found else {
            continue;
        };
        match &mut result {
            None => result = Some(found.clone()),
            Some(known) if known.name.is_none() || known.name == found.name => fill(known, found),
            Some(_) => {}
        }
    }
    result.filter(|project| project.name.is_some())
}

fn fill(known: &mut Project, found: &Project) {
    let first = |into: &mut Option<String>, from: &Option<String>| {
        if into.is_none() {
            into.clone_from(from);
        }
    };
    first(&mut known.name, &found.name);
    first(&mut known.version, &found.version);
    first(&mut known.description, &found.description);
    first(&mut known.licence, &found.licence);
    if known.authors.is_empty() {
        known.authors.clone_from(&found.authors);
    }
    if known.urls.is_empty() {
        known.urls.clone_from(&found.urls);
    }
}
