//! The verb `inventory`: what a source tree or a container image is made of.

mod folder;
mod git;
mod image;

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;
use waybill_domain::Sha256;
use waybill_domain::inventory::{Hash, Inventory, Standing, Subject, Unread};
use waybill_formats::Bytes;
use waybill_inventory::{FileFacts, Interest, Options, Surroundings};

use crate::digest::digest;
use crate::scan::Silent;
use crate::walk::{patterns, readable, target_error};
use crate::{ScanError, tool};

/// Texts beyond this size are not read.
const TEXT_BYTES: u64 = 64 << 20;
/// Bytes of an unknown file that are looked at to tell what it is.
const HEAD_BYTES: usize = 64;

/// What an inventory needs to know.
#[derive(Clone, Debug, Default)]
pub struct InventoryRequest {
    /// A folder, an archive made by `docker save`, or an OCI layout (folder or archive).
    pub target: PathBuf,
    /// Patterns of paths that are left out.
    pub exclude: Vec<String>,
    /// Worker threads; `None` for one a core.
    pub jobs: Option<usize>,
    /// The date by which end of life is judged, `YYYY-MM-DD`.
    pub today: Option<String>,
    /// Name of the system, if the user gives one.
    pub name: Option<String>,
    /// Version of the system, if the user gives one.
    pub version: Option<String>,
    /// The organisation that produces the system, if the user names it.
    pub supplier: Option<String>,
    /// Names of packages that are internal: `acme-*`, `@acme/*`.
    pub internal: Vec<String>,
    /// SHA-256 of files by path, for those that were digested already.
    pub digests: HashMap<String, Sha256>,
    /// The target may also be any other regular file, which is a tree of one file then.
    pub alone: bool,
}

/// A file of the target before it is read.
struct Found {
    path: String,
    size_bytes: u64,
    content: Content,
}

/// Where the bytes of a file are.
enum Content {
    OnDisk(PathBuf),
    InImage(Bytes),
    Refused(String),
}

/// Lists what the target is made of.
///
/// # Errors
/// [`ScanError`] if the target cannot be opened or the request makes no sense. What stands in the
/// way of one file is in the inventory as not read.
pub fn inventory(request: &InventoryRequest) -> Result<Inventory, ScanError> {
    let (files, options) = gathered(request)?;
    Ok(waybill_inventory::assemble(tool(), files, options))
}

