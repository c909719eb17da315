//! Expressions of JavaScript and TypeScript.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BinaryExpression, BinaryOperator, ChainElement,
    Expression as Tree, JSXAttributeItem, JSXAttributeValue, JSXChild, JSXElement, JSXExpression,
    LogicalExpression, LogicalOperator, MemberExpression, ObjectExpression, ObjectPropertyKind,
    PropertyKey, TemplateLiteral, UnaryOperator,
};
use oxc_span::{GetSpan as _, Span};

use super::super::flow::{Calling, Entry, Expression, Place, Word};
use super::super::{Import, Unread, Value};

/// Expressions and statements that may stand in one another.
pub(super) const DEPTH_MAX: usize = 250;

/// The way from one syntax tree to the other.
pub(super) struct Lowering<'t> {
    text: &'t str,
    line_starts: Vec<u32>,
    /// Last place that was asked for: offset and column, so that long lines are counted once.
    last: (u32, u32, u32),
    depth: usize,
    depth_max: usize,
    pub(super) imports: Vec<Import>,
    pub(super) unread: Vec<Unread>,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(text: &'t str, depth_max: usize) -> Self {
        let mut line_starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                let next = u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(1);
                line_starts.push(next);
            }
        }
        Self {
            text,
            line_starts,
            last: (0, 0, 1),
            depth: 0,
            depth_max,
            imports: Vec::new(),
            unread: Vec::new(),
        }
    }

    pub(super) fn line(&self, offset: u32) -> u32 {
        let lines = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(lines).unwrap_or(u32::MAX)
    }

    pub(super) fn place(&mut self, span: Span) -> Place {
        let line = self.line(span.start);
        let index = usize::try_from(line).unwrap_or(0).saturating_sub(1);
        let line_start = self.line_starts.get(index).copied().unwrap_or(0);
        let (mut from, mut column) = (line_start, 1);
        let (last_line_start, last_offset, last_column) = self.last;
        if last_line_start == line_start && last_offset <= span.start && last_offset >= line_start {
            (from, column) = (last_offset, last_column);
        }
        let range = usize::try_from(from).unwrap_or(0)..usize::try_from(span.start).unwrap_or(0);
        let between = self.text.get(range).map_or(0, |text| text.chars().count());
        column = u32::try_from(between)
            .unwrap_or(u32::MAX)
            .saturating_add(column);
        self.last = (line_start, span.start, column);
        Place {
            start: span.start,
            end: span.end,
            line,
            column,
        }
    }

    /// Goes one deeper, unless that is too deep.
    pub(super) fn deeper<T>(
        &mut self,
        span: Span,
        go: impl FnOnce(&mut Self) -> T,
        otherwise: impl FnOnce() -> T,
    ) -> T {
        if self.depth >= self.depth_max {
            if self.unread.is_empty() {
                let line = Some(self.line(span.start));
                let reason = "nests too deep to be followed".to_owned();
                self.unread.push(Unread { line, reason });
            }
            return otherwise();
        }
        self.depth = self.depth.saturating_add(1);
        let result = go(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    pub(super) fn boxed<'a>(&mut self, tree: &Tree<'a>) -> Box<Expression<'a>> {
        Box::new(self.expression(tree))
    }

    pub(super) fn expression<'a>(&mut self, tree: &Tree<'a>) -> Expression<'a> {
        match tree {
            Tree::StringLiteral(literal) => {
                let line = self.line(literal.span.start);
                Expression::Known(Value::Text(literal.value.to_string()), line)
            }
            Tree::BooleanLiteral(literal) => Expression::Known(Value::Bool(literal.value), 0),
            Tree::NullLiteral(_) => Expression::Known(Value::None, 0),
            Tree::NumericLiteral(literal) => Expression::Known(
                Value::Number(
                    literal
                        .raw
                        .map_or_else(|| literal.value.to_string(), |raw| raw.to_string()),
                ),
                0,
            ),
            Tree::Identifier(name) if name.name == "undefined" => Expression::Known(Value::None, 0),
            Tree::Identifier(name) => Expression::Name(Word::Borrowed(name.name.as_str())),
            Tree::ThisExpression(_) => Expression::This,
            Tree::Super(_) => Expression::Parent,
            Tree::ImportMeta(_) => Expression::Name(Word::Borrowed("import.meta")),
            other => self.deeper(
                other.span(),
                |deeper| deeper.compound(other),
                || Expression::UNKNOWN,
            ),
        }
    }

    fn compound<'a>(&mut self, tree: &Tree<'a>) -> Expression<'a> {
        match tree {
            Tree::TemplateLiteral(template) => self.template(template),
            Tree::ArrayExpression(array) => Expression::List(
                array
                    .elements
                    .iter()
                    .map(|element| match element {
                        ArrayExpressionElement::SpreadElement(spread) => {
                            Expression::Spread(self.boxed(&spread.argument))
                        }
                        other => other
                            .as_expression()
                            .map_or(Expression::Known(Value::None, 0), |tree| {
                                self.expression(tree)
                            }),
                    })
                    .collect(),
            ),
            Tree::ObjectExpression(object) => self.object(object),
            Tree::ArrowFunctionExpression(function) => self.arrow(function),
            Tree::FunctionExpression(function) => self.function_expression(function),
            Tree::ClassExpression(class) => self.class(class),
            Tree::AssignmentExpression(assignment) => self.assignment(assignment),
            Tree::AwaitExpression(inner) => self.expression(&inner.argument),
            Tree::TSAsExpression(inner) => self.expression(&inner.expression),
            Tree::TSSatisfiesExpression(inner) => self.expression(&inner.expression),
            Tree::TSTypeAssertion(inner) => self.expression(&inner.expression),
            Tree::TSNonNullExpression(inner) => self.expression(&inner.expression),
            Tree::TSInstantiationExpression(inner) => self.expression(&inner.expression),
            Tree::ParenthesizedExpression(inner) => self.expression(&inner.expression),
            Tree::YieldExpression(inner) => match &inner.argument {
                Some(argument) => Expression::Effects(vec![self.expression(argument)]),
                None => Expression::UNKNOWN,
            },
            Tree::UnaryExpression(unary) => {
                let inner = self.expression(&unary.argument);
                match (unary.operator, inner) {
                    (UnaryOperator::UnaryNegation, Expression::Known(Value::Number(n), line)) => {
                        Expression::Known(Value::Number(format!("-{n}")), line)
                    }
                    (_, inner) => Expression::Effects(vec![inner]),
                }
            }
            Tree::BinaryExpression(binary) => self.binary(binary),
            Tree::LogicalExpression(logical) => self.logical(logical),
            Tree::ConditionalExpression(condition) => {
                let test = self.expression(&condition.test);
                let branches = vec![
                    self.expression(&condition.consequent),
                    self.expression(&condition.alternate),
                ];
                let either = Expression::Either(branches);
                match test {
                    Expression::Name(_) | Expression::Known(..) => either,
                    test => Expression::All(vec![test, either]),
                }
            }
            Tree::SequenceExpression(sequence) => {
                Expression::All(self.every(sequence.expressions.iter()))
            }
            Tree::CallExpression(call) => {
                let place = self.place(call.span);
                self.call(&call.callee, &call.arguments, place, false)
            }
            Tree::NewExpression(call) => {
                let place = self.place(call.span);
                self.call(&call.callee, &call.arguments, place, true)
            }
            Tree::ChainExpression(chain) => self.chain(&chain.expression),
            Tree::ImportExpression(import) => self.import_expression(import),
            Tree::TaggedTemplateExpression(tagged) => {
                let place = self.place(tagged.span);
                let callee = self.expression(&tagged.tag);
                let arguments = vec![self.template(&tagged.quasi)];
                Expression::Call(Box::new(Calling {
                    callee,
                    arguments,
                    construct: false,
                    place,
                }))
            }
            Tree::JSXElement(element) => self.element(element),
            Tree::JSXFragment(fragment) => Expression::Effects(self.children(&fragment.children)),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => Expression::UNKNOWN,
            },
        }
    }

    pub(super) fn every<'a: 'x, 'x>(
        &mut self,
        trees: impl Iterator<Item = &'x Tree<'a>>,
    ) -> Vec<Expression<'a>> {
        trees.map(|tree| self.expression(tree)).collect()
    }

    fn chain<'a>(&mut self, chain: &ChainElement<'a>) -> Expression<'a> {
        match chain {
            ChainElement::CallExpression(call) => {
                let place = self.place(call.span);
                self.call(&call.callee, &call.arguments, place, false)
            }
            ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => Expression::UNKNOWN,
            },
        }
    }

    pub(super) fn member<'a>(&mut self, member: &MemberExpression<'a>) -> Expression<'a> {
        match member {
            MemberExpression::StaticMemberExpression(member) => Expression::Member(
                self.boxed(&member.object),
                Word::Borrowed(member.property.name.as_str()),
            ),
            MemberExpression::PrivateFieldExpression(member) => Expression::Member(
                self.boxed(&member.object),
                Word::Owned(format!("#{}", member.field.name)),
            ),
            MemberExpression::ComputedMemberExpression(member) => {
                let object = self.boxed(&member.object);
                match &member.expression {
                    Tree::StringLiteral(key) => {
                        Expression::Member(object, Word::Borrowed(key.value.as_str()))
                    }
                    key => Expression::Index(object, self.boxed(key)),
                }
            }
        }
    }

    fn call<'a>(
        &mut self,
        callee: &Tree<'a>,
        arguments: &[Argument<'a>],
        place: Place,
        construct: bool,
    ) -> Expression<'a> {
        if let Some(required) = self.require(callee, arguments, place) {
            return required;
        }
        let callee = self.expression(callee);
        let arguments = arguments
            .iter()
            .map(|argument| match argument {
                Argument::SpreadElement(spread) => Expression::Spread(self.boxed(&spread.argument)),
                other => other
                    .as_expression()
                    .map_or(Expression::UNKNOWN, |tree| self.expression(tree)),
            })
            .collect();
        Expression::Call(Box::new(Calling {
            callee,
            arguments,
            construct,
            place,
        }))
    }

    pub(super) fn template<'a>(&mut self, template: &TemplateLiteral<'a>) -> Expression<'a> {
        let line = self.line(template.span.start);
        let mut parts = Vec::new();
        let mut expressions = template.expressions.iter();
        for quasi in &template.quasis {
            let text = quasi.value.cooked.unwrap_or(quasi.value.raw);
            if !text.is_empty() {
                parts.push(Expression::Known(Value::Text(text.to_string()), 0));
            }
            if let Some(expression) = expressions.next() {
                parts.push(self.expression(expression));
            }
        }
        match parts.pop() {
            None => Expression::Known(Value::Text(String::new()), 0),
            Some(Expression::Known(value @ Value::Text(_), _)) if parts.is_empty() => {
                Expression::Known(value, line)
            }
            Some(last) => {
                parts.push(last);
                Expression::Join(parts, true, line)
            }
        }
    }

    /// `a + b + c`, which nests to the left, without nesting.
    fn binary<'a>(&mut self, binary: &BinaryExpression<'a>) -> Expression<'a> {
        let line = self.line(binary.span.start);
        let is_sum = binary.operator == BinaryOperator::Addition;
        let mut parts = vec![self.expression(&binary.right)];
        let mut rest = &binary.left;
        while let Tree::BinaryExpression(inner) = rest {
            if is_sum != (inner.operator == BinaryOperator::Addition) {
                break;
            }
            parts.push(self.expression(&inner.right));
            rest = &inner.left;
        }
        parts.push(self.expression(rest));
        parts.reverse();
        if is_sum {
            Expression::Join(parts, false, line)
        } else {
            Expression::Effects(parts)
        }
    }

    fn logical<'a>(&mut self, logical: &LogicalExpression<'a>) -> Expression<'a> {
        let operator = logical.operator;
        let mut parts = vec![self.expression(&logical.right)];
        let mut rest = &logical.left;
        while let Tree::LogicalExpression(inner) = rest {
            if inner.operator != operator {
                break;
            }
            parts.push(self.expression(&inner.right));
            rest = &inner.left;
        }
        parts.push(self.expression(rest));
        parts.reverse();
        if operator == LogicalOperator::And {
            return Expression::All(parts);
        }
        Expression::Otherwise(parts)
    }

    fn object<'a>(&mut self, object: &ObjectExpression<'a>) -> Expression<'a> {
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    entries.push(Entry::Spread(self.expression(&spread.argument)));
                }
                ObjectPropertyKind::ObjectProperty(property) => {
                    let value = self.expression(&property.value);
                    match self.key(&property.key) {
                        Ok(key) => entries.push(Entry::Pair(key, value)),
                        Err(key) => entries.push(Entry::Computed(key, value)),
                    }
                }
            }
        }
        Expression::Map(entries)
    }

    /// A key that is written out, or the expression that makes it.
    pub(super) fn key<'a>(&mut self, key: &PropertyKey<'a>) -> Result<Word<'a>, Expression<'a>> {
        match key {
            PropertyKey::StaticIdentifier(name) => Ok(Word::Borrowed(name.name.as_str())),
            PropertyKey::PrivateIdentifier(name) => Ok(Word::Owned(format!("#{}", name.name))),
            PropertyKey::StringLiteral(text) => Ok(Word::Borrowed(text.value.as_str())),
            PropertyKey::NumericLiteral(number) => Ok(Word::Owned(number.value.to_string())),
            other => Err(other
                .as_expression()
                .map_or(Expression::UNKNOWN, |tree| self.expression(tree))),
        }
    }

    fn element<'a>(&mut self, element: &JSXElement<'a>) -> Expression<'a> {
        let mut entries = Vec::new();
        for attribute in &element.opening_element.attributes {
            match attribute {
                JSXAttributeItem::SpreadAttribute(spread) => {
                    entries.push(Entry::Spread(self.expression(&spread.argument)));
                }
                JSXAttributeItem::Attribute(attribute) => {
                    let name = attribute.name.as_identifier().map(|name| name.name);
                    let value = match &attribute.value {
                        Some(JSXAttributeValue::StringLiteral(text)) => Expression::Known(
                            Value::Text(text.value.to_string()),
                            self.line(text.span.start),
                        ),
                        Some(JSXAttributeValue::ExpressionContainer(container)) => {
                            self.contained(&container.expression)
                        }
                        Some(JSXAttributeValue::Element(element)) => self.deeper(
                            element.span,
                            |deeper| deeper.element(element),
                            || Expression::UNKNOWN,
                        ),
                        _ => Expression::UNKNOWN,
                    };
                    let name = name.map_or("", |name| name.as_str());
                    entries.push(Entry::Pair(Word::Borrowed(name), value));
                }
            }
        }
        let mut effects = self.children(&element.children);
        effects.push(Expression::Map(entries));
        Expression::Effects(effects)
    }

    fn contained<'a>(&mut self, expression: &JSXExpression<'a>) -> Expression<'a> {
        expression
            .as_expression()
            .map_or(Expression::UNKNOWN, |tree| self.expression(tree))
    }

    fn children<'a>(&mut self, children: &[JSXChild<'a>]) -> Vec<Expression<'a>> {
        children
            .iter()
            .filter_map(|child| match child {
                JSXChild::Text(_) => None,
                JSXChild::Element(element) => Some(self.deeper(
                    element.span,
                    |deeper| deeper.element(element),
                    || Expression::UNKNOWN,
                )),
                JSXChild::Fragment(fragment) => Some(self.deeper(
                    fragment.span,
                    |deeper| Expression::Effects(deeper.children(&fragment.children)),
                    || Expression::UNKNOWN,
                )),
                JSXChild::ExpressionContainer(container) => {
                    Some(self.contained(&container.expression))
                }
                JSXChild::Spread(spread) => Some(self.expression(&spread.expression)),
            })
            .collect()
    }
}
