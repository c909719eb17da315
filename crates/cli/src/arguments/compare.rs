use std::path::PathBuf;

use clap::Args;

use super::TextOrJson;

/// Say what one model is to another, by their tensors
///
/// Identical, the same weights in another container, quantised, pruned, an adapter merged into it,
/// the same function permuted, fine-tuned, related in part, or unrelated; with the reasons, and every
/// tensor's cosine and difference. All formats that `convert` reads; nothing is loaded. Digests are of
/// all elements; of large tensors, what changed is measured on rows spread evenly.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill compare base.safetensors tuned.safetensors
  waybill compare pytorch_model.bin model.safetensors --format json
  waybill compare tuned.safetensors --claim-base base.safetensors

Exit code 1 says that a claimed lineage does not hold; 2 that the models could not be compared.")]
pub(crate) struct CompareArguments {
    /// The first model; with --claim-base, the one that is said to come from that
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// The second model
    #[arg(value_name = "OTHER", required_unless_present = "claim_base")]
    pub(crate) other: Option<PathBuf>,

    /// Check the claim that MODEL comes from this one
    #[arg(long, value_name = "BASE", conflicts_with = "other")]
    pub(crate) claim_base: Option<PathBuf>,

    /// Configuration, for its limits [default: waybill.toml in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,

    /// List every tensor
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
