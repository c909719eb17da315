use thiserror::Error;

/// A record that cannot be used, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its id; empty if it has none that can be read.
    pub id: String,
    /// Where, within the document: a line, a number in a list, a member.
    pub place: String,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

impl std::fmt::Display for BadRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One line, whatever the feed put into it.
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        let id = match self.id.as_str() {
            "" => "a record without an id".to_owned(),
            id => line(id),
        };
        match self.place.as_str() {
            "" => write!(formatter, "{id}: {}", line(&self.reason)),
            place => write!(formatter, "{id} ({}): {}", line(place), line(&self.reason)),
        }
    }
}

/// A document that cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeedError {
    /// It is none of the formats that are read.
    #[error(
        "it is no feed that is known: OSV, CSAF 2.0, CISA KEV, EPSS, ATLAS or waybill.advisories/1"
    )]
    Unrecognised,
    /// It does not follow its format.
    #[error("{format} that cannot be read ({place}): {reason}")]
    Malformed {
        /// The format that it looks like.
        format: &'static str,
        /// Where.
        place: String,
        /// Why, as a lowercase fragment.
        reason: String,
    },
    /// It is of a day to come.
    #[error("it says that it is of {0}, which is still to come: one of the two clocks is wrong")]
    Early(String),
    /// What is held could not be written.
    #[error("write what is held: {0}")]
    Write(String),
    /// More than the store can hold.
    #[error("hold {0}")]
    TooLarge(&'static str),
}

/// What is held cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeldError {
    /// It was not written by this version, or not by Waybill.
    #[error("it is no feed as this version holds it; import it again")]
    Foreign,
    /// It was changed or cut since it was written.
    #[error("it was damaged at byte {0}; import it again")]
    Damaged(u64),
    /// It could not be read.
    #[error("{0}")]
    Read(String),
}
