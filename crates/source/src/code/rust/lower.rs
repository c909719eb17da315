//! Expressions and statements of Rust.

use std::rc::Rc;

use proc_macro2::Span;
use syn::{BinOp, Block, Expr, ExprIf, ExprMatch, ExprStruct, Item, Lit, Member, Stmt};

use super::super::flow::{Calling, Entry, Expression, Function, Parameter, Pattern, Place, Word};
use super::super::{Import, Unread, Value};
use super::names::Names;

/// Expressions and statements that may stand in one another.
const DEPTH_MAX: usize = 200;

/// The way from one syntax tree to the other.
pub(super) struct Lowering {
    pub(super) names: Names,
    /// The types whose methods these are, innermost last.
    pub(super) own: Vec<String>,
    pub(super) imports: Vec<Import>,
    pub(super) unread: Vec<Unread>,
    depth: usize,
    functions: u32,
}

impl Lowering {
    pub(super) fn new(items: &[Item]) -> Self {
        let mut names = Names::default();
        let mut imports = Vec::new();
        names.declare(items, &mut imports);
        Self {
            names,
            own: Vec::new(),
            imports,
            unread: Vec::new(),
            depth: 0,
            functions: 0,
        }
    }

    pub(super) fn deeper<T>(
        &mut self,
        go: impl FnOnce(&mut Self) -> T,
        otherwise: impl FnOnce() -> T,
    ) -> T {
        if self.depth >= DEPTH_MAX {
            if self.unread.is_empty() {
                self.unread
                    .push(super::unread(None, "nests too deep to be followed"));
            }
            return otherwise();
        }
        self.depth = self.depth.saturating_add(1);
        let result = go(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    /// Whether what is read now stands in something else.
    pub(super) fn is_inside(&self) -> bool {
        self.depth > 1
    }

    pub(super) fn number(&mut self) -> u32 {
        self.functions = self.functions.saturating_add(1);
        self.functions
    }

    pub(super) fn boxed(&mut self, tree: &Expr) -> Box<Expression<'static>> {
        Box::new(self.expression(tree))
    }

    pub(super) fn expression(&mut self, tree: &Expr) -> Expression<'static> {
        match tree {
            Expr::Lit(literal) => known(&literal.lit),
            Expr::Path(path) => self.path(&path.path),
            other => self.deeper(|deeper| deeper.compound(other), || Expression::UNKNOWN),
        }
    }

