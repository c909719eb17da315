//! A CycloneDX document taken in part by part: parsed, judged and handed on, in parallel.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use waybill_domain::bill::{Gravity, Problem, ProblemKind, Problems};

use super::{
    schema::{Schema, SpecVersion},
    semantics::{self, Meaning, References},
    xml::{Element, Lists},
};
use crate::bill::{
    BillError, BillLimits, faults,
    json::{self, push_index, push_step},
    purpose::Purpose,
    stream::{Batch, Sink},
};

/// What wants the elements of the lists of the top level, besides the judgement.
pub(crate) trait Consumer: Send + Sync {
    /// What is made of an element, by several threads at a time.
    type Part: Send;
    /// True if something is made of the elements of a list.
    fn wants(&self, _key: &str) -> bool {
        true
    }
    /// Makes it.
    fn part(&self, key: &str, index: usize, value: Value) -> Self::Part;
    /// Takes it, in the order of the document.
    fn take(&mut self, part: Self::Part);
}

/// A document that is being taken in.
pub(crate) struct Intake<'c, C: Consumer> {
    limits: BillLimits,
    /// False if what is wrong does not matter.
    judging: bool,
    consumer: &'c mut C,
    version: Option<SpecVersion>,
    /// Parts that came before the version was known.
    waiting: Vec<Batch>,
    problems: Problems,
    references: References,
    pointers: Vec<(String, String)>,
    seen: BTreeMap<String, HashSet<[u8; 16]>>,
    counts: BTreeMap<String, usize>,
}

/// What is known of a document once all was taken in.
pub(crate) struct Taken {
    pub(crate) version: SpecVersion,
    pub(crate) skeleton: Map<String, Value>,
    pub(crate) problems: Problems,
    /// Number of elements of each list of the top level.
    pub(crate) counts: BTreeMap<String, usize>,
    /// JSON pointers that citations name, and where they do.
    pub(crate) pointers: Vec<(String, String)>,
}

struct Judged<P> {
    faults: Vec<Problem>,
    meaning: Meaning,
    digest: Option<[u8; 16]>,
    part: P,
}

