//! Which known model another one comes from, told from an index of fingerprints; and adding to one.

mod index;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use thiserror::Error;
use waybill_domain::{
    Confidence, KnownModel, LineageClaim, MODEL_INDEX_SCHEMA, ModelIndex, ModelRelation, Sha256,
    TRACING_SCHEMA, TracedMatrix, TracedOrigin, Tracing,
};
use waybill_formats::Limits;
use waybill_tensors::TensorsError;
use waybill_tensors::compare::Change;
use waybill_tensors::lineage::{Content, Traced, trace};

use crate::compare::{CompareFailure, change, confidence, file, read, relation};
use crate::scan::tool;

/// What is traced, and to what.
#[derive(Clone, Debug)]
pub struct TraceModelRequest {
    /// The model.
    pub model: PathBuf,
    /// Indexes of known models.
    pub indexes: Vec<PathBuf>,
    /// The known model that it is said to come from: its name, or `name@revision`.
    pub claimed: Option<String>,
    /// How much work and memory it may cost.
    pub limits: Limits,
}

/// What is added to an index.
#[derive(Clone, Debug)]
pub struct AddModelRequest {
    /// The model.
    pub model: PathBuf,
    /// The index; made if it is not there.
    pub index: PathBuf,
    /// What it is called.
    pub name: String,
    /// Who provides it.
    pub supplier: Option<String>,
    /// Which revision.
    pub revision: Option<String>,
    /// Its licence.
    pub licence: Option<String>,
    /// How much work and memory it may cost.
    pub limits: Limits,
}

/// Why a model could not be traced, or not be added. Then the index is as it was.
#[derive(Debug, Error)]
pub enum LineageFailure {
    /// An index that is none, or that cannot be read.
    #[error("use the index `{path}`: {reason}")]
    Index {
        /// The path.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The model cannot be had.
    #[error(transparent)]
    Model(#[from] CompareFailure),
    /// No index has the model that was named.
    #[error(
        "find the model `{0}` in the indexes: none has it; a path that exists would be compared"
    )]
    Unknown(String),
    /// Several models have the name that was named.
    #[error("find the model `{0}` in the indexes: several have it; name it as NAME@REVISION")]
    Ambiguous(String),
    /// It cannot be added.
    #[error("add `{name}` to the index `{path}`: {reason}")]
    Add {
        /// The name.
        name: String,
        /// The index.
        path: String,
        /// Why not.
        reason: String,
    },
}

/// Tells which known models a model has something of.
///
/// # Errors
/// [`LineageFailure`].
pub fn trace_model(request: &TraceModelRequest) -> Result<Tracing, LineageFailure> {
    let mut indexes = Vec::with_capacity(request.indexes.len());
    for path in &request.indexes {
        indexes.push((path.display().to_string(), index::read(path)?));
    }
    if let Some(claimed) = &request.claimed {
        let all = indexes.iter().flat_map(|(_, index)| &index.written.models);
        // One model may stand in several indexes.
        let meant: BTreeSet<&str> = all
            .filter(|model| is_meant(model, claimed))
            .map(|model| model.named_root.as_str())
            .collect();
        match meant.len() {
            0 => return Err(LineageFailure::Unknown(claimed.clone())),
            1 => {}
            _ => return Err(LineageFailure::Ambiguous(claimed.clone())),
        }
    }
    let model = read(&request.model, &request.limits)?;
    let failed = |error: TensorsError| CompareFailure::Tensors {
        path: model.path.clone(),
        error,
    };
    let mut content = Content::of(model.side()).map_err(failed)?;
    let (mut origins, mut claim, mut known) = (Vec::new(), None, 0);
    for (path, index) in &indexes {
        for (entry, of_it) in index.written.models.iter().zip(&index.known) {
            let traced = trace(of_it, &mut content, model.side()).map_err(failed)?;
            let has_something = traced.displaced > 0;
            let traced = origin(entry, path, traced, entry.sha256 == model.sha256);
            known += 1;
            let is_claimed = request
                .claimed
                .as_deref()
                .is_some_and(|name| is_meant(entry, name));
            if is_claimed {
                claim = Some(match traced.relation.bears_out_lineage() {
                    true => LineageClaim::Holds,
                    false => LineageClaim::Fails,
                });
            }
            // What was asked for is shown whatever it is.
            if is_claimed || has_something || traced.relation != ModelRelation::Unrelated {
                origins.push(traced);
            }
        }
    }
    origins.sort_by(|one, other| nearness(other).total_cmp(&nearness(one)));
    let root = Sha256::from_bytes(&content.root);
    Ok(Tracing {
        schema: TRACING_SCHEMA.to_owned(),
        tool: tool(),
        model: file(model),
        root,
        known,
        origins,
        claimed: request.claimed.clone(),
        claim,
    })
}

