//! Models for the NPUs of Rockchip (`.rknn`).
//!
//! No document describes the layout; what is read here is what public readers of the format know of it and
//! what models show that Rockchip publishes: a mark, the version, the length of a part (a flatbuffer, or a
//! binary graph of OpenVX), 40 bytes from version 2 on, that part, and a description in JSON with its length
//! before it. What else there is, is said to be unexplained.

use crate::flatbuffers::{self, RknnGraph};
use crate::{Limits, ReadAt, ReadFailed};

/// The newest version whose layout is known.
const NEWEST: u64 = 6;
/// What is set in versions of older tools beside the number.
const OLD_TOOLS: u64 = 0x1000;
/// Bytes that are looked at at once.
const PIECE_BYTES: usize = 64 << 10;
/// Gaps of a graph that are listed; what lies behind the last of them is one more.
const GAPS: usize = 1000;

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RknnFacts {
    /// The version of the file around the model; zero for a model by itself.
    pub version: u64,
    /// What the model is.
    pub content: Content,
    /// Offset of the model.
    pub start: u64,
    /// Its length as stated.
    pub length: u64,
    /// The graph, if the model is a flatbuffer; its offsets count from the beginning of the file.
    pub graph: Option<RknnGraph>,
    /// Kinds of operators of the graph, each once, with the offset of the first that is of it.
    pub operators: Vec<(String, u64)>,
    /// Where the description in JSON stands: offset and length.
    pub description: Option<(u64, u64)>,
    /// Bytes that nothing explains: from, to.
    pub unexplained: Vec<(u64, u64)>,
    /// Bytes between the tables of the graph that nothing explains, where they are many: from, to.
    pub gaps: Vec<(u64, u64)>,
    /// Offset behind the last part.
    pub end: u64,
    /// Where the file contradicts itself: offset and what is wrong.
    pub problems: Vec<(u64, String)>,
}

/// What a model for an NPU is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// A flatbuffer.
    Graph,
    /// A binary graph of OpenVX.
    OpenVx,
    /// Encrypted.
    Encrypted,
    /// Nothing that is known.
    #[default]
    Unknown,
}

/// True if the content begins as such a model does.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"RKNN")
        || head.starts_with(b"CYPTRKNN")
        || head.len() > 8 && flatbuffers::recognises_rknn(head)
}

/// Reads the model; `None` if the content does not begin as one.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<RknnFacts> {
    let head = source.bytes_at(0, 24).ok()?;
    if !recognises(&head) {
        return None;
    }
    let mut facts = RknnFacts::default();
    if head.starts_with(b"CYPTRKNN") {
        facts.content = Content::Encrypted;
        facts.start = 8;
        facts.length = source.len().saturating_sub(8);
        facts.end = source.len();
        facts.unexplained.push((8, facts.end));
    } else if head.starts_with(b"RKNN") {
        contained(source, limits, &head, &mut facts);
    } else {
        facts.length = source.len();
        facts.end = source.len();
        model(source, limits, &mut facts);
    }
    Some(facts)
}

/// A model in the file around it.
fn contained(source: &dyn ReadAt, limits: &Limits, head: &[u8], facts: &mut RknnFacts) {
    let whole = source.len();
    let (Some(version), Some(length)) = (number(head, 8), number(head, 16)) else {
        facts.end = whole;
        let reason = "the file ends in its header".to_owned();
        facts.problems.push((whole, reason));
        return;
    };
    facts.version = version;
    facts.length = length;
    facts.start = 24;
    let tool = version & !OLD_TOOLS;
    if !(1..=NEWEST).contains(&tool) {
        facts.end = whole;
        facts.unexplained.push((8, whole));
        return;
    }
    if tool >= 2 && length > 0 {
        facts.start = 64;
    }
    let end = facts.start.saturating_add(length);
    if end > whole {
        let there = whole.saturating_sub(facts.start);
        let reason = format!("the header states a model of {length} bytes, {there} are there");
        facts.problems.push((16, reason));
        facts.length = there;
        facts.end = whole;
    } else {
        facts.end = end;
    }
    model(source, limits, facts);
    if end < whole {
        description(source, end, facts);
    }
}

