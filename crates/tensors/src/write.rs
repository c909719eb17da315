//! safetensors, written the one way that the format leaves: <https://huggingface.co/docs/safetensors>.

use std::io::Write;

use sha2::{Digest as _, Sha256};

use crate::{Model, Tensor, TensorsError};

/// The header begins at this multiple, and so do the tensors behind it.
const ALIGNMENT: usize = 8;
/// The largest header that readers take.
const HEADER_BYTES: usize = 100_000_000;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Bytes of the file.
    pub bytes: u64,
    /// Name and SHA-256 of the elements of each tensor (row-major, little-endian), by name.
    pub tensors: Vec<(String, [u8; 32])>,
}

/// Writes the tensors of a model as safetensors. Large elements come first and names decide among
/// equals, as the reference implementation orders them, so that the same tensors give the same file.
///
/// # Errors
/// [`TensorsError`] if a tensor cannot be read, or what `out` fails with.
pub fn write(
    model: &Model,
    metadata: &[(String, String)],
    out: &mut dyn Write,
) -> Result<Written, TensorsError> {
    let mut order: Vec<&Tensor> = model.tensors.iter().collect();
    order.sort_by(|left, right| {
        (right.dtype.part_bytes(), &left.name).cmp(&(left.dtype.part_bytes(), &right.name))
    });
    let header = entries(&order, metadata)?;
    let mut file = Counted { out, bytes: 0 };
    file.put(&(header.len() as u64).to_le_bytes())?;
    file.put(&header)?;
    let mut tensors = Vec::with_capacity(order.len());
    for tensor in order {
        let before = file.bytes;
        let mut digest = Sha256::new();
        tensor.stream(&mut |piece| {
            digest.update(piece);
            file.put(piece)
        })?;
        let written = file.bytes.saturating_sub(before);
        if written != tensor.bytes()? {
            return Err(tensor.wrong("fewer bytes came than it has"));
        }
        tensors.push((tensor.name.clone(), digest.finalize().into()));
    }
    tensors.sort();
    Ok(Written {
        bytes: file.bytes,
        tensors,
    })
}

/// Counts what is written.
pub(crate) struct Counted<'a> {
    pub(crate) out: &'a mut dyn Write,
    pub(crate) bytes: u64,
}

impl Counted<'_> {
    pub(crate) fn put(&mut self, piece: &[u8]) -> Result<(), TensorsError> {
        self.out
            .write_all(piece)
            .map_err(|error| TensorsError::Write(error.to_string()))?;
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        Ok(())
    }
}

/// What the header says of one tensor.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) dtype: &'a str,
    pub(crate) shape: &'a [u64],
    pub(crate) bytes: u64,
}

fn entries(order: &[&Tensor], metadata: &[(String, String)]) -> Result<Vec<u8>, TensorsError> {
    let mut shapes = Vec::with_capacity(order.len());
    for tensor in order {
        let mut shape = tensor.shape.clone();
        if tensor.dtype.safetensors().1 {
            shape.push(2);
        }
        shapes.push((shape, tensor.bytes()?));
    }
    let entries: Vec<Entry<'_>> = order
        .iter()
        .zip(&shapes)
        .map(|(tensor, (shape, bytes))| Entry {
            name: &tensor.name,
            dtype: tensor.dtype.safetensors().0,
            shape,
            bytes: *bytes,
        })
        .collect();
    header(&entries, metadata)
}

/// The header, padded with spaces.
pub(crate) fn header(
    entries: &[Entry<'_>],
    metadata: &[(String, String)],
) -> Result<Vec<u8>, TensorsError> {
    let mut text = String::from("{");
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    if !metadata.is_empty() {
        let mut pairs: Vec<&(String, String)> = metadata.iter().collect();
        pairs.sort();
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{}:{}", quoted(key), quoted(value)))
            .collect();
        text.push_str(&format!("\"__metadata__\":{{{}}}", pairs.join(",")));
    }
    let mut begin = 0_u64;
    for entry in entries {
        if text.len() > 1 {
            text.push(',');
        }
        let end = entry.bytes.checked_add(begin).ok_or_else(|| {
            TensorsError::Write("the tensors together have more than 2^64 bytes".to_owned())
        })?;
        let shape: Vec<String> = entry.shape.iter().map(ToString::to_string).collect();
        text.push_str(&format!(
            "{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{begin},{end}]}}",
            quoted(entry.name),
            entry.dtype,
            shape.join(",")
        ));
        begin = end;
    }
    text.push('}');
    while !text.len().is_multiple_of(ALIGNMENT) {
        text.push(' ');
    }
    match text.len() > HEADER_BYTES {
        true => Err(TensorsError::Write(
            "the header would be larger than readers take".to_owned(),
        )),
        false => Ok(text.into_bytes()),
    }
}
