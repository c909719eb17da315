//! `policy test`: cases with facts and the decision that they should have.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;
use waybill_domain::facts::GateFacts;
use waybill_domain::{Decision, Gate};

use super::file::{Places, toml_text};
use super::resolve::{BuiltIn, PolicyFile, summaries};
use super::{Engine, PolicyError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesText {
    #[serde(default, rename = "case")]
    cases: Vec<CaseText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    name: Spanned<String>,
    gate: Spanned<String>,
    facts: Spanned<toml::Value>,
    verdict: waybill_domain::Verdict,
    rules: Option<Vec<String>>,
}

/// How one case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOutcome {
    /// Its name.
    pub name: String,
    /// Where it stands: line from 1.
    pub line: usize,
    /// What was decided.
    pub decision: Decision,
    /// What should have been otherwise; `None` if it passed.
    pub failure: Option<String>,
}

/// How all cases went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResults {
    /// In the order of the file.
    pub cases: Vec<CaseOutcome>,
    /// The policy's own rules.
    pub rules: usize,
    /// Those of them that no case made apply.
    pub untouched: Vec<String>,
}

impl CaseResults {
    /// Number of cases that failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.cases
            .iter()
            .filter(|case| case.failure.is_some())
            .count()
    }
}

/// Runs the cases of a policy.
///
/// # Errors
/// [`PolicyError`] if the policy or a case cannot be read.
pub fn run_cases(
    policy: PolicyFile<'_>,
    cases: PolicyFile<'_>,
) -> Result<CaseResults, PolicyError> {
    let built_in = BuiltIn::named(policy.file).filter(|known| known.text == policy.text);
    let engine = match built_in {
        Some(built_in) => Engine::load(&[built_in], &[], &Gate::ALL)?,
        None => Engine::load(&[], &[policy], &Gate::ALL)?,
    };
    let (_, rules) = summaries(policy)?;
    let name = &engine.info().name;
    let own = rules.iter().filter(|rule| rule.policy == *name);
    let mut untouched: BTreeSet<&str> = own.map(|rule| rule.id.as_str()).collect();
    let rules = untouched.len();
    let places = Places {
        file: cases.file,
        text: cases.text,
    };
    let text: CasesText = toml_text(&places)?;
    let mut outcomes = Vec::new();
    let mut faults = Vec::new();
    for case in text.cases {
        let line = places.line(case.name.span().start);
        let called = case.name.get_ref().clone();
        let Some(gate) = Gate::named(case.gate.get_ref()) else {
            let reason = format!("there is no gate `{}`", case.gate.get_ref().escape_debug());
            faults.push(places.fault(case.gate.span().start, Some(&called), reason));
            continue;
        };
        let at = case.facts.span().start;
        let facts = match GateFacts::read(gate, case.facts.into_inner()) {
            Ok(facts) => facts,
            Err(error) => {
                let reason = format!("its facts: {}", error.message().replace('\n', " "));
                faults.push(places.fault(at, Some(&called), reason));
                continue;
            }
        };
        let decision = engine.decide(&facts);
        for reason in &decision.reasons {
            if reason.policy == *name {
                untouched.remove(reason.rule.as_str());
            }
        }
        let failure = failure(&decision, case.verdict, case.rules.as_deref());
        outcomes.push(CaseOutcome {
            name: called,
            line,
            decision,
            failure,
        });
    }
    if !faults.is_empty() {
        return Err(PolicyError { faults });
    }
    let untouched = untouched.into_iter().map(ToOwned::to_owned).collect();
    Ok(CaseResults {
        cases: outcomes,
        rules,
        untouched,
    })
}

fn failure(
    decision: &Decision,
    verdict: waybill_domain::Verdict,
    rules: Option<&[String]>,
) -> Option<String> {
    let applied: BTreeSet<&str> = decision
        .reasons
        .iter()
        .map(|reason| reason.rule.as_str())
        .collect();
    if decision.verdict != verdict {
        let by: Vec<&str> = applied.into_iter().collect();
        let by = match by.is_empty() {
            true => "no rule applied".to_owned(),
            false => format!("by {}", by.join(", ")),
        };
        return Some(format!(
            "the verdict should be {verdict}, and is {}: {by}",
            decision.verdict
        ));
    }
    let wanted: BTreeSet<&str> = rules?.iter().map(String::as_str).collect();
    let missing: Vec<&str> = wanted.difference(&applied).copied().collect();
    let unwanted: Vec<&str> = applied.difference(&wanted).copied().collect();
    let mut said = Vec::new();
    if !missing.is_empty() {
        said.push(format!("did not apply: {}", missing.join(", ")));
    }
    if !unwanted.is_empty() {
        said.push(format!("applied, too: {}", unwanted.join(", ")));
    }
    (!said.is_empty()).then(|| said.join("; "))
}
