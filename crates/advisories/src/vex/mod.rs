//! Statements about weaknesses (VEX): read and written as OpenVEX 0.2.0, CycloneDX and CSAF 2.0,
//! and applied to what was found.

mod apply;
mod csaf;
mod cyclonedx;
mod fields;
mod openvex;
mod range;
#[cfg(test)]
mod tests;

use serde_json::Value;
use thiserror::Error;
use waybill_domain::vex::{StatementNote, VexDocument, VexFormat, VexStatement, VexStatus};

pub use apply::{Applied, Statements, Target, artifact_id};

/// A document that cannot be used. Nothing of it applies.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VexError {
    /// Not JSON.
    #[error("read it as JSON: {0}")]
    Syntax(String),
    /// JSON, but of no standard that states exploitability.
    #[error(
        "recognise it: it is no OpenVEX (`@context`), CycloneDX (`bomFormat`) or CSAF (`document.csaf_version`) document"
    )]
    Unrecognised,
    /// A version that is not read.
    #[error("read it as {standard}: version {version} is not one of those that are read ({known})")]
    Version {
        /// The standard.
        standard: &'static str,
        /// The version as written.
        version: String,
        /// The versions that are read.
        known: &'static str,
    },
    /// Something at a place of the document is not what the standard asks for.
    #[error("use `{pointer}`: {reason}")]
    Field {
        /// JSON pointer.
        pointer: String,
        /// What is wrong with it, as a lowercase fragment.
        reason: String,
    },
}

/// Reads a document of any of the three standards, recognised by what it says of itself.
///
/// # Errors
/// [`VexError`] naming the place; nothing of a document with an error is used.
pub fn read(text: &str) -> Result<VexDocument, VexError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| VexError::Syntax(error.to_string()))?;
    let root = fields::At::root(&value);
    let document = if let Some(context) = value.get("@context") {
        openvex::read(root, context)
    } else if value.get("bomFormat").is_some() {
        cyclonedx::read(root)
    } else if value.pointer("/document/csaf_version").is_some() {
        csaf::read(root)
    } else {
        Err(VexError::Unrecognised)
    }?;
    for (index, statement) in document.statements.iter().enumerate() {
        sensible(index, statement)?;
    }
    Ok(document)
}

/// What all standards ask of a statement: that nothing is called unaffected without a reason.
fn sensible(index: usize, statement: &VexStatement) -> Result<(), VexError> {
    let silent = statement.justification.is_none() && statement.why().is_none();
    if statement.status == VexStatus::NotAffected && silent {
        return Err(VexError::Field {
            pointer: format!("statement {} ({})", index + 1, statement.weakness.name),
            reason: "says `not_affected` without a justification and without a word why".to_owned(),
        });
    }
    Ok(())
}

/// What a statement says of a match, as the `analysis` of a vulnerability in CycloneDX.
#[must_use]
pub fn analysis(note: &StatementNote) -> Value {
    cyclonedx::analysis(note)
}

/// What the other standard has no place for, one line a kind of thing, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses(std::collections::BTreeMap<&'static str, usize>);

impl Losses {
    pub(crate) fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(crate) fn note_if(&mut self, lost: bool, what: &'static str) {
        if lost {
            self.note(what);
        }
    }

    /// What was lost, and how often.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.0.iter().map(|(what, count)| (*what, *count))
    }

    /// True if nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes a document in a standard, and says what was lost.
///
/// # Errors
/// [`VexError::Field`] if the standard asks for something that the document does not say.
pub fn write(document: &VexDocument, format: VexFormat) -> Result<(String, Losses), VexError> {
    let mut losses = Losses::default();
    let value = match format {
        VexFormat::OpenVex => openvex::write(document, &mut losses)?,
        VexFormat::CycloneDx => cyclonedx::write(document, &mut losses)?,
        VexFormat::Csaf => csaf::write(document, &mut losses)?,
    };
    let mut text = serde_json::to_string_pretty(&value)
        .map_err(|error| VexError::Syntax(error.to_string()))?;
    text.push('\n');
    Ok((text, losses))
}
