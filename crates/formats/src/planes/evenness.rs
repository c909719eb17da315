use super::Element;

/// Numbers that are judged together.
pub const BLOCK_VALUES: usize = 16 << 10;
/// Of so many numbers one is looked at.
const STRIDE: usize = 8;

/// Numbers of the smallest window of [`begins_uneven`].
const WINDOW_VALUES: usize = 64;

/// Low bits that training leaves even: the bits above them follow from how large the numbers are.
const fn even_bits(element: Element) -> u8 {
    match element {
        Element::F64 | Element::F32 => 0xff,
        Element::F16 => 0x3f,
        Element::Bf16 => 0x0f,
        Element::Byte => 0x03,
    }
}

/// True if the low bits of `numbers` are not those of trained weights, which are zeros and ones in
/// equal parts. Looks at every eighth number. A sign that it is worth looking closer, and no more:
/// rounded and constant weights are uneven too.
#[must_use]
pub fn is_uneven(numbers: &[u8], element: Element) -> bool {
    let step = element.bytes().saturating_mul(STRIDE);
    let mask = even_bits(element);
    let (mut ones, mut count, mut any) = ([0_u32; 8], 0_u32, 0_u8);
    // Each byte of a word counts one of the bits, for at most 255 numbers.
    for group in numbers.chunks(step.saturating_mul(255)) {
        let mut counters = 0_u64;
        for number in group.chunks(step) {
            let low = number.first().copied().unwrap_or_default() & mask;
            any |= low;
            counters = counters.wrapping_add(spread(low));
            count = count.saturating_add(1);
        }
        add(&mut ones, counters);
    }
    if any == 0 || count < 64 {
        return false;
    }
    // Eight standard deviations of a fair coin: (2 ones - n)^2 > 64 n.
    ones.iter()
        .enumerate()
        .filter(|(bit, _)| mask >> bit & 1 == 1)
        .any(|(_, ones)| deviation(*ones, count) > u64::from(count).saturating_mul(64))
}

/// True if in some window of `numbers`, of 64 to 4,096 numbers, all low bits together are too uneven
/// for weights. The header of a program, of which most bits are zero, shows in the smallest that holds
/// it. In even bits this is met once in some hundred thousand times.
#[must_use]
pub fn begins_uneven(numbers: &[u8], element: Element) -> bool {
    let mask = even_bits(element);
    let bits = u64::from(mask.count_ones());
    // The sum of so many squared normal deviations; five more deviations than its mean.
    let most = bits.saturating_add(40);
    let mut windows = [([0_u32; 8], 0_u32); 4];
    let mut any = 0_u8;
    let window_bytes = element.bytes().saturating_mul(WINDOW_VALUES);
    for (index, window) in numbers.chunks_exact(window_bytes).enumerate() {
        let mut counters = 0_u64;
        for number in window.chunks_exact(element.bytes()) {
            let low = number.first().copied().unwrap_or_default() & mask;
            any |= low;
            counters = counters.wrapping_add(spread(low));
        }
        for (width, (ones, count)) in [1_usize, 4, 16, 64].iter().zip(&mut windows) {
            add(ones, counters);
            *count = count.saturating_add(WINDOW_VALUES as u32);
            if index.saturating_add(1).is_multiple_of(*width) {
                let off: u64 = ones
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| mask >> bit & 1 == 1)
                    .map(|(_, ones)| deviation(*ones, *count))
                    .fold(0, u64::saturating_add);
                if any != 0 && off > u64::from(*count).saturating_mul(most) {
                    return true;
                }
                (*ones, *count) = ([0; 8], 0);
            }
        }
    }
    false
}

fn add(ones: &mut [u32; 8], counters: u64) {
    for (bit, counter) in ones.iter_mut().zip(counters.to_le_bytes()) {
        *bit = bit.saturating_add(u32::from(counter));
    }
}

/// (2 ones - n)^2: n times the square of how many standard deviations a fair coin is off.
fn deviation(ones: u32, count: u32) -> u64 {
    let off = u64::from(ones).saturating_mul(2).abs_diff(u64::from(count));
    off.saturating_mul(off)
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
