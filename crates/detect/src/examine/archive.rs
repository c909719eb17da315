//! Containers: what stands in them is examined like anything else.

use std::sync::Arc;

use waybill_formats::wrapper::{Budget, Codec, Ended, Expanded, expand};
use waybill_formats::zip::{Entry, ProblemKind, ZipFacts};
use waybill_formats::{Bytes, Limits, ReadAt, SubRange, numpy, tar, zip};

use waybill_formats::planes::Element;

use super::kinds::{is_exported_weight, is_script, is_storage, kind};
use super::{Extent, Facts, Format, Place, Walk, identify, native, neighbours};
use crate::Context;
use crate::graph::torch_names::TorchNames;
use crate::tensors::tensor_not_numbers;

/// Stored members up to this size have their checksum verified; longer ones are tensors.
pub(super) const CHECKED_BYTES: u64 = 16 << 20;
/// Bytes of a compressed member that are looked at before all of it is expanded.
const PEEKED_BYTES: u64 = 64 << 10;
/// Bytes of `TorchScript` source that are read from one member.
const SCRIPT_BYTES: usize = 8 << 20;

/// The path of a member inside a member.
pub(super) fn path(outer: Option<&str>, name: &str) -> String {
    match outer {
        Some(outer) => format!("{outer}!/{name}"),
        None => name.to_owned(),
    }
}

/// Where the data goes on after white space and zero padding.
pub(super) fn after_blank(source: &dyn ReadAt, from: u64) -> u64 {
    let mut offset = from;
    while let Ok(chunk) = source.bytes_at(offset, 4096) {
        let blank = chunk
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == 0)
            .count();
        offset = offset.saturating_add(blank as u64);
        if blank < chunk.len() || chunk.is_empty() {
            break;
        }
    }
    offset
}

/// The body of an entry as it stands in the archive.
pub(super) fn body(bytes: &Bytes, entry: &Entry) -> Option<Bytes> {
    let start = entry.data_start?;
    Some(Arc::new(SubRange::new(
        Arc::clone(bytes),
        start,
        entry.compressed_bytes,
    )))
}

pub(super) fn checksum(body: &Bytes) -> Option<u32> {
    let bytes = body.bytes_at(0, usize::try_from(body.len()).ok()?).ok()?;
    Some(crc32fast::hash(&bytes))
}

