//! A model in several files: a folder of safetensors, with or without the index that says which tensor
//! stands where.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use waybill_formats::{Bytes, Limits};
use waybill_tensors::{Model, TensorsError};

use crate::attest::document;
use crate::rewrite::opened;
use crate::scratch::InFiles;
use crate::walk::readable;

/// How the names of indexes end.
const INDEX: &str = ".safetensors.index.json";
/// The largest index that is read; those of models of a trillion weights have some MB.
const INDEX_BYTES: u64 = 64 << 20;
/// Files of one model.
const SHARDS: usize = 4096;

/// What an index says.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The files of a model that is a folder or an index; `None` for one that is a file by itself.
pub(crate) fn shards(path: &Path) -> Result<Option<Shards>, TensorsError> {
    let is_index = |path: &Path| readable(path.as_os_str().as_encoded_bytes()).ends_with(INDEX);
    if !path.is_dir() {
        return match is_index(path) {
            true => Shards::of_index(path).map(Some),
            false => Ok(None),
        };
    }
    let entries = std::fs::read_dir(path).map_err(|error| TensorsError::Read(error.to_string()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let indexes: Vec<&PathBuf> = files.iter().filter(|file| is_index(file)).collect();
    match indexes.as_slice() {
        [index] => return Shards::of_index(index).map(Some),
        [] => {}
        [first, second, ..] => {
            return Err(TensorsError::Format(format!(
                "it is a folder with two indexes, `{}` and `{}`; name one of them",
                first.display(),
                second.display()
            )));
        }
    }
    files.retain(|file| {
        file.extension()
            .is_some_and(|ending| ending == "safetensors")
    });
    match files.is_empty() || files.len() > SHARDS {
        true => Err(TensorsError::Format(format!(
            "it is a folder with {} files of safetensors; name a file",
            files.len()
        ))),
        false => Ok(Some(Shards {
            files,
            wanted: None,
        })),
    }
}

/// The files of one model.
pub(crate) struct Shards {
    files: Vec<PathBuf>,
    /// By an index: the file of each tensor.
    wanted: Option<BTreeMap<String, PathBuf>>,
}

impl Shards {
    fn of_index(path: &Path) -> Result<Self, TensorsError> {
        let broken = |reason: String| {
            TensorsError::Broken(format!("the index `{}`: {reason}", path.display()))
        };
        let text = document(path, INDEX_BYTES).map_err(broken)?;
        let index: Index =
            serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut wanted = BTreeMap::new();
        for (tensor, file) in index.weight_map {
            // A file elsewhere is none of this model.
            if file.contains(['/', '\\']) || file == ".." {
                return Err(broken(format!("`{file}` leads out of its folder")));
            }
            wanted.insert(tensor, folder.join(file));
        }
        let mut files: Vec<PathBuf> = wanted.values().cloned().collect();
        files.sort();
        files.dedup();
        match files.is_empty() || files.len() > SHARDS {
            true => Err(broken(format!("it names {} files", files.len()))),
            false => Ok(Self {
                files,
                wanted: Some(wanted),
            }),
        }
    }

    /// The tensors of all files, their sizes together, and a digest over those of the files.
    pub(crate) fn read(
        &self,
        limits: &Limits,
        digest_of: &dyn Fn(&Bytes) -> Result<waybill_domain::Sha256, TensorsError>,
    ) -> Result<(Model, u64, waybill_domain::Sha256), TensorsError> {
        let mut whole = Model::default();
        let mut places: BTreeMap<String, &Path> = BTreeMap::new();
        let (mut size, mut all) = (0, Sha256::new());
        for file in &self.files {
            let (bytes, _) = opened(file).map_err(|error| TensorsError::Read(error.to_string()))?;
            let model = waybill_tensors::read(&bytes, limits, &InFiles)?;
            for tensor in &model.tensors {
                if let Some(before) = places.insert(tensor.name.clone(), file) {
                    return Err(TensorsError::Broken(format!(
                        "the tensor `{}` stands in `{}` and in `{}`",
                        tensor.name,
                        before.display(),
                        file.display()
                    )));
                }
            }
            size += bytes.len();
            all.update(digest_of(&bytes)?.as_str());
            whole.format = model.format;
            whole.tensors.extend(model.tensors);
            whole.left.extend(model.left);
            whole.shared.extend(model.shared);
            whole.metadata.extend(model.metadata);
        }
        for (tensor, file) in self.wanted.iter().flatten() {
            if places.get(tensor).copied() != Some(file.as_path()) {
                return Err(TensorsError::Broken(format!(
                    "the index says that the tensor `{tensor}` stands in `{}`, and it does not",
                    file.display()
                )));
            }
        }
        let digest: [u8; 32] = all.finalize().into();
        Ok((whole, size, waybill_domain::Sha256::from_bytes(&digest)))
    }
}
