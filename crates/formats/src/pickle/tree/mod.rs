//! A pickle as the tree of what loading would build: nothing is imported, called or run.
//!
//! The symbolic machine of [`super::examine`] keeps what judging needs and forgets the rest, so that
//! it can follow pickles of any size. Who wants to take data out of one (a converter) needs all of
//! it: containers with their items, calls with their arguments, states. That is what [`read`] gives,
//! for pickles that fit into the memory that the limits grant.

mod build;
mod constants;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use thiserror::Error;

use crate::{Limits, ReadAt};

/// A pickle that cannot be taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}, at byte {offset}")]
pub struct TreeError {
    /// Offset of the opcode.
    pub offset: u64,
    /// What is wrong.
    pub reason: String,
}

/// A value of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

/// What one value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// A number without fraction; one of more than 64 bits is [`Node::Long`].
    Int(i64),
    /// A large number: little-endian, two's complement.
    Long(Box<[u8]>),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(Box<str>),
    /// Bytes that stand in the file as they are.
    Bytes {
        /// Where they begin.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// Bytes that were written with escapes.
    Escaped(Box<[u8]>),
    /// A tuple.
    Tuple(Vec<Id>),
    /// A list.
    List(Vec<Id>),
    /// A dictionary, in the order in which it was filled.
    Dict(Vec<(Id, Id)>),
    /// A set.
    Set(Vec<Id>),
    /// A name that would be imported.
    Global {
        /// The module.
        module: Box<str>,
        /// The name in it.
        name: Box<str>,
    },
    /// What a call would return.
    Call(Box<Call>),
    /// What the loader is asked for by this id.
    Persistent(Id),
    /// An entry of the extension registry.
    Extension(u32),
    /// A buffer that is handed over beside the stream.
    Buffer,
}

/// A call, and what is done to its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called, or whose instance is made.
    pub callee: Id,
    /// The arguments: a tuple.
    pub arguments: Id,
    /// Arguments by name: a dictionary.
    pub keywords: Option<Id>,
    /// Items that are appended.
    pub items: Vec<Id>,
    /// Items that are set.
    pub pairs: Vec<(Id, Id)>,
    /// The state that is set last.
    pub state: Option<Id>,
    /// Bytes that `joblib` wrote behind it: offset and length.
    pub array: Option<(u64, u64)>,
}

/// One stream, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
    root: Id,
    end: u64,
}

/// Takes one stream apart, from `offset` on.
///
/// # Errors
/// [`TreeError`] where it breaks off, or is larger than `limits.pickle_memory_bytes` allows.
pub fn read(source: &dyn ReadAt, offset: u64, limits: &Limits) -> Result<Tree, TreeError> {
    build::Builder::new(source, offset, limits.pickle_memory_bytes).run()
}

impl Tree {
    /// What the stream gives.
    #[must_use]
    pub const fn root(&self) -> Id {
        self.root
    }

    /// Offset behind the last byte of the stream.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// A value.
    #[must_use]
    pub fn node(&self, id: Id) -> &Node {
        const NOTHING: &Node = &Node::None;
        // Ids are only made together with their node.
        self.nodes.get(id.0 as usize).unwrap_or(NOTHING)
    }

    /// Every value, in the order in which they were made.
    pub fn nodes(&self) -> impl Iterator<Item = (Id, &Node)> {
        (0..).map(Id).zip(&self.nodes)
    }

    /// The text that a value is.
    #[must_use]
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number that a value is.
    #[must_use]
    pub fn int(&self, id: Id) -> Option<i64> {
        match self.node(id) {
            Node::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The items of a tuple or list.
    #[must_use]
    pub fn items(&self, id: Id) -> Option<&[Id]> {
        match self.node(id) {
            Node::Tuple(items) | Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The numbers of a tuple or list, if it holds nothing else and none is negative.
    #[must_use]
    pub fn counts(&self, id: Id) -> Option<Vec<u64>> {
        let number = |id: &Id| u64::try_from(self.int(*id)?).ok();
        self.items(id)?.iter().map(number).collect()
    }

    /// Module and name of a global.
    #[must_use]
    pub fn global(&self, id: Id) -> Option<(&str, &str)> {
        match self.node(id) {
            Node::Global { module, name } => Some((module, name)),
            _ => None,
        }
    }

    /// A call.
    #[must_use]
    pub fn call(&self, id: Id) -> Option<&Call> {
        match self.node(id) {
            Node::Call(call) => Some(call),
            _ => None,
        }
    }

    /// A call of this name with its arguments.
    #[must_use]
    pub fn call_of(&self, id: Id) -> Option<((&str, &str), &[Id])> {
        let call = self.call(id)?;
        Some((self.global(call.callee)?, self.items(call.arguments)?))
    }

    /// What stands under a text key: in a dictionary, or in what was set on the result of a call.
    /// Of several, the last one counts, as in Python.
    #[must_use]
    pub fn get(&self, id: Id, key: &str) -> Option<Id> {
        let pairs = match self.node(id) {
            Node::Dict(pairs) => pairs,
            Node::Call(call) => &call.pairs,
            _ => return None,
        };
        let found = pairs.iter().rev();
        let mut found = found.filter(|(name, _)| self.text(*name) == Some(key));
        found.next().map(|(_, value)| *value)
    }

    /// The pairs of a dictionary, each key once: at the place where it was first set, with what it
    /// was set to last. Keys that are neither text nor number are told apart by where they stand.
    #[must_use]
    pub fn pairs(&self, id: Id) -> Option<Vec<(Id, Id)>> {
        let pairs = match self.node(id) {
            Node::Dict(pairs) => pairs,
            Node::Call(call) => &call.pairs,
            _ => return None,
        };
        let mut places: HashMap<Key<'_>, usize> = HashMap::new();
        let mut found: Vec<(Id, Id)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let known = match self.node(*key) {
                Node::Text(text) => Key::Text(text),
                Node::Int(number) => Key::Int(*number),
                Node::Bool(truth) => Key::Int(i64::from(*truth)),
                _ => Key::Other(*key),
            };
            let place = *places.entry(known).or_insert(found.len());
            match found.get_mut(place) {
                Some(pair) => pair.1 = *value,
                None => found.push((*key, *value)),
            }
        }
        Some(found)
    }
}

/// Bytes of one item of a `numpy.dtype(...)`, if it is a plain number, text or truth value.
fn item_bytes(tree: &Tree, dtype: Id) -> Option<u64> {
    let (("numpy", "dtype"), arguments) = tree.call_of(dtype)? else {
        return None;
    };
    let code = tree.text(*arguments.first()?)?;
    let code = code.trim_start_matches(['<', '>', '|', '=']);
    let (letter, digits) = code.split_at_checked(1)?;
    match (letter, digits) {
        ("?", "") => Some(1),
        ("b" | "i" | "u" | "f" | "c" | "S", digits) => digits.parse().ok(),
        ("U", digits) => digits.parse::<u64>().ok()?.checked_mul(4),
        _ => None,
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(&'a str),
    Int(i64),
    Other(Id),
}
