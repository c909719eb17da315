//! The state of going through a program, and its statements.

use std::collections::{HashMap, VecDeque};

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtIf, StmtTry};
use ruff_text_size::Ranged;

use super::{Behaviour, Deed, Doing, Made, Meaning, Scope, ScopeKind};
use crate::code::python::lines::{Lines, note};

/// Most expressions that are worked out, in all.
const STEPS: usize = 4_000_000;
/// Deepest nesting of expressions that is followed.
const DEPTH: usize = 160;
/// Most bytes that working out constants may make, in all.
const FOLDED: usize = 32 << 20;
/// Most values of one name that are kept.
const ALTERNATIVES: usize = 8;

/// Where names are bound.
pub(super) struct Frame {
    pub(super) names: HashMap<String, Vec<usize>>,
    pub(super) parent: Option<usize>,
    pub(super) class: bool,
    pub(super) globals: Vec<String>,
}

/// What is to be gone through once the file is.
pub(super) enum Body<'a> {
    Block(&'a [Stmt]),
    Value(&'a Expr),
}

pub(super) struct Later<'a> {
    pub(super) body: Body<'a>,
    pub(super) scope: usize,
    pub(super) frame: usize,
}

pub(super) struct Interpreter<'a, 'l> {
    pub(super) out: Behaviour,
    pub(super) lines: &'l Lines<'l>,
    pub(super) frames: Vec<Frame>,
    pub(super) frame: usize,
    pub(super) scope: usize,
    /// The body of each function that is one `return`, for working it out, and its frame.
    pub(super) simple: HashMap<usize, (&'a Expr, usize)>,
    /// The class that is being read, by index of its frame.
    pub(super) classes: HashMap<usize, usize>,
    later: VecDeque<Later<'a>>,
    pub(super) stars: Vec<String>,
    /// Greater than 0 where it is not certain that a statement runs.
    branch: usize,
    depth: usize,
    steps: usize,
    folded: usize,
    /// Calls of simple functions that are being worked out.
    pub(super) inlining: usize,
    /// Greater than 0 while deeds are not to be kept.
    pub(super) quiet: usize,
    pub(super) offset: usize,
}

impl<'a, 'l> Interpreter<'a, 'l> {
    pub(super) fn new(lines: &'l Lines<'l>) -> Self {
        let mut it = Self {
            out: Behaviour::default(),
            lines,
            frames: Vec::new(),
            frame: 0,
            scope: 0,
            simple: HashMap::new(),
            classes: HashMap::new(),
            later: VecDeque::new(),
            stars: Vec::new(),
            branch: 0,
            depth: 0,
            steps: 0,
            folded: 0,
            inlining: 0,
            quiet: 0,
            offset: 0,
        };
        it.out.meanings.push(Meaning::Unknown);
        it.open_frame(None, false);
        it.open_scope(ScopeKind::Module, "", None, 1);
        it
    }

    pub(super) fn module(&mut self, body: &'a [Stmt]) {
        self.block(body);
        while let Some(later) = self.later.pop_front() {
            (self.frame, self.scope) = (later.frame, later.scope);
            self.branch = 0;
            match later.body {
                Body::Block(body) => self.block(body),
                Body::Value(value) => {
                    let value = self.expression(value);
                    self.returns(value);
                }
            }
        }
    }

    pub(super) fn finish(mut self) -> Behaviour {
        if let Some(frame) = self.frames.first() {
            self.out.top_level = frame.names.keys().cloned().collect();
            self.out.top_level.sort_unstable();
        }
        if self.steps >= STEPS {
            note(&mut self.out.unread, None, "too much to follow");
        }
        self.out
    }

    pub(super) fn open_frame(&mut self, parent: Option<usize>, class: bool) -> usize {
        self.frames.push(Frame {
            names: HashMap::new(),
            parent,
            class,
            globals: Vec::new(),
        });
        self.frames.len().saturating_sub(1)
    }

    pub(super) fn open_scope(
        &mut self,
        kind: ScopeKind,
        name: &str,
        class: Option<usize>,
        line: u32,
    ) -> usize {
        self.out.scopes.push(Scope {
            kind,
            name: name.to_owned(),
            class,
            calls: Vec::new(),
            returns: Vec::new(),
            parameters: Vec::new(),
            line,
        });
        self.out.scopes.len().saturating_sub(1)
    }

