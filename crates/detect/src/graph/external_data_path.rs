//! See `external_data_path.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::onnx::External;

use super::paths::{Leaves, leaves};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "external-data-path",
        summary: "the model names a file outside its folder as part of itself",
        page: include_str!("external_data_path.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-22", "CWE-73"],
        help: "do not load it: a program that runs it reads that file, and may return what is in it; weights belong beside the model",
        incomplete: false,
    },
    check,
};

/// Findings about one kind of entry that say something new.
const TOLD: usize = 16;
/// Files that are looked at.
const MOST_FILES: usize = 65_536;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let facts = match &subject.facts {
        Facts::Onnx(facts) => facts,
        Facts::TensorFlow(facts) => {
            let files = facts.own_files.iter();
            let files = files.map(|file| (file.name.as_str(), file.offset));
            return named(info, subject, files, found);
        }
        Facts::CoreMl(facts) => {
            let files = facts.files.iter();
            let files = files.map(|(name, offset)| (below(name), *offset));
            return named(info, subject, files, found);
        }
        _ => return,
    };
    let mut told = 0_usize;
    for external in &facts.external {
        if told >= TOLD {
            break;
        }
        if let Some((severity, message)) = judged(info, external) {
            told = told.saturating_add(1);
            found.add_with(info, subject, Some(external.at), message, severity);
        }
        if matches!(
            leaves(&external.location),
            Some(Leaves::Machine(_) | Leaves::Folder)
        ) {
            let does = format!("reads {} as numbers", quoted(&external.location));
            found.would(subject, external.at, does);
        }
    }
}

/// Files that a model names as parts of itself.
fn named<'n>(
    info: &RuleInfo,
    subject: &Subject<'_>,
    files: impl Iterator<Item = (&'n str, u64)>,
    found: &mut Found,
) {
    for (name, offset) in files.take(MOST_FILES) {
        let Some(left) = leaves(name) else {
            continue;
        };
        let severity = match left {
            Leaves::Odd(_) => Severity::Medium,
            _ => info.severity,
        };
        let (name, words) = (quoted(name), left.words());
        let message = format!("the model names {name} as a file of its own: the path {words}");
        found.add_with(info, subject, Some(offset), message, severity);
    }
}

/// CoreML names files from where the model lies.
fn below(name: &str) -> &str {
    name.strip_prefix("@model_path/").unwrap_or(name)
}

fn judged(info: &RuleInfo, external: &External) -> Option<(Severity, String)> {
    let tensor = quoted(&external.tensor);
    if let Some(left) = leaves(&external.location) {
        let severity = match left {
            Leaves::Odd(_) => Severity::Medium,
            _ => info.severity,
        };
        let (path, words) = (quoted(&external.location), left.words());
        let message = format!("tensor {tensor} lies in {path}: the path {words}");
        return Some((severity, message));
    }
    // Readers have set these keys as attributes of their own objects.
    if let Some(key) = external.other_keys.first() {
        let severity = match key.starts_with('_') {
            true => info.severity,
            false => Severity::Medium,
        };
        let key = quoted(key);
        let message =
            format!("tensor {tensor} has the entry {key}, which the format does not know");
        return Some((severity, message));
    }
    for (what, value) in [("offset", &external.offset), ("length", &external.length)] {
        let Some(value) = value else { continue };
        if value.parse::<i64>().map_or(true, |number| number < 0) {
            let message = format!("tensor {tensor} has the {what} {}", quoted(value));
            return Some((Severity::Medium, message));
        }
    }
    let length: Option<u64> = external.length.as_ref().and_then(|text| text.parse().ok());
    match (length, external.wanted) {
        (Some(there), Some(wanted)) if there != wanted => {
            let message = format!(
                "tensor {tensor} needs {wanted} bytes by type and shape, {there} lie outside"
            );
            Some((Severity::Medium, message))
        }
        _ => None,
    }
}
