//! `pom.xml` of Maven.
//!
//! Format: <https://maven.apache.org/pom.html>. A parent that is not in the file is not looked
//! for: what only it says (versions, properties) stays unknown here.

use std::collections::HashMap;

use super::xml::{Element, Tree};
use crate::packages::{
    Ecosystem, Include, Need, Origin, Package, PackageFacts, Project, Strength, address,
};

/// Reads `pom.xml`: dependencies, plugins and extensions of the build, the parent, with the
/// file's own properties and managed versions filled in. Versions that the file only manages
/// come last, with `direct` unknown.
#[must_use]
pub fn pom(content: &str) -> PackageFacts {
    let mut facts = PackageFacts {
        strength: Strength::Wanted,
        ..PackageFacts::default()
    };
    let tree = Tree::read(content, &mut facts);
    let Some(root) = tree.root().filter(|root| root.name == "project") else {
        facts.refuse(1, "the root element is not `project`");
        return facts;
    };
    let pom = Pom::of(&tree, root);
    facts.project = Some(pom.describe());
    let parent = tree.child(root, "parent");
    if let Some(mut package) = parent.and_then(|parent| pom.package(parent)) {
        package.need = Need::Build;
        facts.packages.push(package);
    }
    pom.dependencies(&mut facts, root);
    pom.build(&mut facts, root);
    for profile in tree
        .child(root, "profiles")
        .into_iter()
        .flat_map(|all| tree.all(all, "profile"))
    {
        let before = facts.packages.len();
        pom.dependencies(&mut facts, profile);
        for package in facts.packages.iter_mut().skip(before) {
            package.need = package.need.max(Need::Optional);
        }
    }
    for package in &mut facts.packages {
        package.direct = Some(true);
    }
    for element in pom.managed() {
        facts.packages.extend(pom.package(element));
    }
    for module in tree
        .child(root, "modules")
        .into_iter()
        .flat_map(|all| tree.all(all, "module"))
    {
        facts.includes.push(Include {
            path: module.text.trim().to_owned(),
            constraint: false,
            line: module.line,
        });
    }
    for list in tree
        .child(root, "repositories")
        .into_iter()
        .flat_map(|all| tree.all(all, "repository"))
    {
        facts
            .indexes
            .extend(tree.text(list, "url").map(|url| address::plain(&url)));
    }
    facts
}

struct Pom<'a> {
    tree: &'a Tree,
    root: &'a Element,
    properties: HashMap<String, String>,
    /// Version and scope by group and artifact.
    versions: HashMap<(String, String), (Option<String>, Option<String>)>,
}

impl<'a> Pom<'a> {
    fn of(tree: &'a Tree, root: &'a Element) -> Self {
        let mut pom = Self {
            tree,
            root,
            properties: HashMap::new(),
            versions: HashMap::new(),
        };
        if let Some(listed) = tree.child(root, "properties") {
            for child in listed
                .children
                .iter()
                .filter_map(|index| tree.elements.get(*index))
            {
                pom.properties
                    .insert(child.name.clone(), child.text.trim().to_owned());
            }
        }
        let parent = tree.child(root, "parent");
        for key in ["groupId", "artifactId", "version"] {
            let inherited = parent.and_then(|parent| tree.text(parent, key));
            let own = tree.text(root, key);
            if let Some(value) = &inherited {
                pom.properties
                    .insert(format!("project.parent.{key}"), value.clone());
                pom.properties
                    .insert(format!("parent.{key}"), value.clone());
            }
            if let Some(value) = own.or(inherited) {
                pom.properties
                    .insert(format!("project.{key}"), value.clone());
                pom.properties.insert(format!("pom.{key}"), value);
            }
        }
        for element in pom.managed() {
            let (group, artifact) = (
                pom.said(element, "groupId"),
                pom.said(element, "artifactId"),
            );
            if let (Some(group), Some(artifact)) = (group, artifact) {
                let value = (pom.said(element, "version"), pom.said(element, "scope"));
                pom.versions.insert((group, artifact), value);
            }
        }
        pom
    }

