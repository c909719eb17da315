//! Postfix steps: what is reached for, called, filtered and tested.

use super::ast::{Arguments, Expr, Step, StepKind};
use super::examiner::{Examiner, Seen, extend_path};
use super::facts::{Root, Via};
use super::fold::{methods, operators};
use super::value::Value;
use super::visit::merge_variables;

/// Methods that change what they are called on.
const MUTATORS: [&str; 11] = [
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
];

/// The expression so far, while its steps are walked.
pub(super) struct Walk {
    pub(super) seen: Seen,
    /// The value before the last attribute, and that attribute: a method, if a call follows.
    pub(super) method: Option<(Option<Value>, String)>,
    /// The path before the last attribute.
    pub(super) receiver: String,
}

/// Visited arguments.
pub(super) struct SeenArguments {
    pub(super) positional: Vec<Seen>,
    pub(super) named: Vec<(String, Seen)>,
    pub(super) starred: bool,
}

impl SeenArguments {
    pub(super) fn get(&self, name: &str, index: usize) -> Option<&Seen> {
        let named = self.named.iter().find(|(this, _)| this == name);
        named
            .map(|(_, seen)| seen)
            .or_else(|| self.positional.get(index))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Seen> {
        let named = self.named.iter().map(|(_, seen)| seen);
        self.positional.iter().chain(named)
    }

    /// The arguments as constants, if all are.
    pub(super) fn constants(&self) -> Option<methods::ConstantArguments> {
        if self.starred {
            return None;
        }
        let positional: Option<Vec<Value>> = self
            .positional
            .iter()
            .map(|seen| seen.value.clone())
            .collect();
        let named = self.named.iter();
        let named: Option<Vec<(String, Value)>> = named
            .map(|(name, seen)| Some((name.clone(), seen.value.clone()?)))
            .collect();
        Some(methods::ConstantArguments {
            positional: positional?,
            named: named?,
        })
    }

    pub(super) fn weight(&self) -> usize {
        let weights = self
            .all()
            .filter_map(|seen| seen.value.as_ref())
            .map(Value::weight);
        weights.fold(0, usize::saturating_add)
    }
}

impl Examiner<'_> {
    pub(super) fn steps(&mut self, base: &Expr, steps: &[Step]) -> Seen {
        let mut walk = Walk {
            seen: self.visit(base),
            method: None,
            receiver: String::new(),
        };
        for step in steps {
            self.step(&mut walk, step);
        }
        walk.seen
    }

    fn step(&mut self, walk: &mut Walk, step: &Step) {
        match &step.kind {
            StepKind::Attribute(name) => return self.attribute(walk, step.offset, name),
            StepKind::Subscript(index) => self.subscript(walk, step.offset, index),
            StepKind::Slice(bounds) => self.slice(walk, step.offset, bounds),
            StepKind::Call(arguments) => self.call(walk, step.offset, arguments),
            StepKind::Filter(name, arguments) => self.filter(walk, step.offset, name, arguments),
            StepKind::Test(name, arguments) => self.test(walk, step.offset, name, arguments),
        }
        walk.seen.numeric = match &step.kind {
            StepKind::Filter(name, _) => {
                matches!(
                    name.as_str(),
                    "length" | "count" | "int" | "float" | "abs" | "round"
                )
            }
            _ => false,
        };
        walk.method = None;
        walk.seen.direct = false;
    }

    fn attribute(&mut self, walk: &mut Walk, offset: usize, name: &str) {
        let key = Seen::new(Root::Literal, "", Some(Value::Text(name.to_owned())));
        self.reach(offset, Via::Dot, &walk.seen, &key);
        let before = walk.seen.value.take();
        let whole = matches!(&walk.seen.root, Root::Name(root) if *root == walk.seen.path);
        walk.receiver.clone_from(&walk.seen.path);
        extend_path(&mut walk.seen.path, &[".", name]);
        let field = if whole {
            walk.seen.variables = vec![walk.seen.path.clone()];
            walk.seen.direct = true;
            self.variable(&walk.seen.path.clone(), offset)
        } else {
            walk.seen.direct = false;
            None
        };
        let key = Value::Text(name.to_owned());
        let item = before
            .as_ref()
            .and_then(|value| value.lookup(&key).cloned());
        walk.seen.value = self.afforded(field.or(item), offset);
        walk.seen.numeric = match walk.receiver.as_str() {
            "loop" => matches!(
                name,
                "index" | "index0" | "revindex" | "revindex0" | "length" | "depth" | "depth0"
            ),
            _ => whole && self.is_number(&walk.seen.path),
        };
        walk.method = Some((before, name.to_owned()));
    }

    fn subscript(&mut self, walk: &mut Walk, offset: usize, index: &Expr) {
        let key = self.visit(index);
        let value = walk.seen.value.take().zip(key.value.as_ref());
        let value = value.and_then(|(base, key)| {
            let affordable = self.afford(base.weight(), offset);
            affordable
                .then(|| operators::subscript(&base, key))
                .flatten()
        });
        self.reach(offset, Via::Subscript, &walk.seen, &key);
        let path = &mut walk.seen.path;
        match &key.value {
            Some(Value::Text(name)) => extend_path(path, &[".", name]),
            Some(Value::Integer(index)) => extend_path(path, &["[", &index.to_string(), "]"]),
            _ => extend_path(path, &["[", &self.source(index.offset, index.end), "]"]),
        }
        walk.seen.value = self.afforded(value, offset);
        merge_variables(&mut walk.seen.variables, &key.variables);
    }

    fn slice(&mut self, walk: &mut Walk, offset: usize, bounds: &[Option<Expr>; 3]) {
        let mut constant = true;
        let integers = bounds.each_ref().map(|bound| {
            let seen = self.visit(bound.as_ref()?);
            constant &= matches!(seen.value, Some(Value::Integer(_) | Value::None));
            seen.integer()
        });
        extend_path(&mut walk.seen.path, &["[:]"]);
        let base = walk.seen.value.take().filter(|_| constant);
        let affordable = base
            .as_ref()
            .is_some_and(|base| self.afford(base.weight().saturating_mul(4), offset));
        let base = base.filter(|_| affordable);
        walk.seen.value = base.and_then(|base| operators::slice(&base, &integers));
    }

    pub(super) fn arguments(&mut self, arguments: &Arguments) -> SeenArguments {
        let positional = arguments.positional.iter().map(|expr| self.visit(expr));
        let positional = positional.collect();
        let named = arguments.named.iter();
        let named = named.map(|(name, expr)| (name.clone(), self.visit(expr)));
        let named = named.collect();
        for expr in &arguments.starred {
            self.visit(expr);
        }
        SeenArguments {
            positional,
            named,
            starred: !arguments.starred.is_empty(),
        }
    }

    fn test(&mut self, walk: &mut Walk, offset: usize, name: &str, arguments: &Arguments) {
        self.count(|facts| &mut facts.tests, name, offset);
        let arguments = self.arguments(arguments);
        let relation = super::facts::Relation::Test(name.to_owned());
        if let Some(constant) = arguments
            .positional
            .first()
            .and_then(|seen| seen.value.clone())
        {
            self.compare_with(offset, &relation, &constant, &walk.seen.path);
        }
        walk.seen.value = None;
        walk.seen.root = Root::Expression;
    }

    /// A method that changes its receiver makes what the receiver held unknown.
    pub(super) fn note_mutation(&mut self, receiver: &str, method: &str) {
        if MUTATORS.contains(&method) {
            self.scope.forget(receiver);
        }
    }
}
