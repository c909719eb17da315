//! What a policy extends and overrides: files to one list of rules.

use std::collections::BTreeSet;

use waybill_domain::{Gate, OverriddenRule, Verdict};

use super::file::{FileText, Places, RuleText, is_name, read};
use super::{PolicyError, PolicyFault};

/// A policy's text, and what it is called in messages.
#[derive(Clone, Copy, Debug)]
pub struct PolicyFile<'a> {
    /// As the user named it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A policy that comes with Waybill.
#[derive(Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
    /// Its cases.
    pub cases: &'static str,
}

macro_rules! built_in {
    ($name:literal) => {
        BuiltIn {
            name: $name,
            text: include_str!(concat!("../built_in/", $name, ".toml")),
            cases: include_str!(concat!("../built_in/", $name, ".cases.toml")),
        }
    };
}

/// The policies that come with Waybill; `baseline` is in force where nothing else is said.
pub const BUILT_IN: &[BuiltIn] = &[
    built_in!("baseline"),
    built_in!("non-executable-only"),
    built_in!("signed-only"),
    built_in!("known-suppliers-only"),
    built_in!("pinned-only"),
];

/// What a policy extends that extends nothing.
const NOTHING: &str = "nothing";

impl BuiltIn {
    /// The policy of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|policy| policy.name == name)
    }

    /// As a file.
    #[must_use]
    pub const fn file(&self) -> PolicyFile<'static> {
        PolicyFile {
            file: self.name,
            text: self.text,
        }
    }
}

/// A rule that is in force, not yet compiled.
#[derive(Clone, Debug)]
pub(super) struct Resolved<'a> {
    pub(super) policy: String,
    pub(super) source: PolicyFile<'a>,
    pub(super) built_in: bool,
    pub(super) text: RuleText,
    pub(super) gates: Vec<Gate>,
    pub(super) verdict: Verdict,
}

impl Resolved<'_> {
    pub(super) fn id(&self) -> &str {
        self.text.id.get_ref()
    }
}

/// The rules of one policy with those that it extends.
#[derive(Debug, Default)]
pub(super) struct Resolution<'a> {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) rules: Vec<Resolved<'a>>,
    pub(super) overridden: Vec<OverriddenRule>,
}

/// Reads a policy and all that it extends.
pub(super) fn resolve(source: PolicyFile<'_>) -> Result<Resolution<'_>, PolicyError> {
    resolve_at(source, false, 0)
}

/// Reads a policy that comes with Waybill.
pub(super) fn resolve_built_in(
    policy: &'static BuiltIn,
) -> Result<Resolution<'static>, PolicyError> {
    resolve_at(policy.file(), true, 0)
}

fn resolve_at(
    source: PolicyFile<'_>,
    built_in: bool,
    depth: usize,
) -> Result<Resolution<'_>, PolicyError> {
    let places = Places {
        file: source.file,
        text: source.text,
    };
    let file = read(&places)?;
    let name = file.name.get_ref().clone();
    let mut faults = Vec::new();
    if !built_in && BuiltIn::named(&name).is_some() {
        let reason = format!("`{name}` is the name of a built-in policy");
        faults.push(places.fault(file.name.span().start, None, reason));
    }
    let mut resolution = extended(&file, &places, built_in, depth)?;
    resolution.name.clone_from(&name);
    resolution.about.clone_from(&file.about);
    let mut ids = BTreeSet::new();
    for text in file.rules {
        let id = text.id.get_ref().clone();
        let at = text.id.span().start;
        if !is_name(&id) {
            let reason = "its id has to be lowercase letters, digits and hyphens";
            faults.push(places.fault(at, Some(&id), reason));
        }
        if !ids.insert(id.clone()) {
            faults.push(places.fault(at, Some(&id), "two rules have this id"));
        }
        override_rules(&mut resolution, &name, &text, &places, &mut faults);
        if let Some(base) = resolution
            .rules
            .iter()
            .find(|base| base.policy != name && base.id() == id)
        {
            let reason = format!(
                "`{}` has a rule of this id; take another, or override it by `overrides = [\"{id}\"]`",
                base.policy
            );
            faults.push(places.fault(at, Some(&id), reason));
        }
        let (gates, verdict) = (
            gates(&text, &places, &mut faults),
            verdict(&text, &places, &mut faults),
        );
        resolution.rules.push(Resolved {
            policy: name.clone(),
            source,
            built_in,
            text,
            gates,
            verdict,
        });
    }
    if faults.is_empty() {
        Ok(resolution)
    } else {
        Err(PolicyError { faults })
    }
}

