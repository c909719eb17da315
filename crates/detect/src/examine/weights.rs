//! What stands inside, between and behind tensors: the bounds of tensors are known, so bytes that are
//! no numbers are told from numbers by structure and not by luck.

use std::ops::Range;

use waybill_formats::planes::{self, Element, Hidden};
use waybill_formats::{Bytes, SubRange, executable};

use super::{Facts, Format, Place, TensorHead, Walk, identify};
use crate::tensors::embedded_program;

/// Where the numbers of one tensor stand.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    /// The tensor's name.
    pub(crate) name: String,
    /// Offset of its first byte.
    pub(crate) start: u64,
    /// Offset behind its last byte.
    pub(crate) end: u64,
    /// How its numbers are stored, if each stands by itself.
    pub(crate) element: Option<Element>,
}

/// Something with a header of its own among bytes that should hold none.
#[derive(Clone, Copy)]
pub(crate) struct Embedded<'a> {
    pub(crate) image: executable::Image,
    pub(crate) offset: u64,
    pub(crate) position: Position<'a>,
}

/// Where bytes stand among tensors.
#[derive(Clone, Copy)]
pub(crate) enum Position<'a> {
    /// A tensor begins with it.
    StartOf(&'a str),
    /// So many bytes into a tensor.
    Inside(&'a str, u64),
    /// Before the first tensor.
    Before,
    /// Between two tensors; the one before.
    After(&'a str),
    /// Behind the last tensor.
    Behind,
    /// Behind the end of the format.
    End,
    /// In an engine that was compiled for a device.
    Engine,
    /// In bytes whose structure is not known.
    Unstructured,
}

/// A payload in the low bits of a tensor.
pub(crate) struct LowBits<'a> {
    pub(crate) tensor: &'a str,
    /// Index of the number in the tensor with which it begins.
    pub(crate) index: u64,
    /// Offset of that number.
    pub(crate) offset: u64,
    pub(crate) hidden: Hidden,
}

/// A tensor of singles that are partly exact to half precision, in blocks.
pub(crate) struct PartlyNarrow<'a> {
    pub(crate) tensor: &'a str,
    /// The narrower format.
    pub(crate) format: &'static str,
    pub(crate) narrow_blocks: u64,
    pub(crate) wide_blocks: u64,
    /// Offset of the first block that is not.
    pub(crate) first_wide: u64,
}

/// Numbers at the start of a tensor whose low bits are put together in every way.
const HEAD_VALUES: u64 = 8 << 10;
/// The same for all tensors of an artifact.
const HEADS_VALUES: u64 = 8 << 20;
/// Blocks that are looked at closely because their low bits are uneven.
const CLOSE_BLOCKS: usize = 64;

/// What a report says of it.
const SAMPLED: &str = "the low bits of tensors: put together where a tensor begins, and where every eighth number shows that they change";

/// Runs of uneven blocks end and begin where a payload does.
#[derive(Default)]
struct Uneven {
    /// The extent and offset of each block in which a run begins.
    begins: Vec<(usize, u64)>,
    /// The extent and end of the last uneven block.
    last: Option<(usize, u64)>,
}

/// What is counted of one tensor while its bytes go by.
#[derive(Clone, Copy, Default)]
struct Tally {
    half_blocks: u64,
    bf16_blocks: u64,
    wide_blocks: u64,
    first_wide: Option<u64>,
    text: Option<u64>,
}

