//! Positions on a line: as near to where each thing wants to be as the distances between them
//! allow.

/// Something with a size that wants its middle at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) middle: f64,
    pub(super) size: f64,
}

/// The middles that lie nearest to those wished for, in the sum of squares, with `gap` between the
/// things and their order kept: things in each other's way move as one block.
pub(super) fn spread(wishes: &[Wish], gap: f64) -> Vec<f64> {
    // Where each would stand if all were pushed together; what is left is a row without sizes.
    let mut offsets = Vec::new();
    let mut offset = 0.0;
    for (index, wish) in wishes.iter().enumerate() {
        if index > 0 {
            offset += wish.size / 2.0 + gap;
        }
        offsets.push(offset);
        offset += wish.size / 2.0;
    }
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for (wish, offset) in wishes.iter().zip(&offsets) {
        let mut block = (wish.middle - offset, 1.0);
        while let Some(before) = blocks.pop_if(|before| before.0 >= block.0) {
            let weight = before.1 + block.1;
            block = ((before.0 * before.1 + block.0 * block.1) / weight, weight);
        }
        blocks.push(block);
    }
    let shifts = blocks
        .iter()
        .flat_map(|(shift, weight)| std::iter::repeat_n(*shift, *weight as usize));
    shifts
        .zip(offsets)
        .map(|(shift, offset)| shift + offset)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_moves_as_a_block() {
        let wish = |middle| Wish { middle, size: 10.0 };
        assert_eq!(spread(&[], 2.0), [0.0; 0]);
        assert_eq!(spread(&[wish(5.0), wish(50.0)], 2.0), [5.0, 50.0]);
        assert_eq!(spread(&[wish(20.0), wish(20.0)], 2.0), [14.0, 26.0]);
        assert_eq!(
            spread(&[wish(20.0), wish(20.0), wish(90.0), wish(0.0)], 2.0),
            [14.0, 26.0, 39.0, 51.0]
        );
    }
}
