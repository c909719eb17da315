//! One pass over an expression: facts out, and the constant it amounts to back.

use super::ast::{Expr, Kind, Link};
use super::branches::OpenBranch;
use super::examiner::{Examiner, Seen};
use super::facts::{Branch, Comparison, Expansion, ExpansionKind, Limit, Relation, Root};
use super::fold::operators;
use super::scope::Variable;
use super::value::Value;

/// Variables remembered as what a name was computed from.
const VARIABLES: usize = 8;
/// Repetitions of something unknown below this are arithmetic, not growth.
const NOTABLE_AMOUNT: u128 = 1_000;

impl Examiner<'_> {
    /// Visits an expression and everything in it.
    pub(super) fn visit(&mut self, expr: &Expr) -> Seen {
        let mut seen = self.visit_kind(expr);
        if seen.path.is_empty() {
            seen.path = self.source(expr.offset, expr.end);
        }
        seen
    }

    fn visit_kind(&mut self, expr: &Expr) -> Seen {
        match &expr.kind {
            Kind::Text(text) => {
                self.string(expr.offset, text);
                let short = text.len() <= self.limits.value_bytes;
                if !short {
                    self.limit(Limit::ValueBytes, expr.offset);
                }
                let value = short.then(|| Value::Text(text.clone()));
                self.literal(expr, "''", value)
            }
            Kind::Integer(value) => self.literal(expr, "0", Some(Value::Integer(*value))),
            Kind::Float(value) => self.literal(expr, "0", Some(Value::Float(*value))),
            Kind::Boolean(value) => self.literal(expr, "true", Some(Value::Boolean(*value))),
            Kind::None => self.literal(expr, "none", Some(Value::None)),
            Kind::Name(name) => self.name(expr, name),
            Kind::Sequence(items) => self.sequence(expr, items),
            Kind::Mapping(items) => self.mapping(expr, items),
            Kind::Not(inner) => {
                let truth = self
                    .visit(inner)
                    .value
                    .map(|value| Value::Boolean(!value.truth()));
                Seen::new(Root::Expression, "", truth)
            }
            Kind::Negative(inner) => {
                let number = self.visit(inner).integer().and_then(i128::checked_neg);
                let mut seen = Seen::new(Root::Expression, "", number.map(Value::Integer));
                seen.numeric = true;
                seen
            }
            Kind::Chain(first, links) => self.chain(first, links),
            Kind::Postfix(base, steps) => self.steps(base, steps),
            Kind::Conditional(branches, otherwise) => {
                self.conditional(branches, otherwise.as_deref())
            }
        }
    }

    fn literal(&mut self, expr: &Expr, path: &str, value: Option<Value>) -> Seen {
        let value = self.afforded(value, expr.offset);
        Seen::new(Root::Literal, path, value)
    }

    fn name(&mut self, expr: &Expr, name: &str) -> Seen {
        self.count(|facts| &mut facts.names, name, expr.offset);
        let value = self.variable(name, expr.offset);
        let mut seen = Seen::new(Root::Name(name.to_owned()), name, value);
        seen.variables.push(name.to_owned());
        seen.direct = true;
        seen.numeric = self.is_number(name);
        seen
    }

    /// What a variable holds; comparisons it came out of count where it is read.
    pub(super) fn variable(&mut self, name: &str, offset: usize) -> Option<Value> {
        let variable = self.scope.get(name)?;
        let comparisons = variable.comparisons.clone();
        let weight = variable.latest.as_ref().map_or(0, Value::weight);
        for comparison in comparisons {
            self.compare(comparison);
        }
        if !self.afford(weight, offset) {
            return None;
        }
        self.scope.get(name)?.latest.clone()
    }

    pub(super) fn is_number(&self, name: &str) -> bool {
        self.scope.get(name).is_some_and(Variable::is_numeric)
    }

    fn sequence(&mut self, expr: &Expr, items: &[Expr]) -> Seen {
        let mut seen = Seen::new(Root::Literal, "[]", None);
        let mut values = Some(Vec::new());
        for item in items {
            let item = self.visit(item);
            merge_variables(&mut seen.variables, &item.variables);
            match (&mut values, item.value) {
                (Some(values), Some(value)) => values.push(value),
                _ => values = None,
            }
        }
        seen.value = self.afforded(values.map(Value::Sequence), expr.offset);
        seen
    }

    fn mapping(&mut self, expr: &Expr, items: &[(Expr, Expr)]) -> Seen {
        let mut values = Some(Vec::new());
        for (key, value) in items {
            let key = self.visit(key).value;
            let value = self.visit(value).value;
            match (&mut values, key.zip(value)) {
                (Some(values), Some(pair)) => values.push(pair),
                _ => values = None,
            }
        }
        let value = self.afforded(values.map(Value::Mapping), expr.offset);
        Seen::new(Root::Literal, "{}", value)
    }

    fn chain(&mut self, first: &Expr, links: &[Link]) -> Seen {
        let mut left = self.visit(first);
        let mut folded = left.value.clone();
        let mut numeric = left.numeric;
        let mut variables = std::mem::take(&mut left.variables);
        for link in links {
            let right = self.visit(&link.right);
            merge_variables(&mut variables, &right.variables);
            self.compare_sides(link, &left, &right);
            self.growth(link, &left, &right);
            folded = self.fold(folded, link, right.value.as_ref());
            numeric = is_number(link.operator, numeric, right.numeric);
            left = right;
        }
        let mut seen = Seen::new(Root::Expression, "", folded);
        seen.variables = variables;
        seen.numeric = numeric;
        seen
    }

    fn fold(&mut self, left: Option<Value>, link: &Link, right: Option<&Value>) -> Option<Value> {
        let (left, right) = (left?, right?);
        let weight = left.weight().saturating_add(right.weight());
        if !self.afford(weight, link.offset) {
            return None;
        }
        operators::apply(&left, link.operator, right, self.ceiling())
    }

    /// A constant on one side and something unknown on the other.
    fn compare_sides(&mut self, link: &Link, left: &Seen, right: &Seen) {
        let relation = match link.operator {
            "==" => Relation::Equal,
            "!=" => Relation::Different,
            "in" => Relation::Membership,
            "not in" => Relation::NonMembership,
            "<" | "<=" | ">" | ">=" => Relation::Order,
            _ => return,
        };
        let (constant, subject) = match (&left.value, &right.value) {
            (Some(constant), None) => (constant.clone(), right.path.clone()),
            (None, Some(constant)) => (constant.clone(), left.path.clone()),
            _ => return,
        };
        self.compare_with(link.offset, &relation, &constant, &subject);
    }

    /// Records a comparison with a constant, or with each of a constant list.
    pub(super) fn compare_with(
        &mut self,
        offset: usize,
        relation: &Relation,
        constant: &Value,
        subject: &str,
    ) {
        let several = match constant {
            Value::Sequence(items) => items.as_slice(),
            Value::Boolean(_) | Value::None => &[],
            single => std::slice::from_ref(single),
        };
        for constant in several.iter().filter_map(Value::display) {
            let constant = super::examiner::excerpt(&constant, self.limits.excerpt_bytes);
            self.compare(Comparison {
                offset,
                relation: relation.clone(),
                constant: constant.to_owned(),
                subject: subject.to_owned(),
            });
        }
    }

    /// `'x' * 10000000`, `9 ** 99999`
    fn growth(&mut self, link: &Link, left: &Seen, right: &Seen) {
        let amount_of = |seen: &Seen| seen.integer().and_then(|n| u128::try_from(n).ok());
        match link.operator {
            "**" => {
                if let Some(amount) = amount_of(right) {
                    self.expansion(link.offset, ExpansionKind::Power, amount);
                }
            }
            "*" => {
                let (count, unit) = match (amount_of(left), amount_of(right)) {
                    (Some(count), None) => (count, right),
                    (None, Some(count)) => (count, left),
                    _ => return,
                };
                let unit = u128::try_from(unit.text().map_or(1, str::len)).unwrap_or(u128::MAX);
                let amount = count.saturating_mul(unit);
                if amount >= NOTABLE_AMOUNT {
                    self.expansion(link.offset, ExpansionKind::Repeat, amount);
                }
            }
            _ => {}
        }
    }

    pub(super) fn expansion(&mut self, offset: usize, kind: ExpansionKind, amount: u128) {
        if self.room(self.facts.expansions.len(), offset) {
            self.facts.expansions.push(Expansion {
                offset,
                kind,
                amount,
            });
        }
    }

    fn conditional(&mut self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Seen {
        let mut seen = Seen::new(Root::Expression, "", None);
        let mut all = Vec::new();
        for (value, condition) in branches {
            let comparisons = self.condition(condition);
            all.extend(comparisons.iter().cloned());
            let chosen = self.visit(value);
            merge_variables(&mut seen.variables, &chosen.variables);
            let condition_text = self.source(condition.offset, condition.end);
            self.inline_branch(value, Branch::Inline, condition_text, comparisons);
            seen.value = seen.value.or(chosen.value);
        }
        if let Some(otherwise) = otherwise {
            self.visit(otherwise);
            self.inline_branch(otherwise, Branch::Else, String::new(), all);
        }
        seen
    }

    /// Visits a condition; returns the comparisons in it, and leaves them recorded.
    pub(super) fn condition(&mut self, condition: &Expr) -> Vec<Comparison> {
        let before = std::mem::take(&mut self.comparisons);
        self.visit(condition);
        let found = self.comparisons.clone();
        let after = std::mem::replace(&mut self.comparisons, before);
        for comparison in after {
            self.compare(comparison);
        }
        found
    }

    fn inline_branch(
        &mut self,
        value: &Expr,
        branch: Branch,
        condition_text: String,
        comparisons: Vec<Comparison>,
    ) {
        let emitted = self.own_text(value);
        let open = OpenBranch {
            offset: value.offset,
            branch,
            condition_text,
            comparisons,
        };
        self.conditional_text(open, emitted, String::new());
    }
}

pub(super) fn merge_variables(into: &mut Vec<String>, from: &[String]) {
    for name in from {
        if into.len() < VARIABLES && !into.contains(name) {
            into.push(name.clone());
        }
    }
}

/// Whether `left operator right` can only be a number.
fn is_number(operator: &str, left: bool, right: bool) -> bool {
    match operator {
        "-" | "/" | "//" | "**" => true,
        "+" => left || right,
        "*" => left && right,
        "%" => left,
        _ => false,
    }
}
