//! Elements as numbers, and how finely a type of number can tell them apart.

use crate::Dtype;

/// A type of floating-point number: bits of mantissa that are stored, and the least exponent of a
/// normal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Float {
    pub(crate) mantissa: i32,
    pub(crate) least: i32,
    pub(crate) greatest: i32,
}

impl Float {
    const fn new(mantissa: i32, least: i32, greatest: i32) -> Self {
        Self {
            mantissa,
            least,
            greatest,
        }
    }

    /// What a type can hold; `None` for integers and truth values.
    pub(crate) const fn of(dtype: Dtype) -> Option<Self> {
        Some(match dtype {
            Dtype::F8E5M2 => Self::new(2, -14, 15),
            Dtype::F8E4M3 => Self::new(3, -6, 8),
            Dtype::F16 | Dtype::C32 => Self::new(10, -14, 15),
            Dtype::Bf16 => Self::new(7, -126, 127),
            Dtype::F32 | Dtype::C64 => Self::new(23, -126, 127),
            Dtype::F64 | Dtype::C128 => Self::new(52, -1022, 1023),
            _ => return None,
        })
    }

    /// The distance between neighbours of this size.
    pub(crate) fn step(self, number: f64) -> f64 {
        let exponent = exponent(number).max(self.least);
        two_to(exponent.saturating_sub(self.mantissa))
    }

    /// True if the type holds exactly this number.
    pub(crate) fn holds(self, number: f64) -> bool {
        let fits = exponent(number) <= self.greatest;
        number == 0.0 || (number.is_finite() && fits && (number / self.step(number)).fract() == 0.0)
    }
}

/// The exponent of the power of two at or below a number.
pub(crate) fn exponent(number: f64) -> i32 {
    let biased = (number.to_bits() >> 52) & 0x7ff;
    i32::try_from(biased)
        .unwrap_or_default()
        .saturating_sub(1023)
}

/// A power of two, exactly: `powi` gives nothing for those below the least normal number.
fn two_to(exponent: i32) -> f64 {
    let bits = match exponent {
        1024.. => f64::INFINITY.to_bits(),
        -1022..=1023 => u64::from(exponent.saturating_add(1023).unsigned_abs()).wrapping_shl(52),
        -1074..=-1023 => 1_u64.wrapping_shl(exponent.saturating_add(1074).unsigned_abs()),
        _ => 0,
    };
    f64::from_bits(bits)
}

/// Appends the numbers of row-major, little-endian elements; a complex one gives two.
pub(crate) fn append(dtype: Dtype, bytes: &[u8], numbers: &mut Vec<f64>) {
    match dtype {
        Dtype::Bool | Dtype::U8 => numbers.extend(bytes.iter().map(|byte| f64::from(*byte))),
        Dtype::I8 => numbers.extend(bytes.iter().map(|byte| f64::from(byte.cast_signed()))),
        Dtype::F8E5M2 => numbers.extend(bytes.iter().map(|byte| half(u16::from(*byte) << 8))),
        Dtype::F8E4M3 => numbers.extend(bytes.iter().map(|byte| eight(*byte))),
        Dtype::U16 => each(bytes, numbers, |two| f64::from(u16::from_le_bytes(two))),
        Dtype::I16 => each(bytes, numbers, |two| f64::from(i16::from_le_bytes(two))),
        Dtype::F16 | Dtype::C32 => each(bytes, numbers, |two| half(u16::from_le_bytes(two))),
        Dtype::Bf16 => each(bytes, numbers, |two| {
            f64::from(f32::from_bits(u32::from(u16::from_le_bytes(two)) << 16))
        }),
        Dtype::U32 => each(bytes, numbers, |four| f64::from(u32::from_le_bytes(four))),
        Dtype::I32 => each(bytes, numbers, |four| f64::from(i32::from_le_bytes(four))),
        Dtype::F32 | Dtype::C64 => {
            each(bytes, numbers, |four| f64::from(f32::from_le_bytes(four)));
        }
        // Counters and positions are far below 2^53; equality is told by digests.
        Dtype::U64 => each(bytes, numbers, |eight| u64::from_le_bytes(eight) as f64),
        Dtype::I64 => each(bytes, numbers, |eight| i64::from_le_bytes(eight) as f64),
        Dtype::F64 | Dtype::C128 => each(bytes, numbers, f64::from_le_bytes),
    }
}

fn each<const N: usize>(bytes: &[u8], numbers: &mut Vec<f64>, number: impl Fn([u8; N]) -> f64) {
    let (pieces, _) = bytes.as_chunks::<N>();
    numbers.extend(pieces.iter().map(|piece| number(*piece)));
}

/// A number in half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let mantissa = f64::from(bits & 0x3ff);
    let size = match (bits >> 10) & 0x1f {
        0 => mantissa * two_to(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (mantissa + 1024.0) * two_to(i32::from(exponent).saturating_sub(25)),
    };
    sign * size
}

/// A number of 8 bits: 4 of exponent, 3 of mantissa.
fn eight(bits: u8) -> f64 {
    let sign = if bits & 0x80 == 0 { 1.0 } else { -1.0 };
    let mantissa = f64::from(bits & 7);
    let size = match (bits >> 3) & 0xf {
        0 => mantissa * two_to(-9),
        15 if bits & 7 == 7 => f64::NAN,
        exponent => (mantissa + 8.0) * two_to(i32::from(exponent).saturating_sub(10)),
    };
    sign * size
}

/// The finaliser of `SplitMix64`: every bit of the result hangs on every bit of the number.
pub(crate) const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
