//! Organisations of Hugging Face, by the list of suppliers.

use std::{collections::HashMap, sync::OnceLock};

use super::{
    Resemblance,
    letters::{compact, skeleton},
    likeness::{Likeness, slip},
};
use crate::suppliers::namespaces;

/// Shorter names are too often like another by chance.
const SHORTEST_SLIP: usize = 6;
const SHORTEST_LOOK: usize = 4;

struct Known {
    names: Vec<&'static str>,
    lower: HashMap<String, usize>,
    skeletons: HashMap<String, usize>,
    compacts: HashMap<String, usize>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let names = namespaces("hub");
        let mut known = Known {
            lower: HashMap::new(),
            skeletons: HashMap::new(),
            compacts: HashMap::new(),
            names: Vec::new(),
        };
        for (place, name) in names.iter().enumerate() {
            let lower = name.to_lowercase();
            known.skeletons.entry(skeleton(&lower)).or_insert(place);
            known.compacts.entry(compact(&lower)).or_insert(place);
            known.lower.entry(lower).or_insert(place);
        }
        known.names = names;
        known
    })
}

/// The organisation that `name`, in lower case, could be taken for.
pub(super) fn resemblance(name: &str) -> Option<Resemblance> {
    let known = known();
    if known.lower.contains_key(name) {
        return None;
    }
    let compact = compact(name);
    let found = |likeness, place: usize| {
        Some(Resemblance {
            known: known.names.get(place)?,
            rank: u32::try_from(place).ok()?.saturating_add(1),
            likeness,
            source: None,
        })
    };
    if compact.len() >= SHORTEST_LOOK {
        if let Some(place) = known.compacts.get(&compact) {
            return found(Likeness::Separators, *place);
        }
        if let Some(place) = known.skeletons.get(&skeleton(name)) {
            return found(Likeness::LooksAlike, *place);
        }
    }
    let (likeness, place) = known
        .lower
        .iter()
        .filter(|(lower, _)| lower.len().min(name.len()) >= SHORTEST_SLIP)
        .filter_map(|(lower, place)| Some((slip(name, lower)?, *place)))
        .min()?;
    found(likeness, place)
}
