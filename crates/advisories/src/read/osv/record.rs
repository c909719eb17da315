//! A record as it is written; what is optional may also be null.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Record {
    pub(super) id: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) published: Option<String>,
    pub(super) withdrawn: Option<String>,
    pub(super) aliases: Option<Vec<String>>,
    pub(super) related: Option<Vec<String>>,
    pub(super) upstream: Option<Vec<String>>,
    pub(super) summary: Option<String>,
    pub(super) details: Option<String>,
    pub(super) severity: Option<Vec<Scored>>,
    pub(super) affected: Option<Vec<Affected>>,
    pub(super) references: Option<Vec<Link>>,
    pub(super) database_specific: Option<Specific>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Scored {
    pub(super) score: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Affected {
    pub(super) package: Option<Package>,
    pub(super) ranges: Option<Vec<Ranged>>,
    pub(super) versions: Option<Vec<String>>,
    pub(super) severity: Option<Vec<Scored>>,
    pub(super) database_specific: Option<Specific>,
    pub(super) ecosystem_specific: Option<Specific>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Package {
    pub(super) ecosystem: String,
    pub(super) name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Ranged {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) events: Vec<Event>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Event {
    pub(super) introduced: Option<String>,
    pub(super) fixed: Option<String>,
    pub(super) last_affected: Option<String>,
    pub(super) limit: Option<String>,
}

/// What databases add of their own; any of it may have any form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Specific {
    pub(super) severity: Loose,
    pub(super) urgency: Loose,
    pub(super) cwe_ids: Loose,
    pub(super) informational: Loose,
    pub(super) kind: Loose,
    pub(super) replacement: Loose,
    pub(super) digests: Loose,
}

/// A text, a list of texts, or something else that is passed over.
#[derive(Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Loose {
    Text(String),
    Texts(Vec<String>),
    Other(serde::de::IgnoredAny),
    #[default]
    Nothing,
}

impl Loose {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn texts(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::Texts(texts) => texts,
            _ => &[],
        }
    }
}
