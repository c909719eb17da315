//! Croissant: descriptions of data sets in JSON-LD, 1.0 and 1.1, with the RAI vocabulary.
//!
//! Specification: <https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html> and
//! <https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html>. Writers differ in prefixes and
//! spellings, so properties are compared without either.

use waybill_domain::inventory::{
    Component, ComponentId, DatasetFacts, Field, Hash, LicenceSource, Occurrence, Pin,
    ReferenceKind, RelationKind, Role, Standing,
};
use waybill_source::document::Node;

use super::{
    card::{join, link, refer},
    data, first, state,
};
use crate::{
    draft::Draft,
    licences,
    tree::{file_name, parent},
};

/// Reads a description; `None` for JSON that is none.
pub(super) fn read(draft: &mut Draft, path: &str, node: &Node) -> Option<ComponentId> {
    let conforms = property(node, "conformsTo")
        .map(written)
        .unwrap_or_default();
    let version = conforms
        .iter()
        .find_map(|text| text.split_once("mlcommons.org/croissant/"));
    let is_dataset = property(node, "@type")
        .map(written)
        .unwrap_or_default()
        .iter()
        .any(|kind| local_name(kind) == "dataset");
    let has_records =
        property(node, "recordSet").is_some() || property(node, "distribution").is_some();
    if !is_dataset || !(version.is_some() || (node.get("@context").is_some() && has_records)) {
        return None;
    }
    let folder = parent(path);
    let name = property(node, "name")
        .and_then(Node::written)
        .map(ToOwned::to_owned);
    let folder_of_many =
        file_name(path).starts_with("croissant") || matches!(file_name(path), "metadata.json");
    let place = match folder {
        _ if !folder_of_many => path,
        "" => ".",
        folder => folder,
    };
    let id = data::local(draft, place, Occurrence::at(path, None));
    let component = draft.get_mut(&id)?;
    if let Some(name) = name {
        component.name = name;
    }
    if let Some((_, version)) = version {
        component
            .properties
            .insert("croissant.version".to_owned(), version.to_owned());
    }
    plain(component, path, node);
    distribution(component, path, node);
    records(component, path, node);
    responsible(component, path, node);
    lineage(draft, &id, path, node);
    Some(id)
}

/// The name of a property without prefix, address and case.
fn local_name(name: &str) -> String {
    let short = name.rsplit(['#', '/']).next().unwrap_or(name);
    let short = short.rsplit(':').next().unwrap_or(short);
    short.to_lowercase()
}

/// A property under any of its prefixes.
fn property<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.get(name).or_else(|| {
        let wanted = name.to_lowercase();
        node.entries()
            .iter()
            .find(|(key, _, _)| {
                local_name(key) == wanted.trim_start_matches('@')
                    && key.starts_with('@') == name.starts_with('@')
            })
            .map(|(_, _, value)| value.as_ref())
    })
}

/// Texts of a value: plain ones, and names, addresses and values of objects.
fn written(node: &Node) -> Vec<&str> {
    let one = |node: &'_ Node| -> bool { node.is_map() };
    match node {
        Node::List { items, .. } => items
            .iter()
            .take(1000)
            .filter_map(|item| label(item))
            .collect(),
        _ if one(node) => label(node).into_iter().collect(),
        _ => node.written().into_iter().collect(),
    }
}

fn label(node: &Node) -> Option<&str> {
    node.written().or_else(|| {
        ["@value", "name", "url", "@id", "sc:name", "schema:name"]
            .iter()
            .find_map(|key| node.get(key)?.written())
    })
}

