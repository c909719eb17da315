//! What is wrong with a document, and where its references stand. References are known by their
//! number; only of those that nothing has declared yet the text is kept.

use waybill_domain::bill::{Gravity, Problem, ProblemKind, Problems};

use super::schema::Standard;
use crate::bill::{gathering::Symbol, values::quoted};

/// The list that declares something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Document,
    Packages,
    Files,
    Graph,
}

/// The element that declares a reference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) list: List,
    pub(super) index: u32,
}

impl Place {
    pub(super) fn new(list: List, index: usize) -> Self {
        Self {
            list,
            index: u32::try_from(index).unwrap_or(u32::MAX),
        }
    }

    /// Its JSON pointer.
    pub(super) fn pointer(self) -> String {
        let index = self.index;
        match self.list {
            List::Document => "/SPDXID".to_owned(),
            List::Packages => format!("/packages/{index}"),
            List::Files => format!("/files/{index}"),
            List::Graph => format!("/@graph/{index}"),
        }
    }
}

/// A reference that was mentioned before anything declared it.
struct Mention {
    symbol: Symbol,
    text: Box<str>,
    index: u32,
    /// The member of a relationship of SPDX 2; none in a graph.
    member: Option<&'static str>,
}

/// What is wrong so far.
pub(super) struct Judgement {
    /// False if what is wrong does not matter.
    pub(super) judging: bool,
    problems: Problems,
    /// What the schema of each version finds wrong.
    faults: [Problems; 2],
    /// What is missing by our own account, which counts where no schema does.
    lacking: Problems,
    /// The version that the document turned out to be of.
    standard: Option<Standard>,
    most: usize,
    places: Vec<Option<Place>>,
    open: Vec<Mention>,
}

impl Judgement {
    pub(super) fn new(judging: bool, most: usize) -> Self {
        Self {
            judging,
            problems: Problems::default(),
            faults: Default::default(),
            lacking: Problems::default(),
            standard: None,
            most,
            places: Vec::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, problem: Problem) {
        if self.judging {
            self.problems.add(problem, self.most);
        }
    }

    /// Notes what a document lacks; for one that is held against a schema that schema says so.
    pub(super) fn lacks(&mut self, problem: Problem) {
        if self.judging {
            self.lacking.add(problem, self.most);
        }
    }

    /// Notes what the schema of a version finds wrong, should the document be of that version.
    pub(super) fn fault(&mut self, standard: Standard, problem: Problem) {
        let [older, graph] = &mut self.faults;
        let faults = match standard {
            Standard::Older => older,
            Standard::Graph => graph,
        };
        faults.add(problem, self.most);
    }

    /// Says by the schema of which version the document is judged.
    pub(super) fn hold(&mut self, standard: Standard) {
        self.standard = Some(standard);
    }

    /// Says that the schema is of another version than the document.
    pub(super) fn let_go(&mut self) {
        self.standard = None;
    }

    pub(super) fn wrong(&mut self, kind: ProblemKind, pointer: &str, message: String) {
        self.add(error(kind, pointer, message));
    }

    /// Where a reference was declared first.
    pub(super) fn place(&self, symbol: Symbol) -> Option<Place> {
        self.places.get(symbol as usize).copied().flatten()
    }

    /// Notes that an element declares a reference; says so if another did before.
    pub(super) fn declare(&mut self, symbol: Symbol, id: &str, place: Place) {
        if let Some(first) = self.place(symbol) {
            let member = match place.list {
                List::Graph => "spdxId",
                _ => "SPDXID",
            };
            self.wrong(
                ProblemKind::DuplicateReference,
                &format!("{}/{member}", place.pointer()),
                format!(
                    "{} is also the reference of `{}`",
                    quoted(id),
                    first.pointer()
                ),
            );
            return;
        }
        let at = symbol as usize;
        if self.places.len() <= at {
            self.places.resize(at.saturating_add(1), None);
        }
        if let Some(slot) = self.places.get_mut(at) {
            *slot = Some(place);
        }
    }

    /// Notes that a relationship mentions a reference.
    pub(super) fn mention(
        &mut self,
        symbol: Symbol,
        id: &str,
        index: usize,
        member: Option<&'static str>,
    ) {
        if self.judging && self.place(symbol).is_none() {
            self.open.push(Mention {
                symbol,
                text: id.into(),
                index: u32::try_from(index).unwrap_or(u32::MAX),
                member,
            });
        }
    }

    /// All that is wrong, once everything was read.
    pub(super) fn finish(mut self) -> Problems {
        for mention in std::mem::take(&mut self.open) {
            if self.place(mention.symbol).is_some() {
                continue;
            }
            let index = mention.index;
            let pointer = match mention.member {
                Some(member) => format!("/relationships/{index}/{member}"),
                None => format!("/@graph/{index}"),
            };
            self.wrong(
                ProblemKind::DanglingReference,
                &pointer,
                format!("{} refers to nothing in the bill", quoted(&mention.text)),
            );
        }
        let [older, graph] = self.faults;
        let mut all = match self.standard {
            Some(Standard::Older) => older,
            Some(Standard::Graph) => graph,
            None => self.lacking,
        };
        join(&mut all, self.problems, self.most);
        all
    }
}

/// Puts more problems behind others.
fn join(all: &mut Problems, more: Problems, most: usize) {
    for (kind, count) in more.counts {
        let total = all.counts.entry(kind).or_default();
        *total = total.saturating_add(count);
    }
    all.errors = all.errors.saturating_add(more.errors);
    let room = most.saturating_sub(all.listed.len());
    all.listed.extend(more.listed.into_iter().take(room));
}

/// A problem that makes a document wrong.
pub(super) fn error(kind: ProblemKind, pointer: &str, message: String) -> Problem {
    Problem {
        gravity: Gravity::Error,
        kind,
        pointer: pointer.to_owned(),
        message,
    }
}

/// Something that a schema demands and that is not there.
pub(super) fn missing(pointer: &str, key: &str) -> Problem {
    error(ProblemKind::Schema, pointer, format!("`{key}` is missing"))
}
