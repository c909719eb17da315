//! What names are bound to: declarations, patterns, assignments.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, BindingPattern, SimpleAssignmentTarget, TSType, TSTypeAnnotation,
    TSTypeName, VariableDeclaration,
};
use oxc_span::GetSpan as _;

use super::super::flow::{Expression, Pattern, Word};
use super::lower::Lowering;

impl Lowering<'_> {
    pub(super) fn declarations<'a>(
        &mut self,
        declaration: &VariableDeclaration<'a>,
    ) -> Vec<Expression<'a>> {
        declaration
            .declarations
            .iter()
            .map(|declarator| {
                let mut pattern = self.pattern(&declarator.id);
                if let Some(annotation) = self.annotation(declarator.type_annotation.as_deref()) {
                    pattern = Pattern::Typed(Box::new(pattern), annotation);
                }
                let value = declarator.init.as_ref().map(|init| self.boxed(init));
                Expression::Let(Box::new(pattern), value)
            })
            .collect()
    }

    pub(super) fn pattern<'a>(&mut self, pattern: &BindingPattern<'a>) -> Pattern<'a> {
        self.deeper(
            pattern.span(),
            |deeper| deeper.pattern_inner(pattern),
            || Pattern::Nothing,
        )
    }

    fn pattern_inner<'a>(&mut self, pattern: &BindingPattern<'a>) -> Pattern<'a> {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                Pattern::Name(Word::Borrowed(name.name.as_str()))
            }
            BindingPattern::ObjectPattern(object) => {
                let mut members = Vec::new();
                for property in &object.properties {
                    let inner = self.pattern(&property.value);
                    if let Ok(key) = self.key(&property.key) {
                        members.push((key, inner));
                    }
                }
                Pattern::Map(members)
            }
            BindingPattern::ArrayPattern(array) => Pattern::List(
                array
                    .elements
                    .iter()
                    .map(|element| match element {
                        Some(element) => self.pattern(element),
                        None => Pattern::Nothing,
                    })
                    .collect(),
            ),
            BindingPattern::AssignmentPattern(assignment) => Pattern::Default(
                Box::new(self.pattern(&assignment.left)),
                self.expression(&assignment.right),
            ),
        }
    }

    /// A type that is a name, or a promise of one or several types one of which is a name.
    pub(super) fn annotation<'a>(
        &self,
        annotation: Option<&TSTypeAnnotation<'a>>,
    ) -> Option<Expression<'a>> {
        named_type(&annotation?.type_annotation)
    }

    pub(super) fn assignment<'a>(
        &mut self,
        assignment: &AssignmentExpression<'a>,
    ) -> Expression<'a> {
        let name = exported_name(&assignment.left);
        let pattern = self.target(&assignment.left);
        let value = self.expression(&assignment.right);
        let value = match assignment.operator {
            AssignmentOperator::Assign
            | AssignmentOperator::LogicalOr
            | AssignmentOperator::LogicalNullish => value,
            AssignmentOperator::Addition => {
                let before = match self.simple(&assignment.left) {
                    Some(before) => before,
                    None => Expression::UNKNOWN,
                };
                Expression::Join(vec![before, value], false, self.line(assignment.span.start))
            }
            _ => Expression::Effects(vec![value]),
        };
        match name {
            Some(Exported::All) => export_all(value),
            Some(Exported::One(name)) => Expression::Export(Word::Borrowed(name), Box::new(value)),
            None => Expression::Assign(Box::new(pattern), Box::new(value)),
        }
    }

    fn simple<'a>(&mut self, target: &AssignmentTarget<'a>) -> Option<Expression<'a>> {
        match target.as_simple_assignment_target()? {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                Some(Expression::Name(Word::Borrowed(name.name.as_str())))
            }
            SimpleAssignmentTarget::TSAsExpression(inner) => {
                Some(self.expression(&inner.expression))
            }
            SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                Some(self.expression(&inner.expression))
            }
            other => Some(self.member(other.as_member_expression()?)),
        }
    }

    pub(super) fn target<'a>(&mut self, target: &AssignmentTarget<'a>) -> Pattern<'a> {
        self.deeper(
            target.span(),
            |deeper| deeper.target_inner(target),
            || Pattern::Nothing,
        )
    }

    fn target_inner<'a>(&mut self, target: &AssignmentTarget<'a>) -> Pattern<'a> {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => Pattern::List(
                array
                    .elements
                    .iter()
                    .map(|element| match element {
                        Some(element) => self.maybe_default(element),
                        None => Pattern::Nothing,
                    })
                    .collect(),
            ),
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                let mut members = Vec::new();
                for property in &object.properties {
                    match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                            let name = Word::Borrowed(property.binding.name.as_str());
                            let mut inner = Pattern::Name(name.clone());
                            if let Some(init) = &property.init {
                                inner = Pattern::Default(Box::new(inner), self.expression(init));
                            }
                            members.push((name, inner));
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                            let inner = self.maybe_default(&property.binding);
                            if let Ok(key) = self.key(&property.name) {
                                members.push((key, inner));
                            }
                        }
                    }
                }
                Pattern::Map(members)
            }
            other => match self.simple(other) {
                Some(Expression::Name(name)) => Pattern::Name(name),
                Some(target) => Pattern::Target(target),
                None => Pattern::Nothing,
            },
        }
    }

    fn maybe_default<'a>(&mut self, target: &AssignmentTargetMaybeDefault<'a>) -> Pattern<'a> {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with) => Pattern::Default(
                Box::new(self.target(&with.binding)),
                self.expression(&with.init),
            ),
            other => other
                .as_assignment_target()
                .map_or(Pattern::Nothing, |target| self.target(target)),
        }
    }
}

