//! Properties of the GGUF parser over files that `fixtures` writes.

use proptest::prelude::*;
use waybill_formats::{Limits, gguf};

const VALID: &str = r#"
pair "general.architecture" string "llama"
pair "general.alignment" u32 64
pair "tokenizer.ggml.tokens" array string "a" "b" "c"
pair "tokenizer.ggml.scores" array f32 0.5 1 2
pair "flags" array bool true false
pair "nested" array array u8 1 2 3
pair "tokenizer.chat_template" string "{{ messages }}"
tensor "a" dims=4,2
tensor "b" dims=32,2 type=8 fill=3
"#;

#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn valid(start: &str) -> Vec<u8> {
    waybill_fixtures::assemble("gguf", &format!("{start}\n{VALID}")).unwrap()
}

#[test]
fn what_the_fixtures_write_is_valid() {
    for start in ["", "version 1", "version 2", "endian big"] {
        let file = valid(start);
        assert!(gguf::recognises(&file, file.len() as u64));
        let facts = gguf::parse(&file, &Limits::default()).unwrap();
        assert_eq!(facts.problems, [], "{start}");
        assert_eq!((facts.pairs.len(), facts.tensors.len()), (7, 2));
        assert_eq!(facts.big_endian, start == "endian big");
    }
}

#[test]
fn every_truncation_of_tables_or_data_is_noticed() {
    let file = valid("");
    let whole = gguf::parse(&file, &Limits::default()).unwrap();
    let end = usize::try_from(whole.end_of_tensors.unwrap()).unwrap();
    for length in 8..end {
        let facts = gguf::parse(&file[..length].to_vec(), &Limits::default()).unwrap();
        assert_ne!(facts.problems, [], "cut at {length}");
    }
}

proptest! {
    #[test]
    fn any_bytes_end_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), version in 1_u8..4) {
        let mut file = vec![b'G', b'G', b'U', b'F', version, 0, 0, 0];
        file.extend(bytes);
        let _ = gguf::parse(&file, &Limits::default());
    }

    #[test]
    fn one_changed_byte_ends_without_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = valid("");
        let index = at.index(file.len());
        file[index] = byte;
        let _ = gguf::parse(&file, &Limits::default());
    }

    #[test]
    fn small_limits_end_without_panic(members in 0_u64..8, bytes in 0_u64..300, depth in 0_u32..3) {
        let limits = Limits { members, depth, text_bytes: bytes, header_bytes: bytes, ..Limits::default() };
        let facts = gguf::parse(&valid(""), &limits).unwrap();
        prop_assert!(facts.pairs.len() as u64 <= members);
    }
}
