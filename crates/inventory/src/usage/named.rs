//! Models that a library knows by a name of its own.

use waybill_domain::inventory::{
    Component, ComponentId, ModelFacts, Occurrence, Pin, Reference, ReferenceKind, Role,
};
use waybill_knowledge::usage::KnownCall;
use waybill_source::code::Value;

use super::{
    adapter::written,
    hub::{self, Named},
    local, pin,
    resolve::Known,
    site::Site,
};
use crate::{draft::Draft, purl::purl};

/// A model that only its library knows; `model:<library>/<name>`.
pub(crate) fn plain(
    site: &Site<'_>,
    call: &KnownCall,
    draft: &mut Draft,
    namespace: &str,
    name: &str,
    constant: Option<Occurrence>,
) -> Option<ComponentId> {
    if name.is_empty() || name.len() > 120 || name.contains(['\n', '{', ' ']) {
        return None;
    }
    let id = ComponentId(format!("model:{namespace}/{name}"));
    let mut component = Component::new(id, Role::Model, name);
    component.pin = Some(Pin::Floating);
    component.direct = Some(true);
    component
        .authors
        .extend(call.get("owner").map(ToOwned::to_owned));
    component.model = Some(Box::new(ModelFacts {
        library: call.get("library").map(ToOwned::to_owned),
        ..ModelFacts::default()
    }));
    Some(hub::used(draft, component, site.occurrence(), constant))
}

/// Calls with a name of the library's own, of the hub, or a path.
pub(crate) fn named(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let namespace = call.get("namespace").unwrap_or_default();
    let mut names = site.texts(call.get("name"));
    if call.get("name") == Some("path") {
        if !chosen(site, call) {
            return;
        }
        names = vec![Known {
            text: site.method().to_owned(),
            place: None,
        }];
    }
    for known in names {
        if local::is_address(&known.text) {
            local::at_address(site, draft, &known, Role::Model);
            continue;
        }
        match hub::named(site, &known.text, None, true) {
            Named::Local(path) => {
                local::relate(site, draft, &path, Role::Model);
            }
            Named::Hub(name) if call.means != "named" => {
                let revision = hub::revision(site, call).map(|known| known.text);
                if let Some(mut component) =
                    hub::repository(Role::Model, &name, revision.as_deref())
                {
                    component.remote_code = site.truth(call.get("remote_code"));
                    hub::used(draft, component, site.occurrence(), known.place);
                }
            }
            _ if call.get("only_hub").is_some() => {}
            _ if known.text.starts_with(['.', '/', '~']) => {}
            _ => {
                let variant = site.text(call.get("variant"));
                let name = match variant {
                    Some(variant) => format!("{}/{}", known.text, variant.text),
                    None => known.text.clone(),
                };
                let name = name.strip_prefix("hf-hub:").unwrap_or(&name);
                plain(site, call, draft, namespace, name, known.place);
            }
        }
    }
}

/// `keras.applications.ResNet50()`: trained weights unless the call says none.
fn chosen(site: &Site<'_>, call: &KnownCall) -> bool {
    let class = site.method().chars().next().is_some_and(char::is_uppercase);
    let weights = site.argument(call.get("when"));
    class && !matches!(weights, Some(Value::None))
}

/// `torch.hub.load("owner/repository:ref", "model")`.
pub(crate) fn torch_hub(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    if site
        .text(call.get("source"))
        .is_some_and(|known| known.text == "local")
    {
        return;
    }
    let model = site.text(call.get("model"));
    for known in site.texts(call.get("name")) {
        let (repository, revision) = match known.text.split_once(':') {
            Some((repository, revision)) => (repository, Some(revision)),
            None => (known.text.as_str(), None),
        };
        if !hub::is_owned(repository) {
            continue;
        }
        let Some((owner, name)) = repository.split_once('/') else {
            continue;
        };
        let fixed = pin::of_revision(revision);
        let version = revision.filter(|_| fixed != Pin::Floating);
        let entry = model.as_ref().map(|known| known.text.clone());
        let Some(mut url) = purl("github", Some(owner), name, version, &[]) else {
            continue;
        };
        let shown = entry.clone().unwrap_or_else(|| name.to_owned());
        if let Some(entry) = &entry
            && let Some(with_path) = with_subpath(&url, entry)
        {
            url = with_path;
        }
        let mut component = Component::new(ComponentId(url.clone()), Role::Model, shown);
        component.namespace = Some(repository.to_owned());
        component.purl = Some(url);
        component.version = version.map(ToOwned::to_owned);
        component.pin = Some(fixed);
        component.direct = Some(true);
        // The repository's own `hubconf.py` is run.
        component.remote_code = Some(true);
        component.model = Some(Box::new(ModelFacts {
            library: Some("torch.hub".to_owned()),
            ..ModelFacts::default()
        }));
        component.references.push(Reference {
            kind: ReferenceKind::Vcs,
            url: format!("https://github.com/{repository}"),
        });
        hub::used(draft, component, site.occurrence(), known.place);
    }
}

