//! Which file of the tree a module name means, seen from a file that imports it.

use super::kept::Surroundings;
use crate::tree::{join, parent};

/// Endings that JavaScript leaves out.
const SCRIPT_ENDINGS: [&str; 9] = [
    "", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".json",
];
/// Most folders that are tried upwards.
const UP: usize = 16;

/// The file that `module` means in `from`, if it is in the tree.
pub(crate) fn find(around: &Surroundings, from: &str, module: &str) -> Option<String> {
    if !around.may_hold(module) {
        return None;
    }
    if from.ends_with(".rs") {
        return rust(around, from, module);
    }
    if from.ends_with(".py") || from.ends_with(".ipynb") || from.ends_with(".pyi") {
        return python(around, from, module);
    }
    script(around, from, module)
}

fn present(around: &Surroundings, path: String) -> Option<String> {
    around.has(&path).then_some(path)
}

fn python(around: &Surroundings, from: &str, module: &str) -> Option<String> {
    let dots = module.bytes().take_while(|byte| *byte == b'.').count();
    let path = module.get(dots..).unwrap_or_default().replace('.', "/");
    let in_folder = |folder: &str| {
        let stem = join(folder, &path)?;
        let package = join(&stem, "__init__.py")?;
        if !path.is_empty() {
            let file = present(around, format!("{stem}.py"));
            if file.is_some() {
                return file;
            }
        }
        present(around, package)
    };
    if dots > 0 {
        let mut folder = parent(from);
        for _ in 1..dots {
            folder = parent(folder);
        }
        return in_folder(folder);
    }
    if path.is_empty() {
        return None;
    }
    let mut folder = parent(from);
    for _ in 0..UP {
        let found = in_folder(folder).or_else(|| in_folder(&join(folder, "src")?));
        if found.is_some() || folder.is_empty() {
            return found;
        }
        folder = parent(folder);
    }
    None
}

fn script(around: &Surroundings, from: &str, module: &str) -> Option<String> {
    let at = |path: &str| {
        let plain = SCRIPT_ENDINGS
            .iter()
            .find_map(|ending| present(around, format!("{path}{ending}")));
        let index = || {
            SCRIPT_ENDINGS
                .iter()
                .skip(1)
                .find_map(|ending| present(around, format!("{path}/index{ending}")))
        };
        let typed = || {
            let stem = path
                .strip_suffix(".js")
                .or_else(|| path.strip_suffix(".mjs"))?;
            SCRIPT_ENDINGS
                .iter()
                .skip(1)
                .find_map(|ending| present(around, format!("{stem}{ending}")))
        };
        plain.or_else(index).or_else(typed)
    };
    if module.starts_with("./") || module.starts_with("../") || module == "." || module == ".." {
        return at(&join(parent(from), module)?);
    }
    let rest = ["@/", "~/", "#/", "$lib/"]
        .iter()
        .find_map(|alias| module.strip_prefix(alias))?;
    let mut folder = parent(from);
    for _ in 0..UP {
        let found = ["", "src", "app", "src/lib"]
            .iter()
            .filter_map(|below| join(&join(folder, below)?, rest))
            .find_map(|path| at(&path));
        if found.is_some() || folder.is_empty() {
            return found;
        }
        folder = parent(folder);
    }
    None
}

fn rust(around: &Surroundings, from: &str, module: &str) -> Option<String> {
    let mut parts: Vec<&str> = module
        .split("::")
        .flat_map(|part| part.split('.'))
        .collect();
    let first = *parts.first()?;
    let mut folder = match first {
        "crate" => source_folder(from).to_owned(),
        "super" | "self" => own_folder(from),
        // A module declared in the file itself.
        _ => {
            let below = join(&own_folder(from), &parts.join("/"))?;
            return [format!("{below}.rs"), format!("{below}/mod.rs")]
                .into_iter()
                .find_map(|path| present(around, path.trim_start_matches('/').to_owned()));
        }
    };
    parts.remove(0);
    if first == "super" {
        folder = parent(&folder).to_owned();
    }
    while parts.first() == Some(&"super") {
        folder = parent(&folder).to_owned();
        parts.remove(0);
    }
    let stem = join(&folder, &parts.join("/"))?;
    [
        format!("{stem}.rs"),
        format!("{stem}/mod.rs"),
        format!("{stem}/lib.rs"),
        format!("{stem}/main.rs"),
    ]
    .into_iter()
    .find_map(|path| present(around, path.trim_start_matches('/').to_owned()))
}

/// The folder of the crate's root: the nearest one named `src`.
pub(super) fn source_folder(from: &str) -> &str {
    let mut folder = parent(from);
    for _ in 0..UP {
        if folder == "src" || folder.ends_with("/src") || folder.is_empty() {
            return folder;
        }
        folder = parent(folder);
    }
    parent(from)
}

/// The folder in which the modules below this file lie.
fn own_folder(from: &str) -> String {
    let stem = from.strip_suffix(".rs").unwrap_or(from);
    match stem.rsplit('/').next() {
        Some("mod" | "lib" | "main") => parent(stem).to_owned(),
        _ => stem.to_owned(),
    }
}
