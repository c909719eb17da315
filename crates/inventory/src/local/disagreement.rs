//! What the bytes and the configuration of a model say, kept apart from what its card claims, so that the
//! two can be compared.

use waybill_domain::inventory::{ComponentId, Field, Occurrence, RelationKind, Standing};

use super::{
    artifact::{ArtifactFacts, Named},
    named_model, state,
};
use crate::{draft::Draft, rules};

/// A model that another was made from, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Base {
    pub(super) written: String,
    pub(super) revision: Option<String>,
    pub(super) kind: RelationKind,
    pub(super) standing: Standing,
    pub(super) at: Occurrence,
}

/// What is known of a model before its card is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// The folder it lies in.
    pub(super) folder: String,
    /// True if the folder is the model.
    pub(super) whole_folder: bool,
    /// Bases by configuration and header.
    pub(super) bases: Vec<Base>,
    /// Data sets by header.
    datasets: Vec<(String, Occurrence)>,
    /// The licence of a header.
    pub(super) licence: Option<String>,
}

impl Observed {
    pub(super) fn new(folder: &str, whole_folder: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            whole_folder,
            ..Self::default()
        }
    }

    /// Takes over what a header says about origins.
    pub(super) fn header(&mut self, facts: &ArtifactFacts, at: &Occurrence) {
        let quantised = facts
            .model
            .quantisation
            .as_deref()
            .is_some_and(|name| !matches!(name, "F32" | "F16" | "BF16"));
        let kind = match facts.bases.len() {
            _ if facts.nature == super::artifact::Nature::AdapterWeights => RelationKind::AdapterOf,
            0 | 1 if quantised => RelationKind::QuantisedFrom,
            0 | 1 => RelationKind::FineTunedFrom,
            _ => RelationKind::MergedFrom,
        };
        for named in &facts.bases {
            if let Some(written) = written(named) {
                let base = Base {
                    written,
                    revision: None,
                    kind,
                    standing: Standing::Claimed,
                    at: at.clone(),
                };
                if !self.bases.contains(&base) {
                    self.bases.push(base);
                }
            }
        }
        for named in &facts.datasets {
            self.datasets
                .extend(written(named).map(|name| (name, at.clone())));
        }
        if self.licence.is_none() {
            self.licence.clone_from(&facts.licence);
        }
    }

    /// Draws the edges to bases and data sets.
    pub(super) fn relate(&self, draft: &mut Draft, id: &ComponentId) {
        for base in &self.bases {
            relate(draft, id, &self.folder, base);
        }
        for (written, at) in &self.datasets {
            let role = waybill_domain::inventory::Role::Dataset;
            if let Some(to) = super::hub::dataset(draft, written, None, role, at.clone()) {
                draft.relate(
                    id,
                    RelationKind::TrainedOn,
                    &to,
                    Standing::Claimed,
                    Some(at.clone()),
                );
            }
        }
    }
}

fn written(named: &Named) -> Option<String> {
    named.repository.clone().or_else(|| {
        let (organisation, name) = (named.organisation.as_ref()?, named.name.as_ref()?);
        Some(format!("{organisation}/{name}").replace(' ', "-"))
    })
}

/// Draws the edge to one base.
pub(super) fn relate(draft: &mut Draft, id: &ComponentId, folder: &str, base: &Base) {
    let revision = base.revision.as_deref();
    let to = named_model(draft, folder, &base.written, revision, &base.at);
    if let Some(to) = to.filter(|to| to != id) {
        let at = Some(base.at.clone());
        draft.relate(id, base.kind, &to, base.standing, at);
    }
    if let Some(component) = draft.get_mut(id) {
        let value = format!("{} {}", base.kind.as_str().replace('-', " "), base.written);
        state(component, Field::Lineage, value, base.standing, &base.at);
    }
}

