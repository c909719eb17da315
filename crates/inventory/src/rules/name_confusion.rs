use waybill_domain::{
    Confidence, RuleInfo, Severity,
    inventory::{Component, Role},
    version::Ecosystem,
};
use waybill_knowledge::{
    known_supplier,
    names::{Likeness, Resemblance, model_resemblance, resemblance},
};

use super::Rule;
use crate::draft::Draft;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "name-confusion",
        summary: "A package or an organisation has a name that is easily taken for a well-known one",
        page: include_str!("name-confusion.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["S-R1", "S-M1", "M-M2", "CWE-1357"],
        help: "compare the name with the project's own documentation, and name the one that is meant; do not install it to find out",
        incomplete: false,
    },
    check,
};

/// Names up to this rank are known to everybody.
const VERY_WELL_KNOWN: u32 = 2000;

const MODEL: &str = "model";

fn check(info: &RuleInfo, draft: &mut Draft, _today: Option<&str>) {
    let found: Vec<_> = draft
        .components()
        .filter_map(|component| {
            let (what, name, ecosystem) = named(component)?;
            let resembled = match what {
                MODEL => model_resemblance(&name),
                _ => resemblance(ecosystem, &name),
            }?;
            Some((
                weighed(info, &resembled),
                component.id.clone(),
                component.occurrences.first().cloned(),
                message(what, &name, &resembled),
            ))
        })
        .collect();
    for (info, id, place, message) in found {
        draft.note(&info, Some(id), place, message);
    }
}

/// What is to be compared: a package's name, or the organisation of something from a hub.
fn named(component: &Component) -> Option<(&'static str, String, Ecosystem)> {
    let rest = component.purl.as_deref()?.strip_prefix("pkg:")?;
    let (purl_type, _) = rest.split_once('/')?;
    let ecosystem = Ecosystem::of_purl_type(purl_type);
    match ecosystem {
        Ecosystem::PyPi | Ecosystem::Npm | Ecosystem::Cargo => {
            let name = match component.namespace.as_deref() {
                Some(scope) => format!("@{}/{}", scope.trim_start_matches('@'), component.name),
                None => component.name.clone(),
            };
            let packaged = matches!(
                component.role,
                Role::Library | Role::Application | Role::AgentTool | Role::Guardrail
            );
            (packaged && known_supplier(purl_type, &name).is_none())
                .then_some(("package", name, ecosystem))
        }
        Ecosystem::HuggingFace => {
            let Some(organisation) = component.namespace.as_deref() else {
                let is_model = component.role == Role::Model;
                return is_model.then(|| (MODEL, component.name.clone(), ecosystem));
            };
            let organisation = organisation
                .strip_prefix("datasets/")
                .unwrap_or(organisation);
            Some(("organisation", organisation.to_owned(), ecosystem))
        }
        _ => None,
    }
}

/// How bad and how sure: what nobody writes on purpose weighs more than what somebody may have chosen.
fn weighed(info: &RuleInfo, resembled: &Resemblance) -> RuleInfo {
    let well_known = resembled.rank <= VERY_WELL_KNOWN;
    let (severity, confidence) = match resembled.likeness {
        Likeness::Invented => (Severity::High, Confidence::Medium),
        Likeness::LooksAlike | Likeness::Swapped | Likeness::Doubled if well_known => {
            (Severity::High, Confidence::Medium)
        }
        Likeness::LooksAlike
        | Likeness::Swapped
        | Likeness::Doubled
        | Likeness::Length
        | Likeness::Keyboard
        | Likeness::Scope => (Severity::Medium, Confidence::Medium),
        Likeness::Separators | Likeness::Replaced | Likeness::TwoSlips | Likeness::Affix => {
            (Severity::Medium, Confidence::Low)
        }
        Likeness::Order | Likeness::OtherRegistry => (Severity::Low, Confidence::Low),
    };
    RuleInfo {
        severity,
        confidence,
        ..*info
    }
}

fn message(what: &str, name: &str, resembled: &Resemblance) -> String {
    let known = resembled.known;
    let how = resembled.likeness.phrase();
    match (resembled.likeness, resembled.source) {
        (Likeness::Invented, Some(source)) => {
            format!(
                "language models invent the {what} `{name}` where `{known}` is meant ({source})"
            )
        }
        (Likeness::OtherRegistry, _) => format!(
            "the {what} `{name}` has the name of one that is well known in another registry, and is not known in this one"
        ),
        _ => format!("the {what} `{name}` could be taken for the well-known `{known}`: {how}"),
    }
}
