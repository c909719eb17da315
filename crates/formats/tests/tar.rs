//! Properties of the tar parser over files that `fixtures` writes.

use proptest::prelude::*;
use waybill_formats::{Limits, tar};

const VALID: &str = r#"
longname "a/long/name"
file "short" mode=0o755 : text
  hello
pax path="other" size=6
symlink "s" to="t"
directory "d/"
pax GNU.sparse.name=real GNU.sparse.realsize=99
file "sparse" type=0x53 gnu
file "last" : hex
  00ff
"#;

#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn valid() -> Vec<u8> {
    waybill_fixtures::assemble("tar", VALID).unwrap()
}

#[test]
fn what_the_fixtures_write_is_recognised() {
    let file = valid();
    assert!(tar::recognises(&file, file.len() as u64));
    let facts = tar::parse(&file, &Limits::default()).unwrap();
    let paths: Vec<&str> = facts
        .entries
        .iter()
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(paths, ["a/long/name", "other", "d/", "real", "last"]);
}

#[test]
fn every_truncation_is_noticed() {
    let file = valid();
    for length in 512..file.len() {
        let facts = tar::parse(&file[..length].to_vec(), &Limits::default()).unwrap();
        assert_ne!(facts.problems, [], "cut at {length}");
    }
}

proptest! {
    #[test]
    fn any_blocks_end_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut file = valid();
        file.truncate(1024);
        file.extend(bytes);
        let _ = tar::parse(&file, &Limits::default());
    }

    #[test]
    fn one_changed_byte_ends_without_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = valid();
        let index = at.index(file.len());
        file[index] = byte;
        let _ = tar::parse(&file, &Limits::default());
    }

    #[test]
    fn one_changed_byte_under_a_right_checksum(
        block in 0_usize..7, index in 0_usize..512, byte in any::<u8>(),
    ) {
        let mut file = valid();
        let start = block * 512;
        file[start + index] = byte;
        file[start + 148..start + 156].fill(b' ');
        let sum: u32 = file[start..start + 512].iter().map(|byte| u32::from(*byte)).sum();
        file[start + 148..start + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let _ = tar::parse(&file, &Limits::default());
    }

    #[test]
    fn small_limits_end_without_panic(members in 0_u64..7, bytes in 0_u64..40) {
        let limits = Limits { members, text_bytes: bytes, header_bytes: bytes, ..Limits::default() };
        let facts = tar::parse(&valid(), &limits).unwrap();
        prop_assert!(facts.entries.len() as u64 <= members);
    }
}
