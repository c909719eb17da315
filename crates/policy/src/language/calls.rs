//! Operators and functions.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, operators};
use regex::RegexBuilder;

use super::lower::{Lowered, Lowering, Wrong};
use super::node::{Arithmetic, Comparison, Node, Part, Type};

/// Memory that a pattern may take once it is compiled.
const LARGEST_PATTERN_BYTES: usize = 1 << 20;

impl Lowering<'_> {
    pub(super) fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Lowered {
        let arguments = call.target.as_deref().into_iter().chain(&call.args);
        let arguments: Vec<&IdedExpr> = arguments.collect();
        let name = call.func_name.as_str();
        match (name, arguments.as_slice(), call.target.is_some()) {
            (operators::LOGICAL_AND, _, false) => {
                let nodes = self.junction(name, expr)?;
                Ok((Node::And(nodes.into()), Type::Bool))
            }
            (operators::LOGICAL_OR, _, false) => {
                let nodes = self.junction(name, expr)?;
                Ok((Node::Or(nodes.into()), Type::Bool))
            }
            (operators::LOGICAL_NOT, [of], false) => {
                Ok((Node::Not(Box::new(self.bool(of)?)), Type::Bool))
            }
            (operators::CONDITIONAL, [condition, yes, no], false) => {
                self.conditional(condition, yes, no)
            }
            (operators::NEGATE, [of], false) => match self.lower(of)? {
                (node, of @ (Type::Int | Type::Number)) => Ok((Node::Negate(Box::new(node)), of)),
                (_, other) => self.wrong(expr, format!("`-` stands before {other}")),
            },
            (operators::IN, [element, list], false) => self.membership(expr, element, list),
            ("size", [of], _) => match self.lower(of)? {
                (
                    node,
                    Type::Text | Type::Word(_) | Type::Texts | Type::Numbers | Type::Many(_),
                ) => Ok((Node::Size(Box::new(node)), Type::Int)),
                (_, other) => self.wrong(of, format!("{other} has no size")),
            },
            ("startsWith", [whole, part], true) => self.has(Part::Start, whole, part),
            ("endsWith", [whole, part], true) => self.has(Part::End, whole, part),
            ("contains", [whole, part], true) => self.has(Part::Anywhere, whole, part),
            ("matches", [of, pattern], true) => self.matches(of, pattern),
            (_, [left, right], false) => self.binary(expr, name, left, right),
            _ => self.unknown(expr, name),
        }
    }

    fn unknown(&self, expr: &IdedExpr, name: &str) -> Lowered {
        let shown = name.trim_matches(|letter| "_@".contains(letter));
        self.wrong(
            expr,
            format!(
                "`{shown}` is not part of a policy's expressions; there are && || ! ?: == != < <= > >= \
                 + - * / % in, size, startsWith, endsWith, contains, matches, all, exists, \
                 exists_one, filter, map"
            ),
        )
    }

    fn binary(
        &mut self,
        expr: &IdedExpr,
        name: &str,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Lowered {
        let comparison = match name {
            operators::EQUALS => Some(Comparison::Equal),
            operators::NOT_EQUALS => Some(Comparison::Unequal),
            operators::LESS => Some(Comparison::Less),
            operators::LESS_EQUALS => Some(Comparison::LessOrEqual),
            operators::GREATER => Some(Comparison::Greater),
            operators::GREATER_EQUALS => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if let Some(comparison) = comparison {
            return self.compare(expr, comparison, left, right);
        }
        let arithmetic = match name {
            operators::ADD => Arithmetic::Add,
            operators::SUBSTRACT => Arithmetic::Subtract,
            operators::MULTIPLY => Arithmetic::Multiply,
            operators::DIVIDE => Arithmetic::Divide,
            operators::MODULO => Arithmetic::Remainder,
            _ => return self.unknown(expr, name),
        };
        let (left, left_type) = self.lower(left)?;
        let (right, right_type) = self.lower(right)?;
        let of = match (left_type, right_type) {
            (Type::Int, Type::Int) => Type::Int,
            (Type::Number, Type::Number) if arithmetic != Arithmetic::Remainder => Type::Number,
            _ => {
                let reason = format!("{left_type} and {right_type} cannot be calculated with");
                return self.wrong(expr, reason);
            }
        };
        Ok((Node::Calculate(arithmetic, Box::new([left, right])), of))
    }

    fn compare(
        &mut self,
        expr: &IdedExpr,
        how: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Lowered {
        let (left_node, left_type) = self.lower(left)?;
        let (right_node, right_type) = self.lower(right)?;
        let equality = matches!(how, Comparison::Equal | Comparison::Unequal);
        match (left_type, right_type) {
            (Type::Bool, Type::Bool) if equality => {}
            (Type::Int | Type::Number, Type::Int | Type::Number) | (Type::Text, Type::Text) => {}
            (Type::Word(words), Type::Text) if equality => {
                self.among(right, &right_node, words)?;
            }
            (Type::Text, Type::Word(words)) if equality => self.among(left, &left_node, words)?,
            (Type::Word(left), Type::Word(right)) if equality && left == right => {}
            (Type::Word(_), Type::Text | Type::Word(_)) | (Type::Text, Type::Word(_)) => {
                return self.wrong(
                    expr,
                    "words have no order: list those that are meant, with `in`",
                );
            }
            _ => {
                let reason = format!("{left_type} is compared with {right_type}");
                return self.wrong(expr, reason);
            }
        }
        Ok((
            Node::Compare(how, Box::new([left_node, right_node])),
            Type::Bool,
        ))
    }

    /// A word that a field can never have is a slip of the pen.
    fn among(&self, at: &IdedExpr, node: &Node, words: &[&str]) -> Result<(), Wrong> {
        let written: &[String] = match node {
            Node::Texts(texts) => texts,
            Node::Text(text) => &[text.to_string()],
            _ => &[],
        };
        match written.iter().find(|text| !words.contains(&text.as_str())) {
            None => Ok(()),
            Some(text) => self.wrong(
                at,
                format!(
                    "it is never {text:?}; it is one of \"{}\"",
                    words.join("\", \"")
                ),
            ),
        }
    }

    fn membership(&mut self, expr: &IdedExpr, element: &IdedExpr, list: &IdedExpr) -> Lowered {
        let (element, element_type) = self.lower(element)?;
        let (list_node, list_type) = self.lower(list)?;
        match (element_type, list_type) {
            (Type::Text, Type::Texts) | (Type::Int | Type::Number, Type::Numbers) => {}
            (Type::Word(words), Type::Texts) => self.among(list, &list_node, words)?,
            _ => {
                let reason = format!("{element_type} cannot be in {list_type}");
                return self.wrong(expr, reason);
            }
        }
        Ok((Node::In(Box::new([element, list_node])), Type::Bool))
    }

    fn conditional(&mut self, condition: &IdedExpr, yes: &IdedExpr, no: &IdedExpr) -> Lowered {
        let condition = self.bool(condition)?;
        let (yes, yes_type) = self.lower(yes)?;
        let (no_node, no_type) = self.lower(no)?;
        let of = match (yes_type, no_type) {
            (Type::Bool, Type::Bool) => Type::Bool,
            (Type::Int, Type::Int) => Type::Int,
            (Type::Number, Type::Number) => Type::Number,
            (Type::Text | Type::Word(_), Type::Text | Type::Word(_)) => Type::Text,
            (Type::Texts, Type::Texts) => Type::Texts,
            _ => {
                let reason = format!("`?:` yields {yes_type} or {no_type}");
                return self.wrong(no, reason);
            }
        };
        Ok((Node::If(Box::new([condition, yes, no_node])), of))
    }

    fn has(&mut self, part: Part, whole: &IdedExpr, wanted: &IdedExpr) -> Lowered {
        let whole = self.text(whole)?;
        let wanted = self.text(wanted)?;
        Ok((Node::Has(part, Box::new([whole, wanted])), Type::Bool))
    }

    fn matches(&mut self, of: &IdedExpr, pattern: &IdedExpr) -> Lowered {
        let of = self.text(of)?;
        let Node::Text(text) = self.lower(pattern)?.0 else {
            return self.wrong(
                pattern,
                "the pattern of `matches` has to stand there as a string",
            );
        };
        match RegexBuilder::new(&text)
            .size_limit(LARGEST_PATTERN_BYTES)
            .build()
        {
            Ok(regex) => Ok((Node::Matches(Box::new(of), Box::new(regex)), Type::Bool)),
            Err(error) => {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or_default();
                self.wrong(pattern, format!("the pattern cannot be used: {reason}"))
            }
        }
    }

    fn bool(&mut self, expr: &IdedExpr) -> Result<Node, Wrong> {
        match self.lower(expr)? {
            (node, Type::Bool) => Ok(node),
            (_, other) => self.wrong(expr, format!("this has to be a bool, and is {other}")),
        }
    }

    fn text(&mut self, expr: &IdedExpr) -> Result<Node, Wrong> {
        match self.lower(expr)? {
            (node, Type::Text | Type::Word(_)) => Ok(node),
            (_, other) => self.wrong(expr, format!("this has to be a string, and is {other}")),
        }
    }

    /// `a && b && c` is one node, however the tree leans.
    fn junction(&mut self, name: &str, expr: &IdedExpr) -> Result<Vec<Node>, Wrong> {
        let mut operands = Vec::new();
        flatten(name, expr, &mut operands);
        operands
            .into_iter()
            .map(|operand| self.bool(operand))
            .collect()
    }
}

fn flatten<'e>(name: &str, expr: &'e IdedExpr, operands: &mut Vec<&'e IdedExpr>) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match &expr.expr {
            cel::common::ast::Expr::Call(call)
                if call.func_name == name && call.target.is_none() =>
            {
                waiting.extend(call.args.iter().rev());
            }
            _ => operands.push(expr),
        }
    }
}
