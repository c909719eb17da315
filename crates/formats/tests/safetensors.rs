//! Properties of the safetensors parser over files that `fixtures` writes.

use proptest::prelude::*;
use waybill_formats::{Limits, safetensors};

const VALID: &str = r#"
metadata "format" "pt"
tensor "a" dtype=F32 shape=2,3
tensor "b" dtype=BF16 shape=4 fill=0x3f
tensor "scalar" dtype=I64
tensor "empty" dtype=F32 shape=0,5
tensor "narrow" dtype=F4 shape=8
"#;

#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn valid() -> Vec<u8> {
    waybill_fixtures::assemble("safetensors", VALID).unwrap()
}

#[test]
fn what_the_fixtures_write_is_valid() {
    let file = valid();
    assert!(safetensors::recognises(&file, file.len() as u64));
    let facts = safetensors::parse(&file, &Limits::default()).unwrap();
    assert_eq!(facts.problems, []);
    assert_eq!(facts.tensors.len(), 5);
}

#[test]
fn every_truncation_is_noticed() {
    let file = valid();
    for length in 0..file.len() {
        if let Some(facts) = safetensors::parse(&file[..length].to_vec(), &Limits::default()) {
            assert_ne!(facts.problems, [], "cut at {length}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_end_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = safetensors::parse(&bytes, &Limits::default());
    }

    #[test]
    fn any_header_ends_without_panic(header in ".{0,200}", data in any::<u8>()) {
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend_from_slice(header.as_bytes());
        file.push(data);
        let _ = safetensors::parse(&file, &Limits::default());
    }

    #[test]
    fn one_changed_byte_ends_without_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = valid();
        let index = at.index(file.len());
        file[index] = byte;
        let _ = safetensors::recognises(&file, file.len() as u64);
        let _ = safetensors::parse(&file, &Limits::default());
    }

    #[test]
    fn small_limits_end_without_panic(members in 0_u64..5, bytes in 0_u64..200) {
        let limits = Limits { members, text_bytes: bytes, header_bytes: bytes, ..Limits::default() };
        let facts = safetensors::parse(&valid(), &limits).unwrap();
        prop_assert!(facts.tensors.len() as u64 <= members);
    }
}
