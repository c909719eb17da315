//! Words: names of crates, modules, public items, rules and verbs against "never say".

use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::collections::BTreeSet;

use super::Findings;
use crate::{generate, tables::markdown_table, workspace::Workspace};

#[derive(Deserialize)]
struct Words {
    look_for: Vec<String>,
    leave_to_reviewers: Vec<String>,
    empty: Vec<String>,
    let_pass: Vec<LetPass>,
}

#[derive(Deserialize)]
struct LetPass {
    /// A path.
    place: String,
    names: Vec<String>,
    #[expect(dead_code, reason = "for the reader of the data file")]
    reason: String,
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let words: Words = toml::from_str(&workspace.read("crates/dev/data/words.toml")?)
        .context("read words.toml")?;
    same_as_the_table(&words, &workspace.read("ARCHITECTURE.md")?, findings);
    let mut names: Vec<(String, String)> = waybill_engine::rules()
        .iter()
        .map(|rule| ("a rule".to_owned(), rule.id.to_owned()))
        .collect();
    match generate::verbs(workspace) {
        Ok(verbs) => names.extend(verbs.into_iter().map(|verb| ("a verb".to_owned(), verb))),
        Err(error) => findings.problem(format!("cannot tell the verbs: {error:#}")),
    }
    for file in workspace.files()? {
        let Some(stem) = file.strip_suffix(".rs") else {
            continue;
        };
        names.extend(stem.split('/').map(|part| (file.clone(), part.to_owned())));
        let text = workspace.read(&file)?;
        names.extend(public_names(&text).map(|name| (file.clone(), name.to_owned())));
    }
    names.sort();
    names.dedup();
    let mut passed = BTreeSet::new();
    for (place, name) in names {
        let Some(word) = never(&words, &name) else {
            continue;
        };
        if words.lets_pass(&place, &name) {
            passed.insert((place, name));
        } else {
            findings.problem(format!("{place}: `{name}` says `{word}`"));
        }
    }
    for pass in &words.let_pass {
        for name in &pass.names {
            if !passed.contains(&(pass.place.clone(), name.clone())) {
                let place = &pass.place;
                findings.problem(format!(
                    "words.toml lets `{name}` pass in {place} for nothing"
                ));
            }
        }
    }
    Ok(())
}

impl Words {
    fn lets_pass(&self, place: &str, name: &str) -> bool {
        self.let_pass
            .iter()
            .any(|pass| pass.place == place && pass.names.iter().any(|other| other == name))
    }
}

/// Every word of the "never say" column is either looked for or left to reviewers.
fn same_as_the_table(words: &Words, architecture: &str, findings: &mut Findings) {
    for row in markdown_table(architecture, "word") {
        let column = row.get(2).copied().unwrap_or_default();
        let column = column.split('(').next().unwrap_or_default();
        for word in column
            .split([',', '/'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let known = |list: &[String]| list.iter().any(|other| other == word);
            if !known(&words.look_for) && !known(&words.leave_to_reviewers) {
                findings.problem(format!(
                    "words.toml does not know the table's word `{word}`"
                ));
            }
        }
    }
}

/// The first word in `name` that is never said.
fn never<'a>(words: &'a Words, name: &str) -> Option<&'a str> {
    let parts = parts(name);
    words
        .look_for
        .iter()
        .chain(&words.empty)
        .find(|word| {
            parts
                .iter()
                .any(|part| part == *word || part.strip_suffix('s') == Some(word))
        })
        .map(String::as_str)
}

/// The words of a name in snake, kebab or camel case, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() {
            parts.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.extend(letter.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Names of the items that a source file shows to others.
fn public_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("pub")?;
        let rest = rest.strip_prefix("(crate)").unwrap_or(rest);
        let mut tokens = rest.split_whitespace();
        let item = tokens.find(|token| !["async", "unsafe", "const"].contains(token))?;
        ["fn", "struct", "enum", "mod", "trait", "type", "static"]
            .contains(&item)
            .then(|| tokens.next())
            .flatten()
            .and_then(|name| {
                name.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .next()
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(parts("VendorList"), ["vendor", "list"]);
        assert_eq!(
            parts("pickle-shell_command"),
            ["pickle", "shell", "command"]
        );
    }

    #[test]
    fn public_items_are_seen() {
        let text = "pub struct VendorList<T>;\n    pub const fn helper() {}\nfn private() {}\npub(crate) mod util;\npub use a;\n";
        let names: Vec<_> = public_names(text).collect();
        assert_eq!(names, ["VendorList", "helper", "util"]);
    }

    #[test]
    fn plurals_count() {
        let words: Words = toml::from_str(
            "look_for = ['vendor']\nleave_to_reviewers = []\nempty = ['types']\nlet_pass = []",
        )
        .unwrap();
        assert_eq!(never(&words, "list_vendors"), Some("vendor"));
        assert_eq!(never(&words, "types"), Some("types"));
        assert_eq!(never(&words, "type_of"), None);
    }
}
