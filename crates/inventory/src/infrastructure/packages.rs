//! Packages that commands install.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Pin, RelationKind, Role, Scope};

use super::{
    download,
    maker::Maker,
    registries::cargo_source,
    scene::{Run, Scene, place},
    wanted::{Wanted, wanted},
};
use crate::{draft::Draft, purl::purl};

/// Packages that other parts of the inventory know, by purl without version.
pub(super) struct Known(BTreeMap<String, Vec<ComponentId>>);

impl Known {
    pub(super) fn of(draft: &Draft) -> Self {
        let mut known: BTreeMap<String, Vec<ComponentId>> = BTreeMap::new();
        let packages = draft
            .components()
            .filter(|component| matches!(component.role, Role::Library | Role::SystemPackage));
        for component in packages {
            if let Some(url) = &component.purl {
                let name = url.split(['@', '?']).next().unwrap_or(url);
                // The scope of an npm package is written `%40scope`, so the first `@` is the version's.
                known
                    .entry(name.to_owned())
                    .or_default()
                    .push(component.id.clone());
            }
        }
        Self(known)
    }

    /// The one component that an unpinned name stands for.
    fn only(&self, url: &str) -> Option<&ComponentId> {
        match self.0.get(url)?.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// Adds the packages that a command installs.
pub(super) fn add(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, known: &Known) {
    let (wanted, symbol) = wanted(run);
    // The machines on which GitHub runs jobs have Ubuntu, unless the job has an image of its own.
    let on_runner = scene.path.contains(".github/workflows/") && run.command.image.is_none();
    for mut package in wanted {
        if on_runner && package.kind == "deb" {
            package.namespace = Some("ubuntu".to_owned());
        }
        put(maker, scene, run, known, package, symbol);
    }
    if let Some((url, revision)) = cargo_source(run)
        && let Some(component) = download::of_repository(url, revision)
    {
        let occurrence = place(scene.path, run.line, "cargo install");
        maker.add(component, RelationKind::DependsOn, None, occurrence);
    }
}

fn put(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    known: &Known,
    package: Wanted,
    symbol: &str,
) {
    let occurrence = place(scene.path, run.line, symbol);
    let qualifiers: Vec<(&str, &str)> = package
        .qualifiers
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let namespace = package.namespace.as_deref();
    let make =
        |version: Option<&str>| purl(package.kind, namespace, &package.name, version, &qualifiers);
    if package.version.is_none()
        && package.qualifiers.is_empty()
        && let Some(id) = make(None).as_ref().and_then(|url| known.only(url))
    {
        if let Some(component) = maker.draft.get_mut(id) {
            component.seen(occurrence);
        }
        return;
    }
    let Some(url) = make(package.version.as_deref()) else {
        return;
    };
    let system = matches!(package.kind, "deb" | "apk" | "rpm");
    let role = if system {
        Role::SystemPackage
    } else {
        Role::Library
    };
    let mut component = Component::new(ComponentId(url.clone()), role, &package.name);
    component.namespace = package.namespace.filter(|_| !system);
    component.pin = package.pin.or(Some(if package.version.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    }));
    component.version = package.version;
    component.requirement = package.requirement.filter(|text| !text.is_empty());
    component.hashes = package.hashes;
    component.purl = Some(url);
    component.direct = Some(true);
    let in_workflow = scene.path.contains(".github/")
        || scene.path.contains("gitlab-ci")
        || scene.path.contains(".circleci");
    component.scope = Some(if in_workflow {
        Scope::Development
    } else {
        Scope::Runtime
    });
    maker.add(component, RelationKind::DependsOn, None, occurrence);
}
