//! Adapters and what they are put on.

use waybill_domain::inventory::{ComponentId, RelationKind, Role, Standing};
use waybill_knowledge::usage::KnownCall;
use waybill_source::code::Value;

use super::{hub::load, site::Site};
use crate::draft::Draft;

/// An adapter, with the model that it is put on.
pub(crate) fn adapter(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let adapters = load(site, call, draft, Role::Adapter);
    let bases = match call.get("base") {
        Some("receiver") => site
            .makers
            .iter()
            .filter_map(|(file, maker)| loaded_by(site, file, maker))
            .next()
            .unwrap_or_default(),
        slot => site
            .argument(slot)
            .map(|value| loaded(site, value))
            .unwrap_or_default(),
    };
    for adapter in &adapters {
        for base in &bases {
            draft.relate(
                adapter,
                RelationKind::AdapterOf,
                base,
                Standing::Observed,
                Some(site.occurrence()),
            );
        }
    }
}

/// The models that a value was loaded from.
pub(super) fn loaded(site: &Site<'_>, value: &Value) -> Vec<ComponentId> {
    let mut ids = Vec::new();
    for followed in site.resolver.follow(site.file, value) {
        let Value::Result(at) = followed.value else {
            continue;
        };
        let Some((file, facts)) = site.resolver.code_entry(&followed.file) else {
            continue;
        };
        if let Some(call) = facts.calls.get(at) {
            ids.extend(loaded_by(site, file, call).unwrap_or_default());
        }
    }
    ids
}

/// The ids of the models that a call loads, without adding them.
pub(super) fn loaded_by<'a>(
    site: &Site<'a>,
    file: &'a str,
    call: &'a waybill_source::code::Call,
) -> Option<Vec<ComponentId>> {
    let other = Site::new(site.resolver, file, call);
    let known = other.known()?;
    if known.means != "model" && known.means != "adapter" {
        // `prepare_model_for_kbit_training(model)` and its kin give back what they were given.
        return None;
    }
    let mut apart = Draft::default();
    Some(load(&other, known, &mut apart, Role::Model))
}

/// Hyper-parameters of an adaptation go to the model that is adapted.
pub(crate) fn adapted(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let bases = site
        .argument(call.get("base"))
        .map(|value| loaded(site, value))
        .unwrap_or_default();
    let Some(config) = site.argument(call.get("config")) else {
        return;
    };
    let mut settings = Vec::new();
    for followed in site.resolver.follow(site.file, config) {
        let Value::Result(at) = followed.value else {
            continue;
        };
        let Some(config) = site
            .resolver
            .code(&followed.file)
            .and_then(|facts| facts.calls.get(at))
        else {
            continue;
        };
        let method = config.path.rsplit('.').next().unwrap_or_default();
        settings.push(("adaptation.method".to_owned(), method.to_owned()));
        for argument in &config.arguments {
            if let (Some(name), Some(value)) = (&argument.name, written(&argument.value)) {
                settings.push((format!("adaptation.{name}"), value));
            }
        }
    }
    for base in bases {
        if let Some(component) = draft.get_mut(&base) {
            component.properties.extend(settings.iter().cloned());
        }
    }
}

/// A plain value as it is written.
pub(crate) fn written(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(text) | Value::Text(text) if text.len() <= 200 => Some(text.clone()),
        Value::List(items) if items.len() <= 32 => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            items.map(|items| items.join(", "))
        }
        _ => None,
    }
}
