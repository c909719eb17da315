//! The verb `reproduce`: makes something again as a statement says it was made, and compares.

mod difference;
mod places;
mod texts;

use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;
use waybill_attest::{PublicKey, Revoked, Statement, StatementKind, Subject};
use waybill_domain::{
    Date, DifferenceKind, FirstDifference, REPRODUCTION_SCHEMA, Recipe, ReproducedProduct,
    Reproduction, ReproductionInput, ReproductionOutcome,
};
use waybill_formats::Limits;

use self::places::{below, digest, found};
use crate::requirements::{
    Looked, Requirements, RequirementsError, Stated, Trusted, read_statements,
};
use crate::rewrite::RewriteFailure;
use crate::scan::tool;
use crate::signing::SigningError;
use crate::steps::{OWN_STEP, OwnStep, check_outputs};
use crate::walk::readable;
use crate::{ConvertRequest, DisarmRequest, convert, disarm};

pub use self::places::copy_tree;

/// What is made again.
#[derive(Clone, Debug)]
pub struct ReproduceRequest {
    /// The file with the statement.
    pub statement: PathBuf,
    /// Where what went in, and what came out then, is looked for.
    pub from: PathBuf,
    /// Who has to have signed it.
    pub trust: StatementTrust,
    /// Keys that count no more.
    pub revoked: Revoked,
    /// By which ages and ends of statements are judged.
    pub today: Date,
    /// How much work and memory it may cost.
    pub limits: Limits,
}

/// Who has to have signed a statement.
#[derive(Clone, Debug)]
pub enum StatementTrust {
    /// It is not looked at.
    Unasked,
    /// One of these keys.
    Keys(Vec<PublicKey>),
    /// Whoever a policy lets state how a model of this name is made; without a name, that of the product.
    Policy {
        /// The policy.
        requirements: Requirements,
        /// What the model is called.
        name: Option<String>,
    },
}

