/// The version of CycloneDX to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CycloneDxVersion {
    /// 1.6, which more tools read.
    V1_6,
    /// 1.7, which can say who stated each field.
    #[default]
    V1_7,
}

impl CycloneDxVersion {
    /// As `specVersion` writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

/// At what point of the system's life the bill was made (CycloneDX `metadata.lifecycles`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifecycle {
    /// Out of sources, before anything was built.
    PreBuild,
    /// While it was built.
    Build,
    /// Out of what was built, for instance an image.
    PostBuild,
    /// While it runs.
    Operations,
}

impl Lifecycle {
    /// As CycloneDX writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreBuild => "pre-build",
            Self::Build => "build",
            Self::PostBuild => "post-build",
            Self::Operations => "operations",
        }
    }

    /// The kind of bill in the words of SPDX 3 (`software_sbomType`).
    #[must_use]
    pub const fn sbom_kind(self) -> &'static str {
        match self {
            Self::PreBuild => "source",
            Self::Build => "build",
            Self::PostBuild => "analyzed",
            Self::Operations => "runtime",
        }
    }
}

/// Who answers for a bill, as the caller names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address, if it is to be published.
    pub email: Option<String>,
    /// True for an organisation, false for a person.
    pub organisation: bool,
}

/// What a writer of bills cannot know from the inventory. Nothing in here is filled in from the
/// clock or at random: the same inventory and options give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Version of CycloneDX; the SPDX writers do not look at it.
    pub version: CycloneDxVersion,
    /// When the bill was made, RFC 3339. Ignored if it is not a date and time.
    pub timestamp: Option<String>,
    /// UUID of the bill, with or without `urn:uuid:`; made from the content if there is none.
    pub serial: Option<String>,
    /// Who answers for it.
    pub author: Option<Author>,
    /// At what point of its life the system was looked at; not said if `None`.
    pub lifecycle: Option<Lifecycle>,
    /// Start of the identifiers in SPDX documents, an `https` URL; made from the content if there
    /// is none.
    pub namespace: Option<String>,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            version: CycloneDxVersion::default(),
            timestamp: None,
            serial: None,
            author: None,
            lifecycle: Some(Lifecycle::PreBuild),
            namespace: None,
        }
    }
}
