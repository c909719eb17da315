//! Hashes of names, and of names without one letter, each in one step.

use std::hash::Hasher;

/// Odd and large, so that letters far apart do not meet.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A polynomial over the bytes.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0, append)
}

fn append(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR)
        .wrapping_add(u64::from(byte).wrapping_add(1))
}

/// Of the name, and of the name without each of its letters in turn: the part before is known when a letter is
/// reached, and the part after is the whole less what came before it.
pub(super) fn deletions(name: &str) -> impl Iterator<Item = u64> {
    let whole = hash(name);
    let mut prefix = 0;
    let shifts = std::iter::successors(Some(1_u64), |shift| Some(shift.wrapping_mul(FACTOR)));
    let mut shifts: Vec<u64> = shifts.take(name.len()).collect();
    let without = name.bytes().map(move |byte| {
        let shift = shifts.pop().unwrap_or(1);
        let with = append(prefix, byte);
        // What follows the letter weighs the same with it or without.
        let after = whole.wrapping_sub(with.wrapping_mul(shift));
        let left = prefix.wrapping_mul(shift).wrapping_add(after);
        prefix = with;
        left
    });
    std::iter::once(whole).chain(without)
}

/// Takes a hash as it is, stirred once.
#[derive(Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = append(self.0, *byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (number ^ (number >> 29))
            .wrapping_mul(FACTOR)
            .rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_letter_hashes_as_what_is_left() {
        let mut expected = vec![hash("torch"), hash("orch"), hash("trch"), hash("toch")];
        expected.extend([hash("torh"), hash("torc")]);
        assert_eq!(deletions("torch").collect::<Vec<_>>(), expected);
    }
}