    pub(super) fn postpone(&mut self, later: Later<'a>) {
        self.later.push_back(later);
    }

    /// Keeps a meaning; what is not known needs no room.
    pub(super) fn keep(&mut self, meaning: Meaning) -> usize {
        if meaning == Meaning::Unknown {
            return 0;
        }
        self.out.meanings.push(meaning);
        self.out.meanings.len().saturating_sub(1)
    }

    pub(super) fn at(&self, index: usize) -> &Meaning {
        self.out.meaning(index)
    }

    /// Keeps a text that was worked out, as long as there is room.
    pub(super) fn text(&mut self, text: String, made: Made) -> usize {
        self.folded = self.folded.saturating_add(text.len());
        if self.folded > FOLDED {
            return 0;
        }
        self.keep(Meaning::Text(text, made))
    }

    pub(super) fn bytes(&mut self, bytes: Vec<u8>, made: Made) -> usize {
        self.folded = self.folded.saturating_add(bytes.len());
        if self.folded > FOLDED {
            return 0;
        }
        self.keep(Meaning::Bytes(bytes, made))
    }

    pub(super) fn either(&mut self, mut several: Vec<usize>) -> usize {
        several.sort_unstable();
        several.dedup();
        if several.len() > 1 {
            several.retain(|index| *index != 0);
        }
        match several.as_slice() {
            [] => 0,
            [one] => *one,
            _ => {
                several.truncate(ALTERNATIVES);
                self.keep(Meaning::Either(several))
            }
        }
    }

    /// True as long as there is work left; every expression asks.
    pub(super) fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        self.steps < STEPS
    }

    pub(super) fn expression(&mut self, node: &'a Expr) -> usize {
        if !self.step() {
            return 0;
        }
        if self.depth >= DEPTH {
            let line = self.lines.line(node.start().to_usize());
            note(
                &mut self.out.unread,
                Some(line),
                "nested too deep to follow",
            );
            return 0;
        }
        self.depth = self.depth.saturating_add(1);
        let found = self.evaluate(node);
        self.depth = self.depth.saturating_sub(1);
        found
    }

    pub(super) fn deed(
        &mut self,
        doing: Doing,
        callee: usize,
        path: String,
        arguments: Vec<(Option<String>, usize)>,
    ) -> usize {
        let made = match self.at(callee) {
            Meaning::Name(_, made) => *made,
            _ => Made::Written,
        };
        self.out.deeds.push(Deed {
            doing,
            path,
            made,
            callee,
            arguments,
            scope: self.scope,
            line: self.lines.line(self.offset),
        });
        self.out.deeds.len().saturating_sub(1)
    }

    pub(super) fn returns(&mut self, value: usize) {
        if let Some(scope) = self.out.scopes.get_mut(self.scope)
            && value != 0
            && scope.returns.len() < 32
        {
            scope.returns.push(value);
        }
    }

    /// Notes that the scope at hand runs another.
    pub(super) fn runs(&mut self, scope: usize) {
        if self.quiet == 0
            && let Some(from) = self.out.scopes.get_mut(self.scope)
            && !from.calls.contains(&scope)
        {
            from.calls.push(scope);
        }
    }

