//! Calls by the name of what they call.

use std::collections::HashMap;

use super::RFacts;

/// What a call stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Around {
    /// A promise: evaluated when the value is first looked at.
    Promise,
    /// An expression or call kept as data.
    Data,
    /// The body of a closure: runs when the function is called.
    Closure,
}

/// The calls of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called: `system`, `base::eval`.
    pub function: String,
    /// First arguments of the first such call: texts, symbols, `f(...)` for calls.
    pub arguments: Vec<String>,
    /// What the first such call stands in.
    pub around: Around,
    /// Offset of the first such call.
    pub offset: u64,
    /// How often.
    pub count: u64,
}

/// Different names that are listed.
const LISTED: usize = 4000;
/// Arguments that are kept of a call.
const ARGUMENTS: usize = 4;

/// A call that is being read.
pub(super) struct Open {
    pub(super) function: Option<String>,
    pub(super) arguments: Vec<String>,
    pub(super) around: Around,
    pub(super) offset: u64,
}

impl Open {
    pub(super) fn argument(&mut self, text: String) {
        if self.arguments.len() < ARGUMENTS {
            self.arguments.push(text);
        }
    }

    /// `base::system` for a call of `::`.
    pub(super) fn qualified(&self) -> Option<String> {
        let name = self.function.as_deref()?;
        match (name, self.arguments.as_slice()) {
            ("::" | ":::", [package, name]) => Some(format!("{package}::{name}")),
            _ => None,
        }
    }
}

/// Which calls were seen.
#[derive(Default)]
pub(super) struct Seen {
    places: HashMap<(String, Around), usize>,
}

impl Seen {
    pub(super) fn add(&mut self, open: Open, facts: &mut RFacts) {
        let Some(function) = open.function else {
            return;
        };
        let key = (function, open.around);
        if let Some(known) = self.places.get(&key) {
            if let Some(call) = facts.calls.get_mut(*known) {
                call.count = call.count.saturating_add(1);
            }
            return;
        }
        if facts.calls.len() >= LISTED {
            facts.calls_left_out = facts.calls_left_out.saturating_add(1);
            return;
        }
        facts.calls.push(Call {
            function: key.0.clone(),
            arguments: open.arguments,
            around: open.around,
            offset: open.offset,
            count: 1,
        });
        self.places.insert(key, facts.calls.len().saturating_sub(1));
    }
}
