use super::{
    CommandFacts,
    manifest::{Manifest, extend, pairs, weight},
    shell::{self, Constants, Setting},
};
use crate::document::Node;

/// Deepest chain of `extends`.
const DEEPEST: usize = 8;

/// Reads a compose file (the Compose Specification).
///
/// Variables with a default are replaced; others stay as `${NAME}`, for a `.env` file may set them.
/// A model of the `models` element becomes a command `docker model pull`.
#[must_use]
pub fn compose(text: &str) -> CommandFacts {
    let mut manifest = Manifest::new(text);
    for root in manifest.document.roots.clone() {
        let Some(services) = root.get("services") else {
            models(&mut manifest, &root);
            continue;
        };
        for (name, line, service) in services.entries() {
            read_service(&mut manifest, services, name, *line, service);
        }
        models(&mut manifest, &root);
    }
    manifest.finish()
}

/// A key of a service, or of the services of this file that it extends.
fn inherited<'n>(services: &'n Node, service: &'n Node, key: &str) -> Option<&'n Node> {
    let mut service = service;
    for _ in 0..DEEPEST {
        if let Some(found) = service.get(key) {
            return Some(found);
        }
        let extends = service.get("extends")?;
        if extends.get("file").is_some() {
            return None;
        }
        let name = extends
            .written()
            .or_else(|| extends.get("service")?.written())?;
        service = services.get(name)?;
    }
    None
}

fn read_service(
    manifest: &mut Manifest<'_>,
    services: &Node,
    name: &str,
    line: u32,
    service: &Node,
) {
    let none = Constants::new();
    let find = |key: &str| inherited(services, service, key);
    let built = find("build").is_some();
    let image = find("image").and_then(|image| Some((image.written()?, image.line())));
    let image = image.map(|(image, line)| (shell::resolve(image, &none), line));
    if let Some((reference, line)) = &image
        && !built
    {
        manifest.image(reference, Some(name), *line);
    }
    let mut constants = Constants::new();
    let own = pairs(find("environment"));
    if !manifest.spend(weight(&own)) {
        return;
    }
    let resolved: Vec<_> = own
        .into_iter()
        .map(|(name, value, line)| (name, shell::resolve(&value, &none), line))
        .collect();
    for (variable, value, line) in &resolved {
        manifest.variable(variable, value, Some(name), *line);
    }
    extend(&mut constants, &resolved);
    build(manifest, find("build"), name);
    model_runner(manifest, find("provider"), name);
    let setting = |line| Setting {
        line,
        context: Some(name.to_owned()),
        image: image
            .as_ref()
            .filter(|_| !built)
            .map(|(image, _)| image.clone()),
    };
    let entry_point = find("entrypoint").map(|node| words(node, &none));
    let command = find("command").map(|node| words(node, &none));
    let at = find("command")
        .or_else(|| find("entrypoint"))
        .map_or(line, Node::line);
    let own = entry_point.is_none();
    let mut all = entry_point.unwrap_or_default();
    all.extend(command.unwrap_or_default());
    manifest.exec(&all, own, &constants, &setting(at));
    if let Some(test) = find("post_start") {
        for hook in test.items() {
            let words = hook.get("command").map(|node| words(node, &none));
            manifest.exec(
                &words.unwrap_or_default(),
                false,
                &constants,
                &setting(hook.line()),
            );
        }
    }
}

/// Build arguments, and images that take the place of a build context.
fn build(manifest: &mut Manifest<'_>, build: Option<&Node>, name: &str) {
    let Some(build) = build else {
        return;
    };
    for (argument, value, line) in pairs(build.get("args")) {
        let value = shell::resolve(&value, &Constants::new());
        manifest.variable(&argument, &value, Some(name), line);
    }
    for (_, value, line) in pairs(build.get("additional_contexts")) {
        if let Some(reference) = value.strip_prefix("docker-image://") {
            manifest.image(reference, Some(name), line);
        }
    }
    if let Some(inline) = build.get("dockerfile_inline")
        && let Some(text) = inline.text()
        && manifest.spend(text.len())
    {
        let offset = manifest.first_line(inline).saturating_sub(1);
        let facts = super::dockerfile(text);
        let moved = |line: u32| line.saturating_add(offset);
        manifest
            .facts
            .images
            .extend(facts.images.into_iter().map(|mut image| {
                image.line = moved(image.line);
                image
            }));
        manifest
            .facts
            .commands
            .extend(facts.commands.into_iter().map(|mut command| {
                command.line = moved(command.line);
                command
            }));
    }
}

