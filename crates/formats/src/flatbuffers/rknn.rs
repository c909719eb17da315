//! The graph inside of models for the NPUs of Rockchip.

use super::reader::{Reader, Table, Vector};
use super::spans::Spans;
use super::{Buffer, Extent, Problem, ProblemKind, RknnGraph};
use crate::{Limits, ReadAt, problems};

/// Names of operators that are listed.
const LISTED: usize = 10_000;
/// Which kind of tensor is held in the model: constants, and what the NPU is told to do.
const CONSTANT: u64 = 4;
const COMMANDS: u64 = 7;

pub(super) fn read(source: &dyn ReadAt, limits: &Limits) -> RknnGraph {
    let mut reader = Reader::new(source, limits);
    reader.spans = Some(Spans::default());
    // The offset of the root and the identifier.
    reader.hold(0, 8);
    let mut facts = RknnGraph::default();
    match reader.root() {
        Some(model) => fill(&mut reader, model, &mut facts),
        None => facts.unreadable(0, "the model"),
    }
    if reader.exhausted() {
        facts.note(0, ProblemKind::LimitReached { limit: "structure" });
    }
    facts.end = reader.end;
    let gaps = reader.spans.as_ref().map(Spans::gaps);
    facts.gaps = gaps.unwrap_or_default();
    facts
}

impl RknnGraph {
    fn note(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }

    fn unreadable(&mut self, offset: u64, what: &'static str) {
        self.note(offset, ProblemKind::Unreadable { what });
    }
}

fn fill(reader: &mut Reader<'_>, model: Table, facts: &mut RknnGraph) {
    const TEXTS: [(&str, u64); 7] = [
        ("device", 1),
        ("generator", 3),
        ("compiler", 7),
        ("target", 8),
        ("source", 9),
        ("inputs", 12),
        ("outputs", 13),
    ];
    for (name, index) in TEXTS {
        let value = text(reader, model, index, facts);
        if !value.is_empty() {
            facts.texts.push((name.to_owned(), value));
        }
    }
    let (buffers, whole) = reader.tables(model, 4);
    if !whole {
        facts.unreadable(model.at, "the list of buffers");
    }
    let buffers: Vec<Option<Vector>> = buffers
        .into_iter()
        .map(|buffer| {
            reader.vector(buffer, 0, 1).unwrap_or_else(|()| {
                facts.unreadable(buffer.at, "a buffer");
                None
            })
        })
        .collect();
    let mut used = vec![false; buffers.len()];
    let (graphs, whole) = reader.tables(model, 2);
    if !whole {
        facts.unreadable(model.at, "the list of graphs");
    }
    for graph in graphs {
        nodes(reader, graph, facts);
        tensors(reader, graph, &buffers, &mut used, facts);
    }
    // A buffer that no tensor names is held all the same.
    for (index, buffer) in buffers.iter().enumerate() {
        let named = used.get(index).copied().unwrap_or_default();
        if let Some(buffer) = buffer.filter(|buffer| !named && buffer.count > 0) {
            facts.buffers.push(Buffer {
                name: format!("buffer {index}"),
                commands: false,
                extent: of(buffer),
            });
        }
    }
}

fn of(buffer: Vector) -> Extent {
    Extent {
        offset: buffer.start,
        length: buffer.count,
    }
}

fn nodes(reader: &mut Reader<'_>, graph: Table, facts: &mut RknnGraph) {
    let (nodes, whole) = reader.tables(graph, 1);
    if !whole {
        facts.unreadable(graph.at, "a list of operators");
    }
    let mut seen = std::collections::HashSet::new();
    let mut full = false;
    for node in nodes {
        let name = text(reader, node, 1, facts);
        if seen.contains(&name) {
            continue;
        }
        if facts.operators.len() < LISTED {
            facts.operators.push((problems::excerpt(&name), node.at));
            seen.insert(name);
        } else if !full {
            full = true;
            let limit = "operators";
            facts.note(node.at, ProblemKind::LimitReached { limit });
        }
    }
}

fn tensors(
    reader: &mut Reader<'_>,
    graph: Table,
    buffers: &[Option<Vector>],
    used: &mut [bool],
    facts: &mut RknnGraph,
) {
    let (tensors, whole) = reader.tables(graph, 0);
    if !whole {
        facts.unreadable(graph.at, "a list of tensors");
    }
    for tensor in tensors {
        let kind = reader.scalar(tensor, 2, 1);
        if kind != CONSTANT && kind != COMMANDS {
            continue;
        }
        // The first buffer is that of tensors that hold nothing.
        let index = usize::try_from(reader.scalar(tensor, 18, 4)).unwrap_or(usize::MAX);
        let name = text(reader, tensor, 5, facts);
        let Some(buffer) = buffers.get(index) else {
            facts.unreadable(tensor.at, "the buffer of a tensor");
            continue;
        };
        let named = used
            .get_mut(index)
            .is_some_and(|used| std::mem::replace(used, true));
        if let Some(buffer) = buffer.filter(|_| !named) {
            let commands = kind == COMMANDS;
            facts.buffers.push(Buffer {
                name: match name.as_str() {
                    "" => format!("buffer {index}"),
                    name => problems::excerpt(name),
                },
                commands,
                extent: of(buffer),
            });
        }
    }
}

fn text(reader: &mut Reader<'_>, table: Table, index: u64, facts: &mut RknnGraph) -> String {
    match reader.text(table, index) {
        Ok(text) => text.unwrap_or_default(),
        Err(()) => {
            facts.unreadable(table.at, "a name");
            String::new()
        }
    }
}
