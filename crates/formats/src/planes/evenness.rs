use super::Element;

/// Numbers that are judged together.
pub const BLOCK_VALUES: usize = 16 << 10;
/// Of so many numbers one is looked at.
const STRIDE: usize = 8;

/// True if the low bits of `numbers` are not those of trained weights, which are zeros and ones in
/// equal parts. Looks at every eighth number. A sign that it is worth looking closer, and no more:
/// rounded and constant weights are uneven too.
#[must_use]
pub fn is_uneven(numbers: &[u8], element: Element) -> bool {
    let step = element.bytes().saturating_mul(STRIDE);
    let (mut ones, mut count, mut any) = ([0_u32; 8], 0_u32, 0_u8);
    // Each byte of a word counts one of the bits, for at most 255 numbers.
    for group in numbers.chunks(step.saturating_mul(255)) {
        let mut counters = 0_u64;
        for number in group.chunks(step) {
            let low = number.first().copied().unwrap_or_default();
            any |= low;
            counters = counters.wrapping_add(spread(low));
            count = count.saturating_add(1);
        }
        for (bit, counter) in ones.iter_mut().zip(counters.to_le_bytes()) {
            *bit = bit.saturating_add(u32::from(counter));
        }
    }
    if any == 0 || count < 64 {
        return false;
    }
    // Eight standard deviations of a fair coin: (2 ones - n)^2 > 64 n.
    ones.iter().any(|bit| {
        let off = i64::from(*bit)
            .saturating_mul(2)
            .saturating_sub(i64::from(count));
        off.saturating_mul(off) > i64::from(count).saturating_mul(64)
    })
}

/// Bit `i` of a byte as the lowest bit of byte `i` of a word.
pub(super) const fn spread(byte: u8) -> u64 {
    // Seven copies, a bit apart each, put bit i at 8i.
    let low = (byte & 0x7f) as u64;
    let copied = low.wrapping_mul(0x0002_0408_1020_4081) & 0x0001_0101_0101_0101;
    copied | ((byte as u64 >> 7) << 56)
}

/// How exact single-precision numbers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// Numbers that were looked at.
    pub count: u64,
    /// Numbers that half precision holds too, as far as their low 13 bits tell.
    pub as_half: u64,
    /// Numbers whose lower half is zero.
    pub as_bf16: u64,
}

/// How many of `numbers`, singles, have the low bits that a narrower format leaves zero.
#[must_use]
pub fn precision(numbers: &[u8]) -> Precision {
    let mut found = Precision::default();
    for group in numbers.as_chunks::<4>().0.chunks(1024) {
        let (mut as_half, mut as_bf16) = (0_u32, 0_u32);
        for number in group {
            let number = u32::from_le_bytes(*number);
            as_half = as_half.wrapping_add(u32::from(number & 0x1fff == 0));
            as_bf16 = as_bf16.wrapping_add(u32::from(number & 0xffff == 0));
        }
        found.count = found.count.saturating_add(group.len() as u64);
        found.as_half = found.as_half.saturating_add(u64::from(as_half));
        found.as_bf16 = found.as_bf16.saturating_add(u64::from(as_bf16));
    }
    found
}
