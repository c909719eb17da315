//! What other files may take: names of the module, and under dotted names what classes, objects
//! and the results of functions hold.

use std::collections::BTreeSet;

use super::bind::everywhere;
use super::evaluate::Evaluator;
use super::program::Program;
use super::seen::{Room, Seen, Shared};
use crate::code::{CodeFacts, Value};

/// Most dotted names of one file.
const DOTTED: usize = 2_000;
/// Most attributes that are looked at for them.
const LOOKED_AT: usize = 20_000;
/// Deepest object within objects.
const DEPTH: usize = 5;
/// Most classes that one inherits from.
const BASES: usize = 16;

/// Writes down what the names of the module are bound to.
pub(super) fn exports(
    program: &Program<'_>,
    evaluator: &mut Evaluator<'_, '_>,
    room: &mut Room,
    facts: &mut CodeFacts,
) {
    let mut within = Within {
        evaluator,
        found: Vec::new(),
        left: LOOKED_AT,
    };
    for name in &program.exports {
        let value = within.evaluator.lookup(name, everywhere(0));
        match value.seen() {
            Seen::Function(function) => within.result(name, *function, DEPTH),
            Seen::Class(_) => within.parts(name, &value, DEPTH),
            _ => {
                within.parts(name, &value, DEPTH);
                facts.exports.push(((*name).to_owned(), room.value(&value)));
            }
        }
    }
    for (name, value) in within.found {
        let value = room.value(&value);
        if value != Value::Unknown {
            facts.exports.push((name, value));
        }
    }
}

/// The walk from names to what is within them.
struct Within<'e, 'p, 'a> {
    evaluator: &'e mut Evaluator<'p, 'a>,
    found: Vec<(String, Shared)>,
    left: usize,
}

impl<'a> Within<'_, '_, 'a> {
    fn push(&mut self, name: String, value: Shared) {
        if self.found.len() < DOTTED && !value.is_unknown() {
            self.found.push((name, value));
        }
    }

    /// What a function returns, and the attributes of that.
    fn result(&mut self, name: &str, function: usize, depth: usize) {
        let returned = self.evaluator.returned(function);
        self.parts(name, &returned, depth);
        self.push(format!("{name}()"), returned);
    }

    /// The attributes of an object or class.
    fn parts(&mut self, name: &str, value: &Shared, depth: usize) {
        let Some(depth) = depth.checked_sub(1).filter(|_| self.left > 0) else {
            return;
        };
        let class = match value.seen() {
            Seen::Class(class) | Seen::Instance(class, _) => *class,
            Seen::Altered(of, attributes) => {
                self.parts(name, of, depth);
                for (attribute, value) in attributes {
                    self.push(format!("{name}.{attribute}"), value.clone());
                }
                return;
            }
            Seen::Either(values) => {
                for value in values.iter().take(4) {
                    self.parts(name, value, depth);
                }
                return;
            }
            _ => return,
        };
        let names = attributes(self.evaluator, class);
        self.left = self.left.saturating_sub(names.len());
        for attribute in names.into_iter().take(LOOKED_AT) {
            let value = self.evaluator.attribute(value, attribute);
            let dotted = format!("{name}.{attribute}");
            match value.seen() {
                Seen::Function(function) | Seen::Method(function, _) => {
                    self.result(&dotted, *function, depth);
                }
                _ => {
                    self.parts(&dotted, &value, depth);
                    self.push(dotted, value);
                }
            }
        }
    }
}

/// The names that a class, and what it inherits from in this file, binds; each class in the order
/// of the text.
fn attributes<'a>(evaluator: &mut Evaluator<'_, 'a>, class: usize) -> Vec<&'a str> {
    let program = evaluator.program;
    let mut classes = vec![class];
    let mut next = 0_usize;
    let mut names: Vec<&'a str> = Vec::new();
    let mut known: BTreeSet<&'a str> = BTreeSet::new();
    while let Some(class) = classes.get(next).and_then(|at| program.classes.get(*at)) {
        next = next.saturating_add(1);
        let scope = program.scopes.get(class.scope);
        let of_body = scope.into_iter().flat_map(|scope| &scope.names);
        let mut found: Vec<(usize, &'a str)> = of_body
            .chain(&class.attributes)
            .filter_map(|(name, indices)| Some((*indices.first()?, *name)))
            .filter(|(_, name)| !name.starts_with("__"))
            .collect();
        found.sort_unstable();
        names.extend(
            found
                .into_iter()
                .map(|(_, name)| name)
                .filter(|name| known.insert(name)),
        );
        for base in class.node.bases().iter().take(BASES) {
            let base = evaluator.eval(base, class.outer);
            if let Seen::Class(base) = base.seen()
                && classes.len() < BASES
                && !classes.contains(base)
            {
                classes.push(*base);
            }
        }
    }
    names
}
