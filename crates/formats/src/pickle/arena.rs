//! Where values with parts live, and the names that a stream imports.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::special::Special;
use super::value::{Constant, Node, Tag, Value};

/// Items of one container that are kept; beyond, only their number is.
const ITEMS_KEPT: usize = 4096;

/// Nodes, promoted containers and folded constants of one artifact's streams.
#[derive(Clone, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    /// How much each node stands for: (values reachable, nesting), saturating.
    extents: Vec<Extent>,
    /// Containers that hold something worth following, by the offset that made them.
    promoted: HashMap<u64, u32>,
    folded: Vec<Constant>,
    pub(super) bytes: u64,
    /// Bytes of detail beyond which values with parts are no longer kept.
    detail_bytes: u64,
}

/// What a value would unfold to if it were copied or printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) values: u64,
    pub(super) depth: u64,
}

const ONE: Extent = Extent {
    values: 1,
    depth: 0,
};

impl Arena {
    pub(super) fn new(detail_bytes: u64) -> Self {
        Self {
            detail_bytes,
            ..Self::default()
        }
    }

    fn has_room(&self) -> bool {
        self.bytes < self.detail_bytes
    }

    /// Keeps a node; without room the value degrades to `otherwise`.
    pub(super) fn node(&mut self, node: Node, otherwise: Value) -> Value {
        if !self.has_room() {
            return otherwise;
        }
        let extent = self.extent_of_parts(&node);
        self.bytes = self.bytes.saturating_add(node.cost_bytes());
        self.nodes.push(node);
        self.extents.push(extent);
        Value::new(Tag::Node, (self.nodes.len() as u64).saturating_sub(1))
    }

    pub(super) fn fold(&mut self, constant: Constant) -> Value {
        let cost = match &constant {
            Constant::Str(text) => text.len(),
            Constant::Bytes(bytes) => bytes.len(),
            Constant::Int(_) => 8,
        };
        if !self.has_room() {
            return Value::INERT;
        }
        self.bytes = self.bytes.saturating_add(cost as u64).saturating_add(48);
        self.folded.push(constant);
        Value::new(Tag::Folded, (self.folded.len() as u64).saturating_sub(1))
    }

    pub(super) fn folded(&self, value: Value) -> Option<&Constant> {
        (value.tag() == Tag::Folded).then(|| self.folded.get(value.index()))?
    }

    /// The node of a value: its own, or that of a promoted container.
    pub(super) fn get(&self, value: Value) -> Option<&Node> {
        match value.tag() {
            Tag::Node => self.nodes.get(value.index()),
            Tag::List | Tag::Dict | Tag::Set => self
                .promoted
                .get(&value.payload())
                .and_then(|index| self.nodes.get(*index as usize)),
            _ => None,
        }
    }

    pub(super) fn extent(&self, value: Value) -> Extent {
        let index = match value.tag() {
            Tag::Node => Some(value.index()),
            Tag::List | Tag::Dict | Tag::Set => self
                .promoted
                .get(&value.payload())
                .map(|index| *index as usize),
            _ => None,
        };
        index
            .and_then(|index| self.extents.get(index))
            .copied()
            .unwrap_or(ONE)
    }

    fn extent_of_parts(&self, node: &Node) -> Extent {
        let parts: &[Value] = match node {
            Node::Tuple(parts) => parts,
            Node::Items { items, .. } => items,
            _ => &[],
        };
        parts
            .iter()
            .fold(ONE, |sum, part| sum.with(self.extent(*part)))
    }

    /// How many values `root` unfolds to, shared ones counted each time. Unlike [`Arena::extent`],
    /// which is known while values are made, this also sees containers that were filled later.
    pub(super) fn unfolded(&self, root: Value) -> u64 {
        let Some(root) = self.index(root) else {
            return 1;
        };
        let mut known: HashMap<usize, u64> = HashMap::new();
        let mut path = vec![(root, false)];
        while let Some((index, parts_known)) = path.pop() {
            if parts_known {
                let parts = self.parts_of(index).iter().map(|part| {
                    self.index(*part)
                        .and_then(|part| known.get(&part))
                        .copied()
                        .unwrap_or(1)
                        .max(1)
                });
                let sum = parts.fold(1, u64::saturating_add);
                known.insert(index, sum);
            } else if let Entry::Vacant(slot) = known.entry(index) {
                // Zero while it is open: a value that holds itself counts once.
                slot.insert(0);
                path.push((index, true));
                path.extend(
                    self.parts_of(index)
                        .iter()
                        .filter_map(|part| self.index(*part))
                        .map(|part| (part, false)),
                );
            }
        }
        known.get(&root).copied().unwrap_or(1)
    }

