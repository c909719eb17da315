//! Container images on disk: what `docker save` writes, and OCI image layouts.
//!
//! The layers are laid over each other as a container runtime would (whiteouts included), without
//! writing anything: a file of the image is a range of a layer. Specification:
//! <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use waybill_domain::inventory::Unread;
use waybill_formats::wrapper::{Budget, Codec, Ended, expand};
use waybill_formats::{Bytes, Limits, SubRange, tar};
use waybill_source::document::{Document, DocumentLimits, Node, json};

use super::{Content, Found};
use crate::digest::digest;
use crate::scan::Silent;
use crate::walk::{readable, target_error};
use crate::{InFiles, ScanError};

/// Files of all layers together.
const MEMBERS: u64 = 4_000_000;
/// Bytes of all layers together.
const EXPANDED_BYTES: u64 = 256 << 30;
/// Manifests and configurations beyond this size are not read.
const DOCUMENT_BYTES: u64 = 16 << 20;
/// An index may name another index so many times.
const INDEX_DEPTH: usize = 4;

/// An image as one tree of files.
pub(super) struct Image {
    /// `sha256:` and 64 digits of its manifest, or of its configuration where it has none.
    pub(super) digest: Option<String>,
    /// The name that it was saved under.
    pub(super) name: Option<String>,
    /// Its configuration: path within the archive and text.
    pub(super) configuration: Option<(String, String)>,
    pub(super) files: Vec<Found>,
    pub(super) unread: Vec<Unread>,
}

/// True for a folder that is an OCI image layout.
pub(super) fn is_layout(path: &Path) -> bool {
    path.join("oci-layout").is_file() && path.join("index.json").is_file()
}

pub(super) fn open(path: &Path) -> Result<Image, ScanError> {
    let archive = if path.is_dir() {
        Archive::Folder(path.to_path_buf())
    } else {
        Archive::of_file(path)?
    };
    let mut builder = Builder {
        archive,
        files: BTreeMap::new(),
        unread: Vec::new(),
    };
    let Some(chosen) = builder.choose() else {
        return Err(refused(
            path,
            "it is neither a folder nor an image that `docker save` or an OCI tool wrote",
        ));
    };
    for layer in &chosen.layers {
        if let Err(reason) = builder.lay(layer) {
            builder.note(layer, reason);
        }
    }
    let configuration = chosen
        .configuration
        .and_then(|path| Some((path.clone(), builder.archive.text(&path)?)));
    let files = builder.files.into_iter().map(|(path, bytes)| Found {
        size_bytes: bytes.len(),
        path,
        content: Content::InImage(bytes),
    });
    Ok(Image {
        digest: chosen.digest,
        name: chosen.name,
        configuration,
        files: files.collect(),
        unread: builder.unread,
    })
}

fn refused(path: &Path, reason: &str) -> ScanError {
    ScanError::Target {
        path: readable(path.as_os_str().as_encoded_bytes()),
        reason: reason.to_owned(),
        hint: "name a folder, or an archive made by `docker save` or `skopeo copy ... oci-archive:`",
    }
}

/// Where the blobs are.
enum Archive {
    Folder(PathBuf),
    Tar {
        whole: Bytes,
        members: BTreeMap<String, (u64, u64)>,
    },
}

impl Archive {
    fn of_file(path: &Path) -> Result<Self, ScanError> {
        let (whole, _) = crate::open::open(path)
            .map_err(|error| target_error(path, &std::io::Error::other(error)))?;
        let whole = plain(whole).map_err(|reason| refused(path, &reason))?;
        let facts = tar::parse(whole.as_ref(), &limits());
        let members = facts.map(|facts| facts.entries).unwrap_or_default();
        let members = members
            .into_iter()
            .filter(|entry| entry.kind == tar::EntryKind::File)
            .filter_map(|entry| Some((normal(&entry.path)?, (entry.data_offset, entry.size))))
            .collect();
        Ok(Self::Tar { whole, members })
    }

