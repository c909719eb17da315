//! Models and data sets that a library knows by a name of its own.

use waybill_domain::inventory::{
    Component, ComponentId, DatasetFacts, ModelFacts, Occurrence, Pin, Reference, ReferenceKind,
    Role,
};
use waybill_knowledge::usage::KnownCall;
use waybill_source::code::Value;

use super::{
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
        Some(value) => Some(hub::written(value).unwrap_or_else(|| shown(value))),
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

/// Models of `gensim.downloader` are data sets or vectors by their names.
pub(crate) fn gensim(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const CORPORA: [&str; 8] = [
        "20-newsgroups",
        "fake-news",
        "patent-2017",
        "quora-duplicate-questions",
        "semeval-2016-2017-task3-subtaskA-unannotated",
        "semeval-2016-2017-task3-subtaskBC",
        "text8",
        "wiki-english-20171001",
    ];
    for known in site.texts(call.get("name")) {
        if CORPORA.contains(&known.text.as_str()) {
            library_data(site, draft, "gensim", &known.text, known.place);
        } else {
            plain(site, call, draft, "gensim", &known.text, known.place);
        }
    }
}

/// `nltk.download("punkt")`: models by a short list, everything else is data.
pub(crate) fn nltk(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const MODELS: [&str; 9] = [
        "punkt",
        "punkt_tab",
        "averaged_perceptron_tagger",
        "averaged_perceptron_tagger_eng",
        "maxent_ne_chunker",
        "maxent_ne_chunker_tab",
        "vader_lexicon",
        "maxent_treebank_pos_tagger",
        "perluniprops",
    ];
    for known in site.list(call.get("name")) {
        if known.text == "all" || known.text == "popular" {
            continue;
        }
        if MODELS.contains(&known.text.as_str()) {
            plain(site, call, draft, "nltk", &known.text, known.place);
        } else {
            library_data(site, draft, "nltk", &known.text, known.place);
        }
    }
}

/// A data set that only a library knows; `dataset:<library>/<name>`.
pub(crate) fn library_data(
    site: &Site<'_>,
    draft: &mut Draft,
    namespace: &str,
    name: &str,
    constant: Option<Occurrence>,
) -> Option<ComponentId> {
    if name.is_empty() || name.len() > 120 || name.contains(['\n', '{']) {
        return None;
    }
    let id = ComponentId(format!("dataset:{namespace}/{name}"));
    let mut component = Component::new(id, Role::Dataset, name);
    let version = name.rsplit_once(':').map(|(_, version)| version);
    let fixed =
        version.is_some_and(|version| !version.contains('*') && namespace == "tensorflow-datasets");
    component.pin = Some(if fixed { Pin::Name } else { Pin::Floating });
    component.direct = Some(true);
    component
        .properties
        .insert("library".to_owned(), namespace.to_owned());
    Some(hub::used(draft, component, site.occurrence(), constant))
}

/// `tfds.load("mnist")`, `torchvision.datasets.MNIST(...)`, `fetch_openml("adult")`.
pub(crate) fn data(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let namespace = call.get("namespace").unwrap_or_default();
    match call.means.as_str() {
        "named-data" => {
            for known in site.texts(call.get("name")) {
                library_data(site, draft, namespace, &known.text, known.place);
            }
        }
        "path-data" => {
            let mut parts: Vec<&str> = site.path.split('.').collect();
            if parts.last() == Some(&"load_data") {
                parts.pop();
            }
            let library = parts.first().copied().unwrap_or(namespace).to_owned();
            let library = if library == "tensorflow" {
                "keras".to_owned()
            } else {
                library
            };
            let name = parts.last().copied().unwrap_or_default().to_owned();
            if !matches!(
                name.as_str(),
                "ImageFolder" | "DatasetFolder" | "FakeData" | "VisionDataset"
            ) {
                library_data(site, draft, &library, &name, None);
            }
        }
        _ => {
            let method = site.method();
            let name = method
                .strip_prefix("fetch_")
                .or_else(|| method.strip_prefix("load_"))
                .unwrap_or(method);
            if name == "openml" {
                for known in site.texts(call.get("name")) {
                    library_data(site, draft, "openml", &known.text, known.place);
                }
            } else {
                library_data(site, draft, namespace, name, None);
            }
        }
    }
}

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
fn on_kaggle(
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
        super::hosted::server(site, draft, &known, "Ollama");
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

/// `load_dataset(...)`.
pub(crate) fn dataset(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const READERS: [&str; 14] = [
        "csv",
        "json",
        "parquet",
        "text",
        "arrow",
        "pandas",
        "imagefolder",
        "audiofolder",
        "videofolder",
        "webdataset",
        "xml",
        "sql",
        "generator",
        "pdffolder",
    ];
    let revision = hub::revision(site, call);
    for known in site.texts(call.get("name")) {
        let text = known.text.as_str();
        if READERS.contains(&text) {
            let mut files = site.list(call.get("files"));
            files.extend(site.texts(Some("data_dir")));
            for file in files {
                data_file(site, draft, &file);
            }
            continue;
        }
        if let Some(path) = site.resolver.local(site.file, text) {
            local::relate(site, draft, &path, Role::Dataset);
            continue;
        }
        let bare = !text.contains('/')
            && !text.is_empty()
            && !local::is_artifact_name(text)
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if site.resolver.is_written(text) || !(bare || hub::is_owned(text)) {
            continue;
        }
        let asked = revision.as_ref().map(|known| known.text.as_str());
        let Some(mut component) = hub::repository(Role::Dataset, text, asked) else {
            continue;
        };
        component.remote_code = site.truth(call.get("remote_code"));
        let splits: Vec<String> = site
            .texts(call.get("split"))
            .into_iter()
            .map(|known| known.text)
            .collect();
        if !splits.is_empty() {
            component.dataset = Some(Box::new(DatasetFacts {
                splits,
                ..DatasetFacts::default()
            }));
        }
        if let Some(config) = site.text(call.get("config")) {
            component
                .properties
                .insert("configuration".to_owned(), config.text);
        }
        hub::used(draft, component, site.occurrence(), known.place);
    }
}

fn data_file(site: &Site<'_>, draft: &mut Draft, file: &Known) {
    if local::is_address(&file.text) {
        local::at_address(site, draft, file, Role::Dataset);
    } else if let Some(path) = site.resolver.local(site.file, &file.text) {
        local::relate(site, draft, &path, Role::Dataset);
    }
}
