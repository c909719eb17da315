//! What is the system's own: projects, members of workspaces, folders that others point to.

use std::collections::BTreeSet;

use waybill_source::packages::{Ecosystem, Origin, Package, python::normalised};

use crate::tree::{Tree, file_name};

/// Names of the packages that the tree itself makes.
#[derive(Debug, Default)]
pub(super) struct Owned {
    names: BTreeSet<(Ecosystem, String)>,
}

impl Owned {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut names = BTreeSet::new();
        for (file, facts) in tree.packages() {
            let Some(ecosystem) = ecosystem(&file.path) else {
                continue;
            };
            if let Some(name) = facts
                .project
                .as_ref()
                .and_then(|project| project.name.as_ref())
            {
                let name = match ecosystem {
                    Ecosystem::Pypi => normalised(name),
                    _ => name.clone(),
                };
                names.insert((ecosystem, name));
            }
        }
        Self { names }
    }

    /// True for what a file only points to because it lies in the tree.
    pub(super) fn is_local(package: &Package) -> bool {
        let Origin::Path(path) = &package.origin else {
            return false;
        };
        // An archive that lies in the tree is somebody else's package all the same.
        let archives = [".whl", ".tar.gz", ".tgz", ".zip", ".jar", ".tar.bz2"];
        !archives.iter().any(|end| path.ends_with(end))
    }

    /// True if the tree makes a package of this name.
    pub(super) fn makes(&self, package: &Package) -> bool {
        let key = (package.ecosystem, package.name.clone());
        self.names.contains(&key)
    }

    /// True if the tree makes a package of this name, or the file points into the tree.
    pub(super) fn is_own(&self, package: &Package) -> bool {
        Self::is_local(package) || package.origin == Origin::Registry && self.makes(package)
    }
}

/// The ecosystem of a manifest that names a project.
pub(super) fn ecosystem(path: &str) -> Option<Ecosystem> {
    Some(match file_name(path) {
        "pyproject.toml" | "setup.cfg" | "setup.py" | "uv.lock" => Ecosystem::Pypi,
        "package.json" if !path.contains("node_modules/") => Ecosystem::Npm,
        "Cargo.toml" => Ecosystem::Cargo,
        "go.mod" => Ecosystem::Golang,
        "pom.xml" => Ecosystem::Maven,
        _ => return None,
    })
}
