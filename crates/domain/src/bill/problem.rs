use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of rule a bill breaks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The official schema of the format.
    Schema,
    /// An object names one key twice, so that readers disagree about its value.
    DuplicateKey,
    /// Two things carry one reference.
    DuplicateReference,
    /// A reference leads to nothing in the bill.
    DanglingReference,
    /// Something depends on itself.
    SelfDependency,
    /// A package URL that is none.
    InvalidPurl,
    /// A path that only means something on the machine that wrote it.
    AbsolutePath,
    /// A licence id or expression that SPDX does not know.
    InvalidLicence,
    /// A date that is none.
    InvalidDate,
    /// A digest whose length is not that of its algorithm.
    InvalidHash,
    /// A serial number that is no URN of a UUID, or none at all.
    SerialNumber,
    /// A version range without `isExternal`, or beside a version.
    External,
    /// A pointer or path that leads to nothing.
    DanglingPointer,
}

impl ProblemKind {
    /// The words used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::DuplicateKey => "duplicate-key",
            Self::DuplicateReference => "duplicate-reference",
            Self::DanglingReference => "dangling-reference",
            Self::SelfDependency => "self-dependency",
            Self::InvalidPurl => "invalid-purl",
            Self::AbsolutePath => "absolute-path",
            Self::InvalidLicence => "invalid-licence",
            Self::InvalidDate => "invalid-date",
            Self::InvalidHash => "invalid-hash",
            Self::SerialNumber => "serial-number",
            Self::External => "external",
            Self::DanglingPointer => "dangling-pointer",
        }
    }
}

/// How much a problem weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The bill breaks its standard; readers may refuse it.
    Error,
    /// The standard allows it, or leaves it open, but it will mislead or fail somebody.
    Warning,
}

/// One thing that is wrong with a bill.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Problem {
    /// How much it weighs.
    pub gravity: Gravity,
    /// What kind of rule is broken.
    pub kind: ProblemKind,
    /// Where, as a JSON pointer (RFC 6901) into the document. For a bill in XML: into the JSON
    /// document of the same version that it stands for.
    pub pointer: String,
    /// What is wrong, as a lowercase fragment; values of the bill stand in backticks, cut short.
    pub message: String,
}

/// What is wrong with a bill: the first of it, and how much there is in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problems {
    /// The first problems, in the order of the document.
    pub listed: Vec<Problem>,
    /// How many there are by kind, those not listed included.
    pub counts: BTreeMap<ProblemKind, u64>,
    /// How many of them are errors.
    pub errors: u64,
}

impl Problems {
    /// Counts a problem, and keeps it if fewer than `most` are kept.
    pub fn add(&mut self, problem: Problem, most: usize) {
        let count = self.counts.entry(problem.kind).or_default();
        *count = count.saturating_add(1);
        if problem.gravity == Gravity::Error {
            self.errors = self.errors.saturating_add(1);
        }
        if self.listed.len() < most {
            self.listed.push(problem);
        }
    }

    /// Takes back listed problems that turn out to be none.
    pub fn forgive(&mut self, none: impl Fn(&Problem) -> bool) {
        let (taken, kept): (Vec<_>, Vec<_>) =
            self.listed.drain(..).partition(|problem| none(problem));
        self.listed = kept;
        for problem in taken {
            if problem.gravity == Gravity::Error {
                self.errors = self.errors.saturating_sub(1);
            }
            if let Some(count) = self.counts.get_mut(&problem.kind) {
                *count = count.saturating_sub(1);
            }
        }
        self.counts.retain(|_, count| *count > 0);
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn of(&self, kind: ProblemKind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    /// True if nothing breaks the standard.
    #[must_use]
    pub const fn acceptable(&self) -> bool {
        self.errors == 0
    }
}
