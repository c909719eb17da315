use super::*;

fn file(header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header.as_bytes());
    file.extend_from_slice(data);
    file
}

fn facts(header: &str, data: &[u8]) -> SafetensorsFacts {
    parse(&file(header, data), &Limits::default()).unwrap()
}

fn kinds(header: &str, data: &[u8]) -> Vec<ProblemKind> {
    let problems = facts(header, data).problems;
    problems.into_iter().map(|problem| problem.kind).collect()
}

/// A header with one tensor `w` of one byte, with `fields` after its type.
fn tensor(fields: &str) -> String {
    format!(r#"{{"w":{{"dtype":"U8",{fields}}}}}"#)
}

#[test]
fn a_valid_file_has_no_problems() {
    let header = r#"{"__metadata__":{"format":"pt"},"b":{"dtype":"F4","shape":[2,3],"data_offsets":[4,7]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   "#;
    let facts = facts(header, &[0; 7]);
    assert_eq!(facts.problems, []);
    assert_eq!(facts.metadata, [("format".to_owned(), "pt".to_owned())]);
    assert_eq!(facts.trailing_start, None);
    let names: Vec<&str> = facts.tensors.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(
        facts.tensors[0].at,
        8 + header.find(r#""b""#).unwrap() as u64
    );
}

#[test]
fn lengths_that_lie() {
    let lie = [&[0xff; 8], b"{}".as_slice()].concat();
    assert!(recognises(&lie, 10));
    let facts = parse(&lie, &Limits::default()).unwrap();
    let claimed = u64::MAX;
    assert_eq!(
        facts.problems[0].kind,
        ProblemKind::HeaderBeyondFile { claimed, there: 2 }
    );
    let limit = 100_000_000;
    assert_eq!(
        facts.problems[1].kind,
        ProblemKind::HeaderOverLimit { claimed, limit }
    );
}

#[test]
fn content_that_only_resembles_is_not_recognised() {
    assert!(!recognises(b"var a = {\"b\": 1};", 17));
    assert!(!recognises(b"short", 5));
    assert!(!recognises(
        &[100, 0, 0, 0, 0, 0, 0, 0, b'{', 0, 0, 0],
        4000
    ));
    assert_eq!(
        parse(&b"var a = {\"b\": 1};".to_vec(), &Limits::default()),
        None
    );
}

#[test]
fn headers_that_are_no_json_object() {
    assert!(matches!(
        kinds("{\"a\":", b"")[..],
        [ProblemKind::HeaderNotJson { .. }]
    ));
    assert_eq!(
        kinds("[1,2]", b""),
        [
            ProblemKind::HeaderStart { byte: b'[' },
            ProblemKind::HeaderNotObject
        ]
    );
    assert_eq!(kinds(" {}", b""), [ProblemKind::HeaderStart { byte: b' ' }]);
    assert_eq!(
        kinds("\u{feff}{}", b""),
        [ProblemKind::HeaderStart { byte: 0xef }]
    );
    assert_eq!(
        kinds("{} \n ", b""),
        [ProblemKind::HeaderPadding { byte: b'\n' }]
    );
    let broken = parse(
        &b"\x06\0\0\0\0\0\0\0{\"\xff\":}".to_vec(),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(
        broken.problems[0],
        Problem {
            offset: 10,
            kind: ProblemKind::HeaderNotUtf8
        }
    );
}

#[test]
fn what_stands_before_a_break_is_kept() {
    let facts = facts(
        r#"{"w":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"x":!"#,
        b"1",
    );
    assert_eq!(facts.tensors.len(), 1);
    assert_eq!(facts.trailing_start, None);
    assert_eq!(facts.problems[0].offset, 8 + 57);
}

#[test]
fn every_duplicate_is_seen() {
    let entry = r#"{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}"#;
    let header = format!(
        r#"{{"w":{entry},"w":7,"__metadata__":{{"k":"1","k":"2"}},"__metadata__":{{"k":"3"}}}}"#
    );
    let twice: Vec<(Option<String>, String)> = kinds(&header, b"")
        .into_iter()
        .filter_map(|kind| match kind {
            ProblemKind::DuplicateKey { within, key } => Some((within, key)),
            _ => None,
        })
        .collect();
    let metadata = (Some("__metadata__".to_owned()), "k".to_owned());
    let expected = [
        (Some("w".to_owned()), "dtype".to_owned()),
        (None, "__metadata__".to_owned()),
        (None, "w".to_owned()),
        metadata.clone(),
        metadata,
    ];
    assert_eq!(twice, expected);
}

#[test]
fn metadata_of_other_types() {
    let header = r#"{"__metadata__":{"a":1,"b":{"c":[]},"d":"e"}}"#;
    assert_eq!(
        kinds(header, b""),
        ["a", "b"].map(|key| ProblemKind::MetadataNotText {
            key: key.to_owned()
        })
    );
    assert_eq!(
        kinds(r#"{"__metadata__":[]}"#, b""),
        [ProblemKind::MetadataNotObject]
    );
}

#[test]
fn entries_that_cannot_be_understood() {
    let w = || "w".to_owned();
    assert_eq!(
        kinds(r#"{"w":1}"#, b""),
        [ProblemKind::EntryNotObject { tensor: w() }]
    );
    assert_eq!(
        kinds(r#"{"w":{"dtype":"U8","shape":[0]}}"#, b""),
        [ProblemKind::FieldMissing {
            tensor: w(),
            field: "data_offsets"
        }]
    );
    for (fields, field) in [
        (r#""shape":"1","data_offsets":[0,0]"#, "shape"),
        (r#""shape":[[1]],"data_offsets":[0,0]"#, "shape"),
        (r#""shape":[0],"data_offsets":[0,0,0]"#, "data_offsets"),
    ] {
        let expected = ProblemKind::FieldMistyped { tensor: w(), field };
        assert_eq!(kinds(&tensor(fields), b""), [expected], "{fields}");
    }
    for number in ["-1", "1.5", "18446744073709551616"] {
        let fields = format!(r#""shape":[0],"data_offsets":[0,{number}]"#);
        let found = kinds(&tensor(&fields), b"");
        assert!(
            matches!(found[..], [ProblemKind::NumberNotNatural { .. }]),
            "{found:?}"
        );
    }
    let found = kinds(
        &tensor(r#""shape":[0],"data_offsets":[0,0],"x":{"y":1}"#),
        b"",
    );
    let key = "x".to_owned();
    assert_eq!(found, [ProblemKind::FieldUnknown { tensor: w(), key }]);
    let many = vec!["1"; 65].join(",");
    let found = kinds(
        &tensor(&format!(r#""shape":[{many}],"data_offsets":[0,0]"#)),
        b"",
    );
    assert_eq!(
        found,
        [ProblemKind::TooManyDimensions {
            tensor: w(),
            dimensions: 65
        }]
    );
}

#[test]
fn sizes_that_disagree() {
    let w = || "w".to_owned();
    let found = kinds(&tensor(r#""shape":[2],"data_offsets":[0,1]"#), b"1");
    let disagrees = ProblemKind::SizeDisagrees {
        tensor: w(),
        expected_bits: 16,
        actual_bytes: 1,
    };
    assert_eq!(found, [disagrees]);
    let huge = format!(r#""shape":[{0},{0}],"data_offsets":[0,1]"#, u64::MAX);
    assert_eq!(
        kinds(&tensor(&huge), b"1"),
        [ProblemKind::SizeOverflow { tensor: w() }]
    );
    let half = r#"{"w":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#;
    assert!(matches!(
        kinds(half, b"1")[..],
        [ProblemKind::SizeDisagrees { .. }]
    ));
    let unknown = r#"{"w":{"dtype":"X9","shape":[1],"data_offsets":[0,1]}}"#;
    let dtype = "X9".to_owned();
    assert_eq!(
        kinds(unknown, b"1"),
        [ProblemKind::DtypeUnknown { tensor: w(), dtype }]
    );
}

#[test]
fn ranges_that_lie() {
    let w = || "w".to_owned();
    let range = |shape: u64, begin: u64, end: u64, data: &[u8]| {
        kinds(
            &tensor(&format!(
                r#""shape":[{shape}],"data_offsets":[{begin},{end}]"#
            )),
            data,
        )
    };
    let found = range(1, 1, 0, b"");
    assert!(found.contains(&ProblemKind::OffsetsReversed {
        tensor: w(),
        begin: 1,
        end: 0
    }));
    let found = range(1, 9, 10, b"1");
    assert!(found.contains(&ProblemKind::OffsetsBeyondFile {
        tensor: w(),
        end: 10,
        there: 1
    }));
    assert!(found.contains(&ProblemKind::DataStart { begin: 9 }));
    let found = range(3, 0, 3, b"1");
    assert_eq!(
        found,
        [ProblemKind::DataTruncated {
            tensor: w(),
            missing: 2
        }]
    );
    let found = range(1, 0, 1, b"123");
    assert_eq!(found, [ProblemKind::BytesAfterData { length: 2 }]);
}

#[test]
fn overlaps_and_holes() {
    let two = |begin: u64| {
        format!(
            r#"{{"a":{{"dtype":"U8","shape":[4],"data_offsets":[0,4]}},"b":{{"dtype":"U8","shape":[1],"data_offsets":[{begin},{}]}}}}"#,
            begin + 1
        )
    };
    let (first, second) = ("a".to_owned(), "b".to_owned());
    assert_eq!(
        kinds(&two(2), b"1234"),
        [ProblemKind::Overlap { first, second }]
    );
    let facts = facts(&two(6), b"1234567");
    assert_eq!(facts.problems.len(), 1);
    assert_eq!(facts.problems[0].kind, ProblemKind::Hole { length: 2 });
    assert_eq!(facts.problems[0].offset, facts.data_start + 4);
}

#[test]
fn limits_are_facts() {
    let limits = Limits {
        members: 1,
        text_bytes: 12,
        header_bytes: 90,
        ..Limits::default()
    };
    let entry = r#"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#;
    let header = format!(r#"{{"a long long name":{entry},"w":{entry}}}"#);
    let facts = parse(&file(&header, b""), &limits).unwrap();
    let kinds: Vec<ProblemKind> = facts.problems.into_iter().map(|p| p.kind).collect();
    assert!(matches!(
        kinds[0],
        ProblemKind::HeaderOverLimit { limit: 90, .. }
    ));
    assert_eq!(kinds[1], ProblemKind::TextCut { length: 16 });
    assert_eq!(
        *kinds.last().unwrap(),
        ProblemKind::LimitReached { members: 1 }
    );
    assert_eq!(facts.tensors[0].name, "a long long ");
}
