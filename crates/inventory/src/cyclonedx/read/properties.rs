use serde_json::Value;

use crate::bill::taking::Taking;

/// Names and values of `properties`, in their order.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<(String, String)>);

impl Said {
    /// Takes the properties of an object; what is more than name and value stays.
    pub(super) fn take(object: &mut Taking) -> Self {
        let mut said = Vec::new();
        let mut rests = Vec::new();
        for mut property in object.objects("properties") {
            let name = property.text("name").unwrap_or_default();
            let value = match property.0.swap_remove("value") {
                Some(Value::String(value)) => value,
                _ => String::new(),
            };
            said.push((name, value));
            rests.push(property);
        }
        object.rests("properties", rests);
        Self(said)
    }

    /// The first value of a name, taken out.
    pub(super) fn one(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// All values of a name, taken out.
    pub(super) fn all(&mut self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        self.0.retain_mut(|(known, value)| {
            let other = known != name;
            if !other {
                values.push(std::mem::take(value));
            }
            other
        });
        values
    }

    /// All that start with a prefix, without it, taken out.
    pub(super) fn below(&mut self, prefix: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.0
            .retain_mut(|(name, value)| match name.strip_prefix(prefix) {
                Some(rest) => {
                    found.push((rest.to_owned(), std::mem::take(value)));
                    false
                }
                None => true,
            });
        found
    }

    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        self.one(name)?.parse().ok()
    }

    pub(super) fn number(&mut self, name: &str) -> Option<u64> {
        self.one(name)?.parse().ok()
    }

    pub(super) fn rest(self) -> Vec<(String, String)> {
        self.0
    }
}

/// A value out of the words that its type is written with in JSON.
pub(super) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}
