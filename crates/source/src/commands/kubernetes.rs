use std::collections::BTreeMap;

use super::{
    CommandFacts, Download,
    credentials::without_user,
    gitops,
    manifest::{Manifest, extend, pairs, weight},
    shell::{self, Constants, Setting},
};
use crate::document::Node;

/// Schemes of addresses from which a serving platform takes a model.
const STORAGE: [&str; 7] = [
    "hf://",
    "s3://",
    "gs://",
    "pvc://",
    "oci://",
    "ollama://",
    "modelcar://",
];

/// Reads Kubernetes manifests: every container of every document, whatever kind it is in, and the
/// addresses from which serving resources take their models.
#[must_use]
pub fn kubernetes(text: &str) -> CommandFacts {
    let mut manifest = Manifest::new(text);
    for root in manifest.document.roots.clone() {
        // The images of Skaffold's own file are those that it makes.
        let version = root.get("apiVersion").and_then(Node::text);
        let skaffold = version.is_some_and(|version| version.starts_with("skaffold/"));
        if root.get("kind").is_some() && !skaffold {
            walk(&mut manifest, &root);
        }
        gitops::read(&mut manifest, &root);
    }
    manifest.finish()
}

/// Goes through a document in the order of the text.
pub(super) fn walk(manifest: &mut Manifest<'_>, root: &Node) {
    let name = root.at(&["metadata", "name"]).and_then(Node::written);
    if root.get("kind").and_then(Node::text) == Some("ConfigMap") {
        for (key, value, line) in pairs(root.get("data")) {
            if !key.contains('.') && !value.contains('\n') {
                manifest.variable(&key, &value, name, line);
            }
        }
        return;
    }
    let mut open: Vec<(&str, &Node)> = vec![("", root)];
    while let Some((key, node)) = open.pop() {
        if !manifest.spend(1) {
            return;
        }
        if let Some(text) = node.text() {
            address(manifest, key, text, node.line());
        }
        let image = node.get("image").and_then(Node::text);
        let server = node.at(&["modelFormat", "name"]).and_then(Node::text);
        if image.is_some() || (server.is_some() && node.get("args").is_some()) {
            container(manifest, node, image, server, name);
        }
        if matches!(key, "postStart" | "preStop") {
            hook(manifest, node, name);
        }
        for (key, _, value) in node.entries().iter().rev() {
            open.push((key, value));
        }
        for item in node.items().iter().rev() {
            open.push((key, item));
        }
    }
}

/// A command that runs in a container when it has started, or before it stops.
fn hook(manifest: &mut Manifest<'_>, node: &Node, owner: Option<&str>) {
    let Some(command) = node.at(&["exec", "command"]) else {
        return;
    };
    let setting = Setting {
        context: owner.map(ToOwned::to_owned),
        ..Setting::at(command.line())
    };
    let words = words(Some(command), &Known::new());
    manifest.exec(&words, false, &Constants::new(), &setting);
}

fn address(manifest: &mut Manifest<'_>, key: &str, text: &str, line: u32) {
    let storage = STORAGE.iter().any(|scheme| text.starts_with(scheme));
    let named = matches!(
        key,
        "storageUri" | "storageURI" | "modelUri" | "modelURI" | "modelURL" | "storage_uri"
    );
    let remote = text.contains("://") && !text.contains(char::is_whitespace);
    let hub =
        key == "modelURL" && !text.contains("://") && text.contains('/') && !text.starts_with('/');
    if (remote && (storage || named)) || hub {
        let url = if hub {
            format!("hf://{text}")
        } else {
            without_user(text)
        };
        manifest.facts.downloads.push(Download {
            url,
            checksum: None,
            line,
        });
    }
}

/// Variables of a container by name.
type Known<'n> = BTreeMap<&'n str, &'n str>;

