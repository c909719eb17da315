use std::collections::BTreeMap;

use crate::commands::credentials::{is_secret, is_secret_name};

/// What a variable may hold: alternatives, each a list of fields. No alternative means that it is
/// set to something unknown.
pub(in crate::commands) type Binding = Vec<Vec<String>>;

/// Constants that hold for a text from outside: build arguments, an `env:` block.
pub(in crate::commands) type Constants = BTreeMap<String, Binding>;

/// Most alternatives that are kept of one variable.
const MOST_ALTERNATIVES: usize = 8;

/// Longest value that is kept, in bytes; a value that grows beyond is unknown.
const LONGEST_VALUE: usize = 16 * 1024;

/// Variables while a text is read.
pub(super) struct Scope<'c> {
    constants: &'c Constants,
    own: BTreeMap<String, Binding>,
    /// One entry an open branch: what was bound within.
    branches: Vec<BTreeMap<String, Binding>>,
}

impl<'c> Scope<'c> {
    pub(super) fn new(constants: &'c Constants) -> Self {
        Self {
            constants,
            own: BTreeMap::new(),
            branches: Vec::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        if is_secret_name(name) {
            return None;
        }
        self.own.get(name).or_else(|| self.constants.get(name))
    }

    pub(super) fn set(&mut self, name: &str, fields: Option<Vec<String>>) {
        let fields = fields.filter(|fields| {
            let bytes: usize = fields.iter().map(String::len).sum();
            bytes <= LONGEST_VALUE && !fields.iter().any(|field| is_secret(field))
        });
        let binding: Binding = fields.into_iter().collect();
        if !self.branches.is_empty() {
            let before = self.get(name).cloned().unwrap_or_default();
            if let Some(branch) = self.branches.last_mut() {
                let seen = branch.entry(name.to_owned()).or_insert(before);
                unite(seen, &binding);
            }
        }
        self.own.insert(name.to_owned(), binding);
    }

    pub(super) fn bind(&mut self, name: &str, binding: Binding) {
        self.own.insert(name.to_owned(), binding);
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Binding> {
        self.own.remove(name)
    }

    pub(super) fn enter_branch(&mut self) {
        self.branches.push(BTreeMap::new());
    }

    /// After the branches any of what was bound in one of them may hold.
    pub(super) fn leave_branch(&mut self) {
        let Some(branch) = self.branches.pop() else {
            return;
        };
        for (name, binding) in branch {
            if let Some(outer) = self.branches.last_mut() {
                unite(outer.entry(name.clone()).or_default(), &binding);
            }
            self.own.insert(name, binding);
        }
    }
}

fn unite(into: &mut Binding, from: &Binding) {
    for fields in from {
        if into.len() < MOST_ALTERNATIVES && !into.contains(fields) {
            into.push(fields.clone());
        }
    }
}
