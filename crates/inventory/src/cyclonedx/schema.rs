//! The official schemas, compiled when first needed.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Registry, Resource, Validator};
use serde_json::{Value, json};

use crate::bill::BillError;

/// A version of CycloneDX that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// 1.2, by its strict schema.
    V1_2,
    /// 1.3, by its strict schema.
    V1_3,
    /// 1.4.
    V1_4,
    /// 1.5.
    V1_5,
    /// 1.6.
    V1_6,
    /// 1.7.
    V1_7,
}

impl SpecVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 6] = [
        Self::V1_2,
        Self::V1_3,
        Self::V1_4,
        Self::V1_5,
        Self::V1_6,
        Self::V1_7,
    ];

    /// As it stands in `specVersion`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
            Self::V1_4 => "1.4",
            Self::V1_5 => "1.5",
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }

    /// Reads what stands in `specVersion`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::V1_2 => include_str!("../../schemas/cyclonedx/bom-1.2-strict.schema.json"),
            Self::V1_3 => include_str!("../../schemas/cyclonedx/bom-1.3-strict.schema.json"),
            Self::V1_4 => include_str!("../../schemas/cyclonedx/bom-1.4.schema.json"),
            Self::V1_5 => include_str!("../../schemas/cyclonedx/bom-1.5.schema.json"),
            Self::V1_6 => include_str!("../../schemas/cyclonedx/bom-1.6.schema.json"),
            Self::V1_7 => include_str!("../../schemas/cyclonedx/bom-1.7.schema.json"),
        }
    }
}

impl std::fmt::Display for SpecVersion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Schemas that those of the documents refer to.
const SHARED: [&str; 3] = [
    include_str!("../../schemas/cyclonedx/spdx.schema.json"),
    include_str!("../../schemas/cyclonedx/jsf-0.82.schema.json"),
    include_str!("../../schemas/cyclonedx/cryptography-defs.schema.json"),
];

/// The schema of a version, with a validator for the document and one for the elements of each
/// list of the top level.
pub(crate) struct Schema {
    root: Value,
    id: String,
    registry: Registry<'static>,
    document: OnceLock<Validator>,
    elements: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl Schema {
    /// The schema of a version; compiled once.
    pub(crate) fn of(version: SpecVersion) -> Result<&'static Self, BillError> {
        static SCHEMAS: [OnceLock<Schema>; 6] = [const { OnceLock::new() }; 6];
        let place = SpecVersion::ALL
            .into_iter()
            .position(|known| known == version);
        let Some(slot) = place.and_then(|place| SCHEMAS.get(place)) else {
            return Err(BillError::Schema(version.to_string()));
        };
        if let Some(schema) = slot.get() {
            return Ok(schema);
        }
        let made = Self::make(version)?;
        Ok(slot.get_or_init(|| made))
    }

    fn make(version: SpecVersion) -> Result<Self, BillError> {
        let root = parse(version.text())?;
        let id = identity(&root);
        let mut builder = Registry::new();
        for text in SHARED {
            let shared = parse(text)?;
            builder = builder
                .add(identity(&shared), Resource::from_contents(shared))
                .map_err(broken)?;
        }
        let registry = builder
            .add(id.clone(), Resource::from_contents(root.clone()))
            .map_err(broken)?
            .prepare()
            .map_err(broken)?;
        Ok(Self {
            root,
            id,
            registry,
            document: OnceLock::new(),
            elements: Mutex::new(BTreeMap::new()),
        })
    }

    /// The schema itself.
    pub(crate) const fn root(&self) -> &Value {
        &self.root
    }

    /// Judges a document, or its skeleton.
    pub(crate) fn document(&self) -> Result<&Validator, BillError> {
        if let Some(validator) = self.document.get() {
            return Ok(validator);
        }
        let made = self.compile("")?;
        Ok(self.document.get_or_init(|| made))
    }

    /// Judges the elements of a list of the top level; none if the version has no such list.
    pub(crate) fn elements(&self, key: &str) -> Result<Option<Arc<Validator>>, BillError> {
        if self.items(key).is_none() {
            return Ok(None);
        }
        let mut made = self
            .elements
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(validator) = made.get(key) {
            return Ok(Some(Arc::clone(validator)));
        }
        let validator = Arc::new(self.compile(&format!("/properties/{key}/items"))?);
        made.insert(key.to_owned(), Arc::clone(&validator));
        Ok(Some(validator))
    }

    fn items(&self, key: &str) -> Option<&Value> {
        self.root.get("properties")?.get(key)?.get("items")
    }

    /// True if the list may not hold two equal elements.
    pub(crate) fn unique(&self, key: &str) -> bool {
        self.root
            .get("properties")
            .and_then(|properties| properties.get(key)?.get("uniqueItems")?.as_bool())
            .unwrap_or(false)
    }

    fn compile(&self, pointer: &str) -> Result<Validator, BillError> {
        let reference = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": format!("{}#{pointer}", self.id),
        });
        jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .offline()
            .build(&reference)
            .map_err(broken)
    }
}

/// True for the id of a licence that the schemas know.
pub(super) fn is_licence_id(id: &str) -> bool {
    static IDS: OnceLock<HashSet<String>> = OnceLock::new();
    let ids = IDS.get_or_init(|| {
        let [text, ..] = SHARED;
        let list = parse(text).ok();
        let ids = list.as_ref().and_then(|list| list.get("enum")?.as_array());
        ids.into_iter()
            .flatten()
            .filter_map(|id| id.as_str().map(ToOwned::to_owned))
            .collect()
    });
    ids.contains(id)
}

fn parse(text: &str) -> Result<Value, BillError> {
    serde_json::from_str(text).map_err(broken)
}

fn identity(schema: &Value) -> String {
    schema
        .get("$id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim_end_matches('#')
        .to_owned()
}

fn broken(error: impl std::fmt::Display) -> BillError {
    BillError::Schema(error.to_string())
}
