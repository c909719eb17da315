//! What is kept of a model and of its matrices.

use sha2::{Digest as _, Sha256};

use crate::compare::{NARROW, SINGULAR_VALUES, Side, grid_bits, leading};
use crate::numbers::{self, Float, mix};
use crate::{Dtype, Tensor, TensorsError};

/// Matrices of a model that an index keeps.
pub const MATRICES: usize = 24;
/// Numbers of a sketch.
pub const SKETCH: usize = 24;
/// What stands for a number of a sketch that is as large as its matrix.
const UNIT: f64 = 16384.0;
/// Numbers that a matrix needs to tell anything.
const TELLING: u64 = 256;
/// Numbers of the largest matrix whose singular values are taken: all are held at once.
const SPECTRUM: u64 = 1 << 22;
/// Numbers whose grid is looked at, in whole rows.
const GRID: usize = 1 << 16;
/// Bytes that become numbers at once.
const PART_BYTES: usize = 1 << 16;

/// What is kept of a matrix, or of a tensor as one: its first dimension by all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprint {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its shape.
    pub shape: Vec<u64>,
    /// The start of the SHA-256 of its elements, row-major and little-endian.
    pub digest: [u8; 8],
    /// A sum over all its numbers, the same in every order.
    pub unordered: u64,
    /// Its size: the root of the sum of all squares.
    pub norm: f64,
    /// Share of its numbers that are zero.
    pub zeros: f64,
    /// The narrowest type, or grid of integers, that holds its numbers.
    pub held: String,
    /// Sums of its numbers with signs, by their places, relative to its size.
    pub sketch: [i16; SKETCH],
    /// Its largest singular values, relative to its size; none if it is large, or they were not taken.
    pub spectrum: Vec<f64>,
}

/// What is kept of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// SHA-256 over type, shape and digest of every tensor, whatever their names and order.
    pub root: [u8; 32],
    /// SHA-256 over the same and the names, whatever their order.
    pub named_root: [u8; 32],
    /// Tensors.
    pub tensors: u64,
    /// Numbers in them.
    pub numbers: u64,
    /// Its matrices, by name.
    pub matrices: Vec<Fingerprint>,
}

impl Content {
    /// Reads a model once more, one tensor after the other.
    ///
    /// # Errors
    /// [`TensorsError`] if its tensors cannot be read.
    pub fn of(side: Side<'_>) -> Result<Self, TensorsError> {
        let mut lines = Vec::with_capacity(side.digests.len());
        let mut named = Vec::with_capacity(side.digests.len());
        let mut content = Self {
            root: [0; 32],
            named_root: [0; 32],
            tensors: side.model.tensors.len() as u64,
            numbers: 0,
            matrices: Vec::new(),
        };
        for (tensor, digest) in side.model.tensors.iter().zip(side.digests) {
            content.numbers = content.numbers.saturating_add(tensor.elements()?);
            let mut line = format!("{} {:?} ", tensor.dtype.safetensors().0, tensor.shape);
            line.extend(digest.iter().map(|byte| format!("{byte:02x}")));
            named.push(format!("{line} {}", tensor.name));
            lines.push(line);
            content.matrices.extend(Fingerprint::of(tensor, digest)?);
        }
        content
            .matrices
            .sort_by(|one, other| one.name.cmp(&other.name));
        content.root = over(lines);
        content.named_root = over(named);
        Ok(content)
    }

    /// Keeps what an index holds: some matrices, chosen by the digests of their names, with their
    /// singular values.
    ///
    /// # Errors
    /// [`TensorsError`] if they cannot be read.
    pub fn for_index(mut self, side: Side<'_>) -> Result<Self, TensorsError> {
        self.matrices.sort_by_cached_key(|matrix| {
            let digest: [u8; 32] = Sha256::digest(matrix.name.as_bytes()).into();
            digest
        });
        self.matrices.truncate(MATRICES);
        self.matrices
            .sort_by(|one, other| one.name.cmp(&other.name));
        for matrix in &mut self.matrices {
            matrix.take_spectrum(side)?;
        }
        Ok(self)
    }
}

impl Fingerprint {
    /// `None` of what is no matrix, is small or zero, or holds what is no number.
    fn of(tensor: &Tensor, digest: &[u8; 32]) -> Result<Option<Self>, TensorsError> {
        let count = tensor.elements()?;
        if tensor.shape.len() < 2 || count < TELLING {
            return Ok(None);
        }
        let mut seen = Seen::of(tensor.dtype);
        each(tensor, &mut |numbers| seen.take(numbers))?;
        let norm = seen.squares.sqrt();
        if !norm.is_finite() || norm == 0.0 {
            return Ok(None);
        }
        let mut start = [0; 8];
        start.copy_from_slice(digest.get(..8).unwrap_or(&[0; 8]));
        let mut sketch = [0; SKETCH];
        for (kept, sum) in sketch.iter_mut().zip(seen.sums) {
            // Saturates, as `as` does; only where a matrix has nearly one number throughout.
            *kept = (sum / norm * UNIT).round() as i16;
        }
        Ok(Some(Self {
            name: tensor.name.clone(),
            dtype: tensor.dtype,
            shape: tensor.shape.clone(),
            digest: start,
            unordered: seen.unordered,
            norm,
            zeros: seen.zeros as f64 / seen.place.max(1) as f64,
            held: seen.held(tensor),
            sketch,
            spectrum: Vec::new(),
        }))
    }

