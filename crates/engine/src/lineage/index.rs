//! Indexes of known models: read with suspicion, written aside and put in place.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use waybill_domain::{KnownMatrix, KnownModel, MODEL_INDEX_SCHEMA, ModelIndex, Sha256};
use waybill_tensors::Dtype;
use waybill_tensors::lineage::{Content, Fingerprint, Known, MATRICES, SKETCH};

use super::LineageFailure;
use crate::attest::document;

/// The largest index that is read.
const INDEX_BYTES: u64 = 64 << 20;
/// Models of one index.
const MODELS: usize = 4096;
/// Characters of a name, a supplier, a revision, a licence.
const TEXT: usize = 256;
/// Characters of the name of a tensor.
const TENSOR_NAME: usize = 1024;
/// Dimensions of a tensor.
const DIMENSIONS: usize = 16;
/// Singular values of a matrix.
const VALUES: usize = 16;

/// An index, and its models in the form that others are held against.
pub(super) struct Index {
    pub(super) written: ModelIndex,
    pub(super) known: Vec<Known>,
}

/// Reads an index. All that it says is looked at: it may be somebody else's.
pub(super) fn read(path: &Path) -> Result<Index, LineageFailure> {
    let wrong = |reason: String| LineageFailure::Index {
        path: path.display().to_string(),
        reason,
    };
    let text = document(path, INDEX_BYTES).map_err(wrong)?;
    parse(&text).map_err(wrong)
}

fn parse(text: &str) -> Result<Index, String> {
    let written: ModelIndex = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if written.schema != MODEL_INDEX_SCHEMA {
        return Err(format!(
            "its schema is `{}`, not `{MODEL_INDEX_SCHEMA}`",
            written.schema.escape_debug()
        ));
    }
    if written.models.len() > MODELS {
        return Err(format!("it holds more than {MODELS} models"));
    }
    let mut names = BTreeSet::new();
    let mut known = Vec::with_capacity(written.models.len());
    for (place, model) in written.models.iter().enumerate() {
        let of = |reason: String| {
            let shown: String = model.name.chars().take(80).collect();
            format!("model {} (`{}`): {reason}", place + 1, shown.escape_debug())
        };
        if !names.insert((model.name.as_str(), model.revision.as_deref())) {
            return Err(of("it is there twice".to_owned()));
        }
        known.push(usable(model).map_err(of)?);
    }
    Ok(Index { written, known })
}

/// The texts about a model are short, and lines.
pub(super) fn about(model: &KnownModel) -> Result<(), String> {
    let texts = [
        ("name", Some(&model.name)),
        ("supplier", model.supplier.as_ref()),
        ("revision", model.revision.as_ref()),
        ("licence", model.licence.as_ref()),
    ];
    for (what, text) in texts {
        let Some(text) = text else { continue };
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return Err(format!("its {what} is empty or holds what is no text"));
        }
        if text.chars().count() > TEXT {
            return Err(format!("its {what} is longer than {TEXT} characters"));
        }
    }
    Ok(())
}

fn usable(model: &KnownModel) -> Result<Known, String> {
    about(model)?;
    if model.matrices.len() > MATRICES {
        return Err(format!("it has more than {MATRICES} matrices"));
    }
    let mut names = BTreeSet::new();
    let mut matrices = Vec::with_capacity(model.matrices.len());
    for matrix in &model.matrices {
        if !names.insert(matrix.name.as_str()) {
            return Err("it has two matrices of one name".to_owned());
        }
        let read = fingerprint(matrix);
        matrices.push(read.map_err(|what| format!("the {what} of a matrix is none"))?);
    }
    Ok(Known {
        root: bytes(model.root.as_str()).ok_or("its root is no SHA-256")?,
        named_root: bytes(model.named_root.as_str()).ok_or("its root with names is no SHA-256")?,
        tensors: model.tensors,
        numbers: model.numbers,
        matrices,
    })
}

