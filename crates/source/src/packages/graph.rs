//! What follows from the graph of a lock file: what the project names itself, and when each
//! package is needed.

use std::collections::HashMap;

use super::{Dependency, Need, Package};

/// Finds packages by name and version.
pub(super) struct Names {
    by_name: HashMap<String, Vec<usize>>,
    by_version: HashMap<(String, String), usize>,
}

impl Names {
    pub(super) fn of(packages: &[Package]) -> Self {
        let mut names = Self {
            by_name: HashMap::with_capacity(packages.len()),
            by_version: HashMap::with_capacity(packages.len()),
        };
        for (index, package) in packages.iter().enumerate() {
            let known = names.by_name.entry(package.name.clone()).or_default();
            known.push(index);
            if let Some(version) = &package.version {
                names
                    .by_version
                    .entry((package.name.clone(), version.clone()))
                    .or_insert(index);
            }
        }
        names
    }

    /// The packages that a dependency may mean: the one of its version, or all of its name.
    pub(super) fn find(&self, dependency: &Dependency) -> Vec<usize> {
        if let Some(version) = &dependency.version {
            let key = (dependency.name.clone(), version.clone());
            return self.by_version.get(&key).copied().into_iter().collect();
        }
        // A name alone fits a handful of versions; more than that is no lock file.
        self.by_name
            .get(&dependency.name)
            .map(|found| found.iter().copied().take(4).collect())
            .unwrap_or_default()
    }
}

/// Marks what the roots name as direct and everything else as not, and gives every package the
/// strongest need by which it is reached.
pub(super) fn reach(packages: &mut [Package], roots: &[(Dependency, Need)]) {
    let names = Names::of(packages);
    for package in packages.iter_mut() {
        package.direct = Some(false);
    }
    let edges: Vec<Vec<usize>> = packages
        .iter()
        .map(|package| {
            let found = package.dependencies.iter();
            found.flat_map(|wanted| names.find(wanted)).collect()
        })
        .collect();
    let mut reached = vec![false; packages.len()];
    for need in [
        Need::Runtime,
        Need::Optional,
        Need::Development,
        Need::Build,
    ] {
        let mut open: Vec<usize> = Vec::new();
        for (dependency, _) in roots.iter().filter(|(_, when)| *when == need) {
            for index in names.find(dependency) {
                if let Some(package) = packages.get_mut(index) {
                    package.direct = Some(true);
                }
                open.push(index);
            }
        }
        while let Some(index) = open.pop() {
            match reached.get_mut(index) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            if let Some(package) = packages.get_mut(index) {
                package.need = need;
            }
            open.extend(edges.get(index).into_iter().flatten().copied());
        }
    }
}
