//! The verb `convert`: a model's tensors as safetensors, without loading it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use waybill_domain::{
    CONVERSION_SCHEMA, Conversion, ConvertedFile, ConvertedTensor, LeftBehind,
    Sha256 as Sha256Digest,
};
use waybill_formats::{Bytes, Limits};
use waybill_tensors::{Model, Tensor, TensorsError};

use crate::rewrite::{Aside, RewriteFailure, Until, of_file, opened, unreadable, unwritable};
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
    // The source as a whole takes a thread of its own, beside the writing and the proof.
    let ended = AtomicBool::new(false);
    let (made, source) = std::thread::scope(|scope| {
        let wanted = Until {
            bytes: &bytes,
            ended: &ended,
        };
        let source = scope.spawn(move || of_file(&wanted, &request.source));
        let made = made(request, &model, &mut aside);
        // A full disk is told at once, not when the source is read to its end.
        ended.store(made.is_err(), Ordering::Relaxed);
        (made, source.join())
    });
    let made = made?;
    let source = source.unwrap_or_else(|_| Err(unreadable(&request.source)))?;
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
            size_bytes: made.bytes,
            sha256: made.sha256,
        },
        tensors: shared(made.tensors, &model),
        left_behind: left(model),
    })
}

/// The output.
struct Made {
    bytes: u64,
    sha256: Sha256Digest,
    tensors: Vec<ConvertedTensor>,
}

/// Writes the tensors aside, and proves what was written.
fn made(
    request: &ConvertRequest,
    model: &Model,
    aside: &mut Aside<'_>,
) -> Result<Made, RewriteFailure> {
    let written = aside.fill(|out| waybill_tensors::write(model, &[], out));
    let written = written.map_err(|error| match error {
        TensorsError::Write(reason) => unwritable(&request.output, &reason),
        error => RewriteFailure::Tensors {
            verb: "convert",
            path: request.source.display().to_string(),
            error,
        },
    })?;
    let (output, _) = opened(aside.path())?;
    let (tensors, sha256) = rayon::join(
        || proved(request, model, &output),
        || of_file(output.as_ref(), &request.source),
    );
    Ok(Made {
        bytes: written,
        sha256: sha256?,
        tensors: tensors?,
    })
}

/// Reads the output again, beside the source: every tensor has to have the same elements, bit for bit.
fn proved(
    request: &ConvertRequest,
    model: &Model,
    output: &Bytes,
) -> Result<Vec<ConvertedTensor>, RewriteFailure> {
    let differs = |name: &str, reason: &str| RewriteFailure::Differs {
        path: request.source.display().to_string(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    let again = waybill_tensors::read(output, &request.limits, &InFiles)
        .map_err(|error| differs("the file", &error.to_string()))?;
    let wanted: HashMap<&str, &Tensor> = model
        .tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor))
        .collect();
    if again.tensors.len() != wanted.len() {
        return Err(differs("the file", "it has another number of tensors"));
    }
    let mut proved = Vec::with_capacity(again.tensors.len());
    for tensor in &again.tensors {
        let source = wanted.get(tensor.name.as_str());
        let source = source.ok_or_else(|| differs(&tensor.name, "the source has none such"))?;
        let digest = source
            .written_as(tensor)
            .map_err(|error| differs(&tensor.name, &error.to_string()))?
            .ok_or_else(|| differs(&tensor.name, "it came out otherwise"))?;
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
