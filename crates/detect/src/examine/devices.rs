//! Models that were compiled for a device: for NPUs of Rockchip, and engines of `TensorRT`.

use std::collections::BTreeSet;
use std::sync::Arc;

use waybill_formats::rknn::{self, Content};
use waybill_formats::tensorrt;
use waybill_formats::{Bytes, SubRange};
use waybill_source::document::{DocumentLimits, Node, json};

use super::{Extent, Facts, Format, Opaque, Place, Position, Walk, archive};
use crate::rule::quoted;

impl Walk<'_> {
    pub(super) fn rknn(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::RKNN;
        let Some(mut facts) = rknn::parse(bytes.as_ref(), self.context.limits) else {
            self.unlike(bytes, format, place);
            return;
        };
        if let Some((start, length)) = facts.description {
            let (kinds, problem) = described(bytes, start, length);
            facts.operators.extend(kinds);
            facts.problems.extend(problem.map(|reason| (start, reason)));
        }
        self.judge(place, format, bytes.len(), Facts::Rknn(&facts));
        if !facts.problems.is_empty() {
            self.judge(place, format, bytes.len(), Facts::Damaged(&facts.problems));
        }
        let mut opaque: Vec<Opaque> = Vec::new();
        for (start, end) in &facts.unexplained {
            let what = match facts.content {
                Content::Graph => "bytes of the model that no public layout explains",
                Content::OpenVx => "a binary graph of OpenVX, whose layout is not public",
                Content::Encrypted => "an encrypted model",
                Content::Unknown => "a model in a layout that is not public",
            };
            opaque.push(Opaque {
                start: *start,
                end: *end,
                what,
                minor: false,
            });
        }
        opaque.extend(between(&facts.gaps));
        if let Some(graph) = &facts.graph {
            for buffer in graph.buffers.iter().filter(|buffer| buffer.commands) {
                opaque.push(Opaque {
                    start: buffer.extent.offset,
                    end: buffer.extent.offset.saturating_add(buffer.extent.length),
                    what: "what the NPU is told to do",
                    minor: true,
                });
            }
            let held = graph.buffers.iter().map(|buffer| Extent {
                name: buffer.name.clone(),
                start: buffer.extent.offset,
                end: buffer.extent.offset.saturating_add(buffer.extent.length),
                element: None,
            });
            self.weights(bytes, format, place, held.collect());
            self.metadata_texts(&graph.texts, format, place);
        } else {
            self.programs(bytes, format, place, 0, Position::Unstructured);
        }
        self.judge(place, format, bytes.len(), Facts::Opaque(&opaque));
        if let Some((start, length)) = facts.description {
            self.inside(bytes, start, length, "(description)", place);
        }
        self.marks(bytes, format, place);
        self.search(bytes, place, 0);
        let what = "bytes after the model";
        self.trailing(bytes, place, Some(facts.end), what);
    }

    pub(super) fn engine(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::TENSORRT;
        let Some(facts) = tensorrt::parse(bytes.as_ref()) else {
            self.unlike(bytes, format, place);
            return;
        };
        self.judge(place, format, bytes.len(), Facts::TensorRt(&facts));
        if !facts.problems.is_empty() {
            self.judge(place, format, bytes.len(), Facts::Damaged(&facts.problems));
        }
        let end = facts.end.unwrap_or(bytes.len());
        let opaque = [Opaque {
            start: facts.start,
            end,
            what: "an engine: code for the GPU, weights and data of plugins in a layout that is not public; loading it is running it",
            minor: false,
        }];
        self.judge(place, format, bytes.len(), Facts::Opaque(&opaque));
        if let Some((start, length)) = facts.metadata {
            self.inside(bytes, start, length, "(metadata)", place);
        }
        self.programs(bytes, format, place, facts.start, Position::Engine);
        self.marks(bytes, format, place);
        self.search(bytes, place, 0);
        self.trailing(bytes, place, Some(end), "bytes after the engine");
    }

    /// A file that is named like a model for a device, and is none that is known.
    fn unlike(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let opaque = [Opaque {
            start: 0,
            end: bytes.len(),
            what: "a model by its name, in a layout that is not known",
            minor: false,
        }];
        self.judge(place, format, bytes.len(), Facts::Opaque(&opaque));
        self.programs(bytes, format, place, 0, Position::Unstructured);
        self.marks(bytes, format, place);
        self.search(bytes, place, 0);
    }

    /// Examines a part of a model by itself.
    fn inside(&mut self, bytes: &Bytes, start: u64, length: u64, name: &str, place: &Place<'_>) {
        let part: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, length));
        let member = archive::path(place.member, name);
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        self.examine(&part, &inner);
    }
}