/// One container: image, command and arguments, environment.
pub(super) fn container(
    manifest: &mut Manifest<'_>,
    node: &Node,
    image: Option<&str>,
    server: Option<&str>,
    owner: Option<&str>,
) {
    let name = node.get("name").and_then(Node::written).or(owner);
    let at = node.get("image").map_or(node.line(), Node::line);
    if let Some(image) = image {
        manifest.image(image, name, at);
    }
    let variables = pairs(node.get("env"));
    if !manifest.spend(weight(&variables)) {
        return;
    }
    for (variable, value, line) in &variables {
        manifest.variable(variable, value, name, *line);
    }
    let mut constants = Constants::new();
    extend(&mut constants, &variables);
    let known: Known<'_> = variables
        .iter()
        .map(|(name, value, _)| (name.as_str(), value.as_str()))
        .collect();
    let command = words(node.get("command"), &known);
    let arguments = words(node.get("args"), &known);
    let own = command.is_empty();
    let line = node
        .get("command")
        .or_else(|| node.get("args"))
        .map_or(at, Node::line);
    let mut all: Vec<String> = command;
    if let (None, Some(server)) = (image, server) {
        all.push(format!("{server}server"));
    }
    all.extend(arguments);
    let setting = Setting {
        line,
        context: name.map(ToOwned::to_owned),
        image: image.map(ToOwned::to_owned),
    };
    manifest.exec(&all, own && image.is_some(), &constants, &setting);
}

/// Words with `$(NAME)` replaced, as the kubelet does it.
fn words(node: Option<&Node>, variables: &Known<'_>) -> Vec<String> {
    let Some(node) = node else {
        return Vec::new();
    };
    let written = match node.text() {
        Some(text) => shell::words(text, &Constants::new()),
        None => node.texts().into_iter().map(ToOwned::to_owned).collect(),
    };
    written
        .into_iter()
        .map(|word| replaced(&word, variables))
        .collect()
}

fn replaced(word: &str, variables: &Known<'_>) -> String {
    let mut made = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("$(") {
        made.push_str(before);
        let known = after
            .split_once(')')
            .and_then(|(name, tail)| Some((*variables.get(name)?, tail)));
        match known {
            Some((value, tail)) if made.len() < 64 * 1024 => {
                made.push_str(value);
                rest = tail;
            }
            _ => {
                made.push_str("$(");
                rest = after;
            }
        }
    }
    made.push_str(rest);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{Command, ImageUse, Variable};

    const MANIFESTS: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: tgi}
spec:
  template:
    spec:
      initContainers:
        - name: fetch
          image: curlimages/curl:8.5.0
          command: ["sh", "-c"]
          args:
            - |
              set -e
              curl -L https://example.org/model.gguf -o /m
      containers:
        - name: server
          image: ghcr.io/huggingface/text-generation-inference:2.0
          args: ["--model-id", "$(MODEL_ID)"]
          env:
            - {name: MODEL_ID, value: org/chat}
            - name: TOKEN
              valueFrom: {secretKeyRef: {name: hf, key: token}}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec:
  predictor:
    model:
      modelFormat: {name: huggingface}
      args: [--model_id=org/embed]
      storageUri: hf://org/embed
---
not: a manifest
"#;

    #[test]
    fn containers_of_all_kinds_are_read() {
        let text = MANIFESTS;
        let facts = kubernetes(text);
        let image = |reference: &str, context: &str, line| ImageUse {
            reference: reference.into(),
            base: false,
            context: Some(context.into()),
            line,
        };
        assert_eq!(
            facts.images,
            [
                image("curlimages/curl:8.5.0", "fetch", 9),
                image(
                    "ghcr.io/huggingface/text-generation-inference:2.0",
                    "server",
                    17
                ),
            ]
        );
        let words: Vec<(String, u32, bool)> = facts
            .commands
            .iter()
            .map(|command: &Command| {
                (
                    command.words.join(" "),
                    command.line,
                    command.entry_point_of,
                )
            })
            .collect();
        assert_eq!(
            words,
            [
                (
                    "sh -c set -e\ncurl -L https://example.org/model.gguf -o /m\n".to_owned(),
                    10,
                    false
                ),
                ("set -e".to_owned(), 10, false),
                (
                    "curl -L https://example.org/model.gguf -o /m".to_owned(),
                    11,
                    false
                ),
                ("--model-id org/chat".to_owned(), 18, true),
                (
                    "huggingfaceserver --model_id=org/embed".to_owned(),
                    31,
                    false
                ),
            ]
        );
        assert_eq!(
            facts.environment,
            [Variable {
                name: "MODEL_ID".into(),
                value: "org/chat".into(),
                context: Some("server".into()),
                line: 20
            }]
        );
        assert_eq!(
            facts.downloads,
            [Download {
                url: "hf://org/embed".into(),
                checksum: None,
                line: 32
            }]
        );
    }
}
