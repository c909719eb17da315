//! Operators over constants: texts, bytes, numbers, lists.

use ruff_python_ast::Operator;

use super::state::Interpreter;
use super::{Made, Meaning};

/// Longest text that is made of constants, in bytes.
const LONGEST: usize = 4 << 20;
/// Most elements of a list that is made of constants.
const MOST: usize = 65_536;

impl Interpreter<'_, '_> {
    /// The elements of something whose elements are known.
    pub(super) fn elements(&mut self, value: usize) -> Option<Vec<usize>> {
        match self.at(value).clone() {
            Meaning::Sequence(parts) => Some(parts),
            Meaning::Text(text, made) if text.len() <= MOST => Some(
                text.chars()
                    .map(|letter| self.text(letter.to_string(), made))
                    .collect(),
            ),
            Meaning::Bytes(bytes, _) if bytes.len() <= MOST => Some(
                bytes
                    .into_iter()
                    .map(|byte| self.keep(Meaning::Number(i64::from(byte))))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// What `{value}` in an f-string shows.
    pub(super) fn shown(&mut self, value: usize) -> usize {
        match self.at(value) {
            Meaning::Number(number) => {
                let text = number.to_string();
                self.text(text, Made::Written)
            }
            _ => value,
        }
    }

    /// Pieces put together; constants beside each other become one.
    pub(super) fn add_all(&mut self, parts: &[usize]) -> usize {
        let mut merged: Vec<usize> = Vec::new();
        let mut text = String::new();
        let mut made = Made::Written;
        let mut pieces = 0_usize;
        for part in parts {
            let found = match self.at(*part) {
                Meaning::Text(piece, how) if text.len().saturating_add(piece.len()) <= LONGEST => {
                    Some((piece.clone(), *how))
                }
                _ => None,
            };
            if let Some((piece, how)) = found {
                text.push_str(&piece);
                pieces = pieces.saturating_add(1);
                made = made.max(how);
                continue;
            }
            if pieces > 0 {
                merged.push(self.put_together(&mut text, &mut pieces, made));
            }
            merged.push(*part);
        }
        if pieces > 0 || merged.is_empty() {
            merged.push(self.put_together(&mut text, &mut pieces, made));
        }
        match merged.as_slice() {
            [one] => *one,
            [left, right] => self.add(*left, *right),
            _ => self.keep(Meaning::Joined(merged)),
        }
    }

    fn put_together(&mut self, text: &mut String, pieces: &mut usize, made: Made) -> usize {
        let made = if *pieces > 1 {
            made.max(Made::Joined)
        } else {
            made
        };
        *pieces = 0;
        self.text(std::mem::take(text), made)
    }

    fn add(&mut self, left: usize, right: usize) -> usize {
        let meaning = match (self.at(left), self.at(right)) {
            (Meaning::Text(one, a), Meaning::Text(two, b))
                if one.len().saturating_add(two.len()) <= LONGEST =>
            {
                let made = (*a).max(*b).max(Made::Joined);
                let text = format!("{one}{two}");
                return self.text(text, made);
            }
            (Meaning::Bytes(one, a), Meaning::Bytes(two, b))
                if one.len().saturating_add(two.len()) <= LONGEST =>
            {
                let made = (*a).max(*b).max(Made::Joined);
                let bytes = [one.as_slice(), two.as_slice()].concat();
                return self.bytes(bytes, made);
            }
            (Meaning::Number(one), Meaning::Number(two)) => {
                Meaning::Number(one.saturating_add(*two))
            }
            (Meaning::Sequence(one), Meaning::Sequence(two))
                if one.len().saturating_add(two.len()) <= MOST =>
            {
                Meaning::Sequence([one.as_slice(), two.as_slice()].concat())
            }
            _ => Meaning::Joined(vec![left, right]),
        };
        self.keep(meaning)
    }

    /// `left operator right`.
    pub(super) fn combine(&mut self, operator: Operator, left: usize, right: usize) -> usize {
        match operator {
            Operator::Add => self.add(left, right),
            Operator::Mult => self.repeated(left, right),
            // Numbers are rarely of interest: this is how `pathlib` joins paths.
            Operator::Div if left != 0 || right != 0 => {
                let between = self.keep(Meaning::Text("/".to_owned(), Made::Written));
                self.keep(Meaning::Joined(vec![left, between, right]))
            }
            Operator::Mod if matches!(self.at(left), Meaning::Text(..)) => {
                self.percent(left, right)
            }
            _ => {
                let numbers = match (self.at(left), self.at(right)) {
                    (Meaning::Number(left), Meaning::Number(right)) => {
                        arithmetic(operator, *left, *right)
                    }
                    _ => None,
                };
                match numbers {
                    Some(number) => self.keep(Meaning::Number(number)),
                    None if left == 0 && right == 0 => 0,
                    None => self.keep(Meaning::Joined(vec![left, right])),
                }
            }
        }
    }

    fn repeated(&mut self, left: usize, right: usize) -> usize {
        let meaning = match (self.at(left), self.at(right)) {
            (Meaning::Number(one), Meaning::Number(two)) => {
                Meaning::Number(one.saturating_mul(*two))
            }
            (Meaning::Text(text, made), Meaning::Number(times)) => {
                let times = usize::try_from(*times).unwrap_or(0);
                if text.len().saturating_mul(times) > MOST {
                    return 0;
                }
                let (text, made) = (text.repeat(times), (*made).max(Made::Joined));
                return self.text(text, made);
            }
            _ => return 0,
        };
        self.keep(meaning)
    }

    /// `"%s" % value`.
    fn percent(&mut self, left: usize, right: usize) -> usize {
        let values = match self.at(right).clone() {
            Meaning::Sequence(parts) => parts,
            _ => vec![right],
        };
        self.filled(left, "%s", &values)
    }

    /// A text in which each mark is replaced by the next value.
    pub(super) fn filled(&mut self, text: usize, mark: &str, values: &[usize]) -> usize {
        let Meaning::Text(pattern, made) = self.at(text).clone() else {
            return self.keep(Meaning::Joined(vec![text]));
        };
        let mut parts = Vec::new();
        let mut values = values.iter();
        for (index, piece) in pattern.split(mark).enumerate().take(MOST) {
            if index > 0 {
                let value = values.next().copied().unwrap_or(0);
                parts.push(self.shown(value));
            }
            if !piece.is_empty() {
                parts.push(self.text(piece.to_owned(), made));
            }
        }
        parts.extend(values.copied());
        self.add_all(&parts)
    }

    /// `value[lower:upper:step]`.
    pub(super) fn slice(
        &mut self,
        value: usize,
        lower: Option<i64>,
        upper: Option<i64>,
        step: Option<i64>,
    ) -> usize {
        let made = |before: Made| {
            if step.is_some_and(|step| step != 1) {
                Made::Decoded
            } else {
                before.max(Made::Joined)
            }
        };
        match self.at(value).clone() {
            Meaning::Text(text, before) => {
                let letters: Vec<char> = text.chars().collect();
                let cut: String = cut(&letters, lower, upper, step).into_iter().collect();
                self.text(cut, made(before))
            }
            Meaning::Bytes(bytes, before) => {
                let cut = cut(&bytes, lower, upper, step);
                self.bytes(cut, made(before))
            }
            Meaning::Sequence(parts) => {
                let cut = cut(&parts, lower, upper, step);
                self.keep(Meaning::Sequence(cut))
            }
            Meaning::Unknown => 0,
            // A part of something says as much of where it comes from as the whole.
            _ => self.keep(Meaning::Element(value)),
        }
    }
}

fn arithmetic(operator: Operator, left: i64, right: i64) -> Option<i64> {
    match operator {
        Operator::Sub => left.checked_sub(right),
        Operator::BitXor => Some(left ^ right),
        Operator::BitAnd => Some(left & right),
        Operator::BitOr => Some(left | right),
        Operator::FloorDiv => left.checked_div_euclid(right),
        Operator::Mod => left.checked_rem_euclid(right),
        Operator::LShift => u32::try_from(right)
            .ok()
            .filter(|by| *by < 32)
            .and_then(|by| left.checked_shl(by)),
        Operator::RShift => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_shr(by)),
        Operator::Pow => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_pow(by)),
        _ => None,
    }
}

/// A slice as Python cuts it.
fn cut<T: Clone>(all: &[T], lower: Option<i64>, upper: Option<i64>, step: Option<i64>) -> Vec<T> {
    let length = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1);
    let place = |bound: i64| {
        let bound = if bound < 0 {
            bound.saturating_add(length)
        } else {
            bound
        };
        usize::try_from(bound.clamp(0, length)).unwrap_or(0)
    };
    let stride = usize::try_from(step.unsigned_abs()).unwrap_or(1).max(1);
    if step > 0 {
        let (from, to) = (lower.map_or(0, place), upper.map_or(all.len(), place));
        let range = all.get(from..to.max(from)).unwrap_or_default();
        return range.iter().step_by(stride).cloned().collect();
    }
    // Backwards: from `lower` down to, but without, `upper`.
    let from = lower.map_or(all.len(), |lower| {
        place(lower).saturating_add(1).min(all.len())
    });
    let to = upper.map_or(0, |upper| place(upper).saturating_add(1));
    let range = all.get(to..from.max(to)).unwrap_or_default();
    range.iter().rev().step_by(stride).cloned().collect()
}
