//! Steps of workflows, plug-ins and resources of Terraform, charts.

use std::collections::BTreeMap;

use waybill_domain::inventory::{
    Component, ComponentId, Hash, ModelFacts, Occurrence, Pin, Reference, ReferenceKind,
    RelationKind, Role, Standing,
};
use waybill_source::commands::{ActionUse, ChartUse, PluginUse, Resource};

use super::{
    download, hub,
    maker::Maker,
    pin,
    scene::{Scene, is_known, place},
};
use crate::{agents::text_digest, purl::purl};

/// Adds a step that comes from another repository.
pub(super) fn action(maker: &mut Maker<'_>, scene: &Scene<'_>, action: &ActionUse) {
    let local = action.name.starts_with('.') || action.name.starts_with('/');
    if local || !is_known(&action.name) {
        return;
    }
    let revision = action
        .revision
        .as_deref()
        .filter(|revision| is_known(revision));
    let of_a_service = [("orb:", "circleci-orb"), ("pipe:", "bitbucket-pipe")];
    for (begin, service) in of_a_service {
        if let Some(name) = action.name.strip_prefix(begin) {
            catalogued(maker, scene, service, name, revision, action.line);
            return;
        }
    }
    let gitlab = !scene.path.contains(".github/") && scene.path.contains("gitlab");
    let mut parts = action.name.split('/');
    let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
        return;
    };
    let path = parts.collect::<Vec<_>>().join("/");
    let fixed = pin::of_revision(revision);
    let version = revision.filter(|_| fixed != Pin::Floating);
    let (owner, name) = if gitlab {
        action.name.rsplit_once('/').unwrap_or((owner, name))
    } else {
        (owner, name)
    };
    let kind = if gitlab { "gitlab" } else { "github" };
    let made = purl(kind, Some(owner), name, version, &[]);
    let Some(mut url) = made else {
        return;
    };
    if !path.is_empty() && !gitlab {
        url = format!("{url}#{path}");
    }
    let shown = if path.is_empty() || gitlab {
        name.to_owned()
    } else {
        format!("{name}/{path}")
    };
    let mut component = Component::new(ComponentId(url.clone()), Role::WorkflowAction, shown);
    component.namespace = Some(owner.to_owned());
    component.version = version.map(ToOwned::to_owned);
    component.requirement = revision
        .filter(|_| version.is_none())
        .map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.purl = Some(url);
    component.direct = Some(true);
    if !gitlab {
        component.references.push(Reference {
            kind: ReferenceKind::Vcs,
            url: format!("https://github.com/{owner}/{name}"),
        });
    }
    maker.add(
        component,
        RelationKind::DependsOn,
        None,
        place(scene.path, action.line, "uses"),
    );
}

