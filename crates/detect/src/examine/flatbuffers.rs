//! Flatbuffers: models of `TensorFlow` Lite and programs of `ExecuTorch`.

use std::sync::Arc;

use waybill_formats::flatbuffers::{self, Extent};
use waybill_formats::zip::{self, ProblemKind};
use waybill_formats::{Bytes, Limits, ReadAt, SubRange};

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
        let Some((mut files, start)) = files_behind(bytes.as_ref(), end, self.context.limits)
        else {
            return bytes.len();
        };
        // The model itself is no gap of the archive, whichever way its offsets count.
        files.problems.retain(|problem| {
            let before = matches!(
                problem.kind,
                ProblemKind::Gap { .. } | ProblemKind::Prefix { .. }
            );
            !(before && problem.offset < start)
        });
        let member = archive::path(place.member, "(associated files)");
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        self.judge(&inner, Format::ZIP, bytes.len(), Facts::Zip(&files));
        for entry in files.entries.iter().filter(|entry| !entry.is_link()) {
            self.entry(bytes, Format::ZIP, entry, &inner);
        }
        if let Some(directory) = files.directory_start.filter(|_| files.comment_bytes > 0) {
            self.search(bytes, &inner, directory);
        }
        let what = "bytes after the end of the archive";
        self.trailing(bytes, place, Some(files.end), what);
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
        let model: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), 0, to));
        self.trailing(&model, place, Some(start), what);
    }
}

/// The zip behind the end of a model, and where it begins. Its offsets count from the beginning of
/// the file or from its own.
pub(super) fn files_behind(
    source: &dyn ReadAt,
    end: u64,
    limits: &Limits,
) -> Option<(zip::ZipFacts, u64)> {
    if !zip::ends_like_zip(source) {
        return None;
    }
    let files = zip::parse(source, limits)?;
    let headers = files.entries.iter().map(|entry| entry.header_offset);
    let start = headers.min().unwrap_or(0).max(files.shift);
    (start >= end && end > 0).then_some((files, start))
}

fn text_of(bytes: &Bytes, extent: Extent) -> Option<String> {
    let length = usize::try_from(extent.length.min(TEXT_BYTES)).ok()?;
    let raw = bytes.bytes_at(extent.offset, length).ok()?;
    String::from_utf8(raw).ok().filter(|text| !text.is_empty())
}
