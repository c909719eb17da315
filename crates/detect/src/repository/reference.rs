//! Settings of models that name code.

use waybill_source::document::{DocumentLimits, Node, Scalar, json, toml, yaml};

use super::building;
use super::sketch::{Leads, Reference};

/// When code of a repository runs.
const REMOTE: &str = "when the model is loaded with trust_remote_code";
const LOADED: &str = "when the model is loaded";
/// References of one file.
const MOST: usize = 200;

/// True if a file of that name and text may name code.
pub(crate) fn wanted(name: &str, text: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let named = matches!(
        last,
        "model_index.json" | "modules.json" | "MLmodel" | "pyproject.toml"
    ) || last == "MANIFEST.json"
        && (text.contains("\"handler\"") || text.contains("\"modelFile\""));
    let json = last.to_ascii_lowercase().ends_with(".json");
    named
        || (json
            && [
                "\"auto_map\"",
                "\"auto_mapping\"",
                "\"custom_pipelines\"",
                "\"custom_pipeline\"",
                "\"trust_remote_code\"",
                "\"loader_module\"",
            ]
            .into_iter()
            .any(|key| text.contains(key)))
}

/// The references of one settings file.
pub(crate) fn references(name: &str, text: &str) -> Vec<Reference> {
    let limits = DocumentLimits {
        depth: 64,
        values: 200_000,
    };
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let document = match last {
        "MLmodel" => yaml(text, &limits),
        "pyproject.toml" => toml(text, &limits),
        _ => json(text, &limits),
    };
    let Some(root) = document.root() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    match last {
        "model_index.json" => pipeline(root, &mut found),
        "modules.json" => modules(root, &mut found),
        "MLmodel" => flavours(root, &mut found),
        "MANIFEST.json" => building::handler(root, &mut found),
        "pyproject.toml" => {
            building::backends(root, &mut found);
            return found;
        }
        _ => {}
    }
    anywhere(root, "", 0, &mut found);
    found.truncate(MOST);
    found
}

/// `auto_map`, `auto_mapping`, `custom_pipelines` and `trust_remote_code`, wherever they stand.
fn anywhere(node: &Node, path: &str, depth: usize, found: &mut Vec<Reference>) {
    if depth > 8 || found.len() > MOST {
        return;
    }
    for (key, line, value) in node.entries() {
        let here = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match key.as_str() {
            "auto_map" => {
                for (class, line, value) in value.entries() {
                    for named in texts(value) {
                        dotted(&format!("{here}.{class}"), *line, named, REMOTE, found);
                    }
                }
            }
            "auto_mapping" => mapped(&here, *line, value, found),
            "custom_pipelines" => {
                for (task, line, value) in value.entries() {
                    if let Some(named) = value.get("impl").and_then(text) {
                        dotted(&format!("{here}.{task}"), *line, named, REMOTE, found);
                    }
                }
            }
            "custom_pipeline" => {
                if let Some(named) = text(value) {
                    let leads = if named.contains('/') {
                        Leads::Repository(named.to_owned())
                    } else {
                        Leads::File(vec![format!("{named}.py"), named.to_owned()])
                    };
                    push(&here, *line, leads, REMOTE, found);
                }
            }
            "trust_remote_code" if is_true(value) => {
                push(&here, *line, Leads::Permission, LOADED, found);
            }
            _ => anywhere(value, &here, depth.saturating_add(1), found),
        }
    }
    for item in node.items() {
        anywhere(item, path, depth.saturating_add(1), found);
    }
}

/// `module.Class`, or `organisation/name--module.Class` in another repository.
fn dotted(key: &str, line: u32, named: &str, when: &'static str, found: &mut Vec<Reference>) {
    let leads = match named.split_once("--") {
        Some((repository, _)) => Leads::Repository(repository.to_owned()),
        None => {
            let module = named.rsplit_once('.').map_or(named, |(module, _)| module);
            Leads::File(vec![format!("{}.py", module.replace('.', "/"))])
        }
    };
    push(key, line, leads, when, found);
}

/// `auto_mapping` of adapters: the library is imported and the class taken out of it.
fn mapped(key: &str, line: u32, value: &Node, found: &mut Vec<Reference>) {
    let Some(library) = value.get("parent_library").and_then(text) else {
        return;
    };
    if let Some(rest) = library.strip_prefix("transformers_modules.") {
        let module = rest.rsplit('.').next().unwrap_or(rest);
        return push(
            key,
            line,
            Leads::File(vec![format!("{module}.py")]),
            REMOTE,
            found,
        );
    }
    let root = library.split('.').next().unwrap_or(library);
    if !is_model_library(root) {
        let leads = Leads::Library(library.to_owned(), is_harmful(root));
        push(key, line, leads, LOADED, found);
    }
}

