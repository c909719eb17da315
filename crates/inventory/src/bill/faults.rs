//! Faults that the schema finds, as sentences with a place.

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;
use waybill_domain::bill::{Gravity, Problem, ProblemKind};

use crate::bill::values::quoted;

/// Most faults of one element; a list of them says no more.
const MOST_PER_ELEMENT: usize = 10;

/// Choices within choices that are followed.
const DEEPEST: usize = 100;

/// What is said of a value of which nothing better can be said.
pub(crate) const SHAPELESS: &str = "fits none of the shapes allowed here";

/// The faults of a part that stands at `pointer`.
pub(crate) fn faults(validator: &Validator, value: &Value, pointer: &str) -> Vec<Problem> {
    faults_knowing(validator, value, pointer, |_| false)
}

/// The same; of an object with other faults, members that are `known` are not told to be too many
/// (JSON Schema 2020-12: what fails evaluates nothing).
pub(crate) fn faults_knowing(
    validator: &Validator,
    value: &Value,
    pointer: &str,
    known: impl Fn(&str) -> bool,
) -> Vec<Problem> {
    if validator.is_valid(value) {
        return Vec::new();
    }
    let problem = |fault: &ValidationError<'_>, message| Problem {
        gravity: Gravity::Error,
        kind: ProblemKind::Schema,
        pointer: format!("{pointer}{}", fault.instance_path().as_str()),
        message,
    };
    validator
        .iter_errors(value)
        .filter_map(|error| {
            if let ValidationErrorKind::UnevaluatedProperties { unexpected } = error.kind() {
                let top = error.instance_path().as_str().is_empty();
                let names: Vec<&String> = unexpected
                    .iter()
                    .filter(|name| !(top && known(name)))
                    .collect();
                return (!names.is_empty()).then(|| problem(&error, strange(&names)));
            }
            let fault = telling(&error, 0);
            Some(problem(fault, sentence(fault)))
        })
        .take(MOST_PER_ELEMENT)
        .collect()
}

/// Of the faults of a choice, the one that says most: of the alternative that came furthest, or
/// of the only one that can have been meant.
fn telling<'e, 'i>(error: &'e ValidationError<'i>, depth: usize) -> &'e ValidationError<'i> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return error;
    };
    if depth > DEEPEST {
        return error;
    }
    if let [only] = context.as_slice()
        && let Some(first) = only.first()
    {
        return telling(first, depth.saturating_add(1));
    }
    let own = steps(error);
    let mut best = error;
    let mut best_rank = (own, 0);
    let mut meant = Vec::new();
    for alternative in context {
        // An alternative of another type, or that lacks what it is known by, was not meant.
        let Some(first) = alternative.first() else {
            continue;
        };
        let candidate: &'e ValidationError<'i> = telling(first, depth.saturating_add(1));
        let rank = (
            steps(candidate),
            usize::from(!matches!(
                candidate.kind(),
                ValidationErrorKind::Type { .. }
            )),
        );
        if rank.0 > own && rank > best_rank {
            best = candidate;
            best_rank = rank;
        }
        let other = matches!(
            first.kind(),
            ValidationErrorKind::Type { .. } | ValidationErrorKind::Constant { .. }
        );
        if !other || steps(first) > own {
            meant.push(candidate);
        }
    }
    match meant.as_slice() {
        [only] if best_rank.0 == own => only,
        _ => best,
    }
}

fn steps(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

fn sentence(error: &ValidationError<'_>) -> String {
    let value = match error.instance().as_ref() {
        Value::String(text) => quoted(text),
        Value::Array(_) => "the list".to_owned(),
        Value::Object(_) => "the object".to_owned(),
        scalar => quoted(&scalar.to_string()),
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            strange(&unexpected.iter().collect::<Vec<_>>())
        }
        ValidationErrorKind::Required { property } => {
            format!(
                "{} is missing",
                quoted(property.as_str().unwrap_or_default())
            )
        }
        ValidationErrorKind::Enum { options } => {
            let all = options.as_array().map(Vec::as_slice).unwrap_or_default();
            if all.len() > 20 {
                return format!("{value} is none of the {} values allowed", all.len());
            }
            let names: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            format!("{value} is none of `{}`", names.join("`, `"))
        }
        ValidationErrorKind::Constant { expected_value } => {
            format!("{value} should be `{expected_value}`")
        }
        ValidationErrorKind::Pattern { pattern } => {
            format!("{value} does not have the form {}", quoted(pattern))
        }
        ValidationErrorKind::Format { format } => format!("{value} is no {format}"),
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(one) => format!("{value} is not of the type {one}"),
            TypeKind::Multiple(several) => {
                let names: Vec<String> = several.iter().map(|one| one.to_string()).collect();
                format!("{value} is of none of the types {}", names.join(", "))
            }
        },
        ValidationErrorKind::UniqueItems => "the list holds an element twice".to_owned(),
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            match lacking(context) {
                Some(names) => format!("one of {names} is missing"),
                None => format!("{value} {SHAPELESS}"),
            }
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            format!("{value} mixes shapes of which only one is allowed")
        }
        ValidationErrorKind::Not { .. } | ValidationErrorKind::FalseSchema => {
            format!("{value} is not allowed here")
        }
        ValidationErrorKind::MinLength { .. } | ValidationErrorKind::MinItems { .. } => {
            format!("{value} is too short")
        }
        _ => quoted(&error.masked_with("the value").to_string()),
    }
}

/// Members that an object may not have.
fn strange(names: &[&String]) -> String {
    let names: Vec<String> = names.iter().take(5).map(|name| quoted(name)).collect();
    format!("{} is not allowed here", names.join(", "))
}

/// If every alternative only lacks a member: their names.
fn lacking(context: &[Vec<ValidationError<'static>>]) -> Option<String> {
    let mut names = Vec::new();
    for alternative in context {
        let [only] = alternative.as_slice() else {
            return None;
        };
        let ValidationErrorKind::Required { property } = only.kind() else {
            return None;
        };
        let name = quoted(property.as_str().unwrap_or_default());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}
