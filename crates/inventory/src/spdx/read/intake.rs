//! A document taken in element by element: each is parsed and read by whichever thread is free,
//! and of each only what the purpose needs is kept.

use rayon::prelude::*;
use serde_json::{Map, Value};
use waybill_domain::bill::{BillFormat, Problem, ProblemKind, Unmapped};

use super::{
    graph::{self, Graph},
    judgement::{Judgement, error},
    older::{self, Older},
    schema::{GRAPH, Schema, Standard},
};
use crate::bill::{
    BillError, BillLimits, ReadBill,
    json::{self, push_index, push_step},
    purpose::Purpose,
    stream::{Batch, Sink},
    taking::Taking,
};

/// What one element says.
pub(super) struct Made<P> {
    pub(super) part: P,
    pub(super) problems: Vec<Problem>,
    pub(super) unmapped: Unmapped,
}

enum Part {
    Older(Made<older::Part>),
    Graph(Made<graph::Part>),
    /// An element of a list that neither version reads.
    Neither(Unmapped),
    /// An element of a list that neither version has.
    Strange(Value),
}

/// What one element says and what is wrong with it.
struct Read {
    duplicates: Vec<Problem>,
    faults: Vec<Problem>,
    part: Part,
}

/// A document that is being taken in.
pub(super) struct Intake {
    purpose: Purpose,
    judgement: Judgement,
    older: Older,
    graph: Graph,
    unmapped: Unmapped,
    /// Lists that neither version has.
    strange: Map<String, Value>,
    strange_bytes: usize,
    limits: BillLimits,
}

impl Intake {
    pub(super) fn new(limits: &BillLimits, purpose: Purpose) -> Self {
        Self {
            purpose,
            judgement: Judgement::new(purpose != Purpose::Comparison, limits.problems),
            older: Older::new(purpose),
            graph: Graph::new(purpose),
            unmapped: Unmapped::new(),
            strange: Map::new(),
            strange_bytes: 0,
            limits: *limits,
        }
    }

    /// Takes elements of a list that are in memory already.
    pub(super) fn values(
        &mut self,
        key: &str,
        first: usize,
        values: Vec<Value>,
    ) -> Result<(), BillError> {
        // Of tags and values there is no schema.
        self.elements(key, first, values, None, |value| Ok((value, Vec::new())))
    }

    fn elements<E: Send>(
        &mut self,
        key: &str,
        first: usize,
        elements: Vec<E>,
        schema: Option<&Schema>,
        parse: impl Fn(E) -> Result<(Value, Vec<String>), serde_json::Error> + Sync,
    ) -> Result<(), BillError> {
        let purpose = self.purpose;
        let read: Vec<Result<Read, BillError>> = elements
            .into_par_iter()
            .enumerate()
            .map(|(offset, element)| {
                let index = first.saturating_add(offset);
                let pointer = place(key, index);
                let (value, duplicates) = parse(element).map_err(|reason| {
                    BillError::Unrecognised(format!("{pointer} is no JSON: {reason}"))
                })?;
                let duplicates = duplicates.into_iter();
                Ok(Read {
                    duplicates: duplicates
                        .map(|inner| duplicate(&format!("{pointer}{inner}")))
                        .collect(),
                    faults: match schema {
                        Some(schema) => schema.element(key, &value, &pointer)?,
                        None => Vec::new(),
                    },
                    part: part(key, index, value, purpose),
                })
            })
            .collect();
        for (offset, read) in read.into_iter().enumerate() {
            let read = read?;
            for problem in read.duplicates {
                self.judgement.add(problem);
            }
            for fault in read.faults {
                self.judgement.fault(Standard::of(key), fault);
            }
            match read.part {
                Part::Strange(value) => self.stranger(key, value),
                part => self.take(part, first.saturating_add(offset)),
            }
        }
        Ok(())
    }

    /// Keeps an element of a list that is to be judged with the rest of the document.
    fn stranger(&mut self, key: &str, value: Value) {
        match self.strange.get_mut(key) {
            Some(Value::Array(list)) => list.push(value),
            _ => {
                self.strange
                    .insert(key.to_owned(), Value::Array(vec![value]));
            }
        }
    }

