//! What a container holds: the tensors, the few texts that readers need, and all else, which goes.

use std::sync::Arc;

use waybill_formats::{Bytes, Limits, gguf, safetensors};

use super::Part;
use crate::{Dtype, Left, Tensor, TensorsError};

/// What `format` in the metadata of safetensors says for readers that ask who wrote it.
const FRAMEWORKS: [&str; 6] = ["pt", "tf", "flax", "jax", "np", "mlx"];
/// Keys of GGUF that readers build the model by; others describe it, or, as templates of chats do, are code.
const GGUF_NEEDED: [&str; 4] = [
    "general.architecture",
    "general.alignment",
    "general.file_type",
    "general.quantization_version",
];
/// Keys of GGUF that begin so are texts about the model.
const GGUF_ABOUT: [&str; 2] = ["general.", "tokenizer.chat_template"];

/// Bytes that the pairs of GGUF may have together: large vocabularies have some ten MB.
const PAIR_BYTES: u64 = 256 << 20;
/// The largest alignment that is written.
const ALIGNMENT: u64 = 1 << 20;

/// A model, opened for disarming.
#[derive(Debug)]
pub struct Container {
    /// `safetensors` or `gguf`.
    pub format: &'static str,
    /// The tensors.
    pub parts: Vec<Part>,
    /// What is not written again.
    pub removed: Vec<Left>,
    /// Texts that are.
    pub(super) kept: Vec<(String, String)>,
    /// Pairs of GGUF that are, as they stand.
    pub(super) pairs: Vec<Vec<u8>>,
    /// Alignment of tensors in GGUF.
    pub(super) alignment: u64,
    /// Version of GGUF.
    pub(super) version: u32,
}

/// Opens a safetensors or GGUF file. `keep` names metadata that stays although no reader needs it.
///
/// Bytes that belong to no tensor are no reason to refuse, as they are elsewhere: removing them is
/// what this is for.
///
/// # Errors
/// [`TensorsError`] if it is another format, or one whose tensors cannot be told.
pub fn open(bytes: &Bytes, limits: &Limits, keep: &[String]) -> Result<Container, TensorsError> {
    let head = bytes.bytes_at(0, 4096).unwrap_or_default();
    if gguf::recognises(&head, bytes.len()) {
        return of_gguf(bytes, limits, keep);
    }
    if safetensors::recognises(&head, bytes.len()) {
        return of_safetensors(bytes, limits, keep);
    }
    Err(TensorsError::Format(
        "it is neither safetensors nor GGUF; `waybill convert` makes safetensors of other formats first"
            .to_owned(),
    ))
}

fn container(format: &'static str) -> Container {
    Container {
        format,
        parts: Vec::new(),
        removed: Vec::new(),
        kept: Vec::new(),
        pairs: Vec::new(),
        alignment: 1,
        version: 0,
    }
}

impl Container {
    fn remove(&mut self, path: &str, what: impl Into<String>) {
        self.removed.push(Left {
            path: path.to_owned(),
            what: what.into(),
        });
    }
}

fn of_safetensors(
    bytes: &Bytes,
    limits: &Limits,
    keep: &[String],
) -> Result<Container, TensorsError> {
    use safetensors::ProblemKind as Kind;
    let facts = safetensors::parse(bytes.as_ref(), limits).ok_or_else(|| {
        TensorsError::Broken("the header of safetensors cannot be read".to_owned())
    })?;
    let mut container = container("safetensors");
    if facts.problems_left_out > 0 {
        return Err(TensorsError::Broken(
            "the file breaks its format in many places".to_owned(),
        ));
    }
    for problem in &facts.problems {
        let what = problem.kind.to_string();
        match &problem.kind {
            Kind::Hole { .. }
            | Kind::DataStart { .. }
            | Kind::BytesAfterData { .. }
            | Kind::HeaderPadding { .. } => container.remove("", what),
            Kind::MetadataNotObject | Kind::MetadataNotText { .. } | Kind::FieldUnknown { .. } => {
                container.remove("__metadata__", what);
            }
            Kind::DuplicateKey {
                within: Some(within),
                ..
            } if within == "__metadata__" => container.remove("__metadata__", what),
            _ => {
                return Err(TensorsError::Broken(format!(
                    "the file breaks its format: {what}"
                )));
            }
        }
    }
    for (key, value) in facts.metadata {
        let needed = key == "format" && FRAMEWORKS.contains(&value.as_str());
        let wanted = keep.contains(&key);
        let twice = container.kept.iter().any(|(kept, _)| *kept == key);
        match (needed || wanted) && !twice {
            true => container.kept.push((key, value)),
            false => container.remove(&key, text_of(value.len() as u64)),
        }
    }
    for tensor in facts.tensors {
        let size = tensor.end.saturating_sub(tensor.begin);
        let known = Dtype::named(&tensor.dtype);
        let (dtype, elements) = raw(known, &tensor.shape, size);
        container.parts.push(Part {
            tensor: Tensor {
                name: tensor.name,
                dtype,
                shape: elements,
                source: Arc::clone(bytes),
                offset: facts.data_start.saturating_add(tensor.begin),
                strides: None,
                big_endian: false,
            },
            dtype: tensor.dtype,
            shape: tensor.shape,
            ggml_type: 0,
        });
    }
    let width = |part: &Part| part.tensor.dtype.part_bytes();
    container
        .parts
        .sort_by(|one, other| (width(other), one.name()).cmp(&(width(one), other.name())));
    Ok(container)
}