/// What a card claims that bytes and configuration can contradict, with lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Claims {
    pub(super) parameters: Option<(u64, u32)>,
    pub(super) context: Option<(u64, u32)>,
    pub(super) element_type: Option<(String, u32)>,
    pub(super) quantisation: Option<(String, u32)>,
    pub(super) architecture: Option<(String, u32)>,
    pub(super) format: Option<(String, u32)>,
    pub(super) bases: Vec<Base>,
    pub(super) licence: Option<(String, u32)>,
}

/// Notes where a card and the bytes disagree; has to run before the card fills gaps.
pub(super) fn compare(
    draft: &mut Draft,
    id: &ComponentId,
    path: &str,
    claims: &Claims,
    observed: &Observed,
) {
    let Some(component) = draft.get(id) else {
        return;
    };
    let mut found: Vec<(u32, String)> = Vec::new();
    if let Some(model) = &component.model {
        if let (Some((claimed, line)), Some(counted)) = (claims.parameters, model.parameter_count)
            && differs(claimed, counted)
            && !is_packed(model.quantisation.as_deref(), &model.element_types)
        {
            found.push((
                line,
                format!(
                    "the card claims {} parameters, the tensors have {}",
                    count(claimed),
                    count(counted)
                ),
            ));
        }
        if let (Some((claimed, line)), Some(known)) = (claims.context, model.context_length)
            && claimed != known
            && !(known.saturating_sub(2)..=known.saturating_add(2)).contains(&claimed)
        {
            found.push((
                line,
                format!(
                    "the card claims a context of {claimed} tokens, the configuration has {known}"
                ),
            ));
        }
        found.extend(element_type(claims, model));
        let names = [model.architecture.as_deref(), model.family.as_deref()];
        if let Some((claimed, line)) = &claims.architecture
            && let Some(known) = names.into_iter().flatten().next()
            && !names
                .into_iter()
                .flatten()
                .any(|name| resembles(claimed, name))
        {
            found.push((
                *line,
                format!(
                    "the card claims the architecture `{claimed}`, the configuration has `{known}`"
                ),
            ));
        }
        if let (Some((claimed, line)), Some(known)) =
            (&claims.format, component.properties.get("format"))
            && !known.to_lowercase().contains(claimed.as_str())
        {
            found.push((
                *line,
                format!("the card claims the format `{claimed}`, the bytes are {known}"),
            ));
        }
    }
    found.extend(bases(claims, observed));
    found.extend(licence(claims, observed));
    for (line, message) in found {
        let at = Occurrence::at(path, Some(line));
        draft.note(
            &rules::CARD_DISAGREES_WITH_BYTES,
            Some(id.clone()),
            Some(at),
            message,
        );
    }
}

fn differs(claimed: u64, counted: u64) -> bool {
    claimed.abs_diff(counted).saturating_mul(10) > claimed.max(counted)
}

/// True if several weights share one element, so that counting elements is not counting parameters.
fn is_packed(
    quantisation: Option<&str>,
    element_types: &std::collections::BTreeMap<String, u64>,
) -> bool {
    quantisation.is_some_and(|name| name.contains("bit") || name.contains("mxfp4"))
        && (element_types.contains_key("I32") || element_types.contains_key("U8"))
}

fn count(number: u64) -> String {
    let scaled = |unit: u64, word: &str| {
        let tenths = (number / (unit / 100)) % 100;
        format!("{}.{tenths:02} {word}", number / unit)
    };
    match number {
        0..1_000_000 => number.to_string(),
        1_000_000..1_000_000_000 => scaled(1_000_000, "million"),
        _ => scaled(1_000_000_000, "billion"),
    }
}

/// The element type that most parameters have, against the one that the card claims.
fn element_type(
    claims: &Claims,
    model: &waybill_domain::inventory::ModelFacts,
) -> Option<(u32, String)> {
    if let (Some((claimed, line)), Some(known)) = (&claims.quantisation, &model.quantisation)
        && !same_quantisation(claimed, known)
    {
        return Some((
            *line,
            format!("the card claims the quantisation `{claimed}`, the header has `{known}`"),
        ));
    }
    let (claimed, line) = claims.element_type.as_ref()?;
    let claimed = canonical(claimed)?;
    let (most, _) = model
        .element_types
        .iter()
        .max_by_key(|(_, count)| **count)?;
    let known = canonical(most)?;
    let there = model
        .element_types
        .keys()
        .any(|name| canonical(name) == Some(claimed));
    (claimed != known && !there).then(|| {
        (
            *line,
            format!("the card claims the element type {claimed}, the tensors are {known}"),
        )
    })
}

