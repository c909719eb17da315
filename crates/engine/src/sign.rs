//! Signs a model in the format of OpenSSF Model Signing 1.0.

use std::collections::BTreeSet;
use std::path::PathBuf;

use waybill_attest::manifest::{FileHash, Manifest, PAYLOAD_TYPE, Resource, Strict};
use waybill_attest::{Algorithm, Bundle, Certificate, Envelope, PublicKey, Signed, Signer};

use crate::scan::Progress;
use crate::signing::{
    Job, Obstacle, SigningError, Tree, Wanted, hash, ignored_paths, list, own_name,
};

/// What to sign, and how.
#[derive(Clone, Debug, Default)]
pub struct SignRequest {
    /// A folder or a file.
    pub model: PathBuf,
    /// Where the signature will be written; it is part of nothing.
    pub signature: PathBuf,
    /// How files are hashed.
    pub hash: FileHash,
    /// Bytes of a shard; without, files are hashed whole.
    pub shard_bytes: Option<u64>,
    /// Paths below the model that are left out.
    pub ignore: Vec<String>,
    /// Links stand for what they lead to.
    pub allow_symlinks: bool,
    /// Bind what the format leaves out.
    pub strict: bool,
    /// Write what `model-signing` 1.x reads.
    pub for_model_signing_1: bool,
    /// The certificate of the key, and those between it and one that readers trust.
    pub chain: Vec<Certificate>,
    /// Worker threads; one a core if not given.
    pub threads: Option<usize>,
}

/// A signature that was made, and is not written yet.
#[derive(Clone, Debug)]
pub struct SignedModel {
    /// The bundle.
    pub text: String,
    /// SHA-256 over the digests of all files.
    pub root: String,
    /// Files that are signed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Links that lead out of the model; what they lead to is signed.
    pub links_outside: u64,
    /// Key of the signature: SHA-256 over its SubjectPublicKeyInfo.
    pub key: String,
}

/// Hashes the model and signs what it is. Writes nothing.
///
/// # Errors
/// [`SigningError`].
pub fn sign(
    request: &SignRequest,
    signer: &dyn Signer,
    progress: &dyn Progress,
) -> Result<SignedModel, SigningError> {
    possible(request, signer)?;
    let (manifest, tree) = manifest(request, progress)?;
    let statement = manifest.to_statement(request.for_model_signing_1);
    let envelope = Envelope::sign_unnamed(PAYLOAD_TYPE, statement.as_bytes(), signer)?;
    let public = signer.public();
    let signed = if request.chain.is_empty() {
        Signed::Key {
            hint: Some(public.hint()),
            key: None,
        }
    } else {
        Signed::Chain(request.chain.clone())
    };
    let counted = tree
        .files
        .values()
        .filter(|file| !file.left_out || request.strict);
    Ok(SignedModel {
        text: Bundle::new(signed, envelope).to_json(),
        root: manifest.root(),
        files: counted.clone().count() as u64,
        bytes: counted.map(|file| file.stamp.size()).sum(),
        links_outside: tree.outside,
        key: public.id(),
    })
}

