//! The verb `convert`: a model's tensors as safetensors, without loading it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use waybill_domain::{
    CONVERSION_SCHEMA, Conversion, ConvertedFile, ConvertedTensor, LeftBehind,
    Sha256 as Sha256Digest,
};
use waybill_formats::Limits;
use waybill_tensors::{Model, TensorsError};

use crate::rewrite::{Aside, RewriteFailure, of_file, opened, unwritable};
use crate::scan::tool;
use crate::scratch::InFiles;

/// What is converted.
#[derive(Clone, Debug)]
pub struct ConvertRequest {
    /// The model.
    pub source: PathBuf,
    /// Where the safetensors file is to stand.
    pub output: PathBuf,
    /// True if it may take the place of a file.
    pub replace: bool,
    /// How much work and memory it may cost.
    pub limits: Limits,
}

/// Converts a model, and proves each tensor equal by reading the output again.
///
/// # Errors
/// [`RewriteFailure`].
pub fn convert(request: &ConvertRequest) -> Result<Conversion, RewriteFailure> {
    let path = request.source.display().to_string();
    let failed = |error: TensorsError| RewriteFailure::Tensors {
        verb: "convert",
        path: path.clone(),
        error,
    };
    let (bytes, stamp) = opened(&request.source)?;
    let model = waybill_tensors::read(&bytes, &request.limits, &InFiles).map_err(failed)?;
    if model.tensors.is_empty() {
        return Err(RewriteFailure::Nothing {
            verb: "convert",
            path,
            left: model.left.len(),
        });
    }
    let mut aside = Aside::beside(&request.output, &request.source, request.replace)?;
    // Two cores are busy: one with the tensors, one with the source as a whole.
    let (written, source) = rayon::join(
        || aside.fill(|out| waybill_tensors::write(&model, &[], out)),
        || of_file(&bytes, &request.source),
    );
    let written = written.map_err(|error| match error {
        TensorsError::Write(reason) => unwritable(&request.output, &reason),
        error => failed(error),
    })?;
    let source = source?;
    let (proved, output) = proved(request, aside.path(), &written.tensors)?;
    aside.keep(&request.source, &stamp)?;
    Ok(Conversion {
        schema: CONVERSION_SCHEMA.to_owned(),
        tool: tool(),
        source: ConvertedFile {
            path,
            format: model.format.to_owned(),
            size_bytes: bytes.len(),
            sha256: source,
        },
        output: ConvertedFile {
            path: request.output.display().to_string(),
            format: "safetensors".to_owned(),
            size_bytes: written.bytes,
            sha256: output,
        },
        tensors: shared(proved, &model),
        left_behind: left(model),
    })
}

fn differs(request: &ConvertRequest, name: &str, reason: &str) -> RewriteFailure {
    RewriteFailure::Differs {
        path: request.source.display().to_string(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Reads the output again: every tensor has to have the digest that the source's had. Gives the
/// digest of the output, too.
fn proved(
    request: &ConvertRequest,
    output: &Path,
    wanted: &[(String, [u8; 32])],
) -> Result<(Vec<ConvertedTensor>, Sha256Digest), RewriteFailure> {
    let (bytes, _) = opened(output)?;
    let differs = |name: &str, reason: &str| differs(request, name, reason);
    let of_tensors = || {
        let model = waybill_tensors::read(&bytes, &request.limits, &InFiles)
            .map_err(|error| differs("the file", &error.to_string()))?;
        let wanted: HashMap<&str, &[u8; 32]> = wanted
            .iter()
            .map(|(name, digest)| (name.as_str(), digest))
            .collect();
        if model.tensors.len() != wanted.len() {
            return Err(differs("the file", "it has another number of tensors"));
        }
        let mut proved = Vec::with_capacity(model.tensors.len());
        for tensor in &model.tensors {
            let mut digest = Sha256::new();
            tensor
                .stream(&mut |piece| {
                    digest.update(piece);
                    Ok(())
                })
                .map_err(|error| differs(&tensor.name, &error.to_string()))?;
            let digest: [u8; 32] = digest.finalize().into();
            if wanted.get(tensor.name.as_str()).copied() != Some(&digest) {
                return Err(differs(&tensor.name, "its elements came out otherwise"));
            }
            proved.push(ConvertedTensor {
                name: tensor.name.clone(),
                dtype: tensor.dtype.safetensors().0.to_owned(),
                shape: tensor.shape.clone(),
                sha256: Sha256Digest::from_bytes(&digest),
                shared_with: None,
            });
        }
        proved.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(proved)
    };
    let (tensors, output) = rayon::join(of_tensors, || of_file(&bytes, &request.source));
    Ok((tensors?, output?))
}

fn shared(mut tensors: Vec<ConvertedTensor>, model: &Model) -> Vec<ConvertedTensor> {
    let with: HashMap<&str, &str> = model
        .shared
        .iter()
        .map(|(name, first)| (name.as_str(), first.as_str()))
        .collect();
    for tensor in &mut tensors {
        tensor.shared_with = with
            .get(tensor.name.as_str())
            .map(|first| (*first).to_owned());
    }
    tensors
}

fn left(model: Model) -> Vec<LeftBehind> {
    let mut left: Vec<LeftBehind> = model
        .left
        .into_iter()
        .map(|left| LeftBehind {
            path: left.path,
            what: left.what,
        })
        .collect();
    let pairs = model.metadata.into_iter();
    left.extend(pairs.map(|(key, _)| LeftBehind {
        path: key,
        what: "a text about the model".to_owned(),
    }));
    left
}
