use crate::{
    commands::{
        ActionUse,
        manifest::{Manifest, extend, pairs},
        shell::{self, Constants, Setting},
    },
    document::Node,
};

/// Keys whose texts are scripts.
const SCRIPTS: [&str; 4] = ["script", "bash", "run", "command"];

/// Reads Azure Pipelines or CircleCI: images and scripts wherever they stand.
pub(super) fn read(manifest: &mut Manifest<'_>, root: &Node) {
    let mut constants = Constants::new();
    let variables = pairs(root.get("variables"));
    for (name, value, line) in &variables {
        manifest.variable(name, value, None, *line);
    }
    extend(&mut constants, &variables);
    // Orbs of CircleCI: jobs and commands that come from elsewhere.
    for (_, line, orb) in root.get("orbs").map(Node::entries).unwrap_or_default() {
        if let Some((name, revision)) = orb.text().and_then(|text| text.split_once('@')) {
            manifest.facts.actions.push(ActionUse {
                name: format!("orb:{name}"),
                revision: Some(revision.to_owned()),
                inputs: Vec::new(),
                line: *line,
            });
        }
    }
    let mut open: Vec<(&str, &str, &Node)> = vec![("", "", root)];
    while let Some((parent, key, node)) = open.pop() {
        if !manifest.spend(1) {
            return;
        }
        if let Some(text) = node.text() {
            let image = key == "image" && parent != "machine"
                || key == "container" && text.contains(['/', ':']);
            if image && !text.contains("<<") {
                manifest.image(text, None, node.line());
            }
            if key == "pipe" {
                pipe(manifest, text, node.line());
            }
            // `command` is a script below `run` only.
            if SCRIPTS.contains(&key) && (key != "command" || parent == "run") {
                let setting = Setting::at(manifest.first_line(node));
                let text = macros(text, &variables);
                manifest.script(&text, None, &constants, &setting);
            }
        }
        for (name, _, value) in node.entries().iter().rev() {
            open.push((key, name, value));
        }
        for item in node.items().iter().rev() {
            open.push((parent, key, item));
        }
    }
}

/// `$(NAME)` of Azure Pipelines as the shell writes it, for the names that the file sets.
fn macros(text: &str, variables: &[(String, String, u32)]) -> String {
    let mut made = text.to_owned();
    for (name, _, _) in variables.iter().take(MOST_VARIABLES) {
        if made.contains("$(") {
            made = made.replace(&format!("$({name})"), &format!("${{{name}}}"));
        }
    }
    made
}

/// Most variables that are looked for in each script.
const MOST_VARIABLES: usize = 64;

/// A pipe of Bitbucket: an image of its own, or a name in the catalogue.
fn pipe(manifest: &mut Manifest<'_>, text: &str, line: u32) {
    if let Some(image) = text.strip_prefix("docker://") {
        manifest.image(image, None, line);
        return;
    }
    let (name, revision) = match text.rsplit_once(':') {
        Some((name, revision)) => (name, Some(revision.to_owned())),
        None => (text, None),
    };
    manifest.facts.actions.push(ActionUse {
        name: format!("pipe:{name}"),
        revision,
        inputs: Vec::new(),
        line,
    });
}

/// Reads Google Cloud Build: images, and the commands that they get.
pub(super) fn cloud_build(manifest: &mut Manifest<'_>, root: &Node) {
    let mut constants = Constants::new();
    extend(&mut constants, &pairs(root.get("substitutions")));
    for step in root.get("steps").map(Node::items).unwrap_or_default() {
        let Some(image) = step.get("name").and_then(Node::text) else {
            continue;
        };
        let line = step.get("name").map_or(step.line(), Node::line);
        let image = shell::resolve(image, &constants);
        manifest.image(&image, None, line);
        let setting = Setting {
            line: step
                .get("args")
                .or_else(|| step.get("script"))
                .map_or(line, Node::line),
            context: None,
            image: Some(image),
        };
        if let Some(script) = step.get("script").and_then(Node::text) {
            manifest.script(script, None, &constants, &setting);
            continue;
        }
        let entry = step.get("entrypoint").and_then(Node::text);
        let arguments = step.get("args").map(Node::texts).unwrap_or_default();
        let words: Vec<String> = entry
            .into_iter()
            .chain(arguments)
            .map(ToOwned::to_owned)
            .collect();
        manifest.exec(&words, entry.is_none(), &constants, &setting);
    }
}
