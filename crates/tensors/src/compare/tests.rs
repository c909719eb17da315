use std::sync::Arc;

use waybill_formats::Bytes;

use super::sample::mix;
use super::*;
use crate::Tensor;

const WIDE: usize = 96;
const HIDDEN: usize = 128;
const ALL: Asked = Asked {
    same_file: false,
    singular: true,
};

/// A tensor of single precision: its shape and its numbers.
type Numbers = (Vec<u64>, Vec<f32>);
type Weights = Vec<(String, Numbers)>;

/// Numbers as of a normal distribution, by the seed alone.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let uniform = |index: u64| (mix(seed << 32 | index) >> 40) as f32 / (1 << 24) as f32;
    (0..count as u64)
        .map(|index| (0..12).map(|part| uniform(index * 12 + part)).sum::<f32>() - 6.0)
        .collect()
}

/// Three blocks of two matrices with a hidden layer between, and what stands about them.
fn weights(seed: u64) -> Weights {
    let mut all: Weights = vec![(
        "embeddings.weight".to_owned(),
        (vec![300, WIDE as u64], noise(seed, 300 * WIDE)),
    )];
    for layer in 0..3_u64 {
        let seed = seed + 10 * (layer + 1);
        let mut add = |name: &str, shape: Vec<u64>, part: u64| {
            let count = shape.iter().product::<u64>() as usize;
            let numbers = noise(seed + part, count)
                .iter()
                .map(|one| one * 0.05)
                .collect();
            all.push((format!("layer.{layer}.{name}"), (shape, numbers)));
        };
        add("query.weight", vec![WIDE as u64, WIDE as u64], 1);
        add("value.weight", vec![WIDE as u64, WIDE as u64], 2);
        add("up.weight", vec![HIDDEN as u64, WIDE as u64], 3);
        add("up.bias", vec![HIDDEN as u64], 4);
        add("down.weight", vec![WIDE as u64, HIDDEN as u64], 5);
        let scale = noise(seed + 6, WIDE)
            .iter()
            .map(|one| 1.0 + one * 0.1)
            .collect();
        all.push((
            format!("layer.{layer}.norm.weight"),
            (vec![WIDE as u64], scale),
        ));
    }
    all
}

fn tensor(name: &str, dtype: Dtype, shape: &[u64], bytes: Vec<u8>) -> Tensor {
    let source: Bytes = Arc::new(bytes);
    Tensor {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        source,
        offset: 0,
        strides: None,
        big_endian: false,
    }
}

fn model(weights: &Weights) -> Model {
    let tensors = weights.iter().map(|(name, (shape, numbers))| {
        let bytes = numbers.iter().flat_map(|one| one.to_le_bytes()).collect();
        tensor(name, Dtype::F32, shape, bytes)
    });
    Model {
        format: "safetensors",
        tensors: tensors.collect(),
        ..Model::default()
    }
}

fn compared(first: &Model, second: &Model) -> Comparison {
    let (one, other) = (digests(first).unwrap(), digests(second).unwrap());
    let side = |model, digests| Side { model, digests };
    compare(side(first, &one), side(second, &other), ALL).unwrap()
}

/// What a change of every tensor makes of the model.
fn after(change: impl Fn(&str, &Numbers) -> Vec<f32>) -> Comparison {
    let before = weights(1);
    let later: Weights = before
        .iter()
        .map(|(name, numbers)| (name.clone(), (numbers.0.clone(), change(name, numbers))))
        .collect();
    compared(&model(&before), &model(&later))
}

fn deviation(numbers: &[f32]) -> f32 {
    let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
    let squares: f32 = numbers.iter().map(|one| (one - mean) * (one - mean)).sum();
    (squares / numbers.len() as f32).sqrt()
}

fn moved(share: f32) -> Comparison {
    after(|name, (_, numbers)| {
        let seed = 900 + name.bytes().map(u64::from).sum::<u64>();
        let far = deviation(numbers) * share;
        let noise = noise(seed, numbers.len());
        numbers
            .iter()
            .zip(noise)
            .map(|(one, noise)| one + far * noise)
            .collect()
    })
}

