//! A CycloneDX document held as it stands: nothing that it says is lost.

use std::io::Read;

use serde_json::{Map, Value};
use waybill_domain::bill::{Gravity, Problem, ProblemKind, Problems};

use super::{
    intake::{Consumer, Intake, Taken},
    schema::SpecVersion,
    xml,
};
use crate::bill::{BillError, BillLimits, beside, values::quoted};

/// A document with all its fields, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    version: SpecVersion,
    members: Map<String, Value>,
}

impl Document {
    /// Reads and judges a document in JSON. The problems say what the official schema and the
    /// rules beyond it find wrong.
    ///
    /// # Errors
    ///
    /// If the bytes cannot be had, are no JSON object with a `specVersion` from 1.2 to 1.7, or
    /// exceed a limit.
    pub fn read(reader: &mut dyn Read, limits: &BillLimits) -> Result<(Self, Problems), BillError> {
        let mut keep = Keep::default();
        let mut intake = Intake::new(*limits, &mut keep);
        let outline = beside::split(reader, limits, &mut intake)?;
        let taken = intake.finish(outline.value, outline.duplicates)?;
        Ok(Self::of(taken, keep, limits))
    }

    /// Reads and judges a document in XML, as the JSON document of the same version that it
    /// stands for. Elements of other namespaces are left out.
    ///
    /// # Errors
    ///
    /// If it is no well-formed XML without a document type, of a namespace of CycloneDX 1.2 to
    /// 1.7, or exceeds a limit.
    pub fn read_xml(
        reader: &mut dyn Read,
        limits: &BillLimits,
    ) -> Result<(Self, Problems), BillError> {
        let (document, problems, _) = Self::read_xml_noting(reader, limits)?;
        Ok((document, problems))
    }

    /// The same, with the names of the elements that were left out.
    pub(crate) fn read_xml_noting(
        reader: &mut dyn Read,
        limits: &BillLimits,
    ) -> Result<(Self, Problems, Vec<String>), BillError> {
        let mut keep = Keep::default();
        let mut intake = Intake::new(*limits, &mut keep);
        let converted = taken_in(reader, limits, &mut intake)?;
        let signed = converted.signed();
        let taken = intake.finish(converted.document, Vec::new())?;
        let (document, mut problems) = Self::of(taken, keep, limits);
        if signed {
            forgive_signatures(&mut problems);
        }
        Ok((document, problems, converted.foreign))
    }

    /// Judges a document that was made in memory, for instance out of XML.
    ///
    /// # Errors
    ///
    /// If it has no `specVersion` from 1.2 to 1.7.
    pub fn judge(document: Value, limits: &BillLimits) -> Result<(Self, Problems), BillError> {
        let mut keep = Keep::default();
        let mut intake = Intake::new(*limits, &mut keep);
        let Value::Object(mut members) = document else {
            return Err(BillError::Unrecognised(
                "the document is no object".to_owned(),
            ));
        };
        intake.lists(&mut members)?;
        let taken = intake.finish(Value::Object(members), Vec::new())?;
        Ok(Self::of(taken, keep, limits))
    }

    fn of(taken: Taken, keep: Keep, limits: &BillLimits) -> (Self, Problems) {
        let mut members = taken.skeleton;
        for (key, value) in keep.0 {
            if let Some(Value::Array(elements)) = members.get_mut(&key) {
                elements.push(value);
            }
        }
        let mut problems = taken.problems;
        let document = Self {
            version: taken.version,
            members,
        };
        for (pointer, place) in taken.pointers {
            if document.pointer(&pointer).is_none() {
                problems.add(dangling_pointer(&pointer, place), limits.problems);
            }
        }
        (document, problems)
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> SpecVersion {
        self.version
    }

    /// Its members, in their order.
    #[must_use]
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The members, taken.
    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// The whole as one JSON value.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.members)
    }

    fn pointer(&self, pointer: &str) -> Option<&Value> {
        let mut steps = pointer.strip_prefix('/')?.splitn(2, '/');
        let first = steps.next()?.replace("~1", "/").replace("~0", "~");
        let member = self.members.get(&first)?;
        match steps.next() {
            Some(rest) => member.pointer(&format!("/{rest}")),
            None => Some(member),
        }
    }
}

/// Takes back that a signature is missing where XML has one of a kind that JSON has no words for.
pub(super) fn forgive_signatures(problems: &mut Problems) {
    problems.forgive(|problem| {
        problem.kind == ProblemKind::Schema
            && problem
                .pointer
                .starts_with("/declarations/affirmation/signatories/")
    });
}

/// Takes in a document in XML: its big lists item by item, then the rest. Gives that with what was
/// left out.
pub(super) fn taken_in<C: Consumer>(
    reader: &mut dyn Read,
    limits: &BillLimits,
    intake: &mut Intake<'_, C>,
) -> Result<xml::Converted, BillError> {
    let mut converted = xml::convert(reader, limits, intake)?;
    if let Value::Object(members) = &mut converted.document {
        intake.lists(members)?;
    }
    Ok(converted)
}

/// A citation that names a place that is not there.
pub(super) fn dangling_pointer(pointer: &str, place: String) -> Problem {
    Problem {
        gravity: Gravity::Error,
        kind: ProblemKind::DanglingPointer,
        pointer: place,
        message: format!("{} points at nothing in the bill", quoted(pointer)),
    }
}

#[derive(Default)]
struct Keep(Vec<(String, Value)>);

impl Consumer for Keep {
    type Part = (String, Value);

    fn part(&self, key: &str, _index: usize, value: Value) -> Self::Part {
        (key.to_owned(), value)
    }

    fn take(&mut self, part: Self::Part) {
        self.0.push(part);
    }
}
