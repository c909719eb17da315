use std::sync::Arc;

use proptest::prelude::*;
use waybill_formats::planes::{self, Element};
use waybill_formats::{Bytes, Limits, SubRange};

use super::float::Layout;
use super::*;
use crate::numbers::{append, mix};

/// A safetensors file out of header and data.
fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn one(dtype: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let end = data.len();
    safetensors(
        &format!(r#"{{"w":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[0,{end}]}}}}"#),
        data,
    )
}

fn done(bytes: &[u8], plan: &Plan) -> Result<(Written, Vec<u8>), TensorsError> {
    let bytes: Bytes = Arc::new(bytes.to_vec());
    let container = open(&bytes, &Limits::default(), &[])?;
    let mut out = Vec::new();
    let written = disarm(&container, plan, &mut out)?;
    assert_eq!(written.bytes, out.len() as u64);
    Ok((written, out))
}

/// The elements of the only tensor.
fn elements(file: &[u8]) -> Vec<u8> {
    let header = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    file[8 + header..].to_vec()
}

fn numbers(dtype: Dtype, bytes: &[u8]) -> Vec<f64> {
    let mut numbers = Vec::new();
    append(dtype, bytes, &mut numbers);
    numbers
}

/// Weights as training leaves them.
fn weights(count: usize) -> Vec<f32> {
    let uniform = |index: u64| (mix(index) >> 40) as f32 / (1 << 24) as f32;
    (0..count as u64)
        .map(|index| 0.05 * ((0..12).map(|part| uniform(index * 12 + part)).sum::<f32>() - 6.0))
        .collect()
}

fn bytes_of(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|one| one.to_le_bytes()).collect()
}

fn low(bits: u32) -> Plan {
    Plan {
        bits: Bits::of_single(bits),
        ..Plan::default()
    }
}

const FLOATS: [(Dtype, &str); 4] = [
    (Dtype::F64, "F64"),
    (Dtype::F32, "F32"),
    (Dtype::F16, "F16"),
    (Dtype::Bf16, "BF16"),
];

proptest! {
    #[test]
    fn no_number_changes_by_more_than_the_bound(
        kind in 0_usize..4,
        data in prop::collection::vec(any::<u8>(), 8..800),
        bits in 0_u32..24,
        cast in prop::option::of(prop::sample::select(vec![Cast::F16, Cast::Bf16])),
        prune in prop::option::of((any::<bool>(), 0.0_f64..1.0)),
        seed: u64,
    ) {
        let (dtype, name) = FLOATS[kind];
        let width = dtype.bytes() as usize;
        let data = &data[..data.len() / (2 * width) * 2 * width];
        let prune = prune.map(|(rows, share)| if rows { Prune::Rows(share) } else { Prune::Values(share) });
        let plan = Plan { bits: Bits::of_single(bits), cast, prune, seed };
        let file = one(name, &[2, data.len() / width / 2], data);
        let Ok((written, out)) = done(&file, &plan) else {
            // Only a cast to a type of less range cannot hold every number.
            // The largest of single precision lie beyond those of bf16.
            let narrow = cast == Some(Cast::F16) || matches!(dtype, Dtype::F64 | Dtype::F32);
            prop_assert!(cast.is_some() && narrow);
            return Ok(());
        };
        let (_, again) = done(&file, &plan).unwrap();
        prop_assert_eq!(&out, &again, "the same seed gives the same bytes");
        let tensor = &written.tensors[0];
        let into = Dtype::named(&tensor.into).unwrap();
        let (before, after) = (numbers(dtype, data), numbers(into, &elements(&out)));
        prop_assert_eq!(before.len(), after.len());
        let mut largest = 0.0_f64;
        for (before, after) in before.iter().zip(&after) {
            if before.is_finite() {
                let change = (after - before).abs();
                prop_assert!(change <= tensor.bound, "{} to {}, bound {}", before, after, tensor.bound);
                largest = largest.max(change);
            } else {
                prop_assert!(after == before || (after.is_nan() && before.is_nan()) || *after == 0.0);
            }
        }
        prop_assert_eq!(tensor.largest_change, largest);
        // What was written is what may be opened again, with nothing left to remove.
        let bytes: Bytes = Arc::new(out.clone());
        let container = open(&bytes, &Limits::default(), &[]).unwrap();
        prop_assert!(container.removed.is_empty());
        prop_assert_eq!(container.parts[0].sha256().unwrap(), tensor.sha256);
    }

    #[test]
    fn rounding_is_to_the_nearest(bits: u32, brain: bool) {
        let number = f64::from(f32::from_bits(bits));
        let dtype = if brain { Dtype::Bf16 } else { Dtype::F16 };
        let layout = Layout::of(dtype).unwrap();
        if let Some(rounded) = layout.rounded(number) {
            let now = numbers(dtype, &rounded.to_le_bytes()[..2])[0];
            let near = [rounded.wrapping_sub(1), rounded + 1];
            for other in near.map(|bits| numbers(dtype, &bits.to_le_bytes()[..2])[0]) {
                if other.is_finite() && number.is_finite() {
                    prop_assert!((now - number).abs() <= (other - number).abs());
                }
            }
            prop_assert_eq!(now.is_nan(), number.is_nan());
        } else {
            let most = if brain { f64::from(f32::MAX) * 0.99 } else { 65_519.0 };
            prop_assert!(number.abs() > most, "{} is not too large", number);
        }
    }
}

