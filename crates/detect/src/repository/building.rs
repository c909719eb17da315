//! Code that runs while a package is built, and code that serves a model: places that are made for
//! code of one's own.

use waybill_source::document::Node;

use super::reference::text;
use super::sketch::{Leads, Reference};

/// When such code runs.
const BUILT: &str = "when the package is built or installed";
const SERVED: &str = "when the model is served";

/// Functions that build frontends call (PEP 517, PEP 660).
const HOOKS: [&str; 8] = [
    "build_wheel",
    "build_sdist",
    "build_editable",
    "get_requires_for_build_wheel",
    "get_requires_for_build_sdist",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_wheel",
    "prepare_metadata_for_build_editable",
];

/// Backends and hooks of `pyproject.toml` that lie in the tree.
pub(super) fn backends(root: &Node, found: &mut Vec<Reference>) {
    let folders: Vec<&str> = root
        .at(&["build-system", "backend-path"])
        .map(|folders| {
            folders
                .items()
                .iter()
                .filter_map(|item| text(item))
                .collect()
        })
        .unwrap_or_default();
    if let Some(value) = root.at(&["build-system", "build-backend"])
        && let Some(backend) = text(value)
        && !folders.is_empty()
    {
        let module = backend
            .split(':')
            .next()
            .unwrap_or(backend)
            .replace('.', "/");
        let files = folders
            .iter()
            .flat_map(|folder| {
                [
                    format!("{folder}/{module}.py"),
                    format!("{folder}/{module}/__init__.py"),
                ]
            })
            .collect();
        let entries = HOOKS.map(str::to_owned).to_vec();
        push(
            "build-system.build-backend",
            value,
            files,
            entries,
            BUILT,
            found,
        );
    }
    let places: [(&[&str], &str); 6] = [
        (
            &["tool", "hatch", "build", "hooks", "custom", "path"],
            "hatch_build.py",
        ),
        (
            &["tool", "hatch", "metadata", "hooks", "custom", "path"],
            "hatch_build.py",
        ),
        (&["tool", "poetry", "build", "script"], "build.py"),
        (&["tool", "poetry", "build"], "build.py"),
        (&["tool", "pdm", "build", "custom-hook"], "pdm_build.py"),
        (&["tool", "pdm", "build", "setup-script"], "build.py"),
    ];
    for (keys, usual) in places {
        let Some(value) = root.at(keys) else { continue };
        let file = text(value).unwrap_or(usual).to_owned();
        push(&keys.join("."), value, vec![file], Vec::new(), BUILT, found);
    }
    // A table without a path has the usual one.
    for kind in ["build", "metadata"] {
        let keys = ["tool", "hatch", kind, "hooks", "custom"];
        if let Some(value) = root.at(&keys)
            && value.get("path").is_none()
        {
            let file = "hatch_build.py".to_owned();
            push(&keys.join("."), value, vec![file], Vec::new(), BUILT, found);
        }
    }
    classes(root, found);
}

/// Commands of `setuptools` by the class that each is.
fn classes(root: &Node, found: &mut Vec<Reference>) {
    if let Some(commands) = root.at(&["tool", "setuptools", "cmdclass"]) {
        for (name, _, value) in commands.entries() {
            let Some((module, class)) = text(value).and_then(|named| named.rsplit_once('.')) else {
                continue;
            };
            let file = format!("{}.py", module.replace('.', "/"));
            let key = format!("tool.setuptools.cmdclass.{name}");
            push(
                &key,
                value,
                vec![file],
                vec![format!("{class}.*")],
                BUILT,
                found,
            );
        }
    }
}

/// Handlers that TorchServe brings.
const HANDLERS: [&str; 5] = [
    "base_handler",
    "image_classifier",
    "image_segmenter",
    "object_detector",
    "text_classifier",
];

/// `MAR-INF/MANIFEST.json` of TorchServe, and the same of its workflows: a file, or a module and its
/// function. The file lies at the root of the archive, whatever folder it came from.
pub(super) fn handler(root: &Node, found: &mut Vec<Reference>) {
    for keys in [
        ["model", "handler"],
        ["workflow", "handler"],
        ["model", "modelFile"],
    ] {
        let Some(value) = root.at(&keys) else {
            continue;
        };
        let Some(named) = text(value).filter(|named| !named.is_empty()) else {
            continue;
        };
        let (module, function) = match named.split_once(':') {
            Some((module, function)) => (module, vec![function.to_owned()]),
            None => (named, Vec::new()),
        };
        if HANDLERS.contains(&module) {
            continue;
        }
        let module = match module.strip_suffix(".py") {
            Some(path) => path.to_owned(),
            None => module.replace('.', "/"),
        };
        let last = module.rsplit(['/', '\\']).next().unwrap_or(&module);
        let files = [
            format!("../{module}.py"),
            format!("../{last}.py"),
            format!("{last}.py"),
        ];
        push(
            &keys.join("."),
            value,
            files.to_vec(),
            function,
            SERVED,
            found,
        );
        if let Some(reference) = found.last_mut() {
            reference.expected = true;
        }
    }
}

fn push(
    key: &str,
    value: &Node,
    files: Vec<String>,
    entries: Vec<String>,
    when: &'static str,
    found: &mut Vec<Reference>,
) {
    found.push(Reference {
        key: key.to_owned(),
        line: value.line(),
        leads: Leads::File(files),
        when,
        entries,
        usual: true,
        expected: false,
    });
}