impl Walk<'_> {
    /// Looks at all bytes of an artifact that holds tensors.
    pub(crate) fn weights(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        extents: Vec<Extent>,
    ) {
        self.weights_and(bytes, format, place, extents, &mut |_, _| ());
    }

    /// The same, and hands each piece of the artifact to `also` on the way.
    pub(super) fn weights_and(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        mut extents: Vec<Extent>,
        also: &mut dyn FnMut(u64, &[u8]),
    ) {
        extents.retain(|extent| extent.start < extent.end.min(bytes.len()));
        extents.sort_by_key(|extent| (extent.start, extent.end));
        let mut tallies = vec![Tally::default(); extents.len()];
        let mut uneven = Uneven::default();
        let mut hits = Vec::new();
        let read = executable::find(
            bytes.as_ref(),
            &mut |offset, piece| {
                also(offset, piece);
                tally(&extents, offset, piece, &mut tallies, &mut uneven);
            },
            &mut |hit| hits.push(hit),
        );
        if let Err(failure) = read {
            let reason = failure.to_string();
            self.judge(place, format, bytes.len(), Facts::Unreadable(&reason));
        }
        for hit in hits {
            let position = position(&extents, hit.offset);
            let archive = !hit.image.is_program();
            // A header may hold any text.
            if archive && matches!(position, Position::Before) {
                continue;
            }
            let embedded = Embedded {
                image: hit.image,
                offset: hit.offset,
                position,
            };
            self.judge(place, format, bytes.len(), Facts::Embedded(&embedded));
        }
        self.low_bits(bytes, format, place, &extents, &tallies, &uneven);
        for (extent, tally) in extents.iter().zip(&tallies) {
            self.head(bytes, format, place, extent);
            self.tallied(bytes, format, place, extent, tally);
        }
    }

    /// Looks for programs in bytes whose structure is not known.
    pub(crate) fn programs(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        from: u64,
        position: Position<'_>,
    ) {
        let rest = SubRange::new(Bytes::clone(bytes), from, bytes.len());
        let mut hits = Vec::new();
        let whole = executable::find(&rest, &mut |_, _| (), &mut |hit| hits.push(hit));
        if let Err(failure) = whole {
            let reason = failure.to_string();
            self.judge(place, format, bytes.len(), Facts::Unreadable(&reason));
        }
        for hit in hits {
            let offset = from.saturating_add(hit.offset);
            // Among tensors it was seen already.
            let told = self.found.findings.iter().any(|finding| {
                finding.rule == embedded_program::RULE.info.id
                    && finding.place.offset == Some(offset)
                    && finding.place.member.as_deref() == place.member
            });
            // Texts quote scripts, and archives have examiners of their own.
            let quoted = hit.image == executable::Image::Script && hit.offset > 0;
            // What a GPU runs has the form of ELF, too.
            let device = matches!(position, Position::Engine)
                && hit.image == executable::Image::Elf
                && bytes
                    .bytes_at(offset.saturating_add(18), 2)
                    .is_ok_and(|code| code == [190, 0]);
            if told || quoted || device || !hit.image.is_program() {
                continue;
            }
            let embedded = Embedded {
                image: hit.image,
                offset,
                position,
            };
            self.judge(place, format, bytes.len(), Facts::Embedded(&embedded));
        }
    }

    /// Puts the low bits together where a payload would begin: with the tensor, and where the bits
    /// stop being those of weights.
    fn low_bits(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        extents: &[Extent],
        tallies: &[Tally],
        uneven: &Uneven,
    ) {
        let numbered = extents
            .iter()
            .filter(|extent| extent.element.is_some())
            .count() as u64;
        let head = HEADS_VALUES
            .checked_div(numbered)
            .unwrap_or(HEAD_VALUES)
            .clamp(512, HEAD_VALUES);
        let mut sampled = false;
        let begins = uneven.begins.iter().take(CLOSE_BLOCKS);
        let places = extents
            .iter()
            .enumerate()
            .map(|(index, extent)| (index, extent.start, head))
            .chain(
                begins.map(|(index, offset)| (*index, *offset, planes::BLOCK_VALUES as u64 * 2)),
            );
        let mut told = vec![false; extents.len()];
        for (index, start, values) in places {
            let (Some(extent), Some(tally), Some(told)) =
                (extents.get(index), tallies.get(index), told.get_mut(index))
            else {
                continue;
            };
            let Some(element) = extent.element.filter(|_| !*told && tally.text.is_none()) else {
                continue;
            };
            let step = element.bytes() as u64;
            let there = extent.end.min(bytes.len()).saturating_sub(start);
            let wanted = values.saturating_mul(step).min(there);
            sampled |= extent.end.saturating_sub(extent.start) > values.saturating_mul(step);
            let numbers = usize::try_from(wanted)
                .ok()
                .and_then(|wanted| bytes.bytes_at(start, wanted).ok())
                .unwrap_or_default();
            if !planes::begins_uneven(&numbers, element) {
                continue;
            }
            let Some(hidden) = planes::find(&numbers, element) else {
                continue;
            };
            *told = true;
            let offset = start.saturating_add((hidden.index as u64).saturating_mul(step));
            let found = LowBits {
                tensor: &extent.name,
                index: offset
                    .saturating_sub(extent.start)
                    .checked_div(step)
                    .unwrap_or(0),
                offset,
                hidden,
            };
            self.judge(place, format, bytes.len(), Facts::LowBits(&found));
        }
        if sampled {
            self.found.sampled.insert(SAMPLED);
        }
    }

    /// Looks at the first bytes of a tensor: numbers do not begin like an archive or a pickle.
    fn head(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>, extent: &Extent) {
        let head = identify::foreign_head(bytes.as_ref(), extent.start, self.context.limits);
        if let Some(other) = head {
            let head = TensorHead {
                tensor: &extent.name,
                start: extent.start,
                other,
            };
            self.judge(place, format, bytes.len(), Facts::TensorHead(&head));
        }
    }

    fn tallied(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        extent: &Extent,
        tally: &Tally,
    ) {
        if let Some(offset) = tally.text {
            let facts = Facts::TensorText {
                tensor: &extent.name,
                offset,
            };
            self.judge(place, format, bytes.len(), facts);
        }
        let half = tally.half_blocks >= tally.bf16_blocks;
        let narrow_blocks = tally.half_blocks.max(tally.bf16_blocks);
        if narrow_blocks > 0
            && let Some(first_wide) = tally.first_wide
        {
            let partly = PartlyNarrow {
                tensor: &extent.name,
                format: if half { "half" } else { "bfloat16" },
                narrow_blocks,
                wide_blocks: tally.wide_blocks,
                first_wide,
            };
            self.judge(place, format, bytes.len(), Facts::PartlyNarrow(&partly));
        }
    }
}

