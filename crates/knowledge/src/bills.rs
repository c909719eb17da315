//! What a bill should say: lists of elements, with what to look at for each.

use std::sync::OnceLock;

use serde::Deserialize;

/// A list of elements that somebody asks of bills.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ElementList {
    /// Its short name.
    pub key: String,
    /// Its full name.
    pub title: String,
    /// Its elements, in its order.
    #[serde(rename = "element")]
    pub elements: Vec<Element>,
}

/// One element of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Element {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The part of the list that it is in.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// What to look at; several lists may ask for the same.
    pub fact: String,
    /// How much it counts in the score of its list.
    pub weight: u32,
}

#[derive(Deserialize)]
struct File {
    list: Vec<ElementList>,
}

/// The lists that were built into the program; empty only if the file is broken, which a test
/// rules out.
#[must_use]
pub fn element_lists() -> &'static [ElementList] {
    static LISTS: OnceLock<Vec<ElementList>> = OnceLock::new();
    LISTS.get_or_init(|| {
        toml::from_str::<File>(include_str!("../data/bills/elements.toml"))
            .map(|file| file.list)
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole() {
        let counts: Vec<(&str, usize)> = element_lists()
            .iter()
            .map(|list| (list.key.as_str(), list.elements.len()))
            .collect();
        assert_eq!(counts, [("cisa-2026", 17), ("sbom-for-ai", 50)]);
        for list in element_lists() {
            let numbers: Vec<u32> = list.elements.iter().map(|element| element.number).collect();
            let expected: Vec<u32> = (1..).take(numbers.len()).collect();
            assert_eq!(numbers, expected);
        }
    }
}