    fn compound(&mut self, tree: &Expr) -> Expression<'static> {
        match tree {
            Expr::Await(inner) => self.expression(&inner.base),
            Expr::Try(inner) => self.expression(&inner.expr),
            Expr::Reference(inner) => self.expression(&inner.expr),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Cast(inner) => self.expression(&inner.expr),
            Expr::Unary(unary) => {
                let inner = self.expression(&unary.expr);
                match (&unary.op, inner) {
                    (syn::UnOp::Deref(_), inner) => inner,
                    (syn::UnOp::Neg(_), Expression::Known(Value::Number(number), line)) => {
                        Expression::Known(Value::Number(format!("-{number}")), line)
                    }
                    (_, inner) => Expression::Effects(vec![inner]),
                }
            }
            Expr::Call(call) => {
                let place = place(tree, call.paren_token.span.close());
                let callee = self.expression(&call.func);
                let arguments = call.args.iter().map(|tree| self.expression(tree)).collect();
                calling(callee, arguments, place)
            }
            Expr::MethodCall(call) => {
                let place = place(tree, call.paren_token.span.close());
                let object = self.boxed(&call.receiver);
                let callee = Expression::Member(object, Word::Owned(call.method.to_string()));
                let arguments = call.args.iter().map(|tree| self.expression(tree)).collect();
                calling(callee, arguments, place)
            }
            Expr::Field(field) => {
                let object = self.boxed(&field.base);
                Expression::Member(object, Word::Owned(member(&field.member)))
            }
            Expr::Index(index) => {
                let object = self.boxed(&index.expr);
                Expression::Index(object, self.boxed(&index.index))
            }
            Expr::Struct(literal) => self.literal(literal),
            Expr::Array(array) => Expression::List(
                array
                    .elems
                    .iter()
                    .map(|tree| self.expression(tree))
                    .collect(),
            ),
            Expr::Tuple(tuple) => Expression::List(
                tuple
                    .elems
                    .iter()
                    .map(|tree| self.expression(tree))
                    .collect(),
            ),
            Expr::Repeat(repeat) => Expression::List(vec![self.expression(&repeat.expr)]),
            Expr::Binary(_) => self.binary(tree),
            Expr::Assign(assignment) => {
                let value = self.boxed(&assignment.right);
                let pattern = match self.expression(&assignment.left) {
                    Expression::Name(name) => Pattern::Name(name),
                    target => Pattern::Target(target),
                };
                Expression::Assign(Box::new(pattern), value)
            }
            Expr::Let(inner) => {
                let value = self.boxed(&inner.expr);
                Expression::Let(Box::new(self.pattern(&inner.pat)), Some(value))
            }
            Expr::Range(range) => {
                let ends = [&range.start, &range.end];
                Expression::Effects(
                    ends.into_iter()
                        .flatten()
                        .map(|tree| self.expression(tree))
                        .collect(),
                )
            }
            Expr::Macro(inner) => self.macro_call(&inner.mac),
            other => self.control(other),
        }
    }

    fn control(&mut self, tree: &Expr) -> Expression<'static> {
        match tree {
            Expr::Block(inner) => self.block(&inner.block),
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Async(inner) => self.block(&inner.block),
            Expr::Const(inner) => self.block(&inner.block),
            Expr::If(inner) => self.condition(inner),
            Expr::Match(inner) => self.arms(inner),
            Expr::Loop(inner) => self.block(&inner.body),
            Expr::While(inner) => {
                let test = self.expression(&inner.cond);
                Expression::Block(vec![test, self.block(&inner.body)])
            }
            Expr::ForLoop(inner) => {
                let over = self.boxed(&inner.expr);
                let pattern = self.pattern(&inner.pat);
                let body = self.block(&inner.body);
                Expression::Each(Box::new(pattern), over, Box::new(body))
            }
            Expr::Closure(closure) => {
                let parameters = closure
                    .inputs
                    .iter()
                    .map(|input| Parameter {
                        pattern: self.pattern(input),
                        annotation: None,
                        field: false,
                    })
                    .collect();
                let body = vec![self.expression(&closure.body)];
                Expression::Function(Rc::new(Function {
                    id: self.number(),
                    parameters,
                    body,
                    yields_last: true,
                }))
            }
            Expr::Return(inner) => match &inner.expr {
                Some(inner) => Expression::Return(self.boxed(inner)),
                None => Expression::UNKNOWN,
            },
            Expr::Break(inner) => match &inner.expr {
                Some(inner) => self.expression(inner),
                None => Expression::UNKNOWN,
            },
            _ => Expression::UNKNOWN,
        }
    }

    /// Operators nest to the left.
    fn binary(&mut self, tree: &Expr) -> Expression<'static> {
        let mut parts = Vec::new();
        let mut is_sum = true;
        let mut rest = tree;
        while let Expr::Binary(inner) = rest {
            is_sum &= matches!(inner.op, BinOp::Add(_));
            parts.push(self.expression(&inner.right));
            rest = &inner.left;
        }
        parts.push(self.expression(rest));
        parts.reverse();
        if is_sum {
            Expression::Join(parts, false, 0)
        } else {
            Expression::Effects(parts)
        }
    }

    fn literal(&mut self, literal: &ExprStruct) -> Expression<'static> {
        let class = Box::new(self.path(&literal.path));
        let start = literal
            .path
            .segments
            .first()
            .map(|first| first.ident.span());
        let place = between(
            start.unwrap_or_else(Span::call_site),
            literal.brace_token.span.close(),
        );
        let mut entries = Vec::new();
        if let Some(rest) = &literal.rest {
            entries.push(Entry::Spread(self.expression(rest)));
        }
        for field in &literal.fields {
            let value = self.expression(&field.expr);
            entries.push(Entry::Pair(Word::Owned(member(&field.member)), value));
        }
        Expression::Construct(class, entries, place)
    }

    pub(super) fn block(&mut self, block: &Block) -> Expression<'static> {
        Expression::Block(self.statements(block))
    }

    pub(super) fn statements(&mut self, block: &Block) -> Vec<Expression<'static>> {
        let mut out = Vec::with_capacity(block.stmts.len());
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => {
                    let (value, otherwise) = match &local.init {
                        Some(init) => {
                            let value = self.boxed(&init.expr);
                            let otherwise = init.diverge.as_ref();
                            (
                                Some(value),
                                otherwise.map(|(_, tree)| self.expression(tree)),
                            )
                        }
                        None => (None, None),
                    };
                    let pattern = Box::new(self.pattern(&local.pat));
                    out.push(Expression::Let(pattern, value));
                    out.extend(otherwise);
                }
                Stmt::Item(item) => self.item(item, &mut out),
                Stmt::Expr(tree, semicolon) => {
                    out.push(self.expression(tree));
                    if semicolon.is_some() {
                        out.push(Expression::UNKNOWN);
                    }
                }
                Stmt::Macro(inner) => out.push(self.macro_call(&inner.mac)),
            }
        }
        out
    }

    fn condition(&mut self, condition: &ExprIf) -> Expression<'static> {
        let test = self.expression(&condition.cond);
        let then = self.block(&condition.then_branch);
        let mut branches = vec![then];
        if let Some((_, otherwise)) = &condition.else_branch {
            branches.push(self.expression(otherwise));
        }
        Expression::Block(vec![test, Expression::Either(branches)])
    }

    fn arms(&mut self, matched: &ExprMatch) -> Expression<'static> {
        let over = self.boxed(&matched.expr);
        let name = Word::Owned(format!("match {}", self.number()));
        let mut branches = Vec::new();
        for arm in &matched.arms {
            let pattern = Box::new(self.pattern(&arm.pat));
            let taken = Box::new(Expression::Name(name.clone()));
            let body = self.expression(&arm.body);
            branches.push(Expression::Block(vec![
                Expression::Let(pattern, Some(taken)),
                body,
            ]));
        }
        let bound = Expression::Let(Box::new(Pattern::Name(name)), Some(over));
        Expression::Block(vec![bound, Expression::Either(branches)])
    }
}

