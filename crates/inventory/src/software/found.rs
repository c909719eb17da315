//! Components in the making. They are put together here and given to the draft once each, so that
//! ten thousand mentions of one package cost no more than ten thousand mentions of many.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::{
    Component, ComponentId, Field, Hash, Licence, LicenceSource, Occurrence, Pin, Reference,
    ReferenceKind, RelationKind, Role, Scope, Standing, Statement,
};
use waybill_source::packages::{Ecosystem, Need, Origin, Package};

use super::{identity::Identity, versions};
use crate::draft::Draft;

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    components: BTreeMap<ComponentId, Component>,
    relations: BTreeMap<(ComponentId, RelationKind, ComponentId), Option<Occurrence>>,
    /// Components that another one needs.
    needed: BTreeSet<ComponentId>,
}

/// How a package came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Witness {
    /// By a file that wants it.
    Wanted,
    /// By a lock file.
    Locked,
    /// By its own metadata beside its bytes.
    Installed,
}

impl Found {
    /// Records that the file at `path` speaks of a package.
    pub(super) fn record(
        &mut self,
        identity: Identity,
        package: &Package,
        path: &str,
        witness: Witness,
    ) -> ComponentId {
        let id = identity.id.clone();
        let component = self
            .components
            .entry(id.clone())
            .or_insert_with(|| identity.component());
        let place = Occurrence::at(path, package.line);
        component.occurrences.push(place.clone());
        merge_pin(component, pin(package, witness));
        if component.requirement.is_none() && component.version.is_none() {
            component.requirement = requirement(package);
        }
        describe(component, package, path, &place);
        id
    }

    /// Records that the project at `path` wants what is known as `id`.
    pub(super) fn want(&mut self, id: &ComponentId, package: &Package, path: &str) {
        let Some(component) = self.components.get_mut(id) else {
            return;
        };
        component
            .occurrences
            .push(Occurrence::at(path, package.line));
        component.direct = Some(true);
        if component.requirement.is_none() {
            component.requirement = requirement(package);
        }
        self.merge_scope(id, package.need);
    }

    /// Adds a place to what is known as `id`.
    pub(super) fn seen(&mut self, id: &ComponentId, place: Occurrence) {
        if let Some(component) = self.components.get_mut(id) {
            component.occurrences.push(place);
        }
    }

    /// Records that it is needed at that time; the strongest need counts.
    pub(super) fn merge_scope(&mut self, id: &ComponentId, need: Need) {
        if let Some(component) = self.components.get_mut(id) {
            let scope = scope(need);
            component.scope = Some(component.scope.map_or(scope, |known| known.min(scope)));
        }
    }

    pub(super) fn set_direct(&mut self, id: &ComponentId, direct: bool) {
        if let Some(component) = self.components.get_mut(id)
            && component.direct != Some(true)
        {
            component.direct = Some(direct);
        }
    }

    pub(super) fn add(&mut self, component: Component) {
        self.components
            .entry(component.id.clone())
            .or_insert(component);
    }

    /// Records that one component needs another.
    pub(super) fn relate(
        &mut self,
        from: &ComponentId,
        kind: RelationKind,
        to: &ComponentId,
        place: Option<Occurrence>,
    ) {
        if from == to {
            return;
        }
        self.needed.insert(to.clone());
        let key = (from.clone(), kind, to.clone());
        self.relations.entry(key).or_insert(place);
    }

    /// Gives everything to the draft. What nothing else needs hangs on the system itself.
    pub(super) fn finish(mut self, draft: &mut Draft) {
        let subject = ComponentId::subject();
        let roots: Vec<ComponentId> = self
            .components
            .values()
            .filter(|component| {
                component.direct == Some(true) || !self.needed.contains(&component.id)
            })
            .map(|component| component.id.clone())
            .collect();
        for id in roots {
            let Some(component) = self.components.get(&id) else {
                continue;
            };
            let kind = match component.role {
                Role::Library => RelationKind::DependsOn,
                _ => RelationKind::Contains,
            };
            let place = component.occurrences.iter().min().cloned();
            self.relate(&subject, kind, &id, place);
        }
        for (_, mut component) in std::mem::take(&mut self.components) {
            component.occurrences.sort();
            component.occurrences.dedup();
            component.statements.sort();
            component.statements.dedup();
            component.hashes.sort();
            component.hashes.dedup();
            component.licences.sort();
            component.licences.dedup();
            component.references.sort();
            component.references.dedup();
            draft.add(component);
        }
        for ((from, kind, to), place) in self.relations {
            draft.relate(&from, kind, &to, Standing::Observed, place);
        }
    }
}