/// Where an offset stands among tensors that are in the order of their offsets.
fn position(extents: &[Extent], offset: u64) -> Position<'_> {
    let after = extents.partition_point(|extent| extent.start <= offset);
    let Some(extent) = after.checked_sub(1).and_then(|index| extents.get(index)) else {
        return match extents.is_empty() {
            true => Position::Unstructured,
            false => Position::Before,
        };
    };
    if extent.start == offset {
        Position::StartOf(&extent.name)
    } else if offset < extent.end {
        Position::Inside(&extent.name, offset.saturating_sub(extent.start))
    } else if after < extents.len() {
        Position::After(&extent.name)
    } else {
        Position::Behind
    }
}

/// Counts what a piece of the artifact adds to each tensor that has numbers in it.
fn tally(
    extents: &[Extent],
    offset: u64,
    piece: &[u8],
    tallies: &mut [Tally],
    uneven: &mut Uneven,
) {
    let end = offset.saturating_add(piece.len() as u64);
    let first = extents.partition_point(|extent| extent.end <= offset);
    for (index, extent) in extents.iter().enumerate().skip(first) {
        if extent.start >= end {
            break;
        }
        let (Some(element), Some(tally)) = (
            extent.element.filter(|element| element.is_float()),
            tallies.get_mut(index),
        ) else {
            continue;
        };
        let step = element.bytes() as u64;
        let from = extent.start.max(offset);
        // Whole numbers only: one that two pieces share is left out.
        let skip = from.saturating_sub(extent.start).next_multiple_of(step);
        let from = extent.start.saturating_add(skip);
        let bytes = from
            .checked_sub(offset)
            .and_then(|begin| usize::try_from(begin).ok())
            .zip(usize::try_from(extent.end.min(end).saturating_sub(offset)).ok())
            .and_then(|(begin, end)| piece.get(begin..end))
            .unwrap_or_default();
        if tally.text.is_none() {
            tally.text = planes::text(bytes).map(|place| from.saturating_add(place as u64));
        }
        let block_bytes = planes::BLOCK_VALUES.saturating_mul(element.bytes());
        for (block_index, block) in bytes.chunks(block_bytes).enumerate() {
            let start =
                from.saturating_add((block_index as u64).saturating_mul(block_bytes as u64));
            tally.block(element, start, block);
            if planes::is_uneven(block, element) {
                uneven.block(
                    index,
                    extent.start,
                    step,
                    start..start.saturating_add(block.len() as u64),
                );
            }
        }
    }
}

impl Tally {
    /// Blocks count only if they are whole: the ends of tensors say little.
    fn block(&mut self, element: Element, start: u64, block: &[u8]) {
        if element != Element::F32 || block.len() < planes::BLOCK_VALUES.saturating_mul(4) {
            return;
        }
        let precision = planes::precision(block);
        let nearly_all = precision.count.saturating_sub(precision.count / 100);
        if precision.as_half >= nearly_all {
            self.half_blocks = self.half_blocks.saturating_add(1);
        } else if precision.as_bf16 >= nearly_all {
            self.bf16_blocks = self.bf16_blocks.saturating_add(1);
        } else if precision.as_half < precision.count / 50 {
            self.wide_blocks = self.wide_blocks.saturating_add(1);
            self.first_wide.get_or_insert(start);
        }
    }
}

impl Uneven {
    fn block(&mut self, index: usize, extent_start: u64, step: u64, block: Range<u64>) {
        // A number that two pieces share lies between their blocks.
        let goes_on = self
            .last
            .is_some_and(|(last, end)| last == index && end.saturating_add(step) >= block.start);
        self.last = Some((index, block.end));
        if !goes_on && self.begins.len() < CLOSE_BLOCKS {
            // It may begin in the block before, too late to be seen there.
            let length = block.end.saturating_sub(block.start);
            let before = block
                .start
                .saturating_sub(extent_start)
                .saturating_sub(length);
            let whole = before.saturating_sub(before.checked_rem(step).unwrap_or(0));
            self.begins
                .push((index, extent_start.saturating_add(whole)));
        }
    }
}
