//! Statements of JavaScript and TypeScript.

use oxc_ast::ast::{
    Declaration, ForStatementInit, ForStatementLeft, Statement, SwitchStatement, TSEnumDeclaration,
    TSEnumMemberName,
};
use oxc_span::GetSpan as _;

use super::super::Value;
use super::super::flow::{Entry, Expression, Pattern, Word};
use super::lower::Lowering;

impl Lowering<'_> {
    pub(super) fn statements<'a>(&mut self, statements: &[Statement<'a>]) -> Vec<Expression<'a>> {
        let mut out = Vec::with_capacity(statements.len());
        for statement in statements {
            self.statement(statement, &mut out);
        }
        out
    }

    pub(super) fn statement<'a>(
        &mut self,
        statement: &Statement<'a>,
        out: &mut Vec<Expression<'a>>,
    ) {
        let lowered = self.deeper(
            statement.span(),
            |deeper| {
                let mut lowered = Vec::new();
                deeper.statement_inner(statement, &mut lowered);
                lowered
            },
            Vec::new,
        );
        out.extend(lowered);
    }

    fn statement_inner<'a>(&mut self, statement: &Statement<'a>, out: &mut Vec<Expression<'a>>) {
        match statement {
            Statement::BlockStatement(block) => {
                out.push(Expression::Block(self.statements(&block.body)));
            }
            Statement::ExpressionStatement(statement) => {
                out.push(self.expression(&statement.expression));
            }
            Statement::ReturnStatement(statement) => {
                if let Some(argument) = &statement.argument {
                    out.push(Expression::Return(self.boxed(argument)));
                }
            }
            Statement::ThrowStatement(statement) => {
                out.push(self.expression(&statement.argument));
            }
            Statement::IfStatement(statement) => {
                out.push(self.expression(&statement.test));
                out.push(self.nested(&statement.consequent));
                // `else if` after `else if` does not nest deeper.
                let mut rest = statement.alternate.as_ref();
                while let Some(Statement::IfStatement(inner)) = rest {
                    out.push(self.expression(&inner.test));
                    out.push(self.nested(&inner.consequent));
                    rest = inner.alternate.as_ref();
                }
                if let Some(last) = rest {
                    out.push(self.nested(last));
                }
            }
            Statement::TryStatement(statement) => {
                out.push(Expression::Block(self.statements(&statement.block.body)));
                if let Some(handler) = &statement.handler {
                    out.push(Expression::Block(self.statements(&handler.body.body)));
                }
                if let Some(finalizer) = &statement.finalizer {
                    out.push(Expression::Block(self.statements(&finalizer.body)));
                }
            }
            Statement::LabeledStatement(statement) => self.statement(&statement.body, out),
            Statement::SwitchStatement(statement) => self.switch(statement, out),
            Statement::WithStatement(statement) => {
                out.push(self.expression(&statement.object));
                out.push(self.nested(&statement.body));
            }
            loops @ (Statement::DoWhileStatement(_)
            | Statement::WhileStatement(_)
            | Statement::ForStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForOfStatement(_)) => out.push(self.repeated(loops)),
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration, out);
                } else if let Some(module) = other.as_module_declaration() {
                    self.module(module, out);
                }
            }
        }
    }

    fn nested<'a>(&mut self, statement: &Statement<'a>) -> Expression<'a> {
        match statement {
            Statement::BlockStatement(block) => Expression::Block(self.statements(&block.body)),
            other => {
                let mut inner = Vec::new();
                self.statement(other, &mut inner);
                Expression::Block(inner)
            }
        }
    }

    fn switch<'a>(&mut self, switch: &SwitchStatement<'a>, out: &mut Vec<Expression<'a>>) {
        out.push(self.expression(&switch.discriminant));
        for case in &switch.cases {
            let inner = self.statements(&case.consequent);
            out.push(Expression::Block(inner));
        }
    }

    fn repeated<'a>(&mut self, statement: &Statement<'a>) -> Expression<'a> {
        match statement {
            Statement::DoWhileStatement(statement) => {
                let body = self.nested(&statement.body);
                Expression::Effects(vec![body, self.expression(&statement.test)])
            }
            Statement::WhileStatement(statement) => {
                let test = self.expression(&statement.test);
                Expression::Effects(vec![test, self.nested(&statement.body)])
            }
            Statement::ForStatement(statement) => {
                let mut inner = match &statement.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => {
                        self.declarations(declaration)
                    }
                    Some(other) => other
                        .as_expression()
                        .map(|tree| self.expression(tree))
                        .into_iter()
                        .collect(),
                    None => Vec::new(),
                };
                inner.extend(statement.test.as_ref().map(|test| self.expression(test)));
                inner.push(self.nested(&statement.body));
                Expression::Block(inner)
            }
            Statement::ForInStatement(statement) => {
                let over = self.expression(&statement.right);
                let body = self.nested(&statement.body);
                Expression::Each(
                    Box::new(Pattern::Nothing),
                    Box::new(Expression::Effects(vec![over])),
                    Box::new(body),
                )
            }
            Statement::ForOfStatement(statement) => {
                let pattern = self.left(&statement.left);
                let over = self.boxed(&statement.right);
                let body = self.nested(&statement.body);
                Expression::Each(Box::new(pattern), over, Box::new(body))
            }
            _ => Expression::UNKNOWN,
        }
    }

    fn left<'a>(&mut self, left: &ForStatementLeft<'a>) -> Pattern<'a> {
        match left {
            ForStatementLeft::VariableDeclaration(declaration) => declaration
                .declarations
                .first()
                .map_or(Pattern::Nothing, |first| self.pattern(&first.id)),
            other => other
                .as_assignment_target()
                .map_or(Pattern::Nothing, |target| self.target(target)),
        }
    }

    pub(super) fn declaration<'a>(
        &mut self,
        declaration: &Declaration<'a>,
        out: &mut Vec<Expression<'a>>,
    ) {
        match declaration {
            Declaration::VariableDeclaration(declaration) => {
                out.extend(self.declarations(declaration));
            }
            Declaration::FunctionDeclaration(function) => {
                let lowered = self.function_expression(function);
                match &function.id {
                    Some(name) => out.push(named(name.name.as_str(), lowered)),
                    None => out.push(lowered),
                }
            }
            Declaration::ClassDeclaration(class) => {
                let lowered = self.class(class);
                match &class.id {
                    Some(name) => out.push(named(name.name.as_str(), lowered)),
                    None => out.push(lowered),
                }
            }
            Declaration::TSEnumDeclaration(declaration) => {
                let members = self.enumeration(declaration);
                out.push(named(declaration.id.name.as_str(), members));
            }
            Declaration::TSNamespaceDeclaration(_) | Declaration::TSGlobalDeclaration(_) => {}
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import, out),
            _ => {}
        }
    }

    fn enumeration<'a>(&mut self, declaration: &TSEnumDeclaration<'a>) -> Expression<'a> {
        let mut entries = Vec::new();
        for member in &declaration.body.members {
            let name = match &member.id {
                TSEnumMemberName::Identifier(name) => name.name.as_str(),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    text.value.as_str()
                }
                TSEnumMemberName::ComputedTemplateString(_) => continue,
            };
            let value = match &member.initializer {
                Some(initializer) => self.expression(initializer),
                None => Expression::Known(Value::Unknown, 0),
            };
            entries.push(Entry::Pair(Word::Borrowed(name), value));
        }
        Expression::Map(entries)
    }
}

/// A declaration of a name with its value.
pub(super) fn named<'a>(name: &'a str, value: Expression<'a>) -> Expression<'a> {
    let pattern = Pattern::Name(Word::Borrowed(name));
    Expression::Let(Box::new(pattern), Some(Box::new(value)))
}