/// What stands behind the model: a length and a text.
fn description(source: &dyn ReadAt, at: u64, facts: &mut RknnFacts) {
    let stated = source.bytes_at(at, 8).ok();
    let Some(length) = stated.and_then(|bytes| number(&bytes, 0)) else {
        facts.unexplained.push((at, source.len()));
        facts.end = source.len();
        return;
    };
    let start = at.saturating_add(8);
    let end = start.saturating_add(length);
    if end > source.len() {
        let there = source.len().saturating_sub(start);
        let reason = format!("the description is to have {length} bytes, {there} are there");
        facts.problems.push((at, reason));
        facts.unexplained.push((start, source.len()));
        facts.end = source.len();
        return;
    }
    if length > 0 {
        facts.description = Some((start, length));
    }
    facts.end = end;
}

fn model(source: &dyn ReadAt, limits: &Limits, facts: &mut RknnFacts) {
    if facts.length == 0 {
        return;
    }
    let part = Part {
        source,
        start: facts.start,
        length: facts.length,
    };
    let end = facts.start.saturating_add(facts.length);
    let head = part.bytes_at(0, 8).unwrap_or_default();
    if let Some(mut graph) = flatbuffers::rknn(&part, limits) {
        moved(&mut graph, facts.start);
        facts.content = Content::Graph;
        if holds_bytes(source, graph.end, end) {
            facts.unexplained.push((graph.end, end));
        }
        facts.gaps = gaps(source, &graph.gaps);
        facts.operators = std::mem::take(&mut graph.operators);
        facts.graph = Some(graph);
        return;
    }
    if head.starts_with(b"VPMN") {
        facts.content = Content::OpenVx;
    } else if head.starts_with(b"CYPTRKNN") {
        facts.content = Content::Encrypted;
    }
    facts.unexplained.push((facts.start, end));
}

/// The gaps that hold anything.
fn gaps(source: &dyn ReadAt, all: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let holding = all.iter().copied();
    let mut holding = holding.filter(|(from, to)| holds_bytes(source, *from, *to));
    let mut gaps: Vec<(u64, u64)> = holding.by_ref().take(GAPS).collect();
    if let (Some((from, _)), Some((_, to))) = (holding.next(), all.last()) {
        gaps.push((from, *to));
    }
    gaps
}

/// Offsets of the graph as offsets of the file.
fn moved(graph: &mut RknnGraph, by: u64) {
    graph.end = graph.end.saturating_add(by);
    for buffer in &mut graph.buffers {
        buffer.extent.offset = buffer.extent.offset.saturating_add(by);
    }
    for (from, to) in &mut graph.gaps {
        *from = from.saturating_add(by);
        *to = to.saturating_add(by);
    }
    for (_, offset) in &mut graph.operators {
        *offset = offset.saturating_add(by);
    }
    for problem in &mut graph.problems {
        problem.offset = problem.offset.saturating_add(by);
    }
}

fn number(head: &[u8], at: usize) -> Option<u64> {
    let bytes = head.get(at..at.checked_add(8)?)?;
    bytes.try_into().ok().map(u64::from_le_bytes)
}

/// True if one of the bytes is not zero.
fn holds_bytes(source: &dyn ReadAt, mut from: u64, to: u64) -> bool {
    while from < to {
        let wanted = usize::try_from(to.saturating_sub(from)).unwrap_or(PIECE_BYTES);
        let piece = source.bytes_at(from, wanted.min(PIECE_BYTES));
        match piece {
            Ok(piece) if piece.is_empty() => return false,
            Ok(piece) if piece.iter().all(|byte| *byte == 0) => {
                from = from.saturating_add(piece.len() as u64);
            }
            _ => return true,
        }
    }
    false
}

/// A part of the file, read by itself.
struct Part<'a> {
    source: &'a dyn ReadAt,
    start: u64,
    length: u64,
}

