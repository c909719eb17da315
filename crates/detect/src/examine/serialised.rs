//! Serialised objects and model files of other programs: recognised, parsed, judged.

use std::sync::Arc;

use waybill_formats::{
    Bytes, Limits, ReadAt, arrow, catboost, msgpack, parquet, pickle, r_data, rknn, seven_zip,
    torch7, ubjson,
};
use waybill_source::document;

use super::{Extent, Facts, Format, Place, Walk};
use crate::file::code_in_model::MARKS;
use crate::serialised::skops_type::JudgedSkops;

/// The formats of this group, by their beginning.
pub(super) fn recognise(head: &[u8], length: u64) -> Option<Format> {
    if r_data::recognises(head, length) {
        return Some(Format::R_DATA);
    }
    if torch7::recognises(head, length) {
        return Some(Format::TORCH7);
    }
    if seven_zip::recognises(head, length) {
        return Some(Format::SEVEN_ZIP);
    }
    if catboost::recognises(head, length) {
        return Some(Format::CATBOOST);
    }
    if ubjson::recognises(head, length) {
        return Some(Format::UBJSON);
    }
    if parquet::recognises(head, length) {
        return Some(Format::PARQUET);
    }
    if arrow::recognises(head, length) {
        return Some(Format::ARROW);
    }
    if rknn::recognises(head) {
        return Some(Format::RKNN);
    }
    None
}

/// Formats of compiled models without a mark that is known, by name: whatever the bytes look like, a
/// program of that kind loads them.
pub(super) fn by_extension(name: &str) -> Option<Format> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "engine" | "trt" => Some(Format::TENSORRT),
        "rknn" => Some(Format::RKNN),
        "t7" => Some(Format::TORCH7_TEXT),
        _ => None,
    }
}

/// Formats without a mark of their own, where nothing else fits: by their first value, or by name.
pub(super) fn by_name(head: &[u8], name: &str, length: u64) -> Option<Format> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named = ["msgpack", "mpk", "mpack", "flax"];
    (named.contains(&extension.to_ascii_lowercase().as_str()) || msgpack::recognises(head, length))
        .then_some(Format::MSGPACK)
}

/// Values without any mark that are one whole in a format, to the last byte.
pub(super) fn by_parsing(source: &dyn ReadAt, head: &[u8], limits: &Limits) -> Option<Format> {
    const MOST_BYTES: u64 = 256 << 20;
    let holds = matches!(head, [0x80..=0x9f | 0xdc..=0xdf, ..]);
    if !holds || source.len() > MOST_BYTES {
        return None;
    }
    let facts = msgpack::parse(source, limits);
    (facts.broken.is_none() && facts.end == source.len()).then_some(Format::MSGPACK)
}