/// What `waybill sign` would state of a model without any options.
pub(crate) fn unsigned(
    model: &std::path::Path,
    signature: &std::path::Path,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<Manifest, SigningError> {
    let request = SignRequest {
        model: model.to_owned(),
        signature: signature.to_owned(),
        threads,
        ..SignRequest::default()
    };
    manifest(&request, progress).map(|(manifest, _)| manifest)
}

/// The digests of the model, and the files that they are of.
fn manifest(
    request: &SignRequest,
    progress: &dyn Progress,
) -> Result<(Manifest, Tree), SigningError> {
    let mut ignored = ignored_paths(&request.ignore, &request.model)?;
    let nothing = BTreeSet::new();
    let wanted = Wanted {
        follow: request.allow_symlinks,
        follow_folders: !request.for_model_signing_1,
        ignored: &ignored,
        listed: &nothing,
        strict: request.strict,
        signature: Some(&request.signature),
    };
    let tree = list(&request.model, &wanted).map_err(|error| SigningError::Open {
        path: crate::walk::readable(request.model.as_os_str().as_encoded_bytes()),
        reason: error.to_string(),
    })?;
    refuse_obstacles(&tree)?;
    let (resources, others) = resources(request, &tree, progress)?;
    if resources.is_empty() {
        return Err(SigningError::Empty(own_name(&request.model)));
    }
    ignored.extend(own_path(request));
    if request.model.is_dir() {
        ignored.extend(waybill_attest::manifest::IGNORED_AT_TOP.map(str::to_owned));
    }
    ignored.sort();
    ignored.dedup();
    let mut manifest = Manifest {
        name: own_name(&request.model),
        resources,
        hash: request.hash,
        shard_bytes: request.shard_bytes,
        allow_symlinks: request.allow_symlinks,
        ignored,
        strict: request.strict.then(|| Strict {
            executable: executable(&tree),
            empty_folders: tree.empty_folders.iter().cloned().collect(),
            others,
        }),
        old: false,
    };
    manifest.sort();
    Ok((manifest, tree))
}

/// Refuses what the format or its readers cannot do before anything is read.
fn possible(request: &SignRequest, signer: &dyn Signer) -> Result<(), SigningError> {
    let refuse = |reason: &str| Err(SigningError::Request(reason.to_owned()));
    let public = signer.public();
    if public.algorithm() == Algorithm::Ed25519 {
        return refuse(
            "sign with an Ed25519 key: the format allows P-256, P-384 and P-521; `waybill keys generate` makes one",
        );
    }
    if request.for_model_signing_1 && request.hash == FileHash::Blake2b {
        return refuse("sign for model-signing 1.x with blake2b: it cannot verify that");
    }
    if request.for_model_signing_1
        && request.hash == FileHash::Blake3
        && request.shard_bytes.is_some()
    {
        return refuse("sign for model-signing 1.x in shards with blake3: it makes none with that");
    }
    if request.shard_bytes == Some(0) {
        return refuse("sign in shards of no bytes");
    }
    belongs(&request.chain, &public)
}

/// Refuses a chain that starts with the certificate of another key.
pub(crate) fn belongs(chain: &[Certificate], public: &PublicKey) -> Result<(), SigningError> {
    let Some(leaf) = chain.first() else {
        return Ok(());
    };
    match leaf.public_key() {
        Ok(key) if key == *public => Ok(()),
        Ok(_) => Err(SigningError::Request(format!(
            "sign as `{}`: the first certificate is that of another key",
            leaf.subject()
        ))),
        Err(error) => Err(SigningError::Request(format!(
            "sign as `{}`: {error}",
            leaf.subject()
        ))),
    }
}

/// A part that cannot be signed is not left out in silence.
fn refuse_obstacles(tree: &Tree) -> Result<(), SigningError> {
    match tree.obstacles.first() {
        None => Ok(()),
        Some((path, obstacle)) => Err(SigningError::Part {
            path: path.clone(),
            reason: match obstacle {
                Obstacle::Link => {
                    "it is a link; --allow-symlinks signs what it leads to".to_owned()
                }
                Obstacle::Other(reason) => reason.clone(),
            },
        }),
    }
}

/// The signature's own path below the model, if it lies there.
fn own_path(request: &SignRequest) -> Option<String> {
    let folder = match request.signature.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.canonicalize().ok()?,
        _ => std::path::Path::new(".").canonicalize().ok()?,
    };
    let path = folder.join(request.signature.file_name()?);
    let below = path.strip_prefix(request.model.canonicalize().ok()?).ok()?;
    let below = below.to_str().filter(|below| !below.is_empty())?;
    Some(below.to_owned())
}

fn executable(tree: &Tree) -> BTreeSet<String> {
    let marked = tree.files.iter().filter(|(_, file)| file.executable);
    marked.map(|(path, _)| path.clone()).collect()
}

/// What will be stated of one digest.
struct Listed<'a> {
    path: &'a str,
    range: Option<(u64, u64)>,
    /// Not among the resources, but bound by `strict`.
    other: bool,
}

/// The digests of what the format lists, and of what only `strict` does.
fn resources(
    request: &SignRequest,
    tree: &Tree,
    progress: &dyn Progress,
) -> Result<(Vec<Resource>, Vec<Resource>), SigningError> {
    let alone = request.for_model_signing_1 && !request.model.is_dir();
    let mut jobs = Vec::new();
    let mut named: Vec<Listed<'_>> = Vec::new();
    for (path, file) in &tree.files {
        let size = file.stamp.size();
        let mut take = |range: std::ops::Range<u64>, shard: bool, other: bool| {
            let stated = shard.then_some((range.start, range.end));
            named.push(Listed {
                path,
                range: stated,
                other,
            });
            jobs.push(Job { file, range });
        };
        match request.shard_bytes {
            _ if file.left_out => take(0..size, false, true),
            None => take(0..size, false, false),
            Some(_) if size == 0 && request.strict => take(0..0, false, true),
            Some(shard) => {
                let mut start = 0;
                while start < size {
                    let end = start.saturating_add(shard).min(size);
                    take(start..end, true, false);
                    start = end;
                }
            }
        }
    }
    let hashes = hash(&jobs, request.hash, request.threads, progress)?;
    let (mut resources, mut others) = (Vec::new(), Vec::new());
    for (listed, hashed) in named.into_iter().zip(hashes) {
        let Listed { path, range, other } = listed;
        let digest = hashed.map_err(|reason| SigningError::Part {
            path: path.to_owned(),
            reason,
        })?;
        let resource = Resource {
            // A model of one file is called `.` by model-signing 1.x.
            path: if alone { "." } else { path }.to_owned(),
            range,
            digest,
        };
        if other {
            others.push(resource);
        } else {
            resources.push(resource);
        }
    }
    Ok((resources, others))
}
