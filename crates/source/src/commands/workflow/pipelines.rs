use crate::{
    commands::{
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
