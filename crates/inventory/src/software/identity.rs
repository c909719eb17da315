//! What a package is called in an inventory: purl, id, name and namespace.

use waybill_domain::inventory::{Component, ComponentId, Role};
use waybill_source::packages::{Ecosystem, Origin, Package};

use super::{system::System, versions};
use crate::purl::purl;

/// The identity of a package.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) id: ComponentId,
    purl: Option<String>,
    role: Role,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
}

impl Identity {
    /// The identity of a package of a language's ecosystem.
    pub(super) fn of(package: &Package) -> Self {
        Self::within(package, None)
    }

    /// The identity of a package, of an operating system's in that system.
    pub(super) fn within(package: &Package, system: Option<&System>) -> Self {
        let (namespace, name) = parts(package);
        let version = exact(package);
        let (url_namespace, url_name) = match package.ecosystem {
            // The purl specification lowers both for Go.
            Ecosystem::Golang => (
                namespace.as_ref().map(|text| text.to_lowercase()),
                name.to_lowercase(),
            ),
            Ecosystem::Deb | Ecosystem::Apk | Ecosystem::Rpm => {
                (Some(distribution(package.ecosystem, system)), name.clone())
            }
            _ => (namespace.clone(), name.clone()),
        };
        let mut qualifiers = origin(package);
        let mut url_version = version.clone();
        if is_system(package.ecosystem) {
            qualifiers.extend(of_system(package, system));
            if package.ecosystem == Ecosystem::Rpm
                && let Some((epoch, rest)) =
                    version.as_deref().and_then(|text| text.split_once(':'))
            {
                qualifiers.push(("epoch", epoch.to_owned()));
                url_version = Some(rest.to_owned());
            }
        }
        let borrowed: Vec<(&str, &str)> = qualifiers
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let purl = purl(
            package.ecosystem.as_str(),
            url_namespace.as_deref(),
            &url_name,
            url_version.as_deref(),
            &borrowed,
        );
        let role = if is_system(package.ecosystem) {
            Role::SystemPackage
        } else {
            Role::Library
        };
        let id = purl.clone().unwrap_or_else(|| {
            let version = version.as_deref().unwrap_or_default();
            format!("{}:{}@{version}", role.as_str(), package.name)
        });
        Self {
            id: ComponentId(id),
            purl,
            role,
            namespace,
            name,
            version,
        }
    }

    pub(super) fn component(self) -> Component {
        let mut component = Component::new(self.id, self.role, self.name);
        component.namespace = self.namespace;
        component.version = self.version;
        component.purl = self.purl;
        component
    }
}

/// True for the packages of an operating system.
pub(super) const fn is_system(ecosystem: Ecosystem) -> bool {
    matches!(ecosystem, Ecosystem::Deb | Ecosystem::Apk | Ecosystem::Rpm)
}

/// The version; of a package out of a repository that has none, the commit or tag.
fn exact(package: &Package) -> Option<String> {
    let revision = match &package.origin {
        Origin::Git {
            revision: Some(revision),
            ..
        } if !matches!(revision.as_str(), "main" | "master" | "HEAD" | "latest") => {
            Some(revision.clone())
        }
        _ => None,
    };
    package.version.clone().or(revision)
}

fn parts(package: &Package) -> (Option<String>, String) {
    let split = match package.ecosystem {
        Ecosystem::Npm if package.name.starts_with('@') => package.name.split_once('/'),
        Ecosystem::Maven => package.name.split_once(':'),
        Ecosystem::Golang => package.name.rsplit_once('/'),
        _ => None,
    };
    match split {
        Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
        None => (None, package.name.clone()),
    }
}

fn origin(package: &Package) -> Vec<(&'static str, String)> {
    match &package.origin {
        Origin::Git { url, revision } => {
            let at = revision
                .as_ref()
                .map_or_else(String::new, |text| format!("@{text}"));
            vec![("vcs_url", format!("git+{url}{at}"))]
        }
        Origin::Url(url) => vec![("download_url", url.clone())],
        Origin::Index(url) if package.ecosystem == Ecosystem::Conda => {
            let channel = url.trim_end_matches('/').rsplit('/').next();
            vec![("channel", channel.unwrap_or_default().to_owned())]
        }
        Origin::Index(url) => vec![("repository_url", url.clone())],
        Origin::Registry | Origin::Path(_) => Vec::new(),
    }
}

/// The namespace of a system's packages: the system, by the name that the purl specification uses.
fn distribution(ecosystem: Ecosystem, system: Option<&System>) -> String {
    let usual = match ecosystem {
        Ecosystem::Deb => "debian",
        Ecosystem::Apk => "alpine",
        _ => "",
    };
    match system.map(|system| system.facts.id.as_str()) {
        Some("rhel") => "redhat",
        Some(id) => id,
        None => usual,
    }
    .to_owned()
}

fn of_system(package: &Package, system: Option<&System>) -> Vec<(&'static str, String)> {
    let distro = system.map(|system| match &system.facts.version_id {
        Some(version) => format!("{}-{version}", system.facts.id),
        None => system.facts.id.clone(),
    });
    let arch = package.architecture.clone();
    arch.map(|arch| ("arch", arch))
        .into_iter()
        .chain(distro.map(|distro| ("distro", distro)))
        .collect()
}

/// True if two mentions can mean the same package by their versions.
pub(super) fn answers(package: &Package, version: Option<&str>) -> bool {
    match (&package.version, version) {
        (Some(wanted), Some(version)) => versions::same(wanted, version),
        (Some(_), None) => false,
        (None, _) => true,
    }
}