    fn parts_of(&self, index: usize) -> &[Value] {
        match self.nodes.get(index) {
            Some(Node::Tuple(parts)) => parts,
            Some(Node::Items { items, .. }) => items,
            _ => &[],
        }
    }

    fn index(&self, value: Value) -> Option<usize> {
        match value.tag() {
            Tag::Node => Some(value.index()),
            Tag::List | Tag::Dict | Tag::Set => self
                .promoted
                .get(&value.payload())
                .map(|index| *index as usize),
            _ => None,
        }
    }

    /// Adds items to a container and returns what it now unfolds to.
    pub(super) fn extend(&mut self, container: Value, items: &[Value]) -> Extent {
        let index = match self.promoted.get(&container.payload()) {
            Some(index) => *index as usize,
            None => match self.promote(container) {
                Some(index) => index,
                None => return ONE,
            },
        };
        let added = items.iter().fold(
            self.extents.get(index).copied().unwrap_or(ONE),
            |sum, item| sum.with(self.extent(*item)),
        );
        if let Some(extent) = self.extents.get_mut(index) {
            *extent = added;
        }
        let room = self.bytes < self.detail_bytes;
        if let Some(Node::Items {
            items: kept, cut, ..
        }) = self.nodes.get_mut(index)
        {
            let free = if room {
                ITEMS_KEPT.saturating_sub(kept.len())
            } else {
                0
            };
            let taken = items.get(..items.len().min(free)).unwrap_or_default();
            kept.extend_from_slice(taken);
            *cut = cut.saturating_add((items.len().saturating_sub(taken.len())) as u64);
            self.bytes = self
                .bytes
                .saturating_add((taken.len() as u64).saturating_mul(8));
        }
        added
    }

    fn promote(&mut self, container: Value) -> Option<usize> {
        let node = Node::Items {
            tag: container.tag(),
            items: Vec::new(),
            cut: 0,
        };
        let value = self.node(node, Value::INERT);
        let index = u32::try_from(value.index())
            .ok()
            .filter(|_| value.tag() == Tag::Node)?;
        self.promoted.insert(container.payload(), index);
        self.bytes = self.bytes.saturating_add(32);
        Some(index as usize)
    }
}

impl Extent {
    fn with(self, part: Self) -> Self {
        Self {
            values: self.values.saturating_add(part.values),
            depth: self.depth.max(part.depth.saturating_add(1)),
        }
    }
}

/// The global names of an artifact, each once.
#[derive(Clone, Default)]
pub(super) struct Names {
    known: HashMap<Box<[u8]>, u32>,
    names: Vec<Name>,
    /// Names already resolved from a pair of values, so that a memoised pair costs one look-up.
    pub(super) pairs: HashMap<(Value, Value), u32>,
    key: Vec<u8>,
    /// Bytes that the names take.
    pub(super) bytes: u64,
}

/// One global name.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) module: Box<str>,
    pub(super) name: Box<str>,
    pub(super) special: Special,
}

impl Names {
    pub(super) fn intern(&mut self, module: &[u8], name: &[u8]) -> u32 {
        self.key.clear();
        self.key.extend_from_slice(module);
        self.key.push(b'\n');
        self.key.extend_from_slice(name);
        if let Some(index) = self.known.get(self.key.as_slice()) {
            return *index;
        }
        let index = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let (module, name) = (
            String::from_utf8_lossy(module),
            String::from_utf8_lossy(name),
        );
        let special = Special::of(&module, &name);
        self.names.push(Name {
            module: module.into(),
            name: name.into(),
            special,
        });
        self.bytes = self
            .bytes
            .saturating_add((self.key.len() as u64).saturating_mul(3))
            .saturating_add(256);
        self.known.insert(self.key.as_slice().into(), index);
        index
    }

    pub(super) fn get(&self, index: u32) -> Option<&Name> {
        self.names.get(index as usize)
    }
}
