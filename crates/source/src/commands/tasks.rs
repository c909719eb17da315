//! YAML and JSON that runs commands or images without being a manifest or a workflow: playbooks of
//! Ansible, Taskfiles, stages of DVC, development containers, Skaffold, Cog, SkyPilot.

use super::{
    CommandFacts, Download,
    credentials::without_user,
    manifest::{Manifest, extend, pairs, weight},
    shell::{self, Constants, Setting},
};
use crate::document::Node;

/// Modules of Ansible whose value is a command.
const COMMANDS: [&str; 3] = ["shell", "command", "raw"];
/// Modules of Ansible that take a container image.
const CONTAINERS: [&str; 5] = [
    "docker_container",
    "podman_container",
    "docker_image",
    "podman_image",
    "docker_image_pull",
];

/// Reads whatever of these a text is; nothing is found in any other. JSON with comments is YAML
/// enough for none of them, so comments of a line are taken out first.
#[must_use]
pub fn tasks(text: &str) -> CommandFacts {
    let mut manifest = Manifest::new(text);
    for root in manifest.document.roots.clone() {
        if root.get("kind").is_some() && root.get("build").is_none() {
            continue;
        }
        if !root.items().is_empty() {
            ansible(&mut manifest, &root);
        } else if root.get("tasks").is_some_and(Node::is_map) {
            task_file(&mut manifest, &root);
        } else if let Some(stages) = root.get("stages").filter(|stages| stages.is_map()) {
            dvc(&mut manifest, stages);
        } else if root.get("build").is_some() && root.get("apiVersion").is_some() {
            skaffold(&mut manifest, &root);
        } else if let Some(build) = root.get("build").filter(|_| root.get("predict").is_some()) {
            cog(&mut manifest, build);
        } else if root.get("resources").is_some_and(Node::is_map) && root.get("run").is_some() {
            sky(&mut manifest, &root);
        }
    }
    manifest.finish()
}

/// Reads `devcontainer.json`: the image, features, and the commands that prepare it.
#[must_use]
pub fn development_container(text: &str) -> CommandFacts {
    let plain: String = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut manifest = Manifest::new(&plain);
    for root in manifest.document.roots.clone() {
        if let Some(image) = root.get("image")
            && let Some(reference) = image.text()
        {
            manifest.image(reference, None, image.line());
        }
        for (name, line, _) in root.get("features").map(Node::entries).unwrap_or_default() {
            if !name.starts_with(['.', '/']) && !name.contains("://") && name.contains('/') {
                manifest.image(name, None, *line);
            }
        }
        for key in [
            "initializeCommand",
            "onCreateCommand",
            "updateContentCommand",
            "postCreateCommand",
            "postStartCommand",
            "postAttachCommand",
        ] {
            let Some(node) = root.get(key) else { continue };
            run(&mut manifest, node, &Constants::new());
            for (_, _, value) in node.entries() {
                run(&mut manifest, value, &Constants::new());
            }
        }
    }
    manifest.finish()
}

/// A script, or a command as a list of words.
fn run(manifest: &mut Manifest<'_>, node: &Node, constants: &Constants) {
    let setting = Setting::at(manifest.first_line(node));
    if let Some(text) = node.text() {
        let text = variables(text);
        manifest.script(&text, None, constants, &setting);
    } else {
        let words: Vec<String> = node.texts().into_iter().map(ToOwned::to_owned).collect();
        manifest.exec(&words, false, constants, &setting);
    }
}

/// `{{ .NAME }}` and `{{ name }}` to `${NAME}`.
fn variables(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        made.push_str(before);
        let name = after
            .split_once("}}")
            .map(|(name, tail)| (name.trim().trim_start_matches('.'), tail));
        match name {
            Some((name, tail))
                if !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                made.push_str("${");
                made.push_str(name);
                made.push('}');
                rest = tail;
            }
            _ => {
                made.push_str("{{");
                rest = after;
            }
        }
    }
    made.push_str(rest);
    made
}

