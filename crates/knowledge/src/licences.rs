//! How licences are written, and licences of models that the SPDX list does not have.

use std::{collections::HashMap, sync::OnceLock};

const REFERENCES: &str = include_str!("../data/licences/references.list");
const WRITTEN: &str = include_str!("../data/licences/written.list");

/// A licence that is not on the SPDX list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LicenceReference {
    /// `LicenseRef-...`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where its text stands; empty if there is no such place.
    pub link: &'static str,
}

struct Lists {
    references: Vec<LicenceReference>,
    written: HashMap<&'static str, &'static str>,
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists = Lists {
            references: Vec::new(),
            written: HashMap::new(),
        };
        for line in lines(REFERENCES) {
            let mut cells = line.split('|').map(str::trim);
            let (Some(id), Some(name), Some(link)) = (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            lists.references.push(LicenceReference { id, name, link });
            for form in cells.next().unwrap_or_default().split(';') {
                lists.written.insert(form.trim(), id);
            }
        }
        for line in lines(WRITTEN) {
            if let Some((id, forms)) = line.split_once('|') {
                for form in forms.split(';') {
                    lists.written.insert(form.trim(), id.trim());
                }
            }
        }
        lists
    })
}

/// The expression for a licence as people write it. `form` is lowercase, with `-` and `_` as spaces
/// and without the words "the", "license" and "licence".
#[must_use]
pub fn licence_written(form: &str) -> Option<&'static str> {
    lists().written.get(form).copied()
}

/// Name and address of a `LicenseRef-...` of Waybill's.
#[must_use]
pub fn licence_reference(id: &str) -> Option<LicenceReference> {
    lists()
        .references
        .iter()
        .find(|reference| reference.id == id)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_unique_and_normal() {
        let mut seen = HashMap::new();
        for line in lines(REFERENCES).chain(lines(WRITTEN)) {
            let id = line.split('|').next().unwrap().trim();
            for form in line.rsplit('|').next().unwrap().split(';').map(str::trim) {
                assert_eq!(form, form.to_lowercase());
                assert!(!form.contains(['_', '-']), "{form}");
                if let Some(other) = seen.insert(form, id) {
                    assert_eq!(other, id, "{form} is written for two");
                }
            }
        }
    }

    #[test]
    fn references_have_names() {
        let gemma = licence_reference("LicenseRef-Gemma").unwrap();
        assert_eq!(gemma.name, "Gemma Terms of Use");
        assert_eq!(
            licence_written("llama3.1"),
            Some("LicenseRef-Llama-3.1-Community")
        );
    }
}
