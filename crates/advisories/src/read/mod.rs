//! Documents of feeds, recognised by content.

mod atlas;
mod csaf;
mod epss;
mod kev;
mod osv;
mod own;
mod yaml;

use waybill_domain::advisory::{Advisory, Exploited, FeedFormat};

use crate::error::{BadRecord, FeedError};

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// OSV records in JSON: one, a list, or one behind the other.
    OsvJson,
    /// An OSV record in YAML.
    OsvYaml,
    /// A CSAF 2.0 document.
    Csaf,
    /// CISA's catalogue of known exploited vulnerabilities.
    Kev,
    /// FIRST's table of scores.
    Epss,
    /// MITRE ATLAS, in YAML or JSON.
    Atlas,
    /// `waybill.advisories/1`.
    Waybill,
}

impl DocumentFormat {
    /// The format of the feed that such a document belongs to.
    #[must_use]
    pub const fn feed(self) -> FeedFormat {
        match self {
            Self::OsvJson | Self::OsvYaml => FeedFormat::Osv,
            Self::Csaf => FeedFormat::Csaf,
            Self::Kev => FeedFormat::Kev,
            Self::Epss => FeedFormat::Epss,
            Self::Atlas => FeedFormat::Atlas,
            Self::Waybill => FeedFormat::Waybill,
        }
    }
}

/// A score of FIRST's table, both figures in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The CVE.
    pub cve: String,
    /// How probable exploitation within 30 days is.
    pub probability: u32,
    /// The share of scored CVEs that are no more probable.
    pub percentile: u32,
}

/// What a document holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Advisories, techniques and mitigations.
    pub advisories: Vec<Advisory>,
    /// Entries of the catalogue of exploited vulnerabilities.
    pub exploited: Vec<Exploited>,
    /// Scores.
    pub scores: Vec<Scored>,
    /// The date that the document gives itself.
    pub date: Option<String>,
    /// Records that cannot be used.
    pub bad: Vec<BadRecord>,
}

/// The format of a document; `None` if it is none that is read.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<DocumentFormat> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return of_json(text);
    }
    let first = text.lines().next()?;
    if first.starts_with("#model_version:") || first.starts_with("cve,epss") {
        return Some(DocumentFormat::Epss);
    }
    let key = |line: &str, key: &str| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
    };
    let head = || text.lines().take(400);
    if head().any(|line| key(line, "schema") && line.contains("waybill.advisories/")) {
        return Some(DocumentFormat::Waybill);
    }
    if head().any(|line| key(line, "matrices")) && head().any(|line| key(line, "id")) {
        return Some(DocumentFormat::Atlas);
    }
    let osv = ["id", "modified"]
        .into_iter()
        .all(|wanted| text.lines().any(|line| key(line, wanted)));
    osv.then_some(DocumentFormat::OsvYaml)
}

/// JSON by the keys that only one format has; they stand near the beginning.
fn of_json(text: &str) -> Option<DocumentFormat> {
    let cut = (0..=text.len().min(4096))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let head = text.get(..cut)?;
    let has = |key: &str| text.contains(key);
    for (key, format) in [
        ("\"csaf_version\"", DocumentFormat::Csaf),
        ("\"catalogVersion\"", DocumentFormat::Kev),
        ("\"waybill.advisories/", DocumentFormat::Waybill),
        ("\"matrices\"", DocumentFormat::Atlas),
    ] {
        if head.contains(key) {
            return Some(format);
        }
    }
    if has("\"id\"") && (has("\"modified\"") || has("\"affected\"")) {
        return Some(DocumentFormat::OsvJson);
    }
    has("\"csaf_version\"").then_some(DocumentFormat::Csaf)
}

/// Reads a document. Records that cannot be used are among its bad ones.
///
/// # Errors
/// [`FeedError`] if it does not follow its format: cut short, for instance.
pub fn read_document(format: DocumentFormat, bytes: &[u8]) -> Result<Document, FeedError> {
    match format {
        DocumentFormat::OsvJson => osv::json(bytes),
        DocumentFormat::OsvYaml => osv::yaml(bytes),
        DocumentFormat::Csaf => csaf::read(bytes),
        DocumentFormat::Kev => kev::read(bytes),
        DocumentFormat::Epss => epss::read(bytes),
        DocumentFormat::Atlas => atlas::read(bytes),
        DocumentFormat::Waybill => own::read(bytes),
    }
}

fn malformed(
    format: &'static str,
    place: impl Into<String>,
    reason: impl Into<String>,
) -> FeedError {
    FeedError::Malformed {
        format,
        place: place.into(),
        reason: reason.into(),
    }
}

/// What serde says of JSON, with the place by itself.
fn of_serde(format: &'static str, error: &serde_json::Error) -> FeedError {
    let place = format!("line {} column {}", error.line(), error.column());
    if error.is_eof() {
        return malformed(format, place, "it ends too early");
    }
    malformed(format, place, without_place(error))
}

fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests;
