//! What both standards say in nearly the same words.

use serde_json::Value;
use waybill_domain::{
    bill::{Gravity, Problem, ProblemKind},
    inventory::{Component, Hash, RelationKind, Role, Standing, SupplierId, SupplierKind, Unread},
};

use crate::bill::values::{expression_fault, hash_fault, purl_fault, quoted};

/// `NOASSERTION` and `NONE` say nothing.
pub(super) fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !matches!(text.as_str(), "NOASSERTION" | "NONE" | ""))
}

/// A digest by SPDX's name of its algorithm.
pub(super) fn hash(algorithm: &str, value: String) -> Hash {
    let folded = algorithm.to_ascii_lowercase().replace('_', "-");
    let algorithm = match folded.as_str() {
        "sha1" => "sha-1",
        "sha224" => "sha-224",
        "sha256" => "sha-256",
        "sha384" => "sha-384",
        "sha512" => "sha-512",
        "blake2b256" => "blake2b-256",
        "blake2b384" => "blake2b-384",
        "blake2b512" => "blake2b-512",
        other => other,
    };
    Hash {
        algorithm: algorithm.to_owned(),
        value: value.to_ascii_lowercase(),
        standing: Standing::Claimed,
    }
}

/// The role of a package by its purpose and purl.
pub(super) fn role(purpose: &str, purl: Option<&str>) -> Role {
    let package = purl
        .and_then(|purl| purl.strip_prefix("pkg:")?.split('/').next())
        .unwrap_or_default();
    let purpose = purpose.to_ascii_lowercase().replace(['-', '_'], "");
    match (purpose.as_str(), package) {
        _ if purl.is_some_and(|purl| purl.starts_with("pkg:huggingface/datasets/")) => {
            Role::Dataset
        }
        ("model", _) | (_, "huggingface" | "mlflow") => Role::Model,
        ("data", _) => Role::Dataset,
        (_, "deb" | "rpm" | "apk" | "alpm") => Role::SystemPackage,
        ("container", _) | (_, "docker" | "oci") => Role::Container,
        (_, "githubactions") => Role::WorkflowAction,
        (_, "terraform") => Role::InfrastructurePlugin,
        ("operatingsystem", _) => Role::OperatingSystem,
        ("device", _) => Role::Machine,
        ("file" | "configuration" | "documentation" | "source" | "archive", _) => Role::File,
        ("application" | "firmware" | "install" | "executable", _) => Role::Application,
        _ => Role::Library,
    }
}

/// A relation and whether it reads the other way round; none if an inventory has no such kind.
fn relation(word: &str) -> Option<(RelationKind, bool)> {
    let folded: String = word
        .chars()
        .filter(|character| *character != '_')
        .map(|character| character.to_ascii_lowercase())
        .collect();
    Some(match folded.as_str() {
        "dependson"
        | "hasprerequisite"
        | "staticlink"
        | "dynamiclink"
        | "hasstaticlink"
        | "hasdynamiclink"
        | "hasoptionaldependency"
        | "hasprovideddependency"
        | "hasoptionalcomponent" => (RelationKind::DependsOn, false),
        "dependencyof"
        | "runtimedependencyof"
        | "devdependencyof"
        | "builddependencyof"
        | "optionaldependencyof"
        | "provideddependencyof"
        | "testdependencyof"
        | "prerequisitefor"
        | "buildtoolof"
        | "devtoolof"
        | "testtoolof"
        | "dependencymanifestof" => (RelationKind::DependsOn, true),
        "contains" | "expandedfromarchive" => (RelationKind::Contains, false),
        "containedby" | "packageof" => (RelationKind::Contains, true),
        "descendantof" | "generatedfrom" | "variantof" => (RelationKind::DerivedFrom, false),
        "ancestorof" | "generates" | "hasvariant" => (RelationKind::DerivedFrom, true),
        "trainedon" => (RelationKind::TrainedOn, false),
        "testedon" => (RelationKind::EvaluatedOn, false),
        "hasdatafile" | "usestool" => (RelationKind::Uses, false),
        "datafileof" => (RelationKind::Uses, true),
        "hasmetadata" | "hasdocumentation" => (RelationKind::DescribedBy, false),
        "documentationof" | "metafileof" => (RelationKind::DescribedBy, true),
        _ => return None,
    })
}

