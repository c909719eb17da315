//! CEL's syntax tree to nodes, with every type checked against the facts.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SelectExpr, operators};
use cel::{IdedExpr, common::ast::SourceInfo};
use waybill_domain::facts::{Record, Shape};

use super::evaluate::SLOTS;
use super::node::{Each, Node, Quantifier, Type};

/// Nodes of one expression.
const MOST_NODES: usize = 1_000;
/// Nesting of one expression.
const DEEPEST: usize = 40;
/// Steps over lists within each other: what an expression may cost grows with this power.
const MOST_STEPS_WITHIN: usize = 2;

/// What is wrong, and where in the expression's text.
pub(super) struct Wrong {
    pub(super) offset: Option<u32>,
    pub(super) reason: String,
}

pub(super) type Lowered = Result<(Node, Type), Wrong>;

/// A name that an expression can use.
struct Variable {
    name: String,
    slot: u8,
    of: Type,
}

pub(super) struct Lowering<'s> {
    variables: Vec<Variable>,
    root: &'static Record,
    places: &'s SourceInfo,
    nodes: usize,
    depth: usize,
    /// Steps over lists that the place being lowered stands in.
    within: usize,
}

impl<'s> Lowering<'s> {
    /// `subject` is the name and kind of what a rule judges one by one.
    pub(super) fn new(
        root: &'static Record,
        subject: Option<&'static Record>,
        places: &'s SourceInfo,
    ) -> Self {
        let subject = subject.map(|record| Variable {
            name: record.name.to_owned(),
            slot: 1,
            of: Type::One(record),
        });
        Self {
            variables: subject.into_iter().collect(),
            root,
            places,
            nodes: 0,
            depth: 0,
            within: 0,
        }
    }

    pub(super) fn wrong<T>(&self, at: &IdedExpr, reason: impl Into<String>) -> Result<T, Wrong> {
        Err(Wrong {
            offset: self.places.offset_for(at.id).map(|(start, _)| start),
            reason: reason.into(),
        })
    }

    pub(super) fn lower(&mut self, expr: &IdedExpr) -> Lowered {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return self.wrong(expr, format!("it has more than {MOST_NODES} parts"));
        }
        if self.depth == DEEPEST {
            return self.wrong(expr, format!("it is nested more than {DEEPEST} deep"));
        }
        self.depth += 1;
        let lowered = self.one(expr);
        self.depth -= 1;
        lowered
    }

    fn one(&mut self, expr: &IdedExpr) -> Lowered {
        match &expr.expr {
            Expr::Literal(literal) => self.literal(expr, literal),
            Expr::Ident(name) => self.name(expr, name),
            Expr::Select(select) => self.select(expr, select),
            Expr::Call(call) => self.call(expr, call),
            Expr::List(list) => self.list(expr, &list.elements),
            Expr::Comprehension(steps) => self.steps(expr, steps),
            Expr::Map(_) => self.wrong(expr, "maps are not part of a policy's expressions"),
            Expr::Struct(_) => self.wrong(expr, "messages are not part of a policy's expressions"),
            Expr::Unspecified => self.wrong(expr, "there is nothing"),
        }
    }

    fn literal(&self, expr: &IdedExpr, literal: &LiteralValue) -> Lowered {
        Ok(match literal {
            LiteralValue::Boolean(value) => (Node::Bool(*value.inner()), Type::Bool),
            LiteralValue::Int(value) => (Node::Int(*value.inner()), Type::Int),
            LiteralValue::Double(value) => (Node::Number(*value.inner()), Type::Number),
            LiteralValue::String(value) => (Node::Text(value.inner().into()), Type::Text),
            LiteralValue::UInt(_) => {
                return self.wrong(expr, "no fact is unsigned: write the number without `u`");
            }
            LiteralValue::Bytes(_) => return self.wrong(expr, "no fact is a row of bytes"),
            LiteralValue::Null => {
                return self.wrong(
                    expr,
                    "every fact has a value: compare with \"\", 0 or false",
                );
            }
        })
    }

    fn name(&self, expr: &IdedExpr, name: &str) -> Lowered {
        if let Some(variable) = self.variables.iter().rev().find(|known| known.name == name) {
            return Ok((Node::Slot(variable.slot), variable.of));
        }
        match field(self.root, name) {
            Some((index, of)) => Ok((Node::Field(Box::new(Node::Slot(0)), index), of)),
            None => {
                let known = self
                    .variables
                    .iter()
                    .map(|variable| variable.name.as_str())
                    .chain(self.root.fields.iter().map(|field| field.name));
                let known: Vec<&str> = known.collect();
                self.wrong(
                    expr,
                    format!("there is no `{name}` here; there are {}", known.join(", ")),
                )
            }
        }
    }

    fn select(&mut self, expr: &IdedExpr, select: &SelectExpr) -> Lowered {
        let (of, of_type) = self.lower(&select.operand)?;
        let Type::One(record) = of_type else {
            return self.wrong(expr, format!("{of_type} has no field `{}`", select.field));
        };
        let Some((index, of_field)) = field(record, &select.field) else {
            let known: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
            return self.wrong(
                expr,
                format!(
                    "`{}` has no field `{}`; it has {}",
                    record.name,
                    select.field,
                    known.join(", ")
                ),
            );
        };
        if select.test {
            return self.wrong(
                expr,
                "every field has a value, so that `has` says nothing: compare with \"\", 0 or false",
            );
        }
        Ok((Node::Field(Box::new(of), index), of_field))
    }

    fn list(&mut self, expr: &IdedExpr, elements: &[IdedExpr]) -> Lowered {
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for element in elements {
            match self.lower(element)?.0 {
                Node::Text(text) => texts.push(text.into_string()),
                #[expect(clippy::cast_precision_loss, reason = "small numbers in practice")]
                Node::Int(number) => numbers.push(number as f64),
                Node::Number(number) => numbers.push(number),
                _ => return self.wrong(element, "a list holds strings or numbers as they stand"),
            }
        }
        match (texts.is_empty(), numbers.is_empty()) {
            (_, true) => Ok((Node::Texts(texts.into()), Type::Texts)),
            (true, false) => Ok((Node::Numbers(numbers.into()), Type::Numbers)),
            (false, false) => self.wrong(expr, "a list holds strings or numbers, not both"),
        }
    }

    /// `all`, `exists`, `exists_one`, `filter` and `map`, told apart by what they became.
    fn steps(&mut self, expr: &IdedExpr, steps: &ComprehensionExpr) -> Lowered {
        let (list, list_type) = self.lower(&steps.iter_range)?;
        let element = match list_type {
            Type::Texts => Type::Text,
            Type::Numbers => Type::Number,
            Type::Many(record) => Type::One(record),
            other => {
                return self.wrong(&steps.iter_range, format!("{other} is not a list"));
            }
        };
        if self.within == MOST_STEPS_WITHIN {
            return self.wrong(
                expr,
                format!("more than {MOST_STEPS_WITHIN} steps over lists stand within each other"),
            );
        }
        let slot = 2 + self.within;
        let Some(kind) = Kind::of(steps) else {
            return self.wrong(
                expr,
                "this step over a list is not part of a policy's expressions",
            );
        };
        debug_assert!(slot < SLOTS);
        self.variables.push(Variable {
            name: steps.iter_var.clone(),
            slot: u8::try_from(slot).unwrap_or(u8::MAX),
            of: element,
        });
        self.within += 1;
        let body = self.lower(kind.body());
        self.within -= 1;
        self.variables.pop();
        let (body, body_type) = body?;
        let each = Box::new(Each {
            list,
            slot: u8::try_from(slot).unwrap_or(u8::MAX),
            body,
        });
        match (kind, body_type) {
            (Kind::Quantified(quantifier, _), Type::Bool) => {
                Ok((Node::Quantified(quantifier, each), Type::Bool))
            }
            (Kind::Filter(_), Type::Bool) => match list_type {
                Type::Numbers => self.wrong(expr, "a list of numbers cannot be filtered"),
                of => Ok((Node::Filter(each), of)),
            },
            (Kind::Map(_), Type::Text | Type::Word(_)) => Ok((Node::Map(each), Type::Texts)),
            (Kind::Map(body), other) => self.wrong(
                body,
                format!("`map` yields strings here, and this is {other}"),
            ),
            (kind, other) => self.wrong(
                kind.body(),
                format!("this has to be a bool, and is {other}"),
            ),
        }
    }
}

