use thiserror::Error;
use waybill_advisories::{BadRecord, FeedError, HeldError};

/// Feeds could not be taken in, or what is held could not be read. The store is as it was before.
#[derive(Debug, Error)]
pub enum AdvisoriesError {
    /// Something could not be opened, read or written.
    #[error("{what} `{path}`: {reason}")]
    Io {
        /// What was to be done.
        what: &'static str,
        /// With what.
        path: String,
        /// What stood in the way.
        reason: String,
    },
    /// A document that cannot be used.
    #[error("use `{path}`, so that nothing was changed")]
    Document {
        /// The file, and the member within it.
        path: String,
        /// Why not.
        #[source]
        source: FeedError,
    },
    /// A member of an archive that cannot be used.
    #[error("use `{path}`: {reason}; nothing was changed")]
    Unusable {
        /// The file, and the member within it.
        path: String,
        /// Why not.
        reason: String,
    },
    /// Records that cannot be used.
    #[error("use the feed `{feed}`: {} cannot be used; nothing was changed{}\n  {}", records(*count), listed(bad, *count), remedy(bad, *count))]
    Records {
        /// The feed.
        feed: String,
        /// The first of them, each with the document that holds it.
        bad: Vec<BadRecord>,
        /// How many there are.
        count: u64,
    },
    /// A feed older than the one that is held.
    #[error(
        "take in `{feed}` of {date}: the one that is held is of {held}; --allow-older takes it in all the same"
    )]
    Older {
        /// The feed.
        feed: String,
        /// Date of its data.
        date: String,
        /// Date of the data that is held.
        held: String,
    },
    /// Nothing to take in.
    #[error(
        "find a feed in `{0}`: no file in it is OSV, CSAF 2.0, CISA KEV, EPSS, ATLAS or waybill.advisories/1"
    )]
    Nothing(String),
    /// Another format under the same name.
    #[error(
        "take in `{feed}` as {format}: under that name {held} is held; name it otherwise with --name"
    )]
    Name {
        /// The feed.
        feed: String,
        /// Its format.
        format: &'static str,
        /// The format that is held.
        held: &'static str,
    },
    /// Another update is at work.
    #[error("update `{0}`: another update is at work; wait until it has ended")]
    Locked(String),
    /// What is held is damaged.
    #[error("use the advisories in `{path}`")]
    Held {
        /// The folder.
        path: String,
        /// What is wrong.
        #[source]
        source: HeldError,
    },
    /// A bundle that may not be imported on this day.
    #[error("import `{path}`: {reason}; nothing was changed")]
    Bundle {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
}

fn records(count: u64) -> String {
    match count {
        1 => "1 record".to_owned(),
        count => format!("{count} records"),
    }
}

/// What to add to the command, as it can be pasted.
fn remedy(bad: &[BadRecord], count: u64) -> String {
    let mut ids: Vec<&str> = bad.iter().map(|bad| bad.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let plain = |id: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:#/".contains(&byte);
        !id.is_empty() && id.bytes().all(plain)
    };
    if count > bad.len() as u64 || !ids.iter().all(plain) {
        return "--skip ID leaves one out, --skip-bad all of them".to_owned();
    }
    let (them, ids) = (if count == 1 { "it" } else { "them" }, ids.join(","));
    format!("--skip {ids} leaves {them} out, --skip-bad all that cannot be used")
}

fn listed(bad: &[BadRecord], count: u64) -> String {
    let mut text: String = bad.iter().map(|bad| format!("\n  {bad}")).collect();
    let more = count.saturating_sub(bad.len() as u64);
    if more > 0 {
        text.push_str(&format!("\n  and {more} more"));
    }
    text
}
