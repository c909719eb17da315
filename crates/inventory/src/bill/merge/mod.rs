//! Several bills made one document of CycloneDX.
//!
//! What is the same in several bills stands once, with all that any of them says about it; where
//! two disagree the first is kept and both are listed. Every reference of a bill leads to the same
//! thing as before, under a new name where two bills use one name for different things.

mod citations;
mod gathered;
mod identity;
mod metadata;
mod references;
#[cfg(test)]
mod tests;
mod unite;

use std::io::Read;

use serde_json::{Map, Value, json};
use waybill_domain::bill::{
    AlterationKind, Alterations, BillFormat, MergedInput, Merging, ProblemKind, Problems, Unmapped,
};

use self::{gathered::Gathered, references::Names};
use super::{
    BillError, BillLimits, CycloneDxVersion, WriteOptions,
    convert::{Source, Target, across, carried, pretty},
    fit, read,
};
use crate::cyclonedx::{
    Document, SpecVersion,
    fitting::{Dangling, fitted},
};

/// A bill to merge.
pub struct Input<'r> {
    /// What to call it where something is said about it: its path.
    pub label: String,
    /// Its bytes, in any format that [`read`] knows.
    pub reader: &'r mut dyn Read,
}

/// What the merged bills are parts of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
}

/// Several bills as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// CycloneDX JSON of the version that the options name, ending in a line break.
    pub text: String,
    /// How it came about.
    pub merging: Merging,
}

/// One bill, in the version of the result.
struct Part {
    label: String,
    members: Map<String, Value>,
    alterations: Alterations,
    format: BillFormat,
    version: String,
    unwritten: Unmapped,
    problems: Problems,
}

/// Makes one bill of several. Its root is new and depends on the roots of the bills. The same bills
/// and options give the same bytes; a date that the options leave open is the latest of the bills.
///
/// # Errors
///
/// If one of the bills cannot be read or put into CycloneDX.
pub fn merge(
    inputs: Vec<Input<'_>>,
    whole: &Whole,
    options: &WriteOptions,
    limits: &BillLimits,
) -> Result<Merged, BillError> {
    let version = match options.version {
        CycloneDxVersion::V1_6 => SpecVersion::V1_6,
        CycloneDxVersion::V1_7 => SpecVersion::V1_7,
    };
    let mut parts = Vec::with_capacity(inputs.len());
    for input in inputs {
        parts.push(part(input, version, options, limits)?);
    }
    let mut names = named(&mut parts);
    let originals: Vec<Option<Map<String, Value>>> = parts
        .iter()
        .map(|part| part.members.get("citations").map(|_| part.members.clone()))
        .collect();
    let mut gathered = Gathered::new(version);
    let mut merging = Merging::default();
    for (index, part) in parts.into_iter().enumerate() {
        let before = gathered.united;
        let components = gathered.take(index, &part.label, part.members, &mut names);
        let mut alterations = part.alterations;
        alterations.append(std::mem::take(&mut gathered.alterations));
        merging.inputs.push(MergedInput {
            label: part.label,
            format: part.format,
            version: part.version,
            components,
            united: gathered.united.saturating_sub(before),
            renamed: names.renamed(index),
            alterations: alterations.into_list(),
            unwritten: part.unwritten,
            errors: part.problems.errors,
            duplicate_keys: part.problems.of(ProblemKind::DuplicateKey),
        });
    }
    merging.components = gathered.count();
    merging.conflicts = std::mem::take(&mut gathered.conflicts);
    let slots = std::mem::take(&mut gathered.slots);
    let aliases = std::mem::take(&mut gathered.aliases);
    let mut document = gathered.document(whole, options, &mut names);
    let mut alterations = Alterations::default();
    aliases.apply(&mut document, &mut alterations);
    gathered::join_dependencies(&mut document);
    let fitting = fitted(document, version, Dangling::Drop, limits)?;
    alterations.append(fitting.alterations);
    let mut document = fitting.members;
    let gone = citations::remapped(&mut document, &originals, &slots, &aliases);
    if gone > 0 {
        let pointer = "/citations/*/pointers/*".to_owned();
        alterations.add(pointer, AlterationKind::Dropped, None, gone);
        let fitting = fitted(document, version, Dangling::Drop, limits)?;
        alterations.append(fitting.alterations);
        document = fitting.members;
    }
    merging.alterations = alterations.into_list();
    number(&mut document, options);
    Ok(Merged {
        text: pretty(&Value::Object(document)),
        merging,
    })
}

/// Gives everything in the bills a name of its own.
fn named(parts: &mut [Part]) -> Names {
    let mut names = Names::default();
    for part in parts.iter_mut() {
        // A signature is over the document as it was.
        if part.members.shift_remove("signature").is_some() {
            let pointer = "/signature".to_owned();
            part.alterations
                .add(pointer, AlterationKind::Dropped, None, 1);
        }
        names.reserve(&part.members);
    }
    for part in parts.iter_mut() {
        names.declare(&mut part.members, &mut part.alterations);
    }
    for (index, part) in parts.iter_mut().enumerate() {
        names.follow(index, &mut part.members, &mut part.alterations);
    }
    names
}

fn part(
    input: Input<'_>,
    version: SpecVersion,
    options: &WriteOptions,
    limits: &BillLimits,
) -> Result<Part, BillError> {
    let mut source = Source::new(input.reader)?;
    if let Some(format) = source.cyclonedx() {
        let carried = carried(&mut source.whole(), format, version, limits)?;
        return Ok(Part {
            label: input.label,
            members: carried.members,
            alterations: carried.alterations,
            format,
            version: carried.from.as_str().to_owned(),
            unwritten: Unmapped::new(),
            problems: carried.problems,
        });
    }
    let bill = read(&mut source.whole(), limits)?;
    // The name of the whole must not become that of the part.
    let options = WriteOptions {
        serial: None,
        timestamp: None,
        ..options.clone()
    };
    let made = across(bill, Target::CycloneDx(version), &options, limits)?;
    let (document, _) = Document::read(&mut made.text.as_bytes(), limits)?;
    let mut alterations = Alterations::default();
    for one in made.conversion.alterations {
        alterations.add(one.pointer, one.kind, one.into, one.count);
    }
    Ok(Part {
        label: input.label,
        members: document.into_members(),
        alterations,
        format: made.conversion.from,
        version: made.conversion.from_version,
        unwritten: made.conversion.unwritten,
        problems: made.conversion.problems,
    })
}

/// Gives the document its serial number: the caller's, else one made from the content.
fn number(document: &mut Map<String, Value>, options: &WriteOptions) {
    let given = options.serial.as_deref().and_then(|text| {
        uuid::Uuid::parse_str(text.strip_prefix("urn:uuid:").unwrap_or(text)).ok()
    });
    let serial = given.unwrap_or_else(|| {
        let text = serde_json::to_string(&document).unwrap_or_default();
        fit::uuid(&format!("merged {text}"))
    });
    let mut first = Map::new();
    for (key, value) in std::mem::take(document) {
        first.insert(key.clone(), value);
        if key == "specVersion" {
            first.insert(
                "serialNumber".to_owned(),
                format!("urn:uuid:{serial}").into(),
            );
            first.insert("version".to_owned(), json!(1));
        }
    }
    *document = first;
}
