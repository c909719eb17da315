//! Suppliers by the namespace of a package URL.

use waybill_domain::inventory::{Component, SupplierKind};
use waybill_knowledge::{known_family, known_supplier, known_supplier_above};

use super::Found;

/// A package URL in parts, as far as suppliers need them.
struct Parts {
    kind: String,
    namespace: String,
    name: String,
    registry: Option<String>,
}

fn parts(purl: &str) -> Option<Parts> {
    // Models of the hub's first days have no owner in their names, which the parser does not accept.
    if let Some(name) = purl.strip_prefix("pkg:huggingface/")
        && !name.contains('/')
    {
        return Some(Parts {
            kind: "huggingface".to_owned(),
            namespace: String::new(),
            name: name.split(['@', '?']).next().unwrap_or(name).to_owned(),
            registry: None,
        });
    }
    let parsed: packageurl::PackageUrl<'_> = purl.parse().ok()?;
    Some(Parts {
        kind: parsed.ty().to_owned(),
        namespace: parsed.namespace().unwrap_or_default().to_owned(),
        name: parsed.name().to_owned(),
        registry: parsed
            .qualifiers()
            .get("repository_url")
            .map(ToString::to_string),
    })
}

pub(super) fn by_purl(purl: &str, component: &Component) -> Option<Found> {
    let parts = parts(purl)?;
    let by = format!("namespace of {}", parts.kind);
    match parts.kind.as_str() {
        "huggingface" => hub(&parts, by),
        "docker" | "oci" => image(&parts, by),
        "npm" if parts.namespace.is_empty() => package("npm", &parts.name, component),
        "npm" => Some(owner(
            "npm",
            &parts.namespace,
            SupplierKind::PackageNamespace,
            by,
        )),
        "github" => Some(owner(
            "github",
            &parts.namespace,
            SupplierKind::PackageNamespace,
            by,
        )),
        "terraform" => Some(owner(
            "terraform",
            &parts.namespace,
            SupplierKind::PackageNamespace,
            by,
        ))
        .filter(|_| !parts.namespace.is_empty()),
        "maven" => {
            let known = known_supplier_above("maven", &parts.namespace, '.');
            Some(known.map_or_else(
                || Found::named(&parts.namespace, SupplierKind::PackageNamespace, by.clone()),
                |known| Found::known(known, by.clone()),
            ))
            .filter(|_| !parts.namespace.is_empty())
        }
        "golang" => golang(&parts, by),
        "pypi" | "cargo" => package(&parts.kind, &parts.name, component),
        "conda" => package("pypi", &parts.name, component),
        "deb" | "apk" | "rpm" | "alpm" => {
            let system = parts.namespace.split('/').next().unwrap_or_default();
            (!system.is_empty()).then(|| owner("os", system, SupplierKind::PackageNamespace, by))
        }
        _ => None,
    }
}

fn owner(kind: &str, namespace: &str, other: SupplierKind, by: String) -> Found {
    match known_supplier(kind, namespace) {
        Some(known) => Found::known(known, by),
        None => Found::named(namespace, other, by),
    }
}

/// A package whose registry has no namespaces: the catalogue, if no metadata names anybody.
fn package(kind: &str, name: &str, component: &Component) -> Option<Found> {
    let known = known_supplier(kind, name);
    let stubs = name.strip_prefix("types-");
    let known = known.or_else(|| stubs.and_then(|_| known_supplier("github", "python")));
    // A package of that name from somewhere else is somebody else's.
    let elsewhere = component.purl.as_deref().is_some_and(|purl| {
        ["repository_url=", "download_url=", "vcs_url="]
            .iter()
            .any(|key| purl.contains(key))
    });
    known
        .filter(|_| !elsewhere)
        .map(|known| Found::known(known, format!("catalogue of {kind} packages")))
}

fn hub(parts: &Parts, by: String) -> Option<Found> {
    let namespace = parts
        .namespace
        .trim_start_matches("datasets")
        .trim_start_matches('/');
    if namespace.is_empty() {
        let known = known_supplier("model", &parts.name)?;
        return Some(Found::known(known, "model of the hub without a namespace"));
    }
    Some(owner("hub", namespace, SupplierKind::HubNamespace, by))
}

fn image(parts: &Parts, by: String) -> Option<Found> {
    let registry = parts.registry.as_deref().unwrap_or("docker.io");
    let registry = registry
        .split("://")
        .last()
        .unwrap_or(registry)
        .trim_end_matches('/');
    let namespace = parts.namespace.trim_end_matches('/');
    if let Some(place) = registry.strip_prefix("registry.ollama.ai") {
        let place = place.trim_start_matches('/');
        let place = if place.is_empty() { namespace } else { place };
        if !matches!(place, "" | "library") {
            return Some(Found::named(place, SupplierKind::ImageNamespace, by));
        }
        return known_family(&parts.name)
            .or_else(|| known_supplier("image", "ollama"))
            .map(|known| Found::known(known, "family of the Ollama library"));
    }
    let hub = registry.is_empty() || registry.ends_with("docker.io");
    if hub && matches!(namespace, "library" | "") {
        let known =
            known_supplier("image", &parts.name).or_else(|| known_supplier("image", "library"))?;
        return Some(Found::known(known, "official image of Docker Hub"));
    }
    if hub {
        return Some(owner("image", namespace, SupplierKind::ImageNamespace, by));
    }
    let place = format!("{registry}/{namespace}");
    let place = place.trim_end_matches('/');
    let organisation = place.split('/').nth(1);
    if let Some(known) = known_supplier_above("image", place, '/') {
        return Some(Found::known(known, by));
    }
    let forge = organisation.filter(|_| registry.starts_with("ghcr.io"));
    if let Some(known) = forge.and_then(|owner| known_supplier("github", owner)) {
        return Some(Found::known(known, by));
    }
    let name = organisation.map_or(registry, |_| place);
    Some(Found::named(name, SupplierKind::ImageNamespace, by))
}

fn golang(parts: &Parts, by: String) -> Option<Found> {
    let path = format!("{}/{}", parts.namespace, parts.name);
    let path = path.trim_start_matches('/');
    if let Some(known) = known_supplier_above("golang", path, '/') {
        return Some(Found::known(known, by));
    }
    let mut segments = path.split('/');
    let (host, owner) = (segments.next()?, segments.next()?);
    if host == "github.com"
        && let Some(known) = known_supplier("github", owner)
    {
        return Some(Found::known(known, by));
    }
    let name = if matches!(host, "github.com" | "gitlab.com") {
        format!("{host}/{owner}")
    } else {
        host.to_owned()
    };
    Some(Found::named(&name, SupplierKind::PackageNamespace, by))
}