/// `model_index.json` of `diffusers`: pairs of library and class.
fn pipeline(root: &Node, found: &mut Vec<Reference>) {
    for (part, line, value) in root.entries() {
        let [library, class] = value.items() else {
            continue;
        };
        let (Some(library), Some(_)) = (text(library), text(class)) else {
            continue;
        };
        if is_model_library(library.split('.').next().unwrap_or(library)) {
            continue;
        }
        if library.contains('/') {
            push(
                part,
                *line,
                Leads::Repository(library.to_owned()),
                REMOTE,
                found,
            );
            continue;
        }
        let module = library.replace('.', "/");
        let leads = Leads::File(vec![
            format!("{part}/{module}.py"),
            format!("{module}.py"),
            format!("{module}/__init__.py"),
        ]);
        push(part, *line, leads, REMOTE, found);
    }
}

/// `modules.json` of `sentence-transformers`: a list of classes by dotted name.
fn modules(root: &Node, found: &mut Vec<Reference>) {
    for item in root.items() {
        let Some(named) = item.get("type").and_then(text) else {
            continue;
        };
        let library = named.split('.').next().unwrap_or(named);
        if !is_model_library(library) {
            dotted("type", item.line(), named, REMOTE, found);
        }
    }
}

/// `MLmodel` of MLflow: the module that loads the model, and where its code lies.
fn flavours(root: &Node, found: &mut Vec<Reference>) {
    let Some(flavours) = root.get("flavors") else {
        return;
    };
    for (name, _, flavour) in flavours.entries() {
        let code = ["code", "code_path", "model_code_path", "model_path"]
            .into_iter()
            .find_map(|key| flavour.get(key).and_then(text))
            .unwrap_or("code");
        for key in ["loader_module", "python_module"] {
            let Some(value) = flavour.get(key) else {
                continue;
            };
            let Some(module) = text(value) else { continue };
            if module.starts_with("mlflow.")
                || is_model_library(module.split('.').next().unwrap_or(module))
            {
                continue;
            }
            let file = module.replace('.', "/");
            let leads = Leads::File(vec![
                format!("{code}/{file}.py"),
                format!("{code}/{file}/__init__.py"),
                format!("{file}.py"),
            ]);
            push(
                &format!("flavors.{name}.{key}"),
                value.line(),
                leads,
                LOADED,
                found,
            );
        }
        if let Some(value) = flavour.get("model_code_path")
            && let Some(path) = text(value)
        {
            let leads = Leads::File(vec![path.to_owned()]);
            push(
                &format!("flavors.{name}.model_code_path"),
                value.line(),
                leads,
                LOADED,
                found,
            );
        }
    }
}

pub(super) fn push(
    key: &str,
    line: u32,
    leads: Leads,
    when: &'static str,
    found: &mut Vec<Reference>,
) {
    let reference = Reference {
        key: key.to_owned(),
        line,
        leads,
        when,
        entries: Vec::new(),
        usual: false,
        expected: true,
    };
    if !found.contains(&reference) {
        found.push(reference);
    }
}

pub(super) fn text(node: &Node) -> Option<&str> {
    match node {
        Node::Scalar {
            value: Scalar::Text(text),
            ..
        } => Some(text),
        _ => None,
    }
}

fn is_true(node: &Node) -> bool {
    matches!(
        node,
        Node::Scalar {
            value: Scalar::Bool(true),
            ..
        }
    )
}

/// The texts of a value or of a list of values.
fn texts(node: &Node) -> Vec<&str> {
    match text(node) {
        Some(one) => vec![one],
        None => node.items().iter().filter_map(|item| text(item)).collect(),
    }
}

fn is_model_library(root: &str) -> bool {
    matches!(
        root,
        "diffusers"
            | "transformers"
            | "peft"
            | "torch"
            | "torchvision"
            | "timm"
            | "onnxruntime"
            | "optimum"
            | "flax"
            | "keras"
            | "tensorflow"
            | "sentence_transformers"
            | "adapters"
            | "stable_diffusion"
            | "pipelines"
            | "mlflow"
            | "sklearn"
            | "xgboost"
            | "lightgbm"
            | "catboost"
            | "spacy"
            | "pylate"
            | "controlnet_aux"
            | "null"
    )
}

/// Modules of Python's library whose functions do harm with arguments out of settings.
fn is_harmful(root: &str) -> bool {
    matches!(
        root,
        "os" | "posix"
            | "nt"
            | "subprocess"
            | "builtins"
            | "sys"
            | "shutil"
            | "socket"
            | "ctypes"
            | "importlib"
            | "runpy"
            | "pty"
            | "code"
            | "pickle"
            | "marshal"
            | "webbrowser"
            | "multiprocessing"
            | "pip"
            | "operator"
            | "functools"
    )
}