impl Walk<'_> {
    /// Parses and judges a format of this group; false if it is none.
    pub(super) fn serialised(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) -> bool {
        let source = bytes.as_ref();
        let limits = self.context.limits;
        match format {
            Format::R_DATA => {
                if let Some(facts) = r_data::parse(source, limits) {
                    self.judge(place, format, bytes.len(), Facts::R(&facts));
                    self.ended(bytes, format, place, facts.broken.as_ref(), facts.end);
                }
            }
            Format::TORCH7 | Format::TORCH7_TEXT => self.torch_seven(bytes, format, place),
            Format::MSGPACK => self.msgpack(bytes, place),
            Format::UBJSON => {
                if let Some(facts) = ubjson::parse(source, limits) {
                    for (offset, text) in &facts.texts {
                        let (offset, length) = (*offset, bytes.len());
                        self.judge(place, format, length, Facts::ModelText { offset, text });
                    }
                    self.ended(bytes, format, place, facts.broken.as_ref(), facts.end);
                }
            }
            Format::CATBOOST => self.catboost(bytes, place),
            Format::TENSORRT => self.engine(bytes, place),
            Format::RKNN => self.rknn(bytes, place),
            Format::PARQUET => self.parquet(bytes, place),
            Format::ARROW => {
                if let Some(facts) = arrow::parse(bytes, limits) {
                    self.judge(place, format, bytes.len(), Facts::Arrow(&facts));
                    self.metadata_texts(&facts.metadata, format, place);
                    self.search(bytes, place, 0);
                    self.damaged(bytes, format, place, facts.broken.as_ref());
                    if facts.broken.is_none() {
                        self.trailing(bytes, place, Some(facts.end), "bytes after the stream");
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// Boosters written as JSON hold names and parameters, no code.
    pub(super) fn model_json(&mut self, raw: &[u8], place: &Place<'_>) {
        let holds = |word: &str| memchr::memmem::find(raw, word.as_bytes()).is_some();
        let booster = holds("\"learner\"") && holds("\"gradient_booster\"")
            || holds("\"oblivious_trees\"") && holds("\"features_info\"");
        if !booster {
            return;
        }
        for mark in MARKS {
            if let Some(at) = memchr::memmem::find(raw, mark.as_bytes()) {
                let text = around(raw, at);
                let (offset, text) = (at as u64, text.as_str());
                let length = raw.len() as u64;
                self.judge(
                    place,
                    Format::JSON,
                    length,
                    Facts::ModelText { offset, text },
                );
            }
        }
    }

    fn damaged(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        broken: Option<&(u64, String)>,
    ) {
        if let Some(broken) = broken {
            let problems = [broken.clone()];
            self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
        }
    }

    fn torch_seven(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        if let Some(facts) = torch7::parse(bytes.as_ref(), self.context.limits) {
            self.judge(place, format, bytes.len(), Facts::Torch7(&facts));
            self.ended(bytes, format, place, facts.broken.as_ref(), facts.end);
        } else {
            let reason = "it begins as no object of Torch7 does".to_owned();
            self.damaged(bytes, format, place, Some(&(0, reason)));
            self.marks(bytes, format, place);
            self.search(bytes, place, 0);
        }
    }

    fn parquet(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::PARQUET;
        let Some(facts) = parquet::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.judge(place, format, bytes.len(), Facts::Parquet(&facts));
        self.damaged(bytes, format, place, facts.broken.as_ref());
        self.metadata_texts(&facts.metadata, format, place);
        // What Arrow knows of the columns beyond what Parquet says.
        for (key, text) in &facts.metadata {
            let schema = (key == "ARROW:schema").then(|| pickle::base64(text.as_bytes()));
            if let Some(schema) = schema.flatten() {
                let schema: Bytes = Arc::new(schema);
                if let Some(arrow) = arrow::parse(&schema, self.context.limits) {
                    self.judge(place, format, bytes.len(), Facts::Arrow(&arrow));
                }
            }
        }
        self.search(bytes, place, 0);
    }

    /// Looks for code among the texts of a model that nothing here reads.
    pub(super) fn marks(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        const PIECE_BYTES: usize = 1 << 20;
        const OVERLAP_BYTES: u64 = 256;
        const MOST_BYTES: u64 = 512 << 20;
        let mut from = 0_u64;
        let mut told = 0_u32;
        while from < bytes.len().min(MOST_BYTES) && told < 16 {
            let piece = bytes.bytes_at(from, PIECE_BYTES).unwrap_or_default();
            for mark in MARKS.iter().map(|mark| mark.as_bytes()).chain([LIBRARY]) {
                if let Some(at) = memchr::memmem::find(&piece, mark) {
                    let text = around(&piece, at);
                    let offset = from.saturating_add(at as u64);
                    let text = text.as_str();
                    self.judge(
                        place,
                        format,
                        bytes.len(),
                        Facts::ModelText { offset, text },
                    );
                    told = told.saturating_add(1);
                }
            }
            if piece.len() < PIECE_BYTES {
                break;
            }
            from = from.saturating_add((PIECE_BYTES as u64).saturating_sub(OVERLAP_BYTES));
        }
    }

    fn msgpack(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::MSGPACK;
        let facts = msgpack::parse(bytes.as_ref(), self.context.limits);
        self.judge(
            place,
            format,
            bytes.len(),
            Facts::Damaged(&facts.odd_arrays),
        );
        let extents = facts.bytes.iter().map(|(start, length)| Extent {
            name: format!("bytes at {start}"),
            start: *start,
            end: start.saturating_add(*length),
            element: None,
        });
        self.weights(bytes, format, place, extents.collect());
        self.search(bytes, place, 0);
        if let Some(broken) = &facts.broken {
            let problems = [broken.clone()];
            self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
        } else {
            self.trailing(bytes, place, Some(facts.end), "bytes after the object");
        }
    }

    fn catboost(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::CATBOOST;
        let Some(facts) = catboost::parse(bytes, self.context.limits) else {
            return;
        };
        for (_, text) in &facts.info {
            let offset = 8;
            self.judge(
                place,
                format,
                bytes.len(),
                Facts::ModelText { offset, text },
            );
        }
        self.metadata_texts(&facts.info, format, place);
        if let Some(broken) = &facts.broken {
            let problems = [broken.clone()];
            self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
        } else if facts.parts == 0 {
            self.trailing(bytes, place, Some(facts.end), "bytes after the model");
        }
        self.search(bytes, place, 0);
    }

    /// Tells how the reading of a format ended: at a break, behind which pickles are looked for, or
    /// before bytes that belong to nothing.
    fn ended(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        broken: Option<&(u64, String)>,
        end: u64,
    ) {
        match broken {
            Some(broken) => {
                let problems = [broken.clone()];
                self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
                self.search(bytes, place, 0);
            }
            None => self.trailing(bytes, place, Some(end), "bytes after the object"),
        }
    }

    /// The schema of a skops file, whatever else the archive holds.
    pub(super) fn skops(&mut self, content: &Bytes, place: &Place<'_>) {
        let cap = self.context.limits.text_bytes;
        if content.len() > cap {
            self.judge(
                place,
                Format::SKOPS,
                content.len(),
                Facts::Limit("text_bytes"),
            );
        }
        let length = usize::try_from(content.len().min(cap)).unwrap_or(usize::MAX);
        let raw = content.bytes_at(0, length).unwrap_or_default();
        let facts = document::skops(&String::from_utf8_lossy(&raw));
        if facts.recognised || place.name.starts_with("schema.json") && facts.stopped.is_some() {
            let judged = JudgedSkops::new(&facts, self.context);
            self.judge(place, Format::SKOPS, content.len(), Facts::Skops(&judged));
        }
    }
}

/// How the name of a native library ends.
const LIBRARY: &[u8] = b".so";

/// The printable text that a place stands in.
fn around(piece: &[u8], at: usize) -> String {
    const BEFORE: usize = 80;
    const AFTER: usize = 120;
    let printable = |byte: &&u8| byte.is_ascii_graphic() || **byte == b' ';
    let before = piece.get(..at).unwrap_or_default();
    let start = before
        .iter()
        .rev()
        .take(BEFORE)
        .take_while(printable)
        .count();
    let from = at.saturating_sub(start);
    let text = piece.get(from..).unwrap_or_default();
    let length = text
        .iter()
        .take(start.saturating_add(AFTER))
        .take_while(printable)
        .count();
    String::from_utf8_lossy(text.get(..length).unwrap_or_default()).into_owned()
}
