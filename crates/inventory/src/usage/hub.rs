//! Models of a hub, and those in folders of the tree.

use waybill_domain::inventory::{
    Component, ComponentId, Field, ModelFacts, Occurrence, Pin, Reference, ReferenceKind,
    RelationKind, Role, Standing,
};
use waybill_knowledge::usage::KnownCall;
use waybill_source::code::Value;

use super::{adapter::written, local, pin, resolve::Known, site::Site};
use crate::{draft::Draft, purl::purl};

/// Longest name of a repository on the hub.
const NAME_LIMIT: usize = 96;

/// Words that begin a path of a folder rather than the name of an organisation.
const FOLDERS: [&str; 34] = [
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
    "exp",
    "exps",
    "experiments",
    "local",
    "assets",
    "path",
    "pretrained",
    "save",
    "saved",
    "src",
    "test",
    "tests",
    "dist",
    "build",
    "your-org",
    "your_org",
];

/// Beginnings of the names of models on the hub that have no owner.
const WITHOUT_OWNER: [&str; 24] = [
    "bert-",
    "distilbert",
    "roberta-",
    "distilroberta-",
    "xlm-",
    "xlnet-",
    "gpt2",
    "distilgpt2",
    "openai-gpt",
    "t5-",
    "albert-",
    "camembert-",
    "ctrl",
    "transfo-xl-",
    "flaubert",
    "electra-",
    "facebook-",
    "microsoft-",
    "allenai-",
    "deberta-",
    "bart-",
    "mt5-",
    "sshleifer-",
    "google-",
];