pub(super) fn calling(
    callee: Expression<'static>,
    arguments: Vec<Expression<'static>>,
    place: Place,
) -> Expression<'static> {
    Expression::Call(Box::new(Calling {
        callee,
        arguments,
        construct: false,
        place,
    }))
}

pub(super) fn known(literal: &Lit) -> Expression<'static> {
    match literal {
        Lit::Str(text) => Expression::Known(Value::Text(text.value()), super::line(text.span())),
        Lit::Int(number) => Expression::Known(Value::Number(number.base10_digits().to_owned()), 0),
        Lit::Float(number) => {
            Expression::Known(Value::Number(number.base10_digits().to_owned()), 0)
        }
        Lit::Bool(truth) => Expression::Known(Value::Bool(truth.value), 0),
        Lit::Char(character) => Expression::Known(Value::Text(character.value().to_string()), 0),
        _ => Expression::UNKNOWN,
    }
}

fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

fn place(tree: &Expr, end: Span) -> Place {
    between(start(tree).unwrap_or(end), end)
}

/// Places as numbers that tell calls apart: lines and columns, for offsets take long to find out.
pub(super) fn between(start: Span, end: Span) -> Place {
    let (start, end) = (start.start(), end.end());
    let number = |line: usize, column: usize| {
        let line = u32::try_from(line).unwrap_or(u32::MAX).min(0x000F_FFFF);
        (line << 12) | u32::try_from(column).unwrap_or(u32::MAX).min(4095)
    };
    Place {
        start: number(start.line, start.column),
        end: number(end.line, end.column),
        line: u32::try_from(start.line).unwrap_or(u32::MAX),
        column: u32::try_from(start.column)
            .unwrap_or(u32::MAX)
            .saturating_add(1),
    }
}

/// Where an expression begins.
fn start(tree: &Expr) -> Option<Span> {
    let mut rest = tree;
    loop {
        rest = match rest {
            Expr::Call(call) => &call.func,
            Expr::MethodCall(call) => &call.receiver,
            Expr::Field(field) => &field.base,
            Expr::Await(inner) => &inner.base,
            Expr::Try(inner) => &inner.expr,
            Expr::Index(inner) => &inner.expr,
            Expr::Path(path) => return path.path.segments.first().map(|first| first.ident.span()),
            Expr::Paren(inner) => return Some(inner.paren_token.span.open()),
            Expr::Lit(literal) => return Some(literal.lit.span()),
            Expr::Macro(inner) => {
                return inner
                    .mac
                    .path
                    .segments
                    .first()
                    .map(|first| first.ident.span());
            }
            Expr::Struct(inner) => {
                return inner.path.segments.first().map(|first| first.ident.span());
            }
            Expr::Reference(inner) => return inner.and_token.spans.first().copied(),
            _ => return None,
        };
    }
}
