//! Lists of which nobody makes long ones: a file of many megabytes must not become a list of many millions.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// The most elements.
const MOST: usize = 64;

/// Reads a list of few elements; nothing where `null` stands.
pub(crate) fn few<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Few(PhantomData))
}

struct Few<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of at most {MOST} elements")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            if list.len() >= MOST {
                return Err(Error::invalid_length(list.len(), &self));
            }
            list.push(element);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    #[derive(serde::Deserialize)]
    struct Holder {
        #[serde(default, deserialize_with = "super::few")]
        list: Vec<u8>,
    }

    #[test]
    fn long_lists_end_early() {
        let read = |text: &str| serde_json::from_str::<Holder>(text).map(|holder| holder.list);
        assert!(read("{}").unwrap().is_empty());
        assert!(read(r#"{"list": null}"#).unwrap().is_empty());
        assert_eq!(read(r#"{"list": [1, 2]}"#).unwrap(), [1, 2]);
        let long = format!(r#"{{"list": [{}1]}}"#, "1,".repeat(64));
        assert!(read(&long).unwrap_err().to_string().contains("at most 64"));
        assert!(read(r#"{"list": "x"}"#).is_err());
    }
}
