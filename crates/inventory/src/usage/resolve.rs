//! Values followed through the whole tree: imports, configuration files, the environment.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::Occurrence;
use waybill_source::{
    code::{Call, CodeFacts, Value},
    document::{Document, Node, Scalar},
};

use super::modules;
use crate::tree::{Tree, join, parent};

/// Longest way from a value to its constants.
const DEPTH: usize = 16;
/// Most values that one value may turn out to be.
const VALUES: usize = 32;
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
    documents: BTreeMap<&'a str, &'a Document>,
    environment: BTreeMap<&'a str, Vec<Known>>,
    folders: BTreeSet<&'a str>,
    written: BTreeSet<String>,
}

/// Methods that write a model or data set into a folder, which is then not a name on a hub.
const WRITES: [&str; 4] = [
    "save_pretrained",
    "save_model",
    "save_to_disk",
    "save_pretrained_merged",
];
/// Arguments that name such a folder.
const WRITTEN_TO: [&str; 3] = ["output_dir", "save_dir", "save_directory"];

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
        let mut walk = Walk {
            resolver: self,
            visited: BTreeSet::new(),
            found: Vec::new(),
        };
        walk.value(file, value, None, DEPTH);
        walk.found
    }

    /// The document that a path in a file means.
    fn document(&self, from: &str, path: &str) -> Option<(&'a str, &'a Document)> {
        let path = self.local(from, path)?;
        self.documents
            .get_key_value(path.as_str())
            .map(|(path, document)| (*path, *document))
    }

    /// The call that made what a dotted path begins with, if an import leads to another file of
    /// the tree: the file, the call's index, and the rest of the path.
    pub(crate) fn made_elsewhere(&self, file: &str, path: &str) -> Option<(String, usize, String)> {
        let facts = self.code(file)?;
        facts.imports.iter().find_map(|import| {
            let rest = after(path, &import.module)?;
            modules::find(self.tree, file, &import.module)?;
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
fn after<'p>(path: &'p str, module: &str) -> Option<&'p str> {
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

struct Walk<'r, 'a> {
    resolver: &'r Resolver<'a>,
    visited: BTreeSet<(String, String)>,
    found: Vec<Followed>,
}

impl Walk<'_, '_> {
    fn value(&mut self, file: &str, value: &Value, place: Option<&Occurrence>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if self.found.len() >= VALUES {
            return;
        }
        match value {
            Value::Either(values) => {
                for value in values {
                    self.value(file, value, place, depth);
                }
            }
            Value::Parts(parts) => self.parts(file, parts, place, depth),
            Value::Environment { name, default } => {
                let set = self.resolver.variable(name);
                for known in set {
                    let value = Value::Text(known.text.clone());
                    self.push(file, value, known.place.as_ref());
                }
                if let (true, Some(default)) = (set.is_empty(), default) {
                    self.value(file, default, place, depth);
                }
            }
            Value::Imported { module, name } => self.imported(file, module, name, depth),
            Value::Configuration { file: named, keys } => {
                self.configuration(file, named, keys, depth);
            }
            Value::Unknown => {}
            known => self.push(file, known.clone(), place),
        }
    }

    fn push(&mut self, file: &str, value: Value, place: Option<&Occurrence>) {
        if self.found.len() < VALUES {
            self.found.push(Followed {
                file: file.to_owned(),
                value,
                place: place.cloned(),
            });
        }
    }

    fn parts(&mut self, file: &str, parts: &[Value], place: Option<&Occurrence>, depth: usize) {
        let mut texts: Vec<(String, Option<Occurrence>)> = vec![(String::new(), place.cloned())];
        for part in parts {
            let mut walk = Walk {
                resolver: self.resolver,
                visited: self.visited.clone(),
                found: Vec::new(),
            };
            walk.value(file, part, None, depth);
            let known: Vec<_> = walk
                .found
                .into_iter()
                .filter_map(|followed| match followed.value {
                    Value::Text(text) | Value::Number(text) => Some((text, followed.place)),
                    _ => None,
                })
                .collect();
            if known.is_empty() {
                return;
            }
            texts = texts
                .iter()
                .flat_map(|(before, at)| {
                    known.iter().map(move |(text, place)| {
                        (
                            format!("{before}{text}"),
                            at.clone().or_else(|| place.clone()),
                        )
                    })
                })
                .take(VALUES)
                .collect();
        }
        for (text, place) in texts {
            self.push(file, Value::Text(text), place.as_ref());
        }
    }

    fn imported(&mut self, file: &str, module: &str, name: &str, depth: usize) {
        let resolver = self.resolver;
        if !self
            .visited
            .insert((format!("{file} {module}"), name.to_owned()))
        {
            return;
        }
        let Some(target) = modules::find(resolver.tree, file, module) else {
            return self.submodule(file, module, name, depth);
        };
        if let Some(document) = resolver.documents.get(target.as_str()) {
            let keys: Vec<&str> = name.split('.').filter(|key| *key != "default").collect();
            return self.node(&target, document.root(), &keys);
        }
        let Some(facts) = resolver.code(&target) else {
            return;
        };
        let before = self.found.len();
        self.exported(&target, facts, name, depth);
        if self.found.len() == before {
            self.submodule(file, module, name, depth);
        }
    }

    /// `from package import module` and then `module.NAME`.
    fn submodule(&mut self, file: &str, module: &str, name: &str, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let Some((first, rest)) = name.split_once('.') else {
            return;
        };
        let joined = if module.ends_with('.') {
            format!("{module}{first}")
        } else if file.ends_with(".rs") {
            format!("{module}::{first}")
        } else {
            format!("{module}.{first}")
        };
        if modules::find(self.resolver.tree, file, &joined).is_some() {
            self.imported(file, &joined, rest, depth);
        }
    }

    fn exported(&mut self, target: &str, facts: &CodeFacts, name: &str, depth: usize) {
        let parts: Vec<&str> = name.split('.').collect();
        for taken in (1..=parts.len()).rev() {
            let (head, keys) = parts.split_at(taken);
            let head = head.join(".");
            let Some((_, value)) = facts.exports.iter().rev().find(|(known, _)| *known == head)
            else {
                continue;
            };
            let mut place = Occurrence::at(target, None);
            place.symbol = Some(name.to_owned());
            return self.within(target, value, keys, &place, depth);
        }
        let first = parts.first().copied().unwrap_or_default();
        for import in &facts.imports {
            let fits = import
                .name
                .as_deref()
                .is_some_and(|known| known == first || known == "*");
            if fits && depth > 1 {
                self.imported(target, &import.module, name, depth - 1);
            }
        }
    }

    /// Follows keys or attributes into a value.
    fn within(
        &mut self,
        file: &str,
        value: &Value,
        keys: &[&str],
        place: &Occurrence,
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let Some((key, rest)) = keys.split_first() else {
            return self.value(file, value, Some(place), depth);
        };
        match value {
            Value::Map(entries) => {
                if let Some((_, value)) = entries.iter().rev().find(|(name, _)| name == key) {
                    self.within(file, value, rest, place, depth);
                }
            }
            Value::Either(values) => {
                for value in values {
                    self.within(file, value, keys, place, depth);
                }
            }
            Value::Result(at) => self.attribute(file, *at, keys, place, depth),
            Value::Imported { module, name } => {
                let joined = format!("{name}.{}", keys.join("."));
                self.imported(file, module, joined.trim_start_matches('.'), depth);
            }
            Value::Configuration {
                file: named,
                keys: before,
            } => {
                let mut all = before.clone();
                all.extend(keys.iter().map(|key| (*key).to_owned()));
                self.configuration(file, named, &all, depth);
            }
            _ => {}
        }
    }

    /// An attribute of an object that a call made: an argument of that name, else the default
    /// that the class gives it.
    fn attribute(
        &mut self,
        file: &str,
        at: usize,
        keys: &[&str],
        place: &Occurrence,
        depth: usize,
    ) {
        let Some(facts) = self.resolver.code(file) else {
            return;
        };
        let (Some(call), Some((key, rest))) = (facts.calls.get(at), keys.split_first()) else {
            return;
        };
        if let Some(value) = argument(call, key) {
            return self.within(file, value, rest, place, depth);
        }
        let class = call.path.rsplit('.').next().unwrap_or_default();
        let name = format!("{class}.{}", keys.join("."));
        if !facts
            .exports
            .iter()
            .any(|(known, _)| known == class || known.starts_with(&format!("{class}.")))
        {
            return;
        }
        if self.visited.insert((file.to_owned(), name.clone())) {
            self.exported(file, facts, &name, depth);
        }
    }

    fn configuration(&mut self, file: &str, named: &Value, keys: &[String], depth: usize) {
        let mut walk = Walk {
            resolver: self.resolver,
            visited: self.visited.clone(),
            found: Vec::new(),
        };
        walk.value(file, named, None, depth);
        let mut paths: Vec<String> = walk
            .found
            .into_iter()
            .filter_map(|followed| match followed.value {
                Value::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        if let (true, Value::Parts(parts)) = (paths.is_empty(), named) {
            // A folder that is computed, then a name that is not.
            if let Some(Value::Text(text)) = parts.last() {
                paths.push(text.trim_start_matches('/').to_owned());
            }
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        for path in paths {
            if let Some((path, document)) = self.resolver.document(file, &path) {
                self.node(path, document.root(), &keys);
            }
        }
    }

    /// What stands in a document below some keys.
    fn node(&mut self, path: &str, root: Option<&Node>, keys: &[&str]) {
        let mut node = root;
        for key in keys.iter().filter(|key| !key.is_empty()) {
            node = node.and_then(|node| match node {
                Node::List { items, .. } => {
                    let at: usize = key.parse().ok()?;
                    items.get(at).map(AsRef::as_ref)
                }
                node => node.get(key),
            });
        }
        let Some(node) = node else {
            return;
        };
        let mut place = Occurrence::at(path, Some(node.line()));
        place.symbol = Some(keys.join("."));
        self.push(path, plain(node, DEPTH), Some(&place));
    }
}

/// A value of a document as a value of code.
fn plain(node: &Node, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Unknown;
    };
    match node {
        Node::Scalar { value, .. } => match value {
            Scalar::Null => Value::None,
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Number(text) => Value::Number(text.clone()),
            Scalar::Text(text) => Value::Text(text.clone()),
        },
        Node::List { items, .. } => Value::List(
            items
                .iter()
                .take(VALUES)
                .map(|item| plain(item, depth))
                .collect(),
        ),
        Node::Map { entries, .. } => Value::Map(
            entries
                .iter()
                .take(VALUES)
                .map(|(key, _, value)| (key.clone(), plain(value, depth)))
                .collect(),
        ),
    }
}

/// The argument of a call that has a keyword.
pub(crate) fn argument<'c>(call: &'c Call, name: &str) -> Option<&'c Value> {
    let named = call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some(name))
        .map(|argument| &argument.value);
    named.or_else(|| {
        call.arguments
            .iter()
            .find_map(|argument| match &argument.value {
                Value::Map(entries)
                    if argument.name.is_none()
                        || matches!(argument.name.as_deref(), Some("**" | "*")) =>
                {
                    entries
                        .iter()
                        .rev()
                        .find(|(key, _)| key == name)
                        .map(|(_, value)| value)
                }
                _ => None,
            })
    })
}
