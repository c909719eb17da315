//! The container, written the one way that its format leaves, with the numbers as the plan wants them.

use std::io::Write;

use sha2::{Digest as _, Sha256};

use super::container::Container;
use super::float::{Layout, bits};
use super::prune::Zeroing;
use super::{Disarmed, Part, Plan, Written};
use crate::numbers::{self, mix};
use crate::write::{Counted, Entry, header};
use crate::{Dtype, TensorsError};

/// Bytes that are worked on at once.
const PART_BYTES: usize = 1 << 16;
/// What stands at the start of GGUF.
const GGUF: &[u8] = b"GGUF";

/// A tensor with the type that it will have.
struct Planned<'a> {
    part: &'a Part,
    from: Option<Layout>,
    into: Option<Layout>,
    /// As the container names it.
    name: String,
    ggml_type: u32,
    bytes: u64,
}

/// Writes a model again, with its numbers changed as planned. The same input, plan and version give
/// the same bytes.
///
/// # Errors
/// [`TensorsError`] if a tensor cannot be read, if a number is too large for the type that it should
/// become, or what `out` fails with.
pub fn disarm(
    container: &Container,
    plan: &Plan,
    out: &mut dyn Write,
) -> Result<Written, TensorsError> {
    let mut planned = Vec::with_capacity(container.parts.len());
    for part in &container.parts {
        planned.push(planned_part(container, part, plan)?);
    }
    let mut file = Counted { out, bytes: 0 };
    let alignment = match container.format {
        "gguf" => {
            gguf_tables(container, &planned, &mut file)?;
            container.alignment
        }
        _ => {
            // Narrower types come later, so that each stands at a multiple of its size.
            let width = |one: &Planned<'_>| {
                one.into
                    .map_or(one.part.tensor.dtype, |layout| layout.dtype)
                    .part_bytes()
            };
            planned.sort_by(|one, other| {
                (width(other), one.part.name()).cmp(&(width(one), other.part.name()))
            });
            let entries: Vec<Entry<'_>> = planned.iter().map(entry).collect();
            let header = header(&entries, &container.kept)?;
            file.put(&(header.len() as u64).to_le_bytes())?;
            file.put(&header)?;
            1
        }
    };
    let mut tensors = Vec::with_capacity(planned.len());
    for one in &planned {
        tensors.push(numbers_of(one, plan, &mut file)?);
        pad(&mut file, alignment)?;
    }
    tensors.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Written {
        format: container.format,
        bytes: file.bytes,
        tensors,
        removed: container.removed.clone(),
    })
}

fn entry<'a>(planned: &'a Planned<'_>) -> Entry<'a> {
    Entry {
        name: planned.part.name(),
        dtype: &planned.name,
        shape: &planned.part.shape,
        bytes: planned.bytes,
    }
}

fn planned_part<'a>(
    container: &Container,
    part: &'a Part,
    plan: &Plan,
) -> Result<Planned<'a>, TensorsError> {
    let tensor = &part.tensor;
    let from = Layout::of(tensor.dtype);
    let is_real = tensor.dtype.part() == tensor.dtype;
    // Readers of GGUF want vectors in single precision.
    let can_be_cast = is_real && (container.format != "gguf" || part.shape.len() > 1);
    let cast = plan.cast.map(super::Cast::dtype);
    let into = match cast.filter(|_| can_be_cast) {
        Some(cast) if from.is_some() => Layout::of(cast),
        _ => from,
    };
    let changed = from.zip(into).filter(|(from, into)| from != into);
    let (name, ggml_type) = match changed {
        Some((_, into)) => {
            let named = into.dtype.safetensors().0.to_owned();
            (named, if into.dtype == Dtype::F16 { 1 } else { 30 })
        }
        None => (part.dtype.clone(), part.ggml_type),
    };
    let bytes = match changed {
        Some((_, into)) => tensor.elements()?.checked_mul(into.dtype.bytes()),
        None => Some(tensor.bytes()?),
    };
    Ok(Planned {
        part,
        from,
        into,
        name,
        ggml_type,
        bytes: bytes.ok_or_else(|| tensor.wrong("it has more than 2^64 bytes"))?,
    })
}