    /// Takes the singular values out of the tensor of its name.
    pub(super) fn take_spectrum(&mut self, side: Side<'_>) -> Result<(), TensorsError> {
        let mut tensors = side.model.tensors.iter();
        let Some(tensor) = tensors.find(|tensor| tensor.name == self.name) else {
            return Ok(());
        };
        if tensor.elements()? > SPECTRUM {
            return Ok(());
        }
        let mut all = Vec::new();
        each(tensor, &mut |numbers| all.extend_from_slice(numbers))?;
        let rows = tensor.shape.first().copied().unwrap_or(1);
        let width = (all.len() as u64).checked_div(rows).unwrap_or(0);
        let told = leading(&all, usize::try_from(width).unwrap_or(0));
        let values = told.unwrap_or_default().values.into_iter();
        self.spectrum = values.map(|value| value / self.norm).collect();
        Ok(())
    }

    /// The cosine of the angle to another matrix, as far as sketches tell.
    pub(super) fn cosine(&self, other: &Self) -> f64 {
        let product = |one: &Self, other: &Self| -> f64 {
            let pairs = one.sketch.iter().zip(&other.sketch);
            pairs
                .map(|(one, other)| f64::from(*one) * f64::from(*other))
                .sum()
        };
        let sizes = (product(self, self) * product(other, other)).sqrt();
        match sizes > 0.0 {
            true => product(self, other) / sizes,
            false => 0.0,
        }
    }

    /// The size of the difference by that of this one, as far as sketches tell.
    pub(super) fn distance(&self, other: &Self) -> f64 {
        let scale = other.norm / self.norm;
        let pairs = self.sketch.iter().zip(&other.sketch);
        let squares: f64 = pairs
            .map(|(one, other)| (f64::from(*other) * scale - f64::from(*one)).powi(2))
            .sum();
        squares.sqrt() / UNIT
    }

    /// True if its singular values are not those that chance gives a matrix of its shape.
    pub(super) fn is_shaped(&self) -> bool {
        const BEYOND: f64 = 1.15;
        let rows = self.shape.first().copied().unwrap_or(1) as f64;
        let all: f64 = self.shape.iter().map(|extent| *extent as f64).product();
        let by_chance = 1.0 / rows.sqrt() + 1.0 / (all / rows).sqrt();
        self.spectrum.len() >= SINGULAR_VALUES
            && self
                .spectrum
                .first()
                .is_some_and(|first| *first >= BEYOND * by_chance)
    }
}

/// SHA-256 over lines, sorted, each behind its length in bytes (64 bits, little-endian): a name may hold
/// whatever else would part them.
fn over(mut lines: Vec<String>) -> [u8; 32] {
    lines.sort_unstable();
    let mut digest = Sha256::new();
    for line in lines {
        digest.update((line.len() as u64).to_le_bytes());
        digest.update(line.as_bytes());
    }
    digest.finalize().into()
}

/// Gives the numbers of a tensor piece by piece.
fn each(tensor: &Tensor, take: &mut dyn FnMut(&[f64])) -> Result<(), TensorsError> {
    let mut piece = Vec::new();
    tensor.stream(&mut |bytes| {
        for part in bytes.chunks(PART_BYTES) {
            piece.clear();
            numbers::append(tensor.dtype.part(), part, &mut piece);
            take(&piece);
        }
        Ok(())
    })
}

/// What was seen of a matrix so far.
struct Seen {
    place: u64,
    squares: f64,
    zeros: u64,
    unordered: u64,
    sums: [f64; SKETCH],
    /// Types that still may hold all.
    holding: Vec<(&'static str, Float)>,
    /// The first numbers.
    first: Vec<f64>,
}

impl Seen {
    fn of(dtype: Dtype) -> Self {
        let own = Float::of(dtype);
        let narrow = NARROW.into_iter().filter_map(|(name, dtype)| {
            let float = Float::of(dtype)?;
            own.is_some_and(|own| float.mantissa <= own.mantissa)
                .then_some((name, float))
        });
        Self {
            place: 0,
            squares: 0.0,
            zeros: 0,
            unordered: 0,
            sums: [0.0; SKETCH],
            holding: narrow.collect(),
            first: Vec::new(),
        }
    }

    fn take(&mut self, numbers: &[f64]) {
        let room = GRID.saturating_sub(self.first.len()).min(numbers.len());
        self.first
            .extend_from_slice(numbers.get(..room).unwrap_or_default());
        for number in numbers {
            let number = *number;
            self.squares += number * number;
            self.zeros = self.zeros.saturating_add(u64::from(number == 0.0));
            // Both zeros are one number.
            self.unordered = self.unordered.wrapping_add(mix((number + 0.0).to_bits()));
            let mixed = mix(self.place);
            let signed = if mixed & 1 == 0 { number } else { -number };
            let bucket = (mixed >> 8).checked_rem(SKETCH as u64).unwrap_or(0);
            if let Some(sum) = self.sums.get_mut(usize::try_from(bucket).unwrap_or(0)) {
                *sum += signed;
            }
            self.place = self.place.saturating_add(1);
        }
        self.holding
            .retain(|(_, float)| numbers.iter().all(|number| float.holds(*number)));
    }

    /// The narrowest that holds all that was seen.
    fn held(&self, tensor: &Tensor) -> String {
        let rows = tensor.shape.first().copied().unwrap_or(1);
        let width = self.place.checked_div(rows).unwrap_or(0);
        let width = usize::try_from(width).unwrap_or(0).max(1);
        if Float::of(tensor.dtype).is_some() {
            let rows = self.first.chunks_exact(width);
            if let Some(bits) = grid_bits(rows.map(|row| (row, row))) {
                return format!("int{bits}");
            }
        }
        let narrowest = self.holding.first().map(|(name, _)| (*name).to_owned());
        narrowest.unwrap_or_else(|| tensor.dtype.safetensors().0.to_lowercase())
    }
}
