use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AttestedArguments, RewriteArguments};

/// Write a model again without what its function does not need: low bits, metadata, bytes of nothing
///
/// The low bits of each number, where payloads are hidden, are made anew; metadata that no reader needs,
/// and bytes between and behind the tensors, go; the container is written the one way that its format
/// leaves. Numbers can be rounded to a narrower type, and the smallest set to zero. Reads safetensors and
/// GGUF, and writes the same. Prints how far each tensor may and did change, and what cannot be removed so:
/// backdoors, and payloads that are spread over many numbers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill disarm model.safetensors                 writes model.disarmed.safetensors
  waybill disarm model.safetensors --bits 12       keeps more precision
  waybill disarm model.safetensors --cast bf16 --bits bf16=1
  waybill disarm model.gguf --keep tokenizer.chat_template --output small.gguf
  waybill disarm model.safetensors --prune 0.3 --seed 7 --format json
  waybill disarm model.safetensors --attest model.intoto.json --key build.pem

The same file, options and version give the same bytes. Exit code 2 says that nothing was written.")]
pub(crate) struct DisarmArguments {
    /// The model
    #[arg(value_name = "FILE")]
    pub(crate) source: PathBuf,

    /// Where to write [default: beside the model, with .disarmed before its ending]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Low bits of the mantissa to make anew: of single precision (0 to 23), other types keep the same
    /// precision; or of one type, as f64=N, f32=N, f16=N or bf16=N; may be given several times [default: 16]
    #[arg(long, value_name = "N", value_parser = bits)]
    pub(crate) bits: Vec<BitsArgument>,

    /// Round numbers to this type
    #[arg(long, value_name = "TYPE")]
    pub(crate) cast: Option<CastArgument>,

    /// Set this share of the values of each matrix to zero, the smallest: 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "prune_rows")]
    pub(crate) prune: Option<f64>,

    /// Set this share of the rows of each matrix to zero, those of the least norm: 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) prune_rows: Option<f64>,

    /// What decides the new bits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Keep the metadata of this name; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) keep: Vec<String>,

    #[command(flatten)]
    pub(crate) rewrite: RewriteArguments,

    #[command(flatten)]
    pub(crate) attested: AttestedArguments,
}

/// So many low bits, of one type or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BitsArgument {
    pub(crate) of: Option<FloatArgument>,
    pub(crate) count: u32,
}

/// A type of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloatArgument {
    F64,
    F32,
    F16,
    Bf16,
}

/// A type to round to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CastArgument {
    F16,
    Bf16,
}

fn bits(text: &str) -> Result<BitsArgument, String> {
    let (of, count) = match text.split_once('=') {
        Some((name, count)) => (Some(name), count),
        None => (None, text),
    };
    let (of, most) = match of {
        Some("f64") => (Some(FloatArgument::F64), 52),
        Some("f32") => (Some(FloatArgument::F32), 23),
        Some("f16") => (Some(FloatArgument::F16), 10),
        Some("bf16") => (Some(FloatArgument::Bf16), 7),
        Some(_) => return Err("the type is f64, f32, f16 or bf16".to_owned()),
        None => (None, 23),
    };
    match count.parse() {
        Ok(count) if count <= most => Ok(BitsArgument { of, count }),
        _ => Err(format!("the mantissa has {most} bits")),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a share from 0 to 1".to_owned()),
    }
}
