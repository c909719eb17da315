use super::{Element, Order, Payload, TEXT_BYTES, is_text};
use crate::executable;

/// One way to put the low bits of numbers together.
pub(super) struct Reading<'a> {
    pub(super) numbers: &'a [u8],
    pub(super) element: Element,
    pub(super) bits: u32,
    pub(super) order: Order,
}

impl Reading<'_> {
    /// The first number with which a payload begins.
    pub(super) fn find(&self) -> Option<(usize, Payload)> {
        match self.element {
            Element::F64 => self.roll::<8>(),
            Element::F32 => self.roll::<4>(),
            Element::F16 | Element::Bf16 => self.roll::<2>(),
            Element::Byte => self.roll::<1>(),
        }
    }

    /// Goes over the numbers with the last 32 bits and more in hand.
    fn roll<const BYTES: usize>(&self) -> Option<(usize, Payload)> {
        let bits = self.bits;
        let mask = low_mask(bits);
        let numbers_in_hand = 32_u32.div_ceil(bits);
        let bits_in_hand = numbers_in_hand.saturating_mul(bits);
        let beyond = bits_in_hand.saturating_sub(32);
        let newest = bits_in_hand.saturating_sub(bits);
        let low_first = self.order == Order::LowFirst;
        // After so many numbers the payload's bytes begin with a number again.
        let aligned = 8_u32 >> bits.trailing_zeros().min(3);
        let four_texts = 1_u64
            | 1_u64 << aligned
            | 1_u64 << aligned.saturating_mul(2)
            | 1_u64 << aligned.saturating_mul(3);
        let (mut window, mut texts) = (0_u64, 0_u64);
        for (index, number) in self.numbers.as_chunks::<BYTES>().0.iter().enumerate() {
            let low = low_bits(number) & mask;
            let first = if low_first {
                window = (window >> bits) | (low << newest);
                (window as u32).swap_bytes()
            } else {
                window = (window << bits) | low;
                (window >> beyond) as u32
            };
            texts = (texts << 1) | u64::from(is_texty(first));
            let back = if begins(first) {
                0
            } else if texts & four_texts == four_texts {
                aligned.saturating_mul(3)
            } else {
                continue;
            };
            let found = index
                .checked_add(1)
                .and_then(|read| read.checked_sub(numbers_in_hand.saturating_add(back) as usize))
                .and_then(|start| Some((start, self.at(start, back == 0)?)));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The payload that begins with a number: of those that have a header, or of the others.
    fn at(&self, start: usize, has_header: bool) -> Option<Payload> {
        let beginning = self.read(start, 16);
        if has_header {
            // Two letters are soon met by chance.
            if beginning.starts_with(b"MZ")
                && self.read(start, 0x40).get(0x3e..) != Some([0, 0].as_slice())
            {
                return None;
            }
            let head = self.read(start, executable::HEADER_BYTES);
            return executable::at(&head, 0).map(Payload::Image);
        }
        if beginning.starts_with(b"#!/") {
            let head = self.read(start, executable::HEADER_BYTES);
            return executable::at(&head, 0).map(Payload::Image);
        }
        let run = match is_printable(&beginning) {
            true => self.read(start, TEXT_BYTES),
            false => Vec::new(),
        };
        (run.len() == TEXT_BYTES && is_text(&run)).then_some(Payload::Text)
    }

    /// So many bytes of the payload that begins with a number; fewer where the numbers end.
    fn read(&self, start: usize, bytes: usize) -> Vec<u8> {
        let step = self.element.bytes();
        let from = start.saturating_mul(step);
        let numbers = self.numbers.get(from..).unwrap_or_default();
        let mut out = Vec::with_capacity(bytes);
        let (mut held, mut in_hand) = (0_u64, 0_u32);
        for number in numbers.chunks_exact(step) {
            let low = low_bits(number) & low_mask(self.bits);
            held = match self.order {
                Order::HighFirst => (held << self.bits) | low,
                Order::LowFirst => held | (low << in_hand),
            };
            in_hand = in_hand.saturating_add(self.bits);
            while in_hand >= 8 {
                in_hand = in_hand.saturating_sub(8);
                match self.order {
                    Order::HighFirst => {
                        out.push((held >> in_hand) as u8);
                        held &= low_mask(in_hand);
                    }
                    Order::LowFirst => {
                        out.push(held as u8);
                        held >>= 8;
                    }
                }
                if out.len() == bytes {
                    return out;
                }
            }
        }
        out
    }
}

const fn low_mask(bits: u32) -> u64 {
    match 1_u64.checked_shl(bits) {
        Some(bit) => bit.wrapping_sub(1),
        None => u64::MAX,
    }
}

/// The low 32 bits of a number: more are never taken.
fn low_bits(number: &[u8]) -> u64 {
    match *number {
        [first, second, third, fourth, ..] => {
            u64::from(u32::from_le_bytes([first, second, third, fourth]))
        }
        [first, second] => u64::from(u16::from_le_bytes([first, second])),
        [first, ..] => u64::from(first),
        [] => 0,
    }
}

fn is_printable(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
}

/// True if these four bytes, the first one highest, begin something with a header.
const fn begins(first: u32) -> bool {
    matches!(
        first,
        0x7f45_4c46 // ELF
            | 0xcffa_edfe
            | 0xcefa_edfe
            | 0xfeed_facf
            | 0xfeed_face
            | 0xcafe_babe
            | 0x6465_780a // dex
            | 0x504b_0304 // zip
            | 0x377a_bcaf // 7z
            | 0x5261_7221 // Rar
    ) || first >> 16 == 0x4d5a // MZ
}

/// True if these four bytes may be text, as far as a first sieve tells: none above 127, none below the
/// tabulator.
const fn is_texty(first: u32) -> bool {
    const HIGH: u32 = 0x8080_8080;
    const TAB: u32 = 0x0909_0909;
    first & HIGH == 0 && first.wrapping_sub(TAB) & HIGH == 0
}
