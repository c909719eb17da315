//! Identities of models and data sets that commands name.

use waybill_domain::inventory::{
    Component, ComponentId, ModelFacts, Pin, Reference, ReferenceKind, Role,
};

use super::pin;
use crate::purl::purl;

/// Words that begin the path of a folder rather than the name of an organisation.
const FOLDERS: [&str; 32] = [
    "models",
    "model",
    "output",
    "outputs",
    "checkpoints",
    "checkpoint",
    "results",
    "result",
    "saved_models",
    "saved_model",
    "artifacts",
    "weights",
    "data",
    "tmp",
    "ckpt",
    "ckpts",
    "runs",
    "logs",
    "experiments",
    "local",
    "assets",
    "path",
    "pretrained",
    "saved",
    "src",
    "test",
    "tests",
    "dist",
    "build",
    "scripts",
    "configs",
    "opt",
];

/// Endings of files of models.
pub(super) const MODEL_FILES: [&str; 22] = [
    ".gguf",
    ".ggml",
    ".safetensors",
    ".onnx",
    ".pt",
    ".pth",
    ".ckpt",
    ".bin",
    ".tflite",
    ".h5",
    ".keras",
    ".joblib",
    ".pkl",
    ".pickle",
    ".engine",
    ".mlmodel",
    ".task",
    ".pb",
    ".nemo",
    ".mar",
    ".caffemodel",
    ".pdparams",
];

/// Endings of files of data.
pub(super) const DATA_FILES: [&str; 14] = [
    ".csv",
    ".tsv",
    ".parquet",
    ".jsonl",
    ".ndjson",
    ".arrow",
    ".feather",
    ".csv.gz",
    ".tsv.gz",
    ".jsonl.gz",
    ".npz",
    ".npy",
    ".tfrecord",
    ".json.gz",
];

pub(super) fn ends(name: &str, endings: &[&str]) -> bool {
    let lower = name.to_ascii_lowercase();
    endings.iter().any(|ending| lower.ends_with(ending))
}

/// True for `owner/name` as the hub allows it, and not for the path of a folder.
pub(super) fn is_owned(text: &str) -> bool {
    let Some((owner, name)) = text.split_once('/') else {
        return false;
    };
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let lower = owner.to_ascii_lowercase();
    let example = ["your-", "your_", "my-org", "username"]
        .iter()
        .any(|word| lower.starts_with(word));
    text.len() <= 96
        && part(owner)
        && part(name)
        && !owner.contains('.')
        && !FOLDERS.contains(&lower.as_str())
        && !ends(name, &MODEL_FILES)
        && !ends(
            name,
            &[".py", ".sh", ".json", ".yaml", ".yml", ".txt", ".jinja"],
        )
        && !example
}

/// True for the name of a repository: `owner/name`, or one of the hub's oldest, which have no owner.
pub(super) fn is_repository(text: &str) -> bool {
    const BARE: [&str; 10] = [
        "bert-",
        "distilbert",
        "roberta-",
        "distilroberta-",
        "xlm-",
        "gpt2",
        "distilgpt2",
        "t5-",
        "albert-",
        "facebook-",
    ];
    is_owned(text)
        || (!text.contains(['/', '.', ':']) && BARE.iter().any(|begin| text.starts_with(begin)))
}

