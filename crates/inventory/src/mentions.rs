//! What metadata names without a revision, joined to what the system uses.
//!
//! A card names `owner/name`; code loads it at one commit. That is one component: the card says
//! nothing of its revision. Where code uses several revisions, nothing tells which one is meant.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Field, Pin, Standing};

use crate::{draft::Draft, tree::Tree};

/// Joins each such mention to the one component of the hub that is used under its name.
pub(crate) fn join(_: &Tree, draft: &mut Draft) {
    let mut used: BTreeMap<String, Vec<ComponentId>> = BTreeMap::new();
    for component in draft.components() {
        let Some(address) = address(component) else {
            continue;
        };
        if component.direct == Some(true) {
            let known = used.entry(address.to_lowercase()).or_default();
            known.push(component.id.clone());
        }
    }
    let mentions: Vec<(ComponentId, ComponentId)> = draft
        .components()
        .filter(|component| {
            component.direct != Some(true)
                && component.version.is_none()
                && component.pin == Some(Pin::Floating)
        })
        .filter_map(
            |component| match used.get(&address(component)?.to_lowercase())?.as_slice() {
                [one] => Some((component.id.clone(), one.clone())),
                _ => None,
            },
        )
        .collect();
    for (mention, used) in mentions {
        let places = draft
            .get(&mention)
            .map(|component| component.occurrences.clone())
            .unwrap_or_default();
        draft.join(&mention, &used);
        let Some(component) = draft.get_mut(&used) else {
            continue;
        };
        for place in places {
            let words = "named without a revision";
            let by = place.path.clone();
            component.state(Field::Version, words, Standing::Claimed, by, Some(place));
        }
    }
}

/// The purl without its version, for what lies on the hub.
fn address(component: &Component) -> Option<&str> {
    let purl = component.purl.as_deref()?;
    let address = purl.split(['@', '?', '#']).next()?;
    address.starts_with("pkg:huggingface/").then_some(address)
}

#[cfg(test)]
mod tests {
    use waybill_domain::inventory::{Occurrence, RelationKind, Role};

    use super::*;

    fn named(draft: &mut Draft, purl: &str, used: bool) -> ComponentId {
        let mut component = Component::new(ComponentId(purl.to_owned()), Role::Dataset, "letters");
        component.purl = Some(purl.to_owned());
        component.version = purl.split_once('@').map(|(_, version)| version.to_owned());
        component.pin = Some(if component.version.is_some() {
            Pin::Name
        } else {
            Pin::Floating
        });
        component.direct = used.then_some(true);
        component.seen(Occurrence::at(
            if used { "train.py" } else { "README.md" },
            Some(3),
        ));
        draft.add(component)
    }

    #[test]
    fn a_mention_joins_the_one_revision_that_is_used() {
        let mut draft = Draft::default();
        let used = named(&mut draft, "pkg:huggingface/datasets/acme/letters@v2", true);
        let mention = named(&mut draft, "pkg:huggingface/datasets/acme/letters", false);
        let model = named(&mut draft, "pkg:huggingface/acme/clerk@v1", true);
        draft.relate(
            &model,
            RelationKind::TrainedOn,
            &mention,
            Standing::Claimed,
            None,
        );
        join(&Tree::default(), &mut draft);
        assert!(draft.get(&mention).is_none());
        let joined = draft.get(&used).unwrap();
        assert_eq!(joined.pin, Some(Pin::Name));
        assert_eq!(joined.occurrences.len(), 2);
        let said: Vec<_> = joined
            .statements
            .iter()
            .map(|said| said.value.as_str())
            .collect();
        assert_eq!(said, ["named without a revision"]);
        let ends: Vec<_> = draft
            .relations()
            .map(|relation| (&relation.from, &relation.to))
            .collect();
        assert_eq!(ends, [(&model, &used)]);
    }

    #[test]
    fn of_two_revisions_none_is_chosen() {
        let mut draft = Draft::default();
        named(&mut draft, "pkg:huggingface/datasets/acme/letters@v1", true);
        named(&mut draft, "pkg:huggingface/datasets/acme/letters@v2", true);
        let mention = named(&mut draft, "pkg:huggingface/datasets/acme/letters", false);
        join(&Tree::default(), &mut draft);
        assert!(draft.get(&mention).is_some());
    }
}
