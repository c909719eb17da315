//! What the schema of CycloneDX cannot say: references that lead somewhere, values that are what
//! they claim to be.

use std::collections::HashMap;

use serde_json::{Map, Value};
use waybill_domain::bill::{Gravity, Problem, ProblemKind};

use crate::bill::{
    json::{push_index, push_step},
    values::{expression_fault, hash_fault, is_absolute, purl_fault, quoted},
};

/// What one part of a document declares, refers to and gets wrong.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// Each `bom-ref` and where it stands.
    declared: Vec<(String, String)>,
    /// Each reference and where it stands.
    used: Vec<(String, String)>,
    /// JSON pointers that citations name, and where.
    pub(crate) pointers: Vec<(String, String)>,
    pub(crate) problems: Vec<Problem>,
}

/// True for keys whose text, or list of texts, refers to something by its `bom-ref`, wherever they
/// stand.
fn refers_anywhere(key: &str) -> bool {
    matches!(
        key,
        "ref"
            | "dependsOn"
            | "provides"
            | "assemblies"
            | "subjects"
            | "tools"
            | "algorithmRef"
            | "signatureAlgorithmRef"
            | "subjectPublicKeyRef"
            | "cryptoRefArray"
            | "patentRefs"
            | "requirement"
            | "assessor"
    )
}

/// The same, but only within one member of the top level.
const REFERRING_WITHIN: [(&str, &[&str]); 4] = [
    ("compositions", &["dependencies", "vulnerabilities"]),
    ("citations", &["attributedTo", "process"]),
    (
        "declarations",
        &[
            "claims",
            "counterClaims",
            "mitigationStrategies",
            "target",
            "evidence",
            "counterEvidence",
        ],
    ),
    ("definitions", &["requirements", "parent"]),
];

/// True if the texts of a member refer to something by its `bom-ref`.
pub(crate) fn refers(top: &str, key: &str) -> bool {
    refers_anywhere(key)
        || REFERRING_WITHIN
            .iter()
            .any(|(within, keys)| *within == top && keys.contains(&key))
}

/// Reads what a part says; `pointer` is its place, `top` the member of the top level it is in.
pub(crate) fn meaning(value: &Value, pointer: String, top: &str) -> Meaning {
    let mut walk = Walk {
        found: Meaning::default(),
        pointer,
        top: top.to_owned(),
    };
    walk.value(value, top);
    walk.found
}

struct Walk {
    found: Meaning,
    pointer: String,
    top: String,
}