/// The rules of what the file extends.
fn extended<'a>(
    file: &FileText,
    places: &Places<'_>,
    built_in: bool,
    depth: usize,
) -> Result<Resolution<'a>, PolicyError> {
    let named = file.extends.as_ref();
    let name = match named {
        Some(name) => name.get_ref().as_str(),
        None if built_in && file.name.get_ref() == "baseline" => NOTHING,
        None => "baseline",
    };
    if name == NOTHING {
        return Ok(Resolution::default());
    }
    let at = named.map_or(0, |name| name.span().start);
    let refused = |reason: String| PolicyError {
        faults: vec![places.fault(at, None, reason)],
    };
    let base = BuiltIn::named(name).ok_or_else(|| {
        let known: Vec<&str> = BUILT_IN.iter().map(|policy| policy.name).collect();
        refused(format!(
            "it extends `{}`, which there is not; there are {} and {NOTHING}",
            name.escape_debug(),
            known.join(", ")
        ))
    })?;
    if depth > BUILT_IN.len() {
        return Err(refused("what it extends goes round in a circle".to_owned()));
    }
    resolve_at(base.file(), true, depth + 1)
}

fn override_rules(
    resolution: &mut Resolution<'_>,
    policy: &str,
    text: &RuleText,
    places: &Places<'_>,
    faults: &mut Vec<PolicyFault>,
) {
    let Some(overrides) = &text.overrides else {
        return;
    };
    let id = text.id.get_ref();
    for overridden in overrides.get_ref() {
        let position = resolution
            .rules
            .iter()
            .position(|base| base.policy != policy && base.id() == overridden);
        let Some(position) = position else {
            let reason = format!(
                "it overrides `{}`, which what it extends has not",
                overridden.escape_debug()
            );
            faults.push(places.fault(overrides.span().start, Some(id), reason));
            continue;
        };
        let base = resolution.rules.remove(position);
        if base.text.fixed {
            let reason = format!("`{overridden}` of `{}` cannot be overridden", base.policy);
            faults.push(places.fault(overrides.span().start, Some(id), reason));
        }
        resolution.overridden.push(OverriddenRule {
            policy: base.policy,
            rule: overridden.clone(),
            by: format!("{policy}/{id}"),
        });
    }
}

fn gates(text: &RuleText, places: &Places<'_>, faults: &mut Vec<PolicyFault>) -> Vec<Gate> {
    let mut gates = Vec::new();
    let at = text.gates.span().start;
    let id = Some(text.id.get_ref().as_str());
    for name in text.gates.get_ref() {
        match Gate::named(name) {
            Some(gate) => gates.push(gate),
            None => {
                let known: Vec<&str> = Gate::ALL.iter().map(|gate| gate.as_str()).collect();
                let reason = format!(
                    "there is no gate `{}`; there are {}",
                    name.escape_debug(),
                    known.join(", ")
                );
                faults.push(places.fault(at, id, reason));
            }
        }
    }
    if text.gates.get_ref().is_empty() {
        faults.push(places.fault(at, id, "it names no gate"));
    }
    gates.sort_unstable();
    gates.dedup();
    gates
}

fn verdict(text: &RuleText, places: &Places<'_>, faults: &mut Vec<PolicyFault>) -> Verdict {
    match text.verdict.get_ref().as_str() {
        "admit" => Verdict::Admit,
        "quarantine" => Verdict::Quarantine,
        "reject" => Verdict::Reject,
        other => {
            let reason = format!(
                "there is no verdict `{}`; there are admit, quarantine and reject",
                other.escape_debug()
            );
            let at = text.verdict.span().start;
            faults.push(places.fault(at, Some(text.id.get_ref()), reason));
            Verdict::Reject
        }
    }
}

/// What a list of rules says of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSummary {
    /// The policy that it stands in.
    pub policy: String,
    /// The line of its file on which it names itself, from 1.
    pub line: usize,
    /// Its id.
    pub id: String,
    /// Where it is asked.
    pub gates: Vec<Gate>,
    /// What it judges one by one.
    pub on: Option<String>,
    /// Its condition.
    pub when: String,
    /// What it says.
    pub verdict: Verdict,
    /// Its message.
    pub message: String,
    /// Controls of the guidance that it answers.
    pub answers: Vec<String>,
    /// True if no policy may override it.
    pub fixed: bool,
}

/// The rules that are in force under a policy, those that it extends first, and what it says of
/// itself.
///
/// # Errors
/// [`PolicyError`] if it cannot be read.
pub fn summaries(source: PolicyFile<'_>) -> Result<(String, Vec<RuleSummary>), PolicyError> {
    let built_in = BuiltIn::named(source.file).filter(|policy| policy.text == source.text);
    let resolution = match built_in {
        Some(policy) => resolve_built_in(policy)?,
        None => resolve(source)?,
    };
    let summary = |rule: Resolved<'_>| RuleSummary {
        line: Places {
            file: rule.source.file,
            text: rule.source.text,
        }
        .line(rule.text.id.span().start),
        policy: rule.policy,
        gates: rule.gates,
        verdict: rule.verdict,
        id: rule.text.id.into_inner(),
        on: rule.text.on.map(toml::Spanned::into_inner),
        when: rule.text.when.into_inner(),
        message: rule.text.message.into_inner(),
        answers: rule.text.answers,
        fixed: rule.text.fixed,
    };
    Ok((
        resolution.about,
        resolution.rules.into_iter().map(summary).collect(),
    ))
}
