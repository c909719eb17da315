//! The card of a data set.

use waybill_domain::inventory::{ComponentId, Field, Occurrence, RelationKind, Role, Standing};
use waybill_source::{card::CardFacts, document::Node};

use super::{front, join, paragraph};
use crate::{
    draft::Draft,
    local::{
        first, hub,
        sections::{Topic, topics},
        state,
    },
};

/// Adds what a card claims about a data set.
pub(crate) fn describe(draft: &mut Draft, id: &ComponentId, path: &str, card: &CardFacts) {
    if let Some(matter) = card.front_matter() {
        origins(draft, id, path, matter);
    }
    let Some(component) = draft.get_mut(id) else {
        return;
    };
    component.seen(Occurrence::at(path, card.title().map(|title| title.line)));
    if let Some(matter) = card.front_matter() {
        front::licence(component, path, matter);
        metadata(component, path, matter);
    }
    for (topic, section) in topics(&card.sections) {
        super::pairs(component, path, section);
        let text = section.text.clone();
        if text.is_empty() {
            continue;
        }
        if topic == Topic::Description {
            first(&mut component.description, paragraph(&text));
        }
        let at = Occurrence::at(path, Some(section.line));
        let excerpt: String = text.chars().take(200).collect();
        let facts = component.dataset_mut();
        let (into, field) = match topic {
            Topic::IntendedUse => (&mut facts.intended_use, Field::IntendedUse),
            Topic::Collection => (&mut facts.collection, Field::Provenance),
            Topic::Annotation => (&mut facts.annotation, Field::Provenance),
            Topic::Preprocessing => (&mut facts.preprocessing, Field::Provenance),
            Topic::Sensitive => (&mut facts.sensitive, Field::Sensitivity),
            Topic::Anonymisation => (&mut facts.anonymisation, Field::Sensitivity),
            Topic::Ethics => (&mut facts.biases, Field::Limitations),
            Topic::Limitations | Topic::LimitationsAndEthics => {
                (&mut facts.limitations, Field::Limitations)
            }
            Topic::SocialImpact => (&mut facts.social_impact, Field::Limitations),
            Topic::Maintenance => (&mut facts.maintenance, Field::Provenance),
            Topic::OutOfScope => {
                facts.conditions.push(text);
                continue;
            }
            _ => continue,
        };
        join(into, text);
        state(component, field, excerpt, Standing::Claimed, &at);
    }
}

fn metadata(component: &mut waybill_domain::inventory::Component, path: &str, matter: &Node) {
    let texts = |key: &str| -> Vec<String> {
        matter
            .get(key)
            .map(Node::texts)
            .unwrap_or_default()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect()
    };
    let at = |key: &str| front::at(path, matter, key);
    if let Some(name) = matter.get("pretty_name").and_then(Node::text) {
        state(
            component,
            Field::Name,
            name,
            Standing::Claimed,
            &at("pretty_name"),
        );
    }
    let sizes = texts("size_categories");
    if !sizes.is_empty() {
        component
            .properties
            .insert("card.size-category".to_owned(), sizes.join(", "));
    }
    let annotators = texts("annotations_creators");
    let facts = component.dataset_mut();
    facts.tasks.extend(texts("task_categories"));
    facts.languages.extend(texts("language"));
    if !annotators.is_empty() {
        join(
            &mut facts.annotation,
            format!("Annotated by: {}.", annotators.join(", ")),
        );
    }
    let infos = matter.get("dataset_info");
    let infos: Vec<&Node> = match infos {
        Some(list) if !list.items().is_empty() => list.items().iter().map(AsRef::as_ref).collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for info in infos {
        schema(component, info);
    }
    let facts = component.dataset_mut();
    for config in matter.get("configs").map(Node::items).unwrap_or_default() {
        for file in config
            .get("data_files")
            .map(Node::items)
            .unwrap_or_default()
        {
            if let Some(split) = file.get("split").and_then(Node::text)
                && !facts.splits.iter().any(|known| known == split)
            {
                facts.splits.push(split.to_owned());
            }
        }
    }
    if !facts.fields.is_empty() {
        state(
            component,
            Field::Content,
            "fields",
            Standing::Claimed,
            &at("dataset_info"),
        );
    }
}

/// Features, splits and sizes, as cards and `dataset_infos.json` have them.
pub(crate) fn schema(component: &mut waybill_domain::inventory::Component, info: &Node) {
    let natural = |node: &Node, key: &str| {
        node.get(key)
            .and_then(Node::integer)
            .and_then(|number| u64::try_from(number).ok())
    };
    let facts = component.dataset_mut();
    let features = info.get("features");
    let listed = features.map(Node::items).unwrap_or_default().iter();
    let listed = listed.filter_map(|feature| feature.get("name")?.written());
    let keyed = features
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|(name, _, _)| name.as_str());
    for name in listed.chain(keyed) {
        if !facts.fields.iter().any(|known| known == name) {
            facts.fields.push(name.to_owned());
        }
    }
    let splits = info.get("splits");
    let listed: Vec<&Node> = splits
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .map(AsRef::as_ref)
        .collect();
    let keyed: Vec<&Node> = splits
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|(_, _, value)| value.as_ref())
        .collect();
    let mut records = 0_u64;
    for split in listed.into_iter().chain(keyed) {
        if let Some(name) = split.get("name").and_then(Node::written)
            && !facts.splits.iter().any(|known| known == name)
        {
            facts.splits.push(name.to_owned());
        }
        records = records.saturating_add(natural(split, "num_examples").unwrap_or(0));
    }
    if records > 0 {
        facts.records = Some(facts.records.unwrap_or(0).saturating_add(records));
    }
    first(&mut facts.size_bytes, natural(info, "dataset_size"));
}

/// Data sets that this one was made from.
fn origins(draft: &mut Draft, id: &ComponentId, path: &str, matter: &Node) {
    let at = front::at(path, matter, "source_datasets");
    for written in matter
        .get("source_datasets")
        .map(Node::texts)
        .unwrap_or_default()
    {
        let name = written.strip_prefix("extended|").unwrap_or(written);
        if matches!(name, "original" | "extended" | "other") || name.starts_with("other-") {
            continue;
        }
        if let Some(to) = hub::dataset(draft, name, None, Role::Dataset, at.clone()) {
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
