//! Values followed through the whole tree: imports, configuration files, the environment.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::Occurrence;
use waybill_source::{
    code::{CodeFacts, Value},
    document::Document,
};

use super::{modules, walk::Walk};
use crate::tree::{Tree, join, parent};

/// Most folders that are looked through upwards.
const UP: usize = 16;

/// A text that a value may be, and the place of the constant if it is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) text: String,
    pub(crate) place: Option<Occurrence>,
}

/// A value that depends on no other file any more.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    /// The file in which it stands; indexes of results are into its calls.
    pub(crate) file: String,
    pub(crate) value: Value,
    pub(crate) place: Option<Occurrence>,
}

/// What the tree knows about values.
pub(crate) struct Resolver<'a> {
    pub(crate) tree: &'a Tree,
    code: BTreeMap<&'a str, &'a CodeFacts>,
    pub(super) documents: BTreeMap<&'a str, &'a Document>,
    environment: BTreeMap<&'a str, Vec<Known>>,
    folders: BTreeSet<&'a str>,
    written: BTreeSet<String>,
}

/// Methods that write a model or data set into a folder, which is then not a name on a hub.
pub(super) const WRITES: [&str; 4] = [
    "save_pretrained",
    "save_model",
    "save_to_disk",
    "save_pretrained_merged",
];
/// Arguments that name such a folder.
pub(super) const WRITTEN_TO: [&str; 3] = ["output_dir", "save_dir", "save_directory"];

