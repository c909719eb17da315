//! What a file binds and calls, before anything is evaluated.

use ruff_python_ast::{Expr, ExprCall, ParameterWithDefault, StmtClassDef, StmtFunctionDef};
use std::collections::HashMap;

use super::seen::Seen;

/// Where an expression stands: its scope, its offset, and the branch of its scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) scope: usize,
    pub(super) offset: u32,
    pub(super) branch: usize,
}

/// The whole of a scope, seen from elsewhere.
pub(super) const EVERYWHERE: u32 = u32::MAX;
/// The branch that every other one is in.
pub(super) const TRUNK: usize = 0;

pub(super) enum ScopeKind {
    Module,
    Function,
    Class,
    /// A comprehension or lambda.
    Inline,
}

pub(super) struct Scope<'a> {
    pub(super) parent: Option<usize>,
    pub(super) kind: ScopeKind,
    /// Name to bindings, in the order of the text.
    pub(super) names: HashMap<&'a str, Vec<usize>>,
    pub(super) globals: Vec<&'a str>,
}

/// A part of a scope that is run only on a condition.
pub(super) struct Branch {
    pub(super) parent: usize,
    /// The statement that it is an arm of.
    pub(super) group: usize,
    pub(super) arm: usize,
    /// How many arms there are, if one of them is always run.
    pub(super) arms: Option<usize>,
    /// Whether only one arm of the group is run.
    pub(super) exclusive: bool,
}

/// A step from a value to a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Index(usize),
    Element,
}

pub(super) enum Bound<'a> {
    Value(&'a Expr, Vec<Step>),
    Known(Seen),
    Function(usize),
    Class(usize),
    Parameter(usize, usize),
    /// The first parameter of a method.
    Myself(usize),
    /// The first parameter of a class method.
    MyClass(usize),
    /// `name += value`.
    Add(&'a Expr),
    /// `name[key] = value`.
    Item(&'a Expr, &'a Expr),
    /// `name.attribute = value`.
    Attribute(&'a str, &'a Expr),
    /// `name.append(value)`.
    Append(&'a Expr),
    /// `name: annotation`.
    Declared(&'a Expr),
    Unknown,
}

pub(super) struct Binding<'a> {
    pub(super) name: &'a str,
    pub(super) bound: Bound<'a>,
    /// Where its value is evaluated.
    pub(super) at: At,
    /// The offset from which on it holds.
    pub(super) from: u32,
}

pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) parameters: Vec<&'a ParameterWithDefault>,
    pub(super) node: Option<&'a StmtFunctionDef>,
    /// Where defaults are evaluated.
    pub(super) outer: At,
    pub(super) class: Option<usize>,
    /// The first parameter is the object or class.
    pub(super) bound_first: bool,
    pub(super) returns: Vec<(&'a Expr, At)>,
    pub(super) generator: bool,
    pub(super) property: bool,
}

pub(super) struct Class<'a> {
    pub(super) name: &'a str,
    pub(super) node: &'a StmtClassDef,
    pub(super) scope: usize,
    pub(super) outer: At,
    /// What methods bind on `self`.
    pub(super) attributes: HashMap<&'a str, Vec<usize>>,
    /// Annotated names of the body in order: the parameters of a data class.
    pub(super) fields: Vec<&'a str>,
}

pub(super) struct Called<'a> {
    pub(super) node: &'a ExprCall,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) at: At,
}

/// A text's line that is handed to a shell or to IPython.
pub(super) struct Escape<'a> {
    pub(super) kind: ruff_python_ast::IpyEscapeKind,
    pub(super) text: &'a str,
    pub(super) at: At,
}

/// A place where a text gets a name.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a Expr,
    pub(super) at: At,
}

/// A function and what stands above it.
pub(super) struct Decorated<'a> {
    pub(super) function: &'a str,
    pub(super) decorator: &'a Expr,
    pub(super) at: At,
}

#[derive(Default)]
pub(super) struct Program<'a> {
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) branches: Vec<Branch>,
    pub(super) bindings: Vec<Binding<'a>>,
    pub(super) functions: Vec<Function<'a>>,
    pub(super) classes: Vec<Class<'a>>,
    /// In the order of the text once reading is done.
    pub(super) calls: Vec<Called<'a>>,
    /// Last part of what is called, to calls.
    pub(super) by_name: HashMap<&'a str, Vec<usize>>,
    /// Scopes of comprehensions and lambdas, by their range.
    pub(super) inline: HashMap<(u32, u32), usize>,
    pub(super) imports: Vec<(crate::code::Import, u32)>,
    /// Modules whose names are all imported.
    pub(super) stars: Vec<String>,
    pub(super) named: Vec<Named<'a>>,
    pub(super) escapes: Vec<Escape<'a>>,
    pub(super) decorated: Vec<Decorated<'a>>,
    /// Names of the module in the order of their first binding.
    pub(super) exports: Vec<&'a str>,
}

impl Program<'_> {
    /// Whether one branch is the other or around it.
    pub(super) fn encloses(&self, outer: usize, mut inner: usize) -> bool {
        // Branches are made from the outside in, so that parents have smaller numbers.
        while inner > outer {
            inner = self
                .branches
                .get(inner)
                .map_or(TRUNK, |branch| branch.parent);
        }
        inner == outer
    }

    /// Whether only one of both branches can be run.
    pub(super) fn excludes(&self, left: usize, right: usize) -> bool {
        self.around(left).any(|one| {
            self.around(right)
                .any(|other| one.group == other.group && one.arm != other.arm && one.exclusive)
        })
    }

    /// A branch and those around it, the trunk left out.
    fn around(&self, branch: usize) -> impl Iterator<Item = &Branch> {
        let known = |at: &usize| *at != TRUNK && *at < self.branches.len();
        std::iter::successors(Some(branch), |at| {
            self.branches.get(*at).map(|branch| branch.parent)
        })
        .take_while(known)
        .filter_map(|at| self.branches.get(at))
    }

    /// The index of a call.
    pub(super) fn call(&self, node: &ExprCall) -> Option<usize> {
        use ruff_text_size::Ranged as _;
        let key = (u32::from(node.start()), u32::from(node.end()));
        self.calls
            .binary_search_by_key(&key, |call| (call.start, call.end))
            .ok()
    }
}