/// A step out of the catalogue of a service, an orb of CircleCI or a pipe of Bitbucket. `volatile` is
/// the newest version, and a version without its last number one of several.
fn catalogued(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    service: &str,
    name: &str,
    revision: Option<&str>,
    line: u32,
) {
    let Some((owner, short)) = name.split_once('/') else {
        return;
    };
    let exact = revision.filter(|revision| revision.split('.').count() == 3);
    let id = match exact {
        Some(version) => format!("workflow-action:{service}/{name}@{version}"),
        None => format!("workflow-action:{service}/{name}"),
    };
    let mut component = Component::new(ComponentId(id), Role::WorkflowAction, short);
    component.namespace = Some(owner.to_owned());
    component.version = exact.map(ToOwned::to_owned);
    component.requirement = revision.filter(|_| exact.is_none()).map(ToOwned::to_owned);
    component.pin = Some(if exact.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.direct = Some(true);
    maker.add(
        component,
        RelationKind::DependsOn,
        None,
        place(scene.path, line, service),
    );
}

/// Plug-ins and modules of all files, those of a lock file with the versions that it fixes.
pub(super) fn plugins(maker: &mut Maker<'_>, uses: &[(&str, &PluginUse)]) {
    let mut locked: BTreeMap<String, &PluginUse> = BTreeMap::new();
    for (_, plugin) in uses {
        if plugin.version.is_some() && !plugin.module {
            locked.entry(address(&plugin.source)).or_insert(plugin);
        }
    }
    for (path, plugin) in uses {
        let symbol = if plugin.module { "module" } else { "provider" };
        let made = if plugin.module {
            module(plugin)
        } else {
            required(plugin, locked.get(&address(&plugin.source)).copied())
        };
        if let Some(component) = made {
            maker.add(
                component,
                RelationKind::DependsOn,
                None,
                place(path, plugin.line, symbol),
            );
        }
    }
}

/// An address of a registry without the host that is meant anyway.
fn address(source: &str) -> String {
    let plain = source
        .strip_prefix("registry.terraform.io/")
        .or_else(|| source.strip_prefix("registry.opentofu.org/"))
        .unwrap_or(source);
    plain.to_ascii_lowercase()
}

fn required(plugin: &PluginUse, locked: Option<&PluginUse>) -> Option<Component> {
    let source = address(&plugin.source);
    if !is_known(&source) {
        return None;
    }
    let (namespace, name) = source.rsplit_once('/')?;
    let constraint = plugin.requirement.as_deref();
    let exact = constraint.and_then(pin::exact);
    let version = locked
        .and_then(|locked| locked.version.as_deref())
        .or(exact);
    let url = purl("terraform", Some(namespace), name, version, &[])?;
    let mut component = Component::new(ComponentId(url.clone()), Role::InfrastructurePlugin, name);
    component.namespace = Some(namespace.to_owned());
    component.version = version.map(ToOwned::to_owned);
    component.requirement = constraint
        .filter(|_| exact.is_none())
        .map(ToOwned::to_owned);
    let hashes = locked
        .map(|locked| locked.hashes.as_slice())
        .unwrap_or_default();
    component.pin = Some(match (hashes.is_empty(), version) {
        (false, _) => Pin::Digest,
        (true, Some(_)) => Pin::Name,
        (true, None) => Pin::Floating,
    });
    for hash in hashes {
        // `h1:` is a digest over digests, which no other format knows; `zh:` is of the archive.
        if let Some(value) = hash
            .strip_prefix("zh:")
            .filter(|value| pin::is_commit(value))
        {
            component.hashes.push(Hash {
                algorithm: "sha-256".to_owned(),
                value: value.to_owned(),
                standing: Standing::Claimed,
            });
        }
    }
    component.hashes.sort();
    component.hashes.dedup();
    component.purl = Some(url);
    component.direct = Some(true);
    Some(component)
}

fn module(plugin: &PluginUse) -> Option<Component> {
    let source = plugin.source.as_str();
    if source.starts_with('.') || source.starts_with('/') || !is_known(source) {
        return None;
    }
    let git = source.strip_prefix("git::").unwrap_or(source);
    let is_address =
        git.contains("://") || git.starts_with("github.com/") || git.starts_with("git@");
    if is_address {
        let (plain, query) = git.split_once('?').unwrap_or((git, ""));
        let revision = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
        let full = if plain.contains("://") || plain.starts_with("git@") {
            plain.to_owned()
        } else {
            format!("https://{plain}")
        };
        // `//` after the host separates the folder within the repository.
        let (scheme, rest) = full.split_once("://").unwrap_or(("https", &full));
        let rest = rest.split("//").next().unwrap_or(rest);
        let mut component = download::of_repository(&format!("{scheme}://{rest}"), revision)?;
        component.role = Role::InfrastructurePlugin;
        return Some(component);
    }
    let source = address(source);
    let source = source.split("//").next().unwrap_or(&source);
    let (namespace, name) = source.rsplit_once('/')?;
    let constraint = plugin.requirement.as_deref();
    let exact = constraint.and_then(pin::exact);
    let url = purl("terraform", Some(namespace), name, exact, &[])?;
    // A module is `namespace/name/target`, a plug-in `namespace/name`.
    let (owner, _) = namespace.split_once('/').unwrap_or((namespace, name));
    let shown = source.strip_prefix(owner)?.trim_start_matches('/');
    let mut component = Component::new(ComponentId(url.clone()), Role::InfrastructurePlugin, shown);
    component.namespace = Some(owner.to_owned());
    component.version = exact.map(ToOwned::to_owned);
    component.requirement = constraint
        .filter(|_| exact.is_none())
        .map(ToOwned::to_owned);
    component.pin = Some(if exact.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.purl = Some(url);
    component.direct = Some(true);
    Some(component)
}

/// A chart on which a chart or a release depends.
pub(super) fn chart(maker: &mut Maker<'_>, scene: &Scene<'_>, chart: &ChartUse) {
    let repository = chart
        .repository
        .as_deref()
        .filter(|url| is_known(url) && !url.starts_with("file:"));
    let Some(repository) = repository.filter(|_| is_known(&chart.name)) else {
        return;
    };
    let exact = chart.version.as_deref().and_then(pin::exact);
    let qualifiers = [("repository_url", repository)];
    let Some(url) = purl("helm", None, &chart.name, exact, &qualifiers) else {
        return;
    };
    let mut component = Component::new(ComponentId(url.clone()), Role::Application, &chart.name);
    component.version = exact.map(ToOwned::to_owned);
    component.requirement = chart.version.clone().filter(|_| exact.is_none());
    component.pin = Some(if exact.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.purl = Some(url);
    component.direct = Some(true);
    maker.add(
        component,
        RelationKind::DependsOn,
        None,
        place(scene.path, chart.line, "dependencies"),
    );
}

/// Models that resources of a cloud name.
pub(super) fn resource(maker: &mut Maker<'_>, scene: &Scene<'_>, resource: &Resource) {
    let get = |wanted: &str| {
        let found = resource
            .attributes
            .iter()
            .find(|(key, _)| key == wanted || key.ends_with(&format!(".{wanted}")));
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| is_known(value))
    };
    let occurrence = place(scene.path, resource.line, &resource.kind);
    if let Some(name) = get("HF_MODEL_ID").filter(|name| hub::is_owned(name)) {
        let revision = get("HF_MODEL_REVISION");
        if let Some(component) = hub::repository(Role::Model, name, revision) {
            maker.add(component, RelationKind::Uses, None, occurrence.clone());
        }
    }
    let kind = resource.kind.as_str();
    if let Some(text) = get("instruction").or_else(|| get("prompt_template")) {
        prompt(maker, resource, text, occurrence.clone());
    }
    if kind == "aws_bedrock_guardrail" {
        let id = ComponentId(format!("guardrail:amazon-bedrock/{}", resource.name));
        let name = get("name").unwrap_or(&resource.name);
        let mut component = Component::new(id, Role::Guardrail, name);
        component.direct = Some(true);
        maker.add(component, RelationKind::Uses, None, occurrence);
        return;
    }
    let Some((slug, name, version)) = hosted(kind, get) else {
        return;
    };
    let name = name.rsplit('/').next().unwrap_or(name);
    let id = ComponentId(format!("hosted-model:{slug}/{name}"));
    let mut component = Component::new(id, Role::HostedModel, name);
    let dated = name.split(['-', ':', '.']).any(|part| {
        part.len() == 8 && part.starts_with("20") && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(if dated || version.is_some() || name.contains(':') {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.direct = Some(true);
    component.model = Some(Box::<ModelFacts>::default());
    component.hosted = Some(Box::default());
    maker.add(component, RelationKind::Uses, None, occurrence);
}

/// Supplier, name and version of the model that a resource of a cloud asks for.
fn hosted<'r>(
    kind: &str,
    get: impl Fn(&str) -> Option<&'r str>,
) -> Option<(&'static str, &'r str, Option<&'r str>)> {
    let any = |keys: &[&str]| keys.iter().find_map(|key| get(key));
    if kind.contains("bedrock") {
        let name = any(&[
            "foundation_model",
            "model_id",
            "base_model_identifier",
            "model_arn",
            "embedding_model_arn",
        ])?;
        let name = name.rsplit("foundation-model/").next().unwrap_or(name);
        Some(("aws-bedrock", name, None))
    } else if matches!(
        kind,
        "azurerm_cognitive_deployment" | "azurerm_ai_services_deployment"
    ) {
        Some(("azure-openai", get("model.name")?, get("model.version")))
    } else if kind.starts_with("google_vertex") || kind.starts_with("google_dialogflow") {
        let name = any(&[
            "publisher_model_name",
            "model_name",
            "model_config.model",
            "llm_model_settings.model",
        ])?;
        let (name, version) = match name.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (name, None),
        };
        Some(("google-vertex", name, version))
    } else {
        None
    }
}

/// What a resource tells a model to do.
fn prompt(maker: &mut Maker<'_>, resource: &Resource, text: &str, occurrence: Occurrence) {
    if text.split_whitespace().count() < 3 {
        return;
    }
    let id = format!(
        "prompt:{}#{}.{}",
        occurrence.path, resource.kind, resource.name
    );
    let mut component = Component::new(ComponentId(id), Role::Prompt, &resource.name);
    component.hashes.push(text_digest(text));
    component.direct = Some(true);
    maker.add(component, RelationKind::Uses, None, occurrence);
}
