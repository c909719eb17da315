//! Who stands behind namespaces, packages and hosts.

use std::{collections::HashMap, sync::OnceLock};

const LIST: &str = include_str!("../data/suppliers/suppliers.list");

/// An organisation or person that is known to supply something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownSupplier {
    /// Its name.
    pub name: &'static str,
    /// Country, ISO 3166-1 alpha-2; empty if it is not known for sure.
    pub country: &'static str,
    /// Its page.
    pub url: &'static str,
    /// Security contact; empty if it is not known for sure.
    pub security_contact: &'static str,
}

fn index() -> &'static HashMap<String, KnownSupplier> {
    static INDEX: OnceLock<HashMap<String, KnownSupplier>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = HashMap::new();
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('|').map(str::trim);
            let (Some(name), Some(country), Some(url), Some(security_contact), Some(namespaces)) = (
                cells.next(),
                cells.next(),
                cells.next(),
                cells.next(),
                cells.next(),
            ) else {
                continue;
            };
            let known = KnownSupplier {
                name,
                country,
                url,
                security_contact,
            };
            for namespace in namespaces.split(';') {
                index.insert(namespace.trim().to_lowercase(), known);
            }
            index.insert(format!("name:{}", name.to_lowercase()), known);
        }
        index
    })
}

/// The namespaces of a kind as they are written, in the order of the list.
pub(crate) fn namespaces(kind: &str) -> Vec<&'static str> {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('|').nth(4))
        .flat_map(|namespaces| namespaces.split(';'))
        .filter_map(|namespace| namespace.trim().strip_prefix(kind)?.strip_prefix(':'))
        .collect()
}

/// Who stands behind a namespace; `kind` is one of those that the list explains.
#[must_use]
pub fn known_supplier(kind: &str, namespace: &str) -> Option<KnownSupplier> {
    index()
        .get(&format!("{kind}:{}", namespace.to_lowercase()))
        .copied()
}

/// Who stands behind the longest part of `path`, cut at `separator` from its end.
#[must_use]
pub fn known_supplier_above(kind: &str, path: &str, separator: char) -> Option<KnownSupplier> {
    let mut rest = path;
    loop {
        if let Some(known) = known_supplier(kind, rest) {
            return Some(known);
        }
        rest = rest.rsplit_once(separator)?.0;
    }
}

/// An organisation by its name, or by the slug or first word that it is known by.
#[must_use]
pub fn known_name(name: &str) -> Option<KnownSupplier> {
    let plain = name.trim().trim_end_matches([',', '.']);
    let plain = plain
        .strip_suffix(" Inc")
        .or_else(|| plain.strip_suffix(" LLC"))
        .or_else(|| plain.strip_suffix(" Corporation"))
        .unwrap_or(plain)
        .trim_end_matches(',');
    known_supplier("name", plain).or_else(|| {
        const SLUGS: [(&str, &str); 16] = [
            ("mistral", "Mistral AI"),
            ("meta", "Meta Platforms"),
            ("facebook", "Meta Platforms"),
            ("google-deepmind", "Google"),
            ("google cloud", "Google"),
            ("vertex", "Google"),
            ("gemini", "Google"),
            ("azure", "Microsoft"),
            ("aws", "Amazon Web Services"),
            ("amazon", "Amazon Web Services"),
            ("bedrock", "Amazon Web Services"),
            ("alibaba", "Alibaba Cloud"),
            ("huggingface", "Hugging Face"),
            ("together", "Together AI"),
            ("jina", "Jina AI"),
            ("zhipu", "Zhipu AI"),
        ];
        let lower = plain.to_lowercase();
        let (_, full) = SLUGS.iter().find(|(slug, _)| *slug == lower)?;
        known_supplier("name", full)
    })
}

/// Who answers at a host, by the host or the domains above it.
#[must_use]
pub fn known_host(host: &str) -> Option<KnownSupplier> {
    let mut rest = host;
    loop {
        if let Some(known) = known_supplier("api", rest) {
            return Some(known);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// Who made a model of the Ollama library: its name begins with a family's.
#[must_use]
pub fn known_family(name: &str) -> Option<KnownSupplier> {
    let name = name.to_lowercase();
    (2..=name.len())
        .rev()
        .filter_map(|end| name.get(..end))
        .find_map(|start| known_supplier("ollama", start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_lead_to_suppliers() {
        let name = |known: Option<KnownSupplier>| known.map(|known| known.name);
        assert_eq!(
            name(known_supplier("hub", "Meta-Llama")),
            Some("Meta Platforms")
        );
        assert_eq!(
            name(known_supplier_above("maven", "com.google.cloud", '.')),
            Some("Google")
        );
        assert_eq!(name(known_host("eu.api.openai.com")), Some("OpenAI"));
        assert_eq!(name(known_family("llama3.1")), Some("Meta Platforms"));
        assert_eq!(name(known_supplier("pypi", "no-such-package")), None);
    }

    #[test]
    fn the_list_is_well_formed() {
        let mut seen = HashMap::new();
        let mut count = 0;
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [name, country, url, contact, namespaces] = cells.as_slice() else {
                panic!("five cells: {line}");
            };
            count += 1;
            assert!(country.is_empty() || country.len() == 2, "{name}");
            assert!(url.starts_with("https://"), "{name}");
            assert!(
                contact.is_empty() || contact.starts_with("https://"),
                "{name}"
            );
            for namespace in namespaces.split(';').map(str::trim) {
                assert!(namespace.contains(':'), "{name}: {namespace}");
                if let Some(other) = seen.insert(namespace.to_lowercase(), *name) {
                    assert_eq!(other, *name, "{namespace} has two suppliers");
                }
            }
        }
        assert!(count >= 150, "{count}");
    }
}