/// True if a text has the form of `owner/name`.
pub(crate) fn is_owned(text: &str) -> bool {
    let Some((owner, name)) = text.split_once('/') else {
        return false;
    };
    let part = |part: &str| {
        part.bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    text.len() <= NAME_LIMIT
        && part(owner)
        && part(name)
        && !owner.contains('.')
        && !FOLDERS.contains(&owner.to_lowercase().as_str())
        && !local::is_artifact_name(name)
        && !is_example(owner, name)
}

/// `your-username/your-model`: the name of nothing.
fn is_example(owner: &str, name: &str) -> bool {
    let owner = owner.to_lowercase();
    let name = name.to_lowercase();
    ["your-", "your_", "<", "my-org", "username", "user"]
        .iter()
        .any(|word| owner.starts_with(word))
        || name.starts_with("your-")
        || name.starts_with("your_")
}

/// Models on the hub without an owner whose names look like those of somebody's own training.
const TUNED_WITHOUT_OWNER: [&str; 8] = [
    "distilbert-base-uncased-finetuned-sst-2-english",
    "bert-large-uncased-whole-word-masking-finetuned-squad",
    "bert-large-cased-whole-word-masking-finetuned-squad",
    "bert-base-cased-finetuned-mrpc",
    "xlm-roberta-large-finetuned-conll03-english",
    "xlm-roberta-large-finetuned-conll03-german",
    "xlm-roberta-large-finetuned-conll02-dutch",
    "xlm-roberta-large-finetuned-conll02-spanish",
];

/// True if a text without owner is the name of a model on the hub.
pub(crate) fn is_known_bare(text: &str) -> bool {
    let lower = text.to_lowercase();
    if TUNED_WITHOUT_OWNER.contains(&lower.as_str()) {
        return true;
    }
    WITHOUT_OWNER.iter().any(|begin| lower.starts_with(begin))
        && !lower.contains('/')
        && !lower.contains("finetuned")
        && !lower.contains("fine-tuned")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// A repository on the hub as a component, without the place where it was seen.
pub(crate) fn repository(role: Role, text: &str, revision: Option<&str>) -> Option<Component> {
    let (owner, name) = match text.split_once('/') {
        Some((owner, name)) => (Some(owner), name),
        None => (None, text),
    };
    let fixed = pin::of_revision(revision);
    let version = revision.filter(|_| fixed != Pin::Floating);
    let dataset = matches!(role, Role::Dataset | Role::EvaluationSet);
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
        .filter(|_| fixed == Pin::Floating)
        .map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.purl = Some(url);
    component.direct = Some(true);
    component.references.push(Reference {
        kind: if dataset {
            ReferenceKind::Website
        } else {
            ReferenceKind::ModelCard
        },
        url: format!(
            "https://huggingface.co/{}{text}",
            if dataset { "datasets/" } else { "" }
        ),
    });
    Some(component)
}

/// Adds a component that the system uses, with the places where it was seen.
pub(crate) fn used(
    draft: &mut Draft,
    mut component: Component,
    occurrence: Occurrence,
    constant: Option<Occurrence>,
) -> ComponentId {
    let by = occurrence.path.clone();
    let name = component.full_name();
    component.state(
        Field::Name,
        name,
        Standing::Observed,
        by.clone(),
        Some(occurrence.clone()),
    );
    if let Some(version) = component.version.clone() {
        let place = Some(occurrence.clone());
        component.state(Field::Version, version, Standing::Observed, by, place);
    }
    component.seen(occurrence.clone());
    if let Some(constant) = constant {
        component.seen(constant);
    }
    let id = draft.add(component);
    draft.relate(
        &ComponentId::subject(),
        RelationKind::Uses,
        &id,
        Standing::Observed,
        Some(occurrence),
    );
    id
}

/// What a text means as the name of a model, seen from a file.
pub(crate) enum Named {
    /// A file or folder of the tree.
    Local(String),
    /// A repository on the hub.
    Hub(String),
    /// Neither.
    Nothing,
}

/// Tells apart names on the hub and paths. `namespace` is the owner that the library puts before
/// a bare name.
pub(crate) fn named(site: &Site<'_>, text: &str, namespace: Option<&str>, strict: bool) -> Named {
    let text = text.strip_prefix("hf://").unwrap_or(text);
    let text = text.strip_prefix("https://huggingface.co/").unwrap_or(text);
    if let Some(path) = site.resolver.local(site.file, text) {
        return Named::Local(path);
    }
    if text.starts_with(['.', '/', '~']) || text.contains('\\') || text.contains("://") {
        return Named::Nothing;
    }
    if site.resolver.is_written(text) {
        return Named::Nothing;
    }
    if is_owned(text) {
        return Named::Hub(text.to_owned());
    }
    if strict || text.contains('/') || local::is_artifact_name(text) {
        return Named::Nothing;
    }
    match namespace {
        Some(namespace) if !is_known_bare(text) && is_owned(&format!("{namespace}/{text}")) => {
            Named::Hub(format!("{namespace}/{text}"))
        }
        _ if is_known_bare(text) => Named::Hub(text.to_owned()),
        _ => Named::Nothing,
    }
}

/// The revision that a call asks for, one of several if they differ.
pub(crate) fn revision(site: &Site<'_>, call: &KnownCall) -> Option<Known> {
    site.text(call.get("revision"))
}

/// A call that loads a model by name.
pub(crate) fn model(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) -> Vec<ComponentId> {
    load(site, call, draft, Role::Model)
}

pub(super) fn load(
    site: &Site<'_>,
    call: &KnownCall,
    draft: &mut Draft,
    role: Role,
) -> Vec<ComponentId> {
    let mut slot = call.get("name");
    if slot.is_some() && site.argument(slot).is_none() && takes_first(site, call) {
        slot = Some("0");
    }
    let names = site.texts(slot);
    if names.is_empty() {
        return Vec::new();
    }
    let revision = revision(site, call);
    let remote_code = site.truth(call.get("remote_code"));
    let strict = call.get("strict").is_some();
    let mut ids = Vec::new();
    for known in names {
        let (text, tagged) = split_timm(&known.text, call.get("named"));
        match named(
            site,
            text,
            call.get("namespace"),
            strict || tagged == Some(false),
        ) {
            Named::Local(path) => ids.extend(local::relate(site, draft, &path, role)),
            Named::Hub(name) => {
                let (name, at) = name.split_once('@').unwrap_or((&name, ""));
                let asked = revision.as_ref().map(|known| known.text.as_str());
                let asked = asked.or((!at.is_empty()).then_some(at));
                let Some(mut component) = repository(role, name, asked) else {
                    continue;
                };
                component.remote_code = remote_code;
                describe(site, call, &mut component);
                ids.push(used(draft, component, site.occurrence(), known.place));
            }
            Named::Nothing if tagged == Some(false) => {
                ids.extend(super::named::plain(
                    site,
                    call,
                    draft,
                    "timm",
                    text,
                    known.place,
                ));
            }
            Named::Nothing => {}
        }
    }
    ids
}

/// True if this method takes the name as its first argument although others of the library do not.
pub(crate) fn takes_first(site: &Site<'_>, call: &KnownCall) -> bool {
    call.get("first").is_some_and(|methods| {
        methods == "any" || methods.split('|').any(|method| method == site.method())
    })
}

/// `hf-hub:owner/name` of timm and open_clip; `Some(false)` for a name of timm's own.
fn split_timm<'t>(text: &'t str, library: Option<&str>) -> (&'t str, Option<bool>) {
    let hub = ["hf-hub:", "hf_hub:"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    match (hub, library) {
        (Some(rest), _) => (rest, Some(true)),
        (None, Some("timm")) => (text, Some(false)),
        (None, _) => (text, None),
    }
}

/// Facts of the model that the call tells.
fn describe(site: &Site<'_>, call: &KnownCall, component: &mut Component) {
    let mut facts = ModelFacts::default();
    let text = |slot: &str| site.text(call.get(slot)).map(|known| known.text);
    facts.library = call.get("library").map(ToOwned::to_owned);
    facts.task = text("task");
    facts.quantisation = text("quantisation");
    facts.tokenizer = text("tokenizer");
    if component.role == Role::Adapter {
        facts.task = None;
    }
    if facts != ModelFacts::default() {
        component.model = Some(Box::new(facts));
    }
}

/// A tokenizer, processor or configuration: part of a model that is there already, else a model.
pub(crate) fn companion(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    for known in site.texts(call.get("name")) {
        let name = match named(site, &known.text, None, false) {
            Named::Hub(name) => name,
            Named::Local(path) => {
                local::relate(site, draft, &path, Role::Model);
                continue;
            }
            Named::Nothing => continue,
        };
        let revision = revision(site, call);
        let asked = revision.as_ref().map(|known| known.text.as_str());
        let Some(mut component) = repository(Role::Model, &name, asked) else {
            continue;
        };
        let same = |other: &&Component| {
            matches!(other.role, Role::Model | Role::Adapter)
                && other.name == component.name
                && other.namespace == component.namespace
                && other.purl.is_some()
        };
        let there = draft.get(&component.id).map(|other| other.id.clone());
        let there = there.or_else(|| draft.components().find(same).map(|other| other.id.clone()));
        if let Some(other) = there.and_then(|id| draft.get_mut(&id)) {
            other.seen(site.occurrence());
            if let Some(place) = known.place {
                other.seen(place);
            }
            if site.truth(call.get("remote_code")) == Some(true) {
                other.remote_code = Some(true);
            }
            continue;
        }
        component.remote_code = site.truth(call.get("remote_code"));
        describe(site, call, &mut component);
        used(draft, component, site.occurrence(), known.place);
    }
}

/// `pipeline(task, model=...)`.
pub(crate) fn pipeline(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let found = model(site, call, draft);
    if !found.is_empty()
        || site
            .argument(call.get("name"))
            .is_some_and(|value| *value != Value::None)
    {
        return;
    }
    let Some(task) = site.text(call.get("task")) else {
        return;
    };
    draft.note(
        &crate::rules::unnamed_default_model::RULE.info,
        None,
        Some(site.occurrence()),
        format!(
            "`{}` for the task `{}` names no model: the library chooses one",
            site.method(),
            task.text.chars().take(80).collect::<String>()
        ),
    );
}

/// `hf_hub_download`, `snapshot_download`: a model or, by `repo_type`, a data set.
pub(crate) fn hub_file(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let kind = site
        .text(call.get("repo_type"))
        .map(|known| known.text)
        .or_else(|| kind_of_path(site, call));
    let mut revision = revision(site, call);
    if call.get("library") == Some("hf-hub") && !site.path.ends_with("with_revision") {
        revision = None;
    }
    let is_download = site.path.ends_with("download") || site.path.ends_with("Download");
    let file = site
        .text(call.get("file"))
        .filter(|_| !is_download || !site.path.ends_with("snapshot_download"));
    for known in site.texts(call.get("name")) {
        let (text, role) = match (known.text.strip_prefix("datasets/"), kind.as_deref()) {
            (Some(rest), _) => (rest, Role::Dataset),
            (None, Some("dataset")) => (known.text.as_str(), Role::Dataset),
            (None, Some("space")) => continue,
            (None, _) => (known.text.as_str(), Role::Model),
        };
        if !(is_owned(text) || is_known_bare(text) && role == Role::Model) {
            continue;
        }
        let asked = revision.as_ref().map(|known| known.text.as_str());
        let Some(mut component) = repository(role, text, asked) else {
            continue;
        };
        if let Some(file) = &file {
            let name: String = file.text.chars().take(200).collect();
            component.properties.insert("file".to_owned(), name);
        }
        used(draft, component, site.occurrence(), known.place.clone());
    }
}

/// `RepoType::Dataset` as an argument, in Rust a path and no text.
fn kind_of_path(site: &Site<'_>, call: &KnownCall) -> Option<String> {
    let value = site.argument(call.get("repo_type"))?;
    let shown = match value {
        Value::Imported { name, module } => format!("{module}.{name}"),
        Value::Map(entries) => entries
            .iter()
            .find(|(key, _)| key == "type")
            .and_then(|(_, value)| written(value))?,
        _ => return None,
    };
    let last = shown.rsplit(['.', ':']).next()?.to_lowercase();
    Some(last)
}
