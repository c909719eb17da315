//! Properties of the NumPy parser over files that `fixtures` writes.

use proptest::prelude::*;
use waybill_formats::{Limits, numpy};

const VALID: &str = r#"
descr "[('a', '<f4'), (('t', 'b'), '|S3', (2,)), ('n', [('x', '<i8')])]"
shape 2,3
data zeros=108
"#;

#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn valid() -> Vec<u8> {
    waybill_fixtures::assemble("npy", VALID).unwrap()
}

#[test]
fn what_the_fixtures_write_is_valid() {
    let file = valid();
    assert!(numpy::recognises(&file, file.len() as u64));
    let facts = numpy::parse(&file, &Limits::default()).unwrap();
    assert_eq!(facts.problems, []);
    assert_eq!(facts.data_bytes, Some(108));
}

#[test]
fn every_truncation_is_noticed() {
    let file = valid();
    for length in 6..file.len() {
        let facts = numpy::parse(&file[..length].to_vec(), &Limits::default()).unwrap();
        assert_ne!(facts.problems, [], "cut at {length}");
    }
}

proptest! {
    #[test]
    fn any_header_ends_without_panic(version in 0_u8..5, header in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut file = b"\x93NUMPY".to_vec();
        file.extend([version, 0]);
        file.extend(header);
        let _ = numpy::parse(&file, &Limits::default());
    }

    #[test]
    fn headers_out_of_its_alphabet_end_without_panic(header in r#"[\[\](){}:,'" \\xuO<f48a-]{0,120}"#) {
        let mut file = b"\x93NUMPY\x03\0".to_vec();
        file.extend(u32::try_from(header.len()).unwrap_or(0).to_le_bytes());
        file.extend(header.as_bytes());
        let _ = numpy::parse(&file, &Limits::default());
    }

    #[test]
    fn one_changed_byte_ends_without_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = valid();
        let index = at.index(file.len());
        file[index] = byte;
        let _ = numpy::parse(&file, &Limits::default());
    }

    #[test]
    fn small_limits_end_without_panic(members in 0_u64..20, bytes in 0_u64..200, depth in 0_u32..3) {
        let limits = Limits { members, depth, text_bytes: bytes, ..Limits::default() };
        let facts = numpy::parse(&valid(), &limits).unwrap();
        prop_assert!(facts.header_text.len() as u64 <= bytes);
    }
}