/// A purl with the entry point of the repository after `#`.
fn with_subpath(url: &str, entry: &str) -> Option<String> {
    let plain = !entry.is_empty()
        && entry
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    plain.then(|| format!("{url}#{entry}"))
}

/// `torchvision.models.resnet50(weights=...)`: trained weights if the call asks for them.
pub(crate) fn torchvision(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let asked = match site.argument(call.get("weights")) {
        Some(Value::None) => return,
        Some(value) => Some(written(value).unwrap_or_else(|| shown(value))),
        None => None,
    };
    let pretrained = site.truth(call.get("pretrained")) == Some(true);
    let mut method = site.method().to_owned();
    if method == "get_model" {
        let Some(known) = site.text(Some("name|0")) else {
            return;
        };
        method = known.text;
    }
    if method.chars().next().is_some_and(char::is_uppercase) || (asked.is_none() && !pretrained) {
        return;
    }
    let Some(id) = plain(site, call, draft, "torchvision", &method, None) else {
        return;
    };
    if let (Some(weights), Some(component)) =
        (asked.filter(|text| !text.is_empty()), draft.get_mut(&id))
    {
        let version = weights.rsplit('.').next().unwrap_or_default().to_owned();
        if version != "DEFAULT" && !version.is_empty() {
            component.pin = Some(Pin::Name);
        }
        component.properties.insert("weights".to_owned(), weights);
    }
}

/// An imported name as it is written.
fn shown(value: &Value) -> String {
    match value {
        Value::Imported { module, name } if name.is_empty() => module.clone(),
        Value::Imported { name, .. } => name.clone(),
        _ => String::new(),
    }
}

/// A model of Ollama's library, `name[:tag]` or `namespace/name[:tag]`.
pub(crate) fn ollama(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let mut names = site.texts(call.get("name"));
    let constructs = site
        .method()
        .chars()
        .next()
        .is_some_and(|letter| letter.is_uppercase());
    let takes_name = constructs || matches!(site.method(), "pull" | "ollama" | "show" | "new");
    if names.is_empty() && takes_name && site.method() != "Client" && site.method() != "AsyncClient"
    {
        names = site.texts(Some("0"));
    }
    for known in names {
        if let Some(component) = ollama_model(&known.text) {
            hub::used(draft, component, site.occurrence(), known.place);
        }
    }
    for known in site.texts_anywhere(call.get("host")) {
        super::served::server(site, draft, &known, "Ollama");
    }
}

/// A model of Ollama's library by name.
pub(crate) fn ollama_model(text: &str) -> Option<Component> {
    if let Some(rest) = text
        .strip_prefix("hf.co/")
        .or_else(|| text.strip_prefix("huggingface.co/"))
    {
        let (name, file) = rest.split_once(':').unwrap_or((rest, ""));
        let mut component = hub::repository(Role::Model, name, None)?;
        if !file.is_empty() {
            component
                .properties
                .insert("file".to_owned(), file.to_owned());
        }
        return Some(component);
    }
    let (path, tag) = match text.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (text, None),
    };
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let (namespace, name) = path.split_once('/').unwrap_or(("library", path));
    if !plain(namespace) || !plain(name) || !tag.is_none_or(plain) {
        return None;
    }
    let fixed = pin::of_revision(tag);
    let repository = format!("registry.ollama.ai/{namespace}");
    let url = purl(
        "oci",
        None,
        name,
        None,
        &[
            ("repository_url", &repository),
            ("tag", tag.unwrap_or_default()),
        ],
    )?;
    let mut component = Component::new(ComponentId(url.clone()), Role::Model, name);
    component.purl = Some(url);
    component.namespace = (namespace != "library").then(|| namespace.to_owned());
    component.version = tag
        .filter(|_| fixed != Pin::Floating)
        .map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.direct = Some(true);
    component.model = Some(Box::new(ModelFacts {
        library: Some("ollama".to_owned()),
        ..ModelFacts::default()
    }));
    component.references.push(Reference {
        kind: ReferenceKind::ModelCard,
        url: format!("https://ollama.com/{namespace}/{name}"),
    });
    Some(component)
}

/// `resolve_embed_model("local:BAAI/bge-small-en-v1.5")`.
pub(crate) fn embed_resolver(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.texts(call.get("name")) {
        let Some(name) = known.text.strip_prefix("local:") else {
            continue;
        };
        if let (true, Some(component)) = (
            hub::is_owned(name),
            hub::repository(Role::Model, name, None),
        ) {
            hub::used(draft, component, site.occurrence(), known.place);
        }
    }
}
