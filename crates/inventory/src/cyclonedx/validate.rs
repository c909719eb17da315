//! Faults that the schema finds, as sentences with a place.

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;
use waybill_domain::bill::{Gravity, Problem, ProblemKind};

use crate::bill::values::quoted;

/// Most faults of one element; a list of them says no more.
const MOST_PER_ELEMENT: usize = 10;

/// The faults of a part that stands at `pointer`.
pub(crate) fn faults(validator: &Validator, value: &Value, pointer: &str) -> Vec<Problem> {
    if validator.is_valid(value) {
        return Vec::new();
    }
    validator
        .iter_errors(value)
        .take(MOST_PER_ELEMENT)
        .map(|error| {
            let fault = telling(&error, 0);
            Problem {
                gravity: Gravity::Error,
                kind: ProblemKind::Schema,
                pointer: format!("{pointer}{}", fault.instance_path().as_str()),
                message: sentence(fault),
            }
        })
        .collect()
}

/// Of the faults of a choice, the one that says most: of the alternative that came furthest.
fn telling<'e, 'i>(error: &'e ValidationError<'i>, depth: usize) -> &'e ValidationError<'i> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return error;
    };
    if depth > 8 {
        return error;
    }
    let own = steps(error);
    let mut best = error;
    let mut best_rank = (own, 0);
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
    }
    best
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
            let names: Vec<String> = unexpected.iter().take(5).map(|name| quoted(name)).collect();
            format!("{} is not allowed here", names.join(", "))
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
        ValidationErrorKind::Type { kind } => format!("{value} is not of the type {kind:?}"),
        ValidationErrorKind::UniqueItems => "the list holds an element twice".to_owned(),
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            match lacking(context) {
                Some(names) => format!("one of {names} is missing"),
                None => format!("{value} fits none of the shapes allowed here"),
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
