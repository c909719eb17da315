//! The first pass: which name is bound where, and what is called.

use ruff_python_ast::{
    ExceptHandler, Expr, ParameterWithDefault, Parameters, Stmt, StmtClassDef, StmtFunctionDef,
    StmtIf, StmtMatch, StmtTry,
};
use ruff_text_size::Ranged;
use std::collections::HashMap;

use super::program::{
    At, Binding, Bound, Branch, Class, Decorated, EVERYWHERE, Function, Named, Program, Scope,
    ScopeKind, Step, TRUNK,
};

pub(super) struct Binder<'a> {
    pub(super) program: Program<'a>,
    pub(super) scope: usize,
    branch: usize,
    groups: usize,
    /// The function and the class that are being read.
    function: Option<usize>,
    class: Option<usize>,
    /// The name of `self` in the method that is being read, and its class.
    myself: Option<(&'a str, usize)>,
    /// What `expression` works with, kept so that it is allocated once.
    pub(super) pending: Vec<(&'a Expr, usize)>,
}

/// Reads all statements of a module.
pub(super) fn bind<'a>(body: &'a [Stmt]) -> Program<'a> {
    let mut binder = Binder {
        program: Program::default(),
        scope: 0,
        branch: TRUNK,
        groups: 0,
        function: None,
        class: None,
        myself: None,
        pending: Vec::new(),
    };
    binder.program.branches.push(Branch {
        parent: TRUNK,
        group: 0,
        arm: 0,
        arms: None,
        exclusive: false,
    });
    binder.open_scope(None, ScopeKind::Module);
    binder.block(body);
    let mut program = binder.program;
    program.calls.sort_by_key(|call| (call.start, call.end));
    let bindings = &program.bindings;
    for indices in program
        .scopes
        .iter_mut()
        .flat_map(|scope| scope.names.values_mut())
    {
        indices.sort_by_key(|index| bindings.get(*index).map_or(0, |binding| binding.from));
    }
    for (index, call) in program.calls.iter().enumerate() {
        let name = match &*call.node.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => continue,
        };
        program.by_name.entry(name).or_default().push(index);
    }
    program
}

pub(super) fn start(node: &impl Ranged) -> u32 {
    node.start().into()
}

pub(super) fn end(node: &impl Ranged) -> u32 {
    node.end().into()
}

impl<'a> Binder<'a> {
    pub(super) fn open_scope(&mut self, parent: Option<usize>, kind: ScopeKind) -> usize {
        self.program.scopes.push(Scope {
            parent,
            kind,
            names: HashMap::new(),
            globals: Vec::new(),
        });
        self.program.scopes.len().saturating_sub(1)
    }

    pub(super) fn at(&self, offset: u32) -> At {
        At {
            scope: self.scope,
            offset,
            branch: self.branch,
        }
    }

    fn push(&mut self, name: &'a str, bound: Bound<'a>, at: At, from: u32) -> usize {
        self.program.bindings.push(Binding {
            name,
            bound,
            at,
            from,
        });
        self.program.bindings.len().saturating_sub(1)
    }

    /// Binds a name in the scope that is being read.
    pub(super) fn name(&mut self, name: &'a str, bound: Bound<'a>, offset: u32, from: u32) {
        let at = self.at(offset);
        let index = self.push(name, bound, at, from);
        let global = self
            .program
            .scopes
            .get(self.scope)
            .is_some_and(|scope| scope.globals.contains(&name));
        let scope = if global { 0 } else { self.scope };
        if scope == 0 {
            let known = self.program.scopes.first();
            if known.is_some_and(|scope| !scope.names.contains_key(name)) {
                self.program.exports.push(name);
            }
        }
        if let Some(scope) = self.program.scopes.get_mut(scope) {
            scope.names.entry(name).or_default().push(index);
        }
    }

