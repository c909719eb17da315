//! Models that were compiled for a device: for NPUs of Rockchip, and engines of `TensorRT`.

use std::collections::BTreeSet;
use std::sync::Arc;

use waybill_formats::rknn::{self, Content};
use waybill_formats::tensorrt;
use waybill_formats::{Bytes, SubRange};
use waybill_source::document::{DocumentLimits, Node, json};

use super::{Extent, Facts, Format, Opaque, Place, Position, Walk, archive};

impl Walk<'_> {
    pub(super) fn rknn(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::RKNN;
        let Some(mut facts) = rknn::parse(bytes.as_ref(), self.context.limits) else {
            self.unlike(bytes, format, place);
            return;
        };
        if let Some((start, length)) = facts.description {
            facts.operators.extend(described(bytes, start, length));
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

/// Kinds of operators that the description of a model names, each once.
fn described(bytes: &Bytes, start: u64, length: u64) -> Vec<(String, u64)> {
    const MOST_BYTES: u64 = 16 << 20;
    let length = usize::try_from(length.min(MOST_BYTES)).unwrap_or_default();
    let raw = bytes.bytes_at(start, length).unwrap_or_default();
    let text = String::from_utf8_lossy(&raw);
    let document = json(&text, &DocumentLimits::default());
    let nodes = document.root().and_then(|root| root.get("nodes"));
    let kinds: BTreeSet<&str> = nodes
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| node.get("op").and_then(Node::text))
        .collect();
    kinds
        .into_iter()
        .map(|kind| (kind.to_owned(), start))
        .collect()
}
