//! A JSON object read by taking its members out: what is left was not understood.

use serde_json::{Map, Value};
use waybill_domain::bill::Unmapped;

use super::json::push_step;

/// An object of which members are taken.
#[derive(Debug, Default)]
pub(crate) struct Taking(pub(crate) Map<String, Value>);

impl Taking {
    pub(crate) fn of(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            _ => Self::default(),
        }
    }

    /// A text; empty ones are none. What is no text stays.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        if !matches!(self.0.get(key), Some(Value::String(_))) {
            return None;
        }
        match self.0.swap_remove(key) {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A text or a number, as text.
    pub(crate) fn scalar(&mut self, key: &str) -> Option<String> {
        match self.0.get(key) {
            Some(Value::Number(number)) => {
                let text = number.to_string();
                self.0.swap_remove(key);
                Some(text)
            }
            _ => self.text(key),
        }
    }

    pub(crate) fn truth(&mut self, key: &str) -> Option<bool> {
        let truth = self.0.get(key)?.as_bool()?;
        self.0.swap_remove(key);
        Some(truth)
    }

    pub(crate) fn whole(&mut self, key: &str) -> Option<u64> {
        let number = self.0.get(key)?.as_u64()?;
        self.0.swap_remove(key);
        Some(number)
    }

    /// A list; none if there is none.
    pub(crate) fn list(&mut self, key: &str) -> Vec<Value> {
        if !matches!(self.0.get(key), Some(Value::Array(_))) {
            return Vec::new();
        }
        match self.0.swap_remove(key) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// A list of texts; what is no text in it stays.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut other = Vec::new();
        for item in self.list(key) {
            match item {
                Value::String(text) => texts.push(text),
                item => other.push(item),
            }
        }
        self.back(key, other);
        texts
    }

    /// A list of objects.
    pub(crate) fn objects(&mut self, key: &str) -> Vec<Self> {
        self.list(key).into_iter().map(Self::of).collect()
    }

    pub(crate) fn object(&mut self, key: &str) -> Option<Self> {
        if !matches!(self.0.get(key), Some(Value::Object(_))) {
            return None;
        }
        self.0.swap_remove(key).map(Self::of)
    }

    pub(crate) fn drop(&mut self, key: &str) {
        self.0.swap_remove(key);
    }

    /// Puts back what was not understood.
    pub(crate) fn rest(&mut self, key: &str, rest: Self) {
        if !rest.0.is_empty() {
            self.0.insert(key.to_owned(), Value::Object(rest.0));
        }
    }

    /// Puts back the items of a list that were not understood.
    pub(crate) fn rests(&mut self, key: &str, rests: Vec<Self>) {
        self.back(
            key,
            rests
                .into_iter()
                .filter(|rest| !rest.0.is_empty())
                .map(|rest| Value::Object(rest.0))
                .collect(),
        );
    }

    fn back(&mut self, key: &str, items: Vec<Value>) {
        if !items.is_empty() {
            self.0.insert(key.to_owned(), Value::Array(items));
        }
    }

    /// Lists what is left under a pattern.
    pub(crate) fn left(&self, pattern: &str, unmapped: &mut Unmapped) {
        if self.0.is_empty() {
            return;
        }
        let mut pattern = pattern.to_owned();
        for (key, value) in &self.0 {
            left(key, value, &mut pattern, unmapped);
        }
    }
}

fn left(key: &str, value: &Value, pattern: &mut String, unmapped: &mut Unmapped) {
    let length = pattern.len();
    push_step(pattern, key);
    inside(value, pattern, unmapped);
    pattern.truncate(length);
}

/// Recursion ends with the depth that the document was allowed when it was parsed.
fn inside(value: &Value, pattern: &mut String, unmapped: &mut Unmapped) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                left(key, value, pattern, unmapped);
            }
        }
        Value::Array(items) => {
            let length = pattern.len();
            pattern.push_str("/*");
            for item in items {
                inside(item, pattern, unmapped);
            }
            pattern.truncate(length);
        }
        _ => match unmapped.get_mut(pattern.as_str()) {
            Some(count) => *count = count.saturating_add(1),
            None => {
                unmapped.insert(pattern.clone(), 1);
            }
        },
    }
}