    /// Binds what stands left of `=`.
    pub(super) fn target(&mut self, target: &'a Expr, value: &'a Expr, steps: &[Step], from: u32) {
        let offset = start(value);
        match target {
            Expr::Name(name) => {
                let bound = Bound::Value(value, steps.to_vec());
                self.name(&name.id, bound, offset, from);
                if steps.is_empty() {
                    self.named(&name.id, value);
                }
            }
            Expr::Tuple(ruff_python_ast::ExprTuple { elts, .. })
            | Expr::List(ruff_python_ast::ExprList { elts, .. })
                if steps.len() < 4 =>
            {
                for (index, element) in elts.iter().enumerate() {
                    let mut steps = steps.to_vec();
                    steps.push(Step::Index(index));
                    self.target(element, value, &steps, from);
                }
            }
            Expr::Starred(starred) => {
                if let Expr::Name(name) = &*starred.value {
                    self.name(&name.id, Bound::Unknown, offset, from);
                }
            }
            Expr::Attribute(attribute) => {
                self.expression(&attribute.value);
                if let Expr::Name(owner) = &*attribute.value {
                    let name = attribute.attr.as_str();
                    self.attribute(&owner.id, name, value, steps, from);
                }
            }
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                if let (Expr::Name(name), []) = (&*subscript.value, steps) {
                    let bound = Bound::Item(&subscript.slice, value);
                    self.name(&name.id, bound, offset, from);
                }
                if let Expr::StringLiteral(key) = &*subscript.slice {
                    self.named(key.value.to_str(), value);
                }
            }
            _ => {}
        }
    }

    fn attribute(
        &mut self,
        owner: &'a str,
        name: &'a str,
        value: &'a Expr,
        steps: &[Step],
        from: u32,
    ) {
        self.named(name, value);
        let at = self.at(start(value));
        match self.myself {
            Some((myself, class)) if myself == owner => {
                let bound = Bound::Value(value, steps.to_vec());
                let index = self.push(name, bound, at, from);
                if let Some(class) = self.program.classes.get_mut(class) {
                    class.attributes.entry(name).or_default().push(index);
                }
            }
            _ if steps.is_empty() => {
                self.name(owner, Bound::Attribute(name, value), at.offset, from);
            }
            _ => {}
        }
    }

    pub(super) fn named(&mut self, name: &'a str, value: &'a Expr) {
        if let Expr::StringLiteral(text) = value
            && !super::may_be_prompt(text.value.to_str())
        {
            return;
        }
        if matches!(
            value,
            Expr::StringLiteral(_) | Expr::FString(_) | Expr::BinOp(_) | Expr::Call(_)
        ) {
            let at = self.at(start(value));
            self.program.named.push(Named { name, value, at });
        }
    }

    pub(super) fn block(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    /// Reads a block that is run on a condition only.
    pub(super) fn arm(&mut self, body: &'a [Stmt], group: usize, arm: usize, arms: Option<usize>) {
        let outer = self.branch;
        self.enter_arm(group, arm, arms);
        self.block(body);
        self.branch = outer;
    }

    fn enter_arm(&mut self, group: usize, arm: usize, arms: Option<usize>) {
        self.program.branches.push(Branch {
            parent: self.branch,
            group,
            arm,
            arms,
            exclusive: true,
        });
        self.branch = self.program.branches.len().saturating_sub(1);
    }

    pub(super) fn group(&mut self) -> usize {
        self.groups = self.groups.saturating_add(1);
        self.groups
    }

    pub(super) fn conditional(&mut self, node: &'a StmtIf) {
        let group = self.group();
        self.expression(&node.test);
        let clauses = &node.elif_else_clauses;
        let whole = clauses.last().is_some_and(|clause| clause.test.is_none());
        let arms = whole.then(|| clauses.len().saturating_add(1));
        // `if TYPE_CHECKING:` and `if __name__ == "__main__":` leave no choice.
        if clauses.is_empty() && leaves_no_choice(&node.test) {
            return self.block(&node.body);
        }
        self.arm(&node.body, group, 0, arms);
        for (index, clause) in clauses.iter().enumerate() {
            if let Some(test) = &clause.test {
                self.expression(test);
            }
            self.arm(&clause.body, group, index.saturating_add(1), arms);
        }
    }

    pub(super) fn attempt(&mut self, node: &'a StmtTry) {
        self.block(&node.body);
        let group = self.group();
        for (index, handler) in node.handlers.iter().enumerate() {
            let ExceptHandler::ExceptHandler(handler) = handler;
            if let Some(caught) = &handler.type_ {
                self.expression(caught);
            }
            self.arm(&handler.body, group, index, None);
        }
        self.block(&node.orelse);
        self.block(&node.finalbody);
    }

    pub(super) fn cases(&mut self, node: &'a StmtMatch) {
        self.expression(&node.subject);
        let group = self.group();
        let whole = node
            .cases
            .last()
            .is_some_and(|case| case.guard.is_none() && case.pattern.is_irrefutable());
        let arms = whole.then_some(node.cases.len());
        for (index, case) in node.cases.iter().enumerate() {
            if let Some(guard) = &case.guard {
                self.expression(guard);
            }
            self.arm(&case.body, group, index, arms);
        }
    }

    pub(super) fn class(&mut self, node: &'a StmtClassDef) {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression);
        }
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments);
        }
        let (outer_scope, outer_branch) = (self.scope, self.branch);
        let outer = self.at(start(node));
        let index = self.program.classes.len();
        self.name(
            &node.name,
            Bound::Class(index),
            start(node),
            end(&node.name),
        );
        let scope = self.open_scope(Some(outer_scope), ScopeKind::Class);
        self.program.classes.push(Class {
            name: &node.name,
            node,
            scope,
            outer,
            attributes: HashMap::new(),
            fields: fields(&node.body),
        });
        (self.scope, self.branch) = (scope, TRUNK);
        let (function, class) = (self.function.take(), self.class.replace(index));
        let myself = self.myself.take();
        self.block(&node.body);
        (self.function, self.class, self.myself) = (function, class, myself);
        (self.scope, self.branch) = (outer_scope, outer_branch);
    }

    pub(super) fn function(&mut self, node: &'a StmtFunctionDef) {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression);
            let at = self.at(start(&decorator.expression));
            self.program.decorated.push(Decorated {
                function: &node.name,
                decorator: &decorator.expression,
                at,
            });
        }
        let index = self.program.functions.len();
        let own_class = self.class.filter(|_| self.function.is_none());
        let decorated = |names: &[&str]| {
            node.decorator_list.iter().any(|decorator| {
                last_name(&decorator.expression).is_some_and(|name| names.contains(&name))
            })
        };
        let bound_first = own_class.is_some() && !decorated(&["staticmethod"]);
        let parameters = parameters(&node.parameters);
        self.program.functions.push(Function {
            name: &node.name,
            parameters: parameters.clone(),
            node: Some(node),
            outer: self.at(start(node)),
            class: own_class,
            bound_first,
            returns: Vec::new(),
            generator: false,
            property: decorated(&["property", "cached_property", "computed_field"]),
        });
        self.name(
            &node.name,
            Bound::Function(index),
            start(node),
            end(&node.name),
        );
        self.defaults(&parameters);
        let (outer_scope, outer_branch) = (self.scope, self.branch);
        let (function, myself) = (self.function.replace(index), self.myself);
        self.scope = self.open_scope(Some(outer_scope), ScopeKind::Function);
        self.branch = TRUNK;
        for (number, parameter) in parameters.iter().enumerate() {
            let name = parameter.parameter.name.as_str();
            let bound = match own_class {
                Some(class) if bound_first && number == 0 => {
                    if decorated(&["classmethod", "validator", "field_validator"]) {
                        Bound::MyClass(class)
                    } else {
                        self.myself = Some((name, class));
                        Bound::Myself(class)
                    }
                }
                _ => Bound::Parameter(index, number),
            };
            self.name(name, bound, start(*parameter), 0);
        }
        let rest = [&node.parameters.vararg, &node.parameters.kwarg];
        for parameter in rest.into_iter().flatten() {
            self.name(&parameter.name, Bound::Unknown, start(&**parameter), 0);
        }
        self.block(&node.body);
        (self.function, self.myself) = (function, myself);
        (self.scope, self.branch) = (outer_scope, outer_branch);
    }

    /// Default values are evaluated, and named, where the function is defined.
    pub(super) fn defaults(&mut self, parameters: &[&'a ParameterWithDefault]) {
        for parameter in parameters {
            if let Some(default) = &parameter.default {
                self.named(&parameter.parameter.name, default);
                self.expression(default);
            }
        }
    }

    pub(super) fn returned(&mut self, value: &'a Expr) {
        let at = self.at(start(value));
        if let Some(function) = self
            .function
            .and_then(|index| self.program.functions.get_mut(index))
        {
            function.returns.push((value, at));
        }
    }

    pub(super) fn yields(&mut self) {
        if let Some(function) = self
            .function
            .and_then(|index| self.program.functions.get_mut(index))
        {
            function.generator = true;
        }
    }

    /// Names that this function binds in the module.
    pub(super) fn global(&mut self, names: &'a [ruff_python_ast::Identifier]) {
        if let Some(scope) = self.program.scopes.get_mut(self.scope) {
            let names = names.iter().map(|name| name.as_str()).take(100);
            scope.globals.extend(names);
        }
    }
}

pub(super) fn parameters(parameters: &Parameters) -> Vec<&ParameterWithDefault> {
    parameters.iter_non_variadic_params().collect()
}

fn fields(body: &[Stmt]) -> Vec<&str> {
    body.iter()
        .filter_map(|statement| match statement {
            Stmt::AnnAssign(node) => node.target.as_name_expr().map(|name| name.id.as_str()),
            _ => None,
        })
        .collect()
}

fn leaves_no_choice(test: &Expr) -> bool {
    match test {
        Expr::Compare(compare) => {
            matches!(&*compare.left, Expr::Name(name) if name.id == "__name__")
        }
        _ => last_name(test) == Some("TYPE_CHECKING"),
    }
}

/// The last part of a name, or of what is called.
pub(super) fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => Some(&attribute.attr),
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) => Some(&name.id),
            Expr::Attribute(attribute) => Some(&attribute.attr),
            _ => None,
        },
        _ => None,
    }
}

/// The end of everything, for what holds in a whole scope.
pub(super) const fn everywhere(scope: usize) -> At {
    At {
        scope,
        offset: EVERYWHERE,
        branch: TRUNK,
    }
}