impl<'a> Resolver<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        let mut environment: BTreeMap<&str, Vec<Known>> = BTreeMap::new();
        for (file, facts) in tree.commands() {
            for variable in &facts.environment {
                if variable.value.is_empty() || variable.value.contains('$') {
                    continue;
                }
                let mut place = Occurrence::at(&file.path, Some(variable.line));
                place.symbol = Some(variable.name.clone());
                let known = Known {
                    text: variable.value.clone(),
                    place: Some(place),
                };
                environment.entry(&variable.name).or_default().push(known);
            }
        }
        let mut folders = BTreeSet::new();
        for file in tree.files() {
            let mut folder = parent(&file.path);
            while !folder.is_empty() && folders.insert(folder) {
                folder = parent(folder);
            }
        }
        let mut resolver = Self {
            tree,
            written: BTreeSet::new(),
            code: tree
                .code()
                .map(|(file, facts)| (file.path.as_str(), facts))
                .collect(),
            documents: tree
                .documents()
                .map(|(file, document)| (file.path.as_str(), document))
                .collect(),
            environment,
            folders,
        };
        resolver.written = resolver.all_written();
        resolver
    }

    fn all_written(&self) -> BTreeSet<String> {
        let mut written = BTreeSet::new();
        for (file, facts) in &self.code {
            for call in &facts.calls {
                let writes = WRITES.iter().any(|method| call.path.ends_with(method));
                for (at, argument) in call.arguments.iter().enumerate() {
                    let named = argument
                        .name
                        .as_deref()
                        .is_some_and(|name| WRITTEN_TO.contains(&name));
                    if named || (writes && at == 0) {
                        let texts = self.texts(file, &argument.value);
                        written.extend(texts.into_iter().map(|known| known.text));
                    }
                }
            }
        }
        written
    }

    /// True if code of the tree writes into a folder of this name.
    pub(crate) fn is_written(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.written.contains(path) || self.written.contains(parent(path))
    }

    pub(crate) fn code(&self, path: &str) -> Option<&'a CodeFacts> {
        self.code.get(path).copied()
    }

    pub(crate) fn code_entry(&self, path: &str) -> Option<(&'a str, &'a CodeFacts)> {
        self.code
            .get_key_value(path)
            .map(|(path, facts)| (*path, *facts))
    }

    /// The values that a variable is set to in the tree.
    pub(crate) fn variable(&self, name: &str) -> &[Known] {
        self.environment.get(name).map_or(&[], Vec::as_slice)
    }

    /// True if a file or folder of the tree has this path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.tree.get(path).is_some() || self.folders.contains(path)
    }

    /// The file or folder of the tree that a path in a file means: beside the file, in one of
    /// the folders above it, or at the root.
    pub(crate) fn local(&self, from: &str, path: &str) -> Option<String> {
        let path = path.strip_prefix("file://").unwrap_or(path);
        let path = path.trim_end_matches('/');
        let mut folder = parent(from);
        for _ in 0..UP {
            let found = join(folder, path).filter(|path| !path.is_empty() && self.exists(path));
            if found.is_some() || folder.is_empty() {
                return found;
            }
            folder = parent(folder);
        }
        None
    }

    /// The texts that a value may be.
    pub(crate) fn texts(&self, file: &str, value: &Value) -> Vec<Known> {
        let mut texts: Vec<Known> = Vec::new();
        for followed in self.follow(file, value) {
            let (Value::Text(text) | Value::Number(text)) = followed.value else {
                continue;
            };
            if !texts.iter().any(|known| known.text == text) {
                texts.push(Known {
                    text,
                    place: followed.place,
                });
            }
        }
        texts
    }

    /// True or false, if the value is one of them in every case that is known.
    pub(crate) fn truth(&self, file: &str, value: &Value) -> Option<bool> {
        let mut truth = None;
        for followed in self.follow(file, value) {
            if let Value::Bool(value) = followed.value {
                truth = Some(truth.unwrap_or(false) || value);
            }
        }
        truth
    }

    /// What a value may be once imports, configuration and environment are looked up.
    pub(crate) fn follow(&self, file: &str, value: &Value) -> Vec<Followed> {
        Walk::of(self, file, value)
    }

    /// The document that a path in a file means.
    pub(super) fn document(&self, from: &str, path: &str) -> Option<(&'a str, &'a Document)> {
        let path = self.local(from, path)?;
        self.documents
            .get_key_value(path.as_str())
            .map(|(path, document)| (*path, *document))
    }

    /// The module of the tree that a dotted path begins with, as an import of the file names it,
    /// and the rest of the path.
    pub(super) fn elsewhere(&self, file: &str, path: &str) -> Option<(String, String)> {
        let facts = self.code(file)?;
        facts.imports.iter().find_map(|import| {
            let rest = after(path, &import.module)?;
            let direct = modules::find(self.tree.around(), file, &import.module).is_some();
            let below = || {
                let name = import.name.as_deref()?;
                let module = format!("{}.{name}", import.module);
                modules::find(self.tree.around(), file, &module)
            };
            (direct || below().is_some()).then(|| (import.module.clone(), rest.to_owned()))
        })
    }

    /// The call that made what a dotted path begins with, if an import leads to another file of
    /// the tree: the file, the call's index, and the rest of the path.
    pub(crate) fn made_elsewhere(&self, file: &str, path: &str) -> Option<(String, usize, String)> {
        let facts = self.code(file)?;
        facts.imports.iter().find_map(|import| {
            let rest = after(path, &import.module)?;
            modules::find(self.tree.around(), file, &import.module)?;
            let (name, rest) = rest.split_once('.')?;
            let value = Value::Imported {
                module: import.module.clone(),
                name: name.to_owned(),
            };
            self.follow(file, &value).into_iter().find_map(|followed| {
                let Value::Result(at) = followed.value else {
                    return None;
                };
                Some((followed.file, at, rest.to_owned()))
            })
        })
    }
}

/// What stands after a module in a path that begins with it.
pub(super) fn after<'p>(path: &'p str, module: &str) -> Option<&'p str> {
    let joined;
    let module = if module.contains("::") {
        joined = module.replace("::", ".");
        joined.as_str()
    } else {
        module
    };
    let rest = path.strip_prefix(module)?;
    if module.ends_with('.') {
        Some(rest)
    } else {
        rest.strip_prefix('.')
    }
}
