//! Models and data sets of registries: Kaggle, ModelScope, MLflow, Weights & Biases, TensorFlow Hub.

use waybill_domain::inventory::{
    Component, ComponentId, ModelFacts, Occurrence, Pin, Reference, ReferenceKind, Role,
};
use waybill_knowledge::usage::KnownCall;

use super::{hub, local, named::plain, pin, site::Site};
use crate::draft::Draft;

/// Presets of KerasHub: a hub, Kaggle, or a name of its own.
pub(crate) fn preset(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.texts(call.get("name")) {
        if let Some(name) = known.text.strip_prefix("hf://") {
            if let Some(component) = hub::repository(Role::Model, name, None) {
                hub::used(draft, component, site.occurrence(), known.place);
            }
        } else if let Some(handle) = known.text.strip_prefix("kaggle://") {
            on_kaggle(site, draft, Role::Model, handle, known.place);
        } else if let Some(path) = site.resolver.local(site.file, &known.text) {
            local::relate(site, draft, &path, Role::Model);
        } else if !known.text.contains('/') {
            plain(site, call, draft, "keras-hub", &known.text, known.place);
        }
    }
}

/// `hub.load("https://tfhub.dev/google/...")`: a model at an address, with a version at its end.
pub(crate) fn at_url(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.texts(call.get("name")) {
        if local::is_address(&known.text) {
            let Some(id) = local::at_address(site, draft, &known, Role::Model) else {
                continue;
            };
            let path = known.text.trim_end_matches('/');
            let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
            if let (Some(component), true) = (
                draft.get_mut(&id),
                !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
            ) {
                component.pin = Some(Pin::Name);
                component.version = Some(last.to_owned());
                component.name = before.rsplit('/').next().unwrap_or(last).to_owned();
            }
        } else if let Some(path) = site.resolver.local(site.file, &known.text) {
            local::relate(site, draft, &path, Role::Model);
        }
    }
}

/// A model or data set of Kaggle.
pub(super) fn on_kaggle(
    site: &Site<'_>,
    draft: &mut Draft,
    role: Role,
    handle: &str,
    constant: Option<Occurrence>,
) {
    let parts: Vec<&str> = handle.split('/').collect();
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
        return;
    }
    let word = role.as_str();
    let last = parts.last().copied().unwrap_or_default();
    let versioned = last.bytes().all(|byte| byte.is_ascii_digit()) || parts.contains(&"versions");
    let name = if role == Role::Model {
        parts.get(1).copied().unwrap_or(last)
    } else {
        parts.get(1).copied().unwrap_or_default()
    };
    let mut component = Component::new(ComponentId(format!("{word}:kaggle/{handle}")), role, name);
    component.namespace = parts.first().map(|owner| (*owner).to_owned());
    component.pin = Some(if versioned { Pin::Name } else { Pin::Floating });
    if versioned {
        component.version = Some(last.to_owned());
    }
    component.direct = Some(true);
    component.references.push(Reference {
        kind: ReferenceKind::Website,
        url: if role == Role::Model {
            format!("https://www.kaggle.com/models/{handle}")
        } else {
            format!("https://www.kaggle.com/datasets/{handle}")
        },
    });
    hub::used(draft, component, site.occurrence(), constant);
}

/// `kagglehub.dataset_download(...)`.
pub(crate) fn kaggle(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let role = match call.get("role") {
        Some("model") => Role::Model,
        _ => Role::Dataset,
    };
    for known in site.texts(call.get("name")) {
        on_kaggle(site, draft, role, &known.text, known.place);
    }
}

/// A model of ModelScope.
pub(crate) fn modelscope(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let revision = hub::revision(site, call).map(|known| known.text);
    for known in site.texts(call.get("name")) {
        if !hub::is_owned(&known.text) {
            continue;
        }
        let (owner, name) = known.text.split_once('/').unwrap_or(("", &known.text));
        let fixed = pin::of_revision(revision.as_deref());
        let mut component = Component::new(
            ComponentId(format!("model:modelscope/{}", known.text)),
            Role::Model,
            name,
        );
        component.namespace = Some(owner.to_owned());
        component.version = revision.clone().filter(|_| fixed != Pin::Floating);
        component.pin = Some(fixed);
        component.direct = Some(true);
        component.references.push(Reference {
            kind: ReferenceKind::ModelCard,
            url: format!("https://www.modelscope.cn/models/{}", known.text),
        });
        hub::used(draft, component, site.occurrence(), known.place);
    }
}

/// `run.use_artifact("entity/project/name:v3", type="model")`.
pub(crate) fn wandb(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let kind = site.text(call.get("type")).map(|known| known.text);
    let role = match kind.as_deref() {
        Some("model") => Role::Model,
        Some("dataset" | "data" | "raw_data") => Role::Dataset,
        _ => return,
    };
    for known in site.texts(call.get("name")) {
        let (path, version) = match known.text.rsplit_once(':') {
            Some((path, version)) => (path, Some(version)),
            None => (known.text.as_str(), None),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let word = role.as_str();
        let id = ComponentId(format!("{word}:wandb/{path}"));
        let mut component = Component::new(id, role, name);
        component.namespace = path.rsplit_once('/').map(|(owner, _)| owner.to_owned());
        component.pin = Some(pin::of_revision(version));
        component.version = version
            .filter(|_| component.pin == Some(Pin::Name))
            .map(ToOwned::to_owned);
        component.direct = Some(true);
        hub::used(draft, component, site.occurrence(), known.place);
    }
}

/// `mlflow.pyfunc.load_model("models:/name/3")`.
pub(crate) fn mlflow(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.texts(call.get("name")) {
        let text = known.text.as_str();
        let (name, version, fixed) = if let Some(rest) = text.strip_prefix("models:/") {
            let rest = rest.trim_start_matches('/');
            match (rest.split_once('@'), rest.split_once('/')) {
                (Some((name, alias)), _) => (name, Some(alias), Pin::Name),
                (None, Some((name, version)))
                    if version.bytes().all(|byte| byte.is_ascii_digit()) =>
                {
                    (name, Some(version), Pin::Name)
                }
                (None, Some((name, "latest"))) => (name, None, Pin::Floating),
                (None, Some((name, stage))) => (name, Some(stage), Pin::Name),
                (None, None) => (rest, None, Pin::Floating),
            }
        } else if let Some(rest) = text.strip_prefix("runs:/") {
            let (run, path) = rest.split_once('/').unwrap_or((rest, "model"));
            (path, Some(run), Pin::Name)
        } else {
            if let Some(path) = site.resolver.local(site.file, text) {
                local::relate(site, draft, &path, Role::Model);
            }
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let id = ComponentId(format!("model:mlflow/{name}"));
        let mut component = Component::new(id, Role::Model, name);
        component.version = version.map(ToOwned::to_owned);
        component.pin = Some(fixed);
        component.direct = Some(true);
        component
            .properties
            .insert("address".to_owned(), text.to_owned());
        component.model = Some(Box::new(ModelFacts {
            library: Some("mlflow".to_owned()),
            ..ModelFacts::default()
        }));
        hub::used(draft, component, site.occurrence(), known.place);
    }
}