/// `provider: {type: model, options: {model: ...}}`.
fn model_runner(manifest: &mut Manifest<'_>, source: Option<&Node>, name: &str) {
    let Some(source) = source else {
        return;
    };
    if source.get("type").and_then(Node::text) == Some("model")
        && let Some(model) = source.at(&["options", "model"])
    {
        pull(manifest, model, Some(name));
    }
}

fn models(manifest: &mut Manifest<'_>, root: &Node) {
    for (_, _, entry) in root.get("models").map(Node::entries).unwrap_or_default() {
        if let Some(model) = entry.get("model") {
            pull(manifest, model, None);
        }
    }
}

fn pull(manifest: &mut Manifest<'_>, model: &Node, context: Option<&str>) {
    let Some(name) = model.text() else {
        return;
    };
    let none = Constants::new();
    let name = shell::resolve(name, &none);
    let words = ["docker", "model", "pull", &name].map(ToOwned::to_owned);
    let setting = Setting {
        line: model.line(),
        context: context.map(ToOwned::to_owned),
        image: None,
    };
    manifest.exec(&words, false, &none, &setting);
}

/// The words of `command:` or `entrypoint:`, a text or a list; `$$` is a dollar sign.
fn words(node: &Node, constants: &Constants) -> Vec<String> {
    match node.text() {
        Some(text) => shell::words(&text.replace("$$", "\\$"), constants),
        None => node
            .items()
            .iter()
            .filter_map(|item| item.written())
            .map(|word| shell::resolve(&word.replace("$$", "\\$"), constants))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{Command, ImageUse, Variable};

    #[test]
    fn services_say_what_they_run() {
        let text = r#"
services:
  llm:
    image: vllm/vllm-openai:${VLLM_TAG:-v0.6.3}
    command: --model ${MODEL:-org/chat} --revision "abc def"
    environment:
      - HF_TOKEN=${HF_TOKEN}
      - MODEL_ID=org/chat
  copy:
    extends: llm
    entrypoint: ["sh", "-c"]
    command: ["vllm serve $$MODEL_ID"]
  app:
    build: .
    image: me/app
models:
  small:
    model: ai/smollm2
"#;
        let facts = compose(text);
        let image = |context: &str| ImageUse {
            reference: "vllm/vllm-openai:v0.6.3".into(),
            base: false,
            context: Some(context.into()),
            line: 4,
        };
        assert_eq!(facts.images, [image("llm"), image("copy")]);
        let command = |words: &[&str], context: Option<&str>, own, line| Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            context: context.map(Into::into),
            image: context.map(|_| "vllm/vllm-openai:v0.6.3".into()),
            entry_point_of: own,
            line,
            ..Command::default()
        };
        assert_eq!(
            facts.commands,
            [
                command(
                    &["--model", "org/chat", "--revision", "abc def"],
                    Some("llm"),
                    true,
                    5
                ),
                command(
                    &["sh", "-c", "vllm serve $MODEL_ID"],
                    Some("copy"),
                    false,
                    12
                ),
                command(&["vllm", "serve", "org/chat"], Some("copy"), false, 12),
                command(&["docker", "model", "pull", "ai/smollm2"], None, false, 18),
            ]
        );
        let variable = |name: &str, value: &str, context: &str, line| Variable {
            name: name.into(),
            value: value.into(),
            context: Some(context.into()),
            line,
        };
        assert_eq!(
            facts.environment,
            [
                variable("HF_TOKEN", "", "llm", 7),
                variable("MODEL_ID", "org/chat", "llm", 8),
                variable("HF_TOKEN", "", "copy", 7),
                variable("MODEL_ID", "org/chat", "copy", 8),
            ]
        );
        assert!(facts.unread.is_empty());
    }
}
