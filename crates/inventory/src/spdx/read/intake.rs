//! A document taken in element by element: each is parsed and read by whichever thread is free,
//! and of each only what the purpose needs is kept.

use rayon::prelude::*;
use serde_json::{Map, Value};
use waybill_domain::bill::{BillFormat, Problem, ProblemKind, Unmapped};

use super::{
    graph::{self, Graph},
    judgement::{Judgement, error},
    older::{self, Older},
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
    /// An element of a list that neither version has.
    Neither(Unmapped),
}

/// A document that is being taken in.
pub(super) struct Intake {
    purpose: Purpose,
    judgement: Judgement,
    older: Older,
    graph: Graph,
    unmapped: Unmapped,
}

impl Intake {
    pub(super) fn new(limits: &BillLimits, purpose: Purpose) -> Self {
        Self {
            purpose,
            judgement: Judgement::new(purpose != Purpose::Comparison, limits.problems),
            older: Older::new(purpose),
            graph: Graph::new(purpose),
            unmapped: Unmapped::new(),
        }
    }

    /// Takes elements of a list that are in memory already.
    pub(super) fn values(
        &mut self,
        key: &str,
        first: usize,
        values: Vec<Value>,
    ) -> Result<(), BillError> {
        self.elements(key, first, values, |value| Ok((value, Vec::new())))
    }

    fn elements<E: Send>(
        &mut self,
        key: &str,
        first: usize,
        elements: Vec<E>,
        parse: impl Fn(E) -> Result<(Value, Vec<String>), serde_json::Error> + Sync,
    ) -> Result<(), BillError> {
        let purpose = self.purpose;
        let read: Vec<Result<(Vec<Problem>, Part), BillError>> = elements
            .into_par_iter()
            .enumerate()
            .map(|(offset, element)| {
                let index = first.saturating_add(offset);
                let (value, duplicates) = parse(element).map_err(|reason| {
                    BillError::Unrecognised(format!("{} is no JSON: {reason}", place(key, index)))
                })?;
                let duplicates = duplicates
                    .into_iter()
                    .map(|inner| duplicate(&format!("{}{inner}", place(key, index))))
                    .collect();
                Ok((duplicates, part(key, index, value, purpose)))
            })
            .collect();
        for (offset, read) in read.into_iter().enumerate() {
            let (duplicates, part) = read?;
            for problem in duplicates {
                self.judgement.add(problem);
            }
            self.take(part, first.saturating_add(offset));
        }
        Ok(())
    }

    fn take(&mut self, part: Part, index: usize) {
        let unmapped = match part {
            Part::Older(made) => {
                for problem in made.problems {
                    self.judgement.add(problem);
                }
                self.older.take(made.part, index, &mut self.judgement);
                made.unmapped
            }
            Part::Graph(made) => {
                for problem in made.problems {
                    self.judgement.add(problem);
                }
                self.graph.take(made.part, index, &mut self.judgement);
                made.unmapped
            }
            Part::Neither(unmapped) => unmapped,
        };
        count(&mut self.unmapped, unmapped);
    }

    /// Judges and reads what is in no list, once all lists were taken.
    pub(super) fn finish(
        mut self,
        outline: Value,
        duplicates: Vec<String>,
        format: BillFormat,
    ) -> Result<ReadBill, BillError> {
        let Value::Object(skeleton) = outline else {
            return Err(BillError::Unrecognised(
                "the document is no object".to_owned(),
            ));
        };
        for pointer in duplicates {
            self.judgement.add(duplicate(&pointer));
        }
        if skeleton.contains_key("@graph") || skeleton.contains_key("@context") {
            let mut top = Taking(skeleton);
            top.drop("@context");
            if top.0.contains_key("type") {
                // A document of one element needs no graph.
                let one = Value::Object(std::mem::take(&mut top.0));
                self.take(part("@graph", 0, one, self.purpose), 0);
            }
            top.left("", &mut self.unmapped);
            self.graph.finish(self.judgement, self.unmapped)
        } else {
            let top = Taking(skeleton);
            self.older
                .finish(top, format, self.judgement, self.unmapped)
        }
    }
}

impl Sink for Intake {
    fn member(&mut self, _key: &str, _text: &[u8]) -> Result<(), BillError> {
        Ok(())
    }

    fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
        self.elements(&batch.key, batch.first, batch.texts(), |text| {
            json::parse(text).map(|parsed| (parsed.value, parsed.duplicates))
        })
    }
}

fn part(key: &str, index: usize, value: Value, purpose: Purpose) -> Part {
    match key {
        "@graph" => Part::Graph(graph::part(Taking::of(value), index, purpose)),
        "@context" => Part::Neither(Unmapped::new()),
        _ => match older::part(key, index, value, purpose) {
            Ok(made) => Part::Older(made),
            Err(value) => {
                let mut unmapped = Unmapped::new();
                let list = Map::from_iter([(key.to_owned(), Value::Array(vec![value]))]);
                Taking(list).left("", &mut unmapped);
                Part::Neither(unmapped)
            }
        },
    }
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