impl ReadAt for Part<'_> {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = there.min(buffer.len());
        let buffer = buffer.get_mut(..count).unwrap_or_default();
        self.source
            .read_at(self.start.saturating_add(offset), buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(kind: &str, text: &str) -> RknnFacts {
        let bytes = waybill_fixtures::assemble(kind, text).unwrap();
        parse(&bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn graphs_are_read_with_what_they_hold() {
        let text = "rknn\noperator \"Conv\"\noperator \"cstSoftmax\"\ntensor \"w\" hex=00010203\ncommand hex=0707\ndescription : text\n  {}\n";
        let facts = facts("flatbuffer", text);
        assert_eq!((facts.version, facts.content), (2, Content::Graph));
        assert_eq!((facts.problems.len(), facts.unexplained.len()), (0, 0));
        let graph = facts.graph.unwrap();
        assert_eq!(graph.problems, []);
        let names: Vec<_> = facts.operators.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Conv", "cstSoftmax"]);
        let buffers = graph.buffers.iter();
        let held: Vec<_> = buffers
            .map(|buffer| (buffer.name.as_str(), buffer.commands, buffer.extent.length))
            .collect();
        assert_eq!(held, [("w", false, 4), ("buffer 2", true, 2)]);
        assert!(
            graph
                .texts
                .contains(&("target".to_owned(), "rk3588".to_owned()))
        );
        let (start, length) = facts.description.unwrap();
        assert_eq!(start + length, facts.end);
    }

    /// A graph whose root stands so many bytes farther back.
    fn apart(filler: &[u8]) -> RknnFacts {
        let text = "rknn\noperator \"Conv\"\ntensor \"w\" hex=00010203\n";
        let whole = waybill_fixtures::assemble("flatbuffer", text).unwrap();
        let length = number(&whole, 16)
            .unwrap()
            .saturating_add(filler.len() as u64);
        let root = u32::from_le_bytes(whole[64..68].try_into().unwrap());
        let root = root.saturating_add(u32::try_from(filler.len()).unwrap());
        let mut bytes = whole[..16].to_vec();
        bytes.extend(length.to_le_bytes());
        bytes.extend(&whole[24..64]);
        bytes.extend(root.to_le_bytes());
        bytes.extend(&whole[68..72]);
        bytes.extend(filler);
        bytes.extend(&whole[72..]);
        parse(&bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn bytes_before_the_tables_are_told() {
        let facts = apart(&[7; 200_000]);
        assert_eq!((facts.problems.len(), facts.operators.len()), (0, 1));
        assert_eq!(facts.gaps, [(72, 200_072)]);
        assert_eq!(apart(&[0; 200_000]).gaps, []);
        assert_eq!(apart(&[7; 1000]).gaps, []);
    }

    #[test]
    fn operators_beyond_the_limit_are_told() {
        use std::fmt::Write as _;
        let mut text = "rknn\n".to_owned();
        for index in 0..=10_000 {
            writeln!(text, "operator \"Conv{index}\"").unwrap();
        }
        let facts = facts("flatbuffer", &text);
        assert_eq!(facts.operators.len(), 10_000);
        let problems = facts.graph.unwrap().problems;
        let told: Vec<_> = problems.iter().map(|one| one.kind.to_string()).collect();
        assert_eq!(told, ["the limit of operators was reached"]);
    }

    #[test]
    fn what_is_not_known_is_unexplained() {
        let encrypted = facts("bytes", "text \"CYPTRKNN\"\nu8 repeat=20 7\n");
        assert_eq!(encrypted.content, Content::Encrypted);
        assert_eq!(encrypted.unexplained, [(8, 28)]);
        let newer = facts("bytes", "text \"RKNN\"\nu32le 0\nu64le 9 4\nu8 1 2 3 4\n");
        assert_eq!(newer.unexplained, [(8, 28)]);
        let vx =
            "text \"RKNN\"\nu32le 0\nu64le 1 12\ntext \"VPMN\"\nu64le 0\nu64le 2\ntext \"{}\"\n";
        let vx = facts("bytes", vx);
        assert_eq!(
            (vx.content, vx.description),
            (Content::OpenVx, Some((44, 2)))
        );
        assert_eq!((vx.unexplained, vx.end), (vec![(24, 36)], 46));
    }

    #[test]
    fn lengths_that_lie_are_told() {
        let short = facts("bytes", "text \"RKNN\"\nu32le 0\nu64le 1 99\nu8 1 2\n");
        assert_eq!(
            short.problems,
            [(
                16,
                "the header states a model of 99 bytes, 2 are there".to_owned()
            )]
        );
        let text = "text \"RKNN\"\nu32le 0\nu64le 1 0 99\ntext \"{}\"\n";
        assert_eq!(facts("bytes", text).problems.len(), 1);
        assert_eq!(facts("bytes", "text \"RKNN\"\n").problems.len(), 1);
    }
}
