use super::*;

fn facts(text: &str) -> SevenZipFacts {
    let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
    let bytes: Bytes = Arc::new(bytes);
    parse(&bytes, &Limits::default()).unwrap()
}

/// An archive of one stored stream with two files.
pub(crate) const STORED: &str = "hex 377abcaf271c0004\nu32le 0\nu64le 5 0x40\nu32le 0\ntext \"abcde\"\n\
    hex 01 04 06 00 01 09 05 00\n\
    hex 07 0b 01 00 01 01 00 0c 05 00\n\
    hex 08 0d 02 09 02 0a 00 c0\nu32le 0x9e83486d 0\nhex 00 00\n\
    hex 05 03 0e 01 20\n\
    hex 11 13 00 61 00 2e 00 70 00 00 00 62 00 00 00 2e 00 2e 00 00 00\n\
    hex 00 00\n";

#[test]
fn files_have_their_place_in_a_stream() {
    let found = facts(STORED);
    assert_eq!(found.broken, None);
    let entries: Vec<_> = found
        .entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.place, entry.length))
        .collect();
    assert_eq!(
        entries,
        [
            ("a.p", Some((0, 0)), 2),
            ("b", Some((0, 2)), 3),
            ("..", None, 0)
        ]
    );
    assert_eq!(found.entries[0].crc32, Some(0x9e83_486d));
    assert_eq!(found.streams[0].method, Method::Copied);
    assert_eq!(
        (found.streams[0].start, found.streams[0].packed_bytes),
        (32, 5)
    );
}

#[test]
fn broken_headers_are_told() {
    let short = "hex 377abcaf271c0004\nu32le 0\nu64le 500 10\nu32le 0\n";
    assert!(facts(short).broken.is_some());
    let mark = "hex 377abcaf271c0004\nu32le 0\nu64le 0 2\nu32le 0\nhex 01ff\n";
    assert!(facts(mark).broken.unwrap().1.contains("unknown mark"));
    let many = "hex 377abcaf271c0004\nu32le 0\nu64le 0 12\nu32le 0\nhex 01 05 ff ffffffffffffff0f 00\nhex 00\n";
    assert!(facts(many).broken.is_some());
}
