//! Every step of every pickle in an artifact, however deep it stands.

use std::sync::Arc;

use waybill_formats::wrapper::{Budget, Codec, expand};
use waybill_formats::{Bytes, SubRange, numpy, pickle, tar, zip};

use super::archive::body;
use super::kinds::is_storage;
use super::{Format, identify};
use crate::Context;

/// Receives the member, the offset and the step.
type Line<'l> = &'l mut dyn FnMut(&str, u64, &str);

/// A walk over the pickles of one artifact.
pub(super) struct Tracer<'a, 'l> {
    pub(super) context: &'a Context<'a>,
    pub(super) budget: &'a Budget,
    pub(super) line: Line<'l>,
}

impl Tracer<'_, '_> {
    /// Traces the pickles in the bytes of a member; returns how many streams there were.
    pub(super) fn member(&mut self, bytes: &Bytes, member: &str, depth: u32) -> usize {
        if depth > self.context.limits.depth {
            return 0;
        }
        let formats = identify::identify(bytes, member, self.context.limits);
        formats
            .into_iter()
            .map(|format| self.format(bytes, format, member, depth.saturating_add(1)))
            .sum()
    }

    fn format(&mut self, bytes: &Bytes, format: Format, member: &str, depth: u32) -> usize {
        match format {
            Format::PICKLE | Format::TORCH_LEGACY => self.pickle(bytes, 0, member),
            Format::NPY => match numpy::parse(bytes.as_ref(), self.context.limits) {
                Some(facts) if facts.has_objects => self.pickle(bytes, facts.data_start, member),
                _ => 0,
            },
            Format::ZIP => self.zip(bytes, member, depth),
            Format::TAR => self.tar(bytes, member, depth),
            _ => match format.codec {
                Some(codec) => {
                    let content = self.expanded(codec, bytes);
                    self.member(
                        &content,
                        &inside(member, &format!("({} content)", format.name)),
                        depth,
                    )
                }
                None => 0,
            },
        }
    }

    fn expanded(&self, codec: Codec, bytes: &Bytes) -> Bytes {
        expand(
            codec,
            bytes,
            self.context.limits,
            self.budget,
            self.context.scratch,
        )
        .bytes
    }

    fn zip(&mut self, bytes: &Bytes, member: &str, depth: u32) -> usize {
        let facts = zip::parse(bytes.as_ref(), self.context.limits).unwrap_or_default();
        let mut streams = 0_usize;
        for entry in facts
            .entries
            .iter()
            .filter(|entry| !is_storage(&entry.name))
        {
            let Some(body) = body(bytes, entry) else {
                continue;
            };
            let content = match Codec::of_zip_method(entry.method) {
                Some(codec) => self.expanded(codec, &body),
                None => body,
            };
            streams =
                streams.saturating_add(self.member(&content, &inside(member, &entry.name), depth));
        }
        streams
    }

    fn tar(&mut self, bytes: &Bytes, member: &str, depth: u32) -> usize {
        let Some(facts) = tar::parse(bytes.as_ref(), self.context.limits) else {
            return 0;
        };
        let mut streams = 0_usize;
        for entry in facts.entries.iter().filter(|entry| entry.kind.has_data()) {
            let content: Bytes = Arc::new(SubRange::new(
                Arc::clone(bytes),
                entry.data_offset,
                entry.data_bytes(),
            ));
            streams =
                streams.saturating_add(self.member(&content, &inside(member, &entry.path), depth));
        }
        streams
    }

    fn pickle(&mut self, bytes: &Bytes, offset: u64, member: &str) -> usize {
        let mut step = |offset: u64, text: &str| (self.line)(member, offset, text);
        pickle::examine(bytes.as_ref(), offset, self.context.limits, Some(&mut step))
            .streams
            .len()
    }
}

fn inside(member: &str, name: &str) -> String {
    if member.is_empty() {
        name.to_owned()
    } else {
        format!("{member}!/{name}")
    }
}