/// A repository of the hub as a component.
pub(super) fn repository(role: Role, text: &str, revision: Option<&str>) -> Option<Component> {
    let (owner, name) = match text.split_once('/') {
        Some((owner, name)) => (Some(owner), name),
        None => (None, text),
    };
    let fixed = pin::of_revision(revision);
    let version = revision.filter(|_| fixed != Pin::Floating);
    let dataset = role == Role::Dataset;
    let namespace = match (dataset, owner) {
        (true, Some(owner)) => Some(format!("datasets/{owner}")),
        (true, None) => Some("datasets".to_owned()),
        (false, owner) => owner.map(ToOwned::to_owned),
    };
    let url = purl("huggingface", namespace.as_deref(), name, version, &[])?;
    let mut component = Component::new(ComponentId(url.clone()), role, name);
    component.namespace = owner.map(ToOwned::to_owned);
    component.version = version.map(ToOwned::to_owned);
    component.requirement = revision
        .filter(|_| version.is_none())
        .map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.purl = Some(url);
    component.direct = Some(true);
    let folder = if dataset { "datasets/" } else { "" };
    component.references.push(Reference {
        kind: if dataset {
            ReferenceKind::Website
        } else {
            ReferenceKind::ModelCard
        },
        url: format!("https://huggingface.co/{folder}{text}"),
    });
    Some(component)
}

/// A repository or a file in one, by an address of the hub: `https://huggingface.co/...`, `hf://...`.
pub(super) fn of_address(text: &str) -> Option<Component> {
    let short = text.strip_prefix("hf://");
    let rest = short.or_else(|| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let (host, rest) = rest.split_once('/')?;
        matches!(
            host,
            "huggingface.co" | "hf.co" | "www.huggingface.co" | "hf-mirror.com"
        )
        .then_some(rest)
    })?;
    let (rest, role) = match rest.strip_prefix("datasets/") {
        Some(rest) => (rest, Role::Dataset),
        None => (rest, Role::Model),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let mut parts = rest.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let (name, at) = name
        .split_once('@')
        .or_else(|| name.split_once(':'))
        .unwrap_or((name, ""));
    let name = name.strip_suffix(".git").unwrap_or(name);
    let next = parts.next();
    let revision = match next {
        Some("resolve" | "blob" | "raw" | "tree") => parts.next(),
        _ if !at.is_empty() => Some(at),
        _ => None,
    };
    let full = format!("{owner}/{name}");
    if !is_owned(&full) || matches!(owner, "spaces" | "docs" | "api" | "blog") {
        return None;
    }
    let mut component = repository(role, &full, revision)?;
    let file: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if !file.is_empty() && next != Some("tree") {
        component
            .properties
            .insert("file".to_owned(), file.join("/"));
    }
    Some(component)
}

/// A model of Ollama's library: `name[:tag]`, `namespace/name[:tag]`, `hf.co/owner/name[:file]`.
pub(super) fn ollama(text: &str) -> Option<Component> {
    let of_hub = text
        .strip_prefix("hf.co/")
        .or_else(|| text.strip_prefix("huggingface.co/"));
    if let Some(rest) = of_hub {
        return quantised(rest);
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
    let registry = format!("registry.ollama.ai/{namespace}");
    let qualifiers = [
        ("repository_url", registry.as_str()),
        ("tag", tag.unwrap_or_default()),
    ];
    let url = purl("oci", None, name, None, &qualifiers)?;
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

/// `owner/name:quantisation`, as llama.cpp and Ollama write it.
pub(super) fn quantised(text: &str) -> Option<Component> {
    let (name, file) = text.split_once(':').unwrap_or((text, ""));
    if !is_owned(name) {
        return None;
    }
    let mut component = repository(Role::Model, name, None)?;
    if !file.is_empty() {
        component
            .properties
            .insert("file".to_owned(), file.to_owned());
    }
    Some(component)
}

/// Something that only a library or a service knows by name; the id is `<role>:<where>/<name>`.
pub(super) fn plain(
    role: Role,
    place: &str,
    name: &str,
    version: Option<&str>,
) -> Option<Component> {
    if name.is_empty() || name.len() > 120 || name.contains(['\n', ' ', '{', '$']) {
        return None;
    }
    let id = ComponentId(format!("{}:{place}/{name}", role.as_str()));
    let mut component = Component::new(id, role, name);
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(pin::of_revision(version));
    component.direct = Some(true);
    if role == Role::Model {
        component.model_mut().library = Some(place.to_owned());
    } else {
        component
            .properties
            .insert("library".to_owned(), place.to_owned());
    }
    Some(component)
}
