use std::sync::Arc;

use waybill_formats::Bytes;

use super::*;
use crate::compare::{Change, Relation, Side, Sureness, digests};
use crate::numbers::mix;
use crate::{Dtype, Model, Tensor};

const WIDE: usize = 96;
const HIDDEN: usize = 128;

type Weights = Vec<(String, Vec<u64>, Vec<f32>)>;

/// Numbers as of a normal distribution, by the seed alone.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let uniform = |index: u64| (mix(seed << 32 | index) >> 40) as f32 / (1 << 24) as f32;
    (0..count as u64)
        .map(|index| (0..12).map(|part| uniform(index * 12 + part)).sum::<f32>() - 6.0)
        .collect()
}

/// Three layers of four matrices, each with some directions that stand out, as training makes them.
fn weights(seed: u64) -> Weights {
    let mut all = Weights::new();
    for layer in 0..3_u64 {
        for (part, (name, rows, width)) in [
            ("query.weight", WIDE, WIDE),
            ("value.weight", WIDE, WIDE),
            ("up.weight", HIDDEN, WIDE),
            ("down.weight", WIDE, HIDDEN),
        ]
        .into_iter()
        .enumerate()
        {
            let seed = seed + 100 * (layer + 1) + 10 * part as u64;
            let mut numbers = noise(seed, rows * width);
            for direction in 1..4 {
                let (down, up) = (
                    noise(seed + direction, rows),
                    noise(seed + direction + 4, width),
                );
                for (row, numbers) in numbers.chunks_mut(width).enumerate() {
                    for (number, up) in numbers.iter_mut().zip(&up) {
                        *number += 0.3 * direction as f32 * down[row] * up;
                    }
                }
            }
            numbers.iter_mut().for_each(|number| *number *= 0.05);
            let name = format!("layer.{layer}.{name}");
            all.push((name, vec![rows as u64, width as u64], numbers));
        }
        let norm = noise(seed + 7 * layer, WIDE)
            .iter()
            .map(|one| 1.0 + one * 0.1)
            .collect();
        all.push((
            format!("layer.{layer}.norm.weight"),
            vec![WIDE as u64],
            norm,
        ));
    }
    all
}

fn model(weights: &Weights) -> Model {
    let tensors = weights.iter().map(|(name, shape, numbers)| {
        let bytes: Vec<u8> = numbers.iter().flat_map(|one| one.to_le_bytes()).collect();
        let source: Bytes = Arc::new(bytes);
        Tensor {
            name: name.clone(),
            dtype: Dtype::F32,
            shape: shape.clone(),
            source,
            offset: 0,
            strides: None,
            big_endian: false,
        }
    });
    Model {
        format: "safetensors",
        tensors: tensors.collect(),
        ..Model::default()
    }
}

fn known(weights: &Weights) -> Known {
    let model = model(weights);
    let digests = digests(&model).unwrap();
    let side = Side {
        model: &model,
        digests: &digests,
    };
    let content = Content::of(side).unwrap().for_index(side).unwrap();
    assert_eq!(content.matrices.len(), 12);
    Known {
        root: content.root,
        named_root: content.named_root,
        tensors: content.tensors,
        numbers: content.numbers,
        matrices: content.matrices,
    }
}

fn traced(known: &Known, weights: &Weights) -> Traced {
    let model = model(weights);
    let digests = digests(&model).unwrap();
    let side = Side {
        model: &model,
        digests: &digests,
    };
    trace(known, &mut Content::of(side).unwrap(), side).unwrap()
}

/// What a change of every tensor makes of the model.
fn after(change: impl Fn(&str, &[u64], &[f32]) -> Vec<f32>) -> Traced {
    let before = weights(1);
    let later = before.iter().map(|(name, shape, numbers)| {
        let numbers = change(name, shape, numbers);
        (name.clone(), shape.clone(), numbers)
    });
    traced(&known(&before), &later.collect())
}

fn found(traced: &Traced) -> (Relation, Sureness) {
    (traced.relation, traced.sureness)
}

fn deviation(numbers: &[f32]) -> f32 {
    let squares: f32 = numbers.iter().map(|one| one * one).sum();
    (squares / numbers.len() as f32).sqrt()
}