impl Walk {
    /// Recursion ends with the depth that the document was allowed when it was parsed.
    fn value(&mut self, value: &Value, key: &str) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let length = self.pointer.len();
                    push_index(&mut self.pointer, index);
                    self.value(item, key);
                    self.pointer.truncate(length);
                }
            }
            Value::Object(object) => self.object(object, key),
            _ => {}
        }
    }

    fn object(&mut self, object: &Map<String, Value>, parent: &str) {
        self.judge(object, parent);
        for (key, value) in object {
            if key == "signature" {
                continue;
            }
            let top = (self.pointer.is_empty()).then(|| {
                let top = key.clone();
                std::mem::replace(&mut self.top, top)
            });
            let length = self.pointer.len();
            push_step(&mut self.pointer, key);
            self.member(key, value, parent);
            self.value(value, key);
            self.pointer.truncate(length);
            if let Some(top) = top {
                self.top = top;
            }
        }
    }

    fn member(&mut self, key: &str, value: &Value, parent: &str) {
        match value {
            Value::String(text) => self.text(key, text, parent),
            Value::Array(items) => {
                let pointers = key == "pointers" && self.top == "citations";
                if !pointers && !refers(&self.top, key) {
                    return;
                }
                for (index, item) in items.iter().enumerate() {
                    if let Value::String(text) = item {
                        let place = (text.clone(), format!("{}/{index}", self.pointer));
                        if pointers {
                            self.found.pointers.push(place);
                        } else {
                            self.found.used.push(place);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str, parent: &str) {
        if key == "bom-ref" {
            self.found
                .declared
                .push((text.to_owned(), self.pointer.clone()));
        } else if key == "purl" {
            if let Some(fault) = purl_fault(text) {
                self.problem(
                    Gravity::Error,
                    ProblemKind::InvalidPurl,
                    format!("{} is no package URL: {fault}", quoted(text)),
                );
            }
        } else if key == "expression" && (parent == "licenses" || parent == "license") {
            if let Some(fault) = expression_fault(text) {
                self.problem(
                    Gravity::Error,
                    ProblemKind::InvalidLicence,
                    format!("{} is no SPDX expression: {fault}", quoted(text)),
                );
            }
        } else if (key == "location" && parent == "occurrences") || key == "fullFilename" {
            if is_absolute(text) {
                self.problem(
                    Gravity::Warning,
                    ProblemKind::AbsolutePath,
                    format!("{} means nothing on another machine", quoted(text)),
                );
            }
        } else if refers(&self.top, key) {
            self.found
                .used
                .push((text.to_owned(), self.pointer.clone()));
        }
    }

    /// What is seen by looking at several members of an object.
    fn judge(&mut self, object: &Map<String, Value>, parent: &str) {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        if let (Some(algorithm), Some(content)) = (text("alg"), text("content"))
            && let Some(fault) = hash_fault(algorithm, content)
        {
            let length = self.pointer.len();
            push_step(&mut self.pointer, "content");
            let gravity = if parent == "hashes" {
                Gravity::Error
            } else {
                Gravity::Warning
            };
            self.problem(gravity, ProblemKind::InvalidHash, fault);
            self.pointer.truncate(length);
        }
        if object.contains_key("versionRange") {
            self.range(object);
        }
        if parent == "dependencies"
            && let (Some(from), Some(Value::Array(to))) = (text("ref"), object.get("dependsOn"))
            && let Some(index) = to.iter().position(|other| other.as_str() == Some(from))
        {
            let length = self.pointer.len();
            push_step(&mut self.pointer, "dependsOn");
            push_index(&mut self.pointer, index);
            self.problem(
                Gravity::Warning,
                ProblemKind::SelfDependency,
                format!("{} depends on itself", quoted(from)),
            );
            self.pointer.truncate(length);
        }
    }

    /// The rules of 1.7 for components that are only expected to be there.
    fn range(&mut self, object: &Map<String, Value>) {
        let message = if object.contains_key("version") {
            "`versionRange` and `version` exclude each other"
        } else if object.get("isExternal") != Some(&Value::Bool(true)) {
            "`versionRange` is only for components with `isExternal`"
        } else {
            return;
        };
        let length = self.pointer.len();
        push_step(&mut self.pointer, "versionRange");
        self.problem(Gravity::Error, ProblemKind::External, message.to_owned());
        self.pointer.truncate(length);
    }

    fn problem(&mut self, gravity: Gravity, kind: ProblemKind, message: String) {
        self.found.problems.push(Problem {
            gravity,
            kind,
            pointer: self.pointer.clone(),
            message,
        });
    }
}

/// The references of a whole document, gathered part by part.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Where each was declared first.
    declared: HashMap<String, Box<str>>,
    /// Where each that was not declared yet was used first.
    open: HashMap<String, Box<str>>,
}

impl References {
    /// Takes what a part declares and uses; says what was declared twice.
    pub(crate) fn take(&mut self, part: &mut Meaning) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (reference, pointer) in part.declared.drain(..) {
            self.open.remove(&reference);
            match self.declared.entry(reference) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(pointer.into_boxed_str());
                }
                std::collections::hash_map::Entry::Occupied(entry) => problems.push(Problem {
                    gravity: duplicate_gravity(entry.get(), &pointer),
                    kind: ProblemKind::DuplicateReference,
                    message: format!(
                        "{} is also the reference of `{}`",
                        quoted(entry.key()),
                        owner(entry.get())
                    ),
                    pointer,
                }),
            }
        }
        for (reference, pointer) in part.used.drain(..) {
            // BOM-Links lead to other documents.
            if !reference.starts_with("urn:cdx:") && !self.declared.contains_key(&reference) {
                self.open
                    .entry(reference)
                    .or_insert_with(|| pointer.into_boxed_str());
            }
        }
        problems
    }

    /// What was used and never declared, in the order of pointers.
    pub(crate) fn dangling(self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .open
            .into_iter()
            .map(|(reference, pointer)| Problem {
                gravity: dangling_gravity(&pointer),
                kind: ProblemKind::DanglingReference,
                pointer: pointer.into_string(),
                message: format!("{} refers to nothing in the bill", quoted(&reference)),
            })
            .collect();
        problems.sort();
        problems
    }
}

