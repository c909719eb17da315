use std::rc::Rc;

use thiserror::Error;
use waybill_domain::facts::{Facts, Sequence, Value};

use super::node::{Arithmetic, Comparison, Each, Node, Part, Quantifier};

/// Variables that can be in sight at once: the facts, the subject, and those of nested steps.
pub(super) const SLOTS: usize = 8;
/// Nodes that one judgement of one expression may visit. Lists are as long as the facts are, so
/// that a step within a step could take long; the types see to it that it ends.
const MOST_STEPS: u32 = 1_000_000;

/// Why an expression has no value for these facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// A whole number of more than 64 bits.
    #[error("a number is too large")]
    TooLarge,
    /// Division by zero.
    #[error("a division by zero")]
    DivisionByZero,
    /// Steps within steps over long lists.
    #[error("it takes more than {MOST_STEPS} steps")]
    TooLong,
    /// Facts of another kind than the expression was made for; cannot happen through this crate.
    #[error("the facts are of another kind")]
    OtherFacts,
}

/// A value while an expression is judged.
#[derive(Clone)]
pub(super) enum Item<'a> {
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(&'a str),
    Texts(&'a [String]),
    Numbers(&'a [f64]),
    One(&'a dyn Facts),
    Many(&'a dyn Sequence),
    ChosenTexts(Rc<Vec<&'a str>>),
    Chosen(Rc<Vec<&'a dyn Facts>>),
}

impl<'a> From<Value<'a>> for Item<'a> {
    fn from(value: Value<'a>) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(value),
            Value::Int(value) => Self::Int(value),
            Value::Number(value) => Self::Number(value),
            Value::Text(value) => Self::Text(value),
            Value::Texts(value) => Self::Texts(value),
            Value::One(value) => Self::One(value),
            Value::Many(value) => Self::Many(value),
        }
    }
}

impl<'a> Item<'a> {
    fn count(&self) -> Result<usize, Failure> {
        Ok(match self {
            Self::Text(text) => text.chars().count(),
            Self::Texts(texts) => texts.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Many(many) => many.count(),
            Self::ChosenTexts(texts) => texts.len(),
            Self::Chosen(chosen) => chosen.len(),
            _ => return Err(Failure::OtherFacts),
        })
    }

    fn at(&self, index: usize) -> Option<Item<'a>> {
        match self {
            Self::Texts(texts) => texts.get(index).map(|text| Self::Text(text)),
            Self::Numbers(numbers) => numbers.get(index).copied().map(Self::Number),
            Self::Many(many) => many.at(index).map(Self::One),
            Self::ChosenTexts(texts) => texts.get(index).copied().map(Self::Text),
            Self::Chosen(chosen) => chosen.get(index).copied().map(Self::One),
            _ => None,
        }
    }
}

type Outcome<'a> = Result<Item<'a>, Failure>;

/// Judges expressions over one set of facts.
pub(super) struct Machine<'a> {
    slots: [Option<Item<'a>>; SLOTS],
    steps: u32,
}

impl<'a> Machine<'a> {
    pub(super) fn new(facts: &'a dyn Facts, subject: Option<&'a dyn Facts>) -> Self {
        let mut slots = [const { None }; SLOTS];
        slots[0] = Some(Item::One(facts));
        slots[1] = subject.map(Item::One);
        Self { slots, steps: 0 }
    }

    pub(super) fn bool(&mut self, node: &'a Node) -> Result<bool, Failure> {
        match self.item(node)? {
            Item::Bool(value) => Ok(value),
            _ => Err(Failure::OtherFacts),
        }
    }

    fn text(&mut self, node: &'a Node) -> Result<&'a str, Failure> {
        match self.item(node)? {
            Item::Text(value) => Ok(value),
            _ => Err(Failure::OtherFacts),
        }
    }

    pub(super) fn item(&mut self, node: &'a Node) -> Outcome<'a> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Failure::TooLong);
        }
        Ok(match node {
            Node::Bool(value) => Item::Bool(*value),
            Node::Int(value) => Item::Int(*value),
            Node::Number(value) => Item::Number(*value),
            Node::Text(value) => Item::Text(value),
            Node::Texts(value) => Item::Texts(value),
            Node::Numbers(value) => Item::Numbers(value),
            Node::Slot(slot) => self
                .slots
                .get(usize::from(*slot))
                .cloned()
                .flatten()
                .ok_or(Failure::OtherFacts)?,
            Node::Field(of, index) => match self.item(of)? {
                Item::One(facts) => facts
                    .field(usize::from(*index))
                    .map(Item::from)
                    .ok_or(Failure::OtherFacts)?,
                _ => return Err(Failure::OtherFacts),
            },
            Node::Not(of) => Item::Bool(!self.bool(of)?),
            Node::And(all) => Item::Bool(self.junction(all, false)?),
            Node::Or(any) => Item::Bool(self.junction(any, true)?),
            Node::If(parts) => {
                let [condition, yes, no] = parts.as_ref();
                return match self.bool(condition)? {
                    true => self.item(yes),
                    false => self.item(no),
                };
            }
            Node::Compare(how, sides) => Item::Bool(self.compare(*how, sides)?),
            Node::Calculate(how, sides) => self.calculate(*how, sides)?,
            Node::Negate(of) => match self.item(of)? {
                Item::Int(value) => Item::Int(value.checked_neg().ok_or(Failure::TooLarge)?),
                Item::Number(value) => Item::Number(-value),
                _ => return Err(Failure::OtherFacts),
            },
            Node::In(sides) => Item::Bool(self.contained(sides)?),
            Node::Size(of) => {
                let count = self.item(of)?.count()?;
                Item::Int(i64::try_from(count).map_err(|_| Failure::TooLarge)?)
            }
            Node::Has(part, sides) => Item::Bool(self.has(*part, sides)?),
            Node::Matches(of, pattern) => Item::Bool(pattern.is_match(self.text(of)?)),
            Node::Quantified(quantifier, each) => Item::Bool(self.quantified(*quantifier, each)?),
            Node::Filter(each) => self.filter(each)?,
            Node::Map(each) => self.map(each)?,
        })
    }

    /// `&&` and `||` of CEL: one side that settles it settles it, even if the other has no value.
    fn junction(&mut self, nodes: &'a [Node], settles: bool) -> Result<bool, Failure> {
        let mut failed = None;
        for node in nodes {
            match self.bool(node) {
                Ok(value) if value == settles => return Ok(settles),
                Ok(_) => {}
                Err(Failure::TooLong) => return Err(Failure::TooLong),
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        failed.map_or(Ok(!settles), Err)
    }

    fn compare(&mut self, how: Comparison, sides: &'a [Node; 2]) -> Result<bool, Failure> {
        let [left, right] = sides;
        let order = match (self.item(left)?, self.item(right)?) {
            (Item::Text(left), Item::Text(right)) => Some(left.cmp(right)),
            (Item::Bool(left), Item::Bool(right)) => Some(left.cmp(&right)),
            (Item::Int(left), Item::Int(right)) => Some(left.cmp(&right)),
            (left, right) => number(&left)?.partial_cmp(&number(&right)?),
        };
        use std::cmp::Ordering::{Equal, Greater, Less};
        Ok(match how {
            Comparison::Equal => order == Some(Equal),
            Comparison::Unequal => order != Some(Equal),
            Comparison::Less => order == Some(Less),
            Comparison::LessOrEqual => matches!(order, Some(Less | Equal)),
            Comparison::Greater => order == Some(Greater),
            Comparison::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        })
    }

    fn calculate(&mut self, how: Arithmetic, sides: &'a [Node; 2]) -> Outcome<'a> {
        let [left, right] = sides;
        match (self.item(left)?, self.item(right)?) {
            (Item::Int(left), Item::Int(right)) => whole(how, left, right).map(Item::Int),
            (left, right) => {
                let (left, right) = (number(&left)?, number(&right)?);
                Ok(Item::Number(match how {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide => left / right,
                    Arithmetic::Remainder => return Err(Failure::OtherFacts),
                }))
            }
        }
    }

    fn contained(&mut self, sides: &'a [Node; 2]) -> Result<bool, Failure> {
        let [element, list] = sides;
        let element = self.item(element)?;
        let list = self.item(list)?;
        Ok(match (&element, &list) {
            (Item::Text(text), Item::Texts(texts)) => texts.iter().any(|other| other == text),
            (Item::Text(text), Item::ChosenTexts(texts)) => texts.contains(text),
            // Nothing is left of a list, so that it no longer shows what it was a list of.
            (_, Item::Chosen(none)) if none.is_empty() => false,
            (element, Item::Numbers(numbers)) => {
                let element = number(element)?;
                numbers.contains(&element)
            }
            _ => return Err(Failure::OtherFacts),
        })
    }

    fn has(&mut self, part: Part, sides: &'a [Node; 2]) -> Result<bool, Failure> {
        let [whole, wanted] = sides;
        let whole = self.text(whole)?;
        let wanted = self.text(wanted)?;
        Ok(match part {
            Part::Start => whole.starts_with(wanted),
            Part::End => whole.ends_with(wanted),
            Part::Anywhere => whole.contains(wanted),
        })
    }

    /// Calls back with what the body says of each element, until told to stop.
    fn each(
        &mut self,
        each: &'a Each,
        mut visit: impl FnMut(&Item<'a>, Outcome<'a>) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let list = self.item(&each.list)?;
        for index in 0..list.count()? {
            let Some(element) = list.at(index) else { break };
            if let Some(slot) = self.slots.get_mut(usize::from(each.slot)) {
                *slot = Some(element.clone());
            }
            let outcome = self.item(&each.body);
            if let Err(Failure::TooLong) = outcome {
                return Err(Failure::TooLong);
            }
            if !visit(&element, outcome)? {
                break;
            }
        }
        Ok(())
    }

    fn quantified(&mut self, quantifier: Quantifier, each: &'a Each) -> Result<bool, Failure> {
        let truth = |outcome: Outcome<'a>| match outcome? {
            Item::Bool(value) => Ok(value),
            _ => Err(Failure::OtherFacts),
        };
        if quantifier == Quantifier::ExactlyOne {
            let mut count = 0_u64;
            self.each(each, |_, outcome| {
                count += u64::from(truth(outcome)?);
                Ok(true)
            })?;
            return Ok(count == 1);
        }
        let settles = quantifier == Quantifier::Any;
        let mut settled = false;
        let mut failed = None;
        self.each(each, |_, outcome| {
            match truth(outcome) {
                Ok(value) => settled = value == settles,
                Err(failure) => failed = failed.or(Some(failure)),
            }
            Ok(!settled)
        })?;
        match (settled, failed) {
            (true, _) => Ok(settles),
            (false, Some(failure)) => Err(failure),
            (false, None) => Ok(!settles),
        }
    }

    fn filter(&mut self, each: &'a Each) -> Outcome<'a> {
        let mut texts = Vec::new();
        let mut records = Vec::new();
        self.each(each, |element, outcome| {
            match (outcome?, element) {
                (Item::Bool(true), Item::Text(text)) => texts.push(*text),
                (Item::Bool(true), Item::One(facts)) => records.push(*facts),
                (Item::Bool(false), _) => {}
                _ => return Err(Failure::OtherFacts),
            }
            Ok(true)
        })?;
        Ok(match texts.is_empty() {
            true => Item::Chosen(Rc::new(records)),
            false => Item::ChosenTexts(Rc::new(texts)),
        })
    }

    fn map(&mut self, each: &'a Each) -> Outcome<'a> {
        let mut texts = Vec::new();
        self.each(each, |_, outcome| {
            match outcome? {
                Item::Text(text) => texts.push(text),
                _ => return Err(Failure::OtherFacts),
            }
            Ok(true)
        })?;
        Ok(Item::ChosenTexts(Rc::new(texts)))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a whole number beside one with a fraction is compared as such"
)]
fn number(item: &Item<'_>) -> Result<f64, Failure> {
    match item {
        Item::Int(value) => Ok(*value as f64),
        Item::Number(value) => Ok(*value),
        _ => Err(Failure::OtherFacts),
    }
}

fn whole(how: Arithmetic, left: i64, right: i64) -> Result<i64, Failure> {
    let value = match how {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide | Arithmetic::Remainder if right == 0 => {
            return Err(Failure::DivisionByZero);
        }
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => left.checked_rem(right),
    };
    value.ok_or(Failure::TooLarge)
}