fn same_quantisation(claimed: &str, known: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let (claimed, known) = (plain(claimed), plain(known));
    claimed.contains(&known) || known.contains(&claimed)
        // Only what has the form of a name of ggml's can contradict one.
        || !claimed.starts_with(['q', 'i']) || !claimed.contains(|letter: char| letter.is_ascii_digit())
}

/// An element type in the words of safetensors.
fn canonical(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    Some(match lower.trim_start_matches("torch.") {
        "f32" | "fp32" | "float32" | "float" => "F32",
        "f16" | "fp16" | "float16" | "half" => "F16",
        "bf16" | "bfloat16" => "BF16",
        "i8" | "int8" => "I8",
        "f8_e4m3" | "f8_e4m3fn" | "fp8" | "float8" => "F8_E4M3",
        _ => return None,
    })
}

/// True if one name is part of the other, apart from how it is written.
fn resembles(left: &str, right: &str) -> bool {
    let plain = |text: &str| -> String {
        let lower = text.to_lowercase();
        let letters = lower.chars().filter(|letter| letter.is_alphanumeric());
        letters.collect()
    };
    let (left, right) = (plain(left), plain(right));
    left.contains(&right) || right.contains(&left) || {
        // `BertForSequenceClassification` and "BERT base": the family is what comes before `For`.
        let stem = |text: &str| -> String {
            let end = ["for", "model", "lmhead"]
                .iter()
                .filter_map(|word| text.find(word))
                .min();
            text.get(..end.unwrap_or(text.len()))
                .unwrap_or_default()
                .trim_end_matches(|letter: char| letter.is_ascii_digit())
                .to_owned()
        };
        let (short_left, short_right) = (stem(&left), stem(&right));
        (!short_right.is_empty() && left.contains(&short_right))
            || (!short_left.is_empty() && right.contains(&short_left))
    }
}

/// The last part of a name of a model, as it can be compared.
fn last_part(written: &str) -> String {
    let name = written
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    name.to_lowercase().replace(['_', ' ', '.'], "-")
}

fn bases(claims: &Claims, observed: &Observed) -> Option<(u32, String)> {
    let known = observed.bases.first()?;
    let claimed = claims.bases.first()?;
    // A path of the machine that trained it says nothing that a card could contradict.
    if known.written.starts_with(['/', '.', '~']) || known.written.contains('\\') {
        return None;
    }
    let agree = claims.bases.iter().any(|claimed| {
        observed.bases.iter().any(|known| {
            let (left, right) = (last_part(&claimed.written), last_part(&known.written));
            left == right
        })
    });
    // `_name_or_path` names where the writer loaded the model, often the model itself.
    let weak = known.at.symbol.as_deref() == Some("_name_or_path");
    let itself = weak && last_part(&known.written) == last_part(&observed.folder);
    if agree || itself {
        return None;
    }
    let line = claimed.at.line.unwrap_or(1);
    let message = format!(
        "the card claims the origin `{}`, `{}` has `{}`",
        claimed.written,
        crate::tree::file_name(&known.at.path),
        known.written
    );
    Some((line, message))
}

fn licence(claims: &Claims, observed: &Observed) -> Option<(u32, String)> {
    let (claimed, line) = claims.licence.as_ref()?;
    let known = observed.licence.as_ref()?;
    let left = crate::licences::expression(claimed)?;
    let right = crate::licences::expression(known)?;
    (left != right).then(|| {
        (
            *line,
            format!("the card claims the licence `{claimed}`, the header has `{known}`"),
        )
    })
}
