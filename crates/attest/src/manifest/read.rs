use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Number, Value};

use super::{
    FileHash, Manifest, ManifestError, OLD_PREDICATE_TYPE, PREDICATE_TYPE, Resource,
    STATEMENT_TYPE, STRICT_ANNOTATION, Strict, name,
};

/// Paths that a statement may leave out.
const MOST_IGNORED: usize = 10_000;

#[derive(Deserialize)]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Option<Predicate>,
}

#[derive(Deserialize)]
struct Subject {
    name: String,
    digest: BTreeMap<String, String>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Predicate {
    #[serde(default)]
    resources: Option<Vec<Listed>>,
    #[serde(default)]
    serialization: Option<Serialization>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    digest: String,
    algorithm: String,
}

#[derive(Deserialize)]
struct Serialization {
    method: String,
    hash_type: String,
    #[serde(default)]
    shard_size: Option<Number>,
    allow_symlinks: bool,
    #[serde(default)]
    ignore_paths: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Bound {
    executable: BTreeSet<String>,
    empty_folders: BTreeSet<String>,
    others: Vec<Listed>,
}

impl Manifest {
    /// Reads a statement: what the specification says, and what releases since 0.3 wrote; with `old`
    /// also what 0.2 wrote.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn from_statement(text: &[u8], old: bool) -> Result<Self, ManifestError> {
        let statement: Statement = serde_json::from_slice(text)
            .map_err(|error| ManifestError::Syntax(error.to_string()))?;
        if statement.kind != STATEMENT_TYPE {
            return Err(ManifestError::OtherType(statement.kind));
        }
        match statement.predicate_type.as_str() {
            PREDICATE_TYPE => current(statement),
            OLD_PREDICATE_TYPE if old => digests(statement.subject),
            OLD_PREDICATE_TYPE => Err(ManifestError::Old),
            _ => Err(ManifestError::OtherType(statement.predicate_type)),
        }
    }
}

fn current(statement: Statement) -> Result<Manifest, ManifestError> {
    let missing = |what: &str| ManifestError::Syntax(format!("it has no `{what}`"));
    let predicate = statement.predicate.ok_or_else(|| missing("predicate"))?;
    let listed = predicate.resources.ok_or_else(|| missing("resources"))?;
    let serialization = predicate
        .serialization
        .ok_or_else(|| missing("serialization"))?;
    let [subject] = <[Subject; 1]>::try_from(statement.subject).map_err(|subjects| {
        ManifestError::Syntax(format!("it has {} subjects, not one", subjects.len()))
    })?;
    let hash = FileHash::named(&serialization.hash_type).ok_or_else(|| {
        ManifestError::Unsupported(format!(
            "it hashes files with `{}`, which is not known",
            serialization.hash_type
        ))
    })?;
    let shard_bytes = shard_size(&serialization)?;
    let mut resources = Vec::with_capacity(listed.len());
    for one in &listed {
        resources.push(resource(one, hash, shard_bytes)?);
    }
    if resources.is_empty() {
        return Err(ManifestError::Empty);
    }
    distinct(&resources)?;
    if let Some(size) = shard_bytes {
        one_after_the_other(&resources, size)?;
    }
    let strict = match subject
        .annotations
        .as_ref()
        .and_then(|all| all.get(STRICT_ANNOTATION))
    {
        Some(bound) => Some(strict(bound, hash)?),
        None => None,
    };
    let manifest = Manifest {
        name: subject.name,
        resources,
        hash,
        shard_bytes,
        allow_symlinks: serialization.allow_symlinks,
        ignored: ignored(serialization.ignore_paths.unwrap_or_default())?,
        strict,
        old: false,
    };
    if subject.digest.get("sha256") != Some(&manifest.root()) {
        return Err(ManifestError::Root);
    }
    Ok(manifest)
}

/// The size of shards; release 1.1 wrote it as `64.0`.
fn shard_size(serialization: &Serialization) -> Result<Option<u64>, ManifestError> {
    let size = serialization.shard_size.as_ref().and_then(|size| {
        size.as_u64().or_else(|| {
            let size = size.as_f64()?;
            (size.fract() == 0.0 && (1.0..9e15).contains(&size)).then_some(size as u64)
        })
    });
    match (serialization.method.as_str(), size) {
        ("files", _) => Ok(None),
        ("shards", Some(size)) if size > 0 => Ok(Some(size)),
        ("shards", _) => Err(ManifestError::Unsupported(
            "it is made of shards, and does not say how large they are".to_owned(),
        )),
        (method, _) => Err(ManifestError::Unsupported(format!(
            "it lists files by the method `{method}`, which is not known"
        ))),
    }
}

fn resource(
    listed: &Listed,
    hash: FileHash,
    shard_bytes: Option<u64>,
) -> Result<Resource, ManifestError> {
    let wrong_path = || ManifestError::Path(listed.name.clone());
    let (path, range) = match shard_bytes {
        Some(_) => {
            let (path, start, end) = name::shard(&listed.name).ok_or_else(wrong_path)?;
            (path, Some((start, end)))
        }
        None => (listed.name.as_str(), None),
    };
    // A model that is one file was called `.` until 1.1.
    if !name::is_canonical(path) && path != "." {
        return Err(wrong_path());
    }
    // Release 1.1 wrote `sha256-sharded-1000000000`.
    let algorithm = match (shard_bytes, listed.algorithm.split_once("-sharded-")) {
        (Some(size), Some((algorithm, of))) if of.parse() == Ok(size) => algorithm,
        _ => listed.algorithm.as_str(),
    };
    let digits = listed.digest.len() == hash.digits()
        && listed
            .digest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if algorithm != hash.as_str() || !digits {
        return Err(ManifestError::Digest(listed.name.clone()));
    }
    Ok(Resource {
        path: path.to_owned(),
        range,
        digest: listed.digest.clone(),
    })
}

fn distinct(resources: &[Resource]) -> Result<(), ManifestError> {
    let mut seen = BTreeSet::new();
    match resources
        .iter()
        .find(|resource| !seen.insert((resource.path.as_str(), resource.range)))
    {
        Some(twice) => Err(ManifestError::Twice(twice.name())),
        None => Ok(()),
    }
}

/// Every file in shards of one size, but the last, from its first byte on.
fn one_after_the_other(resources: &[Resource], size: u64) -> Result<(), ManifestError> {
    let mut files: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for resource in resources {
        if let Some(range) = resource.range {
            files.entry(&resource.path).or_default().push(range);
        }
    }
    for (path, mut ranges) in files {
        ranges.sort_unstable();
        let last = ranges.len().saturating_sub(1);
        let mut expected = 0;
        for (index, (start, end)) in ranges.into_iter().enumerate() {
            let length = end.saturating_sub(start);
            let fits = length == size || (index == last && length > 0 && length < size);
            if start != expected || !fits {
                return Err(ManifestError::Shards(path.to_owned()));
            }
            expected = end;
        }
    }
    Ok(())
}

/// Release 1.1 may have written `../x` for a signature that lies elsewhere; it leaves out nothing.
fn ignored(paths: Vec<String>) -> Result<Vec<String>, ManifestError> {
    if paths.len() > MOST_IGNORED {
        return Err(ManifestError::Unsupported(
            "it leaves out more paths than any signer would".to_owned(),
        ));
    }
    paths
        .into_iter()
        .filter(|path| !path.starts_with("../"))
        .map(|path| {
            if name::is_canonical(&path) {
                Ok(path)
            } else {
                Err(ManifestError::Path(path))
            }
        })
        .collect()
}

fn strict(bound: &Value, hash: FileHash) -> Result<Strict, ManifestError> {
    let bound = Bound::deserialize(bound)
        .map_err(|error| ManifestError::Syntax(format!("its `{STRICT_ANNOTATION}`: {error}")))?;
    let mut others = Vec::with_capacity(bound.others.len());
    for one in &bound.others {
        others.push(resource(one, hash, None)?);
    }
    distinct(&others)?;
    Ok(Strict {
        executable: bound.executable,
        empty_folders: bound.empty_folders,
        others,
    })
}

/// Release 0.2 listed files as subjects, always by SHA-256.
fn digests(subjects: Vec<Subject>) -> Result<Manifest, ManifestError> {
    let mut resources = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let mut digest = subject.digest;
        let listed = Listed {
            digest: digest
                .remove("sha256")
                .ok_or_else(|| ManifestError::Digest(subject.name.clone()))?,
            name: subject.name,
            algorithm: "sha256".to_owned(),
        };
        resources.push(resource(&listed, FileHash::Sha256, None)?);
    }
    if resources.is_empty() {
        return Err(ManifestError::Empty);
    }
    distinct(&resources)?;
    Ok(Manifest {
        name: String::new(),
        resources,
        hash: FileHash::Sha256,
        shard_bytes: None,
        allow_symlinks: false,
        ignored: Vec::new(),
        strict: None,
        old: true,
    })
}
