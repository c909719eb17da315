//! The entries of a configuration, with the lines on which they stand.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::ConfigError;
use crate::rules::Places;

/// What is shown of a value.
const SHOWN_CHARACTERS: usize = 60;

/// One entry of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLine {
    /// Its line, from 1.
    pub line: usize,
    /// Its name with those of the tables around it, joined by dots; `allow.0.global` in an array of
    /// tables.
    pub key: String,
    /// Its value as written, shortened; a string without its quotes.
    pub value: String,
}

/// The entries of the text of a `waybill.toml`, in its order.
///
/// # Errors
/// [`ConfigError::Syntax`] if it is not TOML.
pub fn config_lines(text: &str) -> Result<Vec<ConfigLine>, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    let places = Places { file: "", text };
    let mut lines = Vec::new();
    walk(table.get_ref(), "", &places, &mut lines);
    lines.sort_by_key(|line| line.line);
    Ok(lines)
}

fn walk(table: &DeTable<'_>, above: &str, places: &Places<'_>, lines: &mut Vec<ConfigLine>) {
    for (key, value) in table {
        let name = match above {
            "" => key.get_ref().to_string(),
            above => format!("{above}.{}", key.get_ref()),
        };
        match value.get_ref() {
            DeValue::Table(inner) => walk(inner, &name, places, lines),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                for (index, item) in items.iter().enumerate() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        walk(inner, &format!("{name}.{index}"), places, lines);
                    }
                }
            }
            _ => lines.push(ConfigLine {
                line: places.line(key.span().start),
                key: name,
                value: shown(value, places.text),
            }),
        }
    }
}

/// A value on one line.
fn shown(value: &Spanned<DeValue<'_>>, text: &str) -> String {
    let written = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        _ => text.get(value.span()).unwrap_or_default().to_owned(),
    };
    let words: Vec<&str> = written.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_lines_and_names() {
        let text = "fail-on = \"reject\"\n\n[policy]\nformats = [\n  \"gguf\",\n  \"json\",\n]\nseverities = { a-rule = \"low\" }\n\n[[allow]]\nglobal = \"a.b\"\n";
        let lines: Vec<String> = config_lines(text)
            .unwrap()
            .iter()
            .map(|line| format!("{} {} = {}", line.line, line.key, line.value))
            .collect();
        assert_eq!(
            lines,
            [
                "1 fail-on = reject",
                "4 policy.formats = [ \"gguf\", \"json\", ]",
                "8 policy.severities.a-rule = low",
                "11 allow.0.global = a.b",
            ]
        );
        assert!(config_lines("a = ").is_err());
    }
}
