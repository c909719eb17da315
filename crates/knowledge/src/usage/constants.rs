use std::{collections::HashMap, sync::OnceLock};

/// What a constant or a member of an enumeration of a library stands for, given its path with dots
/// for every separator (`fastembed.EmbeddingModel.BGEM3`).
#[must_use]
pub fn constant(path: &str) -> Option<&'static str> {
    static TABLE: OnceLock<HashMap<String, String>> = OnceLock::new();
    let table = TABLE.get_or_init(|| parse(super::CONSTANTS).unwrap_or_default());
    table.get(path).map(String::as_str)
}

pub(super) fn parse(text: &str) -> Result<HashMap<String, String>, toml::de::Error> {
    let table: toml::Table = toml::from_str(text)?;
    let mut found = HashMap::new();
    let mut next = vec![(String::new(), table)];
    while let Some((path, table)) = next.pop() {
        for (name, value) in table {
            let path = match path.as_str() {
                "" => name,
                path => format!("{path}.{name}"),
            };
            match value {
                toml::Value::Table(inner) => next.push((path, inner)),
                toml::Value::String(text) => {
                    found.insert(path, text);
                }
                _ => {}
            }
        }
    }
    Ok(found)
}
