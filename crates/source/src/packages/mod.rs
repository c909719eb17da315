//! Lock files, requirement files and package metadata to facts: what is wanted, what is locked,
//! with hashes and the graph between.
//!
//! One module an ecosystem; each parser takes the text of one file. A parser goes on after an
//! entry that it cannot read and says so in [`PackageFacts::unread`].

mod address;
mod digest;
mod graph;
mod opened;
mod recognised;
#[cfg(test)]
mod shown;

pub mod go;
pub mod java;
pub mod javascript;
pub mod python;
pub mod rust;
pub mod system;

pub use crate::code::Unread;
pub use address::is_public_index;
pub use recognised::{Parser, parser};

/// An ecosystem whose package names are one namespace. The word is the purl type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// Python packages.
    Pypi,
    /// Conda packages.
    Conda,
    /// JavaScript packages.
    Npm,
    /// Rust crates.
    Cargo,
    /// Go modules.
    Golang,
    /// Maven artifacts; names are `group:artifact`.
    Maven,
    /// Debian packages.
    Deb,
    /// Alpine packages.
    Apk,
    /// RPM packages.
    Rpm,
}

impl Ecosystem {
    /// The purl type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pypi => "pypi",
            Self::Conda => "conda",
            Self::Npm => "npm",
            Self::Cargo => "cargo",
            Self::Golang => "golang",
            Self::Maven => "maven",
            Self::Deb => "deb",
            Self::Apk => "apk",
            Self::Rpm => "rpm",
        }
    }
}

/// What a file is worth as a witness of versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// It says what is wanted: `requirements.txt`, `package.json`.
    #[default]
    Wanted,
    /// It says what will be installed: a lock file.
    Locked,
    /// It says what is installed: `dist-info`, `dpkg/status`.
    Installed,
}

/// What one file says about packages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackageFacts {
    /// What the file is worth.
    pub strength: Strength,
    /// The project that the file belongs to, if it says so.
    pub project: Option<Project>,
    /// Packages in the order of the file.
    pub packages: Vec<Package>,
    /// Other files that it includes: requirements, constraints, workspace members.
    pub includes: Vec<Include>,
    /// The operating system, if the file describes one.
    pub operating_system: Option<OperatingSystem>,
    /// Addresses of indexes or registries that it names and that are asked for any name, without user
    /// name and password.
    pub indexes: Vec<String>,
    /// Those of them that are asked beside the usual one, each for every name, with their lines.
    pub extra_indexes: Vec<(String, u32)>,
    /// Scopes of names, and the registry that is asked for them instead of the usual one: `@acme`.
    pub scopes: Vec<(String, String)>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// The project that a file describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// Its licence as written.
    pub licence: Option<String>,
    /// Authors as written.
    pub authors: Vec<String>,
    /// Links: what they are called and where they lead.
    pub urls: Vec<(String, String)>,
}

/// An operating system, as `os-release` names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatingSystem {
    /// Lowercase identifier: `debian`, `alpine`.
    pub id: String,
    /// Identifiers of the systems that it is built upon.
    pub id_like: Vec<String>,
    /// Version as a machine reads it: `12`, `3.19.1`.
    pub version_id: Option<String>,
    /// Name of the release: `bookworm`.
    pub codename: Option<String>,
    /// Name for people, version included.
    pub name: Option<String>,
    /// Home page.
    pub homepage: Option<String>,
    /// CPE of the system, if it says so.
    pub cpe: Option<String>,
}

/// A file that another takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Path as written, relative to the file; a pattern with `*` for members of a workspace.
    pub path: String,
    /// True if it only limits versions (`-c constraints.txt`).
    pub constraint: bool,
    /// Line from 1.
    pub line: u32,
}

/// Where a package's bytes come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The ecosystem's usual registry, or the one that the file names elsewhere.
    #[default]
    Registry,
    /// A registry by address.
    Index(String),
    /// A repository and what is checked out.
    Git {
        /// Address without user name and password.
        url: String,
        /// Branch, tag or commit as written; the resolved commit where the file has it.
        revision: Option<String>,
    },
    /// An archive at an address.
    Url(String),
    /// A folder or file of the tree, relative to the file that names it.
    Path(String),
}

/// When a package is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// When the system runs.
    #[default]
    Runtime,
    /// Only with an extra, a feature, or on some platform's choice.
    Optional,
    /// To develop or test.
    Development,
    /// To build.
    Build,
}

/// One package as one file speaks of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// The namespace of the name.
    pub ecosystem: Ecosystem,
    /// Name as the ecosystem normalises it (PEP 503 for Python); scope or group included.
    pub name: String,
    /// Exact version: locked, installed, or required with `==`.
    pub version: Option<String>,
    /// The constraint as written, if it is not exact: `>=2,<3`, `^4.17.0`. Empty text: none given.
    pub requirement: Option<String>,
    /// Hashes: algorithm in lowercase (`sha256`, `sha512`, `sha1`, `md5`) and hexadecimal digits
    /// (base64 of npm is decoded); `h1` and base64, as written, for the tree hash of Go.
    pub hashes: Vec<(String, String)>,
    /// Where the bytes come from.
    pub origin: Origin,
    /// When it is needed.
    pub need: Need,
    /// True if the project itself names it; `None` if the file does not tell.
    pub direct: Option<bool>,
    /// Names, and versions where the file tells, of the packages that it needs.
    pub dependencies: Vec<Dependency>,
    /// Environment marker or platform condition as written.
    pub condition: Option<String>,
    /// Licence as the file states it.
    pub licence: Option<String>,
    /// Organisation or person that the file names as its supplier, author or maintainer.
    pub supplier: Option<String>,
    /// Homepage or repository, as the file states it.
    pub homepage: Option<String>,
    /// The processor architecture that it was built for (deb, rpm, apk).
    pub architecture: Option<String>,
    /// The source package that it was built from (deb, rpm, apk), with version if another.
    pub built_from: Option<String>,
    /// Who has to have published it, where the file says so (PEP 751): each an object of words.
    pub identities: Vec<AttestationIdentity>,
    /// Line from 1.
    pub line: Option<u32>,
}

/// Who publishes a package: the words of an attestation identity of PEP 751, `kind` among them.
pub type AttestationIdentity = std::collections::BTreeMap<String, String>;

impl Package {
    /// A package of which only the name is known.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, name: impl Into<String>) -> Self {
        Self {
            ecosystem,
            name: name.into(),
            version: None,
            requirement: None,
            hashes: Vec::new(),
            origin: Origin::default(),
            need: Need::default(),
            direct: None,
            dependencies: Vec::new(),
            condition: None,
            licence: None,
            supplier: None,
            homepage: None,
            architecture: None,
            built_from: None,
            identities: Vec::new(),
            line: None,
        }
    }
}

/// An edge of the graph in a lock file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Normalised name.
    pub name: String,
    /// Exact version, where the file names one of several.
    pub version: Option<String>,
}
