//! The verb `vex`: statements about weaknesses read, added and put into another standard.

use std::path::Path;

use waybill_advisories::vex::{self, Losses, VexError, artifact_id};
use waybill_domain::vex::{VexDocument, VexFormat, VexProduct, VexStatement, Weakness};

use crate::digest::digest;
use crate::open::open;
use crate::scan::Silent;

/// Documents of statements beyond this size are not read.
const DOCUMENT_BYTES: u64 = 64 << 20;

/// Statements could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum VexFailure {
    /// The file could not be opened.
    #[error("open `{path}`: {reason}")]
    Open {
        /// The path as named.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The document is not what it should be. Nothing of it applies.
    #[error("use `{path}`")]
    Document {
        /// The path as named.
        path: String,
        /// Why not.
        #[source]
        source: VexError,
    },
    /// Something cannot be said in the standard.
    #[error("write the statements")]
    Write(#[source] VexError),
    /// The rule does not exist.
    #[error("find the rule `{0}`: there is none of this name; `waybill rules` lists them")]
    Rule(String),
    /// Statements are added to documents of OpenVEX only.
    #[error("add to `{path}`: it is {format}; `waybill vex convert --to openvex` makes it OpenVEX")]
    Standard {
        /// The path as named.
        path: String,
        /// What it is written in.
        format: &'static str,
    },
}

/// Reads a document of statements.
///
/// # Errors
/// [`VexFailure`] naming file and place.
pub fn read_vex(path: &Path) -> Result<VexDocument, VexFailure> {
    let shown = path.display().to_string();
    let failed = |reason: String| VexFailure::Open {
        path: shown.clone(),
        reason,
    };
    let metadata = path.metadata().map_err(|error| failed(error.to_string()))?;
    if !metadata.is_file() {
        return Err(failed("it is no regular file".to_owned()));
    }
    if metadata.len() > DOCUMENT_BYTES {
        return Err(failed(format!(
            "it has more than {} MiB",
            DOCUMENT_BYTES >> 20
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    vex::read(text.trim_start_matches('\u{feff}')).map_err(|source| VexFailure::Document {
        path: shown,
        source,
    })
}

/// Reads several documents, each with the name by which reports call it.
///
/// # Errors
/// [`VexFailure`] of the first that cannot be used.
pub fn read_all_vex(paths: &[impl AsRef<Path>]) -> Result<Vec<(String, VexDocument)>, VexFailure> {
    paths
        .iter()
        .map(|path| {
            let path = path.as_ref();
            let shown = path.display().to_string();
            read_vex(path).map(|document| (shown, document))
        })
        .collect()
}

/// Puts a document into a standard, and says what is lost.
///
/// # Errors
/// [`VexFailure::Write`] if the standard asks for something that nobody says.
pub fn write_vex(
    document: &VexDocument,
    format: VexFormat,
) -> Result<(String, Losses), VexFailure> {
    vex::write(document, format).map_err(VexFailure::Write)
}

/// A finding of a rule on an artifact, as what a statement is about: the rule in its version, and
/// the artifact by digest.
///
/// # Errors
/// [`VexFailure`] if there is no such rule or the artifact cannot be read.
pub fn about_finding(rule: &str, artifact: &Path) -> Result<(Weakness, VexProduct), VexFailure> {
    let info = crate::rules()
        .into_iter()
        .find(|info| info.id == rule)
        .ok_or_else(|| VexFailure::Rule(rule.to_owned()))?;
    let shown = artifact.display().to_string();
    let failed = |reason: String| VexFailure::Open {
        path: shown.clone(),
        reason,
    };
    let (bytes, _) = open(artifact).map_err(failed)?;
    let (digests, _) =
        digest(bytes.as_ref(), false, &Silent).map_err(|failure| failed(failure.to_string()))?;
    let sha256 = digests
        .sha256
        .map(|digest| digest.to_string())
        .ok_or_else(|| failed("it could not be digested".to_owned()))?;
    let product = VexProduct {
        id: artifact_id(&shown),
        hashes: [("sha-256".to_owned(), sha256)].into(),
        ..VexProduct::default()
    };
    let weakness = Weakness::of_rule(rule, &waybill_policy::rule_version(info));
    Ok((weakness, product))
}

/// Adds a statement to a document of OpenVEX, or begins one.
///
/// # Errors
/// [`VexFailure`] if what is there cannot be read, or is of another standard.
pub fn add_statement(
    path: &Path,
    statement: VexStatement,
    author: &str,
    now: &str,
) -> Result<VexDocument, VexFailure> {
    let mut document = if path.exists() {
        let mut document = read_vex(path)?;
        if document.format != VexFormat::OpenVex {
            return Err(VexFailure::Standard {
                path: path.display().to_string(),
                format: document.format.as_str(),
            });
        }
        let version: u64 = document.version.parse().unwrap_or(1);
        document.version = version.saturating_add(1).to_string();
        document.updated = Some(now.to_owned());
        document
    } else {
        let name = path.file_stem().map_or_else(
            || "statements".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        VexDocument {
            format: VexFormat::OpenVex,
            id: format!("urn:waybill:document:{}:{now}", plain(&name)),
            author: author.to_owned(),
            role: None,
            namespace: None,
            title: None,
            issued: Some(now.to_owned()),
            updated: None,
            version: "1".to_owned(),
            tooling: Some(format!("waybill {}", env!("CARGO_PKG_VERSION"))),
            statements: Vec::new(),
        }
    };
    document.statements.push(VexStatement {
        issued: Some(now.to_owned()),
        ..statement
    });
    Ok(document)
}

/// A name with only what an IRI takes as it is.
fn plain(name: &str) -> String {
    name.chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || "-._".contains(character) {
                character
            } else {
                '-'
            }
        })
        .collect()
}
