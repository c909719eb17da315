//! `ExecuTorch`: operators, delegates and segments.

use super::reader::{Reader, Table};
use super::{Delegate, ExecutorchFacts, Extent, Problem, ProblemKind, Segment};
use crate::{Limits, ReadAt, problems};

pub(super) fn read(source: &dyn ReadAt, limits: &Limits) -> ExecutorchFacts {
    let mut reader = Reader::new(source, limits);
    let mut facts = ExecutorchFacts::default();
    // Behind the identifier: `eh00`, its length, the program's size, where segments begin.
    let mut base = 0;
    if reader.number(8, 4) == Some(u64::from(u32::from_le_bytes(*b"eh00"))) {
        base = reader.number(24, 8).unwrap_or(0);
        let end = reader.number(16, 8).unwrap_or(0);
        reader.cover(end);
    }
    match reader.root() {
        Some(program) => fill(&mut reader, program, base, &mut facts),
        None => facts.unreadable(0, "the program"),
    }
    if reader.exhausted() {
        facts.note(0, ProblemKind::LimitReached { limit: "structure" });
    }
    facts.end = reader.end;
    facts
}

impl ExecutorchFacts {
    fn note(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }

    fn unreadable(&mut self, offset: u64, what: &'static str) {
        self.note(offset, ProblemKind::Unreadable { what });
    }
}

fn fill(reader: &mut Reader<'_>, program: Table, base: u64, facts: &mut ExecutorchFacts) {
    facts.version = reader.scalar(program, 0, 4);
    let (plans, whole) = reader.tables(program, 1);
    if !whole {
        facts.unreadable(program.at, "the list of plans");
    }
    for plan in plans {
        let (operators, whole) = reader.tables(plan, 6);
        if !whole {
            facts.unreadable(plan.at, "a list of operators");
        }
        for operator in operators {
            let mut name = text(reader, operator, 0, facts);
            let overload = text(reader, operator, 1, facts);
            if !overload.is_empty() {
                name.push('.');
                name.push_str(&overload);
            }
            if !facts.operators.contains(&name) {
                facts.operators.push(name);
            }
        }
        let (delegates, whole) = reader.tables(plan, 7);
        if !whole {
            facts.unreadable(plan.at, "a list of delegates");
        }
        for delegate in delegates {
            let backend = text(reader, delegate, 0, facts);
            facts.delegates.push(Delegate {
                offset: delegate.at,
                backend,
            });
        }
    }
    segments(reader, program, base, facts);
}

fn text(reader: &mut Reader<'_>, table: Table, index: u64, facts: &mut ExecutorchFacts) -> String {
    match reader.text(table, index) {
        Ok(text) => text.unwrap_or_default(),
        Err(()) => {
            facts.unreadable(table.at, "a name");
            String::new()
        }
    }
}

fn segments(reader: &mut Reader<'_>, program: Table, base: u64, facts: &mut ExecutorchFacts) {
    let (buffers, whole) = reader.tables(program, 2);
    let (inline, inline_whole) = reader.tables(program, 3);
    if !whole || !inline_whole {
        facts.unreadable(program.at, "a list of data");
    }
    for table in buffers.into_iter().chain(inline) {
        if let Ok(Some(vector)) = reader.vector(table, 0, 1) {
            facts.segments.push(Segment {
                extent: Extent {
                    offset: vector.start,
                    length: vector.count,
                },
            });
        }
    }
    let (segments, whole) = reader.tables(program, 4);
    if !whole {
        facts.unreadable(program.at, "the list of segments");
    }
    for (index, segment) in segments.into_iter().enumerate() {
        let extent = Extent {
            offset: base.saturating_add(reader.scalar(segment, 0, 8)),
            length: reader.scalar(segment, 1, 8),
        };
        let end = extent.offset.saturating_add(extent.length);
        if let Some(missing) = end
            .checked_sub(reader.length())
            .filter(|missing| *missing > 0)
        {
            let what = "segment";
            let index = index as u64;
            facts.note(
                segment.at,
                ProblemKind::BeyondEnd {
                    what,
                    index,
                    missing,
                },
            );
        }
        reader.cover(end);
        facts.segments.push(Segment { extent });
    }
}
