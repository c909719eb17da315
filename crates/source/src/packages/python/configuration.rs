//! `pip.conf` and `pip.ini`: which indexes are asked.

use crate::packages::{PackageFacts, Strength, address, opened::line_number};

/// So many indexes are kept.
const MOST_INDEXES: usize = 1000;

/// Reads the configuration of pip. A key's value may go on in indented lines.
#[must_use]
pub fn pip_configuration(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    let mut key = String::new();
    for (index, line) in text.lines().enumerate() {
        let plain = line.trim();
        if plain.is_empty() || plain.starts_with(['#', ';', '[']) {
            continue;
        }
        let value = match plain.split_once('=') {
            Some((name, value)) if !line.starts_with(char::is_whitespace) => {
                key = name.trim().replace('_', "-");
                value
            }
            _ => plain,
        };
        if key != "index-url" && key != "extra-index-url" {
            continue;
        }
        for url in value.split_whitespace() {
            let url = address::plain(url);
            if facts.indexes.contains(&url) || facts.indexes.len() >= MOST_INDEXES {
                continue;
            }
            if key == "extra-index-url" {
                facts.extra_indexes.push((url.clone(), line_number(index)));
            }
            facts.indexes.push(url);
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_read_with_their_lines() {
        let text = "[global]\nindex-url = https://a/simple\ntimeout = 5\n  https://no\nextra_index_url =\n  https://me:secret@b/simple\n  https://c/simple\n";
        let facts = pip_configuration(text);
        assert_eq!(
            facts.indexes,
            ["https://a/simple", "https://b/simple", "https://c/simple"]
        );
        let extra = [
            ("https://b/simple".to_owned(), 6),
            ("https://c/simple".to_owned(), 7),
        ];
        assert_eq!(facts.extra_indexes, extra);
        for broken in [
            "=",
            " = x",
            "extra-index-url",
            "[",
            "\u{0}",
            "extra-index-url = \n[",
        ] {
            let _ = pip_configuration(broken);
        }
    }
}
