//! Proofs that a leaf is in a tree of hashes (RFC 6962, section 2.1.1).

use crate::key::Hash;

/// True if `leaf` stands at `index` of the tree of `size` leaves with that root.
pub(crate) fn includes(leaf: &[u8], index: u64, size: u64, proof: &[Vec<u8>], root: &[u8]) -> bool {
    if index >= size || proof.len() > 64 {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = Hash::Sha256.of(&[&[0], leaf].concat());
    for sibling in proof {
        if last == 0 || sibling.len() != 32 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = above(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = above(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

fn above(left: &[u8], right: &[u8]) -> Vec<u8> {
    Hash::Sha256.of(&[&[1], left, right].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root of a tree, and the proof of each of its leaves, by the definition.
    fn tree(leaves: &[Vec<u8>], index: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
        if let [leaf] = leaves {
            return (Hash::Sha256.of(&[&[0], leaf.as_slice()].concat()), vec![]);
        }
        let split = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(split);
        if index < split {
            let (root, mut proof) = tree(left, index);
            let (other, _) = tree(right, 0);
            proof.push(other.clone());
            (above(&root, &other), proof)
        } else {
            let (root, mut proof) = tree(right, index - split);
            let (other, _) = tree(left, 0);
            proof.push(other.clone());
            (above(&other, &root), proof)
        }
    }

    #[test]
    fn only_what_is_there_is_proven() {
        for size in 1..20_usize {
            let leaves: Vec<Vec<u8>> = (0..size).map(|number| vec![number as u8; 3]).collect();
            for index in 0..size {
                let (root, proof) = tree(&leaves, index);
                let at = |index: usize, proof: &[Vec<u8>], root: &[u8]| {
                    includes(&leaves[index], index as u64, size as u64, proof, root)
                };
                assert!(at(index, &proof, &root), "{index} of {size}");
                assert!(!includes(b"x", index as u64, size as u64, &proof, &root));
                assert!(!includes(
                    &leaves[index],
                    size as u64,
                    size as u64,
                    &proof,
                    &root
                ));
                assert!(!at(index, &proof, &[0; 32]));
                let mut longer = proof.clone();
                longer.push(vec![0; 32]);
                assert!(!at(index, &longer, &root));
                if size > 1 {
                    assert!(!at((index + 1) % size, &proof, &root));
                    assert!(!at(index, &proof[1..], &root));
                }
            }
        }
    }
}
