use std::path::PathBuf;

use clap::Args;

use super::TextOrJson;

/// Say what one model is to another, by their tensors
///
/// Identical, the same weights in another container, quantised, pruned, an adapter merged into it,
/// the same function permuted, fine-tuned, related in part, or unrelated; with the reasons, and every
/// tensor's cosine, difference and largest singular values. All formats that `convert` reads; nothing
/// is loaded. Digests are of all elements; of large tensors, what changed is measured on rows spread
/// evenly. With --index, MODEL is held against fingerprints of known models instead of another's
/// weights: which of them it most likely comes from.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill compare base.safetensors tuned.safetensors
  waybill compare pytorch_model.bin model.safetensors --format json
  waybill compare tuned.safetensors --claim-base base.safetensors
  waybill compare base.safetensors --index known.json --add acme/encoder --revision 1.0
  waybill compare tuned.safetensors --index known.json
  waybill compare tuned.safetensors --index known.json --claim-base acme/encoder

Exit code 1 says that a claimed lineage does not hold; 2 that the models could not be compared.")]
pub(crate) struct CompareArguments {
    /// The first model; with --claim-base, the one that is said to come from that
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// The second model
    #[arg(value_name = "OTHER", conflicts_with = "index")]
    pub(crate) other: Option<PathBuf>,

    /// Check the claim that MODEL comes from this one: a model, or a known one of an index by its
    /// NAME or NAME@REVISION
    #[arg(long, value_name = "BASE", conflicts_with = "other")]
    pub(crate) claim_base: Option<PathBuf>,

    /// Index of known models to hold MODEL against; may be given several times [default: those that
    /// the configuration names]
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Vec<PathBuf>,

    /// Add MODEL to the index under this name; the index is made if it is not there
    #[arg(long, value_name = "NAME", requires = "index", conflicts_with_all = ["other", "claim_base"])]
    pub(crate) add: Option<String>,

    /// With --add: who provides it
    #[arg(long, value_name = "TEXT", requires = "add")]
    pub(crate) supplier: Option<String>,

    /// With --add: which revision of it this is
    #[arg(long, value_name = "TEXT", requires = "add")]
    pub(crate) revision: Option<String>,

    /// With --add: its licence
    #[arg(long, value_name = "TEXT", requires = "add")]
    pub(crate) licence: Option<String>,

    /// Configuration, for its limits and indexes [default: waybill.toml in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,

    /// List every tensor
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
