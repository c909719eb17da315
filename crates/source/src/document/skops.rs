//! The nodes of a skops file: `schema.json`, in which every object has the name of its class and the
//! loader that makes it (skops 0.13, `skops/io/`).

use std::collections::BTreeMap;

use super::{DocumentLimits, Node, json};
use crate::code::Unread;

/// What a schema makes its reader build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkopsFacts {
    /// Each different name with its loader, in the order in which they stand there.
    pub nodes: Vec<SkopsNode>,
    /// Where reading stopped.
    pub stopped: Option<Unread>,
    /// True if the document has the marks of such a schema.
    pub recognised: bool,
}

/// One name and what makes something of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkopsNode {
    /// `__loader__`.
    pub loader: String,
    /// Module and name that are imported: of the node itself, or of what its content names.
    pub module: String,
    /// See [`SkopsNode::module`].
    pub name: String,
    /// For a method or an operator: the attribute that is taken or called.
    pub attribute: Option<String>,
    /// Line of the first such node, from 1.
    pub line: u32,
}

/// Nodes that are looked at.
const VALUES: usize = 20_000_000;
/// Different names that are listed.
const LISTED: usize = 10_000;
/// Characters of a name that are kept.
const KEPT_CHARACTERS: usize = 200;

/// Reads the schema.
#[must_use]
pub fn skops(text: &str) -> SkopsFacts {
    let limits = DocumentLimits {
        depth: 1000,
        values: VALUES,
    };
    let document = json(text, &limits);
    let mut facts = SkopsFacts::default();
    if document.cut {
        facts.stopped = document.unread.last().cloned();
    }
    let mut seen = BTreeMap::new();
    let mut open: Vec<&Node> = document.root().into_iter().collect();
    while let Some(node) = open.pop() {
        if node.is_map() {
            look(node, &mut facts, &mut seen);
            open.extend(
                node.entries()
                    .iter()
                    .rev()
                    .map(|(_, _, value)| value.as_ref()),
            );
        } else {
            open.extend(node.items().iter().rev().map(AsRef::as_ref));
        }
    }
    facts
}

type Key = (String, String, String, Option<String>);

fn look(node: &Node, facts: &mut SkopsFacts, seen: &mut BTreeMap<Key, ()>) {
    let text = |node: &Node, key: &str| {
        let found = node.get(key).and_then(Node::text);
        found.map(|text| text.chars().take(KEPT_CHARACTERS).collect::<String>())
    };
    let (module, name) = (text(node, "__module__"), text(node, "__class__"));
    let Some(loader) = text(node, "__loader__") else {
        return;
    };
    facts.recognised = true;
    let content = node.get("content");
    let attribute = content
        .and_then(|content| text(content, "func"))
        .or_else(|| text(node, "func"));
    let inner = content.and_then(|content| {
        let module = text(content, "module_path").or_else(|| text(content, "__module__"))?;
        let name = text(content, "function").or_else(|| text(content, "__class__"))?;
        Some((module, name))
    });
    // A node of a type or a function names it a second time; both are imported by one version or another.
    let own = module.zip(name);
    // The content of a list is a node of its own.
    let inner =
        inner.filter(|_| content.is_some_and(|content| content.get("__loader__").is_none()));
    for (module, name) in own.into_iter().chain(inner) {
        let key = (loader.clone(), module, name, attribute.clone());
        if facts.nodes.len() >= LISTED || seen.insert(key.clone(), ()).is_some() {
            continue;
        }
        let (loader, module, name, attribute) = key;
        facts.nodes.push(SkopsNode {
            loader,
            module,
            name,
            attribute,
            line: node.line(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_different_name_is_told_once() {
        let facts = skops(
            r#"{"__class__": "Pipeline", "__module__": "sklearn.pipeline", "__loader__": "ObjectNode", "content": {
"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": {
"a": {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "1"},
"b": {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "2"},
"f": {"__class__": "function", "__module__": "builtins", "__loader__": "FunctionNode", "content": {"module_path": "os", "function": "system"}},
"m": {"__class__": "method", "__module__": "builtins", "__loader__": "MethodNode", "content": {"func": "a.b", "obj": {"__class__": "X", "__module__": "y", "__loader__": "ObjectNode"}}}
}}}"#,
        );
        let shown: Vec<String> = facts
            .nodes
            .iter()
            .map(|node| {
                let attribute = node.attribute.as_deref().unwrap_or("-");
                format!(
                    "{} {}.{} {attribute} {}",
                    node.loader, node.module, node.name, node.line
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "ObjectNode sklearn.pipeline.Pipeline - 1",
                "DictNode builtins.dict - 1",
                "JsonNode builtins.str - 3",
                "FunctionNode builtins.function - 5",
                "FunctionNode os.system - 5",
                "MethodNode builtins.method a.b 6",
                "ObjectNode y.X - 6"
            ]
        );
        assert!(!skops("{\"a\": 1}").recognised);
        assert!(skops("{\"a\": ").stopped.is_some());
    }
}