/// Why nothing could be made again.
#[derive(Debug, Error)]
pub enum ReproduceFailure {
    /// The statement cannot be used.
    #[error("reproduce `{path}`: {reason}")]
    Statement {
        /// Its file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// What went in is not here.
    #[error("find `{name}`, sha256:{sha256}: {reason}")]
    Input {
        /// As stated.
        name: String,
        /// As stated.
        sha256: String,
        /// What there is instead.
        reason: String,
    },
    /// A step could not be done again.
    #[error(transparent)]
    Step(#[from] RewriteFailure),
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] RequirementsError),
    /// A product cannot be read.
    #[error(transparent)]
    Product(#[from] SigningError),
    /// The scratch folder cannot be used.
    #[error("use the scratch folder: {0}")]
    Scratch(String),
}

/// A statement that may be followed.
#[derive(Debug)]
pub struct Reproducible {
    request: ReproduceRequest,
    statement: Statement,
    signed_by: Option<String>,
    step: Option<OwnStep>,
    recipe: Recipe,
    inputs: Vec<ReproductionInput>,
}

/// Reads a statement, looks at who signed it, and finds what went in.
///
/// # Errors
/// [`ReproduceFailure`]: it is no provenance, nobody who is trusted signed it, or it says nothing that could
/// be done again.
pub fn plan_reproduction(request: ReproduceRequest) -> Result<Reproducible, ReproduceFailure> {
    let path = readable(request.statement.as_os_str().as_encoded_bytes());
    let wrong = |reason: String| ReproduceFailure::Statement {
        path: path.clone(),
        reason,
    };
    let statements = read_statements(std::slice::from_ref(&request.statement))?;
    let [stated] = statements.as_slice() else {
        return Err(wrong(format!(
            "it holds {} statements, not one",
            statements.len()
        )));
    };
    let statement = Statement::read(&stated.payload()).map_err(|error| wrong(error.to_string()))?;
    if statement.predicate_type != StatementKind::Provenance.predicate_type() {
        return Err(wrong(format!(
            "it is a `{}`, and does not say how something was made",
            statement.predicate_type
        )));
    }
    if statement.subject.is_empty() {
        return Err(wrong("it says of nothing that it came out".to_owned()));
    }
    let signed_by = signed(&request, &statement, stated).map_err(wrong)?;
    let build = statement.predicate.get("buildDefinition");
    let of = |name: &str| build.and_then(|build| build.get(name));
    let kind = of("buildType").and_then(Value::as_str).unwrap_or_default();
    let external = of("externalParameters");
    let step = match kind == OWN_STEP {
        true => {
            check_outputs(&statement.subject).map_err(wrong)?;
            Some(own_step(external).map_err(wrong)?)
        }
        false => None,
    };
    let recipe = recipe(step.as_ref(), external, &statement.predicate);
    if step.is_none() && recipe.command.is_empty() {
        return Err(wrong(format!(
            "its steps are neither Waybill's own nor a command (`{kind}`)"
        )));
    }
    let materials: Vec<Subject> = of("resolvedDependencies")
        .map(|found| serde_json::from_value(found.clone()))
        .transpose()
        .map_err(|error| wrong(format!("what went in cannot be read: {error}")))?
        .unwrap_or_default();
    let mut inputs = Vec::with_capacity(materials.len());
    for material in materials {
        let sha256 = material.digest.get("sha256").cloned().unwrap_or_default();
        let found = found(&request.from, &material.name, &sha256);
        inputs.push(ReproductionInput {
            path: found.map(|path| readable(path.as_os_str().as_encoded_bytes())),
            name: material.name,
            sha256,
        });
    }
    Ok(Reproducible {
        request,
        statement,
        signed_by,
        step,
        recipe,
        inputs,
    })
}

/// Who signed it, where that is asked for.
fn signed(
    request: &ReproduceRequest,
    statement: &Statement,
    stated: &Stated,
) -> Result<Option<String>, String> {
    let looked = Looked {
        revoked: &request.revoked,
        today: request.today,
        // The end of that day: what was signed on it counts.
        at: (i64::from(request.today.days()) + 1) * 86_400 - 1,
    };
    match &request.trust {
        StatementTrust::Unasked => Ok(None),
        StatementTrust::Keys(keys) => {
            let trusted = Trusted::keys(keys);
            let (_, by) = trusted.hear(stated, looked.revoked, looked.at)?;
            Ok(Some(by.who))
        }
        StatementTrust::Policy { requirements, name } => {
            let subject = statement.subject.first();
            let subject = subject.ok_or("it is about nothing")?;
            let name = name.as_ref().unwrap_or(&subject.name);
            let digest = subject.digest.get("sha256").map_or("", String::as_str);
            requirements
                .accepts(name, digest, stated, &looked)
                .map(Some)
        }
    }
}

fn own_step(external: Option<&Value>) -> Result<OwnStep, String> {
    let step = external.and_then(|external| external.get("step"));
    let step = step.ok_or("it does not say which step it was")?;
    let others = external.and_then(Value::as_object);
    if let Some(other) = others.and_then(|all| all.keys().find(|name| *name != "step")) {
        return Err(format!(
            "it was made with `{other}`, which is not known to this version"
        ));
    }
    serde_json::from_value(step.clone())
        .map_err(|error| format!("its step is none that this version knows: {error}"))
}

fn recipe(step: Option<&OwnStep>, external: Option<&Value>, predicate: &Value) -> Recipe {
    let version = predicate.pointer("/runDetails/builder/version/waybill");
    let of = |name: &str| external.and_then(|external| external.get(name));
    let texts = |value: &Value| -> Option<Vec<String>> {
        let all = value.as_array()?.iter();
        all.map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let environment = of("environment").and_then(Value::as_object);
    let command = match step {
        Some(_) => None,
        None => of("command").and_then(texts),
    };
    Recipe {
        verb: step.map(|step| step.verb().to_owned()),
        version: version.and_then(Value::as_str).map(str::to_owned),
        command: command.unwrap_or_default(),
        environment: environment
            .map(|pairs| {
                let text = |(name, value): (&String, &Value)| {
                    Some((name.clone(), value.as_str()?.to_owned()))
                };
                pairs.iter().filter_map(text).collect()
            })
            .unwrap_or_default(),
    }
}

impl Reproducible {
    /// How it says that it was made.
    #[must_use]
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// True if it is a step of Waybill's own, which can be done again without running anything.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.step.is_some()
    }

    /// The key that signed it, if that was looked at.
    #[must_use]
    pub fn signed_by(&self) -> Option<&str> {
        self.signed_by.as_deref()
    }

    /// What came out then. Waybill's own steps name their one file a second time, as a model.
    fn products(&self) -> &[Subject] {
        match self.step {
            Some(_) => self.statement.subject.get(..1).unwrap_or_default(),
            None => &self.statement.subject,
        }
    }

    /// Does a step of Waybill's own again, into a scratch folder.
    ///
    /// # Errors
    /// [`ReproduceFailure`].
    pub fn replay(&self, scratch: &Path) -> Result<(), ReproduceFailure> {
        let (Some(step), [input], [product]) =
            (&self.step, self.inputs.as_slice(), self.products())
        else {
            return Err(ReproduceFailure::Statement {
                path: readable(self.request.statement.as_os_str().as_encoded_bytes()),
                reason: "a step of Waybill's own has one input and one output".to_owned(),
            });
        };
        let source = PathBuf::from(self.input(input)?);
        let output = below(scratch, &product.name).ok_or_else(|| outside(&product.name))?;
        let limits = self.request.limits.clone();
        match step {
            OwnStep::Convert {} => {
                convert(&ConvertRequest {
                    source,
                    output,
                    replace: false,
                    limits,
                })?;
            }
            OwnStep::Disarm(method) => {
                disarm(&DisarmRequest {
                    source,
                    output,
                    replace: false,
                    method: method.clone(),
                    limits,
                })?;
            }
        }
        Ok(())
    }

    fn input<'a>(&self, input: &'a ReproductionInput) -> Result<&'a str, ReproduceFailure> {
        input
            .path
            .as_deref()
            .ok_or_else(|| ReproduceFailure::Input {
                name: input.name.clone(),
                sha256: input.sha256.clone(),
                reason: format!(
                    "nothing in `{}` has this name and digest; `--from` names another folder",
                    self.request.from.display()
                ),
            })
    }

    /// Puts copies of what went in where a command expects them, below a scratch folder.
    ///
    /// # Errors
    /// [`ReproduceFailure`]: an input is not here, stands outside the folder that the command ran in, or is
    /// already what should come out.
    pub fn lay_out(&self, scratch: &Path) -> Result<(), ReproduceFailure> {
        let failed = |error: std::io::Error| ReproduceFailure::Scratch(error.to_string());
        for input in &self.inputs {
            let from = PathBuf::from(self.input(input)?);
            let to = below(scratch, &input.name).ok_or_else(|| outside(&input.name))?;
            copy_tree(&from, &to).map_err(failed)?;
            let copy = digest(&to)?;
            if copy != input.sha256 {
                return Err(ReproduceFailure::Scratch(format!(
                    "`{}` changed while it was copied",
                    input.name
                )));
            }
        }
        for product in self.products() {
            let to = below(scratch, &product.name).ok_or_else(|| outside(&product.name))?;
            if let Some(folder) = to.parent() {
                std::fs::create_dir_all(folder).map_err(failed)?;
            }
            // What went in cannot show that a command makes it.
            let is_there = |stated: &String| digest(&to).is_ok_and(|now| now == *stated);
            if to.exists() && product.digest.get("sha256").is_some_and(is_there) {
                return Err(ReproduceFailure::Scratch(format!(
                    "`{}` went in as it came out: that it is there again would prove nothing",
                    product.name
                )));
            }
        }
        Ok(())
    }

    /// Compares what came out in the scratch folder with what is stated; without one, says what would
    /// have been done.
    ///
    /// # Errors
    /// [`ReproduceFailure`] if what came out cannot be read.
    pub fn compared(self, scratch: Option<&Path>) -> Result<Reproduction, ReproduceFailure> {
        let mut products = Vec::new();
        for product in self.products() {
            let sha256 = product.digest.get("sha256").cloned().unwrap_or_default();
            let mut compared = ReproducedProduct {
                name: product.name.clone(),
                sha256,
                sha256_now: None,
                difference: None,
            };
            if let Some(scratch) = scratch {
                self.compare(scratch, &mut compared)?;
            }
            products.push(compared);
        }
        let outcome = match scratch {
            None => ReproductionOutcome::NotRun,
            Some(_)
                if !products.is_empty()
                    && products.iter().all(|product| product.difference.is_none()) =>
            {
                ReproductionOutcome::Equal
            }
            Some(_) => ReproductionOutcome::Different,
        };
        Ok(Reproduction {
            schema: REPRODUCTION_SCHEMA.to_owned(),
            tool: tool(),
            statement: readable(self.request.statement.as_os_str().as_encoded_bytes()),
            notes: self.notes(outcome),
            signed_by: self.signed_by,
            recipe: self.recipe,
            inputs: self.inputs,
            products,
            outcome,
        })
    }

    fn compare(
        &self,
        scratch: &Path,
        product: &mut ReproducedProduct,
    ) -> Result<(), ReproduceFailure> {
        let now = below(scratch, &product.name).ok_or_else(|| outside(&product.name))?;
        if !now.exists() {
            product.difference = Some(FirstDifference {
                kind: DifferenceKind::Missing,
                what: "it did not come out".to_owned(),
            });
            return Ok(());
        }
        let digest = digest(&now)?;
        if digest != product.sha256 {
            let then = found(&self.request.from, &product.name, &product.sha256);
            product.difference = Some(match then {
                Some(then) => difference::between(&then, &now, &self.request.limits),
                None => FirstDifference {
                    kind: DifferenceKind::Unknown,
                    what: format!(
                        "`{}` has no `{}` with the stated digest to hold it against",
                        self.request.from.display(),
                        product.name
                    ),
                },
            });
        }
        product.sha256_now = Some(digest);
        Ok(())
    }

    fn notes(&self, outcome: ReproductionOutcome) -> Vec<String> {
        let mut notes = Vec::new();
        if self.signed_by.is_none() {
            notes.push(
                "who signed the statement was not looked at: `--key` or `--policy` does".to_owned(),
            );
        }
        let here = env!("CARGO_PKG_VERSION");
        if let Some(version) = &self.recipe.version
            && version != here
            && outcome == ReproductionOutcome::Different
        {
            notes.push(format!(
                "it was made by Waybill {version}, and again by {here}: that may be why"
            ));
        }
        notes
    }
}

fn outside(name: &str) -> ReproduceFailure {
    ReproduceFailure::Scratch(format!(
        "`{name}` stands outside the folder in which it was made"
    ))
}
