//! One walk from a value to its constants.

use std::collections::BTreeSet;

use waybill_domain::inventory::Occurrence;
use waybill_knowledge::usage::constant;
use waybill_source::{
    code::{Call, CodeFacts, Value},
    document::{Node, Scalar},
};

use super::{
    modules,
    resolve::{Followed, Resolver},
};

/// Longest way from a value to its constants.
const DEPTH: usize = 16;
/// Most values that one value may turn out to be.
const VALUES: usize = 32;

/// Deepest nesting of documents that name each other.
const COMPOSED: usize = 3;

pub(super) struct Walk<'r, 'a> {
    resolver: &'r Resolver<'a>,
    visited: BTreeSet<(String, String)>,
    found: Vec<Followed>,
}

impl<'r, 'a> Walk<'r, 'a> {
    /// What a value of a file may be.
    pub(super) fn of(resolver: &'r Resolver<'a>, file: &str, value: &Value) -> Vec<Followed> {
        let mut walk = Self {
            resolver,
            visited: BTreeSet::new(),
            found: Vec::new(),
        };
        walk.value(file, value, None, DEPTH);
        walk.found
    }

    fn value(&mut self, file: &str, value: &Value, place: Option<&Occurrence>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if self.found.len() >= VALUES {
            return;
        }
        match value {
            Value::Either(values) => {
                let before = self.found.len();
                for value in values {
                    self.value(file, value, place, depth);
                    // `cfg.get("key", default)`: the key is there.
                    if matches!(value, Value::Configuration { .. }) && self.found.len() > before {
                        break;
                    }
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
            Value::Result(at) => {
                if !self.returned(file, *at, depth) {
                    self.push(file, value.clone(), place);
                }
            }
            known => self.push(file, known.clone(), place),
        }
    }

    /// Follows what a function of another file returns; false if nothing is known of that.
    fn returned(&mut self, file: &str, at: usize, depth: usize) -> bool {
        let resolver = self.resolver;
        let call = resolver.code(file).and_then(|facts| facts.calls.get(at));
        let Some(call) = call.filter(|call| call.receiver.is_none()) else {
            return false;
        };
        let Some((module, name)) = resolver.elsewhere(file, &call.path) else {
            return false;
        };
        let before = self.found.len();
        self.imported(file, &module, &format!("{name}()"), depth);
        self.found.len() > before
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
        let Some(target) = modules::find(resolver.tree.around(), file, module) else {
            let path = format!("{module}.{name}").replace("::", ".");
            if let Some(text) = constant(&path) {
                return self.push(file, Value::Text(text.to_owned()), None);
            }
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
        if modules::find(self.resolver.tree.around(), file, &joined).is_some() {
            self.imported(file, &joined, rest, depth);
        }
    }

    fn exported(&mut self, target: &str, facts: &CodeFacts, name: &str, depth: usize) {
        let parts: Vec<&str> = name.split('.').collect();
        for taken in (1..=parts.len()).rev() {
            let (head, keys) = parts.split_at(taken);
            let head = head.join(".");
            // What is taken from the result of a function stands below its name, too.
            let bound = |known: &str| {
                known == head || (!keys.is_empty() && known.strip_suffix("()") == Some(&head))
            };
            let Some((_, value)) = facts.exports.iter().rev().find(|(known, _)| bound(known))
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
            // The value of a member of an enumeration, or of a secret.
            Value::Text(_) | Value::Environment { .. } | Value::Parts(_)
                if matches!(keys, ["value" | "get_secret_value()"]) =>
            {
                self.value(file, value, Some(place), depth);
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
        if let Some((module, name)) = self.resolver.elsewhere(file, &call.path) {
            let name = format!("{name}.{}", keys.join("."));
            return self.imported(file, &module, &name, depth);
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
                let before = self.found.len();
                self.node(path, document.root(), &keys);
                if self.found.len() == before {
                    self.composed(path, document.root(), &keys, COMPOSED);
                }
            }
        }
    }

    /// The same in the documents that a `defaults` list names: `- llm: gpt` stands for
    /// `llm/gpt.yaml` below the key `llm`, `- common` for `common.yaml` beside.
    fn composed(&mut self, path: &str, root: Option<&Node>, keys: &[&str], depth: usize) {
        let (Some(depth), Some(list)) = (
            depth.checked_sub(1),
            root.and_then(|root| root.get("defaults")),
        ) else {
            return;
        };
        let mut named: Vec<(String, &[&str])> = Vec::new();
        for item in list.items().iter().take(VALUES) {
            if let Some(name) = item.text() {
                named.push((name.to_owned(), keys));
            }
            for (group, _, choice) in item.entries() {
                let group = group.strip_prefix("override ").unwrap_or(group);
                let group = group.trim_start_matches('/');
                let (folder, package) = group.split_once('@').unwrap_or((group, group));
                let mut rest = keys;
                let fits = package.split(['.', '/']).all(|part| {
                    let (first, after) = match rest.split_first() {
                        Some((first, after)) => (*first, after),
                        None => return false,
                    };
                    rest = after;
                    first == part
                });
                if let (true, Some(choice)) = (fits, choice.text()) {
                    named.push((format!("{folder}/{choice}"), rest));
                }
            }
        }
        for (name, keys) in named {
            let name = name.trim_end_matches(".yaml");
            let Some(file) = crate::tree::join(crate::tree::parent(path), &format!("{name}.yaml"))
                .filter(|file| file != path)
            else {
                continue;
            };
            let Some((file, document)) = self.resolver.document(path, &file) else {
                continue;
            };
            let before = self.found.len();
            self.node(file, document.root(), keys);
            if self.found.len() == before {
                self.composed(file, document.root(), keys, depth);
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
pub(super) fn plain(node: &Node, depth: usize) -> Value {
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
