//! safetensors, written the one way that the format leaves: <https://huggingface.co/docs/safetensors>.

use std::io::Write;

use sha2::{Digest as _, Sha256};

use crate::{Model, Tensor, TensorsError};

/// The header begins at this multiple, and so do the tensors behind it.
const ALIGNMENT: usize = 8;
/// The largest header that readers take.
const HEADER_BYTES: usize = 100_000_000;

/// Writes the tensors of a model as safetensors. Large elements come first and names decide among
/// equals, as the reference implementation orders them, so that the same tensors give the same file.
/// Gives the number of bytes that were written.
///
/// # Errors
/// [`TensorsError`] if a tensor cannot be read, or what `out` fails with.
pub fn write(
    model: &Model,
    metadata: &[(String, String)],
    out: &mut dyn Write,
) -> Result<u64, TensorsError> {
    let mut order: Vec<&Tensor> = model.tensors.iter().collect();
    order.sort_by(|left, right| {
        (right.dtype.part_bytes(), &left.name).cmp(&(left.dtype.part_bytes(), &right.name))
    });
    let header = entries(&order, metadata)?;
    let mut file = Counted { out, bytes: 0 };
    file.put(&(header.len() as u64).to_le_bytes())?;
    file.put(&header)?;
    for tensor in order {
        let before = file.bytes;
        tensor.stream(&mut |piece| file.put(piece))?;
        let written = file.bytes.saturating_sub(before);
        if written != tensor.bytes()? {
            return Err(tensor.wrong("fewer bytes came than it has"));
        }
    }
    Ok(file.bytes)
}

/// The shape that is written: complex numbers are pairs.
fn shape(tensor: &Tensor) -> Vec<u64> {
    let mut shape = tensor.shape.clone();
    if tensor.dtype.safetensors().1 {
        shape.push(2);
    }
    shape
}

/// Reads again what was written of a tensor, beside the tensor: type, shape and each byte have to be the
/// same. Gives the digest of what was written then.
pub(crate) fn written_as(
    tensor: &Tensor,
    written: &Tensor,
) -> Result<Option<[u8; 32]>, TensorsError> {
    let bytes = written.bytes()?;
    if written.dtype.safetensors() != (tensor.dtype.safetensors().0, false)
        || written.shape != shape(tensor)
        || written.strides.is_some()
        || bytes != tensor.bytes()?
    {
        return Ok(None);
    }
    let mut digest = Sha256::new();
    let (mut at, mut same) = (written.offset, true);
    let mut there = Vec::new();
    tensor.stream(&mut |piece| {
        there.resize(piece.len(), 0);
        let read = written.source.read_at(at, &mut there)?;
        same &= read == piece.len() && there == piece;
        digest.update(&there);
        at = at.saturating_add(piece.len() as u64);
        Ok(())
    })?;
    same &= at.saturating_sub(written.offset) == bytes;
    Ok(same.then(|| digest.finalize().into()))
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
        shapes.push((shape(tensor), tensor.bytes()?));
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
