//! Expressions.

use ruff_python_ast::{
    Comprehension, Expr, ExprCall, ExprFString, ExprSubscript, FStringPart,
    InterpolatedStringElement, InterpolatedStringElements, Number, Operator,
};
use ruff_text_size::Ranged;

use super::state::Interpreter;
use super::{Made, Meaning};

/// Most elements over which a comprehension is worked out.
const ELEMENTS: usize = 16_384;

impl<'a> Interpreter<'a, '_> {
    pub(super) fn evaluate(&mut self, node: &'a Expr) -> usize {
        match node {
            Expr::StringLiteral(text) => {
                self.keep(Meaning::Text(text.value.to_str().to_owned(), Made::Written))
            }
            Expr::BytesLiteral(bytes) => {
                self.keep(Meaning::Bytes(bytes.value.bytes().collect(), Made::Written))
            }
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(int) => int
                    .as_i64()
                    .map_or(0, |number| self.keep(Meaning::Number(number))),
                _ => 0,
            },
            Expr::BooleanLiteral(truth) => self.keep(Meaning::Truth(truth.value)),
            Expr::NoneLiteral(_) => self.keep(Meaning::Nothing),
            Expr::Name(name) => self.lookup(&name.id),
            Expr::Attribute(attribute) => {
                let value = self.expression(&attribute.value);
                self.member(value, attribute.attr.as_str(), Made::Written)
            }
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::BinOp(_) => self.operators(node),
            _ => self.evaluate_more(node),
        }
    }

    fn evaluate_more(&mut self, node: &'a Expr) -> usize {
        match node {
            Expr::FString(text) => self.f_string(text),
            Expr::List(list) => self.sequence(&list.elts),
            Expr::Tuple(tuple) => self.sequence(&tuple.elts),
            Expr::Set(set) => self.sequence(&set.elts),
            Expr::Dict(dict) => {
                let mut pairs = Vec::new();
                for item in &dict.items {
                    let key = item.key.as_ref().map_or(0, |key| self.expression(key));
                    let value = self.expression(&item.value);
                    pairs.push((key, value));
                }
                self.keep(Meaning::Mapping(pairs))
            }
            Expr::Lambda(lambda) => self.lambda(lambda.parameters.as_deref(), &lambda.body),
            Expr::If(choice) => {
                self.expression(&choice.test);
                let left = self.expression(&choice.body);
                let right = self.expression(&choice.orelse);
                self.either(vec![left, right])
            }
            Expr::BoolOp(all) => {
                let values = all
                    .values
                    .iter()
                    .map(|value| self.expression(value))
                    .collect();
                self.either(values)
            }
            Expr::Named(named) => {
                let value = self.expression(&named.value);
                self.target(&named.target, value);
                value
            }
            Expr::Await(inner) => self.expression(&inner.value),
            Expr::YieldFrom(inner) => {
                let value = self.expression(&inner.value);
                self.returns(value);
                0
            }
            Expr::Yield(inner) => {
                if let Some(value) = &inner.value {
                    let value = self.expression(value);
                    self.returns(value);
                }
                0
            }
            Expr::Starred(inner) => {
                let value = self.expression(&inner.value);
                self.element(value)
            }
            _ => self.evaluate_rest(node),
        }
    }

    fn evaluate_rest(&mut self, node: &'a Expr) -> usize {
        match node {
            Expr::UnaryOp(unary) => {
                let value = self.expression(&unary.operand);
                match (unary.op, self.at(value)) {
                    (ruff_python_ast::UnaryOp::USub, Meaning::Number(number)) => {
                        let number = number.saturating_neg();
                        self.keep(Meaning::Number(number))
                    }
                    (ruff_python_ast::UnaryOp::Invert, Meaning::Number(number)) => {
                        let number = !*number;
                        self.keep(Meaning::Number(number))
                    }
                    _ => 0,
                }
            }
            Expr::Compare(compare) => {
                self.expression(&compare.left);
                for value in &compare.comparators {
                    self.expression(value);
                }
                0
            }
            Expr::ListComp(all) => self.comprehension(&[&all.elt], &all.generators),
            Expr::SetComp(all) => self.comprehension(&[&all.elt], &all.generators),
            Expr::Generator(all) => self.comprehension(&[&all.elt], &all.generators),
            Expr::DictComp(all) => match &all.key {
                Some(key) => self.comprehension(&[key, &all.value], &all.generators),
                None => self.comprehension(&[&all.value], &all.generators),
            },
            Expr::Slice(slice) => {
                for part in slice.lower.iter().chain(&slice.upper).chain(&slice.step) {
                    self.expression(part);
                }
                0
            }
            Expr::IpyEscapeCommand(_) => 0,
            _ => 0,
        }
    }

    fn sequence(&mut self, elements: &'a [Expr]) -> usize {
        let mut parts = Vec::with_capacity(elements.len());
        for element in elements {
            let value = match element {
                Expr::Starred(starred) => {
                    let inner = self.expression(&starred.value);
                    if let Meaning::Sequence(inner) = self.at(inner) {
                        let inner = inner.clone();
                        parts.extend(inner);
                        continue;
                    }
                    self.element(inner)
                }
                element => self.expression(element),
            };
            parts.push(value);
        }
        self.keep(Meaning::Sequence(parts))
    }

    fn call(&mut self, node: &'a ExprCall) -> usize {
        let callee = self.expression(&node.func);
        let mut arguments = Vec::new();
        for argument in &node.arguments.args {
            if let Expr::Starred(starred) = argument {
                let all = self.expression(&starred.value);
                match self.at(all).clone() {
                    Meaning::Sequence(parts) => {
                        arguments.extend(parts.into_iter().map(|part| (None, part)));
                    }
                    _ => arguments.push((None, all)),
                }
                continue;
            }
            arguments.push((None, self.expression(argument)));
        }
        for keyword in &node.arguments.keywords {
            let name = keyword.arg.as_ref().map_or("**", |name| name.as_str());
            let value = self.expression(&keyword.value);
            arguments.push((Some(name.to_owned()), value));
        }
        self.offset = node.start().to_usize();
        self.apply(callee, arguments)
    }

    fn subscript(&mut self, node: &'a ExprSubscript) -> usize {
        let value = self.expression(&node.value);
        if let Expr::Slice(slice) = &*node.slice {
            let mut bound = |part: &'a Option<Box<Expr>>| {
                let part = part.as_ref()?;
                let value = self.expression(part);
                match self.at(value) {
                    Meaning::Number(number) => Some(*number),
                    _ => None,
                }
            };
            let (lower, upper, step) =
                (bound(&slice.lower), bound(&slice.upper), bound(&slice.step));
            let unknown = [&slice.lower, &slice.upper, &slice.step]
                .iter()
                .filter(|part| {
                    part.as_ref()
                        .is_some_and(|part| !part.is_none_literal_expr())
                })
                .count();
            let known = [lower, upper, step].iter().flatten().count();
            return if unknown == known {
                self.slice(value, lower, upper, step)
            } else {
                self.element(value)
            };
        }
        let key = self.expression(&node.slice);
        self.item(value, key)
    }

    /// Chains of operators, left to right, however long.
    fn operators(&mut self, node: &'a Expr) -> usize {
        let mut chain: Vec<(Operator, &'a Expr)> = Vec::new();
        let mut first = node;
        while let Expr::BinOp(operation) = first {
            chain.push((operation.op, &operation.right));
            first = &operation.left;
        }
        let mut value = self.expression(first);
        let all_added = chain.iter().all(|(operator, _)| *operator == Operator::Add);
        if all_added && chain.len() > 2 {
            let mut parts = vec![value];
            for (_, right) in chain.iter().rev() {
                parts.push(self.expression(right));
            }
            return self.add_all(&parts);
        }
        for (operator, right) in chain.into_iter().rev() {
            let right = self.expression(right);
            value = self.combine(operator, value, right);
        }
        value
    }

    fn f_string(&mut self, node: &'a ExprFString) -> usize {
        let mut parts = Vec::new();
        for part in &node.value {
            match part {
                FStringPart::Literal(text) => {
                    parts.push(self.keep(Meaning::Text(text.value.to_string(), Made::Written)));
                }
                FStringPart::FString(text) => self.interpolated(&text.elements, &mut parts),
            }
        }
        self.add_all(&parts)
    }

    fn interpolated(&mut self, elements: &'a InterpolatedStringElements, parts: &mut Vec<usize>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    parts.push(self.keep(Meaning::Text(text.value.to_string(), Made::Written)));
                }
                InterpolatedStringElement::Interpolation(value) => {
                    let found = self.expression(&value.expression);
                    parts.push(self.shown(found));
                }
            }
        }
    }

    /// Works a comprehension out where its elements are constants.
    fn comprehension(&mut self, results: &[&'a Expr], generators: &'a [Comprehension]) -> usize {
        let outer = self.frame;
        self.frame = self.open_frame(Some(outer), false);
        let mut constants = None;
        for generator in generators {
            let over = self.expression(&generator.iter);
            constants = self.elements(over);
            let element = self.element(over);
            self.target(&generator.target, element);
            for condition in &generator.ifs {
                self.expression(condition);
            }
        }
        let plain = generators.len() == 1
            && results.len() == 1
            && generators.iter().all(|generator| generator.ifs.is_empty());
        if let (true, Some(constants), [result], [generator]) =
            (plain, constants, results, generators)
            && constants.len() <= ELEMENTS
        {
            let worked = self.each(result, &generator.target, &constants);
            if let Some(worked) = worked {
                self.frame = outer;
                return worked;
            }
        }
        let values: Vec<usize> = results
            .iter()
            .map(|result| self.expression(result))
            .collect();
        self.frame = outer;
        self.keep(Meaning::Joined(values))
    }

    fn each(&mut self, result: &'a Expr, target: &'a Expr, constants: &[usize]) -> Option<usize> {
        self.quiet = self.quiet.saturating_add(1);
        let mut worked = Vec::with_capacity(constants.len());
        for constant in constants {
            if let Some(frame) = self.frames.get_mut(self.frame) {
                frame.names.clear();
            }
            self.target(target, *constant);
            let value = self.expression(result);
            let constant = matches!(
                self.at(value),
                Meaning::Text(..) | Meaning::Bytes(..) | Meaning::Number(_)
            );
            if !constant {
                break;
            }
            worked.push(value);
        }
        self.quiet = self.quiet.saturating_sub(1);
        let whole = worked.len() == constants.len() && !worked.is_empty();
        whole.then(|| self.keep(Meaning::Sequence(worked)))
    }
}
