//! Who supplies each component, by namespace, host, metadata, card or copyright line.

mod namespace;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use waybill_domain::inventory::{
    Component, ComponentId, Field, Occurrence, Role, Standing, SupplierId, SupplierKind,
};
use waybill_knowledge::KnownSupplier;

use crate::{draft::Draft, rules, tree::Tree, usage::is_own_host};

/// Who supplies something, and how that came to be known.
struct Found {
    name: String,
    kind: SupplierKind,
    standing: Standing,
    known: Option<KnownSupplier>,
    /// What told it: a namespace, a host, a field.
    by: String,
}

impl Found {
    fn known(known: KnownSupplier, by: impl Into<String>) -> Self {
        Self {
            name: known.name.to_owned(),
            kind: SupplierKind::Organisation,
            standing: Standing::Observed,
            known: Some(known),
            by: by.into(),
        }
    }

    fn named(name: &str, kind: SupplierKind, by: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            standing: Standing::Claimed,
            known: None,
            by: by.into(),
        }
    }
}

/// Adds what the components tell of their suppliers to the draft.
pub(crate) fn add(_tree: &Tree, draft: &mut Draft) {
    let ids: Vec<ComponentId> = draft
        .components()
        .map(|component| component.id.clone())
        .collect();
    let mut unknown: BTreeMap<String, Vec<ComponentId>> = BTreeMap::new();
    for id in ids {
        let Some(component) = draft.get(&id) else {
            continue;
        };
        if !has_supplier(component) {
            continue;
        }
        if let Some(supplier) = component.supplier.clone() {
            complete(draft, &supplier);
            continue;
        }
        match find(component) {
            Some(found) => supply(draft, &id, &found),
            None => {
                unknown
                    .entry(group(component))
                    .or_default()
                    .push(id.clone());
                if let Some(component) = draft.get_mut(&id) {
                    component.state(Field::Supplier, "", Standing::Unknown, "waybill", None);
                }
            }
        }
    }
    for (group, ids) in unknown {
        note(draft, &group, &ids);
    }
}

/// True for what comes from somebody; prompts and files of the tree are the system's own.
fn has_supplier(component: &Component) -> bool {
    let own = matches!(
        component.role,
        Role::Prompt
            | Role::ChatTemplate
            | Role::AgentInstructions
            | Role::File
            | Role::Guardrail
            | Role::Machine
    );
    (!own && !is_served_here(component)) || component.purl.is_some()
}

/// A service on the system's own machines, or a model that only such a service knows.
fn is_served_here(component: &Component) -> bool {
    let id = component.id.0.as_str();
    let host = match component.role {
        Role::Service => id.strip_prefix("service:"),
        Role::HostedModel => id
            .strip_prefix("hosted-model:")
            .and_then(|rest| rest.split('/').next())
            .filter(|host| host.contains(':') || *host == "localhost"),
        _ => None,
    };
    host.and_then(|host| host.split('/').next())
        .is_some_and(|host| {
            let named = host.contains([':', '.']) || host == "localhost";
            named && is_own_host(host)
        })
}

fn supply(draft: &mut Draft, id: &ComponentId, found: &Found) {
    let supplier = draft.supplier(found.kind, &found.name, found.standing);
    let place = draft
        .get(id)
        .and_then(|component| component.occurrences.first().cloned());
    if let (Some(supplier), Some(known)) = (draft.supplier_mut(&supplier), found.known) {
        fill(supplier, known);
    }
    if let (Some(supplier), Some(place)) = (draft.supplier_mut(&supplier), place)
        && supplier.occurrences.len() < 20
        && let Err(at) = supplier.occurrences.binary_search(&place)
    {
        supplier.occurrences.insert(at, place);
    }
    if let Some(component) = draft.get_mut(id) {
        component.supplier = Some(supplier);
        component.state(
            Field::Supplier,
            found.name.clone(),
            found.standing,
            found.by.clone(),
            None,
        );
    }
}

fn fill(supplier: &mut waybill_domain::inventory::Supplier, known: KnownSupplier) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    if supplier.urls.is_empty() {
        supplier.urls.extend(some(known.url));
    }
    supplier.country = supplier.country.take().or_else(|| some(known.country));
    supplier.security_contact = supplier
        .security_contact
        .take()
        .or_else(|| some(known.security_contact));
}

/// Completes a supplier that another part has named, if the catalogue knows the name.
fn complete(draft: &mut Draft, id: &SupplierId) {
    if let Some(supplier) = draft.supplier_mut(id)
        && let Some(known) = waybill_knowledge::known_name(&supplier.name)
    {
        fill(supplier, known);
    }
}

/// The ways to find a supplier, surest first.
fn find(component: &Component) -> Option<Found> {
    component
        .purl
        .as_deref()
        .and_then(|purl| namespace::by_purl(purl, component))
        .or_else(|| host(component))
        .or_else(|| author(component))
        .or_else(|| repository(component))
        .or_else(|| holder(component))
}

fn host(component: &Component) -> Option<Found> {
    let service = component.service.as_deref();
    let hosted = component.hosted.as_deref();
    let endpoints = service
        .map(|service| service.endpoints.as_slice())
        .unwrap_or_default();
    let hosts = service
        .and_then(|service| service.host.as_deref())
        .into_iter()
        .chain(hosted.and_then(|hosted| hosted.host.as_deref()))
        .chain(endpoints.iter().filter_map(|url| url.split("://").nth(1)))
        .chain(component.id.0.strip_prefix("service:"));
    for host in hosts {
        let host = host
            .split(['/', ':', '?'])
            .next()
            .unwrap_or(host)
            .to_lowercase();
        if !host.contains('.') || is_local(&host) {
            continue;
        }
        return Some(match waybill_knowledge::known_host(&host) {
            Some(known) => Found::known(known, format!("host {host}")),
            None => Found::named(&host, SupplierKind::ApiHost, format!("host {host}")),
        });
    }
    let slug = component
        .id
        .0
        .strip_prefix("hosted-model:")?
        .split('/')
        .next()?;
    waybill_knowledge::known_name(slug).map(|known| Found::known(known, "name of the interface"))
}

