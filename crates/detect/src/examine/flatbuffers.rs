//! Flatbuffers: models of `TensorFlow` Lite and programs of `ExecuTorch`.

use std::sync::Arc;

use waybill_formats::flatbuffers::{self, Extent};
use waybill_formats::{Bytes, SubRange, zip};

use super::{Facts, Format, Place, Walk, archive, extents};

/// Bytes behind the model that padding explains.
const PADDING_BYTES: u64 = 64;
/// Longest metadata that is read as text.
const TEXT_BYTES: u64 = 1 << 20;

impl Walk<'_> {
    pub(super) fn tflite(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = flatbuffers::tflite(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.judge(place, Format::TFLITE, bytes.len(), Facts::Tflite(&facts));
        self.weights(bytes, Format::TFLITE, place, extents::of_tflite(&facts));
        let mut texts = vec![("description".to_owned(), facts.description.clone())];
        for (name, buffer) in &facts.metadata {
            let index = usize::try_from(*buffer).unwrap_or(usize::MAX);
            let extent = facts.buffers.get(index).copied().unwrap_or_default();
            texts.extend(text_of(bytes, extent).map(|text| (name.clone(), text)));
        }
        self.metadata_texts(&texts, Format::TFLITE, place);
        let end = self.associated(bytes, facts.end, place);
        self.behind(bytes, facts.end, end, place);
    }

    /// Files that belong to the model (labels, vocabularies) stand behind it as a zip; returns where
    /// that begins.
    fn associated(&mut self, bytes: &Bytes, end: u64, place: &Place<'_>) -> u64 {
        let zip = zip::ends_like_zip(bytes.as_ref())
            .then(|| zip::parse(bytes.as_ref(), self.context.limits))
            .flatten();
        let Some(start) = zip.map(|zip| zip.shift).filter(|start| *start >= end) else {
            return bytes.len();
        };
        let length = bytes.len().saturating_sub(start);
        let files: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, length));
        let member = archive::path(place.member, "(associated files)");
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        self.examine(&files, &inner);
        start
    }

    pub(super) fn executorch(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = flatbuffers::executorch(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.judge(
            place,
            Format::EXECUTORCH,
            bytes.len(),
            Facts::Executorch(&facts),
        );
        let extents = extents::of_executorch(&facts);
        self.weights(bytes, Format::EXECUTORCH, place, extents);
        self.behind(bytes, facts.end, bytes.len(), place);
    }

    /// What stands behind the last byte that belongs to the model.
    fn behind(&mut self, bytes: &Bytes, from: u64, to: u64, place: &Place<'_>) {
        let start = archive::after_blank(bytes.as_ref(), from);
        if start >= to || to.saturating_sub(from) < PADDING_BYTES {
            return;
        }
        let what = "bytes behind the last part of the model";
        if to == bytes.len() {
            self.trailing(bytes, place, Some(start), what);
        } else {
            self.judge(
                place,
                Format::TRAILING,
                bytes.len(),
                Facts::Trailing { start, what },
            );
        }
    }
}

fn text_of(bytes: &Bytes, extent: Extent) -> Option<String> {
    let length = usize::try_from(extent.length.min(TEXT_BYTES)).ok()?;
    let raw = bytes.bytes_at(extent.offset, length).ok()?;
    String::from_utf8(raw).ok().filter(|text| !text.is_empty())
}
