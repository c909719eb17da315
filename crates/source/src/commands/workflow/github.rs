use crate::{
    commands::{
        ActionUse,
        credentials::kept,
        manifest::{Manifest, extend, pairs, weight},
        shell::{self, Constants, Setting},
    },
    document::Node,
};

/// Most alternatives that one value of a matrix has here.
const MOST_ALTERNATIVES: usize = 32;

/// Reads the jobs of a workflow.
pub(super) fn jobs(manifest: &mut Manifest<'_>, root: &Node, jobs: &Node) {
    let mut constants = inputs(root);
    environment(manifest, root.get("env"), &mut constants, None);
    for (name, line, job) in jobs.entries() {
        let mut constants = constants.clone();
        // What a job takes over from the workflow is copied, so it counts.
        if !manifest.spend(constants.len()) {
            return;
        }
        matrix(job, &mut constants);
        environment(manifest, job.get("env"), &mut constants, Some(name));
        if let Some(uses) = job.get("uses") {
            action_use(manifest, uses, job.get("with"), &constants, Some(name));
        }
        if let Some(container) = job.get("container") {
            image(manifest, container, &constants, name);
        }
        for (service, _, node) in job.get("services").map(Node::entries).unwrap_or_default() {
            image(manifest, node, &constants, service);
        }
        let shell = job
            .at(&["defaults", "run", "shell"])
            .or_else(|| root.at(&["defaults", "run", "shell"]))
            .and_then(Node::text);
        let steps = job.get("steps").map(Node::items).unwrap_or_default();
        for step in steps {
            read_step(manifest, step, &constants, Some(name), shell);
        }
        let _ = line;
    }
}

/// Reads an action: `runs` with steps, an image, or a program of its own.
pub(super) fn action(manifest: &mut Manifest<'_>, root: &Node) {
    let constants = inputs(root);
    let Some(runs) = root.get("runs") else {
        return;
    };
    if let Some(node) = runs.get("image")
        && let Some(reference) = node.text().and_then(|text| text.strip_prefix("docker://"))
    {
        manifest.image(reference, None, node.line());
    }
    for step in runs.get("steps").map(Node::items).unwrap_or_default() {
        read_step(manifest, step, &constants, None, None);
    }
}

/// Defaults of inputs, under the names that [`holes`] gives them.
fn inputs(root: &Node) -> Constants {
    let mut constants = Constants::new();
    let places = [
        root.get("inputs"),
        root.at(&["on", "workflow_call", "inputs"]),
        root.at(&["on", "workflow_dispatch", "inputs"]),
    ];
    for place in places.into_iter().flatten() {
        for (name, _, input) in place.entries() {
            if let Some(value) = input
                .get("default")
                .and_then(Node::written)
                .filter(|value| !value.is_empty())
            {
                constants.insert(variable("inputs", name), vec![vec![value.to_owned()]]);
            }
        }
    }
    constants
}

/// Values of a matrix: each is an alternative of its key.
fn matrix(job: &Node, constants: &mut Constants) {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else {
        return;
    };
    let mut add = |key: &str, value: &str| {
        let binding = constants.entry(variable("matrix", key)).or_default();
        let fields = vec![value.to_owned()];
        if binding.len() < MOST_ALTERNATIVES && !value.contains("${{") && !binding.contains(&fields)
        {
            binding.push(fields);
        }
    };
    let mut rows = Vec::new();
    for (key, _, values) in matrix.entries() {
        match key.as_str() {
            "include" => rows.extend(values.items().iter().map(|row| (String::new(), row))),
            "exclude" => {}
            _ => {
                for value in values.items() {
                    match value.written() {
                        Some(text) => add(key, text),
                        None => rows.push((format!("{key}."), value)),
                    }
                }
            }
        }
    }
    for (before, row) in rows {
        for (key, _, value) in row.entries() {
            if let Some(text) = value.written() {
                add(&format!("{before}{key}"), text);
            }
        }
    }
}