    /// Gives the schema of a list, as far as the document is judged.
    fn schema(&self, key: &str) -> Result<Option<&'static Schema>, BillError> {
        if !self.judgement.judging {
            return Ok(None);
        }
        let schema = Schema::of(Standard::of(key))?;
        Ok(schema.has_list(key).then_some(schema))
    }

    fn take(&mut self, part: Part, index: usize) {
        let unmapped = match part {
            Part::Older(made) => {
                self.problems(made.problems);
                self.older.take(made.part, index, &mut self.judgement);
                made.unmapped
            }
            Part::Graph(made) => {
                self.problems(made.problems);
                self.graph.take(made.part, index, &mut self.judgement);
                made.unmapped
            }
            Part::Neither(unmapped) => unmapped,
            Part::Strange(_) => return,
        };
        count(&mut self.unmapped, unmapped);
    }

    fn problems(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            if problem.kind == ProblemKind::Schema {
                self.judgement.lacks(problem);
            } else {
                self.judgement.add(problem);
            }
        }
    }

    /// Judges and reads what is in no list, once all lists were taken.
    pub(super) fn finish(
        mut self,
        outline: Value,
        duplicates: Vec<String>,
        format: BillFormat,
    ) -> Result<ReadBill, BillError> {
        let Value::Object(mut skeleton) = outline else {
            return Err(BillError::Unrecognised(
                "the document is no object".to_owned(),
            ));
        };
        for pointer in duplicates {
            self.judgement.add(duplicate(&pointer));
        }
        skeleton.extend(std::mem::take(&mut self.strange));
        let graph = skeleton.contains_key(GRAPH) || skeleton.contains_key("@context");
        if format != BillFormat::SpdxTagValue {
            self.hold(&skeleton, graph)?;
        }
        let mut top = Taking(skeleton);
        if !graph {
            return self
                .older
                .finish(top, format, self.judgement, self.unmapped);
        }
        top.drop("@context");
        if top.0.contains_key("type") {
            // A document of one element needs no graph.
            let one = Value::Object(std::mem::take(&mut top.0));
            self.take(part(GRAPH, 0, one, self.purpose), 0);
        }
        top.left("", &mut self.unmapped);
        self.graph.finish(self.judgement, self.unmapped)
    }

    /// Holds a document without its lists against the schema of its version.
    fn hold(&mut self, skeleton: &Map<String, Value>, graph: bool) -> Result<(), BillError> {
        let version = skeleton.get("spdxVersion").and_then(Value::as_str);
        let standard = if graph {
            Some(Standard::Graph)
        } else {
            (version == Some("SPDX-2.3")).then_some(Standard::Older)
        };
        let Some(standard) = standard.filter(|_| self.judgement.judging) else {
            return Ok(());
        };
        for fault in Schema::of(standard)?.document(skeleton)? {
            self.judgement.fault(standard, fault);
        }
        self.judgement.hold(standard);
        Ok(())
    }
}

impl Sink for Intake {
    fn member(&mut self, _key: &str, _text: &[u8]) -> Result<(), BillError> {
        Ok(())
    }

    fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
        let texts = batch.texts();
        if is_strange(&batch.key) {
            let bytes: usize = texts.iter().map(|text| text.len()).sum();
            self.strange_bytes = self.strange_bytes.saturating_add(bytes);
            let most = MOST_STRANGE_BYTES.min(self.limits.element_bytes);
            if self.strange_bytes > most {
                return Err(BillError::Limit {
                    offset: 0,
                    limit: most as u64,
                    unit: "bytes in lists that SPDX does not have",
                });
            }
        }
        let schema = self.schema(&batch.key)?;
        self.elements(&batch.key, batch.first, texts, schema, |text| {
            json::parse(text).map(|parsed| (parsed.value, parsed.duplicates))
        })
    }
}

fn part(key: &str, index: usize, value: Value, purpose: Purpose) -> Part {
    if key == GRAPH {
        return Part::Graph(graph::part(Taking::of(value), index, purpose));
    }
    if is_strange(key) {
        return Part::Strange(value);
    }
    match older::part(key, index, value, purpose) {
        Ok(made) => Part::Older(made),
        Err(value) => {
            let mut unmapped = Unmapped::new();
            let list = Map::from_iter([(key.to_owned(), Value::Array(vec![value]))]);
            Taking(list).left("", &mut unmapped);
            Part::Neither(unmapped)
        }
    }
}

/// Most bytes of lists that neither version has. The lists of a document that is one element are
/// among them.
const MOST_STRANGE_BYTES: usize = 16 << 20;

/// True for a list that neither version has: it is judged with the document then.
fn is_strange(key: &str) -> bool {
    !matches!(
        key,
        GRAPH
            | "packages"
            | "files"
            | "snippets"
            | "relationships"
            | "annotations"
            | "revieweds"
            | "documentDescribes"
            | "externalDocumentRefs"
            | "hasExtractedLicensingInfos"
    )
}

fn count(all: &mut Unmapped, unmapped: Unmapped) {
    for (pattern, count) in unmapped {
        let total = all.entry(pattern).or_default();
        *total = total.saturating_add(count);
    }
}

fn place(key: &str, index: usize) -> String {
    let mut pointer = String::new();
    push_step(&mut pointer, key);
    push_index(&mut pointer, index);
    pointer
}

fn duplicate(pointer: &str) -> Problem {
    error(
        ProblemKind::DuplicateKey,
        pointer,
        "the key occurs twice in its object; the last value counts here".to_owned(),
    )
}
