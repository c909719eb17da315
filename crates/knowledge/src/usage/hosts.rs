use std::sync::OnceLock;

use serde::Deserialize;

/// Who answers at API hosts.
#[derive(Debug, Default, Deserialize)]
pub struct Hosts {
    /// Date on which the table was last looked over, `YYYY-MM-DD`.
    pub date: String,
    supplier: Vec<KnownSupplier>,
}

/// An organisation that runs models or stores behind an API.
#[derive(Debug, Deserialize)]
pub struct KnownSupplier {
    /// The word that stands for it in ids: `openai`, `aws-bedrock`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Country of its seat, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// Its page.
    #[serde(default)]
    pub url: Option<String>,
    /// Its contact by RFC 9116.
    #[serde(default)]
    pub security_txt: Option<String>,
    /// Hosts of its API, the usual one first. `{region}` stands for a region, `{name}` for
    /// anything without a dot.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Other words for it in `supplier/model` names of routing libraries and in configurations.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Beginnings of model names that only this supplier gives.
    #[serde(default)]
    pub families: Vec<String>,
}

/// A host that is in the table.
#[derive(Clone, Debug)]
pub struct ApiHost<'a> {
    /// Who answers there.
    pub supplier: &'a KnownSupplier,
    /// The region in the host's name.
    pub region: Option<String>,
}

impl Hosts {
    pub(super) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// All suppliers.
    #[must_use]
    pub fn suppliers(&self) -> &[KnownSupplier] {
        &self.supplier
    }

    /// A supplier by its slug.
    #[must_use]
    pub fn supplier(&self, slug: &str) -> Option<&KnownSupplier> {
        self.supplier.iter().find(|known| known.slug == slug)
    }

    /// A supplier by its slug or by another word for it.
    #[must_use]
    pub fn named(&self, word: &str) -> Option<&KnownSupplier> {
        self.supplier(word).or_else(|| {
            self.supplier
                .iter()
                .find(|known| known.aliases.iter().any(|alias| alias == word))
        })
    }

    /// Who answers at a host.
    #[must_use]
    pub fn at(&self, host: &str) -> Option<ApiHost<'_>> {
        self.supplier.iter().find_map(|supplier| {
            supplier.hosts.iter().find_map(|pattern| {
                matches(pattern, host).map(|region| ApiHost { supplier, region })
            })
        })
    }

    /// The one supplier whose model names begin like this one.
    #[must_use]
    pub fn of_model(&self, model: &str) -> Option<&KnownSupplier> {
        let model = model.to_lowercase();
        self.supplier.iter().find(|known| {
            known
                .families
                .iter()
                .any(|family| model.starts_with(family.as_str()))
        })
    }
}

/// If the host fits the pattern: the region, if the pattern has one.
fn matches(pattern: &str, host: &str) -> Option<Option<String>> {
    let Some((before, rest)) = pattern.split_once('{') else {
        return (pattern == host).then_some(None);
    };
    let (gap, after) = rest.split_once('}')?;
    let middle = host.strip_prefix(before)?.strip_suffix(after)?;
    let fits = !middle.is_empty() && (gap == "any" || !middle.contains('.'));
    fits.then(|| (gap == "region").then(|| middle.to_owned()))
}

/// The embedded table.
#[must_use]
pub fn hosts() -> &'static Hosts {
    static TABLE: OnceLock<Hosts> = OnceLock::new();
    TABLE.get_or_init(|| Hosts::parse(super::HOSTS).unwrap_or_default())
}
