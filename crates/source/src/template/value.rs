//! Constants, as far as they are followed.

/// A constant that an expression amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i128),
    Float(f64),
    Boolean(bool),
    None,
    /// A list or a tuple.
    Sequence(Vec<Value>),
    Mapping(Vec<(Value, Value)>),
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i128> {
        match self {
            Value::Integer(value) => Some(*value),
            Value::Boolean(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// How Python's `str` writes it; `None` for what is not worth imitating.
    pub(super) fn display(&self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.clone()),
            Value::Integer(value) => Some(value.to_string()),
            Value::Float(value) => Some(value.to_string()),
            Value::Boolean(true) => Some("True".to_owned()),
            Value::Boolean(false) => Some("False".to_owned()),
            Value::None => Some("None".to_owned()),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// Whether Jinja takes it for true.
    pub(super) fn truth(&self) -> bool {
        match self {
            Value::Text(text) => !text.is_empty(),
            Value::Integer(value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Boolean(value) => *value,
            Value::None => false,
            Value::Sequence(items) => !items.is_empty(),
            Value::Mapping(items) => !items.is_empty(),
        }
    }

    /// What iterating over it gives: characters, items, keys.
    pub(super) fn items(&self) -> Option<Vec<Value>> {
        match self {
            Value::Text(text) => Some(text.chars().map(|c| Value::Text(c.into())).collect()),
            Value::Sequence(items) => Some(items.clone()),
            Value::Mapping(items) => Some(items.iter().map(|(key, _)| key.clone()).collect()),
            _ => None,
        }
    }

    /// The value under a key of a mapping.
    pub(super) fn lookup(&self, key: &Value) -> Option<&Value> {
        let Value::Mapping(items) = self else {
            return None;
        };
        items
            .iter()
            .find(|(this, _)| this == key)
            .map(|(_, value)| value)
    }

    /// Roughly the bytes it takes; a measure of work.
    pub(super) fn weight(&self) -> usize {
        const NODE: usize = 32;
        let inner = match self {
            Value::Text(text) => text.len(),
            Value::Sequence(items) => sum(items.iter().map(Value::weight)),
            Value::Mapping(items) => sum(items
                .iter()
                .map(|(key, value)| key.weight().saturating_add(value.weight()))),
            _ => 0,
        };
        inner.saturating_add(NODE)
    }
}

fn sum(weights: impl Iterator<Item = usize>) -> usize {
    weights.fold(0, usize::saturating_add)
}

/// A Python index into `length` items.
pub(super) fn position(index: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    let from_start = if index < 0 {
        index.checked_add(length)?
    } else {
        index
    };
    usize::try_from(from_start)
        .ok()
        .filter(|_| from_start < length)
}

/// The positions that `[start:stop:step]` selects out of `length` items.
pub(super) fn slice(
    length: usize,
    start: Option<i128>,
    stop: Option<i128>,
    step: Option<i128>,
) -> Option<Vec<usize>> {
    let count = i128::try_from(length).ok()?;
    let step = step.unwrap_or(1);
    let (low, high) = if step < 0 {
        (-1, count.saturating_sub(1))
    } else {
        (0, count)
    };
    let clamp = |bound: i128| {
        let bound = if bound < 0 {
            bound.saturating_add(count)
        } else {
            bound
        };
        bound.clamp(low, high)
    };
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let mut at = start.map_or(first, clamp);
    let stop = stop.map_or(last, clamp);
    let mut positions = Vec::new();
    while step != 0 && if step > 0 { at < stop } else { at > stop } {
        positions.push(usize::try_from(at).ok()?);
        at = at.saturating_add(step);
    }
    Some(positions)
}
