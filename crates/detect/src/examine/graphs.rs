//! Graphs of operators in protobuf, told by their structure: there is no magic number.

use std::sync::Arc;

use waybill_domain::Severity;
use waybill_formats::graphs::{self, cntk, coreml, mxnet, paddle};
use waybill_formats::tensorflow::TensorFlowFacts;
use waybill_formats::{Bytes, ReadAt, onnx, tensorflow};

use super::{Extent, Facts, Format, Noted, NotedKind, Place, Position, Walk, archive, extents};
use crate::config::{call_target, named};
use crate::rule::quoted;

/// Formats that this module examines.
pub(super) fn is_graph(format: Format) -> bool {
    matches!(
        format,
        Format::ONNX
            | Format::SAVED_MODEL
            | Format::META_GRAPH
            | Format::GRAPH_DEF
            | Format::KERAS_METADATA
            | Format::CHECKPOINT_INDEX
            | Format::CHECKPOINT_DATA
            | Format::ONNX_TENSOR
            | Format::PBTXT
            | Format::CNTK
            | Format::COREML
            | Format::COREML_WEIGHTS
            | Format::PADDLE
            | Format::PADDLE_PARAMETERS
            | Format::SENTENCEPIECE
            | Format::MXNET
            | Format::CRFSUITE
            | Format::XGBOOST
    )
}

/// Formats of numbers and names that begin with a mark.
pub(super) fn by_mark(head: &[u8]) -> Option<Format> {
    if mxnet::recognises(head) {
        return Some(Format::MXNET);
    }
    // CRFsuite: the mark, the size of the file, the kind of model; XGBoost before it wrote JSON.
    if head.starts_with(b"lCRF") && head.get(8..12) == Some(b"FOMC") {
        return Some(Format::CRFSUITE);
    }
    (head.starts_with(b"binf") && head.contains(&0)).then_some(Format::XGBOOST)
}

/// Binary formats without a magic number, told by their structure.
pub(super) fn by_structure(source: &dyn ReadAt, head: &[u8], name: &str) -> Option<Format> {
    if cntk::is_model(source) {
        return Some(Format::CNTK);
    }
    if tensorflow::is_index(source) {
        return Some(Format::CHECKPOINT_INDEX);
    }
    if onnx::recognises(head, source.len()) && onnx::is_model(source) {
        return Some(Format::ONNX);
    }
    match tensorflow::container(source) {
        Some(tensorflow::Container::SavedModel) => return Some(Format::SAVED_MODEL),
        Some(tensorflow::Container::MetaGraph) => return Some(Format::META_GRAPH),
        Some(tensorflow::Container::Graph) => return Some(Format::GRAPH_DEF),
        None => {}
    }
    if tensorflow::is_keras_metadata(source) {
        return Some(Format::KERAS_METADATA);
    }
    if onnx::is_tensor(source) {
        return Some(Format::ONNX_TENSOR);
    }
    let told = [
        (coreml::is_model(source), Format::COREML),
        (coreml::is_weights(head), Format::COREML_WEIGHTS),
        (paddle::is_program(source), Format::PADDLE),
        (paddle::is_parameters(source), Format::PADDLE_PARAMETERS),
        (graphs::is_sentencepiece(source), Format::SENTENCEPIECE),
        (is_checkpoint_data(name), Format::CHECKPOINT_DATA),
    ];
    let found = told.into_iter().find(|(is, _)| *is);
    found.map(|(_, format)| format)
}

