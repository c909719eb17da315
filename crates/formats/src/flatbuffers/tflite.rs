//! `TensorFlow` Lite: operator codes, graphs, buffers and metadata.

use super::reader::{Reader, Table};
use super::{Extent, OperatorCode, Problem, ProblemKind, Tensor, TfliteFacts};
use crate::{Limits, ReadAt, problems};

/// Longest text of a name of a file.
const NAME: &str = "a name";

pub(super) fn read(source: &dyn ReadAt, limits: &Limits) -> TfliteFacts {
    let mut reader = Reader::new(source, limits);
    let mut facts = TfliteFacts::default();
    match reader.root() {
        Some(model) => fill(&mut reader, model, &mut facts),
        None => facts.unreadable(0, "the model"),
    }
    if reader.exhausted() {
        facts.note(0, ProblemKind::LimitReached { limit: "structure" });
    }
    facts.end = reader.end;
    facts
}

impl TfliteFacts {
    fn note(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }

    fn unreadable(&mut self, offset: u64, what: &'static str) {
        self.note(offset, ProblemKind::Unreadable { what });
    }

    fn text(&mut self, found: Result<Option<String>, ()>, offset: u64) -> Option<String> {
        found.unwrap_or_else(|()| {
            self.unreadable(offset, NAME);
            None
        })
    }
}

fn fill(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    facts.version = reader.scalar(model, 0, 4);
    let description = reader.text(model, 3);
    facts.description = facts.text(description, model.at).unwrap_or_default();
    operators(reader, model, facts);
    graphs(reader, model, facts);
    buffers(reader, model, facts);
    metadata(reader, model, facts);
    external(reader, model, facts);
    let buffers = facts.buffers.len() as u64;
    let beyond = facts
        .tensors
        .iter()
        .find(|tensor| tensor.buffer >= buffers.max(1));
    if let Some(index) = beyond.map(|tensor| tensor.buffer) {
        let what = "a tensor's buffer";
        facts.note(model.at, ProblemKind::NotThere { what, index });
    }
    if facts.calls == 0 {
        facts.note(model.at, ProblemKind::Empty);
    }
}

fn operators(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    let (tables, whole) = reader.tables(model, 1);
    if !whole {
        facts.unreadable(model.at, "the list of operators");
    }
    for table in tables {
        // The number once had one byte; what does not fit stands in the newer field.
        let old = reader.scalar(table, 0, 1);
        let new = reader.scalar(table, 3, 4);
        let name = reader.text(table, 1);
        let custom = facts.text(name, table.at);
        facts.operators.push(OperatorCode {
            offset: table.at,
            builtin: i64::try_from(old.max(new)).unwrap_or(i64::MAX),
            custom,
        });
    }
}

fn graphs(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    let (tables, whole) = reader.tables(model, 2);
    if !whole {
        facts.unreadable(model.at, "the list of graphs");
    }
    for graph in tables {
        facts.graphs = facts.graphs.saturating_add(1);
        let (tensors, whole) = reader.tables(graph, 0);
        if !whole {
            facts.unreadable(graph.at, "a list of tensors");
        }
        for tensor in tensors {
            let name = reader.text(tensor, 3);
            let found = Tensor {
                name: facts.text(name, tensor.at).unwrap_or_default(),
                datatype: reader.scalar(tensor, 1, 1),
                buffer: reader.scalar(tensor, 2, 4),
            };
            facts.tensors.push(found);
            pass(reader, tensor, &[(0, 4), (7, 4)]);
            if let Ok(Some(numbers)) = reader.child(tensor, 4) {
                pass(reader, numbers, &[(0, 4), (1, 4), (2, 4), (3, 8)]);
            }
        }
        pass(reader, graph, &[(1, 4), (2, 4), (4, 1)]);
        calls(reader, graph, facts);
    }
}

/// Takes note of where vectors end.
fn pass(reader: &mut Reader<'_>, table: Table, vectors: &[(u64, u64)]) {
    for (index, width) in vectors {
        let _ = reader.vector(table, *index, *width);
    }
}

fn calls(reader: &mut Reader<'_>, graph: Table, facts: &mut TfliteFacts) {
    let (calls, whole) = reader.tables(graph, 3);
    if !whole {
        facts.unreadable(graph.at, "a list of calls");
    }
    for call in calls {
        facts.calls = facts.calls.saturating_add(1);
        let index = reader.scalar(call, 0, 4);
        if index >= facts.operators.len() as u64 {
            let what = "a call's operator";
            facts.note(call.at, ProblemKind::NotThere { what, index });
        }
        pass(reader, call, &[(1, 4), (2, 4), (5, 1), (7, 1), (8, 4)]);
        let _ = reader.child(call, 4);
        let _ = reader.child(call, 12);
    }
}

fn buffers(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    let (tables, whole) = reader.tables(model, 4);
    if !whole {
        facts.unreadable(model.at, "the list of buffers");
    }
    for table in tables {
        let index = facts.buffers.len() as u64;
        let (offset, length) = (reader.scalar(table, 1, 8), reader.scalar(table, 2, 8));
        let extent = match reader.vector(table, 0, 1) {
            Ok(Some(vector)) => Extent {
                offset: vector.start,
                length: vector.count,
            },
            // Models of more than 2 GiB keep the data behind the flatbuffer.
            Ok(None) if offset > 1 => Extent { offset, length },
            Ok(None) => Extent::default(),
            Err(()) => {
                facts.unreadable(table.at, "the data of a buffer");
                Extent::default()
            }
        };
        let end = extent.offset.saturating_add(extent.length);
        if let Some(missing) = end
            .checked_sub(reader.length())
            .filter(|missing| *missing > 0)
        {
            let what = "buffer";
            facts.note(
                table.at,
                ProblemKind::BeyondEnd {
                    what,
                    index,
                    missing,
                },
            );
        }
        reader.cover(end);
        facts.buffers.push(extent);
    }
}

fn metadata(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    let (tables, whole) = reader.tables(model, 6);
    if !whole {
        facts.unreadable(model.at, "the list of metadata");
    }
    for table in tables {
        let name = reader.text(table, 0);
        let name = facts.text(name, table.at).unwrap_or_default();
        facts.metadata.push((name, reader.scalar(table, 1, 4)));
    }
    let (signatures, _) = reader.tables(model, 7);
    for signature in signatures {
        let _ = reader.text(signature, 2);
        for field in [0, 1] {
            let (maps, _) = reader.tables(signature, field);
            for map in maps {
                let _ = reader.text(map, 0);
            }
        }
    }
}

/// Groups of buffers in other files, by the name of each file.
fn external(reader: &mut Reader<'_>, model: Table, facts: &mut TfliteFacts) {
    let (groups, whole) = reader.tables(model, 8);
    if !whole {
        facts.unreadable(model.at, "the list of external buffers");
    }
    for group in groups {
        let name = reader.text(group, 0);
        let name = facts.text(name, group.at).unwrap_or_default();
        facts.external_files.push(name);
    }
}