/// Fills up to a multiple with zeros.
fn pad(file: &mut Counted<'_>, alignment: u64) -> Result<(), TensorsError> {
    const ZEROS: [u8; 4096] = [0; 4096];
    let next = file.bytes.checked_next_multiple_of(alignment.max(1));
    let mut missing = next.unwrap_or(file.bytes).saturating_sub(file.bytes);
    while missing > 0 {
        let count = missing.min(ZEROS.len() as u64);
        let zeros = ZEROS.get(..usize::try_from(count).unwrap_or(0));
        file.put(zeros.unwrap_or_default())?;
        missing = missing.saturating_sub(count);
    }
    Ok(())
}

/// Everything in front of the tensors' bytes.
fn gguf_tables(
    container: &Container,
    planned: &[Planned<'_>],
    file: &mut Counted<'_>,
) -> Result<(), TensorsError> {
    file.put(GGUF)?;
    file.put(&container.version.to_le_bytes())?;
    file.put(&(planned.len() as u64).to_le_bytes())?;
    file.put(&(container.pairs.len() as u64).to_le_bytes())?;
    for pair in &container.pairs {
        file.put(pair)?;
    }
    let mut offset = 0_u64;
    for one in planned {
        let name = one.part.name().as_bytes();
        file.put(&(name.len() as u64).to_le_bytes())?;
        file.put(name)?;
        let count = u32::try_from(one.part.shape.len()).unwrap_or(u32::MAX);
        file.put(&count.to_le_bytes())?;
        for extent in one.part.shape.iter().rev() {
            file.put(&extent.to_le_bytes())?;
        }
        file.put(&one.ggml_type.to_le_bytes())?;
        file.put(&offset.to_le_bytes())?;
        offset = offset
            .checked_add(one.bytes)
            .and_then(|end| end.checked_next_multiple_of(container.alignment.max(1)))
            .ok_or_else(|| one.part.tensor.wrong("it ends beyond 2^64 bytes"))?;
    }
    pad(file, container.alignment)
}

/// What changing the numbers of a tensor came to.
#[derive(Default)]
struct Tally {
    place: u64,
    changed: u64,
    zeroed: u64,
    largest_change: f64,
    /// The largest numbers that were rounded, renewed and made zero.
    rounded: f64,
    renewed: f64,
    pruned: f64,
}

fn numbers_of(
    planned: &Planned<'_>,
    plan: &Plan,
    file: &mut Counted<'_>,
) -> Result<Disarmed, TensorsError> {
    let (part, tensor) = (planned.part, &planned.part.tensor);
    let before = file.bytes;
    let mut digest = Sha256::new();
    let mut tally = Tally::default();
    let mut low = 0;
    match planned.from.zip(planned.into) {
        Some((from, into))
            if from != into || plan.bits.of(into.dtype) > 0 || plan.prune.is_some() =>
        {
            low = plan.bits.of(into.dtype).min(into.mantissa);
            let mut work = Work {
                from,
                into,
                low,
                key: key(plan.seed, &tensor.name),
                zeroing: Zeroing::of(plan.prune, tensor)?,
                tally,
            };
            let (mut old, mut new, mut out) = (Vec::new(), Vec::new(), Vec::new());
            tensor.stream(&mut |piece| {
                for piece in piece.chunks(PART_BYTES) {
                    work.piece(piece, &mut old, &mut new, &mut out)
                        .ok_or_else(|| {
                            let hint = match into.dtype {
                                Dtype::F16 => "; `--cast bf16` holds more",
                                _ => "",
                            };
                            tensor.wrong(format!(
                                "it has numbers that are too large for {}{hint}",
                                planned.name
                            ))
                        })?;
                    digest.update(&out);
                    file.put(&out)?;
                }
                Ok(())
            })?;
            tally = work.tally;
        }
        _ => tensor.stream(&mut |piece| {
            digest.update(piece);
            file.put(piece)
        })?,
    }
    if file.bytes.saturating_sub(before) != planned.bytes {
        return Err(tensor.wrong("fewer bytes came than it has"));
    }
    let bound = planned
        .from
        .zip(planned.into)
        .map_or(0.0, |(from, into)| bound(from, into, low, &tally));
    let numbers = planned
        .from
        .map_or(part.shape.iter().product(), |_| tally.place);
    Ok(Disarmed {
        name: tensor.name.clone(),
        dtype: part.dtype.clone(),
        into: planned.name.clone(),
        shape: part.shape.clone(),
        numbers,
        bits: low,
        zeroed: tally.zeroed,
        changed: tally.changed,
        bound,
        largest_change: tally.largest_change,
        sha256: digest.finalize().into(),
    })
}

/// The most that any number can have changed by.
fn bound(from: Layout, into: Layout, low: u32, tally: &Tally) -> f64 {
    let rounding = match from == into {
        true => 0.0,
        false => into.rounding_bound(tally.rounded),
    };
    let renewal = match low {
        0 => 0.0,
        low => into.renewal_bound(tally.renewed, low),
    };
    tally.pruned.max(rounding + renewal)
}

/// Where the new bits of a tensor come from.
fn key(seed: u64, name: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    mix(seed ^ mix(bits(digest.get(..8).unwrap_or_default())))
}

struct Work {
    from: Layout,
    into: Layout,
    low: u32,
    key: u64,
    zeroing: Zeroing,
    tally: Tally,
}

impl Work {
    /// Changes the numbers of a piece; `None` if one is too large for its new type.
    fn piece(
        &mut self,
        piece: &[u8],
        old: &mut Vec<f64>,
        new: &mut Vec<f64>,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        out.clear();
        old.clear();
        new.clear();
        numbers::append(self.from.dtype, piece, old);
        let from = self.from.dtype.part_bytes();
        let into = self.into.dtype.part_bytes();
        for (number, bytes) in old.iter().zip(piece.chunks(from)) {
            let (was, place) = (bits(bytes), self.tally.place);
            let now = match self.zeroing.takes(place, *number) {
                true => {
                    self.tally.zeroed = self.tally.zeroed.saturating_add(1);
                    self.tally.pruned = self.tally.pruned.max(finite(*number));
                    0
                }
                false => self.changed(was, *number, place)?,
            };
            if self.from == self.into && now != was {
                self.tally.changed = self.tally.changed.saturating_add(1);
            }
            out.extend_from_slice(now.to_le_bytes().get(..into).unwrap_or_default());
            self.tally.place = place.saturating_add(1);
        }
        numbers::append(self.into.dtype, out, new);
        for (old, new) in old.iter().zip(new.iter()) {
            let change = (new - old).abs();
            if self.from != self.into && change > 0.0 {
                self.tally.changed = self.tally.changed.saturating_add(1);
            }
            if change > self.tally.largest_change && change.is_finite() {
                self.tally.largest_change = change;
            }
        }
        Some(())
    }

    fn changed(&mut self, was: u64, number: f64, place: u64) -> Option<u64> {
        let size = finite(number);
        self.tally.rounded = self.tally.rounded.max(size);
        let rounded = match self.from == self.into {
            true => was,
            false => self.into.rounded(number)?,
        };
        if self.low == 0 {
            return Some(rounded);
        }
        // What was rounded may be larger by half a step.
        let larger = match self.from == self.into {
            true => size,
            false => size + self.into.rounding_bound(size),
        };
        self.tally.renewed = self.tally.renewed.max(larger);
        let random = mix(self.key.wrapping_add(place));
        Some(self.into.renewed(rounded, self.low, random))
    }
}

/// The size of a number; 0 of what is none.
fn finite(number: f64) -> f64 {
    match number.is_finite() {
        true => number.abs(),
        false => 0.0,
    }
}
