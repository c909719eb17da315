use std::{collections::HashMap, sync::OnceLock};

use serde::Deserialize;

/// Hosted models by name.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Date on which the catalogue was last looked over, `YYYY-MM-DD`.
    pub date: String,
    models: Vec<KnownHosted>,
    by_name: HashMap<String, Vec<usize>>,
}

/// A hosted model.
#[derive(Debug, Deserialize)]
pub struct KnownHosted {
    /// Its name in the API.
    pub name: String,
    /// Slug of who runs it.
    #[serde(default)]
    pub supplier: String,
    /// True for a name that its supplier lets point to another snapshot.
    #[serde(default)]
    pub alias: bool,
    /// Date of release.
    #[serde(default)]
    pub released: Option<String>,
    /// Date since which its supplier advises against it.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Date after which requests fail; the earliest one if its supplier names no other.
    #[serde(default)]
    pub retires: Option<String>,
    /// What its supplier names instead.
    #[serde(default)]
    pub replacement: Option<String>,
    /// The page that says so.
    #[serde(default)]
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    date: String,
    group: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    supplier: String,
    source: String,
    models: Vec<KnownHosted>,
}

impl Catalogue {
    pub(super) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut catalogue = Self {
            date: file.date,
            ..Self::default()
        };
        for group in file.group {
            for mut model in group.models {
                model.supplier.clone_from(&group.supplier);
                model.source.clone_from(&group.source);
                let at = catalogue.models.len();
                let name = model.name.to_lowercase();
                catalogue.by_name.entry(name).or_default().push(at);
                catalogue.models.push(model);
            }
        }
        Ok(catalogue)
    }

    /// The entry of a model of a supplier.
    #[must_use]
    pub fn find(&self, supplier: &str, name: &str) -> Option<&KnownHosted> {
        self.named(name).find(|model| model.supplier == supplier)
    }

    /// The entries of a name, whoever runs the model.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &KnownHosted> {
        self.by_name
            .get(&name.to_lowercase())
            .into_iter()
            .flatten()
            .filter_map(|at| self.models.get(*at))
    }

    /// All entries.
    #[must_use]
    pub fn all(&self) -> &[KnownHosted] {
        &self.models
    }
}

/// The embedded catalogue.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::parse(super::HOSTED).unwrap_or_default())
}