/// A host that only this system answers at.
fn is_local(host: &str) -> bool {
    host.ends_with(".local")
        || host.ends_with(".internal")
        || host.ends_with(".svc")
        || host.contains(".svc.")
        || host.parse::<std::net::IpAddr>().is_ok()
}

/// The first author, where there are few enough to be suppliers.
fn author(component: &Component) -> Option<Found> {
    let written = component.authors.first()?;
    let name = written
        .split('<')
        .next()
        .unwrap_or(written)
        .trim()
        .trim_end_matches(',');
    let name = name.split(',').next().unwrap_or(name).trim();
    if name.is_empty() || name.contains('@') || name.len() > 120 {
        return None;
    }
    if let Some(known) = waybill_knowledge::known_name(name) {
        return Some(Found::known(known, "author"));
    }
    let kind = if is_organisation(name) {
        SupplierKind::Organisation
    } else {
        SupplierKind::Person
    };
    Some(Found::named(name, kind, "author"))
}

fn is_organisation(name: &str) -> bool {
    const WORDS: [&str; 32] = [
        "inc",
        "inc.",
        "llc",
        "ltd",
        "ltd.",
        "gmbh",
        "ag",
        "s.a.",
        "corp",
        "corp.",
        "corporation",
        "company",
        "foundation",
        "institute",
        "university",
        "team",
        "labs",
        "lab",
        "group",
        "developers",
        "contributors",
        "authors",
        "community",
        "project",
        "ai",
        "research",
        "technologies",
        "software",
        "systems",
        "organization",
        "maintainers",
        "consortium",
    ];
    name.split_whitespace()
        .any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// The owner of the repository that the metadata names.
fn repository(component: &Component) -> Option<Found> {
    component.references.iter().find_map(|reference| {
        let rest = reference.url.split("://").nth(1)?;
        let mut parts = rest.split('/');
        let host = parts.next()?;
        let owner = parts.next().filter(|owner| !owner.is_empty())?;
        if !matches!(
            host,
            "github.com" | "gitlab.com" | "codeberg.org" | "bitbucket.org"
        ) {
            return None;
        }
        let known = (host == "github.com")
            .then(|| waybill_knowledge::known_supplier("github", owner))
            .flatten();
        let by = format!("repository {host}/{owner}");
        Some(match known {
            Some(known) => Found::known(known, by),
            None => Found::named(owner, SupplierKind::PackageNamespace, by),
        })
    })
}

/// The holder in a copyright line: what stands behind the mark and the years.
fn holder(component: &Component) -> Option<Found> {
    let line = component.copyright.as_deref()?;
    let name = line
        .trim_start_matches(|letter: char| !letter.is_alphanumeric())
        .split_whitespace()
        .filter(|word| {
            let lower = word.to_lowercase();
            let year = lower
                .chars()
                .all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | ',' | '–'));
            !year
                && !matches!(
                    lower.as_str(),
                    "copyright" | "(c)" | "©" | "by" | "present" | "copyrights"
                )
        })
        .collect::<Vec<_>>()
        .join(" ");
    let name = name
        .split(". All rights")
        .next()
        .unwrap_or(&name)
        .split('<')
        .next()
        .unwrap_or(&name);
    let name = name.trim().trim_end_matches(['.', ',']);
    if name.is_empty() || name.len() > 100 {
        return None;
    }
    Some(match waybill_knowledge::known_name(name) {
        Some(known) => Found::known(known, "copyright"),
        None => Found::named(name, SupplierKind::LicenceHolder, "copyright"),
    })
}

/// What components without a supplier are counted by: their ecosystem, else their role.
fn group(component: &Component) -> String {
    let kind = component
        .purl
        .as_deref()
        .and_then(|purl| purl.strip_prefix("pkg:")?.split('/').next());
    match kind {
        Some(kind) if component.role == Role::Library => format!("{kind} package"),
        _ => format!("component of the role {}", component.role.as_str()),
    }
}

fn note(draft: &mut Draft, group: &str, ids: &[ComponentId]) {
    let names: Vec<String> = ids
        .iter()
        .take(5)
        .filter_map(|id| {
            draft
                .get(id)
                .map(|component| format!("`{}`", component.full_name()))
        })
        .collect();
    let more = if ids.len() > names.len() { ", ..." } else { "" };
    let first = match ids {
        [only] => Some(only.clone()),
        _ => None,
    };
    let at: Option<Occurrence> = ids
        .first()
        .and_then(|id| draft.get(id))
        .and_then(|component| component.occurrences.first().cloned());
    let (first_word, rest) = group.split_once("component").unwrap_or((group, ""));
    let plural = match (ids.len(), rest.is_empty()) {
        (1, _) => group.to_owned(),
        (_, true) => format!("{first_word}s"),
        (_, false) => format!("{first_word}components{rest}"),
    };
    let message = format!(
        "nobody is known to supply {} {plural}: {}{more}",
        ids.len(),
        names.join(", ")
    );
    draft.note(&rules::UNKNOWN_SUPPLIER, first, at, message);
}
