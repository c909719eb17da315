//! Models and data in files of the tree, and those at addresses.

use waybill_domain::inventory::{
    Component, ComponentId, Pin, Reference, ReferenceKind, RelationKind, Role, Standing,
};
use waybill_knowledge::usage::KnownCall;

use super::{hub, resolve::Known, site::Site};
use crate::{
    draft::Draft,
    tree::{file_name, parent},
};

/// Endings of files that hold weights or a trained estimator.
const ARTIFACTS: [&str; 32] = [
    ".pt",
    ".pth",
    ".bin",
    ".safetensors",
    ".gguf",
    ".ggml",
    ".onnx",
    ".pkl",
    ".pickle",
    ".joblib",
    ".h5",
    ".hdf5",
    ".keras",
    ".tflite",
    ".pb",
    ".ckpt",
    ".model",
    ".npy",
    ".npz",
    ".mlmodel",
    ".mlpackage",
    ".engine",
    ".xml",
    ".bst",
    ".ubj",
    ".cbm",
    ".skops",
    ".pdparams",
    ".ot",
    ".mar",
    ".json",
    ".txt",
];

/// True for the name of a file that holds weights.
pub(crate) fn is_artifact_name(name: &str) -> bool {
    let name = name.to_lowercase();
    ARTIFACTS.iter().any(|ending| name.ends_with(ending))
}

/// Says that the system uses something in the tree. Which component it is the part `local` knows:
/// the file by itself, or the folder that it lies in; a relation to what is none goes away.
pub(crate) fn relate(
    site: &Site<'_>,
    draft: &mut Draft,
    path: &str,
    role: Role,
) -> Vec<ComponentId> {
    let mut ids = Vec::new();
    let mut words = vec![role.as_str()];
    words.extend(
        ["model", "adapter", "dataset"]
            .iter()
            .filter(|word| **word != role.as_str()),
    );
    for word in words {
        ids.push(ComponentId(format!("{word}:{path}")));
        let folder = parent(path);
        if is_artifact_name(file_name(path)) && !folder.is_empty() {
            ids.push(ComponentId(format!("{word}:{folder}")));
        }
    }
    for id in &ids {
        draft.relate(
            &ComponentId::subject(),
            RelationKind::Uses,
            id,
            Standing::Observed,
            Some(site.occurrence()),
        );
    }
    ids
}

/// A call that loads a file of the tree, or one at an address.
pub(crate) fn load(site: &Site<'_>, call: &KnownCall, draft: &mut Draft, role: Role) {
    let slot = call.get("path");
    let mut paths = site.texts(slot);
    if paths.is_empty()
        && let Some(value) = site.argument(slot)
    {
        paths = opened(site, value);
    }
    if paths.is_empty() {
        paths = site.texts(call.get("keras_path"));
    }
    for known in paths {
        if is_address(&known.text) {
            at_address(site, draft, &known, role);
        } else if let Some(path) = site.resolver.local(site.file, &known.text) {
            relate(site, draft, &path, role);
        }
    }
}

/// `pickle.load(open("model.pkl", "rb"))`: the path of the file that another call opens.
fn opened(site: &Site<'_>, value: &waybill_source::code::Value) -> Vec<Known> {
    let mut paths = Vec::new();
    for followed in site.resolver.follow(site.file, value) {
        let waybill_source::code::Value::Result(at) = followed.value else {
            continue;
        };
        let Some((file, facts)) = site.resolver.code_entry(&followed.file) else {
            continue;
        };
        let Some(call) = facts.calls.get(at) else {
            continue;
        };
        let opens =
            call.path == "open" || call.path.ends_with(".open") || call.path.ends_with("Path");
        if let (true, Some(argument)) = (opens, call.arguments.first()) {
            paths.extend(site.resolver.texts(file, &argument.value));
        }
    }
    paths
}

/// True for an address of the network or of an object store.
pub(crate) fn is_address(text: &str) -> bool {
    [
        "http://", "https://", "s3://", "gs://", "gcs://", "az://", "abfs://", "abfss://", "hf://",
        "ftp://",
    ]
    .iter()
    .any(|scheme| text.starts_with(scheme))
}

/// An address without user name, password, query and fragment.
pub(crate) fn plain_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || host.contains(['{', '<', '$', ' ']) {
        return None;
    }
    Some(if path.is_empty() {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}/{path}")
    })
}

/// A model or data set at an address.
pub(crate) fn at_address(
    site: &Site<'_>,
    draft: &mut Draft,
    known: &Known,
    role: Role,
) -> Option<ComponentId> {
    if let Some(component) = of_hub_address(&known.text) {
        return Some(hub::used(
            draft,
            component,
            site.occurrence(),
            known.place.clone(),
        ));
    }
    let address = plain_address(&known.text)?;
    let after = address.split_once("://").map_or("", |(_, rest)| rest);
    let name = after.trim_end_matches('/').rsplit('/').next()?;
    let mut component = Component::new(
        ComponentId(format!("{}:{address}", role.as_str())),
        role,
        name,
    );
    component.pin = Some(if has_commit(after) {
        Pin::Digest
    } else {
        Pin::Floating
    });
    component.direct = Some(true);
    component.references.push(Reference {
        kind: ReferenceKind::Distribution,
        url: address,
    });
    Some(hub::used(
        draft,
        component,
        site.occurrence(),
        known.place.clone(),
    ))
}

/// A part of a path that is a commit id.
fn has_commit(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(part.len(), 40 | 64) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `https://huggingface.co/datasets/owner/name/resolve/REVISION/file` and `hf://datasets/owner/name@REVISION/file`.
fn of_hub_address(text: &str) -> Option<Component> {
    let (rest, scheme) = match text.strip_prefix("hf://") {
        Some(rest) => (rest, true),
        None => (text.strip_prefix("https://huggingface.co/")?, false),
    };
    let (rest, role) = match rest.strip_prefix("datasets/") {
        Some(rest) => (rest, Role::Dataset),
        None => (rest, Role::Model),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let mut parts = rest.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let (name, at) = name.split_once('@').unwrap_or((name, ""));
    let revision = match (scheme, parts.next()) {
        (true, _) => (!at.is_empty()).then(|| at.to_owned()),
        (false, Some("resolve" | "blob" | "raw")) => parts.next().map(ToOwned::to_owned),
        (false, None) => None,
        (false, Some(_)) => return None,
    };
    let full = format!("{owner}/{name}");
    if !hub::is_owned(&full) {
        return None;
    }
    let mut component = hub::repository(role, &full, revision.as_deref())?;
    let file: Vec<&str> = parts.collect();
    if !file.is_empty() {
        component
            .properties
            .insert("file".to_owned(), file.join("/"));
    }
    Some(component)
}

/// `pd.read_csv(...)`: a data set at an address, or in the tree.
pub(crate) fn table(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.list(call.get("path")) {
        if is_address(&known.text) {
            at_address(site, draft, &known, Role::Dataset);
        } else if let Some(path) = site.resolver.local(site.file, &known.text) {
            relate(site, draft, &path, Role::Dataset);
        }
    }
}
