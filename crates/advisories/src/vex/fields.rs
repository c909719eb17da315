//! Fields of a JSON document, with the place for what is said of a wrong one.

use std::cell::Cell;

use serde_json::Value;
use waybill_domain::vex::{HASH_NAMES, Moment, VexProduct};

use super::VexError;

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct At<'v> {
    pub(super) value: &'v Value,
    pointer: String,
}

impl<'v> At<'v> {
    pub(super) const fn root(value: &'v Value) -> Self {
        Self {
            value,
            pointer: String::new(),
        }
    }

    pub(super) fn wrong(&self, reason: impl Into<String>) -> VexError {
        VexError::Field {
            pointer: if self.pointer.is_empty() {
                "/".to_owned()
            } else {
                self.pointer.clone()
            },
            reason: reason.into(),
        }
    }

    /// A member; `None` if it is not there.
    pub(super) fn get(&self, key: &str) -> Result<Option<Self>, VexError> {
        let object = self
            .value
            .as_object()
            .ok_or_else(|| self.wrong("is no object"))?;
        Ok(object.get(key).map(|value| Self {
            value,
            pointer: format!(
                "{}/{}",
                self.pointer,
                key.replace('~', "~0").replace('/', "~1")
            ),
        }))
    }

    pub(super) fn need(&self, key: &str) -> Result<Self, VexError> {
        self.get(key)?
            .ok_or_else(|| self.wrong(format!("has no `{key}`")))
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, VexError> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong("is no list"))?;
        Ok(items
            .iter()
            .enumerate()
            .map(|(index, value)| Self {
                value,
                pointer: format!("{}/{index}", self.pointer),
            })
            .collect())
    }

    /// The items of a member; none if it is not there.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Self>, VexError> {
        self.get(key)?
            .map_or_else(|| Ok(Vec::new()), |at| at.items())
    }

    pub(super) fn str(&self) -> Result<&'v str, VexError> {
        self.value.as_str().ok_or_else(|| self.wrong("is no text"))
    }

    pub(super) fn need_text(&self, key: &str) -> Result<String, VexError> {
        let field = self.need(key)?;
        let text = field.str()?;
        if text.trim().is_empty() {
            return Err(field.wrong("is empty"));
        }
        Ok(text.to_owned())
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, VexError> {
        self.get(key)?
            .map(|field| field.str().map(ToOwned::to_owned))
            .transpose()
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, VexError> {
        self.list(key)?
            .iter()
            .map(|item| item.str().map(ToOwned::to_owned))
            .collect()
    }

    /// A time, kept as it was written.
    pub(super) fn time(&self, key: &str) -> Result<Option<String>, VexError> {
        let Some(field) = self.get(key)? else {
            return Ok(None);
        };
        let text = field.str()?;
        if Moment::parse(text).is_none() {
            return Err(field.wrong("is no RFC 3339 date and time"));
        }
        Ok(Some(text.to_owned()))
    }

    /// A member out of a fixed list of words.
    pub(super) fn word<T>(
        &self,
        key: &str,
        known: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, VexError> {
        let Some(field) = self.get(key)? else {
            return Ok(None);
        };
        let word = field.str()?;
        known(word)
            .map(Some)
            .ok_or_else(|| field.wrong(format!("`{word}` is none of the words of the standard")))
    }
}

/// What may be said, in bytes, of products that a document describes once and names often: documents
/// of a few megabytes could otherwise ask for the memory of a whole machine.
pub(super) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(512 << 20))
    }
}

impl Budget {
    /// Takes so many bytes from it.
    pub(super) fn spend(&self, at: &At<'_>, bytes: usize) -> Result<(), VexError> {
        let left = self.0.get().checked_sub(bytes);
        let left = left.ok_or_else(|| at.wrong("is repeated until it fills more than 512 MiB"))?;
        self.0.set(left);
        Ok(())
    }
}

/// About how many bytes a product takes.
pub(super) fn weight(product: &VexProduct) -> usize {
    let texts = [
        &product.name,
        &product.version,
        &product.version_range,
        &product.supplier,
        &product.purl,
        &product.cpe,
        &product.filename,
    ];
    let texts = texts.into_iter().flatten().map(String::len);
    let parts = product.parts.iter().map(weight);
    let hashes = product.hashes.values().map(String::len);
    texts
        .chain(parts)
        .chain(hashes)
        .fold(256, usize::saturating_add)
        .saturating_add(product.id.len())
}

/// OpenVEX's name of an algorithm that CycloneDX or CSAF names.
pub(super) fn hash_name(algorithm: &str) -> Option<&'static str> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    HASH_NAMES
        .into_iter()
        .find(|name| plain(name) == plain(algorithm))
}

/// Percent-encoding taken off.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