#[test]
fn a_program_in_the_low_bits_is_gone() {
    let mut numbers = weights(40_000);
    // The header of a program and what follows, in the low two bytes of each number.
    let mut payload = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
    payload.extend([0x40, 0x10, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]);
    payload.extend([
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0x38, 0, 1, 0, 0x40, 0, 0, 0, 0, 0,
    ]);
    payload.extend([0x90; 2_000]);
    for bits in [8_u32, 16] {
        let mut host = numbers.clone();
        for (number, chunk) in host[77..].iter_mut().zip(payload.chunks(bits as usize / 8)) {
            let mut low = 0_u32;
            for byte in chunk {
                low = low << 8 | u32::from(*byte);
            }
            let mask = (1_u32 << bits) - 1;
            *number = f32::from_bits(number.to_bits() & !mask | low);
        }
        let data = bytes_of(&host);
        assert!(planes::find(&data, Element::F32).is_some(), "{bits}");
        let (written, out) = done(&one("F32", &[200, 200], &data), &low(16)).unwrap();
        assert_eq!(planes::find(&elements(&out), Element::F32), None, "{bits}");
        assert!(written.tensors[0].largest_change < 0.01);
    }
    // Where there was nothing but zeros, nothing but zeros is left.
    numbers.fill(0.0);
    for (number, byte) in numbers.iter_mut().zip(&payload) {
        *number = f32::from_bits(u32::from(*byte));
    }
    let (_, out) = done(&one("F32", &[200, 200], &bytes_of(&numbers)), &low(16)).unwrap();
    assert!(elements(&out).iter().all(|byte| *byte == 0));
}

#[test]
fn a_payload_spread_over_many_numbers_survives_as_is_said() {
    // One bit of the message lies on 2,000 weights as a pattern of signs, a tenth of a weight high.
    const CHIPS: usize = 2_000;
    let message: Vec<bool> = (0..64).map(|bit| mix(bit) & 1 == 1).collect();
    let mut numbers = weights(message.len() * CHIPS);
    let sign = |index: usize| {
        let odd = mix(index as u64 ^ 0xbeef) & 1 == 1;
        if odd { 1.0_f32 } else { -1.0 }
    };
    for (index, number) in numbers.iter_mut().enumerate() {
        let bit = if message[index / CHIPS] { 1.0 } else { -1.0 };
        *number += 0.005 * sign(index) * bit;
    }
    let (_, out) = done(&one("F32", &[640, 200], &bytes_of(&numbers)), &low(16)).unwrap();
    let after = self::numbers(Dtype::F32, &elements(&out));
    let read: Vec<bool> = after
        .chunks(CHIPS)
        .enumerate()
        .map(|(bit, chunk)| {
            let sum: f64 = chunk
                .iter()
                .enumerate()
                .map(|(chip, number)| number * f64::from(sign(bit * CHIPS + chip)))
                .sum();
            sum > 0.0
        })
        .collect();
    assert_eq!(read, message);
}

