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
    let header = header(&order, metadata)?;
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

struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
}

impl Counted<'_> {
    fn put(&mut self, piece: &[u8]) -> Result<(), TensorsError> {
        self.out
            .write_all(piece)
            .map_err(|error| TensorsError::Write(error.to_string()))?;
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        Ok(())
    }
}

/// The header, padded with spaces.
fn header(order: &[&Tensor], metadata: &[(String, String)]) -> Result<Vec<u8>, TensorsError> {
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
    for tensor in order {
        if text.len() > 1 {
            text.push(',');
        }
        let end = tensor
            .bytes()?
            .checked_add(begin)
            .ok_or_else(|| tensor.wrong("the tensors together have more than 2^64 bytes"))?;
        let (dtype, is_pair) = tensor.dtype.safetensors();
        let mut shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        if is_pair {
            shape.push("2".to_owned());
        }
        text.push_str(&format!(
            "{}:{{\"dtype\":\"{dtype}\",\"shape\":[{}],\"data_offsets\":[{begin},{end}]}}",
            quoted(&tensor.name),
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
