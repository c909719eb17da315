use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// A JSON object in the making, into which nothing empty is put.
#[derive(Debug, Default)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// Puts a value, whatever it is.
    pub(crate) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Puts a value if there is one.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Puts a text unless it is missing or empty.
    pub(crate) fn text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.put(key, text);
        }
    }

    /// Puts a list unless it is empty.
    pub(crate) fn list(&mut self, key: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.put(key, values);
        }
    }

    /// Puts a list of texts unless it is empty.
    pub(crate) fn texts(&mut self, key: &str, texts: &[String]) {
        self.list(key, texts.iter().cloned().map(Value::from).collect());
    }

    /// Puts an object unless it is empty.
    pub(crate) fn object(&mut self, key: &str, object: Self) {
        if !object.0.is_empty() {
            self.put(key, object.0);
        }
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

/// The `properties` of CycloneDX: names and values in the order in which they are said.
#[derive(Debug, Default)]
pub(crate) struct Properties(Vec<Value>);

impl Properties {
    pub(crate) fn say(&mut self, name: &str, value: impl std::fmt::Display) {
        self.0
            .push(json!({"name": name, "value": value.to_string()}));
    }

    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.say(name, value);
        }
    }

    pub(crate) fn each(&mut self, name: &str, values: &[String]) {
        for value in values {
            self.say(name, value);
        }
    }

    pub(crate) fn into_list(self) -> Vec<Value> {
        self.0
    }
}

/// A JSON list whose elements are made one by one while it is written, so that a bill never
/// stands in memory as a tree.
pub(crate) struct Each<F>(pub(crate) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item = Value>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