    fn managed(&self) -> Vec<&'a Element> {
        let list = self
            .tree
            .at(self.root, &["dependencyManagement", "dependencies"]);
        list.into_iter()
            .flat_map(|list| self.tree.all(list, "dependency"))
            .collect()
    }

    /// The text of a child with properties filled in.
    fn said(&self, element: &Element, name: &str) -> Option<String> {
        self.tree.text(element, name).map(|text| self.fill(&text))
    }

    /// Fills properties in, those within properties too, a few levels deep and not without end.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..8 {
            let Some((before, rest)) = text.split_once("${") else {
                break;
            };
            let Some((name, after)) = rest.split_once('}') else {
                break;
            };
            let Some(value) = self.properties.get(name).filter(|value| value.len() < 1000) else {
                break;
            };
            text = format!("{before}{value}{after}");
        }
        text
    }

    fn package(&self, element: &Element) -> Option<Package> {
        let group = self.said(element, "groupId")?;
        let artifact = self.said(element, "artifactId")?;
        let key = (group, artifact);
        let managed = self.versions.get(&key);
        let version = self
            .said(element, "version")
            .or_else(|| managed.and_then(|(version, _)| version.clone()));
        let scope = self
            .said(element, "scope")
            .or_else(|| managed.and_then(|(_, scope)| scope.clone()));
        let mut package = Package::new(Ecosystem::Maven, format!("{}:{}", key.0, key.1));
        package.line = Some(element.line);
        match version {
            Some(version) if is_exact(&version) => package.version = Some(version),
            // `[1.0]` is exactly 1.0.
            Some(version) => match version
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                Some(inner) if is_exact(inner) => package.version = Some(inner.to_owned()),
                _ => package.requirement = Some(version),
            },
            None => package.requirement = Some(String::new()),
        }
        package.need = match scope.as_deref() {
            Some("test") => Need::Development,
            Some("provided" | "system") => Need::Build,
            _ if self.said(element, "optional").as_deref() == Some("true") => Need::Optional,
            _ => Need::Runtime,
        };
        if let Some(path) = self.said(element, "systemPath") {
            package.origin = Origin::Path(path);
        }
        Some(package)
    }

    fn dependencies(&self, facts: &mut PackageFacts, within: &Element) {
        let list = self.tree.child(within, "dependencies");
        for element in list
            .into_iter()
            .flat_map(|list| self.tree.all(list, "dependency"))
        {
            match self.package(element) {
                Some(package) => facts.packages.push(package),
                None => facts.refuse(element.line, "a dependency has no group or no artifact"),
            }
        }
    }

    fn build(&self, facts: &mut PackageFacts, within: &Element) {
        let Some(build) = self.tree.child(within, "build") else {
            return;
        };
        for (list, one) in [("plugins", "plugin"), ("extensions", "extension")] {
            let list = self.tree.child(build, list);
            for element in list.into_iter().flat_map(|list| self.tree.all(list, one)) {
                let Some(artifact) = self.said(element, "artifactId") else {
                    facts.refuse(element.line, "a plugin has no artifact");
                    continue;
                };
                // Maven's own plugins may leave the group out.
                let group = self.said(element, "groupId");
                let group = group.unwrap_or_else(|| "org.apache.maven.plugins".to_owned());
                let mut package = Package::new(Ecosystem::Maven, format!("{group}:{artifact}"));
                package.line = Some(element.line);
                package.need = Need::Build;
                package.version = self
                    .said(element, "version")
                    .filter(|version| is_exact(version));
                if package.version.is_none() {
                    package.requirement = Some(self.said(element, "version").unwrap_or_default());
                }
                facts.packages.push(package);
            }
        }
    }

    fn describe(&self) -> Project {
        let (tree, root) = (self.tree, self.root);
        let group = self.properties.get("project.groupId");
        let artifact = self.said(root, "artifactId");
        let licences: Vec<String> = tree
            .child(root, "licenses")
            .into_iter()
            .flat_map(|list| tree.all(list, "license"))
            .filter_map(|licence| tree.text(licence, "name"))
            .collect();
        let people = tree.child(root, "developers").into_iter();
        let people = people.flat_map(|list| tree.all(list, "developer"));
        let home = tree
            .text(root, "url")
            .map(|url| ("homepage".to_owned(), url));
        let scm = tree
            .child(root, "scm")
            .and_then(|scm| tree.text(scm, "url"));
        Project {
            name: match (group, artifact) {
                (Some(group), Some(artifact)) => Some(format!("{}:{artifact}", self.fill(group))),
                (_, artifact) => artifact,
            },
            version: self
                .properties
                .get("project.version")
                .map(|text| self.fill(text))
                .filter(|version| is_exact(version)),
            description: tree.text(root, "description"),
            licence: (!licences.is_empty()).then(|| licences.join(" OR ")),
            authors: people
                .filter_map(|person| tree.text(person, "name"))
                .collect(),
            urls: home
                .into_iter()
                .chain(scm.map(|url| ("repository".to_owned(), url)))
                .collect(),
        }
    }
}

/// True for a version that is no range and has no property left in it.
fn is_exact(version: &str) -> bool {
    !version.is_empty()
        && !version.contains(['[', ']', '(', ')', ',', '$'])
        && !matches!(version, "LATEST" | "RELEASE")
}