    /// The bytes of a blob or document.
    fn get(&self, name: &str) -> Result<Bytes, String> {
        let name = normal(name).ok_or("its name leads out of the image")?;
        match self {
            Self::Folder(folder) => {
                let place = folder.join(&name);
                let inside = place.canonicalize().is_ok_and(|real| {
                    folder
                        .canonicalize()
                        .is_ok_and(|folder| real.starts_with(folder))
                });
                if !inside {
                    return Err("it is not in the image".into());
                }
                crate::open::open(&place).map(|(bytes, _)| bytes)
            }
            Self::Tar { whole, members } => {
                let (offset, size) = members.get(&name).ok_or("it is not in the image")?;
                Ok(Arc::new(SubRange::new(Arc::clone(whole), *offset, *size)))
            }
        }
    }

    fn document(&self, name: &str) -> Option<Document> {
        Some(json(&self.text(name)?, &DocumentLimits::default()))
    }

    fn text(&self, name: &str) -> Option<String> {
        let bytes = self.get(name).ok()?;
        if bytes.len() > DOCUMENT_BYTES {
            return None;
        }
        let length = usize::try_from(bytes.len()).ok()?;
        let text = bytes.bytes_at(0, length).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

/// The image that was chosen.
struct Chosen {
    digest: Option<String>,
    name: Option<String>,
    configuration: Option<String>,
    layers: Vec<String>,
}

struct Builder {
    archive: Archive,
    files: BTreeMap<String, Bytes>,
    unread: Vec<Unread>,
}

impl Builder {
    fn note(&mut self, path: &str, reason: impl Into<String>) {
        self.unread.push(Unread {
            path: path.to_owned(),
            line: None,
            reason: reason.into(),
        });
    }

    fn choose(&mut self) -> Option<Chosen> {
        self.by_index().or_else(|| self.by_manifest())
    }

    /// An OCI layout: `index.json` names manifests by digest.
    fn by_index(&mut self) -> Option<Chosen> {
        let mut document = self.archive.document("index.json")?;
        let mut name = None;
        let mut digest = None;
        for _ in 0..INDEX_DEPTH {
            let root = document.root()?;
            if root.get("layers").is_some() {
                break;
            }
            let manifests = root.get("manifests")?.items();
            let chosen = manifests
                .iter()
                .find(|manifest| is_usual_platform(manifest))
                .or_else(|| manifests.first())?;
            name = name.or_else(|| annotated_name(chosen));
            let found = chosen.get("digest")?.text()?.to_owned();
            let others = manifests.iter().filter(|other| is_image(other)).count();
            if others > 1 {
                let reason = format!(
                    "the layout holds {others} images or platforms; only the first for Linux on x86-64 is listed"
                );
                self.note("index.json", reason);
            }
            document = self.archive.document(&blob(&found)?)?;
            digest = Some(found);
        }
        let configuration = document.root()?.at(&["config", "digest"]);
        let configuration = configuration.and_then(Node::text).and_then(blob);
        let layers = document.root()?.get("layers")?.items().iter();
        let layers = layers.filter_map(|layer| layer.get("digest")?.text().map(ToOwned::to_owned));
        Some(Chosen {
            digest,
            name,
            configuration,
            layers: layers.collect(),
        })
    }

    /// The older form of `docker save`: `manifest.json` names layers by path.
    fn by_manifest(&mut self) -> Option<Chosen> {
        let document = self.archive.document("manifest.json")?;
        let images = document.root()?.items();
        if images.len() > 1 {
            let reason = format!(
                "the archive holds {} images; only the first is listed",
                images.len()
            );
            self.note("manifest.json", reason);
        }
        let image = images.first()?;
        let layers = image.get("Layers")?.texts();
        let configuration = image.get("Config").and_then(Node::text).unwrap_or_default();
        let digits = configuration.trim_end_matches(".json").rsplit('/').next()?;
        Some(Chosen {
            digest: (digits.len() == 64).then(|| format!("sha256:{digits}")),
            name: image
                .get("RepoTags")
                .and_then(|tags| tags.texts().first().map(ToString::to_string)),
            configuration: Some(configuration.to_owned()).filter(|path| !path.is_empty()),
            layers: layers.into_iter().map(ToOwned::to_owned).collect(),
        })
    }

    /// Lays one layer over what is there.
    fn lay(&mut self, layer: &str) -> Result<(), String> {
        let named = blob(layer);
        let bytes = self.archive.get(named.as_deref().unwrap_or(layer))?;
        if let Some(expected) = layer.strip_prefix("sha256:") {
            let (digests, _) =
                digest(bytes.as_ref(), false, &Silent).map_err(|failure| failure.to_string())?;
            if digests
                .sha256
                .is_none_or(|digest| digest.as_str() != expected)
            {
                return Err("its bytes are not those that its digest names".into());
            }
        }
        let bytes = plain(bytes)?;
        let facts = tar::parse(bytes.as_ref(), &limits()).ok_or("it is no tar archive")?;
        let before: Vec<String> = facts
            .entries
            .iter()
            .filter_map(|entry| whiteout(&normal(&entry.path)?))
            .collect();
        // What a layer hides is hidden in the layers below, not in itself.
        for hidden in before {
            self.hide(&hidden);
        }
        let mut links = Vec::new();
        for entry in &facts.entries {
            let Some(path) = normal(&entry.path) else {
                continue;
            };
            if whiteout(&path).is_some() {
                continue;
            }
            match entry.kind {
                tar::EntryKind::File => {
                    let range = SubRange::new(Arc::clone(&bytes), entry.data_offset, entry.size);
                    self.files.insert(path, Arc::new(range));
                }
                tar::EntryKind::HardLink => links.push((path, entry.link_target.as_deref())),
                tar::EntryKind::Directory => {}
                _ => {
                    self.files.remove(&path);
                }
            }
        }
        for (path, target) in links {
            let target = target.and_then(normal);
            if let Some(bytes) = target.and_then(|target| self.files.get(&target)).cloned() {
                self.files.insert(path, bytes);
            }
        }
        Ok(())
    }

    /// Takes away a file, or what is below a folder (`hidden` ends in `/`).
    fn hide(&mut self, hidden: &str) {
        let folder = format!("{}/", hidden.trim_end_matches('/'));
        if !hidden.ends_with('/') {
            self.files.remove(hidden);
        }
        let below: Vec<String> = self
            .files
            .range(folder.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(&folder))
            .cloned()
            .collect();
        for path in below {
            self.files.remove(&path);
        }
    }
}

/// What a whiteout hides: a path, or a folder's content, then with `/` at its end.
fn whiteout(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    if name == ".wh..wh..opq" {
        return Some(prefix);
    }
    Some(format!("{prefix}{}", name.strip_prefix(".wh.")?))
}

/// The path of a blob by digest.
fn blob(digest: &str) -> Option<String> {
    let (algorithm, digits) = digest.split_once(':')?;
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(algorithm) && plain(digits)).then(|| format!("blobs/{algorithm}/{digits}"))
}

fn annotated_name(manifest: &Node) -> Option<String> {
    let annotations = manifest.get("annotations")?;
    [
        "io.containerd.image.name",
        "org.opencontainers.image.ref.name",
    ]
    .iter()
    .find_map(|key| annotations.get(key)?.text())
    .map(ToOwned::to_owned)
}

fn is_usual_platform(manifest: &Node) -> bool {
    let part = |key| manifest.at(&["platform", key]).and_then(Node::text);
    part("os") == Some("linux") && part("architecture") == Some("amd64")
}

/// True for what is an image and no attestation beside one.
fn is_image(manifest: &Node) -> bool {
    manifest
        .at(&["platform", "architecture"])
        .and_then(Node::text)
        != Some("unknown")
}

/// A path inside an image: no leading `./`, `None` if it leads out.
fn normal(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn limits() -> Limits {
    Limits {
        members: MEMBERS,
        expanded_bytes: EXPANDED_BYTES,
        ..Limits::default()
    }
}

/// The bytes without compression around them.
fn plain(bytes: Bytes) -> Result<Bytes, String> {
    let head = bytes
        .bytes_at(0, 16)
        .map_err(|failure| failure.to_string())?;
    let Some(codec) = Codec::recognises(&head) else {
        return Ok(bytes);
    };
    let expanded = expand(
        codec,
        &bytes,
        &limits(),
        &Budget::new(bytes.len()),
        &InFiles,
    );
    match expanded.ended {
        Ended::Whole => Ok(expanded.bytes),
        Ended::Broken(reason) => Err(format!("its compression is broken: {reason}")),
        Ended::Bomb { .. } => Err("it expands like a bomb".into()),
        Ended::Limit(name) => Err(format!("it expands beyond the limit `{name}`")),
    }
}

#[cfg(test)]
mod tests;
