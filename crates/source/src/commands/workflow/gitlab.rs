use crate::{
    commands::{
        ActionUse, Download,
        credentials::without_user,
        manifest::{Manifest, extend, pairs, weight},
        shell::{self, Constants, Setting},
    },
    document::Node,
};

/// Keys at the top that are no jobs.
const NO_JOBS: [&str; 6] = [
    "include",
    "variables",
    "stages",
    "workflow",
    "spec",
    "cache",
];

/// Furthest that two entries of a script stand apart and still are read as one text, in lines.
const FURTHEST_LINES: u32 = 64;

pub(super) fn read(manifest: &mut Manifest<'_>, root: &Node) {
    include(manifest, root.get("include"));
    let mut constants = Constants::new();
    variables(manifest, root.get("variables"), &mut constants, None);
    job(manifest, "default", root, &constants);
    for (name, _, node) in root.entries() {
        if node.is_map() && !NO_JOBS.contains(&name.as_str()) {
            if !manifest.spend(constants.len()) {
                return;
            }
            let mut constants = constants.clone();
            variables(manifest, node.get("variables"), &mut constants, Some(name));
            job(manifest, name, node, &constants);
        }
    }
}

fn variables(
    manifest: &mut Manifest<'_>,
    node: Option<&Node>,
    constants: &mut Constants,
    context: Option<&str>,
) {
    let mut found = pairs(node);
    for (name, line, value) in node.map(Node::entries).unwrap_or_default() {
        if let Some(value) = value.get("value").and_then(Node::written) {
            found.push((name.clone(), value.to_owned(), *line));
        }
    }
    if !manifest.spend(weight(&found)) {
        return;
    }
    for (name, value, line) in &found {
        let value = shell::resolve(value, constants);
        manifest.variable(name, &value, context, *line);
    }
    extend(constants, &found);
}

fn job(manifest: &mut Manifest<'_>, name: &str, node: &Node, constants: &Constants) {
    let image = node
        .get("image")
        .and_then(|image| reference(image, constants));
    if let (Some(reference), Some(written)) = (&image, node.get("image")) {
        manifest.image(reference, Some(name), written.line());
    }
    for service in node.get("services").map(Node::items).unwrap_or_default() {
        if let Some(reference) = reference(service, constants) {
            manifest.image(&reference, Some(name), service.line());
        }
    }
    for key in ["before_script", "script", "after_script"] {
        let Some(script) = node.get(key) else {
            continue;
        };
        let (text, line) = script_text(manifest, script);
        let setting = Setting {
            line,
            context: Some(name.to_owned()),
            image: image.clone(),
        };
        manifest.script(&text, None, constants, &setting);
    }
}

fn reference(node: &Node, constants: &Constants) -> Option<String> {
    let text = node
        .text()
        .or_else(|| node.get("name").and_then(Node::text))?;
    Some(shell::resolve(text, constants))
}

/// The entries of a script as one text, so that variables set in one are known in the next; entries
/// stay on their lines.
fn script_text(manifest: &Manifest<'_>, script: &Node) -> (String, u32) {
    if let Some(text) = script.text() {
        return (text.to_owned(), manifest.first_line(script));
    }
    let mut entries: Vec<&Node> = Vec::new();
    for item in script.items() {
        entries.push(item);
        // A reference to another job's script is a list within the list.
        entries.extend(item.items().iter().map(AsRef::as_ref));
    }
    let first = entries
        .first()
        .map_or(script.line(), |entry| manifest.first_line(entry));
    let mut line = first;
    let mut made = String::new();
    for entry in entries {
        let Some(text) = entry.written() else {
            continue;
        };
        let gap = manifest
            .first_line(entry)
            .saturating_sub(line)
            .min(FURTHEST_LINES);
        for _ in 0..gap {
            made.push('\n');
        }
        made.push_str(text);
        if !text.ends_with('\n') {
            made.push('\n');
        }
        let lines = text.trim_end_matches('\n').matches('\n').count();
        let lines = u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1);
        line = line.saturating_add(gap).saturating_add(lines);
    }
    (made, first)
}

fn include(manifest: &mut Manifest<'_>, node: Option<&Node>) {
    let Some(node) = node else {
        return;
    };
    let single = std::slice::from_ref(node);
    let listed: Vec<&Node> = match node.items() {
        [] => single.iter().collect(),
        items => items.iter().map(AsRef::as_ref).collect(),
    };
    for entry in listed {
        let line = entry.line();
        let text = |key: &str| entry.get(key).and_then(Node::written);
        let remote = text("remote").or_else(|| entry.text().filter(|text| text.contains("://")));
        if let Some(url) = remote {
            manifest.facts.downloads.push(Download {
                url: without_user(url),
                checksum: text("integrity").map(ToOwned::to_owned),
                line,
            });
        } else if let Some(component) = text("component") {
            let (name, revision) = component.rsplit_once('@').unwrap_or((component, ""));
            manifest.facts.actions.push(ActionUse {
                name: name.to_owned(),
                revision: (!revision.is_empty()).then(|| revision.to_owned()),
                inputs: Vec::new(),
                line,
            });
        } else if let Some(project) = text("project") {
            manifest.facts.actions.push(ActionUse {
                name: project.to_owned(),
                revision: text("ref").map(ToOwned::to_owned),
                inputs: Vec::new(),
                line,
            });
        }
    }
}