#[test]
fn the_same_tensors_are_known_under_any_name_and_in_any_order() {
    let before = weights(1);
    let same = traced(&known(&before), &before);
    assert_eq!(found(&same), (Relation::SameWeights, Sureness::High));
    let renamed: Weights = before
        .iter()
        .rev()
        .map(|(name, shape, numbers)| (format!("m.{name}"), shape.clone(), numbers.clone()))
        .collect();
    let same = traced(&known(&before), &renamed);
    assert_eq!(found(&same), (Relation::SameWeights, Sureness::Medium));
    let first = &same.matrices[0];
    assert_eq!(first.renamed, Some(format!("m.{}", first.name)));
    // Vectors are in the root alone.
    let vectors = after(|name, _, numbers| match name.contains("norm") {
        true => numbers.iter().map(|one| one * 1.5).collect(),
        false => numbers.to_vec(),
    });
    assert_eq!(found(&vectors), (Relation::FineTuned, Sureness::Medium));
}

#[test]
fn a_name_cannot_hold_another_tensor() {
    let two = weights(1)[..2].to_vec();
    let (first, second) = (model(&two), known(&weights(1)));
    let hex: String = digests(&first).unwrap()[1]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let line = format!("F32 {:?} {hex} {}", two[1].1, two[1].0);
    let crafted = vec![(
        format!("{}\n{line}", two[0].0),
        two[0].1.clone(),
        two[0].2.clone(),
    )];
    let root = |weights: &Weights| {
        let model = model(weights);
        let digests = digests(&model).unwrap();
        let side = Side {
            model: &model,
            digests: &digests,
        };
        Content::of(side).unwrap().named_root
    };
    assert_ne!(root(&two), root(&crafted));
    // A root alone is not enough: what is counted has to be the same, too.
    let fewer = Known {
        tensors: 1,
        ..second
    };
    let told = traced(&fewer, &weights(1));
    assert_eq!(found(&told), (Relation::FineTuned, Sureness::Medium));
}

#[test]
fn a_few_copied_matrices_bear_nothing_out() {
    let before = weights(1);
    let mut some = known(&before);
    some.matrices.truncate(5);
    let copied: Weights = before
        .iter()
        .map(|(name, shape, numbers)| {
            let is_kept = some.matrices.iter().any(|matrix| matrix.name == *name);
            let numbers = match is_kept {
                true => numbers.clone(),
                false => noise(4000 + numbers.len() as u64, numbers.len()),
            };
            (name.clone(), shape.clone(), numbers)
        })
        .collect();
    let told = traced(&some, &copied);
    assert_eq!(found(&told), (Relation::Related, Sureness::Low));
    assert!(
        told.reasons
            .iter()
            .any(|reason| reason.contains("about 5 of 12 matrices")),
        "{:?}",
        told.reasons
    );
    // The same five, and no others: all that it has is known.
    let alone: Weights = copied
        .into_iter()
        .filter(|(name, _, _)| some.matrices.iter().any(|matrix| matrix.name == *name))
        .collect();
    let told = traced(&some, &alone);
    assert_eq!(found(&told), (Relation::FineTuned, Sureness::Medium));
}

