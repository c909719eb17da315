//! Elements in row-major order out of views of any strides, with bounded memory.

use waybill_formats::ReadAt;

use crate::{Tensor, TensorsError};

/// Bytes of the buffer that is filled before it is handed on.
const TILE_BYTES: u64 = 16 << 20;
/// Bytes that are read at once from bytes that stand in order.
const PIECE_BYTES: u64 = 256 << 10;
/// Elements that lie between two that are wanted, at most, before each is read by itself.
const NEAR: u64 = 512;

/// One dimension of a view: how many, and how far apart in the source and in the result, in elements.
#[derive(Clone, Copy)]
struct Axis {
    extent: u64,
    from: u64,
    to: u64,
}

pub(crate) fn stream(
    tensor: &Tensor,
    take: &mut dyn FnMut(&[u8]) -> Result<(), TensorsError>,
) -> Result<(), TensorsError> {
    let bytes = tensor.bytes()?;
    if bytes == 0 {
        return Ok(());
    }
    within(tensor)?;
    let view = View {
        tensor,
        item: tensor.dtype.bytes(),
    };
    match in_order(tensor) {
        true => view.straight(tensor.offset, bytes, take),
        false => {
            let strides = tensor.strides.clone().unwrap_or_default();
            view.tiles(&tensor.shape, &strides, 0, take)
        }
    }
}

/// Every element must lie within the source.
fn within(tensor: &Tensor) -> Result<(), TensorsError> {
    let last = match &tensor.strides {
        None => tensor.elements()?.checked_sub(1),
        Some(strides) => tensor
            .shape
            .iter()
            .zip(strides)
            .try_fold(0_u64, |last, (extent, stride)| {
                last.checked_add(extent.checked_sub(1)?.checked_mul(*stride)?)
            }),
    };
    let end = last
        .and_then(|last| last.checked_add(1))
        .and_then(|count| count.checked_mul(tensor.dtype.bytes()))
        .and_then(|bytes| bytes.checked_add(tensor.offset));
    match end {
        Some(end) if end <= tensor.source.len() => Ok(()),
        _ => Err(tensor.wrong(format!(
            "it reaches beyond the {} bytes that are stored for it",
            tensor.source.len()
        ))),
    }
}

/// True if the strides are those of row-major order.
fn in_order(tensor: &Tensor) -> bool {
    let Some(strides) = &tensor.strides else {
        return true;
    };
    let mut wanted = 1_u64;
    for (extent, stride) in tensor.shape.iter().zip(strides).rev() {
        // The stride of a single index does not matter.
        if *extent != 1 && *stride != wanted {
            return false;
        }
        wanted = wanted.saturating_mul(*extent);
    }
    true
}

struct View<'a> {
    tensor: &'a Tensor,
    item: u64,
}