/// Bytes between the tables of a graph: in large models there are some that only its writer knows.
fn between(gaps: &[(u64, u64)]) -> impl Iterator<Item = Opaque> + '_ {
    const MANY: u64 = 64 << 10;
    let all = gaps.iter().fold(0_u64, |sum, (start, end)| {
        sum.saturating_add(end.saturating_sub(*start))
    });
    gaps.iter().map(move |(start, end)| Opaque {
        start: *start,
        end: *end,
        what: "bytes between the tables of the model that no public layout explains",
        minor: all < MANY,
    })
}

/// Kinds of operators that the description of a model names, each once, and what keeps it from being read
/// whole.
fn described(bytes: &Bytes, start: u64, length: u64) -> (Vec<(String, u64)>, Option<String>) {
    const MOST_BYTES: u64 = 16 << 20;
    let wanted = usize::try_from(length.min(MOST_BYTES)).unwrap_or_default();
    let raw = bytes.bytes_at(start, wanted).unwrap_or_default();
    let text = String::from_utf8_lossy(&raw);
    let document = json(text.trim_end_matches('\0'), &DocumentLimits::default());
    let root = document.root().filter(|root| root.is_map());
    // A reader may take the first of two lists or the last.
    let kinds: BTreeSet<&str> = root
        .into_iter()
        .flat_map(|root| values(root, "nodes"))
        .flat_map(|nodes| {
            let named = nodes.entries().iter().map(|(_, _, node)| node);
            nodes.items().iter().chain(named)
        })
        .flat_map(|node| values(node, "op"))
        .filter_map(Node::text)
        .collect();
    let kinds = kinds.into_iter().map(|kind| (kind.to_owned(), start));
    let problem = if length > MOST_BYTES {
        Some(format!(
            "the description has {length} bytes, of which {MOST_BYTES} are read"
        ))
    } else if let Some(unread) = document.unread.first() {
        let reason = quoted(&unread.reason);
        Some(format!("the description cannot be read whole: {reason}"))
    } else if document.cut || root.is_none() {
        Some("the description is no whole object of JSON".to_owned())
    } else {
        None
    };
    (kinds.collect(), problem)
}

/// All values of a key of a map.
fn values<'a>(node: &'a Node, key: &'a str) -> impl Iterator<Item = &'a Node> {
    let entries = node.entries().iter();
    entries
        .filter(move |(name, _, _)| name == key)
        .map(|(_, _, value)| value.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Option<String>) {
        let bytes: Bytes = Arc::new(text.as_bytes().to_vec());
        let (kinds, problem) = described(&bytes, 0, text.len() as u64);
        (kinds.into_iter().map(|(kind, _)| kind).collect(), problem)
    }

    #[test]
    fn descriptions_are_read_whole_or_told() {
        let plain = r#"{"nodes": [{"op": "RKNN_OP_A"}, {"op": "RKNN_OP_A"}]}"#;
        assert_eq!(read(plain), (vec!["RKNN_OP_A".to_owned()], None));
        let twice = r#"{"nodes": [{"op": "RKNN_OP_CUSTOM"}], "nodes": []}"#;
        let (kinds, problem) = read(twice);
        assert_eq!(kinds, ["RKNN_OP_CUSTOM"]);
        assert!(problem.unwrap().contains("occurs twice"));
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(600), "]".repeat(600));
        assert!(read(&deep).1.unwrap().contains("deeper"));
        for broken in [r#"{"a": 1 "b" "nodes": []}"#, "[]", "", "{} {}"] {
            assert!(read(broken).1.is_some(), "{broken}");
        }
        let long = format!("{{{}\"nodes\": []}}", " ".repeat(17 << 20));
        assert!(read(&long).1.unwrap().contains("are read"));
    }

    #[test]
    fn many_bytes_between_tables_are_no_small_matter() {
        let minor = |gaps: &[(u64, u64)]| between(gaps).all(|part| part.minor);
        assert!(minor(&[(0, 5000), (9000, 20_000)]));
        assert!(!minor(&[(0, 40_000), (50_000, 90_000)]));
    }
}