fn constants(manifest: &mut Manifest<'_>, node: Option<&Node>, into: &mut Constants) {
    let found = pairs(node);
    if manifest.spend(weight(&found)) {
        for (name, value, line) in &found {
            manifest.variable(name, value, None, *line);
        }
        extend(into, &found);
    }
}

/// Plays and tasks of Ansible, wherever they are nested.
fn ansible(manifest: &mut Manifest<'_>, root: &Node) {
    let is_ansible = root.items().iter().any(|item| {
        item.get("hosts").is_some() || item.get("name").is_some() && item.entries().len() > 1
    });
    if !is_ansible {
        return;
    }
    let mut known = Constants::new();
    for play in root.items() {
        constants(manifest, play.get("vars"), &mut known);
    }
    let mut open: Vec<&Node> = root.items().iter().rev().map(AsRef::as_ref).collect();
    while let Some(task) = open.pop() {
        if !manifest.spend(1) {
            return;
        }
        for (key, line, value) in task.entries() {
            let module = key.rsplit('.').next().unwrap_or(key);
            module_of(manifest, module, *line, value, &known);
        }
        for key in [
            "tasks",
            "pre_tasks",
            "post_tasks",
            "handlers",
            "block",
            "rescue",
            "always",
        ] {
            let inner = task.get(key).map(Node::items).unwrap_or_default();
            open.extend(inner.iter().rev().map(AsRef::as_ref));
        }
    }
}

fn module_of(
    manifest: &mut Manifest<'_>,
    module: &str,
    line: u32,
    value: &Node,
    known: &Constants,
) {
    let text = |key: &str| {
        let text = value.get(key)?.text()?;
        Some(shell::resolve(&variables(text), known))
    };
    if COMMANDS.contains(&module) {
        let command = value
            .get("cmd")
            .or_else(|| value.get("argv"))
            .unwrap_or(value);
        run(manifest, command, known);
    } else if CONTAINERS.contains(&module) {
        let reference = text("image").or_else(|| {
            let name = text("name")?;
            Some(match text("tag") {
                Some(tag) => format!("{name}:{tag}"),
                None => name,
            })
        });
        let reference = reference.filter(|reference| !reference.contains(['{', '$']));
        let Some(reference) = reference else { return };
        manifest.image(&reference, text("name").as_deref(), line);
        let command = value.get("command");
        let words = match command.and_then(Node::text) {
            Some(text) => shell::words(&variables(text), known),
            None => command
                .map(Node::texts)
                .unwrap_or_default()
                .into_iter()
                .map(ToOwned::to_owned)
                .collect(),
        };
        let setting = Setting {
            line,
            context: text("name"),
            image: Some(reference),
        };
        manifest.exec(&words, true, known, &setting);
    } else if module == "get_url"
        && let Some(url) = text("url").filter(|url| !url.contains(['{', '$']))
    {
        manifest.facts.downloads.push(Download {
            url: without_user(&url),
            checksum: text("checksum"),
            line,
        });
    } else if module == "pip" {
        let mut words = vec!["pip".to_owned(), "install".to_owned()];
        let names = value.get("name");
        words.extend(
            names
                .map(Node::texts)
                .unwrap_or_default()
                .into_iter()
                .map(ToOwned::to_owned),
        );
        if words.len() == 2 {
            words.extend(text("name").map(|name| match text("version") {
                Some(version) => format!("{name}=={version}"),
                None => name,
            }));
        }
        if words.len() > 2 {
            manifest.exec(&words, false, known, &Setting::at(line));
        }
    }
}

/// `Taskfile.yml`.
fn task_file(manifest: &mut Manifest<'_>, root: &Node) {
    let mut known = Constants::new();
    constants(manifest, root.get("vars"), &mut known);
    constants(manifest, root.get("env"), &mut known);
    for (_, _, task) in root.get("tasks").map(Node::entries).unwrap_or_default() {
        let mut known = known.clone();
        constants(manifest, task.get("vars"), &mut known);
        let single = task
            .get("cmd")
            .or_else(|| task.text().map(|_| task.as_ref()));
        let many = task.get("cmds").unwrap_or(task).items();
        for command in single.into_iter().chain(many.iter().map(AsRef::as_ref)) {
            let command = command.get("cmd").unwrap_or(command);
            if command.text().is_some() {
                run(manifest, command, &known);
            }
        }
    }
}

