//! Keras configurations: the objects that loading a model would look up by name.
//!
//! A configuration is a program of two words: `class_name` (with `module` and `registered_name`)
//! names something to import, `config` what it is called with. Saved models of version 3 hold one in
//! `config.json`, those of versions 1 and 2 in attributes of their HDF5 file. What is looked up, and
//! how, stands in `keras/src/saving/serialization_lib.py` (`deserialize_keras_object`) and, for the
//! older form, in `keras/src/legacy/saving/serialization.py`.

mod walk;

#[cfg(test)]
mod tests;

use crate::code::Unread;
use crate::document::{self, DocumentLimits};

/// Nesting of a configuration that is followed; a layer inside a layer costs three.
const DEPTH: usize = 600;
/// Longest text in which keys are looked for behind escapes.
const ESCAPED_BYTES: usize = 1 << 20;

/// What a configuration would have its loader do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KerasFacts {
    /// True if the document itself is an object of Keras, or the settings of its training.
    pub is_configuration: bool,
    /// Names that are looked up, in the order of the document's nesting.
    pub objects: Vec<Object>,
    /// Python functions that the configuration holds as marshalled code.
    pub code: Vec<Code>,
    /// Paths and addresses that are read.
    pub files: Vec<FileReference>,
    /// Operations of TensorFlow that are called by name.
    pub operations: Vec<Operation>,
    /// Places that turn the loader's protection off (`safe_mode` is false).
    pub switched_off: Vec<Spot>,
    /// What could not be followed.
    pub unread: Vec<Unread>,
    /// True if the document could not be read to its end.
    pub cut: bool,
}

/// A place in the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// Keys and indices from the root: `$.config.layers[1]`.
    pub path: String,
    /// Line from 1.
    pub line: u32,
}

/// What kind of thing a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A class, of which an instance is made from its configuration.
    Class,
    /// A function, which is called by whatever holds it.
    Function,
}

/// A name that is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Where it stands.
    pub spot: Spot,
    /// Class or function.
    pub role: Role,
    /// The module that is imported; none in versions 1 and 2.
    pub module: Option<String>,
    /// The name in that module.
    pub name: String,
    /// The name under which user code registered it, `package>Name`.
    pub registered: Option<String>,
}

/// Marshalled code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Where it stands.
    pub spot: Spot,
    /// As it stands in the configuration: base64, or the bytes as characters (version 1).
    pub text: String,
}

/// A path or address that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReference {
    /// Where it stands.
    pub spot: Spot,
    /// The class whose configuration names it.
    pub class: String,
    /// The path or address.
    pub target: String,
}

/// An operation of TensorFlow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Where it stands.
    pub spot: Spot,
    /// Its name: `math.multiply` as its API says, or `MatMul` as its graphs say.
    pub name: String,
    /// True for a name as graphs say it.
    pub in_graph: bool,
}

/// Reads a configuration.
#[must_use]
pub fn parse(text: &str) -> KerasFacts {
    let limits = DocumentLimits {
        depth: DEPTH,
        ..DocumentLimits::default()
    };
    let document = document::json(text, &limits);
    let mut facts = KerasFacts {
        cut: document.cut,
        ..KerasFacts::default()
    };
    facts.unread.clone_from(&document.unread);
    if let Some(root) = document.roots.first() {
        walk::walk(root, &mut facts);
    }
    facts
}

/// True if a text may be a configuration at all: cheaper than reading it.
#[must_use]
pub fn recognises(text: &str) -> bool {
    // Keys may be written with escapes; no honest writer does so, least of all at length.
    text.contains("class_name") || text.len() < ESCAPED_BYTES && text.contains("\\u00")
}
