//! What a policy requires of a model: who may sign it, and which statements about it have to be there, signed
//! by whom, for which models.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use thiserror::Error;
use waybill_attest::{Envelope, PublicKey, Revoked, Statement, StatementError, StatementKind};
use waybill_domain::Date;
use waybill_domain::signing::RequiredStatement;

use crate::attest::document;
use crate::walk::readable;

/// The largest statement that is read; bills are among them.
const STATEMENT_BYTES: u64 = 256 << 20;
/// The version of these policies.
const SCHEMA: &str = "waybill.statements/1";

/// A policy or statement that cannot be used.
#[derive(Debug, Error)]
#[error("use `{path}`: {reason}")]
pub struct RequirementsError {
    path: String,
    reason: String,
}

/// What a policy requires.
#[derive(Clone, Debug)]
pub struct Requirements {
    signers: Vec<Signers>,
    required: Vec<Required>,
}

#[derive(Clone, Debug)]
struct Signers {
    models: Vec<GlobMatcher>,
    keys: Vec<PublicKey>,
}

#[derive(Clone, Debug)]
struct Required {
    name: String,
    predicate_type: String,
    models: Vec<GlobMatcher>,
    keys: Vec<PublicKey>,
    outcome: Vec<String>,
    max_age_days: Option<u32>,
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    #[serde(default)]
    signer: Vec<WrittenSigner>,
    #[serde(default)]
    require: Vec<WrittenRequirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSigner {
    #[serde(rename = "for", default)]
    models: Vec<String>,
    keys: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRequirement {
    statement: String,
    #[serde(rename = "for", default)]
    models: Vec<String>,
    keys: Vec<PathBuf>,
    #[serde(default)]
    outcome: Vec<String>,
    max_age_days: Option<u32>,
    #[serde(default = "one")]
    count: usize,
}

const fn one() -> usize {
    1
}

impl Requirements {
    /// Reads a policy. Keys stand beside it.
    ///
    /// # Errors
    /// [`RequirementsError`].
    pub fn read(path: &Path) -> Result<Self, RequirementsError> {
        let shown = readable(path.as_os_str().as_encoded_bytes());
        let wrong = |reason: String| RequirementsError {
            path: shown.clone(),
            reason,
        };
        let text = document(path, 1 << 20).map_err(wrong)?;
        let written: Written = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if written.schema != SCHEMA {
            return Err(wrong(format!(
                "its schema is `{}`, not `{SCHEMA}`",
                written.schema
            )));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let keys = |files: &[PathBuf]| -> Result<Vec<PublicKey>, RequirementsError> {
            if files.is_empty() {
                return Err(wrong(
                    "a rule names no keys, so that nobody could meet it".to_owned(),
                ));
            }
            files
                .iter()
                .map(|file| {
                    crate::read_public_key(&folder.join(file))
                        .map_err(|error| wrong(error.to_string()))
                })
                .collect()
        };
        let mut signers = Vec::new();
        for signer in &written.signer {
            signers.push(Signers {
                models: patterns(&signer.models).map_err(wrong)?,
                keys: keys(&signer.keys)?,
            });
        }
        let mut required = Vec::new();
        for rule in written.require {
            let named = StatementKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == rule.statement);
            if named.is_none() && !rule.statement.contains("://") {
                return Err(wrong(format!(
                    "`{}` is neither a predicate type nor one of {}",
                    rule.statement,
                    StatementKind::ALL.map(StatementKind::as_str).join(", ")
                )));
            }
            required.push(Required {
                predicate_type: named.map_or_else(
                    || rule.statement.clone(),
                    |kind| kind.predicate_type().to_owned(),
                ),
                models: patterns(&rule.models).map_err(wrong)?,
                keys: keys(&rule.keys)?,
                name: rule.statement,
                outcome: rule.outcome,
                max_age_days: rule.max_age_days,
                count: rule.count.max(1),
            });
        }
        Ok(Self { signers, required })
    }

    /// The keys that may sign a model of this name.
    #[must_use]
    pub fn signers(&self, model: &str) -> Vec<PublicKey> {
        let mut keys = Vec::new();
        for signer in self
            .signers
            .iter()
            .filter(|signer| covers(&signer.models, model))
        {
            keys.extend(signer.keys.iter().cloned());
        }
        keys
    }

    /// Holds the statements that there are against what is required of a model of this name. A model of
    /// which nothing is required does not pass: the policy does not know it.
    #[must_use]
    pub(crate) fn judge(
        &self,
        model: &str,
        root: &str,
        statements: &[Envelope],
        revoked: &Revoked,
        today: Date,
    ) -> Vec<RequiredStatement> {
        let rules: Vec<&Required> = self
            .required
            .iter()
            .filter(|rule| covers(&rule.models, model))
            .collect();
        if rules.is_empty() {
            return vec![RequiredStatement {
                statement: "anything".to_owned(),
                met: false,
                signed_by: vec![],
                reasons: vec![format!("no rule of the policy is for `{model}`")],
            }];
        }
        rules
            .into_iter()
            .map(|rule| rule.judge(root, statements, revoked, today))
            .collect()
    }
}

impl Requirements {
    /// The key by which a statement of how a model of this name was made counts.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn accepts(
        &self,
        model: &str,
        digest: &str,
        envelope: &Envelope,
        revoked: &Revoked,
        today: Date,
    ) -> Result<String, String> {
        let making = StatementKind::Provenance.predicate_type();
        let mut refused = format!("no rule of the policy says who may state how `{model}` is made");
        for rule in &self.required {
            if rule.predicate_type != making || !covers(&rule.models, model) {
                continue;
            }
            match rule.counts(digest, envelope, revoked, today) {
                // One envelope is one signer's word.
                Some(Ok(key)) if rule.count <= 1 => return Ok(key),
                Some(Ok(_)) => refused = format!("the policy wants {} signers of it", rule.count),
                Some(Err(reason)) => refused = reason,
                None => {}
            }
        }
        Err(refused)
    }
}

impl Required {
    fn judge(
        &self,
        root: &str,
        statements: &[Envelope],
        revoked: &Revoked,
        today: Date,
    ) -> RequiredStatement {
        let (mut signed_by, mut reasons) = (Vec::new(), Vec::new());
        for envelope in statements {
            match self.counts(root, envelope, revoked, today) {
                // One signer's word counts once.
                Some(Ok(key)) if !signed_by.contains(&key) => signed_by.push(key),
                Some(Err(reason)) => reasons.push(reason),
                _ => {}
            }
        }
        let met = signed_by.len() >= self.count;
        if !met && reasons.is_empty() {
            reasons.push("there is none".to_owned());
        }
        RequiredStatement {
            statement: self.name.clone(),
            met,
            signed_by,
            reasons: if met { vec![] } else { reasons },
        }
    }