fn environment(
    manifest: &mut Manifest<'_>,
    node: Option<&Node>,
    constants: &mut Constants,
    context: Option<&str>,
) {
    let mut found = pairs(node);
    if !manifest.spend(weight(&found)) {
        return;
    }
    for (name, value, line) in &mut found {
        *value = shell::resolve(&holes(value), constants);
        manifest.variable(name, value, context, *line);
    }
    extend(constants, &found);
}

fn image(manifest: &mut Manifest<'_>, node: &Node, constants: &Constants, context: &str) {
    let written = node.get("image").unwrap_or(node);
    if let Some(text) = written.text() {
        for reference in shell::resolve_each(&holes(text), constants) {
            manifest.image(&reference, Some(context), written.line());
        }
    }
    let mut own = Constants::new();
    environment(manifest, node.get("env"), &mut own, Some(context));
}

fn read_step(
    manifest: &mut Manifest<'_>,
    step: &Node,
    constants: &Constants,
    context: Option<&str>,
    interpreter: Option<&str>,
) {
    if !manifest.spend(constants.len()) {
        return;
    }
    let mut constants = constants.clone();
    environment(manifest, step.get("env"), &mut constants, context);
    if let Some(uses) = step.get("uses") {
        action_use(manifest, uses, step.get("with"), &constants, context);
    }
    let Some(run) = step.get("run") else {
        return;
    };
    let Some(text) = run.text() else {
        return;
    };
    let setting = Setting {
        line: manifest.first_line(run),
        context: context.map(ToOwned::to_owned),
        image: None,
    };
    let interpreter = step.get("shell").and_then(Node::text).or(interpreter);
    manifest.script(&holes(text), interpreter, &constants, &setting);
}

fn action_use(
    manifest: &mut Manifest<'_>,
    uses: &Node,
    with: Option<&Node>,
    constants: &Constants,
    context: Option<&str>,
) {
    let Some(text) = uses.text() else {
        return;
    };
    let mut inputs = pairs(with);
    if !manifest.spend(weight(&inputs)) {
        return;
    }
    for (_, value, _) in &mut inputs {
        *value = shell::resolve(&holes(value), constants);
    }
    for text in shell::resolve_each(&holes(text), constants) {
        if let Some(reference) = text.strip_prefix("docker://") {
            manifest.image(reference, context, uses.line());
            continue;
        }
        let (name, revision) = match text.split_once('@') {
            Some((name, revision)) => (name, Some(revision.trim().to_owned())),
            None => (text.as_str(), None),
        };
        manifest.facts.actions.push(ActionUse {
            name: name.trim().to_owned(),
            revision,
            inputs: inputs
                .iter()
                .map(|(name, value, _)| (name.clone(), kept(name, value)))
                .collect(),
            line: uses.line(),
        });
    }
}

/// The name under which a value of a context is kept.
fn variable(context: &str, key: &str) -> String {
    let key = key.replace(['-', '.'], "_");
    format!("{context}__{key}")
}

/// Writes `${{ env.X }}`, `${{ matrix.x }}` and `${{ inputs.x }}` as variables of a shell; other
/// expressions stay.
pub(super) fn holes(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        made.push_str(before);
        let Some((expression, tail)) = after.split_once("}}") else {
            made.push_str("${{");
            rest = after;
            break;
        };
        match reference(expression.trim()) {
            Some(name) => made.push_str(&format!("${{{name}}}")),
            None => made.push_str(&format!("${{{{{expression}}}}}")),
        }
        rest = tail;
    }
    made.push_str(rest);
    made
}

fn reference(expression: &str) -> Option<String> {
    let (context, key) = expression.split_once('.')?;
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    if key.is_empty() || !plain(key) {
        return None;
    }
    match context {
        "env" => Some(key.to_owned()).filter(|key| !key.contains(['-', '.'])),
        "matrix" | "inputs" => Some(variable(context, key)),
        _ => None,
    }
}
