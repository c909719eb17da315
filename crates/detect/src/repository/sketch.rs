//! What of one file matters to the others.

use crate::python::judged::Act;

/// What of one file, or of one member of an archive, matters to the others.
#[derive(Debug)]
pub(crate) struct Sketch {
    /// The member; `None` for the artifact itself.
    pub(crate) member: Option<String>,
    pub(crate) holds: Holds,
}

/// What a file holds, as far as others are concerned.
#[derive(Debug)]
pub(crate) enum Holds {
    /// Python code, with what it would do.
    Python(Vec<Act>),
    /// Settings that name code.
    References(Vec<Reference>),
    /// A native library or program.
    Native,
    /// The settings or weights of a model.
    Model,
    /// The mark of a package that is built and installed.
    Package,
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