/// Stages of `dvc.yaml`.
fn dvc(manifest: &mut Manifest<'_>, stages: &Node) {
    for (_, _, stage) in stages.entries() {
        let stage = stage.get("do").unwrap_or(stage);
        let Some(command) = stage.get("cmd") else {
            continue;
        };
        if command.text().is_some() {
            run(manifest, command, &Constants::new());
        }
        for item in command.items() {
            run(manifest, item, &Constants::new());
        }
    }
}

/// `build` of `cog.yaml`: <https://cog.run/yaml/>.
fn cog(manifest: &mut Manifest<'_>, build: &Node) {
    for (key, program) in [
        ("python_packages", ["pip", "install"]),
        ("system_packages", ["apt-get", "install"]),
    ] {
        for item in build.get(key).map(Node::items).unwrap_or_default() {
            let Some(text) = item.written() else { continue };
            let mut words: Vec<String> = program.iter().map(ToString::to_string).collect();
            words.push(text.to_owned());
            manifest.exec(&words, false, &Constants::new(), &Setting::at(item.line()));
        }
    }
    for item in build.get("run").map(Node::items).unwrap_or_default() {
        let command = item.get("command").unwrap_or(item);
        if command.text().is_some() {
            run(manifest, command, &Constants::new());
        }
    }
}

/// A task of SkyPilot or dstack: an image, and scripts that set up and run.
fn sky(manifest: &mut Manifest<'_>, root: &Node) {
    let mut known = Constants::new();
    constants(manifest, root.get("envs"), &mut known);
    let image = root.at(&["resources", "image_id"]);
    if let Some(node) = image
        && let Some(reference) = node.text().and_then(|text| text.strip_prefix("docker:"))
    {
        manifest.image(reference, None, node.line());
    }
    for key in ["setup", "run"] {
        if let Some(node) = root.get(key).filter(|node| node.text().is_some()) {
            run(manifest, node, &known);
        }
    }
}

/// What Skaffold builds with; the images that it makes are the system's own.
fn skaffold(manifest: &mut Manifest<'_>, root: &Node) {
    let made = root.at(&["build", "artifacts"]);
    for item in made.map(Node::items).unwrap_or_default() {
        for key in ["builder", "runImage"] {
            if let Some(node) = item.at(&["buildpacks", key])
                && let Some(reference) = node.text()
            {
                manifest.image(reference, None, node.line());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(facts: &CommandFacts) -> Vec<(String, u32)> {
        facts
            .commands
            .iter()
            .map(|command| (command.words.join(" "), command.line))
            .collect()
    }

    #[test]
    fn cog_and_tasks_of_sky_run_commands() {
        let cog = tasks(
            "build:\n  python_packages:\n  - diffusers==0.31.0\n  run:\n  - pip install xformers\n  - {command: hf download acme/x}\npredict: p.py:P\n",
        );
        assert_eq!(
            lines(&cog),
            [
                ("pip install diffusers==0.31.0".to_owned(), 3),
                ("pip install xformers".to_owned(), 5),
                ("hf download acme/x".to_owned(), 6),
            ]
        );
        let sky = tasks(
            "resources: {image_id: 'docker:vllm/vllm-openai:v0.6.2'}\nenvs: {MODEL: acme/y}\nrun: |\n  vllm serve $MODEL\n",
        );
        assert_eq!(lines(&sky), [("vllm serve acme/y".to_owned(), 4)]);
        let images: Vec<_> = sky.images.iter().map(|image| &image.reference).collect();
        assert_eq!(images, ["vllm/vllm-openai:v0.6.2"]);
    }
}