/// The name that a type is, alone or as a part of a union or of a promise.
fn named_type<'a>(annotation: &TSType<'a>) -> Option<Expression<'a>> {
    match annotation {
        TSType::TSTypeReference(reference) => match &reference.type_name {
            TSTypeName::IdentifierReference(name) => {
                Some(Expression::Name(Word::Borrowed(name.name.as_str())))
            }
            TSTypeName::QualifiedName(name) => match &name.left {
                TSTypeName::IdentifierReference(left) => Some(Expression::Member(
                    Box::new(Expression::Name(Word::Borrowed(left.name.as_str()))),
                    Word::Borrowed(name.right.name.as_str()),
                )),
                _ => None,
            },
            TSTypeName::ThisExpression(_) => None,
        },
        TSType::TSUnionType(union) => union.types.iter().find_map(|annotation| match annotation {
            reference @ TSType::TSTypeReference(_) => named_type(reference),
            _ => None,
        }),
        _ => None,
    }
}

enum Exported<'a> {
    All,
    One(&'a str),
}

/// `module.exports`, `module.exports.x` and `exports.x`.
fn exported_name<'a>(target: &AssignmentTarget<'a>) -> Option<Exported<'a>> {
    let AssignmentTarget::StaticMemberExpression(member) = target else {
        return None;
    };
    let name = member.property.name.as_str();
    match &member.object {
        oxc_ast::ast::Expression::Identifier(object) => match object.name.as_str() {
            "module" if name == "exports" => Some(Exported::All),
            "exports" => Some(Exported::One(name)),
            _ => None,
        },
        oxc_ast::ast::Expression::StaticMemberExpression(outer) => {
            let is_module = matches!(&outer.object, oxc_ast::ast::Expression::Identifier(object) if object.name == "module");
            (is_module && outer.property.name == "exports").then_some(Exported::One(name))
        }
        _ => None,
    }
}

/// What `module.exports = ...` makes known: the members of an object, or the whole as the default.
fn export_all(value: Expression<'_>) -> Expression<'_> {
    use super::super::flow::Entry;
    match value {
        Expression::Map(entries) => Expression::Effects(
            entries
                .into_iter()
                .map(|entry| match entry {
                    Entry::Pair(key, value) => Expression::Export(key, Box::new(value)),
                    Entry::Computed(key, value) => Expression::Effects(vec![key, value]),
                    Entry::Spread(inner) => inner,
                })
                .collect(),
        ),
        other => Expression::Export(Word::Borrowed("default"), Box::new(other)),
    }
}
