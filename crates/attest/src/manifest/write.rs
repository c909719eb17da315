use serde_json::{Value, json};

use super::{Manifest, PREDICATE_TYPE, Resource, STATEMENT_TYPE, STRICT_ANNOTATION, Strict};

impl Manifest {
    /// As a statement in JSON. For `model-signing` 1.x names and algorithms are as that writes them.
    #[must_use]
    pub fn to_statement(&self, for_model_signing_1: bool) -> String {
        let algorithm = match self.shard_bytes {
            Some(size) if for_model_signing_1 => format!("{}-sharded-{size}", self.hash.as_str()),
            _ => self.hash.as_str().to_owned(),
        };
        let resources: Vec<Value> = self
            .resources
            .iter()
            .map(|resource| listed(resource, &algorithm))
            .collect();
        let mut serialization = json!({
            "method": if self.shard_bytes.is_some() { "shards" } else { "files" },
            "hash_type": self.hash.as_str(),
            "allow_symlinks": self.allow_symlinks,
        });
        if let Some(size) = self.shard_bytes {
            serialization["shard_size"] = size.into();
        }
        if !self.ignored.is_empty() {
            serialization["ignore_paths"] = self.ignored.clone().into();
        }
        let mut subject = json!({"name": self.name, "digest": {"sha256": self.root()}});
        if let Some(strict) = &self.strict {
            subject["annotations"] = json!({STRICT_ANNOTATION: bound(strict, self.hash.as_str())});
        }
        json!({
            "_type": STATEMENT_TYPE,
            "subject": [subject],
            "predicateType": PREDICATE_TYPE,
            "predicate": {"resources": resources, "serialization": serialization},
        })
        .to_string()
    }
}

fn listed(resource: &Resource, algorithm: &str) -> Value {
    json!({"name": resource.name(), "digest": resource.digest, "algorithm": algorithm})
}

fn bound(strict: &Strict, algorithm: &str) -> Value {
    let others: Vec<Value> = strict
        .others
        .iter()
        .map(|resource| listed(resource, algorithm))
        .collect();
    json!({
        "executable": strict.executable,
        "empty_folders": strict.empty_folders,
        "others": others,
    })
}