#[test]
fn what_was_done_to_the_numbers_is_told() {
    for share in [0.0001, 0.01, 0.3] {
        let moved = after(|name, _, numbers| {
            let far = deviation(numbers) * share;
            let seed = 900 + name.bytes().map(u64::from).sum::<u64>();
            let noise = noise(seed, numbers.len());
            numbers
                .iter()
                .zip(noise)
                .map(|(one, noise)| one + far * noise)
                .collect()
        });
        assert_eq!(
            found(&moved),
            (Relation::FineTuned, Sureness::High),
            "{share}"
        );
        for matrix in &moved.matrices {
            let told = matrix.distance.unwrap();
            let near = f64::from(share) / 2.0..f64::from(share) * 2.0;
            assert!(near.contains(&told) || share < 0.001, "{share} {told}");
        }
    }
    let half = after(|_, _, numbers| {
        let cut = |one: &f32| {
            let step = (one.abs().log2().floor().max(-14.0) - 10.0).exp2();
            (one / step).round() * step
        };
        numbers.iter().map(cut).collect()
    });
    assert_eq!(found(&half), (Relation::Quantised, Sureness::High));
    assert_eq!(half.matrices[0].change, Change::Rounded("fp16".to_owned()));
    let eight = after(|_, shape, numbers| {
        let width = shape.last().map_or(1, |width| *width as usize);
        let rows = numbers.chunks(width);
        rows.flat_map(|row| {
            let step = row.iter().fold(0.0, |most: f32, one| most.max(one.abs())) / 127.0;
            row.iter().map(move |one| (one / step).round() * step)
        })
        .collect()
    });
    assert_eq!(found(&eight), (Relation::Quantised, Sureness::High));
    assert_eq!(eight.matrices[0].change, Change::Rounded("int8".to_owned()));
    let pruned = after(|_, _, numbers| {
        let mut sizes: Vec<f32> = numbers.iter().map(|one| one.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let median = sizes[sizes.len() / 2];
        let kept = |one: &f32| if one.abs() < median { 0.0 } else { *one };
        numbers.iter().map(kept).collect()
    });
    assert_eq!(found(&pruned), (Relation::Pruned, Sureness::High));
    let adapted = after(|name, _, numbers| match name.contains("query") {
        true => numbers
            .iter()
            .enumerate()
            .map(|(at, one)| one + 0.001 * (at % 7) as f32)
            .collect(),
        false => numbers.to_vec(),
    });
    assert_eq!(found(&adapted), (Relation::FineTuned, Sureness::High));
    assert!(
        adapted
            .reasons
            .iter()
            .any(|reason| reason.contains("an adapter was merged"))
    );
}

/// Hidden units in another order; after that, what `change` makes of each number.
fn permuted(change: impl Fn(f32) -> f32) -> Traced {
    let place = |index: usize| (index * 37 + 11) % HIDDEN;
    after(|name, _, numbers| {
        let moved: Vec<f32> = match name {
            name if name.contains("up.weight") => (0..HIDDEN)
                .flat_map(|row| numbers[place(row) * WIDE..][..WIDE].to_vec())
                .collect(),
            name if name.contains("down.weight") => numbers
                .chunks(HIDDEN)
                .flat_map(|row| (0..HIDDEN).map(|at| row[place(at)]).collect::<Vec<_>>())
                .collect(),
            name if name.contains("norm") => numbers.to_vec(),
            // All of it: nothing stays where it was.
            _ => numbers.rotate(WIDE * 5),
        };
        moved.into_iter().map(&change).collect()
    })
}

trait Rotate {
    fn rotate(&self, by: usize) -> Vec<f32>;
}

impl Rotate for [f32] {
    fn rotate(&self, by: usize) -> Vec<f32> {
        let mut all = self.to_vec();
        all.rotate_left(by);
        all
    }
}

#[test]
fn another_order_is_known_even_after_rounding() {
    let same = permuted(|one| one);
    assert_eq!(
        found(&same),
        (Relation::SameFunctionPermuted, Sureness::Medium)
    );
    let rounded = permuted(|one| f32::from_bits((one.to_bits() + 0x8000) & 0xffff_0000));
    assert_eq!(
        found(&rounded),
        (Relation::SameFunctionPermuted, Sureness::Low)
    );
}

#[test]
fn other_weights_are_not_known_however_alike() {
    let before = weights(1);
    let other = traced(&known(&before), &weights(5000));
    assert_eq!(
        found(&other),
        (Relation::Unrelated, Sureness::High),
        "{:?}",
        other.reasons
    );
    let fresh = after(|name, _, numbers| {
        let seed = 77 + name.bytes().map(u64::from).sum::<u64>();
        let far = deviation(numbers);
        noise(seed, numbers.len())
            .iter()
            .map(|one| one * far)
            .collect()
    });
    assert_eq!(found(&fresh), (Relation::Unrelated, Sureness::High));
    // Matrices that nothing was trained into have the singular values of chance.
    let plain = |seed: u64| -> Weights {
        let each = |(at, (name, shape, numbers)): (usize, (String, Vec<u64>, Vec<f32>))| {
            (name, shape, noise(seed + at as u64, numbers.len()))
        };
        weights(1).into_iter().enumerate().map(each).collect()
    };
    let unlike = traced(&known(&plain(300)), &plain(800));
    assert_eq!(found(&unlike).0, Relation::Unrelated);
    // The layers of the known one at other places are another function.
    let shifted: Weights = before
        .iter()
        .map(|(name, shape, _)| {
            let from = |layer: &str| match layer {
                "0" => "1",
                "1" => "2",
                _ => "0",
            };
            let parts: Vec<&str> = name.splitn(3, '.').collect();
            let source = format!("layer.{}.{}", from(parts[1]), parts[2]);
            let found = before.iter().find(|(name, _, _)| *name == source).unwrap();
            (name.clone(), shape.clone(), found.2.clone())
        })
        .collect();
    let shifted = traced(&known(&before), &shifted);
    assert_eq!(found(&shifted).0, Relation::Unrelated);
    assert!(
        shifted
            .reasons
            .iter()
            .any(|reason| reason.contains("other places"))
    );
    // Nothing at all to hold it against.
    let nothing = Known {
        root: [0; 32],
        named_root: [0; 32],
        tensors: 0,
        numbers: 0,
        matrices: Vec::new(),
    };
    assert_eq!(
        found(&traced(&nothing, &before)),
        (Relation::Unrelated, Sureness::Low)
    );
}
