use super::{
    ChartUse, CommandFacts,
    credentials::without_user,
    kubernetes::{container, walk},
    manifest::{Manifest, pairs},
};
use crate::document::Node;

/// Reads `values.yaml`, `Chart.yaml` or `Chart.lock` of a Helm chart.
#[must_use]
pub fn helm(text: &str) -> CommandFacts {
    let mut manifest = Manifest::new(text);
    for root in manifest.document.roots.clone() {
        let locked = root.get("generated").is_some() && root.get("digest").is_some();
        if locked || root.get("apiVersion").is_some() {
            charts(&mut manifest, &root, locked);
        } else {
            values(&mut manifest, &root);
        }
    }
    manifest.finish()
}

/// Reads a template of a Helm chart, as far as it is YAML with the actions taken out.
#[must_use]
pub fn helm_template(text: &str) -> CommandFacts {
    let plain = without_actions(text);
    let mut manifest = Manifest::new(&plain);
    for root in manifest.document.roots.clone() {
        if root.get("kind").is_some() {
            walk(&mut manifest, &root);
        }
    }
    // What an action makes is not known here.
    let known = |text: &str| !text.contains(HOLE);
    manifest
        .facts
        .images
        .retain(|image| known(&image.reference));
    manifest
        .facts
        .environment
        .retain(|variable| known(&variable.value));
    manifest
        .facts
        .downloads
        .retain(|download| known(&download.url));
    manifest.finish()
}

/// What stands where an action stood.
const HOLE: &str = "${template}";

/// Lines that are nothing but actions become empty; actions within a line a hole.
fn without_actions(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        let mut rest = line;
        let mut kept = String::new();
        loop {
            if within {
                match rest.split_once("}}") {
                    Some((_, after)) => {
                        within = false;
                        rest = after;
                    }
                    None => break,
                }
            }
            match rest.split_once("{{") {
                Some((before, after)) => {
                    kept.push_str(before);
                    kept.push_str(HOLE);
                    within = true;
                    rest = after;
                }
                None => {
                    kept.push_str(rest);
                    break;
                }
            }
        }
        let bare = kept.replace(HOLE, "");
        if !bare.trim().is_empty() {
            made.push_str(&kept);
        }
        made.push('\n');
    }
    made
}

fn charts(manifest: &mut Manifest<'_>, root: &Node, locked: bool) {
    for item in root
        .get("dependencies")
        .map(Node::items)
        .unwrap_or_default()
    {
        let text = |key: &str| item.get(key).and_then(Node::written);
        let Some(name) = text("name") else {
            continue;
        };
        manifest.facts.charts.push(ChartUse {
            name: name.to_owned(),
            version: text("version").map(ToOwned::to_owned),
            repository: text("repository")
                .filter(|text| !text.is_empty())
                .map(without_user),
            locked,
            line: item.line(),
        });
    }
}

/// Every map with an image in it, by its path.
fn values(manifest: &mut Manifest<'_>, root: &Node) {
    let mut open: Vec<(String, &Node)> = vec![(String::new(), root)];
    while let Some((path, node)) = open.pop() {
        if !manifest.spend(path.len()) {
            return;
        }
        let name = (!path.is_empty()).then_some(path.as_str());
        if let Some(image) = node.get("image") {
            let reference = image
                .text()
                .map(ToOwned::to_owned)
                .or_else(|| reference(image));
            if let Some(reference) =
                reference.filter(|text| !text.contains("{{") && !text.is_empty())
            {
                container(manifest, node, Some(&reference), None, name);
            }
        } else {
            if node.get("repository").is_some()
                && is_image_key(&path)
                && let Some(reference) = reference(node)
            {
                manifest.image(&reference, name, node.line());
            }
            for key in ["env", "extraEnv", "extraEnvVars"] {
                for (variable, value, line) in pairs(node.get(key)) {
                    manifest.variable(&variable, &value, name, line);
                }
            }
        }
        if let Some(model) = node.get("modelURL")
            && let Some(text) = model
                .text()
                .filter(|text| text.contains('/') && !text.starts_with('/'))
        {
            let url = if text.contains("://") {
                without_user(text)
            } else {
                format!("hf://{text}")
            };
            manifest.facts.downloads.push(super::Download {
                url,
                checksum: None,
                line: model.line(),
            });
        }
        for (key, _, value) in node.entries().iter().rev() {
            if key != "image" && (value.is_map() || !value.items().is_empty()) {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                open.push((path, value));
            }
        }
        for item in node.items().iter().rev() {
            open.push((path.clone(), item));
        }
    }
}

fn is_image_key(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase();
    last.ends_with("image") || last.ends_with("images")
}

/// `registry/repository:tag@digest` out of the keys of a map.
fn reference(node: &Node) -> Option<String> {
    let text = |key: &str| {
        node.get(key)
            .and_then(Node::written)
            .filter(|text| !text.is_empty())
    };
    let repository = text("repository").or_else(|| text("name"))?;
    let mut made = match text("registry") {
        Some(registry) => format!("{registry}/{repository}"),
        None => repository.to_owned(),
    };
    if let Some(tag) = text("tag") {
        made = format!("{made}:{tag}");
    }
    if let Some(digest) = text("digest").or_else(|| text("sha")) {
        let digest = digest.strip_prefix("sha256:").unwrap_or(digest);
        made = format!("{made}@sha256:{digest}");
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ImageUse;

    #[test]
    fn values_name_images() {
        let text = "image:\n  registry: ghcr.io\n  repository: org/app\n  tag: 1.2.3\n\
            worker:\n  image:\n    repository: nginx\n    digest: sha256:00ff\n  env:\n    - name: MODEL_ID\n      value: a/b\n";
        let facts = helm(text);
        let image = |reference: &str, context: Option<&str>, line| ImageUse {
            reference: reference.into(),
            base: false,
            context: context.map(Into::into),
            line,
        };
        assert_eq!(
            facts.images,
            [
                image("ghcr.io/org/app:1.2.3", None, 2),
                image("nginx@sha256:00ff", Some("worker"), 7),
            ]
        );
        assert_eq!(facts.environment.len(), 1);
    }

    #[test]
    fn charts_depend_on_charts() {
        let text = "apiVersion: v2\nname: app\ndependencies:\n  - name: qdrant\n    version: ^0.9\n    repository: https://me:pw@qdrant.github.io/qdrant-helm\n";
        assert_eq!(
            helm(text).charts,
            [ChartUse {
                name: "qdrant".into(),
                version: Some("^0.9".into()),
                repository: Some("https://qdrant.github.io/qdrant-helm".into()),
                locked: false,
                line: 4
            }]
        );
    }

    #[test]
    fn templates_keep_what_is_fixed() {
        let text = "{{- if .Values.on }}\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: a\n      image: \"{{ .Values.image }}\"\n    - name: b\n      image: redis:7\n{{- end }}\n";
        let facts = helm_template(text);
        let images: Vec<_> = facts
            .images
            .iter()
            .map(|image| (image.reference.as_str(), image.line))
            .collect();
        assert_eq!(images, [("redis:7", 10)]);
        assert!(facts.unread.is_empty());
    }
}
