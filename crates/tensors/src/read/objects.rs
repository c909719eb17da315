//! What a pickle would build, walked for tensors: containers, modules, parameters, arrays.

use std::collections::HashSet;

use waybill_formats::Bytes;
use waybill_formats::pickle::tree::{Call, Id, Node, Tree};

use super::Context;
use super::torch::{key_of, taken_apart};
use crate::{Model, Tensor, TensorsError};

/// Containers inside each other.
pub(super) const DEPTH: u32 = 200;
/// Values that are walked: one that is used in many places is met in each.
const VISITS: u64 = 4_000_000;

/// Where the bytes of `torch`'s storages are.
pub(super) trait Storages {
    /// The bytes of a storage.
    fn storage(&mut self, key: &str) -> Result<Bytes, TensorsError>;
    /// True if numbers stand with the most significant byte first.
    fn big_endian(&self) -> bool;
}

/// A pickle that has none.
struct Nowhere;

impl Storages for Nowhere {
    fn storage(&mut self, key: &str) -> Result<Bytes, TensorsError> {
        let key = key.escape_debug();
        Err(TensorsError::Broken(format!(
            "the pickle asks for the storage `{key}`, which is elsewhere"
        )))
    }

    fn big_endian(&self) -> bool {
        false
    }
}

/// Arrays of joblib, or any pickle with arrays of NumPy.
pub(super) fn joblib(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let mut model = Model {
        format: "pickle",
        ..Model::default()
    };
    let tree = taken_apart(bytes, 0, context)?;
    if tree
        .nodes()
        .any(|(_, node)| matches!(node, Node::Call(call) if call.array.is_some()))
    {
        model.format = "joblib";
    }
    Walk::new(&tree, bytes, &mut Nowhere, &mut model).whole("")?;
    Ok(model)
}

/// Walks a tree and adds what it finds to a model.
pub(super) struct Walk<'a> {
    pub(super) tree: &'a Tree,
    pub(super) bytes: &'a Bytes,
    pub(super) storages: &'a mut dyn Storages,
    pub(super) model: &'a mut Model,
    /// Values that are being walked: a container may hold itself.
    above: HashSet<Id>,
    /// How often a container that holds itself was not walked again.
    cut: u64,
    /// Values that hold nothing to be told, however often they are reached.
    barren: HashSet<Id>,
    visits: u64,
    pub(super) depth: u32,
}

