//! Functions and classes.

use std::rc::Rc;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Class as ClassTree, ClassElement, FormalParameters,
    Function as FunctionTree, FunctionBody, MethodDefinitionKind,
};

use super::super::flow::{Class, Expression, Field, Function, Parameter, Pattern, Word};
use super::lower::Lowering;

impl Lowering<'_> {
    pub(super) fn arrow<'a>(&mut self, arrow: &ArrowFunctionExpression<'a>) -> Expression<'a> {
        let parameters = self.parameters(&arrow.params);
        let (body, yields_last) = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => (self.statements(&body.statements), false),
            other => {
                let only = other
                    .as_expression()
                    .map_or(Expression::UNKNOWN, |tree| self.expression(tree));
                (vec![only], true)
            }
        };
        Expression::Function(Rc::new(Function {
            id: arrow.span.start,
            parameters,
            body,
            yields_last,
        }))
    }

    pub(super) fn function_expression<'a>(
        &mut self,
        function: &FunctionTree<'a>,
    ) -> Expression<'a> {
        Expression::Function(self.function(function))
    }

    pub(super) fn function<'a>(&mut self, function: &FunctionTree<'a>) -> Rc<Function<'a>> {
        let parameters = self.parameters(&function.params);
        let body = self.body(function.body.as_deref());
        Rc::new(Function {
            id: function.span.start,
            parameters,
            body,
            yields_last: false,
        })
    }

    fn body<'a>(&mut self, body: Option<&FunctionBody<'a>>) -> Vec<Expression<'a>> {
        match body {
            Some(body) => self.statements(&body.statements),
            None => Vec::new(),
        }
    }

    fn parameters<'a>(&mut self, parameters: &FormalParameters<'a>) -> Vec<Parameter<'a>> {
        parameters
            .items
            .iter()
            .map(|item| {
                let mut pattern = self.pattern(&item.pattern);
                if let Some(initializer) = &item.initializer {
                    let default = self.expression(initializer);
                    pattern = Pattern::Default(Box::new(pattern), default);
                }
                Parameter {
                    pattern,
                    annotation: self.annotation(item.type_annotation.as_deref()),
                    field: item.accessibility.is_some() || item.readonly,
                }
            })
            .collect()
    }

    pub(super) fn class<'a>(&mut self, class: &ClassTree<'a>) -> Expression<'a> {
        let parent = class
            .heritage
            .as_ref()
            .map(|heritage| self.expression(&heritage.expression));
        let mut effects: Vec<Expression<'a>> = Vec::new();
        for decorator in &class.decorators {
            effects.push(self.expression(&decorator.expression));
        }
        let mut lowered = Class {
            id: class.span.start,
            parent,
            fields: Vec::new(),
            constructor: None,
            methods: Vec::new(),
        };
        for element in &class.body.body {
            self.class_element(element, &mut lowered, &mut effects);
        }
        let lowered = Expression::Class(Rc::new(lowered));
        if effects.is_empty() {
            return lowered;
        }
        effects.push(lowered);
        Expression::All(effects)
    }

    fn class_element<'a>(
        &mut self,
        element: &ClassElement<'a>,
        class: &mut Class<'a>,
        effects: &mut Vec<Expression<'a>>,
    ) {
        match element {
            ClassElement::StaticBlock(block) => effects.extend(self.statements(&block.body)),
            ClassElement::MethodDefinition(method) => {
                for decorator in &method.decorators {
                    effects.push(self.expression(&decorator.expression));
                }
                let name = self.key(&method.key).unwrap_or(Word::Borrowed(""));
                let function = self.function(&method.value);
                match method.kind {
                    MethodDefinitionKind::Constructor => class.constructor = Some(function),
                    kind => {
                        let is_getter = kind == MethodDefinitionKind::Get;
                        class.methods.push((name, function, is_getter));
                    }
                }
            }
            ClassElement::PropertyDefinition(property) => {
                let annotation = self.annotation(property.type_annotation.as_deref());
                let value = property.value.as_ref().map(|value| self.expression(value));
                if let Ok(name) = self.key(&property.key) {
                    class.fields.push(Field {
                        name,
                        annotation,
                        value,
                    });
                }
            }
            ClassElement::AccessorProperty(property) => {
                let annotation = self.annotation(property.type_annotation.as_deref());
                let value = property.value.as_ref().map(|value| self.expression(value));
                if let Ok(name) = self.key(&property.key) {
                    class.fields.push(Field {
                        name,
                        annotation,
                        value,
                    });
                }
            }
            ClassElement::TSIndexSignature(_) => {}
        }
    }
}