/// A reference that others follow to say what belongs to what must lead somewhere. Elsewhere
/// (the steps of a build, keys, the tools behind a piece of evidence) it may name something
/// outside of the bill: the specification's own examples do.
fn dangling_gravity(pointer: &str) -> Gravity {
    const FOLLOWED: [&str; 5] = [
        "/dependencies/",
        "/compositions/",
        "/vulnerabilities/",
        "/annotations/",
        "/citations/",
    ];
    if FOLLOWED.iter().any(|start| pointer.starts_with(start)) || pointer.contains("/modelCard/") {
        Gravity::Error
    } else {
        Gravity::Warning
    }
}

/// Within a formulation one workspace may be described where each task uses it.
fn duplicate_gravity(first: &str, second: &str) -> Gravity {
    if first.starts_with("/formulation/") && second.starts_with("/formulation/") {
        Gravity::Warning
    } else {
        Gravity::Error
    }
}

fn owner(pointer: &str) -> &str {
    pointer.strip_suffix("/bom-ref").unwrap_or(pointer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(document: &Value) -> Vec<String> {
        let mut references = References::default();
        let mut part = meaning(document, String::new(), "");
        let mut problems = references.take(&mut part);
        problems.append(&mut part.problems);
        problems.extend(references.dangling());
        problems
            .into_iter()
            .map(|problem| {
                format!(
                    "{} {} {}",
                    problem.kind.as_str(),
                    problem.pointer,
                    problem.message
                )
            })
            .collect()
    }

    #[test]
    fn references_are_followed_wherever_they_stand() {
        let document = json!({
            "components": [
                {"bom-ref": "a", "components": [{"bom-ref": "b"}, {"bom-ref": "a"}]},
                {"bom-ref": "m", "modelCard": {"modelParameters": {"datasets": [{"ref": "d"}]}}},
            ],
            "services": [{"bom-ref": "s", "services": [{"bom-ref": "b"}]}],
            "dependencies": [
                {"ref": "a", "dependsOn": ["b", "a", "gone", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#x"]},
            ],
            "compositions": [{"aggregate": "complete", "assemblies": ["m", "q"]}],
            "citations": [{"attributedTo": "nobody"}],
            "annotations": [{"subjects": ["s"]}],
        });
        assert_eq!(
            said(&document),
            [
                "duplicate-reference /components/0/components/1/bom-ref `a` is also the reference of `/components/0`",
                "duplicate-reference /services/0/services/0/bom-ref `b` is also the reference of `/components/0/components/0`",
                "self-dependency /dependencies/0/dependsOn/1 `a` depends on itself",
                "dangling-reference /citations/0/attributedTo `nobody` refers to nothing in the bill",
                "dangling-reference /components/1/modelCard/modelParameters/datasets/0/ref `d` refers to nothing in the bill",
                "dangling-reference /compositions/0/assemblies/1 `q` refers to nothing in the bill",
                "dangling-reference /dependencies/0/dependsOn/2 `gone` refers to nothing in the bill",
            ]
        );
    }

    #[test]
    fn values_are_what_they_claim_to_be() {
        let document = json!({
            "components": [{
                "purl": "pkg:pypi/aws (import: boto3)",
                "versionRange": "vers:pypi/>=1",
                "licenses": [{"expression": "Apache 2"}],
                "hashes": [{"alg": "SHA-256", "content": "ab"}],
                "evidence": {"occurrences": [{"location": "C:\\work\\x.py"}, {"location": "x.py"}]},
            }],
        });
        assert_eq!(
            said(&document),
            [
                "external /components/0/versionRange `versionRange` is only for components with `isExternal`",
                "invalid-purl /components/0/purl `pkg:pypi/aws (import: boto3)` is no package URL: holds ' ', which must be percent-encoded",
                "invalid-licence /components/0/licenses/0/expression `Apache 2` is no SPDX expression: unknown term",
                "invalid-hash /components/0/hashes/0/content SHA-256 digest has 2 digits instead of 64",
                "absolute-path /components/0/evidence/occurrences/0/location `C:\\work\\x.py` means nothing on another machine",
            ]
        );
    }
}
