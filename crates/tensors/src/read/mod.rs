//! Which format it is, and its tensors.

mod built;
mod hdf5;
mod numbers;
mod objects;
mod torch;

use std::sync::Arc;

use waybill_formats::wrapper::{Budget, Codec, Ended, Scratch, expand};
use waybill_formats::{Bytes, Limits, SubRange, gguf, numpy, pickle, safetensors, zip};

use crate::{Model, TensorsError};

/// First bytes of HDF5.
const HDF5_MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Bytes of tensors that any file may have.
const SPARE_BYTES: u64 = 1 << 30;
/// How many times as many as it has itself a file may have; views share bytes, and archives compress.
const TIMES_THE_FILE: u64 = 64;

/// What reading needs besides the bytes.
pub(crate) struct Context<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) scratch: &'a dyn Scratch,
    pub(crate) budget: Budget,
}

/// The tensors of a file, told by its content.
///
/// # Errors
/// [`TensorsError`] if it is none of the formats, breaks off, or has a tensor that cannot be had
/// whole: a quantised one, one on no device, one in another file.
pub fn read(bytes: &Bytes, limits: &Limits, scratch: &dyn Scratch) -> Result<Model, TensorsError> {
    let context = Context {
        limits,
        scratch,
        budget: Budget::new(bytes.len()),
    };
    let mut model = known(bytes, &context)?;
    bounded(&model, bytes.len())?;
    model.find_shared();
    Ok(model)
}

/// Refuses a few bytes that stand for more numbers than any disk holds.
fn bounded(model: &Model, file_bytes: u64) -> Result<(), TensorsError> {
    let mut all = 0_u64;
    for tensor in &model.tensors {
        all = all.saturating_add(tensor.bytes()?);
    }
    match all > SPARE_BYTES.saturating_add(file_bytes.saturating_mul(TIMES_THE_FILE)) {
        true => Err(TensorsError::Broken(
            "its tensors are far larger than the file: views that repeat few bytes".to_owned(),
        )),
        false => Ok(()),
    }
}

fn known(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let source = bytes.as_ref();
    let head = source.bytes_at(0, 64).unwrap_or_default();
    if head.starts_with(HDF5_MAGIC) {
        return hdf5::read(bytes, context);
    }
    if gguf::recognises(&head, bytes.len()) {
        return numbers::gguf(bytes, context);
    }
    if numpy::recognises(&head, bytes.len()) {
        let mut model = Model {
            format: "npy",
            ..Model::default()
        };
        numbers::npy(bytes, "array", context, &mut model)?;
        return Ok(model);
    }
    if zip::recognises(&head) {
        return of_zip(bytes, context);
    }
    if let Some(codec) = Codec::recognises(&head) {
        let inner = expanded(bytes, codec, context)?;
        return objects::joblib(&inner, context);
    }
    if pickle::begins_torch_legacy(&head) {
        return torch::legacy(bytes, context);
    }
    if safetensors::recognises(&head, bytes.len()) {
        return numbers::safetensors(bytes, context);
    }
    if pickle::recognises(source, 0, context.limits) {
        return objects::joblib(bytes, context);
    }
    Err(TensorsError::Format(
        "it is no checkpoint of PyTorch, joblib, NumPy, Keras HDF5, GGUF or safetensors; \
         `waybill scan` says what it is"
            .to_owned(),
    ))
}

/// A zip is a checkpoint of PyTorch, a `TorchScript` archive, or arrays of NumPy.
fn of_zip(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let archive = Archive::open(bytes, context)?;
    if let Some(root) = archive.root_of("data.pkl") {
        return torch::zip(&archive, &root, context);
    }
    let mut model = Model {
        format: "npz",
        ..Model::default()
    };
    for name in archive.names() {
        match name.strip_suffix(".npy") {
            Some(array) => {
                let inner = archive.member(&name, context)?;
                numbers::npy(&inner, array, context, &mut model)?;
            }
            None => model.leave(&name, "a member that is no array"),
        }
    }
    match model.tensors.is_empty() && model.left.iter().all(|left| !left.path.ends_with(".npy")) {
        true => Err(TensorsError::Format(
            "the zip is neither a checkpoint of PyTorch nor arrays of NumPy".to_owned(),
        )),
        false => Ok(model),
    }
}

/// The members of a zip.
pub(crate) struct Archive {
    bytes: Bytes,
    entries: Vec<zip::Entry>,
}

impl Archive {
    fn open(bytes: &Bytes, context: &Context<'_>) -> Result<Self, TensorsError> {
        let facts = zip::parse(bytes.as_ref(), context.limits)
            .ok_or_else(|| TensorsError::Broken("the zip has no directory".to_owned()))?;
        let entries: Vec<zip::Entry> = facts
            .entries
            .into_iter()
            .filter(|entry| entry.listed && !entry.is_folder())
            .collect();
        let mut names = std::collections::HashSet::new();
        // Readers differ in which of two they take.
        if let Some(twice) = entries
            .iter()
            .find(|entry| !names.insert(entry.name.as_str()))
        {
            let name = twice.name.escape_debug();
            return Err(TensorsError::Broken(format!(
                "the zip has two members `{name}`"
            )));
        }
        Ok(Self {
            bytes: Arc::clone(bytes),
            entries,
        })
    }

    /// The folder, with its slash, in which a member of this name stands.
    fn root_of(&self, name: &str) -> Option<String> {
        self.entries.iter().find_map(|entry| {
            let root = entry.name.strip_suffix(name)?;
            let shallow =
                root.is_empty() || (root.ends_with('/') && root.matches('/').count() == 1);
            shallow.then(|| root.to_owned())
        })
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.entries
            .iter()
            .map(|entry| entry.name.clone())
            .collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The content of a member; compressed ones go to scratch space.
    pub(crate) fn member(&self, name: &str, context: &Context<'_>) -> Result<Bytes, TensorsError> {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| {
            TensorsError::Broken(format!(
                "the archive has no member `{}`",
                name.escape_debug()
            ))
        })?;
        let start = entry.data_start.ok_or_else(|| {
            TensorsError::Broken(format!(
                "the member `{}` has no header",
                name.escape_debug()
            ))
        })?;
        if entry.encrypted() {
            return Err(TensorsError::Broken(format!(
                "the member `{name}` is encrypted"
            )));
        }
        let stored: Bytes = Arc::new(SubRange::new(
            Arc::clone(&self.bytes),
            start,
            entry.compressed_bytes,
        ));
        if entry.method == 0 {
            return Ok(stored);
        }
        let codec = Codec::of_zip_method(entry.method).ok_or_else(|| {
            TensorsError::Broken(format!(
                "the member `{name}` is compressed by a method that is not known"
            ))
        })?;
        expanded(&stored, codec, context)
    }
}

fn expanded(bytes: &Bytes, codec: Codec, context: &Context<'_>) -> Result<Bytes, TensorsError> {
    let expanded = expand(
        codec,
        bytes,
        context.limits,
        &context.budget,
        context.scratch,
    );
    match expanded.ended {
        Ended::Whole => Ok(expanded.bytes),
        other => Err(TensorsError::Broken(format!(
            "it does not decompress: {other:?}"
        ))),
    }
}

#[cfg(test)]
mod tests;