/// True if one of the indexes has a model of this name.
///
/// # Errors
/// [`LineageFailure`] if one cannot be read.
pub fn holds_model(indexes: &[PathBuf], name: &str) -> Result<bool, LineageFailure> {
    for path in indexes {
        let index = index::read(path)?;
        if index
            .written
            .models
            .iter()
            .any(|model| is_meant(model, name))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_meant(model: &KnownModel, named: &str) -> bool {
    let revision = model.revision.as_deref();
    let with_revision = named
        .strip_prefix(&model.name)
        .and_then(|rest| rest.strip_prefix('@'));
    named == model.name || (revision.is_some() && with_revision == revision)
}

fn origin(known: &KnownModel, index: &str, traced: Traced, same_file: bool) -> TracedOrigin {
    let (mut relation, mut reasons) = (relation(traced.relation), traced.reasons);
    if same_file && relation == ModelRelation::SameWeights {
        relation = ModelRelation::Identical;
        reasons = vec!["the files are the same bytes".to_owned()];
    }
    let matrices = traced.matrices.into_iter();
    TracedOrigin {
        name: known.name.clone(),
        supplier: known.supplier.clone(),
        revision: known.revision.clone(),
        licence: known.licence.clone(),
        index: index.to_owned(),
        relation,
        confidence: confidence(traced.sureness),
        reasons,
        cosine: traced.cosine,
        matrices: matrices
            .map(|matrix| {
                let (changed, detail) = match &matrix.change {
                    // Which of both, an index does not tell; nor which values became zero.
                    Change::Permuted { .. } => (change(&matrix.change).0, None),
                    Change::Zeroed { share, .. } => {
                        let detail = format!("{:.1} % more zeros", share * 100.0);
                        (change(&matrix.change).0, Some(detail))
                    }
                    other => change(other),
                };
                TracedMatrix {
                    name: matrix.name,
                    name_in_model: matrix.renamed,
                    change: changed,
                    detail,
                    cosine: matrix.cosine,
                    relative_difference: matrix.distance,
                }
            })
            .collect(),
        missing: traced.missing,
    }
}

/// The nearer, the larger: by what it is, then by the numbers.
fn nearness(origin: &TracedOrigin) -> f64 {
    let kind = match origin.relation {
        ModelRelation::Identical => 7.0,
        ModelRelation::SameWeights => 6.0,
        ModelRelation::Unrelated => 0.0,
        ModelRelation::Related => 1.0,
        // A guess comes behind what numbers say.
        _ if origin.confidence == Confidence::Low => 2.0,
        _ => 4.0,
    };
    kind + origin.cosine.unwrap_or(0.0).clamp(0.0, 1.0)
}

/// Adds a model to an index, which is made if it is not there.
///
/// # Errors
/// [`LineageFailure`]; then the index is as it was.
pub fn add_model(request: &AddModelRequest) -> Result<KnownModel, LineageFailure> {
    let mut written = match exists(&request.index) {
        true => index::read(&request.index)?.written,
        false => ModelIndex {
            schema: MODEL_INDEX_SCHEMA.to_owned(),
            models: Vec::new(),
        },
    };
    let refused = |reason: String| LineageFailure::Add {
        name: request.name.clone(),
        path: request.index.display().to_string(),
        reason,
    };
    let same =
        |model: &&KnownModel| model.name == request.name && model.revision == request.revision;
    if written.models.iter().any(|model| same(&model)) {
        return Err(refused(
            "it holds a model of this name and revision; take that out first".to_owned(),
        ));
    }
    let model = read(&request.model, &request.limits)?;
    let content = Content::of(model.side()).and_then(|content| content.for_index(model.side()));
    let content = content.map_err(|error| CompareFailure::Tensors {
        path: model.path.clone(),
        error,
    })?;
    let entry = KnownModel {
        name: request.name.clone(),
        supplier: request.supplier.clone(),
        revision: request.revision.clone(),
        licence: request.licence.clone(),
        ..index::entry(content, model.sha256)
    };
    index::about(&entry).map_err(refused)?;
    written.models.push(entry.clone());
    let order = |model: &KnownModel| (model.name.clone(), model.revision.clone());
    written.models.sort_by_cached_key(order);
    index::check(&written).map_err(refused)?;
    index::write(&request.index, &written).map_err(|error| refused(error.to_string()))?;
    Ok(entry)
}

fn exists(path: &Path) -> bool {
    // A broken link, or what cannot be looked at, is an error of reading it.
    !matches!(std::fs::symlink_metadata(path), Err(error) if error.kind() == std::io::ErrorKind::NotFound)
}