/// The position and type of a field.
fn field(record: &'static Record, name: &str) -> Option<(u16, Type)> {
    let index = record.fields.iter().position(|field| field.name == name)?;
    let of = match record.fields.get(index)?.shape {
        Shape::Bool => Type::Bool,
        Shape::Int => Type::Int,
        Shape::Number => Type::Number,
        Shape::Text => Type::Text,
        Shape::Word(words) => Type::Word(words),
        Shape::Texts => Type::Texts,
        Shape::One(record) => Type::One(record),
        Shape::Many(record) => Type::Many(record),
    };
    Some((u16::try_from(index).ok()?, of))
}

enum Kind<'e> {
    Quantified(Quantifier, &'e IdedExpr),
    Filter(&'e IdedExpr),
    Map(&'e IdedExpr),
}

impl<'e> Kind<'e> {
    fn body(&self) -> &'e IdedExpr {
        match self {
            Self::Quantified(_, body) | Self::Filter(body) | Self::Map(body) => body,
        }
    }

    fn of(steps: &'e ComprehensionExpr) -> Option<Self> {
        if steps.iter_var2.is_some() {
            return None;
        }
        let Expr::Call(call) = &steps.loop_step.expr else {
            return None;
        };
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_OR, [_, body]) => Some(Self::Quantified(Quantifier::Any, body)),
            (operators::LOGICAL_AND, [_, body]) => Some(Self::Quantified(Quantifier::All, body)),
            (operators::CONDITIONAL, [body, step, _]) => match &steps.accu_init.expr {
                Expr::Literal(_) => Some(Self::Quantified(Quantifier::ExactlyOne, body)),
                // `map` with a filter yields what is not the variable itself.
                _ => match added(step) {
                    Some(Expr::Ident(name)) if *name == steps.iter_var => Some(Self::Filter(body)),
                    _ => None,
                },
            },
            (operators::ADD, [_, list]) => match &list.expr {
                Expr::List(list) => list.elements.first().map(Self::Map),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `X` of `@result + [X]`.
fn added(step: &IdedExpr) -> Option<&Expr> {
    let Expr::Call(CallExpr { args, .. }) = &step.expr else {
        return None;
    };
    match &args.get(1)?.expr {
        Expr::List(list) => list.elements.first().map(|element| &element.expr),
        _ => None,
    }
}