/// The facts of all files of the target, and what is known beside them.
pub(crate) fn gathered(request: &InventoryRequest) -> Result<(Vec<FileFacts>, Options), ScanError> {
    let path = &request.target;
    let excluded = patterns(request.exclude.iter().cloned())?;
    let metadata = path
        .metadata()
        .map_err(|error| target_error(path, &error))?;
    let mut subject = Subject {
        name: request.name.clone().unwrap_or_default(),
        version: request.version.clone(),
        ..Subject::default()
    };
    let mut supplier = request.supplier.clone();
    let mut configured = None;
    let image = match metadata.is_file() || image::is_layout(path) {
        true => match image::open(path) {
            Err(_) if request.alone && metadata.is_file() => None,
            image => Some(image?),
        },
        false => None,
    };
    let (found, unread) = if let Some(image) = image {
        subject.image_digest = image.digest;
        if subject.name.is_empty() {
            subject.name = image.name.unwrap_or_else(|| stem(path));
        }
        if let Some((path, text)) = image.configuration {
            let (facts, labels) = waybill_inventory::read_configuration(&path, &text);
            configured = Some(facts);
            supplier = supplier.or_else(|| labels.distributor.clone());
            waybill_inventory::labelled(&mut subject, labels);
        }
        (image.files, image.unread)
    } else if metadata.is_file() {
        (vec![folder::alone(path, metadata.len())], Vec::new())
    } else {
        let mut unread = Vec::new();
        match git::revision(path) {
            Ok(revision) => subject.revision = revision,
            Err(reason) => unread.push(Unread {
                path: ".git".to_owned(),
                line: None,
                reason,
            }),
        }
        (folder::files(path, &excluded)?, unread)
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(request.jobs.unwrap_or(0))
        .build()
        .map_err(|error| ScanError::Threads(error.to_string()))?;
    let folder_name = stem(path);
    Ok(pool.install(|| {
        let mut files = read_all(&found, &request.digests);
        files.extend(configured);
        let options = Options {
            subject,
            folder_name: Some(folder_name),
            supplier,
            today: request.today.clone(),
            unread,
            internal: request.internal.clone(),
        };
        (files, options)
    }))
}

/// The name of a file or folder, whatever way it was written; without the extension of an archive.
fn stem(path: &std::path::Path) -> String {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = real
        .file_name()
        .map_or_else(String::new, |name| readable(name.as_encoded_bytes()));
    name.strip_suffix(".tar").unwrap_or(&name).to_owned()
}

/// How the bytes of a file are read.
type Reading<'a> = &'a (dyn Fn(&str, &Bytes, Vec<Hash>) -> FileFacts + Sync);

/// Digests that are known.
type Known = HashMap<String, Sha256>;

/// Reads all files, and then on in those that turn out to matter to others.
fn read_all(found: &[Found], known: &Known) -> Vec<FileFacts> {
    let around = Surroundings::of(found.iter().map(|found| found.path.as_str()));
    let first: Reading<'_> =
        &|path, bytes, hashes| waybill_inventory::read(path, bytes, hashes, &around);
    let mut files: Vec<FileFacts> = found
        .par_iter()
        .map(|found| read(found, known, first))
        .collect();
    let on: Reading<'_> =
        &|path, bytes, hashes| waybill_inventory::read_on(path, bytes, hashes, &around);
    let read_on: Vec<(usize, FileFacts)> = waybill_inventory::reached(&files, &around)
        .into_par_iter()
        .filter_map(|index| Some((index, read(found.get(index)?, known, on))))
        .collect();
    for (index, facts) in read_on {
        if let Some(file) = files.get_mut(index) {
            *file = facts;
        }
    }
    files
}

fn read(found: &Found, known: &Known, reading: Reading<'_>) -> FileFacts {
    let path = &found.path;
    let interest = waybill_inventory::interest(path, found.size_bytes);
    let facts = match (&found.content, interest) {
        // Of a link to something of no interest nothing is missed; of a folder everything is.
        (Content::Refused(reason), Interest::None | Interest::Head) if reason.contains("link") => {
            Ok(unnamed(found))
        }
        (Content::Refused(reason), _) => Err(reason.clone()),
        (_, Interest::None) => Ok(unnamed(found)),
        (Content::InImage(bytes), interest) => examine(path, bytes, interest, known, reading),
        (Content::OnDisk(location), interest) => match crate::open::open(location) {
            Ok((bytes, _)) => examine(path, &bytes, interest, known, reading),
            Err(reason) => Err(reason),
        },
    };
    facts.unwrap_or_else(|reason| FileFacts {
        unread: vec![Unread {
            path: path.clone(),
            line: None,
            reason,
        }],
        ..unnamed(found)
    })
}

/// A file of which only path and size are known.
fn unnamed(found: &Found) -> FileFacts {
    FileFacts {
        path: found.path.clone(),
        size_bytes: found.size_bytes,
        ..FileFacts::default()
    }
}

fn examine(
    path: &str,
    bytes: &Bytes,
    interest: Interest,
    known: &Known,
    reading: Reading<'_>,
) -> Result<FileFacts, String> {
    if interest == Interest::Text && bytes.len() > TEXT_BYTES {
        return Err(format!(
            "it is a text of more than {} MiB",
            TEXT_BYTES >> 20
        ));
    }
    let named = || FileFacts {
        path: path.to_owned(),
        size_bytes: bytes.len(),
        ..FileFacts::default()
    };
    if interest == Interest::Head {
        let head = bytes
            .bytes_at(0, HEAD_BYTES)
            .map_err(|failure| failure.to_string())?;
        if !waybill_inventory::is_artifact(&head) {
            return Ok(named());
        }
    }
    let sha256 = match known.get(path) {
        Some(sha256) => Some(sha256.clone()),
        None => {
            let digested = digest(bytes.as_ref(), false, &Silent);
            digested.map_err(|failure| failure.to_string())?.0.sha256
        }
    };
    let hashes = sha256
        .map(|sha256| Hash {
            algorithm: "sha-256".into(),
            value: sha256.as_str().to_owned(),
            standing: Standing::Observed,
        })
        .into_iter()
        .collect();
    Ok(reading(path, bytes, hashes))
}

/// Digests of the files of a folder that are artifacts or that `named` says yes to.
pub(crate) fn digests(
    folder: &std::path::Path,
    named: &(dyn Fn(&str) -> bool + Sync),
) -> Result<crate::bill::Digested, ScanError> {
    let found = folder::files(folder, &globset::GlobSet::empty())?;
    let digested = found.par_iter().filter_map(|found| {
        let Content::OnDisk(location) = &found.content else {
            return None;
        };
        let (bytes, _) = crate::open::open(location).ok()?;
        let interest = waybill_inventory::interest(&found.path, found.size_bytes);
        let expected = match interest {
            Interest::Artifact => true,
            Interest::Head => waybill_inventory::is_artifact(&bytes.bytes_at(0, HEAD_BYTES).ok()?),
            Interest::None | Interest::Text => false,
        };
        if !expected && !named(&found.path) {
            return None;
        }
        let (digests, _) = digest(bytes.as_ref(), true, &Silent).ok()?;
        let pairs = [
            (
                "sha-256",
                digests.sha256.map(|digest| digest.as_str().to_owned()),
            ),
            ("blake3", digests.blake3),
        ];
        let digests = pairs
            .into_iter()
            .filter_map(|(name, digits)| Some((name.to_owned(), digits?)))
            .collect();
        let facts = waybill_inventory::bill::FileDigests { digests, expected };
        Some((found.path.clone(), facts))
    });
    Ok(digested.collect())
}
