use std::sync::Arc;

use super::{Code, FileReference, KerasFacts, Object, Operation, Role, Spot};
use crate::code::Unread;
use crate::document::Node;

/// Class names that stand for values, not for something to import.
const VALUES: [&str; 9] = [
    "__bytes__",
    "__ellipsis__",
    "__keras_tensor__",
    "__numpy__",
    "__slice__",
    "__tensor__",
    "__tuple__",
    "TensorShape",
    "CompositeTensor",
];

/// Keys whose texts a layer opens as a path.
const PATHS: [&str; 8] = [
    "vocabulary",
    "vocabulary_file",
    "vocab_file",
    "merges",
    "idf_weights",
    "filepath",
    "file_path",
    "filename",
];

/// Keys that may hold a function of a `Lambda` layer.
const FUNCTIONS: [&str; 3] = ["function", "mask", "output_shape"];

/// Bytes of a name, path or place that are kept.
const KEPT_BYTES: usize = 512;
/// Entries of each list of facts.
const KEPT_FACTS: usize = 20_000;

/// Follows a configuration from its root, without recursion.
pub(super) fn walk(root: &Arc<Node>, facts: &mut KerasFacts) {
    facts.is_configuration = is_configuration(root);
    let mut open: Vec<(&Node, String)> = vec![(root, "$".to_owned())];
    while let Some((node, path)) = open.pop() {
        if facts.objects.len() >= KEPT_FACTS || facts.code.len() >= KEPT_FACTS {
            facts.unread.push(Unread {
                line: Some(node.line()),
                reason: format!("more than {KEPT_FACTS} objects"),
            });
            facts.cut = true;
            return;
        }
        let before = open.len();
        match node {
            Node::Map { entries, .. } => {
                map(node, &path, facts);
                for (key, _, value) in entries {
                    child(value, facts, &mut open, || join(&path, key));
                }
            }
            Node::List { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    child(item, facts, &mut open, || join(&path, &index.to_string()));
                }
            }
            Node::Scalar { .. } => {}
        }
        // In the order of the document.
        if let Some(pushed) = open.get_mut(before..) {
            pushed.reverse();
        }
    }
}

fn is_configuration(root: &Node) -> bool {
    let object = |node: &Node| node.get("class_name").is_some() && node.get("config").is_some();
    let training = ["optimizer_config", "loss", "loss_weights", "metrics"];
    object(root)
        || root.items().iter().any(|item| object(item))
        || ["model_config", "model", "compile_config", "training_config"]
            .iter()
            .any(|key| root.get(key).is_some_and(object))
        || root.is_map()
            && training
                .iter()
                .filter(|key| root.get(key).is_some())
                .count()
                > 1
}

fn join(path: &str, key: &str) -> String {
    let mut joined = path.to_owned();
    if joined.len() < KEPT_BYTES {
        let number = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        if number {
            joined.push_str(&format!("[{key}]"));
        } else {
            joined.push('.');
            joined.push_str(&kept(key));
        }
    }
    joined
}

fn kept(text: &str) -> String {
    text.chars().take(KEPT_BYTES).collect()
}

/// Lays a value aside for its turn; of plain ones only marshalled code is of interest.
fn child<'a>(
    value: &'a Node,
    facts: &mut KerasFacts,
    open: &mut Vec<(&'a Node, String)>,
    path: impl Fn() -> String,
) {
    match value {
        Node::Map { .. } | Node::List { .. } => open.push((value, path())),
        Node::Scalar { .. } => {
            if let Some(text) = value.text().filter(|text| is_marshalled(text)) {
                code(text, value.line(), path(), facts);
            }
        }
    }
}

/// A code object begins with `c`, with or without the mark of a reference, in base64.
fn is_marshalled(text: &str) -> bool {
    let letters = text.trim_start();
    letters.len() > 60
        && (letters.starts_with("4w") || letters.starts_with("Yw"))
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&byte))
}

fn code(text: &str, line: u32, path: String, facts: &mut KerasFacts) {
    // Met once as the function of its layer, once as a text.
    if !facts
        .code
        .iter()
        .rev()
        .take(8)
        .any(|code| code.text == text)
    {
        facts.code.push(Code {
            spot: Spot { path, line },
            text: text.to_owned(),
        });
    }
}

fn map(node: &Node, path: &str, facts: &mut KerasFacts) {
    let spot = |key: &str, node: &Node| Spot {
        path: if key.is_empty() {
            path.to_owned()
        } else {
            join(path, key)
        },
        line: node.line(),
    };
    if let Some(switch) = node
        .get("safe_mode")
        .filter(|node| node.bool() == Some(false))
    {
        facts.switched_off.push(spot("safe_mode", switch));
    }
    // Where a key stands twice, readers differ in which one they take.
    let classes = node
        .entries()
        .iter()
        .filter(|(key, _, _)| key == "class_name")
        .filter_map(|(_, _, value)| value.text());
    for class in classes {
        class_named(class, node, path, facts);
    }
}

