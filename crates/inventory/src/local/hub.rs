//! Components that metadata names and that lie elsewhere: on a hub, in a registry of models.

use waybill_domain::inventory::{
    Component, ComponentId, Occurrence, Pin, Reference, ReferenceKind, Role,
};

use crate::{draft::Draft, purl::purl};

/// An owner and a name, and the revision if it is written with them.
struct Id<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
    revision: Option<&'a str>,
}

/// Reads an id of the hub, with or without its address; none for a path or free text.
fn id<'a>(written: &'a str, kind: &str) -> Option<Id<'a>> {
    let mut text = written.trim().trim_end_matches('/');
    for prefix in ["https://", "http://", "hf://", "huggingface://"] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    // User name and password stand before the host.
    if written.contains("://")
        && let Some((_, rest)) = text.split_once('@').filter(|(user, _)| !user.contains('/'))
    {
        text = rest;
    }
    let stripped = ["huggingface.co/", "www.huggingface.co/", "hf.co/"]
        .iter()
        .find_map(|host| text.strip_prefix(host));
    if stripped.is_none() && written.contains("://") && !written.starts_with("hf://") {
        return None;
    }
    text = stripped.unwrap_or(text);
    text = text.strip_prefix(kind).unwrap_or(text);
    let mut revision = None;
    if let Some((front, after)) = text
        .split_once("/tree/")
        .or_else(|| text.split_once("/blob/"))
    {
        revision = after.split('/').next();
        text = front;
    }
    if let Some((front, after)) = text.split_once('@') {
        revision = Some(after);
        text = front;
    }
    let (namespace, name) = match text.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, text),
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 96
            && part.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    (plain(name) && namespace.is_none_or(plain)).then_some(Id {
        namespace,
        name,
        revision,
    })
}

/// How firmly a revision of the hub is fixed.
pub(super) fn pin(revision: Option<&str>) -> Pin {
    match revision {
        None | Some("" | "main" | "master" | "latest" | "HEAD") => Pin::Floating,
        Some(revision)
            if matches!(revision.len(), 40 | 64)
                && revision.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            Pin::Digest
        }
        Some(_) => Pin::Name,
    }
}

/// Adds a model of the hub; none if the text is no id of one.
pub(super) fn model(
    draft: &mut Draft,
    written: &str,
    revision: Option<&str>,
    at: Occurrence,
) -> Option<ComponentId> {
    add(draft, written, revision, Role::Model, at)
}

/// Adds a data set of the hub; none if the text is no id of one.
pub(super) fn dataset(
    draft: &mut Draft,
    written: &str,
    revision: Option<&str>,
    role: Role,
    at: Occurrence,
) -> Option<ComponentId> {
    add(draft, written, revision, role, at)
}

fn add(
    draft: &mut Draft,
    written: &str,
    revision: Option<&str>,
    role: Role,
    at: Occurrence,
) -> Option<ComponentId> {
    let is_model = role == Role::Model;
    let id = id(written, if is_model { "models/" } else { "datasets/" })?;
    let revision = revision.or(id.revision);
    let pin = pin(revision);
    let version = revision.filter(|_| pin != Pin::Floating);
    let namespace = match (is_model, id.namespace) {
        (true, namespace) => namespace.map(ToOwned::to_owned),
        (false, Some(namespace)) => Some(format!("datasets/{namespace}")),
        (false, None) => Some("datasets".to_owned()),
    };
    let purl = purl("huggingface", namespace.as_deref(), id.name, version, &[])?;
    let mut component = Component::new(ComponentId(purl.clone()), role, id.name);
    component.namespace = id.namespace.map(ToOwned::to_owned);
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(pin);
    let full = component.full_name();
    let folder = if is_model { "" } else { "datasets/" };
    component.references = vec![Reference {
        kind: if is_model {
            ReferenceKind::ModelCard
        } else {
            ReferenceKind::Website
        },
        url: format!("https://huggingface.co/{folder}{full}"),
    }];
    component.purl = Some(purl);
    component.seen(at);
    // An id that is known as an evaluation set stays one, and the other way round.
    Some(draft.add(component))
}

/// Adds a model of the Ollama registry: `llama3.1:8b`, `acme/llama:latest`.
pub(super) fn ollama(draft: &mut Draft, written: &str, at: Occurrence) -> Option<ComponentId> {
    let (name, tag) = match written.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (written, None),
    };
    if name.starts_with("hf.co/") || name.starts_with("huggingface.co/") {
        let id = add(draft, name, None, Role::Model, at)?;
        if let (Some(component), Some(tag)) = (draft.get_mut(&id), tag) {
            component
                .properties
                .insert("quantisation".to_owned(), tag.to_owned());
        }
        return Some(id);
    }
    let name = name.strip_prefix("registry.ollama.ai/").unwrap_or(name);
    let (namespace, name) = name.rsplit_once('/').unwrap_or(("library", name));
    let url = format!("registry.ollama.ai/{namespace}");
    let shown = tag.unwrap_or("latest");
    let purl = purl(
        "oci",
        None,
        name,
        None,
        &[("repository_url", url.as_str()), ("tag", shown)],
    )?;
    let mut component = Component::new(ComponentId(purl.clone()), Role::Model, name);
    component.namespace = Some(namespace.to_owned()).filter(|namespace| namespace != "library");
    component.version = tag.filter(|tag| *tag != "latest").map(ToOwned::to_owned);
    component.pin = Some(pin(tag));
    component.purl = Some(purl);
    component.seen(at);
    Some(draft.add(component))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_hub_are_told_from_paths() {
        let mut draft = Draft::default();
        let mut named =
            |written: &str| model(&mut draft, written, None, Occurrence::default()).map(|id| id.0);
        assert_eq!(
            named("acme/Small-1b").as_deref(),
            Some("pkg:huggingface/acme/Small-1b")
        );
        assert_eq!(
            named("https://huggingface.co/acme/small/tree/v1").as_deref(),
            Some("pkg:huggingface/acme/small@v1")
        );
        assert_eq!(
            named("https://ann:pw@huggingface.co/acme/small").as_deref(),
            Some("pkg:huggingface/acme/small")
        );
        assert_eq!(named("gpt2").as_deref(), Some("pkg:huggingface/gpt2"));
        for path in [
            "./small",
            "/srv/a/small",
            "../x",
            "a/b/c",
            "my own model",
            "https://example.org/a",
            "",
        ] {
            assert_eq!(named(path), None, "{path}");
        }
    }

    #[test]
    fn models_of_ollama_have_a_namespace_and_a_tag() {
        let mut draft = Draft::default();
        let id = ollama(&mut draft, "llama3.1:8b", Occurrence::default()).unwrap();
        let component = draft.get(&id).unwrap();
        assert_eq!(component.pin, Some(Pin::Name));
        assert_eq!(component.version.as_deref(), Some("8b"));
        assert_eq!(
            id.0,
            "pkg:oci/llama3.1?repository_url=registry.ollama.ai%2Flibrary&tag=8b"
        );
    }
}
