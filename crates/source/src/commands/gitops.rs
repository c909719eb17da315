//! Documents that say which images and charts a cluster gets, without a container in them: Kustomize,
//! Argo CD, Flux, Helmfile.

use super::{ChartUse, ImageReplacement, credentials::without_user, manifest::Manifest};
use crate::document::Node;

/// Reads one document; nothing is found in any other.
pub(super) fn read(manifest: &mut Manifest<'_>, root: &Node) {
    let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
    let version = root.get("apiVersion").and_then(Node::text);
    let version = version.unwrap_or_default();
    match kind {
        "Kustomization" | "Component" if version.starts_with("kustomize.config.k8s.io/") => {
            kustomization(manifest, root);
        }
        "" if root.get("resources").is_some() || root.get("images").is_some() => {
            kustomization(manifest, root);
        }
        "Application" if version.starts_with("argoproj.io/") => {
            let single = root.at(&["spec", "source"]);
            let many = root.at(&["spec", "sources"]).map(Node::items);
            let many = many.unwrap_or_default().iter().map(AsRef::as_ref);
            for source in single.into_iter().chain(many) {
                chart(manifest, source, "chart", "targetRevision", "repoURL");
            }
        }
        "HelmRelease" => {
            if let Some(node) = root.at(&["spec", "chart", "spec"]) {
                chart(manifest, node, "chart", "version", "repository");
            }
        }
        "" if root.get("releases").is_some() => helmfile(manifest, root),
        _ => {}
    }
}

/// `images` of a `kustomization.yaml` take the place of those in the manifests; `helmCharts`.
fn kustomization(manifest: &mut Manifest<'_>, root: &Node) {
    for item in root.get("images").map(Node::items).unwrap_or_default() {
        let text = |key: &str| item.get(key).and_then(Node::written);
        let Some(name) = text("name") else {
            continue;
        };
        let (tag, digest) = (text("newTag"), text("digest"));
        if tag.is_none() && digest.is_none() && text("newName").is_none() {
            continue;
        }
        let mut reference = text("newName").unwrap_or(name).to_owned();
        if let Some(tag) = tag {
            reference.push(':');
            reference.push_str(tag);
        }
        if let Some(digest) = digest {
            reference.push('@');
            reference.push_str(digest);
        }
        manifest.facts.replacements.push(ImageReplacement {
            name: name.to_owned(),
            reference: without_user(&reference),
            line: item.line(),
        });
    }
    for item in root.get("helmCharts").map(Node::items).unwrap_or_default() {
        chart(manifest, item, "name", "version", "repo");
    }
}

fn chart(manifest: &mut Manifest<'_>, node: &Node, name: &str, version: &str, repository: &str) {
    let text = |key: &str| node.get(key).and_then(Node::written);
    let Some(name) = text(name) else {
        return;
    };
    manifest.facts.charts.push(ChartUse {
        name: name.to_owned(),
        version: text(version).map(ToOwned::to_owned),
        repository: text(repository).map(without_user),
        locked: false,
        line: node.line(),
    });
}

/// `helmfile.yaml`: releases of charts out of named repositories.
fn helmfile(manifest: &mut Manifest<'_>, root: &Node) {
    let repositories = root
        .get("repositories")
        .map(Node::items)
        .unwrap_or_default();
    for item in root.get("releases").map(Node::items).unwrap_or_default() {
        let text = |key: &str| item.get(key).and_then(Node::written);
        let Some((place, name)) = text("chart").and_then(|chart| chart.rsplit_once('/')) else {
            continue;
        };
        if place.starts_with('.') || place.contains("{{") {
            continue;
        }
        let known = repositories
            .iter()
            .find(|repository| repository.get("name").and_then(Node::text) == Some(place));
        let url = known.and_then(|repository| repository.get("url")?.text());
        let url = url.or(Some(place).filter(|place| place.contains("://")));
        manifest.facts.charts.push(ChartUse {
            name: name.to_owned(),
            version: text("version").map(ToOwned::to_owned),
            repository: url.map(without_user),
            locked: false,
            line: item.line(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::kubernetes;

    #[test]
    fn images_are_replaced_and_charts_named() {
        let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n\
            images:\n- name: vllm/vllm-openai\n  newTag: v0.6.4\n- {name: app, newName: ghcr.io/acme/app, digest: 'sha256:00'}\n- name: same\n\
            ---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source: {repoURL: 'https://u:p@charts.example.org', chart: milvus, targetRevision: 4.2.1}\n\
            ---\nrepositories:\n- {name: q, url: 'https://q.example.org'}\nreleases:\n- {name: v, chart: q/qdrant, version: 1.12.0}\n- {name: own, chart: ./charts/own}\n";
        let facts = kubernetes(text);
        let replaced: Vec<_> = facts
            .replacements
            .iter()
            .map(|one| (one.name.as_str(), one.reference.as_str(), one.line))
            .collect();
        assert_eq!(
            replaced,
            [
                ("vllm/vllm-openai", "vllm/vllm-openai:v0.6.4", 5),
                ("app", "ghcr.io/acme/app@sha256:00", 7),
            ]
        );
        let charts: Vec<_> = facts
            .charts
            .iter()
            .map(|chart| {
                (
                    chart.name.as_str(),
                    chart.version.as_deref(),
                    chart.repository.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            charts,
            [
                ("milvus", Some("4.2.1"), Some("https://charts.example.org")),
                ("qdrant", Some("1.12.0"), Some("https://q.example.org")),
            ]
        );
    }
}
