use crate::{
    commands::{
        ActionUse,
        manifest::{Manifest, extend, pairs},
        shell::{Constants, Setting},
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
            // `command` is a script below `run` only.
            if SCRIPTS.contains(&key) && (key != "command" || parent == "run") {
                let setting = Setting::at(manifest.first_line(node));
                manifest.script(text, None, &constants, &setting);
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
