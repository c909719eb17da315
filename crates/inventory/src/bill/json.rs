//! JSON into a [`Value`], keys that occur twice noticed.

use std::fmt::{self, Write as _};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value, map::Entry};

/// A JSON text and the places of keys that occur twice in one object; the last value is kept.
pub(crate) struct Parsed {
    pub(crate) value: Value,
    /// JSON pointers.
    pub(crate) duplicates: Vec<String>,
}

/// Most duplicates that are kept of one text.
const MOST_DUPLICATES: usize = 100;

pub(crate) fn parse(text: &[u8]) -> Result<Parsed, serde_json::Error> {
    let mut found = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Noting(&mut found).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(Parsed {
        value,
        duplicates: found
            .into_iter()
            .map(|steps| {
                let mut pointer = String::new();
                for step in steps.iter().rev() {
                    push_step(&mut pointer, step);
                }
                pointer
            })
            .collect(),
    })
}

/// True if a text is well-formed JSON; else says why not.
pub(crate) fn judge(text: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<IgnoredAny>(text).map(drop)
}

/// Appends an index to a JSON pointer.
pub(crate) fn push_index(pointer: &mut String, index: usize) {
    // Writing to a text does not fail.
    let _ = write!(pointer, "/{index}");
}

/// Appends a step to a JSON pointer, escaped as RFC 6901 section 3 asks.
pub(crate) fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    if !step.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(step);
        return;
    }
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Pointers are built from the inside out, so that nothing is kept for objects without fault.
struct Noting<'f>(&'f mut Vec<Vec<String>>);

impl<'de> DeserializeSeed<'de> for Noting<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Noting<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let before = self.0.len();
            let Some(item) = access.next_element_seed(Noting(self.0))? else {
                break;
            };
            for steps in self.0.iter_mut().skip(before) {
                steps.push(items.len().to_string());
            }
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let before = self.0.len();
            let value = access.next_value_seed(Noting(self.0))?;
            for steps in self.0.iter_mut().skip(before) {
                steps.push(key.clone());
            }
            match members.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(mut entry) => {
                    if self.0.len() < MOST_DUPLICATES {
                        self.0.push(vec![entry.key().clone()]);
                    }
                    entry.insert(value);
                }
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_occur_twice_are_pointed_at() {
        let parsed =
            parse(br#"{"a":[{"x/y":1,"x/y":2},{"b":{"c":1,"c":2,"d":null}}],"e":1.5}"#).unwrap();
        assert_eq!(parsed.duplicates, ["/a/0/x~1y", "/a/1/b/c"]);
        assert_eq!(
            parsed.value,
            serde_json::json!({"a":[{"x/y":2},{"b":{"c":2,"d":null}}],"e":1.5})
        );
    }

    #[test]
    fn what_follows_the_value_is_refused() {
        assert!(parse(b"{} {}").is_err());
        assert!(parse(b"{\"a\":1,}").is_err());
    }
}
