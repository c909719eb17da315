use waybill_domain::inventory::{Hash, Unread};
use waybill_formats::ReadAt;
use waybill_source::{
    code::CodeFacts, commands::CommandFacts, document::Document, packages::PackageFacts,
};

/// How much of a file is worth reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// It cannot name a component.
    None,
    /// Its text, if it is not longer than the limit for texts.
    Text,
    /// Its header and its digest: a local model, adapter or data set.
    Artifact,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Path relative to the target, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Digests, for artifacts.
    pub hashes: Vec<Hash>,
    /// What was read in it; none for a file of no interest.
    pub readings: Vec<Reading>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// One way in which a file was understood.
#[derive(Debug)]
pub enum Reading {
    /// As code.
    Code(Box<CodeFacts>),
    /// As a lock file, requirement file or package metadata.
    Packages(Box<PackageFacts>),
    /// As something that runs commands or images.
    Commands(Box<CommandFacts>),
    /// As configuration: JSON, YAML or TOML.
    Document(Document),
}

/// How much of the file at `path` is worth reading.
#[must_use]
pub fn interest(path: &str, size_bytes: u64) -> Interest {
    let _ = (path, size_bytes);
    Interest::None
}

/// Reads one file. `path` is relative to the target; `hashes` are what the engine computed.
#[must_use]
pub fn read(path: &str, bytes: &dyn ReadAt, hashes: Vec<Hash>) -> FileFacts {
    FileFacts {
        path: path.to_owned(),
        size_bytes: bytes.len(),
        hashes,
        readings: Vec::new(),
        unread: Vec::new(),
    }
}