impl<'c, C: Consumer> Intake<'c, C> {
    pub(crate) fn new(limits: BillLimits, consumer: &'c mut C) -> Self {
        Self {
            limits,
            judging: true,
            consumer,
            version: None,
            waiting: Vec::new(),
            problems: Problems::default(),
            references: References::default(),
            pointers: Vec::new(),
            seen: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// The same; for a comparison what is wrong with the document is not looked for.
    pub(crate) fn for_purpose(limits: BillLimits, purpose: Purpose, consumer: &'c mut C) -> Self {
        Self {
            judging: purpose != Purpose::Comparison,
            ..Self::new(limits, consumer)
        }
    }

    /// Takes the lists of a document that is in memory already.
    pub(crate) fn lists(&mut self, document: &mut Map<String, Value>) -> Result<(), BillError> {
        self.version = version(document)?;
        for (key, value) in document.iter_mut() {
            if let Value::Array(elements) = value {
                let elements = std::mem::take(elements);
                // Some may have come by themselves.
                let count = self.counts.entry(key.clone()).or_default();
                let first = *count;
                *count = first.saturating_add(elements.len());
                self.elements(key, first, elements, |value| Ok((value, Vec::new())))?;
            }
        }
        Ok(())
    }

    /// Judges what is left when all lists were taken.
    pub(crate) fn finish(
        mut self,
        skeleton: Value,
        duplicates: Vec<String>,
    ) -> Result<Taken, BillError> {
        let Value::Object(skeleton) = skeleton else {
            return Err(BillError::Unrecognised(
                "the document is no object".to_owned(),
            ));
        };
        self.version = self.version.or(version(&skeleton)?);
        let Some(version) = self.version else {
            return Err(BillError::Unrecognised(
                "it has no `specVersion`".to_owned(),
            ));
        };
        for batch in std::mem::take(&mut self.waiting) {
            self.raw(&batch)?;
        }
        let skeleton = Value::Object(skeleton);
        if self.judging {
            self.outline(&skeleton, duplicates, version)?;
        }
        let Value::Object(skeleton) = skeleton else {
            return Err(BillError::Unrecognised(
                "the document is no object".to_owned(),
            ));
        };
        Ok(Taken {
            version,
            skeleton,
            problems: self.problems,
            counts: self.counts,
            pointers: self.pointers,
        })
    }

    /// Judges what is in no list, and what only the whole shows.
    fn outline(
        &mut self,
        skeleton: &Value,
        duplicates: Vec<String>,
        version: SpecVersion,
    ) -> Result<(), BillError> {
        for pointer in duplicates {
            self.add(duplicate_key(pointer));
        }
        for fault in faults::faults(Schema::of(version)?.document()?, skeleton, "") {
            self.add(fault);
        }
        self.meaning(semantics::meaning(skeleton, String::new(), ""));
        if skeleton.get("serialNumber").is_none() {
            self.add(Problem {
                gravity: Gravity::Warning,
                kind: ProblemKind::SerialNumber,
                pointer: String::new(),
                message: "without `serialNumber` no other document can refer to the bill"
                    .to_owned(),
            });
        }
        for problem in std::mem::take(&mut self.references).dangling() {
            self.add(problem);
        }
        Ok(())
    }

    fn add(&mut self, problem: Problem) {
        self.problems.add(problem, self.limits.problems);
    }

    fn meaning(&mut self, mut meaning: Meaning) {
        for problem in self.references.take(&mut meaning) {
            self.add(problem);
        }
        for problem in std::mem::take(&mut meaning.problems) {
            self.add(problem);
        }
        self.pointers.append(&mut meaning.pointers);
    }

    fn is_new(&mut self, key: &str, digest: [u8; 16]) -> bool {
        if let Some(seen) = self.seen.get_mut(key) {
            return seen.insert(digest);
        }
        self.seen.entry(key.to_owned()).or_default().insert(digest)
    }

    fn raw(&mut self, batch: &Batch) -> Result<(), BillError> {
        if !self.judging && !self.consumer.wants(&batch.key) {
            return self.unwanted(batch);
        }
        self.elements(&batch.key, batch.first, batch.texts(), |text| {
            json::parse(text)
                .map(|parsed| (parsed.value, parsed.duplicates))
                .map_err(|error| error.to_string())
        })
    }

    /// Elements that nobody wants have to be well-formed all the same.
    fn unwanted(&self, batch: &Batch) -> Result<(), BillError> {
        batch
            .texts()
            .into_par_iter()
            .enumerate()
            .try_for_each(|(offset, text)| {
                json::judge(text).map_err(|reason| {
                    let index = batch.first.saturating_add(offset);
                    malformed(&place(&batch.key, index), &reason.to_string())
                })
            })
    }

    /// Takes elements, each from its text to its part at one go: what is in memory of all of them
    /// at a time is only what is kept.
    fn elements<E: Send>(
        &mut self,
        key: &str,
        first: usize,
        elements: Vec<E>,
        parse: impl Fn(E) -> Result<(Value, Vec<String>), String> + Sync,
    ) -> Result<(), BillError> {
        let Some(version) = self.version else {
            return Err(BillError::Unrecognised(
                "it has no `specVersion`".to_owned(),
            ));
        };
        let judging = self.judging;
        let schema = judging.then(|| Schema::of(version)).transpose()?;
        let validator = match schema {
            Some(schema) => schema.elements(key)?,
            None => None,
        };
        let unique = schema.is_some_and(|schema| schema.unique(key));
        let consumer = &*self.consumer;
        let judged: Vec<Result<Judged<C::Part>, BillError>> = elements
            .into_par_iter()
            .enumerate()
            .map(|(offset, element)| {
                let index = first.saturating_add(offset);
                let pointer = place(key, index);
                let (value, duplicates) =
                    parse(element).map_err(|reason| malformed(&pointer, &reason))?;
                let mut faults: Vec<Problem> = duplicates
                    .into_iter()
                    .filter(|_| judging)
                    .map(|inner| duplicate_key(format!("{pointer}{inner}")))
                    .collect();
                if let Some(validator) = &validator {
                    faults.extend(faults::faults(validator, &value, &pointer));
                }
                let meaning = if judging {
                    semantics::meaning(&value, pointer, key)
                } else {
                    Meaning::default()
                };
                Ok(Judged {
                    faults,
                    meaning,
                    digest: unique.then(|| digest(&value)),
                    part: consumer.part(key, index, value),
                })
            })
            .collect();
        for (offset, judged) in judged.into_iter().enumerate() {
            let judged = judged?;
            for fault in judged.faults {
                self.add(fault);
            }
            if let Some(digest) = judged.digest
                && !self.is_new(key, digest)
            {
                self.add(Problem {
                    gravity: Gravity::Error,
                    kind: ProblemKind::Schema,
                    pointer: place(key, first.saturating_add(offset)),
                    message: "the list holds this element twice".to_owned(),
                });
            }
            self.meaning(judged.meaning);
            self.consumer.take(judged.part);
        }
        Ok(())
    }
}

impl<C: Consumer> Lists for Intake<'_, C> {
    fn version(&mut self, version: SpecVersion) {
        self.version = Some(version);
    }

    fn items(
        &mut self,
        list: &str,
        first: usize,
        items: Vec<Element>,
        convert: &(dyn Fn(Element) -> Value + Sync),
    ) -> Result<(), BillError> {
        let count = self.counts.entry(list.to_owned()).or_default();
        *count = first.saturating_add(items.len());
        self.elements(list, first, items, |item| Ok((convert(item), Vec::new())))
    }
}

impl<C: Consumer> Sink for Intake<'_, C> {
    fn member(&mut self, key: &str, text: &[u8]) -> Result<(), BillError> {
        if key == "specVersion" && self.version.is_none() {
            let text: Value = serde_json::from_slice(text)
                .map_err(|error| BillError::Unrecognised(error.to_string()))?;
            self.version = Some(named(&text)?);
            for batch in std::mem::take(&mut self.waiting) {
                self.raw(&batch)?;
            }
        }
        Ok(())
    }

    fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
        let count = self.counts.entry(batch.key.clone()).or_default();
        *count = batch.first.saturating_add(batch.len());
        if self.version.is_some() {
            self.raw(&batch)
        } else {
            self.waiting.push(batch);
            Ok(())
        }
    }
}

fn malformed(pointer: &str, reason: &str) -> BillError {
    BillError::Unrecognised(format!("{pointer} is no JSON: {reason}"))
}

fn place(key: &str, index: usize) -> String {
    let mut pointer = String::new();
    push_step(&mut pointer, key);
    push_index(&mut pointer, index);
    pointer
}

fn duplicate_key(pointer: String) -> Problem {
    Problem {
        gravity: Gravity::Error,
        kind: ProblemKind::DuplicateKey,
        pointer,
        message: "the key occurs twice in its object; the last value counts here".to_owned(),
    }
}

fn version(document: &Map<String, Value>) -> Result<Option<SpecVersion>, BillError> {
    document.get("specVersion").map(named).transpose()
}

fn named(value: &Value) -> Result<SpecVersion, BillError> {
    let text = value.as_str().unwrap_or_default();
    SpecVersion::parse(text).ok_or_else(|| {
        BillError::Unrecognised(format!(
            "CycloneDX {} is none of 1.2 to 1.7",
            crate::bill::values::quoted(text)
        ))
    })
}

/// Half a SHA-256 over a form in which equal values are equal bytes.
pub(crate) fn digest(value: &Value) -> [u8; 16] {
    let mut hasher = Sha256::new();
    feed(&mut hasher, value);
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    half
}

fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(truth) => hasher.update(if *truth { b"t" } else { b"f" }),
        Value::Number(number) => {
            hasher.update(b"d");
            match number.as_f64() {
                Some(float) => hasher.update(float.to_bits().to_le_bytes()),
                None => hasher.update(number.to_string()),
            }
        }
        Value::String(text) => {
            hasher.update(b"s");
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        }
        Value::Array(items) => {
            hasher.update(b"a");
            hasher.update((items.len() as u64).to_le_bytes());
            for item in items {
                feed(hasher, item);
            }
        }
        Value::Object(members) => {
            hasher.update(b"o");
            hasher.update((members.len() as u64).to_le_bytes());
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_unstable();
            for key in keys {
                hasher.update((key.len() as u64).to_le_bytes());
                hasher.update(key);
                if let Some(value) = members.get(key) {
                    feed(hasher, value);
                }
            }
        }
    }
}