fn requirement(package: &Package) -> Option<String> {
    package.requirement.clone().filter(|text| !text.is_empty())
}

fn merge_pin(component: &mut Component, pin: Pin) {
    component.pin = Some(component.pin.map_or(pin, |known| known.min(pin)));
}

/// How firmly a mention fixes what will be used.
pub(super) fn pin(package: &Package, witness: Witness) -> Pin {
    if let Origin::Git { revision, .. } = &package.origin {
        return match revision.as_deref() {
            Some(revision) if versions::is_commit(revision) => Pin::Digest,
            None | Some("main" | "master" | "HEAD" | "latest") => Pin::Floating,
            Some(_) => Pin::Name,
        };
    }
    if witness == Witness::Installed || !package.hashes.is_empty() {
        return Pin::Digest;
    }
    let archive = matches!(package.origin, Origin::Url(_));
    if package.version.is_some() || archive {
        Pin::Name
    } else {
        Pin::Floating
    }
}

pub(super) const fn scope(need: Need) -> Scope {
    match need {
        Need::Runtime => Scope::Runtime,
        Need::Optional => Scope::Optional,
        Need::Development => Scope::Development,
        Need::Build => Scope::Build,
    }
}

fn describe(component: &mut Component, package: &Package, path: &str, place: &Occurrence) {
    let state = |field, value: String, standing| Statement {
        field,
        value,
        standing,
        by: path.to_owned(),
        occurrence: Some(place.clone()),
    };
    if let Some(version) = &component.version {
        let said = state(Field::Version, version.clone(), Standing::Observed);
        component.statements.push(said);
    }
    hashes(component, package);
    if let Some((algorithm, value)) = package.hashes.first() {
        let value = format!("{}:{value}", algorithm_name(algorithm).unwrap_or(algorithm));
        component
            .statements
            .push(state(Field::Hash, value, Standing::Claimed));
    }
    if let Some(written) = &package.licence {
        let said = state(Field::Licence, written.clone(), Standing::Claimed);
        component.statements.push(said);
        component
            .licences
            .push(licence(written, Some(place.clone())));
    }
    if let Some(author) = &package.supplier
        && !component.authors.contains(author)
        && component.authors.len() < 100
    {
        component.authors.push(author.clone());
    }
    if let Some(url) = package.homepage.as_ref().filter(|url| is_web(url)) {
        component.references.push(Reference {
            kind: ReferenceKind::Website,
            url: url.clone(),
        });
    }
    let properties = [
        ("source.package", &package.built_from),
        ("architecture", &package.architecture),
        ("condition", &package.condition),
    ];
    for (name, value) in properties {
        if let Some(value) = value {
            let known = component.properties.entry(name.to_owned());
            known.or_insert_with(|| value.clone());
        }
    }
}

fn hashes(component: &mut Component, package: &Package) {
    for (algorithm, value) in &package.hashes {
        match algorithm_name(algorithm) {
            Some(name) => component.hashes.push(Hash {
                algorithm: name.to_owned(),
                value: value.clone(),
                standing: Standing::Claimed,
            }),
            // The tree hash of Go is a digest of a list of digests, which no bill has a word for.
            None if package.ecosystem == Ecosystem::Golang => {
                let known = component.properties.entry("go.sum".to_owned());
                known.or_insert_with(|| format!("{algorithm}:{value}"));
            }
            None => {}
        }
    }
}

fn algorithm_name(algorithm: &str) -> Option<&'static str> {
    Some(match algorithm {
        "sha256" => "sha-256",
        "sha512" => "sha-512",
        "sha384" => "sha-384",
        "sha224" => "sha-224",
        "sha1" => "sha-1",
        "md5" => "md5",
        "blake2b-256" => "blake2b-256",
        _ => return None,
    })
}

/// A licence as package metadata state it.
pub(super) fn licence(written: &str, occurrence: Option<Occurrence>) -> Licence {
    let valid = written.len() < 1000 && spdx::Expression::parse(written).is_ok();
    Licence {
        expression: valid.then(|| written.to_owned()),
        written: (!valid).then(|| written.to_owned()),
        source: LicenceSource::Metadata,
        standing: Standing::Claimed,
        occurrence,
    }
}

pub(super) fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains(char::is_whitespace)
}
