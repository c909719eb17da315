//! What of one file matters to the others.

use crate::examine::Noted;
use crate::python::judged::{Act, Latent};

/// What of one file, or of one member of an archive, matters to the others.
#[derive(Debug)]
pub(crate) struct Sketch {
    /// The member; `None` for the artifact itself.
    pub(crate) member: Option<String>,
    pub(crate) holds: Holds,
}

/// What of Python code matters to other files.
#[derive(Debug)]
pub(crate) struct PythonSketch {
    /// What happens by itself.
    pub(crate) acts: Vec<Act>,
    /// What happens if another file has it done.
    pub(crate) latent: Vec<Latent>,
    /// Modules beside it that it imports, and what it calls of them.
    pub(crate) beside: Vec<String>,
}

/// What the name of a part of a model says: `STEM-00002-of-00003.gguf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartOf {
    pub(crate) stem: String,
    pub(crate) number: u32,
    /// How many parts there are.
    pub(crate) count: u32,
}

/// What a file holds, as far as others are concerned.
#[derive(Debug)]
pub(crate) enum Holds {
    /// Python code, with what it would do.
    Python(PythonSketch),
    /// Settings that name code.
    References(Vec<Reference>),
    /// A native library or program.
    Native,
    /// The settings or weights of a model.
    Model,
    /// The mark of a package that is built and installed.
    Package,
    /// One part of a model in several files.
    Parts(PartOf),
    /// The revision that a branch or tag of a cached repository stands for.
    Revision(String),
    /// A manifest that has requirements installed: their file, as seen from the folder above the
    /// manifest's.
    Installs(String),
    /// What would be said of a text if it was a list of requirements.
    Sources(Vec<Noted>),
}

/// A place of a settings file that names code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Where it stands: `auto_map.AutoModel`.
    pub(crate) key: String,
    pub(crate) line: u32,
    pub(crate) leads: Leads,
    /// When the code runs.
    pub(crate) when: &'static str,
    /// Functions and classes of it that run; all where none is named.
    pub(crate) entries: Vec<String>,
    /// True where code of its own is what such a place is for: only what the code does counts.
    pub(crate) usual: bool,
    /// True if a file that is named must be here.
    pub(crate) expected: bool,
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    /// Files of the same repository, any of which it may be: paths from the folder of the settings.
    File(Vec<String>),
    /// Another repository.
    Repository(String),
    /// A module of a library that has nothing to do with models: name, and whether it is known to
    /// do harm.
    Library(String, bool),
    /// Nothing: it only allows code.
    Permission,
}
