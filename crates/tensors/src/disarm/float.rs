//! One number: rounded to another type, its low bits made anew.

use crate::Dtype;
use crate::numbers::{Float, exponent};

/// How the bits of a type are laid out; the sign stands highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) dtype: Dtype,
    pub(super) float: Float,
    /// Bits of the mantissa.
    pub(super) mantissa: u32,
    /// Bits of the exponent.
    exponent: u32,
}

impl Layout {
    /// `None` for types whose numbers are left as they are.
    pub(super) fn of(dtype: Dtype) -> Option<Self> {
        let dtype = dtype.part();
        let (mantissa, exponent) = match dtype {
            Dtype::F64 => (52, 11),
            Dtype::F32 => (23, 8),
            Dtype::F16 => (10, 5),
            Dtype::Bf16 => (7, 8),
            _ => return None,
        };
        Some(Self {
            dtype,
            float: Float::of(dtype)?,
            mantissa,
            exponent,
        })
    }

    const fn low(bits: u32) -> u64 {
        match 1_u64.checked_shl(bits) {
            Some(next) => next.wrapping_sub(1),
            None => u64::MAX,
        }
    }

    const fn sign(self) -> u64 {
        1_u64.wrapping_shl(self.mantissa.wrapping_add(self.exponent))
    }

    /// The exponent of infinities and of what is no number.
    const fn beyond(self) -> u64 {
        Self::low(self.exponent).wrapping_shl(self.mantissa)
    }

    /// The one pattern that stands for what is no number.
    const fn no_number(self) -> u64 {
        self.beyond() | 1_u64.wrapping_shl(self.mantissa.wrapping_sub(1))
    }

    /// The bits with so many low ones taken from `random`.
    ///
    /// Where nothing but low bits is left it becomes zero, and what is no number gets the one pattern
    /// for that: either would keep a payload otherwise. Infinities stay.
    pub(super) const fn renewed(self, bits: u64, low: u32, random: u64) -> u64 {
        if low == 0 {
            return bits;
        }
        let mask = Self::low(low);
        let size = bits & !self.sign();
        if size == self.beyond() {
            return bits;
        }
        if size > self.beyond() {
            return self.no_number();
        }
        if size & !mask == 0 {
            return 0;
        }
        (bits & !mask) | (random & mask)
    }

    /// The nearest number of this type, ties to even; `None` if it is larger than any.
    pub(super) fn rounded(self, number: f64) -> Option<u64> {
        let sign = match number.is_sign_negative() {
            true => self.sign(),
            false => 0,
        };
        if number.is_nan() {
            return Some(self.no_number());
        }
        if number.is_infinite() {
            return Some(sign | self.beyond());
        }
        let step = self.float.step(number);
        let size = (number / step).round_ties_even().abs() * step;
        if exponent(size) > self.float.greatest {
            return None;
        }
        // Rounding up may have reached the next power of two.
        let step = self.float.step(size);
        let steps = (size / step) as u64;
        let normal = 1_u64.wrapping_shl(self.mantissa);
        if steps < normal {
            return Some(sign | steps);
        }
        let least = self.float.step(0.0);
        let exponent = (step / least).log2().round() as u64;
        let bits = exponent
            .wrapping_add(1)
            .wrapping_shl(self.mantissa)
            .wrapping_add(steps.wrapping_sub(normal));
        (bits < self.beyond()).then_some(sign | bits)
    }

    /// The most that making low bits anew changes a number of this size by.
    pub(super) fn renewal_bound(self, largest: f64, low: u32) -> f64 {
        Self::low(low) as f64 * self.float.step(largest)
    }

    /// The most that rounding changes a number of this size by.
    pub(super) fn rounding_bound(self, largest: f64) -> f64 {
        self.float.step(largest) / 2.0
    }
}

/// Bits of a number out of its bytes.
pub(super) fn bits(bytes: &[u8]) -> u64 {
    let mut whole = [0; 8];
    for (into, from) in whole.iter_mut().zip(bytes) {
        *into = *from;
    }
    u64::from_le_bytes(whole)
}
