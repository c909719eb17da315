use std::sync::Arc;

use super::*;
use waybill_fixtures::assemble;

fn expanded(text: &str, limits: &Limits) -> Option<(Codec, Expanded, u64)> {
    let bytes: Bytes = Arc::new(assemble("wrapper", text).unwrap());
    let codec = Codec::recognises(&bytes.bytes_at(0, 256).unwrap())?;
    let budget = Budget::new(bytes.len());
    let length = bytes.len();
    Some((
        codec,
        expand(codec, &bytes, limits, &budget, &InMemory),
        length,
    ))
}

#[test]
fn every_codec_gives_back_what_was_wrapped() {
    for name in ["gzip", "zlib", "bzip2", "xz", "lzma", "zstd", "lz4"] {
        let (codec, expanded, length) = expanded(
            &format!("{name} : text\n  hello hello hello\n"),
            &Limits::default(),
        )
        .unwrap_or_else(|| panic!("{name} is not recognised"));
        assert_eq!(codec.name(), name);
        assert_eq!(expanded.ended, Ended::Whole, "{name}");
        assert_eq!(
            expanded.bytes.bytes_at(0, 99).unwrap(),
            b"hello hello hello\n",
            "{name}"
        );
        assert_eq!(expanded.used, length, "{name}");
    }
}

#[test]
fn concatenated_streams_are_one_and_trailing_bytes_are_left() {
    let text = "gzip : text\n  a\ngzip : text\n  b\n";
    let (_, whole, _) = expanded(text, &Limits::default()).unwrap();
    assert_eq!(whole.bytes.bytes_at(0, 9).unwrap(), b"a\nb\n");
    let (_, cut, length) =
        expanded(&format!("{text}raw hex=000102\n"), &Limits::default()).unwrap();
    assert_eq!((cut.ended, length - cut.used), (Ended::Whole, 3));
}

#[test]
fn a_bomb_is_told_by_its_ratio() {
    let limits = Limits {
        bomb_bytes: 1 << 20,
        ..Limits::default()
    };
    for name in ["gzip", "bzip2", "xz"] {
        let (_, expanded, _) = expanded(
            &format!(
                "{name} repeat=300000 : text\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
            ),
            &limits,
        )
        .unwrap();
        assert!(
            matches!(expanded.ended, Ended::Bomb { .. }),
            "{name}: {:?}",
            expanded.ended
        );
        assert!(
            expanded.bytes.len() < 9 << 20,
            "{name}: {}",
            expanded.bytes.len()
        );
    }
}

#[test]
fn cut_or_changed_streams_break_and_keep_what_came_before() {
    for name in ["gzip", "zlib", "bzip2", "xz", "lzma", "zstd", "lz4"] {
        let whole = assemble(
            "wrapper",
            &format!("{name} repeat=50 : text\n  some text that is long enough\n"),
        )
        .unwrap();
        for end in 1..whole.len() {
            let bytes: Bytes = Arc::new(whole[..end].to_vec());
            if let Some(codec) = Codec::recognises(&whole) {
                let budget = Budget::new(bytes.len());
                let expanded = expand(codec, &bytes, &Limits::default(), &budget, &InMemory);
                assert!(
                    expanded.ended != Ended::Whole || end + 16 > whole.len(),
                    "{name} cut at {end}: {:?}",
                    expanded.ended
                );
            }
        }
    }
}

#[test]
fn long_output_goes_to_scratch_space() {
    let limits = Limits {
        spool_memory_bytes: 1000,
        ..Limits::default()
    };
    let (_, expanded, _) = expanded("gzip repeat=1000 : text\n  0123456789\n", &limits).unwrap();
    assert_eq!(expanded.bytes.len(), 11_000);
}