    pub(super) fn block(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.offset = statement.start().to_usize();
            self.statement(statement);
        }
    }

    /// A block that is run on a condition only.
    fn arm(&mut self, body: &'a [Stmt]) {
        self.branch = self.branch.saturating_add(1);
        self.block(body);
        self.branch = self.branch.saturating_sub(1);
    }

    pub(super) fn bind(&mut self, name: &str, value: usize) {
        let global = self
            .frames
            .get(self.frame)
            .is_some_and(|frame| frame.globals.iter().any(|one| one == name));
        let branch = self.branch;
        let index = if global { 0 } else { self.frame };
        let Some(frame) = self.frames.get_mut(index) else {
            return;
        };
        if let Some(values) = frame.names.get_mut(name) {
            if branch == 0 && !global {
                values.clear();
            }
            if !values.contains(&value) && values.len() < ALTERNATIVES {
                values.push(value);
            }
        } else {
            frame.names.insert(name.to_owned(), vec![value]);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Expr(node) => {
                self.expression(&node.value);
            }
            Stmt::Assign(node) => {
                let value = self.expression(&node.value);
                for target in &node.targets {
                    self.target(target, value);
                }
            }
            Stmt::AnnAssign(node) => {
                self.expression(&node.annotation);
                if let Some(value) = &node.value {
                    let value = self.expression(value);
                    self.target(&node.target, value);
                }
            }
            Stmt::AugAssign(node) => {
                let before = self.expression(&node.target);
                let added = self.expression(&node.value);
                let value = self.combine(node.op, before, added);
                self.target(&node.target, value);
            }
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    let value = self.expression(value);
                    self.returns(value);
                }
            }
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::If(node) => self.conditional(node),
            Stmt::Try(node) => self.attempt(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            other => self.compound(other),
        }
    }

    fn compound(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::For(node) => {
                let over = self.expression(&node.iter);
                let element = self.element(over);
                self.target(&node.target, element);
                self.arm(&node.body);
                self.arm(&node.orelse);
            }
            Stmt::While(node) => {
                self.expression(&node.test);
                self.arm(&node.body);
                self.arm(&node.orelse);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    let value = self.expression(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.target(target, value);
                    }
                }
                self.block(&node.body);
            }
            Stmt::Match(node) => {
                self.expression(&node.subject);
                for case in &node.cases {
                    if let Some(guard) = &case.guard {
                        self.expression(guard);
                    }
                    self.arm(&case.body);
                }
            }
            Stmt::Raise(node) => {
                for value in node.exc.iter().chain(&node.cause) {
                    self.expression(value);
                }
            }
            Stmt::Assert(node) => {
                self.expression(&node.test);
                if let Some(message) = &node.msg {
                    self.expression(message);
                }
            }
            Stmt::Global(node) => {
                let names: Vec<String> = node.names.iter().map(|name| name.to_string()).collect();
                if let Some(frame) = self.frames.get_mut(self.frame) {
                    frame.globals.extend(names);
                }
            }
            Stmt::IpyEscapeCommand(node) => {
                let text = self.text(node.value.to_string(), Made::Written);
                let shell = self.keep(Meaning::Name("os.system".to_owned(), Made::Written));
                if matches!(
                    node.kind,
                    ruff_python_ast::IpyEscapeKind::Shell | ruff_python_ast::IpyEscapeKind::ShCap
                ) {
                    self.deed(
                        Doing::Call,
                        shell,
                        "os.system".to_owned(),
                        vec![(None, text)],
                    );
                }
            }
            _ => {}
        }
    }

    fn conditional(&mut self, node: &'a StmtIf) {
        let main = is_main(&node.test);
        if main {
            let outer = self.scope;
            let line = self.lines.line(node.start().to_usize());
            self.scope = self.open_scope(ScopeKind::Program, "", None, line);
            self.arm(&node.body);
            self.scope = outer;
        } else {
            self.expression(&node.test);
            if !is_type_checking(&node.test) {
                self.arm(&node.body);
            }
        }
        for clause in &node.elif_else_clauses {
            if let Some(test) = &clause.test {
                self.expression(test);
            }
            self.arm(&clause.body);
        }
    }

    fn attempt(&mut self, node: &'a StmtTry) {
        self.block(&node.body);
        for handler in &node.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            if let Some(caught) = &handler.type_ {
                self.expression(caught);
            }
            self.arm(&handler.body);
        }
        self.block(&node.orelse);
        self.block(&node.finalbody);
    }
}

/// `__name__ == "__main__"`.
fn is_main(test: &Expr) -> bool {
    let compare = match test {
        Expr::Compare(compare) => compare,
        Expr::BoolOp(all) if all.op == ruff_python_ast::BoolOp::And => {
            // Conditions beside it only make it rarer; none of them nests further.
            return all
                .values
                .iter()
                .any(|value| !value.is_bool_op_expr() && is_main(value));
        }
        _ => return false,
    };
    let named = |side: &Expr| matches!(side, Expr::Name(name) if name.id == "__name__");
    let main = |side: &Expr| matches!(side, Expr::StringLiteral(text) if text.value.to_str() == "__main__");
    let equal = matches!(&*compare.ops, [ruff_python_ast::CmpOp::Eq]);
    match &*compare.comparators {
        [right] => {
            equal && (named(&compare.left) && main(right) || main(&compare.left) && named(right))
        }
        _ => false,
    }
}

fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}