/// What schema.org and data packages call alike.
pub(super) fn plain(component: &mut Component, path: &str, node: &Node) {
    let at = |key: &str| Occurrence {
        symbol: Some(key.to_owned()),
        ..Occurrence::at(path, property(node, key).map(Node::line))
    };
    let text = |key: &str| {
        property(node, key)
            .and_then(label)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    if let Some(description) = text("description") {
        state(
            component,
            Field::Description,
            description.chars().take(200).collect::<String>(),
            Standing::Claimed,
            &at("description"),
        );
        first(
            &mut component.description,
            Some(description.chars().take(600).collect()),
        );
    }
    first(&mut component.version, text("version"));
    first(
        &mut component.released,
        text("datePublished")
            .or_else(|| text("created"))
            .filter(|date| date.len() >= 10),
    );
    for key in ["license", "licenses"] {
        for node in property(node, key).into_iter().flat_map(|node| {
            if node.items().is_empty() {
                vec![node]
            } else {
                node.items().iter().map(AsRef::as_ref).collect()
            }
        }) {
            let stated = node
                .get("url")
                .or_else(|| node.get("path"))
                .or_else(|| node.get("name"))
                .and_then(Node::written)
                .or_else(|| label(node));
            if let Some(stated) = stated {
                let stated = licences::from_address(stated).unwrap_or_else(|| stated.to_owned());
                licences::claim(
                    component,
                    &stated,
                    LicenceSource::Card,
                    Standing::Claimed,
                    at(key),
                );
            }
        }
    }
    for key in ["creator", "author", "publisher", "contributors"] {
        for name in property(node, key).map(written).unwrap_or_default() {
            if !component.authors.iter().any(|known| known == name) && component.authors.len() < 50
            {
                component.authors.push(name.to_owned());
                state(
                    component,
                    Field::Supplier,
                    name,
                    Standing::Claimed,
                    &at(key),
                );
            }
        }
    }
    for key in ["url", "sameAs", "homepage"] {
        for url in property(node, key)
            .map(written)
            .unwrap_or_default()
            .into_iter()
            .filter_map(link)
        {
            refer(component, ReferenceKind::Website, url);
        }
    }
    let facts = component.dataset_mut();
    for language in property(node, "inLanguage")
        .map(written)
        .unwrap_or_default()
    {
        if !facts.languages.iter().any(|known| known == language) {
            facts.languages.push(language.to_owned());
        }
    }
    for (key, name) in [
        ("citeAs", "cite-as"),
        ("citation", "cite-as"),
        ("isLiveDataset", "live"),
        ("keywords", "keywords"),
        ("sdVersion", "description-version"),
    ] {
        let values = property(node, key).map(written).unwrap_or_default();
        if !values.is_empty() {
            let value: String = values.join(", ").chars().take(1000).collect();
            component
                .properties
                .entry(format!("dataset.{name}"))
                .or_insert(value);
        }
    }
    for key in [
        "usageInfo",
        "dataUseConditions",
        "conditionsOfAccess",
        "termsOfService",
    ] {
        let values: Vec<String> = property(node, key)
            .map(written)
            .unwrap_or_default()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        component.dataset_mut().conditions.extend(values);
    }
}

/// Files: formats, digests, addresses.
fn distribution(component: &mut Component, path: &str, node: &Node) {
    let files = property(node, "distribution")
        .map(Node::items)
        .unwrap_or_default();
    for file in files.iter().take(2000) {
        let text = |key: &str| property(file, key).and_then(Node::written);
        for (key, algorithm, length) in [("sha256", "sha-256", 64), ("md5", "md5", 32)] {
            if let Some(value) = text(key).filter(|value| {
                value.len() == length && value.bytes().all(|byte| byte.is_ascii_hexdigit())
            }) {
                let hash = Hash {
                    algorithm: algorithm.to_owned(),
                    value: value.to_lowercase(),
                    standing: Standing::Claimed,
                };
                component.pin = component.pin.or(Some(Pin::Digest));
                if !component.hashes.contains(&hash) {
                    component.hashes.push(hash);
                }
            }
        }
        for format in property(file, "encodingFormat")
            .map(written)
            .unwrap_or_default()
        {
            let formats = &mut component.dataset_mut().formats;
            if !formats.iter().any(|known| known == format) {
                formats.push(format.to_owned());
            }
        }
        if let Some(url) = text("contentUrl")
            .filter(|url| url.contains("://"))
            .and_then(link)
        {
            refer(component, ReferenceKind::Distribution, url);
        }
    }
    if !files.is_empty() {
        let at = Occurrence::at(path, property(node, "distribution").map(Node::line));
        state(
            component,
            Field::Content,
            format!("{} files or sets of files", files.len()),
            Standing::Claimed,
            &at,
        );
    }
}

fn records(component: &mut Component, path: &str, node: &Node) {
    let sets = property(node, "recordSet")
        .map(Node::items)
        .unwrap_or_default();
    for set in sets.iter().take(500) {
        for field in property(set, "field")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .take(1000)
        {
            let name = property(field, "name")
                .or_else(|| field.get("@id"))
                .and_then(Node::written);
            let Some(name) = name.map(|name| name.rsplit('/').next().unwrap_or(name)) else {
                continue;
            };
            let fields = &mut component.dataset_mut().fields;
            if !fields.iter().any(|known| known == name) {
                fields.push(name.to_owned());
            }
        }
    }
    if !sets.is_empty() {
        let at = Occurrence::at(path, property(node, "recordSet").map(Node::line));
        state(
            component,
            Field::Content,
            format!("{} sets of records", sets.len()),
            Standing::Claimed,
            &at,
        );
    }
}

/// The RAI vocabulary, in the words of the specification and in those that writers use for them.
fn responsible(component: &mut Component, path: &str, node: &Node) {
    for (key, line, value) in node.entries() {
        let values: Vec<&str> = written(value)
            .into_iter()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        if values.is_empty() {
            continue;
        }
        let text: String = values.join("\n").chars().take(2000).collect();
        let name = local_name(key);
        let facts: &mut DatasetFacts = component.dataset_mut();
        let (into, field) = match name.as_str() {
            "datacollection"
            | "datacollectiontype"
            | "datacollectiontypeothers"
            | "datacollectionraw"
            | "datacollectionrawdata"
            | "datacollectiontimeframe"
            | "datacollectiontimeframestart"
            | "datacollectiontimeframeend"
            | "datacollectionmissing"
            | "datacollectionmissingdata" => (&mut facts.collection, Field::Provenance),
            "dataannotationprotocol"
            | "dataannotationplatform"
            | "dataannotationanalysis"
            | "dataannotationperitem"
            | "annotationsperitem"
            | "dataannotationdemographics"
            | "annotatordemographics"
            | "dataannotationtools"
            | "machineannotationtools"
            | "datareleaseannotation" => (&mut facts.annotation, Field::Provenance),
            "datapreprocessingprotocol"
            | "datapeprocessingprotocol"
            | "datapreprocessingmanipulation"
            | "datamanipulationprotocol"
            | "dataimputationprotocol"
            | "datapreprocessingimputation" => (&mut facts.preprocessing, Field::Provenance),
            "personalsensitiveinformation"
            | "datasensitive"
            | "personalandsensitiveinformation" => (&mut facts.sensitive, Field::Sensitivity),
            "databiases" | "databias" => (&mut facts.biases, Field::Limitations),
            "datalimitations" | "datalimitation" => (&mut facts.limitations, Field::Limitations),
            "datasocialimpact" => (&mut facts.social_impact, Field::Limitations),
            "datausecases" | "datausecase" => (&mut facts.intended_use, Field::IntendedUse),
            "datamaintenance" | "datareleasemaintenanceplan" | "datareleasemaintenance" => {
                (&mut facts.maintenance, Field::Provenance)
            }
            _ => continue,
        };
        join(into, text.clone());
        let excerpt: String = text.chars().take(200).collect();
        let at = Occurrence {
            symbol: Some(key.clone()),
            ..Occurrence::at(path, Some(*line))
        };
        state(component, field, excerpt, Standing::Claimed, &at);
    }
}

/// PROV-O: what the data was made from.
fn lineage(draft: &mut Draft, id: &ComponentId, path: &str, node: &Node) {
    for key in ["wasDerivedFrom", "isBasedOn", "hasSource"] {
        let Some(value) = property(node, key) else {
            continue;
        };
        let at = Occurrence {
            symbol: Some(key.to_owned()),
            ..Occurrence::at(path, Some(value.line()))
        };
        let items: Vec<&Node> = if value.items().is_empty() {
            vec![value]
        } else {
            value.items().iter().map(AsRef::as_ref).collect()
        };
        for item in items.into_iter().take(100) {
            let url = item
                .get("url")
                .or_else(|| item.get("@id"))
                .or_else(|| item.get("prov:atLocation"))
                .and_then(Node::written)
                .or_else(|| item.written());
            let Some(url) = url.and_then(link) else {
                continue;
            };
            let to = super::hub::dataset(draft, &url, None, Role::Dataset, at.clone())
                .unwrap_or_else(|| {
                    let mut origin = Component::new(
                        ComponentId(format!("dataset:{url}")),
                        Role::Dataset,
                        label(item)
                            .filter(|label| !label.contains("://"))
                            .unwrap_or(&url),
                    );
                    origin.pin = Some(Pin::Floating);
                    refer(&mut origin, ReferenceKind::Website, url.clone());
                    origin.seen(at.clone());
                    draft.add(origin)
                });
            draft.relate(
                id,
                RelationKind::DerivedFrom,
                &to,
                Standing::Claimed,
                Some(at.clone()),
            );
        }
    }
}