impl View<'_> {
    /// Bytes that stand in order.
    fn straight(
        &self,
        offset: u64,
        bytes: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<(), TensorsError>,
    ) -> Result<(), TensorsError> {
        let mut buffer = vec![0; size(bytes.min(PIECE_BYTES))];
        let mut done = 0_u64;
        while done < bytes {
            let count = bytes.saturating_sub(done).min(PIECE_BYTES);
            let piece = buffer.get_mut(..size(count)).unwrap_or_default();
            fill(
                self.tensor.source.as_ref(),
                offset.saturating_add(done),
                piece,
            )?;
            self.turn(piece);
            take(piece)?;
            done = done.saturating_add(count);
        }
        Ok(())
    }

    /// Divides the result along its first dimension into tiles that fit into the buffer.
    fn tiles(
        &self,
        shape: &[u64],
        strides: &[u64],
        start: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<(), TensorsError>,
    ) -> Result<(), TensorsError> {
        let all = shape
            .iter()
            .fold(self.item, |all, extent| all.saturating_mul(*extent));
        let (Some((extent, rest)), Some((stride, rest_strides))) =
            (shape.split_first(), strides.split_first())
        else {
            return self.tile(&[], &[], start, take);
        };
        if all <= TILE_BYTES {
            return self.tile(shape, strides, start, take);
        }
        let row = all.checked_div(*extent).unwrap_or(all);
        if row > TILE_BYTES {
            for index in 0..*extent {
                let at = start.saturating_add(index.saturating_mul(*stride));
                self.tiles(rest, rest_strides, at, take)?;
            }
            return Ok(());
        }
        let rows = TILE_BYTES.checked_div(row).unwrap_or(1).max(1);
        let mut index = 0;
        let mut part = shape.to_vec();
        while index < *extent {
            let count = rows.min(extent.saturating_sub(index));
            if let Some(first) = part.first_mut() {
                *first = count;
            }
            let at = start.saturating_add(index.saturating_mul(*stride));
            self.tile(&part, strides, at, take)?;
            index = index.saturating_add(count);
        }
        Ok(())
    }

    /// Fills one buffer, reading in the order in which the elements stand in the source.
    fn tile(
        &self,
        shape: &[u64],
        strides: &[u64],
        start: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<(), TensorsError>,
    ) -> Result<(), TensorsError> {
        let mut axes = Vec::with_capacity(shape.len());
        let mut to = 1_u64;
        for (extent, from) in shape.iter().zip(strides).rev() {
            if *extent != 1 {
                axes.push(Axis {
                    extent: *extent,
                    from: *from,
                    to,
                });
            }
            to = to.saturating_mul(*extent);
        }
        axes.sort_by_key(|axis| axis.from);
        let mut result = vec![0; size(to.saturating_mul(self.item))];
        let inner = match axes.is_empty() {
            true => Axis {
                extent: 1,
                from: 0,
                to: 1,
            },
            false => axes.remove(0),
        };
        let mut indices = vec![0_u64; axes.len()];
        let mut scratch = Vec::new();
        loop {
            let (mut from, mut to) = (start, 0_u64);
            for (axis, index) in axes.iter().zip(&indices) {
                from = from.saturating_add(axis.from.saturating_mul(*index));
                to = to.saturating_add(axis.to.saturating_mul(*index));
            }
            self.run(inner, (from, to), &mut result, &mut scratch)?;
            // The next index, the nearest dimension first.
            let mut carried = true;
            for (axis, index) in axes.iter().zip(&mut indices) {
                *index = index.saturating_add(1);
                if *index < axis.extent {
                    carried = false;
                    break;
                }
                *index = 0;
            }
            if carried {
                break;
            }
        }
        self.turn(&mut result);
        take(&result)
    }

    /// Reads the elements of one dimension into their places.
    fn run(
        &self,
        axis: Axis,
        (from, to): (u64, u64),
        result: &mut [u8],
        scratch: &mut Vec<u8>,
    ) -> Result<(), TensorsError> {
        let item = size(self.item);
        // As many at once as fit into a piece; far apart, one by one.
        let near = axis.from <= NEAR;
        let step = axis.from.max(1).saturating_mul(self.item);
        let at_once = match near {
            true => PIECE_BYTES.checked_div(step).unwrap_or(1).max(1),
            false => 1,
        };
        let mut index = 0;
        while index < axis.extent {
            let count = at_once.min(axis.extent.saturating_sub(index));
            let span = count
                .saturating_sub(1)
                .saturating_mul(axis.from)
                .saturating_add(1);
            scratch.resize(size(span.saturating_mul(self.item)), 0);
            let first = from.saturating_add(index.saturating_mul(axis.from));
            let offset = first
                .saturating_mul(self.item)
                .saturating_add(self.tensor.offset);
            fill(self.tensor.source.as_ref(), offset, scratch)?;
            let place = to.saturating_add(index.saturating_mul(axis.to));
            if axis.from == 1 && axis.to == 1 {
                let place = size(place.saturating_mul(self.item));
                let whole = result.get_mut(place..place.saturating_add(scratch.len()));
                whole.unwrap_or_default().copy_from_slice(scratch);
            } else {
                let (from, to) = (
                    size(axis.from).saturating_mul(item),
                    size(axis.to).saturating_mul(item),
                );
                let mut place = size(place.saturating_mul(self.item));
                let mut at = 0_usize;
                for _ in 0..count {
                    let element = scratch.get(at..at.saturating_add(item));
                    let into = result.get_mut(place..place.saturating_add(item));
                    if let (Some(element), Some(into)) = (element, into) {
                        into.copy_from_slice(element);
                    }
                    at = at.saturating_add(from);
                    place = place.saturating_add(to);
                }
            }
            index = index.saturating_add(count);
        }
        Ok(())
    }

    /// Turns the bytes of numbers round where they stand the other way.
    fn turn(&self, bytes: &mut [u8]) {
        let part = self.tensor.dtype.part_bytes();
        if self.tensor.big_endian && part > 1 {
            bytes.chunks_exact_mut(part).for_each(<[u8]>::reverse);
        }
    }
}

fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Reads exactly as many bytes as there is room for.
fn fill(source: &dyn ReadAt, offset: u64, buffer: &mut [u8]) -> Result<(), TensorsError> {
    let mut done = 0_usize;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        let count = source.read_at(offset.saturating_add(done as u64), rest)?;
        if count == 0 {
            return Err(TensorsError::Read(
                "it became shorter while it was read".to_owned(),
            ));
        }
        done = done.saturating_add(count);
    }
    Ok(())
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "what is computed here is small"
)]
mod tests;