#[test]
fn what_stands_beside_the_tensors_goes() {
    let header = r#"{"__metadata__":{"format":"pt","note":"hidden","licence":"x"},"b":{"dtype":"I64","shape":[1],"data_offsets":[24,32]},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]}}"#;
    let mut data: Vec<u8> = (0..32).collect();
    data.extend(b"behind");
    let bytes: Bytes = Arc::new(safetensors(header, &data));
    let keep = ["licence".to_owned()];
    let container = open(&bytes, &Limits::default(), &keep).unwrap();
    let mut out = Vec::new();
    let written = disarm(&container, &Plan::default(), &mut out).unwrap();
    let mut removed: Vec<String> = written
        .removed
        .iter()
        .map(|left| format!("{}: {}", left.path, left.what))
        .collect();
    removed.sort();
    assert_eq!(
        removed,
        [
            ": 12 bytes between two tensors that belong to none",
            ": 6 bytes after the last tensor",
            ": the first tensor begins at data byte 4, not at 0",
            "note: a text of 6 bytes",
        ]
    );
    let text = String::from_utf8_lossy(&out[8..]);
    assert!(text.starts_with(r#"{"__metadata__":{"format":"pt","licence":"x"},"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a""#), "{text}");
    assert_eq!(
        elements(&out),
        [&data[24..32], &data[4..12]].concat(),
        "nothing else was asked for"
    );
    assert!(
        written
            .tensors
            .iter()
            .all(|tensor| tensor.changed == 0 && tensor.bound == 0.0)
    );
}

#[test]
fn the_smallest_become_zero() {
    let numbers = [4.0_f32, -1.0, 1.0, 3.0, -2.0, 1.0, 0.5, 9.0];
    let file = one("F32", &[4, 2], &bytes_of(&numbers));
    let values = |share| Plan {
        prune: Some(Prune::Values(share)),
        ..Plan::default()
    };
    let of = |plan: &Plan| {
        let (written, out) = done(&file, plan).unwrap();
        (
            written.tensors[0].clone(),
            self::numbers(Dtype::F32, &elements(&out)),
        )
    };
    let (tensor, after) = of(&values(0.4));
    assert_eq!(after, [4.0, 0.0, 0.0, 3.0, -2.0, 1.0, 0.0, 9.0]);
    assert_eq!((tensor.zeroed, tensor.changed, tensor.bound), (3, 3, 1.0));
    let (tensor, after) = of(&Plan {
        prune: Some(Prune::Rows(0.5)),
        ..Plan::default()
    });
    assert_eq!(after, [4.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.5, 9.0]);
    assert_eq!((tensor.zeroed, tensor.bound), (4, 3.0));
    // A vector stays.
    let vector = one("F32", &[8], &bytes_of(&numbers));
    assert_eq!(done(&vector, &values(0.9)).unwrap().0.tensors[0].zeroed, 0);
}

#[test]
fn numbers_too_large_for_a_type_are_refused() {
    let file = one("F32", &[1, 2], &bytes_of(&[70_000.0, 1.0]));
    let plan = |cast| Plan {
        cast: Some(cast),
        ..Plan::default()
    };
    let error = done(&file, &plan(Cast::F16)).unwrap_err().to_string();
    assert!(error.contains("too large for F16"), "{error}");
    let (written, out) = done(&file, &plan(Cast::Bf16)).unwrap();
    assert_eq!(written.tensors[0].into, "BF16");
    assert_eq!(self::numbers(Dtype::Bf16, &elements(&out)), [70_144.0, 1.0]);
    // Doubles reach far beyond what any ratio of steps can say.
    for number in [1e39_f64, -2.4e302, f64::MAX] {
        let doubles = [number, 1.0].map(f64::to_le_bytes).concat();
        let file = one("F64", &[1, 2], &doubles);
        for cast in [Cast::F16, Cast::Bf16] {
            assert!(done(&file, &plan(cast)).is_err(), "{number} to {cast:?}");
        }
    }
    assert!(done(b"no model at all", &low(1)).is_err());
}

#[test]
fn gguf_stays_gguf() {
    let text = |text: &str| {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes
    };
    let pair =
        |key: &str, value: &str| [text(key), 8_u32.to_le_bytes().to_vec(), text(value)].concat();
    let tensor = |name: &str, dims: &[u64], kind: u32, offset: u64| {
        let mut bytes = text(name);
        bytes.extend((dims.len() as u32).to_le_bytes());
        bytes.extend(dims.iter().flat_map(|dim| dim.to_le_bytes()));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes
    };
    let mut file = b"GGUF".to_vec();
    file.extend(3_u32.to_le_bytes());
    file.extend(2_u64.to_le_bytes());
    file.extend(3_u64.to_le_bytes());
    file.extend(pair("general.architecture", "llama"));
    file.extend(pair("general.description", "a long story"));
    file.extend(pair("tokenizer.chat_template", "{{ x }}"));
    file.extend(tensor("w", &[8, 4], 0, 0));
    file.extend(tensor("q", &[32, 1], 8, 128));
    file.resize(file.len().next_multiple_of(32), 0);
    let data = file.len();
    file.extend(bytes_of(&weights(32)));
    let quantised: Vec<u8> = (0..34).collect();
    file.extend(&quantised);
    file.resize(file.len().next_multiple_of(32), 0);
    file.extend(b"behind");
    let plan = Plan {
        cast: Some(Cast::F16),
        ..low(16)
    };
    let (written, out) = done(&file, &plan).unwrap();
    assert_eq!(written.format, "gguf");
    let removed: Vec<&str> = written
        .removed
        .iter()
        .map(|left| left.path.as_str())
        .collect();
    assert_eq!(
        removed,
        ["", "general.description", "tokenizer.chat_template"]
    );
    let bytes: Bytes = Arc::new(out);
    let again = open(&bytes, &Limits::default(), &[]).unwrap();
    assert!(again.removed.is_empty());
    let facts = waybill_formats::gguf::parse(bytes.as_ref(), &Limits::default()).unwrap();
    assert_eq!(facts.problems, []);
    let types: Vec<_> = facts
        .tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.type_name, tensor.offset))
        .collect();
    assert_eq!(types, [("w", Some("F16"), 0), ("q", Some("Q8_0"), 64)]);
    assert_eq!(
        written.tensors[0].sha256,
        again.parts[1].sha256().unwrap(),
        "quantised blocks stay"
    );
    let stored = SubRange::new(Arc::new(file), data as u64 + 128, 34);
    assert_eq!(
        waybill_formats::ReadAt::bytes_at(&stored, 0, 34).unwrap(),
        quantised
    );
    assert_eq!(
        (written.tensors[1].bits, written.tensors[1].into.as_str()),
        (3, "F16")
    );
}

#[test]
fn doubles_below_the_least_normal_one_have_a_bound() {
    let data: Vec<u8> = [1_u64, 0x3_0000_0001, 0x000f_ffff_ffff_ffff, 77]
        .iter()
        .flat_map(|bits| bits.to_le_bytes())
        .collect();
    let (written, _) = done(&one("F64", &[4], &data), &low(10)).unwrap();
    let [tensor] = written.tensors.as_slice() else {
        panic!("{written:?}");
    };
    assert!(
        tensor.changed > 0 && tensor.largest_change > 0.0,
        "{tensor:?}"
    );
    assert!(tensor.largest_change <= tensor.bound, "{tensor:?}");
    assert!(tensor.bound < f64::MIN_POSITIVE, "{tensor:?}");
}