    /// The key whose statement counts; `None` for a statement of another kind.
    fn counts(
        &self,
        root: &str,
        envelope: &Envelope,
        revoked: &Revoked,
        today: Date,
    ) -> Option<Result<String, String>> {
        let (statement, key) = match Statement::verify(envelope, &self.keys) {
            Ok(read) => read,
            Err(StatementError::Envelope(error)) => {
                let same_kind = Statement::read(&envelope.payload())
                    .is_ok_and(|read| read.predicate_type == self.predicate_type);
                return same_kind.then(|| Err(error.to_string()));
            }
            Err(StatementError::Syntax(_)) => return None,
        };
        if statement.predicate_type != self.predicate_type {
            return None;
        }
        let by = key.id();
        let refuse = |reason: String| Some(Err(format!("the one by {}: {reason}", &by[..12])));
        if let Err(error) = revoked.refuse(key) {
            return refuse(error.to_string());
        }
        if !statement.is_about(root) {
            return refuse("it is about another model".to_owned());
        }
        let outcomes = statement.outcomes();
        if let Some(missing) = self
            .outcome
            .iter()
            .find(|wanted| !outcomes.contains(&wanted.as_str()))
        {
            return refuse(format!("it does not say `{missing}`, but {outcomes:?}"));
        }
        let expired = statement
            .predicate
            .get("expiresOn")
            .and_then(serde_json::Value::as_str)
            .is_some_and(|until| {
                Date::of_time(until)
                    .or_else(|_| Date::parse(until))
                    .is_ok_and(|until| until < today)
            });
        if expired {
            return refuse("it has expired".to_owned());
        }
        if let Some(most) = self.max_age_days {
            let age = statement
                .time()
                .and_then(|time| Date::of_time(time).ok())
                .map(|stated| today.days_since(stated));
            match age {
                Some(age) if (0..=i64::from(most)).contains(&age) => {}
                Some(age) => return refuse(format!("it is {age} days old")),
                None => return refuse("it does not say how old it is".to_owned()),
            }
        }
        Some(Ok(by))
    }
}

/// Patterns of names, in which `*` stays between slashes; without, every name.
fn patterns(written: &[String]) -> Result<Vec<GlobMatcher>, String> {
    written
        .iter()
        .map(|pattern| {
            GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
                .map(|glob| glob.compile_matcher())
                .map_err(|error| error.to_string())
        })
        .collect()
}

fn covers(patterns: &[GlobMatcher], model: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(model))
}

/// Reads statements: an envelope a file, or one a line.
pub(crate) fn read_statements(paths: &[PathBuf]) -> Result<Vec<Envelope>, RequirementsError> {
    let mut statements = Vec::new();
    for path in paths {
        let wrong = |reason: String| RequirementsError {
            path: readable(path.as_os_str().as_encoded_bytes()),
            reason,
        };
        let text = document(path, STATEMENT_BYTES).map_err(wrong)?;
        if let Ok(envelope) = Envelope::parse(&text) {
            statements.push(envelope);
            continue;
        }
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            statements.push(Envelope::parse(line).map_err(|error| wrong(error.to_string()))?);
        }
    }
    Ok(statements)
}