fn found(comparison: &Comparison) -> (Relation, Sureness) {
    (comparison.relation, comparison.sureness)
}

#[test]
fn the_same_file_is_identical_and_the_same_tensors_are_the_same_weights() {
    let first = model(&weights(1));
    let digests = digests(&first).unwrap();
    let side = Side {
        model: &first,
        digests: &digests,
    };
    let same_file = Asked {
        same_file: true,
        singular: false,
    };
    let same = compare(side, side, same_file).unwrap();
    assert_eq!(found(&same), (Relation::Identical, Sureness::High));
    let same = compare(side, side, ALL).unwrap();
    assert_eq!(found(&same), (Relation::SameWeights, Sureness::High));
    assert_eq!(same.reasons, ["19 tensors equal"]);
}

#[test]
fn other_names_do_not_hide_the_same_weights() {
    let before = weights(1);
    let named = |(name, numbers): &(String, Numbers)| (format!("model.{name}"), numbers.clone());
    let later: Weights = before.iter().rev().map(named).collect();
    let same = compared(&model(&before), &model(&later));
    assert_eq!(found(&same), (Relation::SameWeights, Sureness::High));
    let first = same.tensors.first().unwrap();
    assert_eq!(first.renamed.as_deref(), Some("model.embeddings.weight"));
    // Nor those that moved a little: matrices are told by content.
    let later: Weights = before
        .iter()
        .map(|(name, (shape, numbers))| {
            let numbers = numbers.iter().zip(noise(7, numbers.len()));
            let numbers = numbers.map(|(one, noise)| one + 0.0005 * noise).collect();
            (format!("model.{name}"), (shape.clone(), numbers))
        })
        .collect();
    let moved = compared(&model(&before), &model(&later));
    assert_eq!(moved.relation, Relation::FineTuned);
    assert_eq!(moved.tensors.len(), 13, "all matrices: {:?}", moved.reasons);
}

/// Rounds to half precision.
fn half(number: f32) -> f32 {
    let exponent = number.abs().log2().floor().max(-14.0);
    let step = (exponent - 10.0).exp2();
    (number / step).round() * step
}

#[test]
fn rounding_is_quantisation_in_either_container() {
    let rounded = after(|_, (_, numbers)| numbers.iter().map(|one| half(*one)).collect());
    assert_eq!(
        found(&rounded).0,
        Relation::Quantised,
        "{:?}",
        rounded.reasons
    );
    let integers = after(|_, (shape, numbers)| {
        if shape.len() < 2 {
            return numbers.clone();
        }
        let rows = numbers.chunks(shape[1] as usize);
        rows.flat_map(|row| {
            let step = row.iter().fold(0.0, |most: f32, one| most.max(one.abs())) / 127.0;
            row.iter().map(move |one| (one / step).round() * step)
        })
        .collect()
    });
    assert_eq!(found(&integers), (Relation::Quantised, Sureness::High));
    assert_eq!(
        integers.reasons,
        ["6 tensors equal", "13 tensors rounded to int8"]
    );
    let before = weights(1);
    let mut later = model(&before);
    for (tensor, (_, (shape, numbers))) in later.tensors.iter_mut().zip(&before) {
        let rounded = numbers
            .iter()
            .flat_map(|one| ((one.to_bits() >> 16) as u16).to_le_bytes());
        *tensor = super::tests::tensor(&tensor.name, Dtype::Bf16, shape, rounded.collect());
    }
    let cut = compared(&model(&before), &later);
    assert_eq!(found(&cut).0, Relation::Quantised);
    assert_eq!(cut.reasons, ["19 tensors rounded to bf16"]);
}

#[test]
fn noise_is_fine_tuning_and_low_bits_are_told_from_it() {
    for share in [0.01, 0.3] {
        let tuned = moved(share);
        assert_eq!(
            found(&tuned),
            (Relation::FineTuned, Sureness::High),
            "{share}"
        );
    }
    let bits = after(|_, (_, numbers)| {
        let numbers = numbers.iter().enumerate();
        numbers
            .map(|(index, one)| f32::from_bits(one.to_bits() ^ (mix(index as u64) as u32 >> 20)))
            .collect()
    });
    assert_eq!(found(&bits), (Relation::LowBitsChanged, Sureness::High));
    assert_eq!(bits.tensors[0].change, Change::LowBits(12));
}

