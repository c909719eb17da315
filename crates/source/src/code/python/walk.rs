//! The first pass: statements, and the expressions in them by a list instead of recursion.

use ruff_python_ast::{
    Arguments, Comprehension, Expr, FStringPart, InterpolatedStringElement, Stmt, StmtFor,
    StmtImport, StmtImportFrom,
};
use ruff_text_size::Ranged;

use super::bind::{Binder, end, last_name, parameters, start};
use super::program::{Bound, Called, Escape, ScopeKind, Step};
use super::seen::Seen;
use crate::code::Import;

impl<'a> Binder<'a> {
    /// Reads a statement; blocks nest at most as deep as `nesting::INDENTATION`.
    pub(super) fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::If(node) => self.conditional(node),
            Stmt::Try(node) => self.attempt(node),
            Stmt::Match(node) => self.cases(node),
            Stmt::For(node) => self.loop_over(node),
            Stmt::While(node) => {
                self.expression(&node.test);
                let group = self.group();
                self.arm(&node.body, group, 0, None);
                self.block(&node.orelse);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.expression(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.target(target, &item.context_expr, &[], end(item));
                    }
                }
                self.block(&node.body);
            }
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(node) => self.global(&node.names),
            _ => self.simple(statement),
        }
    }

    fn simple(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(node) => {
                self.expression(&node.value);
                for target in &node.targets {
                    self.target(target, &node.value, &[], end(node));
                }
            }
            Stmt::AnnAssign(node) => self.annotated(node),
            Stmt::AugAssign(node) => {
                self.expression(&node.value);
                if let Expr::Name(name) = &*node.target {
                    self.name(&name.id, Bound::Add(&node.value), start(node), end(node));
                }
            }
            Stmt::Expr(node) => {
                self.expression(&node.value);
                self.changed(&node.value);
            }
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    self.expression(value);
                    self.returned(value);
                }
            }
            Stmt::Raise(node) => {
                let values = [&node.exc, &node.cause];
                values
                    .into_iter()
                    .flatten()
                    .for_each(|value| self.expression(value));
            }
            Stmt::Assert(node) => {
                self.expression(&node.test);
                if let Some(message) = &node.msg {
                    self.expression(message);
                }
            }
            Stmt::Delete(node) => node.targets.iter().for_each(|it| self.expression(it)),
            Stmt::IpyEscapeCommand(node) => {
                let at = self.at(start(node));
                self.program.escapes.push(Escape {
                    kind: node.kind,
                    text: &node.value,
                    at,
                });
            }
            _ => {}
        }
    }

    fn annotated(&mut self, node: &'a ruff_python_ast::StmtAnnAssign) {
        self.expression(&node.annotation);
        match (&node.value, &*node.target) {
            (Some(value), target) => {
                self.expression(value);
                self.target(target, value, &[], end(node));
            }
            (None, Expr::Name(name)) => {
                let bound = Bound::Declared(&node.annotation);
                self.name(&name.id, bound, start(node), end(node));
            }
            _ => {}
        }
    }

    /// `values.append(x)` changes what `values` is bound to.
    fn changed(&mut self, value: &'a Expr) {
        if let Expr::Call(call) = value
            && let Expr::Attribute(attribute) = &*call.func
            && let (Expr::Name(name), "append") = (&*attribute.value, attribute.attr.as_str())
            && let [added] = &*call.arguments.args
        {
            self.name(&name.id, Bound::Append(added), start(added), end(call));
        }
    }

    fn loop_over(&mut self, node: &'a StmtFor) {
        self.expression(&node.iter);
        let group = self.group();
        // The variable is bound after the loop, too; that it may have run no time is let pass.
        self.target(&node.target, &node.iter, &[Step::Element], end(&*node.iter));
        self.arm(&node.body, group, 0, None);
        self.block(&node.orelse);
    }

    fn import(&mut self, node: &'a StmtImport) {
        for alias in &node.names {
            let module = alias.name.as_str();
            self.imported(module.to_owned(), None, start(alias));
            let (name, bound) = match &alias.asname {
                Some(name) => (name.as_str(), module),
                None => {
                    let first = module.split('.').next().unwrap_or(module);
                    (first, first)
                }
            };
            let bound = Bound::Known(Seen::module(bound, ""));
            self.name(name, bound, start(node), end(node));
        }
    }

    fn import_from(&mut self, node: &'a StmtImportFrom) {
        let dots = usize::try_from(node.level).unwrap_or(0).min(50);
        let mut module = ".".repeat(dots);
        module.push_str(node.module.as_ref().map_or("", |name| name.as_str()));
        for alias in &node.names {
            let name = alias.name.as_str();
            self.imported(module.clone(), Some(name.to_owned()), start(node));
            if name == "*" {
                self.program.stars.push(module.clone());
                continue;
            }
            let bound = Bound::Known(Seen::module(&module, name));
            let local = alias.asname.as_ref().unwrap_or(&alias.name);
            self.name(local, bound, start(node), end(node));
        }
    }

    fn imported(&mut self, module: String, name: Option<String>, offset: u32) {
        let import = Import {
            module,
            name,
            line: 0,
        };
        self.program.imports.push((import, offset));
    }

    /// Notes every call within an expression, and opens the scopes in it.
    pub(super) fn expression(&mut self, expression: &'a Expr) {
        let outer = self.scope;
        let mut pending = std::mem::take(&mut self.pending);
        pending.push((expression, outer));
        while let Some((expression, scope)) = pending.pop() {
            self.scope = scope;
            self.one(expression, &mut pending);
        }
        self.pending = pending;
        self.scope = outer;
    }

    pub(super) fn arguments(&mut self, arguments: &'a Arguments) {
        arguments.args.iter().for_each(|it| self.expression(it));
        for keyword in &arguments.keywords {
            self.expression(&keyword.value);
        }
    }

    fn one(&mut self, expression: &'a Expr, pending: &mut Vec<(&'a Expr, usize)>) {
        let scope = self.scope;
        let mut push = |inner: &'a Expr| pending.push((inner, scope));
        match expression {
            Expr::Call(node) => {
                push(&node.func);
                node.arguments.args.iter().for_each(&mut push);
                node.arguments
                    .keywords
                    .iter()
                    .for_each(|it| push(&it.value));
                for keyword in &node.arguments.keywords {
                    if let Some(name) = &keyword.arg {
                        self.named(name, &keyword.value);
                    }
                }
                self.first_argument(node);
                let at = self.at(start(node));
                self.program.calls.push(Called {
                    node,
                    start: start(node),
                    end: end(node),
                    at,
                });
            }
            Expr::Dict(node) => {
                for item in &node.items {
                    item.key.iter().for_each(&mut push);
                    push(&item.value);
                    if let Some(Expr::StringLiteral(key)) = &item.key {
                        self.named(key.value.to_str(), &item.value);
                    }
                }
            }
            Expr::Attribute(node) => push(&node.value),
            Expr::Subscript(node) => [&node.value, &node.slice]
                .into_iter()
                .for_each(|it| push(it)),
            Expr::BinOp(node) => [&node.left, &node.right]
                .into_iter()
                .for_each(|it| push(it)),
            Expr::BoolOp(node) => node.values.iter().for_each(push),
            Expr::UnaryOp(node) => push(&node.operand),
            Expr::If(node) => {
                let parts = [&node.test, &node.body, &node.orelse];
                parts.into_iter().for_each(|it| push(it));
            }
            Expr::Set(node) => node.elts.iter().for_each(push),
            Expr::List(node) => node.elts.iter().for_each(push),
            Expr::Tuple(node) => {
                node.elts.iter().for_each(push);
                self.message(&node.elts);
            }
            Expr::Compare(node) => {
                push(&node.left);
                node.comparators.iter().for_each(push);
            }
            _ => self.rarer(expression, pending),
        }
    }

    /// `("system", "You are ...")`, as templates of conversations have it.
    fn message(&mut self, elements: &'a [Expr]) {
        if let [Expr::StringLiteral(role), text] = elements
            && let role @ ("system" | "user" | "human" | "ai" | "assistant" | "developer") =
                role.value.to_str()
        {
            self.named(role, text);
        }
    }

    /// The text in `SystemMessage("You are ...")` goes by the name of what is made of it.
    fn first_argument(&mut self, node: &'a ruff_python_ast::ExprCall) {
        if let Some(first) = node.arguments.args.first()
            && let Some(name) = last_name(&node.func)
            && ["essage", "rompt", "emplate"]
                .iter()
                .any(|part| name.contains(part))
        {
            self.named(name, first);
        }
    }

    fn rarer(&mut self, expression: &'a Expr, pending: &mut Vec<(&'a Expr, usize)>) {
        let scope = self.scope;
        match expression {
            Expr::Named(node) => {
                pending.push((&node.value, scope));
                if node.target.is_name_expr() {
                    self.target(&node.target, &node.value, &[], end(node));
                }
            }
            Expr::Await(node) => pending.push((&node.value, scope)),
            Expr::Starred(node) => pending.push((&node.value, scope)),
            Expr::Yield(node) => {
                self.yields();
                pending.extend(node.value.as_deref().map(|value| (value, scope)));
            }
            Expr::YieldFrom(node) => {
                self.yields();
                pending.push((&node.value, scope));
            }
            Expr::Slice(node) => {
                let parts = [&node.lower, &node.upper, &node.step];
                pending.extend(parts.into_iter().flatten().map(|part| (&**part, scope)));
            }
            Expr::FString(node) => {
                for part in &node.value {
                    if let FStringPart::FString(string) = part {
                        for element in &string.elements {
                            if let InterpolatedStringElement::Interpolation(inner) = element {
                                pending.push((&inner.expression, scope));
                            }
                        }
                    }
                }
            }
            Expr::Lambda(node) => {
                let inner = self.open_inline(node);
                if let Some(written) = &node.parameters {
                    let written = parameters(written);
                    let defaults = written.iter().filter_map(|it| it.default.as_deref());
                    pending.extend(defaults.map(|default| (default, scope)));
                    self.scope = inner;
                    for parameter in written {
                        let name = &parameter.parameter.name;
                        self.name(name, Bound::Unknown, start(parameter), 0);
                    }
                    self.scope = scope;
                }
                pending.push((&node.body, inner));
            }
            Expr::ListComp(node) => {
                self.comprehension(node, &node.generators, &[&node.elt], pending)
            }
            Expr::SetComp(node) => {
                self.comprehension(node, &node.generators, &[&node.elt], pending)
            }
            Expr::Generator(node) => {
                self.comprehension(node, &node.generators, &[&node.elt], pending);
            }
            Expr::DictComp(node) => {
                let mut parts = vec![&*node.value];
                parts.extend(node.key.as_deref());
                self.comprehension(node, &node.generators, &parts, pending);
            }
            Expr::IpyEscapeCommand(node) => {
                let at = self.at(start(node));
                self.program.escapes.push(Escape {
                    kind: node.kind,
                    text: &node.value,
                    at,
                });
            }
            _ => {}
        }
    }

    /// Binds the names of a comprehension, which hold before the place where they are bound.
    fn element(&mut self, target: &'a Expr, values: &'a Expr) {
        match target {
            Expr::Name(_) => self.target(target, values, &[Step::Element], 0),
            Expr::Tuple(tuple) => {
                for (index, name) in tuple.elts.iter().enumerate() {
                    if name.is_name_expr() {
                        let steps = [Step::Element, Step::Index(index)];
                        self.target(name, values, &steps, 0);
                    }
                }
            }
            _ => {}
        }
    }

    fn open_inline(&mut self, node: &impl Ranged) -> usize {
        let inner = self.open_scope(Some(self.scope), ScopeKind::Inline);
        self.program.inline.insert((start(node), end(node)), inner);
        inner
    }

    fn comprehension(
        &mut self,
        node: &impl Ranged,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        pending: &mut Vec<(&'a Expr, usize)>,
    ) {
        let outer = self.scope;
        let inner = self.open_inline(node);
        for (index, generator) in generators.iter().enumerate() {
            let scope = if index == 0 { outer } else { inner };
            pending.push((&generator.iter, scope));
            pending.extend(generator.ifs.iter().map(|test| (test, inner)));
            self.scope = inner;
            // Other targets would make this recursive.
            if let Expr::Name(_) | Expr::Tuple(_) = &generator.target {
                self.element(&generator.target, &generator.iter);
            }
        }
        self.scope = outer;
        pending.extend(elements.iter().map(|element| (*element, inner)));
    }
}
