//! Where facts are gathered while a template is read.

use super::branches::Captures;
use super::facts::{
    Access, Comparison, Key, Limit, LimitReached, Located, Root, SyntaxError, TemplateFacts, Usage,
};
use super::fold::Ceiling;
use super::limits::Limits;
use super::scope::Scope;
use super::value::Value;
use std::collections::BTreeMap;

/// Bytes of a path or of the source of an expression.
const PATH_BYTES: usize = 160;
/// Comparisons kept for one tag.
const COMPARISONS: usize = 32;

pub(super) struct Examiner<'t> {
    pub(super) text: &'t str,
    pub(super) limits: Limits,
    pub(super) facts: TemplateFacts,
    pub(super) scope: Scope,
    pub(super) captures: Captures,
    /// Comparisons seen since [`Self::begin_tag`].
    pub(super) comparisons: Vec<Comparison>,
    deferred: Vec<Deferred>,
    folded_bytes: usize,
}

/// An access whose name came out of variables, to be looked at again at the end.
pub(super) struct Deferred {
    pub(super) access: Access,
    pub(super) variables: Vec<String>,
    /// The name is the variable's value itself.
    pub(super) direct: bool,
}

/// What visiting an expression found out.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) value: Option<Value>,
    pub(super) root: Root,
    pub(super) path: String,
    /// Variables that the value depends on, and whether it is one of them as it stands.
    pub(super) variables: Vec<String>,
    pub(super) direct: bool,
    /// It is a number, whichever: never the name of an attribute.
    pub(super) numeric: bool,
    /// It is a `range`, and how many rounds it has if that is known.
    pub(super) ranges: bool,
    pub(super) rounds: Option<u128>,
    /// Attributes of a new namespace.
    pub(super) fields: Vec<(String, Option<Value>)>,
}

impl Seen {
    pub(super) fn new(root: Root, path: &str, value: Option<Value>) -> Self {
        Self {
            numeric: matches!(value, Some(Value::Integer(_) | Value::Float(_))),
            value,
            root,
            path: path.to_owned(),
            variables: Vec::new(),
            direct: false,
            ranges: false,
            rounds: None,
            fields: Vec::new(),
        }
    }

    /// The name, the integer, or nothing.
    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_ref()?.text()
    }

    pub(super) fn integer(&self) -> Option<i128> {
        self.value.as_ref()?.integer()
    }
}

impl<'t> Examiner<'t> {
    pub(super) fn new(text: &'t str, limits: Limits) -> Self {
        Self {
            text,
            limits,
            facts: TemplateFacts::default(),
            scope: Scope::default(),
            captures: Captures::new(limits.excerpt_bytes),
            comparisons: Vec::new(),
            deferred: Vec::new(),
            folded_bytes: 0,
        }
    }

    pub(super) fn begin_tag(&mut self) {
        self.comparisons.clear();
    }

    pub(super) fn ceiling(&self) -> Ceiling {
        Ceiling {
            bytes: self.limits.value_bytes,
        }
    }

    /// Accounts for work on constants; `false` when there was too much of it.
    pub(super) fn afford(&mut self, bytes: usize, offset: usize) -> bool {
        self.folded_bytes = self.folded_bytes.saturating_add(bytes);
        let affordable = self.folded_bytes <= self.limits.folding_bytes;
        if !affordable {
            self.limit(Limit::FoldingBytes, offset);
        }
        affordable
    }

    /// `value`, if the work so far allows to hold it.
    pub(super) fn afforded(&mut self, value: Option<Value>, offset: usize) -> Option<Value> {
        let value = value?;
        self.afford(value.weight(), offset).then_some(value)
    }

    pub(super) fn limit(&mut self, limit: Limit, offset: usize) {
        let reached = &mut self.facts.limits_reached;
        if !reached.iter().any(|known| known.limit == limit) {
            reached.push(LimitReached { offset, limit });
        }
    }

