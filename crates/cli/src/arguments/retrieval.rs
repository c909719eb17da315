use std::path::PathBuf;

use clap::{Args, ValueEnum};
use waybill_domain::Date;
use waybill_domain::retrieval::Fixing;

use super::TextOrJson;

/// Check that what is fetched for a system can only be what was meant
///
/// Looks at every file that says what is fetched: lock files and lists of requirements, recipes of
/// images, workflows, code that loads models. Says what a digest of the content fixes, what only a name
/// does, and what floats. Attestations that lie in the target or are given are verified without a network:
/// those of PyPI (PEP 740, as `/integrity/NAME/VERSION/FILE/provenance` gives them or as they lie beside a
/// file), those of npm (`/-/npm/v1/attestations/NAME@VERSION`), npm's registry signatures (what the
/// registry says of a package), and bundles of Sigstore; each is held against the digests that the files
/// fix, the publisher that the index or `pylock.toml` names, and those under `[[retrieval.identities]]` in
/// `waybill.toml`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill retrieval .
  waybill retrieval . --attestations downloaded/
  waybill retrieval . --accept name --format json
  waybill retrieval . --attestations downloaded/ --require-attestations

Exit code 1 says that something is looser than accepted, refused, or not attested although it has to be;
3 that nothing is fetched; 4 that a file could not be read.")]
pub(crate) struct RetrievalArguments {
    /// A folder, an archive made by `docker save`, or an OCI layout
    #[arg(value_name = "TARGET")]
    pub(crate) target: PathBuf,

    /// A file with attestations, or a folder of them, beside those in the target; may be given several
    /// times
    #[arg(long, value_name = "PATH")]
    pub(crate) attestations: Vec<PathBuf>,

    /// Every locked package of PyPI and npm has to be attested
    #[arg(long)]
    pub(crate) require_attestations: bool,

    /// Every file of a package that lies in the target has to be fixed by an entry, or attested
    #[arg(long)]
    pub(crate) require_fixed_files: bool,

    /// The loosest way to fix something that is accepted
    #[arg(long, value_name = "FIXING", default_value = "digest")]
    pub(crate) accept: AcceptArgument,

    /// Keys of the npm registry that hands out the packages, as its `/-/npm/v1/keys` gives them
    /// [default: those of the public one]
    #[arg(long, value_name = "FILE")]
    pub(crate) registry_keys: Option<PathBuf>,

    /// Whom to trust for signatures without keys: a `trusted_root.json` [default: Sigstore's]
    #[arg(long, value_name = "FILE")]
    pub(crate) trust_root: Option<PathBuf>,

    /// Keys and certificates that are not trusted any more: a file with a SHA-256 digest a line
    #[arg(long, value_name = "FILE")]
    pub(crate) revoked: Option<PathBuf>,

    /// Leave out paths that match; may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// Configuration [default: waybill.toml in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The date of today, YYYY-MM-DD [default: as the clock says]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,

    /// List everything, also what nobody attested
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// How firmly something is fixed, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AcceptArgument {
    /// By a strong digest of the content
    Digest,
    /// Also by MD5 or SHA-1
    WeakDigest,
    /// Also by a name that its owner can move
    Name,
    /// Whatever is newest
    Floating,
}

impl From<AcceptArgument> for Fixing {
    fn from(argument: AcceptArgument) -> Self {
        match argument {
            AcceptArgument::Digest => Self::Digest,
            AcceptArgument::WeakDigest => Self::WeakDigest,
            AcceptArgument::Name => Self::Name,
            AcceptArgument::Floating => Self::Floating,
        }
    }
}
