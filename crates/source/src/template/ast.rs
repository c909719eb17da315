//! Expressions as trees.
//!
//! Chains of operators and of postfix steps are flat lists, so that a tree is as deep as
//! the expression is nested and no deeper, however long it is.

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) offset: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Text(String),
    Integer(i128),
    Float(f64),
    Boolean(bool),
    None,
    Name(String),
    /// A list or a tuple.
    Sequence(Vec<Expr>),
    Mapping(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    /// Operators of one precedence, left to right.
    Chain(Box<Expr>, Vec<Link>),
    Postfix(Box<Expr>, Vec<Step>),
    /// `value if condition else ...`
    Conditional(Vec<(Expr, Expr)>, Option<Box<Expr>>),
}

/// An operator and its right side.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) offset: usize,
    pub(super) operator: &'static str,
    pub(super) right: Expr,
}

/// What follows a primary expression.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) offset: usize,
    pub(super) kind: StepKind,
}

#[derive(Debug)]
pub(super) enum StepKind {
    Attribute(String),
    Subscript(Expr),
    Slice(Box<[Option<Expr>; 3]>),
    Call(Arguments),
    Filter(String, Arguments),
    Test(String, Arguments),
}

#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Expr>,
    pub(super) named: Vec<(String, Expr)>,
    /// `*x` and `**x`
    pub(super) starred: Vec<Expr>,
}

impl Arguments {
    pub(super) fn count(&self) -> usize {
        self.positional
            .len()
            .saturating_add(self.named.len())
            .saturating_add(self.starred.len())
    }
}
