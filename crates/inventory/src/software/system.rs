//! Operating systems of the tree: of an image, or of a root file system that lies in it.

use waybill_domain::inventory::{
    Component, ComponentId, Field, Occurrence, Reference, ReferenceKind, Role, Standing,
};
use waybill_source::packages::OperatingSystem;

use super::found::{Found, is_web};
use crate::tree::Tree;

/// An operating system and where its files begin.
#[derive(Debug)]
pub(super) struct System<'a> {
    /// What stands before `etc/os-release`.
    root: &'a str,
    path: &'a str,
    pub(super) facts: &'a OperatingSystem,
}

/// All systems of a tree.
#[derive(Debug)]
pub(super) struct Systems<'a> {
    all: Vec<System<'a>>,
}

/// Where the databases of packages lie below the root.
const DATABASES: [&str; 9] = [
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "usr/lib/apk/db/installed",
    "var/lib/rpm/",
    "usr/lib/sysimage/rpm/",
    "usr/share/rpm/",
    "var/lib/rpmmanifest/",
    "etc/os-release",
    "usr/lib/os-release",
];

/// The part of a path before the root of its file system.
fn root_of(path: &str) -> Option<&str> {
    DATABASES.iter().find_map(|database| {
        let at = path.find(database)?;
        let root = path.get(..at)?;
        (root.is_empty() || root.ends_with('/')).then_some(root)
    })
}

impl<'a> Systems<'a> {
    pub(super) fn of(tree: &'a Tree) -> Self {
        let mut all: Vec<System<'a>> = Vec::new();
        for (file, facts) in tree.packages() {
            let Some(system) = &facts.operating_system else {
                continue;
            };
            let root = root_of(&file.path).unwrap_or("");
            // `etc/os-release` comes before `usr/lib/os-release`, which it stands for.
            if all.iter().all(|known| known.root != root) && all.len() < 1000 {
                all.push(System {
                    root,
                    path: &file.path,
                    facts: system,
                });
            }
        }
        Self { all }
    }

    /// The system to which the database at `path` belongs.
    pub(super) fn at(&self, path: &str) -> Option<&System<'a>> {
        let root = root_of(path).unwrap_or("");
        let exact = self.all.iter().find(|system| system.root == root);
        // The files of an image lie in layers, each a root of its own.
        exact.or(match self.all.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    /// Adds the systems themselves.
    pub(super) fn add(&self, found: &mut Found) {
        for system in &self.all {
            let component = system.component();
            let id = component.id.clone();
            found.add(component);
            found.seen(&id, Occurrence::at(system.path, None));
        }
    }
}

impl System<'_> {
    pub(super) fn id(&self) -> ComponentId {
        ComponentId(match &self.facts.version_id {
            Some(version) => format!("operating-system:{}-{version}", self.facts.id),
            None => format!("operating-system:{}", self.facts.id),
        })
    }

    fn component(&self) -> Component {
        let facts = self.facts;
        let mut component = Component::new(self.id(), Role::OperatingSystem, facts.id.clone());
        component.version.clone_from(&facts.version_id);
        component.description.clone_from(&facts.name);
        if let Some(version) = &facts.version_id {
            let place = Occurrence::at(self.path, None);
            component.state(
                Field::Version,
                version,
                Standing::Observed,
                self.path,
                Some(place),
            );
        }
        for (name, value) in [("codename", &facts.codename), ("cpe", &facts.cpe)] {
            if let Some(value) = value {
                component.properties.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(url) = facts.homepage.as_ref().filter(|url| is_web(url)) {
            component.references.push(Reference {
                kind: ReferenceKind::Website,
                url: url.clone(),
            });
        }
        component
    }
}