impl Walk<'_> {
    pub(super) fn zip(&mut self, bytes: &Bytes, place: &Place<'_>) -> Option<String> {
        let facts = zip::parse(bytes.as_ref(), self.context.limits)?;
        let kind = kind(&facts);
        self.members(bytes, &facts, kind, place);
        Some(kind.name.to_owned())
    }

    /// A program behind which the parts of a model are packed as a zip: what stands before and between
    /// them is the program.
    pub(super) fn llamafile(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(mut facts) = zip::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        let outside = |kind: &ProblemKind| {
            matches!(kind, ProblemKind::Prefix { .. } | ProblemKind::Gap { .. })
        };
        facts.problems.retain(|problem| !outside(&problem.kind));
        let place = Place {
            polyglot: true,
            ..*place
        };
        self.members(bytes, &facts, Format::LLAMAFILE, &place);
    }

    fn members(&mut self, bytes: &Bytes, facts: &ZipFacts, kind: Format, place: &Place<'_>) {
        self.judge(place, kind, bytes.len(), Facts::Zip(facts));
        let names = facts.entries.iter().map(|entry| entry.name.as_str());
        let holder = std::mem::replace(&mut self.model_archive, native::holds_model(kind, names));
        let around = std::mem::replace(&mut self.torchscript, kind == Format::TORCHSCRIPT);
        let outer = std::mem::take(&mut self.storages);
        let around_keras = std::mem::replace(&mut self.keras, kind == Format::KERAS);
        let mut entries: Vec<&Entry> = facts
            .entries
            .iter()
            .filter(|entry| !(entry.is_link() || entry.is_folder() && entry.compressed_bytes == 0))
            .collect();
        // What says where tensors lie comes before the files in which they lie.
        entries.sort_by_key(|entry| {
            let manifest = entry.name.ends_with("MANIFEST.json");
            (!manifest, !neighbours::names_others(&entry.name))
        });
        for entry in entries {
            self.entry(bytes, kind, entry, place);
        }
        self.torchscript = around;
        self.model_archive = holder;
        self.storages = outer;
        self.keras = around_keras;
        if facts.end < bytes.len() {
            self.trailing(
                bytes,
                place,
                Some(facts.end),
                "bytes after the end of the archive",
            );
        }
        if let Some(start) = facts.directory_start.filter(|_| facts.comment_bytes > 0) {
            self.search(bytes, place, start);
        }
        if facts.shift > 0 && !place.polyglot {
            self.prefix(bytes, facts.shift, place);
        }
    }

    /// What stands before the archive, unless it was identified with the artifact itself.
    fn prefix(&mut self, bytes: &Bytes, length: u64, place: &Place<'_>) {
        let prefix: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), 0, length));
        self.search(&prefix, place, 0);
    }

    pub(super) fn entry(&mut self, bytes: &Bytes, kind: Format, entry: &Entry, place: &Place<'_>) {
        let member = path(place.member, &entry.name);
        let inner = Place {
            name: &entry.name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let Some(body) = body(bytes, entry) else {
            self.judge(
                &inner,
                kind,
                0,
                Facts::Unread("its local header is not where the directory says"),
            );
            return;
        };
        let codec = match (entry.method, Codec::of_zip_method(entry.method)) {
            (0, _) => None,
            (_, Some(codec)) => Some(codec),
            (method, None) => {
                self.judge(
                    &inner,
                    kind,
                    body.len(),
                    Facts::Unread(&format!("compression method {method} is not known")),
                );
                return;
            }
        };
        if matches!(kind, Format::TORCH_ZIP | Format::TORCHSCRIPT)
            && is_storage(&entry.name)
            && codec.is_none()
        {
            self.storage(&body, kind, &inner);
            return;
        }
        match codec {
            None => self.stored(&body, kind, entry, &inner),
            Some(codec) => self.compressed(&body, codec, kind, entry, &inner),
        }
    }

    fn stored(&mut self, body: &Bytes, kind: Format, entry: &Entry, inner: &Place<'_>) {
        if body.len() <= CHECKED_BYTES
            && let Some(crc32) = checksum(body)
            && crc32 != entry.crc32
        {
            self.judge(inner, kind, body.len(), Facts::ZipBody { entry, crc32 });
        }
        self.member(body, kind, entry, inner);
    }

    fn compressed(
        &mut self,
        body: &Bytes,
        codec: Codec,
        kind: Format,
        entry: &Entry,
        inner: &Place<'_>,
    ) {
        if is_plain_array(body, codec, entry, self.context) {
            return;
        }
        let declared = entry
            .uncompressed_bytes
            .checked_div(entry.compressed_bytes.max(1))
            .unwrap_or(0);
        if entry.uncompressed_bytes > self.context.limits.bomb_bytes
            && declared > self.context.limits.bomb_ratio
        {
            let ended = Ended::Bomb {
                produced: entry.uncompressed_bytes,
                ratio: declared,
            };
            self.judge(inner, kind, body.len(), Facts::Wrapper { ended: &ended });
            return;
        }
        let expanded = expand(
            codec,
            body,
            self.context.limits,
            self.budget,
            self.context.scratch,
        );
        if expanded.ended != Ended::Whole {
            self.judge(
                inner,
                kind,
                body.len(),
                Facts::Wrapper {
                    ended: &expanded.ended,
                },
            );
        } else if expanded.crc32 != entry.crc32 {
            self.judge(
                inner,
                kind,
                body.len(),
                Facts::ZipBody {
                    entry,
                    crc32: expanded.crc32,
                },
            );
        }
        if !matches!(expanded.ended, Ended::Bomb { .. }) {
            self.member(&expanded.bytes, kind, entry, inner);
        }
    }

    /// Examines a member's content.
    fn member(&mut self, content: &Bytes, kind: Format, entry: &Entry, inner: &Place<'_>) {
        let first = identify::identify(content, inner.name, self.context.limits)
            .first()
            .copied();
        let other = first.is_some_and(|format| {
            format.is_examined() && format != Format::PYTHON && !format.is_script()
        });
        if let Some(first) = first {
            self.native_member(content, first, kind, inner);
        }
        if kind == Format::TORCHSCRIPT && is_script(&entry.name) && !other {
            let text = content.bytes_at(0, SCRIPT_BYTES).unwrap_or_default();
            if content.len() > text.len() as u64 {
                self.judge(
                    inner,
                    kind,
                    content.len(),
                    Facts::Limit("bytes of one script"),
                );
            }
            self.judge(
                inner,
                kind,
                content.len(),
                Facts::TorchScript(&String::from_utf8_lossy(&text)),
            );
            let names = TorchNames::of_script(&String::from_utf8_lossy(&text));
            self.torch_names(&names, kind, inner);
            return;
        }
        if matches!(kind, Format::TORCH_ZIP | Format::TORCHSCRIPT) && is_storage(&entry.name) {
            self.storage(content, kind, inner);
            return;
        }
        if kind == Format::PT2 && first == Some(Format::UNKNOWN) && is_exported_weight(&entry.name)
        {
            self.storage(content, kind, inner);
            return;
        }
        if entry.name == "schema.json" {
            self.skops(content, inner);
        }
        let format = self.examine(content, inner);
        if entry.encrypted() && format == Format::UNKNOWN.name {
            self.judge(inner, kind, content.len(), Facts::Unread("it is encrypted"));
        }
    }

    /// A member that should hold nothing but numbers: examined only if it begins like another format.
    fn storage(&mut self, content: &Bytes, kind: Format, inner: &Place<'_>) {
        let before = self.found.findings.len();
        let key = inner.name.rsplit('/').next().unwrap_or_default();
        let element = match self.storages.get(key) {
            Some(element) => *element,
            // Pickles may stand behind the storages that they name.
            None => content.len().is_multiple_of(4).then_some(Element::F32),
        };
        let extent = Extent {
            name: inner.name.to_owned(),
            start: 0,
            end: content.len(),
            element,
        };
        self.weights(content, kind, inner, vec![extent]);
        let foreign = self.found.findings.get(before..).unwrap_or_default();
        if foreign
            .iter()
            .any(|finding| finding.rule == tensor_not_numbers::RULE.info.id)
        {
            self.examine(content, inner);
        }
    }

    pub(super) fn tar(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = tar::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.judge(place, Format::TAR, bytes.len(), Facts::Tar(&facts));
        let names = facts.entries.iter().map(|entry| entry.path.as_str());
        let holds = native::holds_model(Format::TAR, names);
        let outer = std::mem::replace(&mut self.model_archive, holds);
        let mut entries: Vec<&tar::Entry> = facts.entries.iter().collect();
        entries.sort_by_key(|entry| {
            let manifest = entry.path.ends_with("MANIFEST.json");
            (!manifest, !neighbours::names_others(&entry.path))
        });
        for entry in entries {
            if !entry.kind.has_data() || entry.data_bytes() == 0 {
                continue;
            }
            let content: Bytes = Arc::new(SubRange::new(
                Arc::clone(bytes),
                entry.data_offset,
                entry.data_bytes(),
            ));
            let member = path(place.member, &entry.path);
            let inner = Place {
                name: &entry.path,
                member: Some(&member),
                depth: place.depth.saturating_add(1),
                polyglot: false,
            };
            if let Some(first) =
                identify::identify(&content, inner.name, self.context.limits).first()
            {
                self.native_member(&content, *first, Format::TAR, &inner);
            }
            self.examine(&content, &inner);
        }
        self.model_archive = outer;
        // Members behind the end are in the list of entries; the rest is searched, not read again.
        if let Some(start) = facts.trailing_start.filter(|start| *start < bytes.len()) {
            let what = "bytes after the end of the archive";
            self.judge(
                place,
                Format::TRAILING,
                bytes.len(),
                Facts::Trailing { start, what },
            );
            self.search(bytes, place, start);
        }
    }

    /// One compressed stream.
    pub(super) fn wrapper(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
    ) -> Option<String> {
        let codec = format.codec?;
        let Expanded {
            bytes: content,
            ended,
            used,
            ..
        } = expand(
            codec,
            bytes,
            self.context.limits,
            self.budget,
            self.context.scratch,
        );
        if ended != Ended::Whole {
            self.judge(place, format, bytes.len(), Facts::Wrapper { ended: &ended });
        }
        if matches!(ended, Ended::Bomb { .. }) {
            return None;
        }
        let member = path(place.member, &format!("({} content)", format.name));
        let name = place
            .name
            .rsplit_once('.')
            .map_or(place.name, |(stem, _)| stem);
        let inner = Place {
            name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let shown = self.examine(&content, &inner);
        let rest = after_blank(bytes.as_ref(), used);
        if ended == Ended::Whole && rest < bytes.len() {
            self.trailing(
                bytes,
                place,
                Some(rest),
                "bytes after the compressed stream",
            );
        }
        Some(format!("{shown} in {}", format.name))
    }
}

/// True if a compressed member is an array of numbers of exactly the declared size: a header is
/// all there is to examine, however well zeros compress.
fn is_plain_array(body: &Bytes, codec: Codec, entry: &Entry, context: &Context<'_>) -> bool {
    if entry.uncompressed_bytes <= PEEKED_BYTES {
        return false;
    }
    let peek = Limits {
        expanded_bytes: PEEKED_BYTES,
        ..context.limits.clone()
    };
    let head = expand(
        codec,
        body,
        &peek,
        &Budget::new(body.len()),
        context.scratch,
    )
    .bytes;
    let beginning = head.bytes_at(0, 16).unwrap_or_default();
    if !numpy::recognises(&beginning, entry.uncompressed_bytes) {
        return false;
    }
    numpy::parse(head.as_ref(), context.limits).is_some_and(|facts| {
        !facts.has_objects
            && facts
                .data_bytes
                .and_then(|bytes| bytes.checked_add(facts.data_start))
                == Some(entry.uncompressed_bytes)
    })
}
