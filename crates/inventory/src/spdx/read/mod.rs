//! SPDX documents as an inventory: 2.2 and 2.3 in JSON or as tags and values, 3.0 in JSON-LD.

mod artificial;
mod graph;
mod identity;
mod intake;
mod judgement;
mod older;
mod schema;
mod tags;
#[cfg(test)]
mod tests;
mod words;

use std::io::Read;

use serde_json::Value;
use waybill_domain::{
    Tool,
    bill::{BillFormat, DocumentFacts, Problems, ToolNamed},
    inventory::{INVENTORY_SCHEMA, Inventory, Subject, Unread},
};

use self::intake::Intake;
use crate::bill::{
    BillError, BillLimits, ReadBill, beside, gathering::Gathering, purpose::Purpose,
};

/// Reads a document in JSON, of SPDX 2 or 3, element by element.
pub(crate) fn json(
    reader: &mut dyn Read,
    limits: &BillLimits,
    purpose: Purpose,
) -> Result<ReadBill, BillError> {
    let mut intake = Intake::new(limits, purpose);
    let outline = beside::split(reader, limits, &mut intake)?;
    intake.finish(outline.value, outline.duplicates, BillFormat::SpdxJson)
}

/// Reads a document of tags and values, element by element.
pub(crate) fn tag_value(
    reader: &mut dyn Read,
    limits: &BillLimits,
    purpose: Purpose,
) -> Result<ReadBill, BillError> {
    let mut intake = Intake::new(limits, purpose);
    let outline = tags::split(reader, limits, &mut intake)?;
    intake.finish(Value::Object(outline), Vec::new(), BillFormat::SpdxTagValue)
}

/// What a document says apart from its elements.
struct Head {
    document: DocumentFacts,
    subject: Subject,
    unread: Vec<Unread>,
}

/// A document that says nothing about itself but its format.
const fn silent(format: BillFormat, version: String) -> DocumentFacts {
    DocumentFacts {
        format,
        version,
        identifier: None,
        revision: None,
        timestamp: None,
        authors: Vec::new(),
        tools: Vec::new(),
        contexts: Vec::new(),
        signed: false,
    }
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
