use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the bytes are still those of the bill.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// The digests are the same.
    Matches,
    /// They are not.
    Differs,
    /// The bill names a file that is not there.
    Missing,
    /// The file is there and the bill does not name it, though it should.
    NotCovered,
    /// The bill names the file without a digest that could be computed.
    Unverifiable,
}

impl FileState {
    /// The words used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::NotCovered => "not-covered",
            Self::Unverifiable => "unverifiable",
        }
    }
}

/// What was found of one file.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct FileRow {
    /// Path relative to the folder.
    pub path: String,
    /// What was found.
    pub state: FileState,
    /// The component that names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Which digest was compared, and how it differs; or why none was.
    pub reason: String,
}

/// Whether a bill still matches a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// One row for each file, sorted by path.
    pub rows: Vec<FileRow>,
    /// How many of each state there are.
    pub counts: BTreeMap<FileState, u64>,
    /// Components of the bill that name no file: nothing is said about them.
    pub without_files: u64,
}

impl Verification {
    /// True if every file that the bill names is there with the same bytes.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.counts.keys().any(|state| {
            matches!(
                state,
                FileState::Differs | FileState::Missing | FileState::Unverifiable
            )
        })
    }
}