/// What is not known is bytes.
fn raw(known: Option<Dtype>, shape: &[u64], size: u64) -> (Dtype, Vec<u64>) {
    match known {
        Some(dtype) => (dtype, shape.to_vec()),
        None => (Dtype::U8, vec![size]),
    }
}

fn text_of(bytes: u64) -> String {
    format!("a text of {bytes} bytes")
}

fn of_gguf(bytes: &Bytes, limits: &Limits, keep: &[String]) -> Result<Container, TensorsError> {
    use gguf::ProblemKind as Kind;
    let facts = gguf::parse(bytes.as_ref(), limits)
        .ok_or_else(|| TensorsError::Broken("the header of GGUF cannot be read".to_owned()))?;
    if facts.big_endian || facts.version < 2 || facts.problems_left_out > 0 {
        return Err(TensorsError::Broken(format!(
            "GGUF of version {}{} is not written again; `waybill convert` makes safetensors of it",
            facts.version,
            if facts.big_endian {
                ", big-endian,"
            } else {
                ""
            }
        )));
    }
    let mut container = container("gguf");
    container.version = facts.version;
    container.alignment = facts.alignment;
    for problem in &facts.problems {
        let what = problem.kind.to_string();
        match &problem.kind {
            Kind::Hole { .. } | Kind::PaddingNotZero { .. } | Kind::BytesAfterData { .. } => {
                container.remove("", what);
            }
            // Only what is kept of the text is short, the bytes are taken as they stand.
            Kind::TextCut { .. } => {}
            _ => {
                return Err(TensorsError::Broken(format!(
                    "the file breaks its format: {what}"
                )));
            }
        }
    }
    let start = facts
        .data_start
        .ok_or_else(|| TensorsError::Broken("the tensors cannot be found".to_owned()))?;
    let pairs = facts.pairs.first().map_or(start, |pair| pair.offset);
    if start.saturating_sub(pairs) > PAIR_BYTES || facts.alignment > ALIGNMENT {
        return Err(TensorsError::Broken(
            "its tables, or the space between its tensors, are larger than those of any model"
                .to_owned(),
        ));
    }
    let behind = facts.tensors.first().map_or(start, |tensor| tensor.at);
    let ends = facts.pairs.iter().skip(1).map(|pair| pair.offset);
    for (pair, end) in facts.pairs.iter().zip(ends.chain([behind])) {
        let size = end.saturating_sub(pair.offset);
        let about = GGUF_ABOUT.iter().any(|start| pair.key.starts_with(start));
        let needed = !about || GGUF_NEEDED.contains(&pair.key.as_str());
        if needed || keep.contains(&pair.key) {
            let count = usize::try_from(size).unwrap_or(usize::MAX);
            container.pairs.push(bytes.bytes_at(pair.offset, count)?);
        } else {
            container.remove(&pair.key, text_of(size));
        }
    }
    for tensor in facts.tensors {
        let named = tensor.type_name.unwrap_or("unknown");
        let size = tensor.size_bytes.unwrap_or(0);
        let mut shape = tensor.dims.clone();
        shape.reverse();
        let (dtype, elements) = raw(Dtype::of_ggml(named), &shape, size);
        container.parts.push(Part {
            tensor: Tensor {
                name: tensor.name,
                dtype,
                shape: elements,
                source: Arc::clone(bytes),
                offset: start.saturating_add(tensor.offset),
                strides: None,
                big_endian: false,
            },
            dtype: named.to_owned(),
            shape,
            ggml_type: tensor.ggml_type,
        });
    }
    Ok(container)
}
