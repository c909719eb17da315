//! Where a node of a graph takes a value from.

use std::collections::{HashMap, HashSet};

use waybill_formats::tensorflow::Node;

/// The nodes of a file by function and name.
pub(super) struct Sources<'a> {
    nodes: HashMap<(usize, &'a str), &'a Node>,
}

/// What one input is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken<'a> {
    /// Texts of the constants that it is made of.
    pub(super) constants: Vec<&'a str>,
    /// The nodes that it is made of.
    pub(super) nodes: Vec<&'a str>,
    /// True if there is no such input.
    pub(super) nothing: bool,
}

/// Nodes that are followed for one input.
const FOLLOWED: usize = 64;

impl<'a> Sources<'a> {
    pub(super) fn new(nodes: &'a [Node]) -> Self {
        let named = nodes
            .iter()
            .map(|node| ((node.scope, node.name.as_str()), node));
        Self {
            nodes: named.collect(),
        }
    }

    /// Follows an input back to what it is made of.
    pub(super) fn taken(&self, node: &'a Node, input: usize) -> Taken<'a> {
        let mut taken = Taken::default();
        let Some(first) = node.inputs.get(input).filter(|name| !name.starts_with('^')) else {
            taken.nothing = true;
            return taken;
        };
        let mut seen = HashSet::new();
        let mut open = vec![name_of(first)];
        while let Some(name) = open.pop() {
            if seen.len() >= FOLLOWED || !seen.insert(name) {
                continue;
            }
            taken.nodes.push(name);
            let Some(source) = self.nodes.get(&(node.scope, name)) else {
                continue;
            };
            if source.operator == "Const" {
                let texts = source.texts.iter().map(|(_, text)| text.as_str());
                taken.constants.extend(texts);
            } else {
                let inputs = source.inputs.iter().filter(|name| !name.starts_with('^'));
                open.extend(inputs.map(|name| name_of(name)));
            }
        }
        taken
    }
}

/// The node of `node:0` and of `node:output:0`.
fn name_of(input: &str) -> &str {
    input.split(':').next().unwrap_or(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, operator: &str, inputs: &[&str], text: &str) -> Node {
        Node {
            name: name.to_owned(),
            operator: operator.to_owned(),
            inputs: inputs.iter().map(|&name| name.to_owned()).collect(),
            texts: vec![("value".to_owned(), text.to_owned())],
            ..Node::default()
        }
    }

    #[test]
    fn inputs_are_followed_through_what_joins_them() {
        let nodes = [
            node("prefix", "Placeholder", &[], ""),
            node("part", "Const", &[], "/tmp/part"),
            node(
                "join",
                "StringJoin",
                &["prefix", "part:output:0", "join"],
                "",
            ),
            node("save", "SaveV2", &["join:0", "^part"], ""),
        ];
        let sources = Sources::new(&nodes);
        let taken = sources.taken(&nodes[3], 0);
        assert_eq!(taken.constants, ["/tmp/part"]);
        assert_eq!(taken.nodes, ["join", "part", "prefix"]);
        assert!(sources.taken(&nodes[3], 1).nothing);
        assert!(sources.taken(&nodes[0], 0).nothing);
    }
}