/// What a value turned out to be.
pub(super) enum Found {
    Tensor(Tensor),
    /// A number, a text, nothing of weight.
    Plain,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        bytes: &'a Bytes,
        storages: &'a mut dyn Storages,
        model: &'a mut Model,
    ) -> Self {
        Self {
            tree,
            bytes,
            storages,
            model,
            above: HashSet::new(),
            cut: 0,
            barren: HashSet::new(),
            visits: 0,
            depth: 0,
        }
    }

    /// Walks everything; names begin with `at`.
    pub(super) fn whole(mut self, at: &str) -> Result<(), TensorsError> {
        self.value(self.tree.root(), at)
    }

    fn value(&mut self, id: Id, path: &str) -> Result<(), TensorsError> {
        self.visits = self.visits.saturating_add(1);
        if self.visits > VISITS || self.depth > DEPTH {
            return Err(TensorsError::Broken(
                "it holds containers in containers without end".to_owned(),
            ));
        }
        if self.barren.contains(&id) {
            return Ok(());
        }
        if !self.above.insert(id) {
            self.cut = self.cut.saturating_add(1);
            return Ok(());
        }
        let before = self.told();
        self.depth = self.depth.saturating_add(1);
        let result = self.known(id, path);
        self.depth = self.depth.saturating_sub(1);
        self.above.remove(&id);
        if result.is_ok() && before == self.told() {
            self.barren.insert(id);
        }
        result
    }

    /// Grows with whatever a value adds, and with whatever was left out of it for where it stands.
    fn told(&self) -> (usize, usize, usize, usize, u64) {
        let model = &self.model;
        let (tensors, left) = (model.tensors.len(), model.left.len());
        (
            tensors,
            left,
            model.metadata.len(),
            model.shared.len(),
            self.cut,
        )
    }

    fn known(&mut self, id: Id, path: &str) -> Result<(), TensorsError> {
        match self.tree.node(id) {
            Node::Tuple(items) | Node::List(items) | Node::Set(items) => {
                for (index, item) in items.clone().into_iter().enumerate() {
                    self.value(item, &joined(path, &index.to_string()))?;
                }
                Ok(())
            }
            Node::Dict(_) => self.pairs(id, path),
            Node::Call(call) => match self.tensor(id, call, path)? {
                Some(Found::Tensor(tensor)) => {
                    self.model.add(tensor);
                    Ok(())
                }
                Some(Found::Plain) => {
                    let what = self.named(call).map_or_else(
                        || "the result of a call".to_owned(),
                        |name| format!("a value made by {name}"),
                    );
                    self.model.leave(path, what);
                    Ok(())
                }
                None => self.object(id, call, path),
            },
            Node::Global { module, name } => {
                self.model.leave(path, format!("the name {module}.{name}"));
                Ok(())
            }
            Node::Persistent(_) => {
                self.model.leave(path, "a storage without a tensor");
                Ok(())
            }
            Node::Extension(code) => {
                self.model.leave(path, format!("the extension {code}"));
                Ok(())
            }
            Node::Buffer => {
                self.model.leave(path, "a buffer that is not in the file");
                Ok(())
            }
            node => {
                let what = plain(node);
                self.model.leave(path, what);
                Ok(())
            }
        }
    }

    fn pairs(&mut self, id: Id, path: &str) -> Result<(), TensorsError> {
        for (key, value) in self.tree.pairs(id).unwrap_or_default() {
            let name = match self.tree.node(key) {
                Node::Text(text) => text.to_string(),
                Node::Int(number) => number.to_string(),
                Node::Tuple(items) => {
                    let parts: Vec<String> = items
                        .iter()
                        .map(|item| key_of(self.tree, *item).unwrap_or_else(|| "?".to_owned()))
                        .collect();
                    parts.join("-")
                }
                _ => "?".to_owned(),
            };
            self.value(value, &joined(path, &name))?;
        }
        Ok(())
    }

    /// An instance of a class: a module by its parameters, buffers and modules; anything else by
    /// what it holds.
    fn object(&mut self, id: Id, call: &Call, path: &str) -> Result<(), TensorsError> {
        let name = self
            .named(call)
            .unwrap_or_else(|| "something computed".to_owned());
        let ordered = matches!(
            name.as_str(),
            "collections.OrderedDict"
                | "collections.defaultdict"
                | "builtins.dict"
                | "__builtin__.dict"
                | "__torch__.OrderedDict"
        );
        if !ordered {
            self.model.leave(path, format!("an object of {name}"));
        }
        if ordered {
            self.given(call, path)?;
        }
        self.pairs(id, path)?;
        for (index, item) in call.items.clone().into_iter().enumerate() {
            self.value(item, &joined(path, &index.to_string()))?;
        }
        // What a dictionary carries besides (`_metadata`) is no part of it.
        let Some(state) = call.state.filter(|_| !ordered) else {
            return match ordered {
                true => Ok(()),
                false => self.value(call.arguments, path),
            };
        };
        // A state may come with slots: `(dictionary, slots)`.
        let state = match self.tree.node(state) {
            Node::Tuple(items) => items.first().copied().unwrap_or(state),
            _ => state,
        };
        let parts = ["_parameters", "_buffers", "_modules"];
        let held = parts.map(|part| self.tree.get(state, part));
        if held.iter().all(Option::is_none) {
            return self.value(state, path);
        }
        let passing = self.tree.get(state, "_non_persistent_buffers_set");
        let passing: HashSet<&str> = passing
            .map(|set| match self.tree.node(set) {
                Node::Set(items) => items.clone(),
                Node::Call(call) => self
                    .tree
                    .items(call.arguments)
                    .and_then(|items| self.tree.items(*items.first()?).map(<[Id]>::to_vec))
                    .unwrap_or_default(),
                _ => Vec::new(),
            })
            .unwrap_or_default()
            .into_iter()
            .filter_map(|item| self.tree.text(item))
            .collect();
        for part in held.into_iter().flatten() {
            for (key, value) in self.tree.pairs(part).unwrap_or_default() {
                let Some(name) = self.tree.text(key) else {
                    continue;
                };
                let inner = joined(path, name);
                if passing.contains(name) {
                    self.model
                        .leave(&inner, "a buffer that is no part of the state");
                } else if self.tree.node(value) != &Node::None {
                    self.value(value, &inner)?;
                }
            }
        }
        for (key, _) in self.tree.pairs(state).unwrap_or_default() {
            let Some(name) = self.tree.text(key) else {
                continue;
            };
            if !name.starts_with('_') && name != "training" {
                self.model
                    .leave(&joined(path, name), "an attribute of a module");
            }
        }
        Ok(())
    }

    /// The pairs that a dictionary is made of, as Python 2 wrote them: `OrderedDict([[key, value]])`.
    fn given(&mut self, call: &Call, path: &str) -> Result<(), TensorsError> {
        for argument in self.tree.items(call.arguments).unwrap_or_default().to_vec() {
            if matches!(self.tree.node(argument), Node::Dict(_)) {
                self.pairs(argument, path)?;
                continue;
            }
            for pair in self.tree.items(argument).unwrap_or_default().to_vec() {
                let Some([key, value]) = self.tree.items(pair) else {
                    continue;
                };
                let name = key_of(self.tree, *key).unwrap_or_else(|| "?".to_owned());
                self.value(*value, &joined(path, &name))?;
            }
        }
        Ok(())
    }

    /// Module and name of what is called, as one.
    fn named(&self, call: &Call) -> Option<String> {
        let (module, name) = self.tree.global(call.callee)?;
        // Old classes are made by a helper that is given the class.
        if (module, name) == ("copyreg", "_reconstructor")
            || (module, name) == ("copy_reg", "_reconstructor")
        {
            let class = self.tree.items(call.arguments)?.first()?;
            let (module, name) = self.tree.global(*class)?;
            return Some(format!("{module}.{name}"));
        }
        Some(format!("{module}.{name}"))
    }
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// How a value without parts is listed.
fn plain(node: &Node) -> &'static str {
    match node {
        Node::None => "nothing",
        Node::Bool(_) => "a truth value",
        Node::Int(_) | Node::Long(_) | Node::Float(_) => "a number",
        Node::Text(_) => "a text",
        _ => "bytes",
    }
}
