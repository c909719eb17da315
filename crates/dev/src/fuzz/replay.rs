//! Every seed through its target on every test run, whole, cut and damaged: no nightly, no libFuzzer.

#[expect(
    unreachable_pub,
    reason = "it is a library of its own in the fuzz workspace"
)]
#[path = "../../../../fuzz/src/lib.rs"]
mod targets;

use super::*;

/// How many cuts and how many flipped bytes each seed is tried with.
const DAMAGES: usize = 24;

#[test]
fn seeds_run_through_their_targets() {
    let workspace = Workspace::find().unwrap();
    let seeds = seeds::seeds(&workspace).unwrap();
    let declared = super::targets(&workspace).unwrap();
    for target in &declared {
        let (_, examine) = targets::TARGETS
            .iter()
            .find(|(name, _)| name == target)
            .unwrap_or_else(|| panic!("fuzz/src/lib.rs does not list `{target}`"));
        for seed in seeds.get(target.as_str()).into_iter().flatten() {
            examine(seed);
            for damaged in damaged(seed) {
                examine(&damaged);
            }
        }
    }
    assert_eq!(declared.len(), targets::TARGETS.len());
}

fn damaged(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let step = (seed.len() / DAMAGES).max(1);
    (0..seed.len()).step_by(step).flat_map(move |place| {
        let mut flipped = seed.to_vec();
        flipped[place] ^= 0x81;
        [seed[..place].to_vec(), flipped]
    })
}
