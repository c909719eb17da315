//! What a policy requires of a model: who may sign it, and which statements about it have to be there, signed
//! by whom, for which models.

mod trusted;

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use thiserror::Error;
use waybill_attest::{Bundle, Revoked, SignedBy, Statement, StatementKind};
use waybill_domain::Date;
use waybill_domain::signing::RequiredStatement;

use crate::attest::document;
use crate::walk::readable;
pub(crate) use trusted::{Stated, Trusted, Voice};
use trusted::{WrittenCertificates, WrittenIdentity};

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
    trusted: Trusted,
}

#[derive(Clone, Debug)]
struct Required {
    name: String,
    predicate_type: String,
    models: Vec<GlobMatcher>,
    trusted: Trusted,
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
    #[serde(default)]
    keys: Vec<PathBuf>,
    #[serde(default)]
    certificates: Vec<WrittenCertificates>,
    #[serde(default)]
    identities: Vec<WrittenIdentity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRequirement {
    statement: String,
    #[serde(rename = "for", default)]
    models: Vec<String>,
    #[serde(default)]
    keys: Vec<PathBuf>,
    #[serde(default)]
    certificates: Vec<WrittenCertificates>,
    #[serde(default)]
    identities: Vec<WrittenIdentity>,
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
    /// Reads a policy. Keys, certificates and roots stand beside it.
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
        let trusted = |keys: &[PathBuf],
                       certificates: &[WrittenCertificates],
                       identities: &[WrittenIdentity]| {
            Trusted::read(folder, keys, certificates, identities).map_err(wrong)
        };
        let mut signers = Vec::new();
        for signer in &written.signer {
            signers.push(Signers {
                models: patterns(&signer.models).map_err(wrong)?,
                trusted: trusted(&signer.keys, &signer.certificates, &signer.identities)?,
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
                trusted: trusted(&rule.keys, &rule.certificates, &rule.identities)?,
                name: rule.statement,
                outcome: rule.outcome,
                max_age_days: rule.max_age_days,
                count: rule.count.max(1),
            });
        }
        Ok(Self { signers, required })
    }

    /// What the bundle of a model of this name holds, who signed it and in which way, if the policy lets
    /// them sign it. With `old`, what release 0.2 of `model-signing` wrote, too.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn signed(
        &self,
        model: &str,
        bundle: &Bundle,
        revoked: &Revoked,
        at: i64,
        old: bool,
    ) -> Result<(Vec<u8>, SignedBy, &'static str), String> {
        let rules = self.signers.iter();
        let trusted = rules
            .filter(|signer| covers(&signer.models, model))
            .fold(Trusted::default(), |all, signer| all.and(&signer.trusted));
        match trusted.is_nobody() {
            true => Err(format!("the policy lets nobody sign `{model}`")),
            false => trusted.proves(bundle, revoked, at, old),
        }
    }

    /// Holds the statements that there are against what is required of a model of this name. A model of
    /// which nothing is required does not pass: the policy does not know it.
    #[must_use]
    pub(crate) fn judge(
        &self,
        model: &str,
        root: &str,
        statements: &[Stated],
        looked: &Looked<'_>,
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
            .map(|rule| rule.judge(root, statements, looked))
            .collect()
    }
}

impl Requirements {
    /// Who by stating how a model of this name was made is believed.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn accepts(
        &self,
        model: &str,
        digest: &str,
        stated: &Stated,
        looked: &Looked<'_>,
    ) -> Result<String, String> {
        let making = StatementKind::Provenance.predicate_type();
        let mut refused = format!("no rule of the policy says who may state how `{model}` is made");
        for rule in &self.required {
            if rule.predicate_type != making || !covers(&rule.models, model) {
                continue;
            }
            match rule.counts(digest, stated, looked) {
                // One statement is one signer's word.
                Some(Ok(voice)) if rule.count <= 1 => return Ok(voice.who),
                Some(Ok(_)) => refused = format!("the policy wants {} signers of it", rule.count),
                Some(Err(reason)) => refused = reason,
                None => {}
            }
        }
        Err(refused)
    }
}

/// With what statements are looked at.
pub(crate) struct Looked<'a> {
    /// Who is not trusted any more.
    pub(crate) revoked: &'a Revoked,
    /// The day by which ages and ends are judged.
    pub(crate) today: Date,
    /// When certificates have to be valid: seconds since 1970.
    pub(crate) at: i64,
}

impl Required {
    fn judge(&self, root: &str, statements: &[Stated], looked: &Looked<'_>) -> RequiredStatement {
        let (mut heard, mut reasons) = (Vec::<Voice>::new(), Vec::new());
        for stated in statements {
            match self.counts(root, stated, looked) {
                // One signer's word counts once, whatever the order in which it is told who is whom.
                Some(Ok(voice)) => {
                    let (same, mut others): (Vec<Voice>, Vec<Voice>) =
                        heard.into_iter().partition(|other| other.is_of(&voice));
                    let mut same = same.into_iter().chain([voice]);
                    others.extend(same.next().map(|first| same.fold(first, Voice::with)));
                    heard = others;
                }
                Some(Err(reason)) => reasons.push(reason),
                None => {}
            }
        }
        let met = heard.len() >= self.count;
        if !met && reasons.is_empty() {
            reasons.push("there is none".to_owned());
        }
        RequiredStatement {
            statement: self.name.clone(),
            met,
            signed_by: heard.into_iter().map(|voice| voice.who).collect(),
            reasons: if met { vec![] } else { reasons },
        }
    }

    /// Whose statement counts; `None` for a statement of another kind.
    fn counts(
        &self,
        root: &str,
        stated: &Stated,
        looked: &Looked<'_>,
    ) -> Option<Result<Voice, String>> {
        let is_kind = |payload: &[u8]| {
            let read = Statement::read(payload).ok()?;
            (read.predicate_type == self.predicate_type).then_some(read)
        };
        let (payload, voice) = match self.trusted.hear(stated, looked.revoked, looked.at) {
            Ok(heard) => heard,
            Err(reason) => return is_kind(&stated.payload()).map(|_| Err(reason)),
        };
        let statement = is_kind(&payload)?;
        let today = looked.today;
        let refuse = |reason: String| Some(Err(format!("the one by {}: {reason}", voice.shown())));
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
        Some(Ok(voice))
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

/// Reads statements: an envelope or a bundle a file, or one a line.
pub(crate) fn read_statements(paths: &[PathBuf]) -> Result<Vec<Stated>, RequirementsError> {
    let mut statements = Vec::new();
    for path in paths {
        let wrong = |reason: String| RequirementsError {
            path: readable(path.as_os_str().as_encoded_bytes()),
            reason,
        };
        let text = document(path, STATEMENT_BYTES).map_err(wrong)?;
        let lines = || text.lines().filter(|line| !line.trim().is_empty());
        match Stated::parse(&text) {
            Ok(stated) => statements.push(stated),
            // A bundle that is laid out over lines would be told of by its first.
            Err(reason) if lines().next().is_some_and(|line| line.trim() == "{") => {
                return Err(wrong(reason));
            }
            Err(_) => {
                for line in lines() {
                    statements.push(Stated::parse(line).map_err(wrong)?);
                }
            }
        }
    }
    Ok(statements)
}

#[cfg(test)]
mod tests;