/// What is kept of a matrix, or what of it is not as it should be.
fn fingerprint(matrix: &KnownMatrix) -> Result<Fingerprint, &'static str> {
    let is_short = matrix.name.chars().count() <= TENSOR_NAME && matrix.held.len() <= 32;
    let extents = matrix
        .shape
        .iter()
        .try_fold(1_u64, |all, extent| all.checked_mul(*extent));
    let is_shape = (2..=DIMENSIONS).contains(&matrix.shape.len())
        && extents.is_some_and(|extents| extents > 0);
    let is_spectrum = matrix.singular_values.len() <= VALUES
        && matrix
            .singular_values
            .iter()
            .all(|value| (0.0..=1.0001).contains(value));
    let in_range = matrix.norm.is_finite() && matrix.norm > 0.0;
    for (holds, what) in [
        (is_short && !matrix.name.is_empty(), "name"),
        (is_shape, "shape"),
        (in_range, "norm"),
        ((0.0..=1.0).contains(&matrix.zeros), "share of zeros"),
        (is_spectrum, "list of singular values"),
    ] {
        if !holds {
            return Err(what);
        }
    }
    let sketch: [u8; SKETCH * 2] = bytes(&matrix.sketch).ok_or("sketch")?;
    let mut numbers = [0; SKETCH];
    for (number, pair) in numbers.iter_mut().zip(sketch.as_chunks::<2>().0) {
        *number = i16::from_be_bytes(*pair);
    }
    Ok(Fingerprint {
        name: matrix.name.clone(),
        dtype: Dtype::named(&matrix.dtype).ok_or("type")?,
        shape: matrix.shape.clone(),
        digest: bytes(&matrix.digest).ok_or("digest")?,
        unordered: u64::from_be_bytes(bytes(&matrix.unordered).ok_or("sum")?),
        norm: matrix.norm,
        zeros: matrix.zeros,
        held: matrix.held.clone(),
        sketch: numbers,
        spectrum: matrix.singular_values.clone(),
    })
}

/// The entry of a model.
pub(super) fn entry(content: Content, sha256: Sha256) -> KnownModel {
    KnownModel {
        name: String::new(),
        supplier: None,
        revision: None,
        licence: None,
        sha256,
        root: Sha256::from_bytes(&content.root),
        named_root: Sha256::from_bytes(&content.named_root),
        tensors: content.tensors,
        numbers: content.numbers,
        matrices: content.matrices.into_iter().map(matrix).collect(),
    }
}

fn matrix(matrix: Fingerprint) -> KnownMatrix {
    let sketch = matrix.sketch.iter();
    KnownMatrix {
        dtype: matrix.dtype.safetensors().0.to_owned(),
        shape: matrix.shape,
        digest: hex(&matrix.digest),
        unordered: hex(&matrix.unordered.to_be_bytes()),
        norm: short(matrix.norm),
        zeros: short(matrix.zeros),
        held: matrix.held,
        sketch: sketch.map(|number| hex(&number.to_be_bytes())).collect(),
        singular_values: matrix.spectrum.into_iter().map(short).collect(),
        name: matrix.name,
    }
}

/// Seven digits, which is more than any rounding leaves.
fn short(number: f64) -> f64 {
    format!("{number:.6e}").parse().unwrap_or(number)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// So many bytes of lowercase hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let digits = text.as_bytes();
    let is_hex = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != N * 2 || !digits.iter().all(is_hex) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Writes an index: aside first, then in the place of the old. A link is followed, and stays one.
pub(super) fn write(path: &Path, index: &ModelIndex) -> std::io::Result<()> {
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mode = match std::fs::metadata(&path) {
        Ok(there) => there.permissions().mode() & 0o777,
        Err(_) => 0o666,
    };
    let mut aside = tempfile::Builder::new()
        .prefix(".waybill-")
        .permissions(std::fs::Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    aside.write_all(text(index)?.as_bytes())?;
    aside.as_file().sync_all()?;
    aside.persist(&path).map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}

/// Fails with what would keep an index from being read again.
pub(super) fn check(index: &ModelIndex) -> Result<(), String> {
    let text = text(index).map_err(|error| error.to_string())?;
    if text.len() as u64 > INDEX_BYTES {
        return Err(format!("it would be larger than {} MiB", INDEX_BYTES >> 20));
    }
    parse(&text).map(|_| ())
}

/// A matrix a line, so that a change is a change of lines.
fn text(index: &ModelIndex) -> serde_json::Result<String> {
    let mut text = format!(
        "{{\n  \"schema\": {},\n  \"models\": [",
        serde_json::to_string(&index.schema)?
    );
    for (place, model) in index.models.iter().enumerate() {
        let mut about = model.clone();
        let matrices = std::mem::take(&mut about.matrices);
        let about = serde_json::to_string(&about)?;
        let about = about.strip_suffix("[]}").unwrap_or(&about);
        text.push_str(if place == 0 { "\n    " } else { ",\n    " });
        text.push_str(about);
        text.push('[');
        for (place, matrix) in matrices.iter().enumerate() {
            text.push_str(if place == 0 { "\n      " } else { ",\n      " });
            text.push_str(&serde_json::to_string(matrix)?);
        }
        text.push_str("\n    ]}");
    }
    text.push_str("\n  ]\n}\n");
    Ok(text)
}