#[test]
fn a_difference_of_low_rank_is_a_merged_adapter() {
    let merged = after(|name, (shape, numbers)| {
        if !name.contains("query") && !name.contains("value") {
            return numbers.clone();
        }
        let (rows, columns) = (shape[0] as usize, shape[1] as usize);
        let (down, up) = (noise(50, rows * 4), noise(51, 4 * columns));
        let added = |index: usize| -> f32 {
            let (row, column) = (index / columns, index % columns);
            (0..4)
                .map(|rank| down[row * 4 + rank] * up[rank * columns + column])
                .sum()
        };
        let numbers = numbers.iter().enumerate();
        numbers
            .map(|(index, one)| one + 0.002 * added(index))
            .collect()
    });
    assert_eq!(found(&merged), (Relation::AdapterMerged, Sureness::High));
    assert_eq!(
        merged.reasons,
        [
            "13 tensors equal",
            "6 tensors that a matrix of rank 4 was added to"
        ]
    );
}

#[test]
fn small_values_that_became_zero_are_pruning() {
    let pruned = after(|_, (_, numbers)| {
        let mut sizes: Vec<f32> = numbers.iter().map(|one| one.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let median = sizes[sizes.len() / 2];
        let numbers = numbers.iter();
        numbers
            .map(|one| if one.abs() < median { 0.0 } else { *one })
            .collect()
    });
    assert_eq!(found(&pruned).0, Relation::Pruned);
    let change = &pruned.tensors[0].change;
    assert_eq!(
        *change,
        Change::Zeroed {
            share: 0.5,
            smallest: true
        }
    );
}

/// Hidden units in another order; `down` says whether the second matrix follows.
fn permuted(down: bool) -> Comparison {
    let place = |index: usize| (index * 37 + 11) % HIDDEN;
    after(|name, (_, numbers)| match name {
        name if name.contains("up.weight") => (0..HIDDEN)
            .flat_map(|row| numbers[place(row) * WIDE..][..WIDE].to_vec())
            .collect(),
        name if name.contains("up.bias") => (0..HIDDEN).map(|row| numbers[place(row)]).collect(),
        name if down && name.contains("down.weight") => numbers
            .chunks(HIDDEN)
            .flat_map(|row| {
                (0..HIDDEN)
                    .map(|column| row[place(column)])
                    .collect::<Vec<f32>>()
            })
            .collect(),
        _ => numbers.clone(),
    })
}

#[test]
fn the_order_of_hidden_units_does_not_change_the_function_if_all_follow() {
    let same = permuted(true);
    assert_eq!(
        found(&same),
        (Relation::SameFunctionPermuted, Sureness::High)
    );
    let torn = permuted(false);
    assert_eq!(torn.relation, Relation::Related, "{:?}", torn.reasons);
}

#[test]
fn other_weights_and_layers_at_other_places_are_unrelated() {
    let other = compared(&model(&weights(1)), &model(&weights(1000)));
    assert_eq!(found(&other), (Relation::Unrelated, Sureness::High));
    let before = weights(1);
    let later: Weights = before
        .iter()
        .map(|(name, numbers)| {
            let from = ["layer.0", "layer.1", "layer.2", "layer.0"];
            let at = from.iter().position(|layer| name.starts_with(layer));
            let source = at.map(|at| name.replace(from[at], from[at + 1]));
            let found = before
                .iter()
                .find(|(name, _)| source.as_ref() == Some(name));
            (
                name.clone(),
                found.map_or(numbers, |found| &found.1).clone(),
            )
        })
        .collect();
    let shifted = compared(&model(&before), &model(&later));
    assert_eq!(found(&shifted), (Relation::Unrelated, Sureness::High));
    let said = shifted
        .reasons
        .iter()
        .find(|reason| reason.starts_with("layers stand"));
    assert!(said.is_some_and(|said| {
        said.contains("`layer.0.query.weight` holds the first's `layer.1.query.weight`")
    }));
}
