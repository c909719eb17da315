use std::path::PathBuf;

use clap::Args;

use super::{AttestedArguments, TextOrJson};

/// Write a model's tensors as safetensors, without loading the model
///
/// Checkpoints of PyTorch (zip, legacy, whole modules, TorchScript), joblib and pickles with arrays,
/// npy and npz, Keras HDF5, GGUF that is not quantised. The pickle is taken apart, never run; every
/// tensor is read again out of the output and compared bit for bit; what is no tensor is listed and
/// left behind. A tensor that cannot be kept whole is a reason to refuse.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill convert pytorch_model.bin                writes pytorch_model.safetensors
  waybill convert model.pt --output safe/model.safetensors
  waybill convert model.pkl --format json          with the digest of every tensor
  waybill convert model.pt --attest model.intoto.json --key build.pem

Exit code 2 says that nothing was written.")]
pub(crate) struct ConvertArguments {
    /// The model
    #[arg(value_name = "FILE")]
    pub(crate) source: PathBuf,

    /// Where to write [default: beside the model, ending with .safetensors]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) rewrite: RewriteArguments,

    #[command(flatten)]
    pub(crate) attested: AttestedArguments,
}

/// What every verb takes that writes a model again.
#[derive(Debug, Args)]
pub(crate) struct RewriteArguments {
    /// Take the place of a file that stands there
    #[arg(long)]
    pub(crate) force: bool,

    /// Configuration, for its limits [default: waybill.toml in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,

    /// List every tensor and all that does not come along
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
