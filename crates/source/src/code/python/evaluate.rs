//! The second pass: what expressions amount to.

use ruff_python_ast::{
    DictItem, Expr, ExprBinOp, ExprFString, FStringPart, InterpolatedStringElement, Operator,
    UnaryOp,
};
use ruff_text_size::Ranged;
use std::rc::Rc;

use super::bind::{end, start};
use super::program::{At, Program, Step};
use super::resolve::{Resolved, within};
use super::seen::{Given, Seen, Shared, or};
use super::texts;

/// Deepest chain of expressions and names that is followed.
const DEPTH: usize = 90;

/// What is known of something that is evaluated at most once.
#[derive(Clone)]
pub(super) enum Memo<T> {
    Open,
    Busy,
    Done(T),
}

pub(super) struct Evaluator<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) text: &'a str,
    pub(super) bindings: Vec<Memo<Shared>>,
    pub(super) calls: Vec<Memo<Rc<Resolved>>>,
    pub(super) given: Vec<Memo<Rc<[Given]>>>,
    pub(super) results: Vec<Memo<Shared>>,
    pub(super) returns: Vec<Memo<Shared>>,
    pub(super) depth: usize,
    /// Steps and bytes that may still be spent.
    left: usize,
    unknown: Shared,
}

impl<'p, 'a> Evaluator<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>, text: &'a str) -> Self {
        Self {
            program,
            text,
            bindings: vec![Memo::Open; program.bindings.len()],
            calls: vec![Memo::Open; program.calls.len()],
            given: vec![Memo::Open; program.calls.len()],
            results: vec![Memo::Open; program.calls.len()],
            returns: vec![Memo::Open; program.functions.len()],
            depth: 0,
            left: text.len().saturating_mul(64).saturating_add(16 << 20),
            unknown: Shared::unknown(),
        }
    }

    pub(super) fn unknown(&self) -> Shared {
        self.unknown.clone()
    }

    /// Whether so much more may be done.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        match self.left.checked_sub(cost) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Goes one level down, if that is not too deep.
    pub(super) fn deeper(&mut self, then: impl FnOnce(&mut Self) -> Shared) -> Shared {
        if self.depth >= DEPTH || !self.spend(8) {
            return self.unknown();
        }
        self.depth = self.depth.saturating_add(1);
        let value = then(self);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    /// What an expression amounts to.
    pub(super) fn eval(&mut self, expression: &'a Expr, at: At) -> Shared {
        // Most of what stands in a file is this.
        match expression {
            Expr::StringLiteral(node) => return Shared::text(node.value.to_str()),
            Expr::Name(node) => {
                let at = At {
                    offset: start(node),
                    ..at
                };
                return self.deeper(|this| this.lookup(&node.id, at));
            }
            _ => {}
        }
        self.deeper(|this| this.compound(expression, at))
    }

    fn compound(&mut self, expression: &'a Expr, at: At) -> Shared {
        match expression {
            Expr::NumberLiteral(node) => self.number("", node),
            Expr::BooleanLiteral(node) => Seen::Bool(node.value).into(),
            Expr::NoneLiteral(_) => Seen::None.into(),
            Expr::Call(node) => match self.program.call(node) {
                Some(index) => self.result(index),
                None => self.unknown(),
            },
            Expr::Attribute(_) => self.attributes(expression, at),
            Expr::List(node) => self.list(&node.elts, at),
            Expr::Tuple(node) => self.list(&node.elts, at),
            Expr::Set(node) => self.list(&node.elts, at),
            Expr::Dict(node) => self.map(&node.items, at),
            Expr::FString(node) => self.f_string(node, at),
            Expr::BinOp(node) => self.operation(node, at),
            Expr::Subscript(node) => {
                let of = self.eval(&node.value, at);
                let key = self.eval(&node.slice, at);
                self.subscript(&of, &key)
            }
            _ => self.choice(expression, at),
        }
    }

    fn choice(&mut self, expression: &'a Expr, at: At) -> Shared {
        match expression {
            Expr::BoolOp(node) => {
                let mut values = Vec::new();
                for value in node.values.iter().take(8) {
                    values.push(self.eval(value, at));
                }
                match node.op {
                    ruff_python_ast::BoolOp::Or => or(values),
                    ruff_python_ast::BoolOp::And => {
                        values.last().cloned().unwrap_or_else(Shared::unknown)
                    }
                }
            }
            Expr::If(node) => {
                let values = [self.eval(&node.body, at), self.eval(&node.orelse, at)];
                Shared::either(values)
            }
            Expr::Named(node) => self.eval(&node.value, at),
            Expr::Await(node) => self.eval(&node.value, at),
            Expr::Starred(node) => self.eval(&node.value, at),
            Expr::UnaryOp(node) => match (&node.op, &*node.operand) {
                (UnaryOp::USub, Expr::NumberLiteral(number)) => self.number("-", number),
                _ => self.unknown(),
            },
            Expr::ListComp(node) => self.each(node, &node.elt, at),
            Expr::SetComp(node) => self.each(node, &node.elt, at),
            Expr::Generator(node) => self.each(node, &node.elt, at),
            _ => self.unknown(),
        }
    }

    fn number(&self, sign: &str, node: &impl Ranged) -> Shared {
        let range = node.range().start().to_usize()..node.range().end().to_usize();
        let digits = self.text.get(range).unwrap_or_default();
        let digits = digits.get(..digits.len().min(100)).unwrap_or_default();
        Seen::Number(format!("{sign}{digits}").into()).into()
    }

    /// A comprehension: a list of the one element that stands for all.
    fn each(&mut self, node: &impl Ranged, element: &'a Expr, at: At) -> Shared {
        let Some(scope) = self.program.inline.get(&(start(node), end(node))) else {
            return self.unknown();
        };
        let at = At {
            scope: *scope,
            ..at
        };
        let value = self.eval(element, at);
        Shared::list(value.alternatives().to_vec())
    }

    fn list(&mut self, elements: &'a [Expr], at: At) -> Shared {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.eval(element, at);
            match (element, value.seen()) {
                (Expr::Starred(_), Seen::List(inner)) if self.spend(inner.len()) => {
                    items.extend(inner.iter().cloned());
                }
                _ => items.push(value),
            }
        }
        Shared::list(items)
    }

    fn map(&mut self, written: &'a [DictItem], at: At) -> Shared {
        let mut entries = Vec::with_capacity(written.len());
        for item in written {
            let value = self.eval(&item.value, at);
            match &item.key {
                Some(key) => {
                    let key = self.eval(key, at);
                    if let Some(key) = self.key(&key) {
                        entries.push((key, value));
                    }
                }
                None => {
                    if let Seen::Map(inner) = value.seen()
                        && self.spend(inner.len().saturating_mul(32))
                    {
                        entries.extend(inner.iter().cloned());
                    }
                }
            }
        }
        Seen::Map(entries).into()
    }

    fn key(&self, key: &Shared) -> Option<Rc<str>> {
        texts::plain(key).or_else(|| match key.seen() {
            Seen::Module(_, name) => Some(name.clone()),
            _ => None,
        })
    }

    fn f_string(&mut self, node: &'a ExprFString, at: At) -> Shared {
        let mut parts = Vec::new();
        for part in &node.value {
            match part {
                FStringPart::Literal(literal) => parts.push(Shared::text(&literal.value)),
                FStringPart::FString(string) => {
                    for element in &string.elements {
                        parts.push(match element {
                            InterpolatedStringElement::Literal(literal) => {
                                Shared::text(&literal.value)
                            }
                            InterpolatedStringElement::Interpolation(inner) => {
                                self.eval(&inner.expression, at)
                            }
                        });
                    }
                }
            }
        }
        self.concatenate(parts)
    }

    pub(super) fn concatenate(&mut self, parts: Vec<Shared>) -> Shared {
        let cost = parts.iter().map(text_bytes).fold(0, usize::saturating_add);
        if self.spend(cost) {
            texts::concatenate(parts)
        } else {
            self.unknown()
        }
    }

    /// A chain of operators, from the left without recursion.
    fn operation(&mut self, node: &'a ExprBinOp, at: At) -> Shared {
        let mut chain = vec![node];
        let mut first: &Expr = &node.left;
        while let Expr::BinOp(inner) = first {
            chain.push(inner);
            first = &inner.left;
        }
        let mut value = self.eval(first, at);
        let mut sum = Vec::new();
        for node in chain.into_iter().rev() {
            let right = self.eval(&node.right, at);
            if node.op == Operator::Add && !matches!(right.seen(), Seen::List(_)) {
                sum.push(right);
                continue;
            }
            value = self.sum(value, std::mem::take(&mut sum));
            value = self.binary(&value, node.op, &right);
        }
        self.sum(value, sum)
    }

    fn sum(&mut self, first: Shared, rest: Vec<Shared>) -> Shared {
        if rest.is_empty() {
            return first;
        }
        let parts: Vec<Shared> = std::iter::once(first).chain(rest).collect();
        if parts.iter().any(is_texty) {
            self.concatenate(parts)
        } else {
            self.unknown()
        }
    }

    pub(super) fn binary(&mut self, left: &Shared, operator: Operator, right: &Shared) -> Shared {
        match (operator, left.seen(), right.seen()) {
            (Operator::Add, Seen::List(one), Seen::List(two)) => {
                if !self.spend(one.len().saturating_add(two.len()).saturating_mul(16)) {
                    return self.unknown();
                }
                Shared::list(one.iter().chain(two).cloned().collect())
            }
            (Operator::Add, _, _) => self.sum(left.clone(), vec![right.clone()]),
            (Operator::Div, _, _) if is_texty(left) || is_texty(right) => {
                self.join_paths(&[left.clone(), right.clone()])
            }
            (Operator::Mod, Seen::Text(template), _) => {
                if self.spend(template.len()) {
                    texts::percent(template, right)
                } else {
                    self.unknown()
                }
            }
            (Operator::BitOr, Seen::Map(one), Seen::Map(two)) => {
                if !self.spend(one.len().saturating_add(two.len()).saturating_mul(32)) {
                    return self.unknown();
                }
                Seen::Map(one.iter().chain(two).cloned().collect()).into()
            }
            _ => self.unknown(),
        }
    }

    pub(super) fn join_paths(&mut self, parts: &[Shared]) -> Shared {
        let cost = parts.iter().map(text_bytes).fold(0, usize::saturating_add);
        if self.spend(cost) {
            texts::join_paths(parts)
        } else {
            self.unknown()
        }
    }

    /// A chain of attributes, from the left without recursion.
    fn attributes(&mut self, expression: &'a Expr, at: At) -> Shared {
        let mut names = Vec::new();
        let mut first = expression;
        while let Expr::Attribute(node) = first {
            names.push(node.attr.as_str());
            first = &node.value;
        }
        let mut value = self.eval(first, at);
        for name in names.into_iter().rev() {
            value = self.attribute(&value, name);
        }
        value
    }

    /// `of[key]`.
    pub(super) fn subscript(&mut self, of: &Shared, key: &Shared) -> Shared {
        match of.seen() {
            Seen::Map(entries) => match self.key(key) {
                Some(key) => of.get(&key).cloned().unwrap_or_else(Shared::unknown),
                // One of all that there are.
                None => Shared::either(entries.iter().map(|(_, value)| value.clone())),
            },
            Seen::List(items) => match key.seen() {
                Seen::Number(number) => index(items.len(), number)
                    .and_then(|index| items.get(index))
                    .cloned()
                    .unwrap_or_else(Shared::unknown),
                _ => Shared::either(items.iter().cloned()),
            },
            Seen::Configuration(file, keys) => {
                let Some(key) = self.key(key).filter(|_| keys.len() < 32) else {
                    return self.unknown();
                };
                let mut keys = keys.clone();
                keys.push(key);
                Seen::Configuration(file.clone(), keys).into()
            }
            Seen::Either(values) => {
                let values: Vec<Shared> = values.iter().map(|it| self.subscript(it, key)).collect();
                Shared::either(values.into_iter().filter(|value| !value.is_unknown()))
            }
            Seen::Object {
                call, path, named, ..
            } => Seen::Object {
                call: *call,
                path: path.clone(),
                whole: false,
                named: key.as_text().and_then(|key| within(named.as_ref(), key)),
            }
            .into(),
            Seen::Module(module, name) => match (&**module, &**name, key.as_text()) {
                ("os", "environ", Some(key)) => Seen::Environment(key.clone(), None).into(),
                (_, _, Some(key)) if !name.is_empty() => {
                    Seen::module(module, &format!("{name}.{key}")).into()
                }
                // `List[str]`, `Registry[key]`
                _ => of.clone(),
            },
            Seen::Arguments => match key.as_text() {
                Some(key) => self.argument_default(key),
                None => self.unknown(),
            },
            // `Model["NAME"]` of an enumeration.
            Seen::Class(_) => match key.as_text() {
                Some(key) => self.attribute(of, key),
                None => of.clone(),
            },
            _ => self.unknown(),
        }
    }

    /// A part of a value.
    pub(super) fn step(&mut self, value: &Shared, step: Step) -> Shared {
        match step {
            Step::Index(index) => match value.seen() {
                Seen::List(items) => items.get(index).cloned().unwrap_or_else(Shared::unknown),
                Seen::Either(values) => {
                    let values: Vec<_> = values.iter().map(|it| self.step(it, step)).collect();
                    Shared::either(values)
                }
                Seen::Object { call, path, .. } => Seen::Object {
                    call: *call,
                    path: path.clone(),
                    whole: false,
                    named: None,
                }
                .into(),
                _ => self.unknown(),
            },
            Step::Element => self.element(value),
        }
    }

    /// One of the elements that a loop goes through.
    pub(super) fn element(&mut self, value: &Shared) -> Shared {
        match value.seen() {
            Seen::List(items) => Shared::either(items.iter().cloned()),
            Seen::Map(entries) => {
                let keys = entries.iter().take(super::seen::ALTERNATIVES);
                Shared::either(keys.map(|(key, _)| Seen::Text(key.clone()).into()))
            }
            Seen::Either(values) => {
                let values: Vec<_> = values.iter().map(|it| self.element(it)).collect();
                Shared::either(values)
            }
            Seen::Object { call, path, .. } => Seen::Object {
                call: *call,
                path: path.clone(),
                whole: false,
                named: None,
            }
            .into(),
            Seen::Class(class) => self.members(*class),
            _ => self.unknown(),
        }
    }
}

/// The index that a number means in a list, from the end if negative.
fn index(length: usize, number: &str) -> Option<usize> {
    match number.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => number.parse().ok(),
    }
}

/// Whether a sum with it is a text.
pub(super) fn is_texty(value: &Shared) -> bool {
    match value.seen() {
        Seen::Text(_) | Seen::Parts(_) => true,
        Seen::Environment(_, _) | Seen::Configuration(_, _) => true,
        Seen::Either(values) => values
            .iter()
            .any(|value| matches!(value.seen(), Seen::Text(_) | Seen::Parts(_))),
        _ => false,
    }
}

fn text_bytes(value: &Shared) -> usize {
    let one = |value: &Shared| match value.seen() {
        Seen::Text(text) => text.len().saturating_add(8),
        Seen::Parts(parts) => parts
            .iter()
            .map(|part| part.as_text().map_or(8, |text| text.len()))
            .fold(0, usize::saturating_add),
        _ => 8,
    };
    value
        .alternatives()
        .iter()
        .map(one)
        .fold(0, usize::saturating_add)
}