    pub(super) fn error(&mut self, offset: usize, message: String) {
        if self.room(self.facts.errors.len(), offset) {
            self.facts.errors.push(SyntaxError { offset, message });
        }
    }

    /// Whether a list of facts with `length` entries takes one more.
    pub(super) fn room(&mut self, length: usize, offset: usize) -> bool {
        let room = length < self.limits.facts;
        if !room {
            self.limit(Limit::Facts, offset);
        }
        room
    }

    pub(super) fn string(&mut self, offset: usize, text: &str) {
        if self.room(self.facts.strings.len(), offset) {
            let text = excerpt(text, self.limits.excerpt_bytes).to_owned();
            self.facts.strings.push(Located { offset, text });
        }
    }

    pub(super) fn access(&mut self, access: Access) {
        if self.room(self.facts.accesses.len(), access.offset) {
            self.facts.accesses.push(access);
        }
    }

    pub(super) fn defer(&mut self, deferred: Deferred) {
        if self.room(self.deferred.len(), deferred.access.offset) {
            self.deferred.push(deferred);
        }
    }

    pub(super) fn compare(&mut self, comparison: Comparison) {
        if self.comparisons.len() < COMPARISONS {
            self.comparisons.push(comparison);
        }
    }

    /// Source between two offsets, shortened.
    pub(super) fn source(&self, from: usize, to: usize) -> String {
        let source = self.text.get(from..to).unwrap_or_default();
        excerpt(source, PATH_BYTES).to_owned()
    }

    /// Counts a use of `name`, in the map that `select` picks.
    pub(super) fn count(
        &mut self,
        select: fn(&mut TemplateFacts) -> &mut BTreeMap<String, Usage>,
        name: &str,
        offset: usize,
    ) {
        let map = select(&mut self.facts);
        if let Some(usage) = map.get_mut(name) {
            usage.count = usage.count.saturating_add(1);
            return;
        }
        let length = map.len();
        if self.room(length, offset) {
            let usage = Usage {
                offset,
                count: 1,
                bound: false,
            };
            select(&mut self.facts).insert(name.to_owned(), usage);
        }
    }

    /// Marks `name` as bound by the template itself.
    pub(super) fn bind(&mut self, name: &str, offset: usize) {
        let length = self.facts.names.len();
        if let Some(usage) = self.facts.names.get_mut(name) {
            usage.bound = true;
        } else if self.room(length, offset) {
            let usage = Usage {
                offset,
                count: 0,
                bound: true,
            };
            self.facts.names.insert(name.to_owned(), usage);
        }
    }

    /// Looks again at names that came out of variables, now that all assignments are known.
    pub(super) fn finish(mut self) -> TemplateFacts {
        for deferred in std::mem::take(&mut self.deferred) {
            self.resolve(deferred);
        }
        self.facts
    }

    fn resolve(&mut self, deferred: Deferred) {
        let Deferred {
            access,
            variables,
            direct,
        } = deferred;
        let known: Vec<_> = variables
            .iter()
            .filter_map(|name| self.scope.get(name))
            .collect();
        let changes = known.iter().any(|variable| variable.assignments > 1);
        let candidates = known.iter().flat_map(|variable| &variable.candidates);
        let names = candidates.filter_map(|value| value.text().map(str::to_owned));
        let names: Vec<String> = if direct { names.collect() } else { Vec::new() };
        for name in names {
            if access.name() != Some(&name) {
                let key = Key::Constant(name);
                self.access(Access {
                    key,
                    ..access.clone()
                });
            }
        }
        if changes && access.name().is_some() {
            let key = Key::Computed(variables.join(", "));
            self.access(Access { key, ..access });
        }
    }
}

/// The start of `text`, at most `bytes` long.
pub(super) fn excerpt(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// Appends to a canonical path, up to a bound.
pub(super) fn extend_path(path: &mut String, parts: &[&str]) {
    for part in parts {
        if path.len() < PATH_BYTES {
            path.push_str(excerpt(part, PATH_BYTES));
        }
    }
}
