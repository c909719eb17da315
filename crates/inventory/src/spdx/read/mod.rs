//! SPDX documents as an inventory: 2.2 and 2.3 in JSON or as tags and values, 3.0 in JSON-LD.

mod artificial;
mod graph;
mod identity;
mod older;
mod tags;
#[cfg(test)]
mod tests;
mod words;

use std::io::Read;

use rayon::prelude::*;
use serde_json::{Map, Value};
use waybill_domain::{
    Tool,
    bill::{DocumentFacts, Gravity, Problem, ProblemKind, Problems, ToolNamed},
    inventory::{INVENTORY_SCHEMA, Inventory, Subject, Unread},
};

use crate::bill::{
    BillError, BillLimits, ReadBill,
    gathering::Gathering,
    json,
    stream::{self, Batch, Sink},
    taking::Taking,
};

/// Reads a document in JSON, of SPDX 2 or 3.
pub(crate) fn json(reader: &mut dyn Read, limits: &BillLimits) -> Result<ReadBill, BillError> {
    let mut taking = Lists::default();
    let outline = stream::split(reader, limits, &mut taking)?;
    let Value::Object(skeleton) = outline.value else {
        return Err(BillError::Unrecognised(
            "the document is no object".to_owned(),
        ));
    };
    let mut problems = Problems::default();
    for pointer in outline.duplicates.into_iter().chain(taking.duplicates) {
        problems.add(
            Problem {
                gravity: Gravity::Error,
                kind: ProblemKind::DuplicateKey,
                pointer,
                message: "the key occurs twice in its object; the last value counts here"
                    .to_owned(),
            },
            limits.problems,
        );
    }
    if skeleton.contains_key("@graph") || skeleton.contains_key("@context") {
        return graph::read(skeleton, taking.lists, problems, limits);
    }
    older::read(
        skeleton,
        taking.lists,
        problems,
        limits,
        waybill_domain::bill::BillFormat::SpdxJson,
    )
}

/// Reads a document of tags and values.
pub(crate) fn tag_value(reader: &mut dyn Read, limits: &BillLimits) -> Result<ReadBill, BillError> {
    let mut bytes = Vec::new();
    reader
        .take(limits.xml_bytes.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits.xml_bytes {
        return Err(BillError::Limit {
            offset: limits.xml_bytes,
            limit: limits.xml_bytes,
            unit: "bytes of tags and values",
        });
    }
    let (skeleton, lists) = tags::parse(&String::from_utf8_lossy(&bytes));
    older::read(
        skeleton,
        lists,
        Problems::default(),
        limits,
        waybill_domain::bill::BillFormat::SpdxTagValue,
    )
}

/// The lists of the top level by their key, in the order of the document.
type Parts = Vec<(String, Vec<Value>)>;

#[derive(Default)]
struct Lists {
    lists: Parts,
    duplicates: Vec<String>,
}

impl Sink for Lists {
    fn member(&mut self, _key: &str, _text: &[u8]) -> Result<(), BillError> {
        Ok(())
    }

    fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
        let parsed: Vec<_> = batch
            .texts()
            .into_par_iter()
            .map(|text| json::parse(text).map_err(|error| error.to_string()))
            .collect();
        let mut values = Vec::with_capacity(parsed.len());
        for (offset, parsed) in parsed.into_iter().enumerate() {
            let index = batch.first.saturating_add(offset);
            let parsed = parsed.map_err(|reason| {
                BillError::Unrecognised(format!("/{}/{index} is no JSON: {reason}", batch.key))
            })?;
            for inner in parsed.duplicates {
                self.duplicates
                    .push(format!("/{}/{index}{inner}", batch.key));
            }
            values.push(parsed.value);
        }
        match self.lists.last_mut() {
            Some((key, list)) if *key == batch.key => list.extend(values),
            _ => self.lists.push((batch.key, values)),
        }
        Ok(())
    }
}

/// A list by its key, taken out.
fn list(parts: &mut Parts, key: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for (known, values) in parts.iter_mut() {
        if known == key {
            found.append(values);
        }
    }
    found
}

/// Puts the lists that nothing was read from back where they stood, so that they are listed as
/// not understood.
fn rest(skeleton: Map<String, Value>, parts: Parts) -> Taking {
    let mut skeleton = skeleton;
    for (key, values) in parts {
        if !values.is_empty() {
            skeleton.insert(key, Value::Array(values));
        }
    }
    Taking(skeleton)
}

/// What a document says apart from its elements.
struct Head {
    document: DocumentFacts,
    subject: Subject,
    unread: Vec<Unread>,
}

fn finish(head: Head, gathering: Gathering, problems: Problems) -> ReadBill {
    let first = head.document.tools.first();
    let tool = Tool {
        name: first.map(|tool| tool.name.clone()).unwrap_or_default(),
        version: first
            .and_then(|tool| tool.version.clone())
            .unwrap_or_default(),
        rules: String::new(),
    };
    let gathered = gathering.finish();
    ReadBill {
        document: head.document,
        inventory: Inventory {
            schema: INVENTORY_SCHEMA.to_owned(),
            tool,
            subject: head.subject,
            components: gathered.components,
            suppliers: gathered.suppliers,
            relations: gathered.relations,
            findings: Vec::new(),
            unread: head.unread,
            summary: gathered.summary,
        },
        problems,
        unmapped: gathered.unmapped,
    }
}

/// A tool out of `name-1.2.3` or `name 1.2.3`.
fn tool_named(text: &str) -> ToolNamed {
    let split = text
        .rsplit_once(['-', ' '])
        .filter(|(_, version)| version.starts_with(|first: char| first.is_ascii_digit()));
    match split {
        Some((name, version)) => ToolNamed {
            name: name.trim().to_owned(),
            version: Some(version.to_owned()),
        },
        None => ToolNamed {
            name: text.to_owned(),
            version: None,
        },
    }
}
