//! The verb `convert`: a model's tensors as safetensors, without loading it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use waybill_domain::{
    CONVERSION_SCHEMA, Conversion, ConvertedFile, ConvertedTensor, LeftBehind,
    Sha256 as Sha256Digest,
};
use waybill_formats::{Bytes, Limits};
use waybill_tensors::{Model, TensorsError};

use crate::bytes::{FileBytes, Stamp, open_at_once};
use crate::digest::digest;
use crate::scan::{Silent, tool};
use crate::scratch::InFiles;

/// Pieces between who reads and who writes.
const PIECES_AHEAD: usize = 4;
/// Bytes of one such piece.
const PIECE_BYTES: usize = 1 << 20;

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

/// Why nothing was converted. Nothing is left at the place of the output then, and the source is as
/// it was.
#[derive(Debug, Error)]
pub enum ConvertFailure {
    /// The source cannot be opened.
    #[error("open `{path}`: {reason}")]
    Open {
        /// The path.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The output cannot be written.
    #[error("write `{path}`: {reason}")]
    Write {
        /// The path.
        path: String,
        /// What the system said, or what stands there.
        reason: String,
    },
    /// Its tensors cannot be had.
    #[error("convert `{path}`")]
    Tensors {
        /// The path.
        path: String,
        /// Why not.
        #[source]
        error: TensorsError,
    },
    /// It has none.
    #[error("convert `{path}`: it holds no tensors; {left} other things were found")]
    Nothing {
        /// The path.
        path: String,
        /// How many.
        left: usize,
    },
    /// It was written to while it was read.
    #[error("convert `{path}`: {how} while it was read; nothing was written")]
    Changed {
        /// The path.
        path: String,
        /// How.
        how: &'static str,
    },
    /// What was written is not what was read.
    #[error("prove `{name}` of `{path}` equal: {reason}; nothing was written")]
    Differs {
        /// The path.
        path: String,
        /// The tensor.
        name: String,
        /// How.
        reason: String,
    },
}

/// Converts a model, and proves each tensor equal by reading the output again.
///
/// # Errors
/// [`ConvertFailure`].
pub fn convert(request: &ConvertRequest) -> Result<Conversion, ConvertFailure> {
    let path = request.source.display().to_string();
    let failed = |error: TensorsError| ConvertFailure::Tensors {
        path: path.clone(),
        error,
    };
    if !request.replace && request.output.symlink_metadata().is_ok() {
        return Err(unwritable(
            &request.output,
            "a file stands there; `--force` takes its place",
        ));
    }
    let (bytes, stamp) = opened(&request.source)?;
    let model = waybill_tensors::read(&bytes, &request.limits, &InFiles).map_err(failed)?;
    if model.tensors.is_empty() {
        return Err(ConvertFailure::Nothing {
            path,
            left: model.left.len(),
        });
    }
    let folder = match request.output.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut aside = tempfile::Builder::new()
        .prefix(".waybill-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|error| unwritable(&request.output, &error.to_string()))?;
    // Two cores are busy: one with the tensors, one with the source as a whole.
    let (written, source) = rayon::join(
        || written(&model, aside.as_file_mut()),
        || of_file(&bytes, request),
    );
    let written = written.map_err(|error| match error {
        TensorsError::Write(reason) => unwritable(&request.output, &reason),
        error => failed(error),
    })?;
    let source = source?;
    let (proved, output) = proved(request, aside.path(), &written.tensors)?;
    let later = request
        .source
        .metadata()
        .map(|metadata| Stamp::of(&metadata));
    let how = later.map_or(Some("it went away"), |later| stamp.difference(&later));
    if let Some(how) = how {
        return Err(ConvertFailure::Changed { path, how });
    }
    let kept = match request.replace {
        true => aside.persist(&request.output).map_err(|error| error.error),
        false => aside
            .persist_noclobber(&request.output)
            .map_err(|error| error.error),
    };
    kept.map_err(|error| unwritable(&request.output, &error.to_string()))?;
    // The name has to last as well as the content.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
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

fn unwritable(path: &Path, reason: &str) -> ConvertFailure {
    ConvertFailure::Write {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}

/// A regular file, opened, and what tells that it changes.
pub(crate) fn opened(path: &Path) -> Result<(Bytes, Stamp), ConvertFailure> {
    let failed = |reason: String| ConvertFailure::Open {
        path: path.display().to_string(),
        reason,
    };
    let file = open_at_once(path).map_err(|error| failed(error.to_string()))?;
    let metadata = file.metadata().map_err(|error| failed(error.to_string()))?;
    if !metadata.is_file() {
        return Err(failed("not a regular file".to_owned()));
    }
    let bytes: Bytes = Arc::new(FileBytes::new(file, metadata.len()));
    Ok((bytes, Stamp::of(&metadata)))
}

/// Hands what is written to another thread, so that reading and hashing go on meanwhile.
struct Ahead {
    piece: Vec<u8>,
    pieces: SyncSender<Vec<u8>>,
}

impl Ahead {
    fn send(&mut self) -> std::io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        // The other end goes away when it cannot write; it says why.
        self.pieces
            .send(piece)
            .map_err(|_| std::io::Error::other("writing ended"))
    }
}

impl Write for Ahead {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.send()
    }
}

/// Writes a model to a file that is on the disk afterwards.
fn written(model: &Model, file: &mut File) -> Result<waybill_tensors::Written, TensorsError> {
    let (pieces, taken) = sync_channel(PIECES_AHEAD);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || -> std::io::Result<()> {
            let taken: Receiver<Vec<u8>> = taken;
            for piece in taken {
                file.write_all(&piece)?;
            }
            file.sync_all()
        });
        let mut ahead = Ahead {
            piece: Vec::with_capacity(PIECE_BYTES),
            pieces,
        };
        let written = waybill_tensors::write(model, &[], &mut ahead);
        let flushed = ahead.flush();
        drop(ahead);
        let ended = writer
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("the writing thread broke down")));
        // Why the file could not be written says more than that it could not.
        ended.map_err(|error| TensorsError::Write(error.to_string()))?;
        let written = written?;
        flushed.map_err(|error| TensorsError::Write(error.to_string()))?;
        Ok(written)
    })
}

fn differs(request: &ConvertRequest, name: &str, reason: &str) -> ConvertFailure {
    ConvertFailure::Differs {
        path: request.source.display().to_string(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}

/// The digest of a whole file.
fn of_file(bytes: &Bytes, request: &ConvertRequest) -> Result<Sha256Digest, ConvertFailure> {
    let (digests, read) = digest(bytes.as_ref(), false, &Silent)
        .map_err(|failure| differs(request, "the file", &failure.to_string()))?;
    match digests.sha256 {
        Some(digest) if read == bytes.len() => Ok(digest),
        _ => Err(differs(request, "the file", "it became shorter")),
    }
}

/// Reads the output again: every tensor has to have the digest that the source's had. Gives the
/// digest of the output, too.
fn proved(
    request: &ConvertRequest,
    output: &Path,
    wanted: &[(String, [u8; 32])],
) -> Result<(Vec<ConvertedTensor>, Sha256Digest), ConvertFailure> {
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
    let (tensors, output) = rayon::join(of_tensors, || of_file(&bytes, request));
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