/// What a relationship says, by its word and its comment: the relation, whether it reads the other
/// way round, and how firmly it is known.
pub(super) fn kind(word: &str, comment: Option<&str>) -> Option<(RelationKind, bool, Standing)> {
    if let Some((kind, standing)) = own_relation(comment) {
        return Some((kind, false, standing));
    }
    let (kind, turned) = relation(word)?;
    Some((kind, turned, Standing::Claimed))
}

/// `kind, standing`, as our own bills comment on relationships.
fn own_relation(comment: Option<&str>) -> Option<(RelationKind, Standing)> {
    let (kind, standing) = comment?.split_once(", ")?;
    Some((word(kind)?, word(standing)?))
}

fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

/// The component that an annotation of our own bills holds.
pub(super) fn own_component(statement: &str) -> Option<Component> {
    if !statement.starts_with('{') || !statement.contains("waybill.component/1") {
        return None;
    }
    let value: Value = serde_json::from_str(statement).ok()?;
    serde_json::from_value(value.get("component")?.clone()).ok()
}

/// Puts back what the element itself said.
pub(super) fn restore(mut own: Component, read: Component) -> Component {
    own.description = read.description;
    own.copyright = read.copyright;
    own.references = read.references;
    own.hashes.extend(read.hashes);
    own.hashes.sort();
    own.hashes
        .dedup_by(|one, other| one.algorithm == other.algorithm && one.value == other.value);
    own
}

/// `not examined: path:line: reason`.
pub(super) fn unread(text: &str) -> Option<Unread> {
    let rest = text.strip_prefix("not examined: ")?;
    let (place, reason) = rest.split_once(": ")?;
    let (path, line) = match place.rsplit_once(':') {
        Some((path, line)) if line.parse::<u32>().is_ok() => (path, line.parse().ok()),
        _ => (place, None),
    };
    Some(Unread {
        path: path.to_owned(),
        line,
        reason: reason.to_owned(),
    })
}

/// The kind of supplier that an id of ours tells.
pub(super) fn kind_of(id: &SupplierId) -> Option<SupplierKind> {
    Some(match id.0.split_once(':')?.0 {
        "organisation" => SupplierKind::Organisation,
        "person" => SupplierKind::Person,
        "hub" => SupplierKind::HubNamespace,
        "packages" => SupplierKind::PackageNamespace,
        "images" => SupplierKind::ImageNamespace,
        "api" => SupplierKind::ApiHost,
        "holder" => SupplierKind::LicenceHolder,
        _ => return None,
    })
}

/// What is wrong with single values of a component.
pub(super) fn faults(component: &Component, pointer: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |kind, message| {
        problems.push(Problem {
            gravity: Gravity::Error,
            kind,
            pointer: pointer.to_owned(),
            message,
        });
    };
    if let Some(purl) = &component.purl
        && let Some(fault) = purl_fault(purl)
    {
        add(
            ProblemKind::InvalidPurl,
            format!("{} is no package URL: {fault}", quoted(purl)),
        );
    }
    for hash in &component.hashes {
        if let Some(fault) = hash_fault(&hash.algorithm, &hash.value) {
            add(ProblemKind::InvalidHash, fault);
        }
    }
    problems
}

/// What is wrong with a licence expression.
pub(super) fn licence_fault(text: &str, pointer: &str) -> Option<Problem> {
    let fault = expression_fault(text)?;
    Some(Problem {
        gravity: Gravity::Error,
        kind: ProblemKind::InvalidLicence,
        pointer: pointer.to_owned(),
        message: format!("{} is no SPDX expression: {fault}", quoted(text)),
    })
}