fn class_named(class: &str, node: &Node, path: &str, facts: &mut KerasFacts) {
    let config = node.get("config");
    let text = |key: &str| node.get(key).and_then(Node::text).map(kept);
    let object = |role, name: &str| Object {
        spot: Spot {
            path: path.to_owned(),
            line: node.line(),
        },
        role,
        module: text("module"),
        name: kept(name),
        registered: text("registered_name"),
    };
    match class {
        "__lambda__" => lambda_value(config.unwrap_or(node), path, facts),
        "__typespec__" => {
            let name = text("spec_name").unwrap_or_default();
            facts.objects.push(object(Role::Class, &name));
        }
        "function" => {
            let name = config.and_then(Node::text).map(kept);
            let name = name.or_else(|| text("registered_name")).unwrap_or_default();
            facts.objects.push(object(Role::Function, &name));
        }
        _ if VALUES.contains(&class) => {}
        _ => {
            facts.objects.push(object(Role::Class, class));
            let plain = class.rsplit(['>', '.']).next().unwrap_or(class);
            if let Some(config) = config {
                configured(plain, config, &join(path, "config"), facts);
            }
        }
    }
}

/// `__lambda__`: the code stands under `code` or `value`, alone or first of a list.
fn lambda_value(config: &Node, path: &str, facts: &mut KerasFacts) {
    let mut found = false;
    let texts = config.entries().iter().map(|(_, _, value)| value.as_ref());
    for value in texts.chain(std::iter::once(config)) {
        let first = value.items().first().map(AsRef::as_ref);
        if let Some(text) = value.text().or_else(|| first.and_then(Node::text)) {
            code(text, value.line(), join(path, "config"), facts);
            found = true;
        }
    }
    if !found {
        facts.unread.push(Unread {
            line: Some(config.line()),
            reason: format!("the function at {path} is none that Keras writes"),
        });
    }
}

/// What classes do with their configuration beyond holding other objects.
fn configured(class: &str, config: &Node, path: &str, facts: &mut KerasFacts) {
    for key in PATHS {
        if let Some(target) = config.get(key).and_then(Node::text) {
            facts.files.push(FileReference {
                spot: Spot {
                    path: join(path, key),
                    line: config.line(),
                },
                class: kept(class),
                target: kept(target),
            });
        }
    }
    match class {
        "Lambda" => {
            for key in FUNCTIONS {
                lambda(config, key, path, facts);
            }
        }
        "TFOpLambda" | "ClassMethod" | "InstanceMethod" | "InstanceProperty"
        | "TensorFlowOpLayer" => operation(class, config, path, facts),
        _ => {}
    }
}

/// One of the functions of a `Lambda` layer. Version 3 writes an object, which is met on the way
/// down; versions 1 and 2 write code, a name and its module, or a plain shape.
fn lambda(config: &Node, key: &str, path: &str, facts: &mut KerasFacts) {
    let Some(value) = config.get(key) else {
        if key == "function" {
            facts.unread.push(Unread {
                line: Some(config.line()),
                reason: format!("the Lambda layer at {path} has no function"),
            });
        }
        return;
    };
    if value
        .get("class_name")
        .is_some_and(|class| class.text() != Some("__tuple__"))
    {
        return;
    }
    let written = config.get(&format!("{key}_type")).and_then(Node::text);
    let place = join(path, key);
    let items = value.get("items").unwrap_or(value).items();
    let first = items.first().and_then(|item| item.text());
    let Some(text) = value.text().or(first) else {
        if key == "function" {
            facts.unread.push(Unread {
                line: Some(value.line()),
                reason: format!("the function at {place} is none that Keras writes"),
            });
        }
        return;
    };
    if written == Some("lambda") || value.text().is_none() || is_marshalled(text) {
        code(text, value.line(), place, facts);
        return;
    }
    let module_key = if key == "function" {
        "module".to_owned()
    } else {
        format!("{key}_module")
    };
    let module = config.get(&module_key).or_else(|| config.get("module"));
    facts.objects.push(Object {
        spot: Spot {
            path: place,
            line: value.line(),
        },
        role: Role::Function,
        module: module.and_then(Node::text).map(kept),
        name: kept(text),
        registered: None,
    });
}

fn operation(class: &str, config: &Node, path: &str, facts: &mut KerasFacts) {
    let mut add = |key: &str, name: &str, in_graph| {
        facts.operations.push(Operation {
            spot: Spot {
                path: join(path, key),
                line: config.line(),
            },
            name: kept(name),
            in_graph,
        });
    };
    let text = |key: &str| config.get(key).and_then(Node::text);
    match class {
        "TFOpLambda" => match text("function") {
            Some(name) => add("function", name, false),
            None => add("function", "", false),
        },
        "TensorFlowOpLayer" => {
            let Some(definition) = config.get("node_def") else {
                return add("node_def", "", true);
            };
            if let Some(name) = definition.get("op").and_then(Node::text) {
                add("node_def", name, true);
            } else {
                // The node as JSON in a text, or as the text of its message.
                let written = definition.text().unwrap_or_default();
                add("node_def", graph_operation(written), true);
            }
        }
        _ => {
            let method = text("method_name").or_else(|| text("attr_name"));
            let whole = match (text("cls_ref"), method) {
                (Some(class), Some(method)) => format!("{class}.{method}"),
                (None, Some(method)) => method.to_owned(),
                (Some(class), None) => class.to_owned(),
                (None, None) => return,
            };
            add("method_name", &whole, false);
        }
    }
}

/// The value of `op` in a node that stands in a text.
fn graph_operation(text: &str) -> &str {
    let after = ["\"op\"", "op:", "'op'"]
        .iter()
        .find_map(|key| text.split_once(key))
        .map_or("", |(_, after)| after);
    let mut quoted = after.split(['"', '\'']);
    quoted.next();
    quoted.next().unwrap_or_default()
}
