//! Variables that the template assigns, and the constants they may hold.
//!
//! Flow is followed in the order of the text only. Every constant that a variable was ever
//! given is kept as a candidate, so that a branch or a loop cannot hide one.

use std::collections::HashMap;

use super::facts::Comparison;
use super::value::Value;

/// Candidates kept for one variable.
const CANDIDATES: usize = 32;
/// Comparisons kept for one variable.
const COMPARISONS: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Variable {
    /// The constant it holds after the last assignment, if that was one.
    pub(super) latest: Option<Value>,
    pub(super) candidates: Vec<Value>,
    pub(super) assignments: usize,
    /// How many of them were numbers, known or not.
    numbers: usize,
    /// Comparisons that its value was computed from.
    pub(super) comparisons: Vec<Comparison>,
}

/// Variables by name; attributes of namespaces as `name.attribute`.
#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: HashMap<String, Variable>,
}

impl Variable {
    /// Whether it never held anything but numbers.
    pub(super) fn is_numeric(&self) -> bool {
        self.numbers == self.assignments
    }
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    pub(super) fn assign(&mut self, name: &str, value: Option<Value>, compared: &[Comparison]) {
        let variable = self.variables.entry(name.to_owned()).or_default();
        variable.assignments = variable.assignments.saturating_add(1);
        variable.latest.clone_from(&value);
        keep(&mut variable.candidates, value);
        let room = COMPARISONS.saturating_sub(variable.comparisons.len());
        variable
            .comparisons
            .extend(compared.iter().take(room).cloned());
    }

    /// The last assignment was of a number.
    pub(super) fn mark_number(&mut self, name: &str) {
        if let Some(variable) = self.variables.get_mut(name) {
            variable.numbers = variable.numbers.saturating_add(1);
        }
    }

    /// Binds a loop variable: any of `values`, none for certain.
    pub(super) fn assign_any(&mut self, name: &str, values: impl Iterator<Item = Value>) {
        self.assign(name, None, &[]);
        if let Some(variable) = self.variables.get_mut(name) {
            for value in values.take(CANDIDATES) {
                keep(&mut variable.candidates, Some(value));
            }
        }
    }

    /// The variable was changed in place: what it holds is no longer known.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(variable) = self.variables.get_mut(name) {
            variable.latest = None;
            variable.assignments = variable.assignments.saturating_add(1);
        }
    }
}

fn keep(candidates: &mut Vec<Value>, value: Option<Value>) {
    if let Some(value) = value
        && candidates.len() < CANDIDATES
        && !candidates.contains(&value)
    {
        candidates.push(value);
    }
}