/// True for `variables.data-00000-of-00001` and its like, which hold numbers and nothing that tells
/// so. The name counts only for bytes that are no other format.
fn is_checkpoint_data(name: &str) -> bool {
    let parts = name.rsplit_once(".data-").map(|(_, shard)| shard);
    let Some((shard, of)) = parts.and_then(|shard| shard.split_once("-of-")) else {
        return false;
    };
    [shard, of]
        .iter()
        .all(|digits| digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

impl Walk<'_> {
    pub(super) fn graph(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        match format {
            Format::ONNX => self.onnx(bytes, place),
            Format::CHECKPOINT_INDEX => self.checkpoint_index(bytes, place),
            Format::COREML | Format::PADDLE => self.other_graph(bytes, format, place),
            Format::PADDLE_PARAMETERS => self.paddle_parameters(bytes, place),
            Format::MXNET => self.mxnet(bytes, place),
            Format::CNTK => self.cntk(bytes, place),
            Format::CHECKPOINT_DATA
            | Format::ONNX_TENSOR
            | Format::COREML_WEIGHTS
            | Format::CRFSUITE
            | Format::XGBOOST
            | Format::SENTENCEPIECE => {
                self.search(bytes, place, 0);
                self.programs(bytes, format, place, 0, Position::Unstructured);
            }
            _ => self.tensorflow(bytes, format, place),
        }
    }

    /// Looks at the tensors of a message, and at what stands behind the last of them.
    fn tensors(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>, extents: Vec<Extent>) {
        let end = extents.iter().map(|extent| extent.end).max();
        self.weights(bytes, format, place, extents);
        let position = match end {
            Some(_) => Position::Behind,
            None => Position::Unstructured,
        };
        self.programs(bytes, format, place, end.unwrap_or(0), position);
    }

    fn onnx(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = onnx::parse(bytes.as_ref(), self.context.limits) else {
            return self.search(bytes, place, 0);
        };
        self.judge(place, Format::ONNX, bytes.len(), Facts::Onnx(&facts));
        self.claim_external(&facts, place);
        self.tensors(bytes, Format::ONNX, place, extents::of_onnx(&facts));
        if let Some(broken) = facts.broken {
            self.search(bytes, place, broken.offset());
        }
    }

    fn other_graph(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let (source, limits) = (bytes.as_ref(), self.context.limits);
        let facts = match format {
            Format::COREML => coreml::parse(source, limits),
            _ => paddle::parse(source, limits),
        };
        if let Some(facts) = facts {
            let kind = match format {
                Format::COREML => Facts::CoreMl(&facts),
                _ => Facts::Paddle(&facts),
            };
            self.judge(place, format, bytes.len(), kind);
        }
        self.search(bytes, place, 0);
        self.programs(bytes, format, place, 0, Position::Unstructured);
    }

    fn cntk(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::CNTK;
        let Some(facts) = cntk::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        let graph = &facts.graph;
        self.judge(place, format, bytes.len(), Facts::CoreMl(graph));
        // What reads a user's function back is imported and called.
        let noted = graph.classes.iter().filter_map(|(_, name, _)| {
            let standing = named::judge(name, self.context);
            let (severity, why) = call_target::judge("_target_", name, &standing)?;
            (severity >= Severity::High).then(|| Noted {
                kind: NotedKind::Target,
                line: 1,
                severity,
                message: format!("a user-defined function names {}: {why}", quoted(name)),
            })
        });
        let noted: Vec<Noted> = noted.collect();
        if !noted.is_empty() {
            self.judge(place, format, bytes.len(), Facts::Noted(&noted));
        }
        self.search(bytes, place, 0);
        self.tensors(bytes, format, place, extents::of_cntk(&facts));
    }

    fn paddle_parameters(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let facts = paddle::parse_parameters(bytes.as_ref(), self.context.limits);
        let Some(facts) = facts else {
            return;
        };
        let extents = extents::of_parameters(&facts);
        self.weights(bytes, Format::PADDLE_PARAMETERS, place, extents);
        self.trailing(
            bytes,
            place,
            facts.trailing_start,
            "bytes after the tensors",
        );
    }

    fn mxnet(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::MXNET;
        let Some(facts) = mxnet::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.weights(bytes, format, place, extents::of_mxnet(&facts));
        match facts.broken {
            Some(broken) => {
                self.judge(place, format, bytes.len(), Facts::Damaged(&[broken]));
                self.search(bytes, place, facts.end);
            }
            None => self.trailing(bytes, place, Some(facts.end), "bytes after the arrays"),
        }
    }

    fn checkpoint_index(&mut self, bytes: &Bytes, place: &Place<'_>) {
        if let Some(facts) = tensorflow::parse_index(bytes.as_ref(), self.context.limits) {
            let format = Format::CHECKPOINT_INDEX;
            self.judge(place, format, bytes.len(), Facts::CheckpointIndex(&facts));
            self.claim_checkpoint(&facts, place);
        }
        self.search(bytes, place, 0);
    }

    /// Configurations of layers are read like those that stand in files of their own. Classes of
    /// the maker are no matter here: where they are not at hand, Keras runs the graph instead.
    fn keras_objects(&mut self, facts: &TensorFlowFacts, place: &Place<'_>) {
        let before = self.found.findings.len();
        for (index, text) in facts.keras.iter().enumerate() {
            // Configurations of layers are read like those that stand in files of their own.
            let member = archive::path(place.member, &format!("(object {index})"));
            let inner = Place {
                name: "config.json",
                member: Some(&member),
                depth: place.depth.saturating_add(1),
                polyglot: false,
            };
            let content: Bytes = Arc::new(text.text.clone().into_bytes());
            self.text(&content, Format::JSON, &inner);
        }
        let new = self.found.findings.split_off(before);
        let kept = new
            .into_iter()
            .filter(|one| one.rule != "keras-custom-object");
        self.found.findings.extend(kept);
    }

    fn tensorflow(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let (source, limits) = (bytes.as_ref(), self.context.limits);
        let facts = match format {
            Format::KERAS_METADATA => tensorflow::parse_keras_metadata(source, limits),
            Format::PBTXT => Some(tensorflow::parse_text(source, limits)),
            _ => tensorflow::parse(source, limits),
        };
        let Some(facts) = facts else {
            return self.search(bytes, place, 0);
        };
        self.judge(place, format, bytes.len(), Facts::TensorFlow(&facts));
        self.tensors(bytes, format, place, extents::of_tensorflow(&facts));
        self.keras_objects(&facts, place);
        if let Some(broken) = facts.broken {
            self.search(bytes, place, broken.offset());
        }
    }
}
