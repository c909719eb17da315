use super::*;
use waybill_fixtures::assemble;

fn kinds(text: &str) -> Vec<ProblemKind> {
    let bytes = assemble("zip", text).unwrap();
    parse(&bytes, &Limits::default())
        .unwrap()
        .problems
        .into_iter()
        .map(|problem| problem.kind)
        .collect()
}

#[test]
fn an_honest_archive_has_no_problems() {
    let text = "member \"a.txt\" : text\n  hello\nmember \"b/c.txt\" method=deflate : text\n  hello hello hello\nmember \"d\" descriptor : text\n  x\n";
    assert_eq!(kinds(text), []);
    let bytes = assemble("zip", text).unwrap();
    let names: Vec<_> = parse(&bytes, &Limits::default())
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| (entry.name, entry.listed))
        .collect();
    assert_eq!(
        names,
        [
            ("a.txt".into(), true),
            ("b/c.txt".into(), true),
            ("d".into(), true)
        ]
    );
}

#[test]
fn every_disagreement_is_a_fact() {
    let disagreement = |field, central: &str, local: &str| ProblemKind::Disagreement {
        name: "a".into(),
        field,
        central: central.into(),
        local: local.into(),
    };
    assert_eq!(
        kinds("member \"a\" local-name=\"b\" : text\n  x\n"),
        [disagreement("name", "a", "b")]
    );
    assert_eq!(
        kinds("member \"a\" local-flags=1 : text\n  x\n"),
        [disagreement("flags", "0x0000", "0x0001")]
    );
    assert_eq!(
        kinds("member \"a\" local-method=8 : text\n  x\n"),
        [disagreement("method", "0", "8")]
    );
    assert_eq!(
        kinds("member \"a\" crc=0x1 local-crc=0x2 : text\n  x\n"),
        [disagreement("crc32", "00000001", "00000002")]
    );
    assert_eq!(
        kinds("member \"a\" local-size=9 : text\n  x\n"),
        [disagreement("size", "2", "9")]
    );
}

#[test]
fn bodies_that_the_directory_does_not_list() {
    let problems = kinds("member \"a\" : text\n  x\nmember \"hidden\" unlisted : text\n  y\n");
    assert_eq!(
        problems,
        [ProblemKind::Unlisted {
            name: "hidden".into()
        }]
    );
    assert_eq!(
        kinds("member \"a\" : text\n  x\nmember \"a\" : text\n  y\n"),
        [ProblemKind::DuplicateName { name: "a".into() }]
    );
}

#[test]
fn bytes_around_and_between() {
    assert_eq!(
        kinds("prefix hex=0102\nmember \"a\" : text\n  x\n"),
        [ProblemKind::Prefix { bytes: 2 }]
    );
    assert_eq!(
        kinds("member \"a\" : text\n  x\ntrailing hex=010203\n"),
        [ProblemKind::Trailing { bytes: 3 }]
    );
    assert_eq!(
        kinds("member \"a\" : text\n  x\ngap hex=0102\nmember \"b\" : text\n  x\n"),
        [ProblemKind::Gap { bytes: 2 }]
    );
    assert_eq!(
        kinds("member \"a\" : text\n  x\nno-end\n"),
        [
            ProblemKind::NoEndRecord,
            ProblemKind::Unlisted { name: "a".into() }
        ]
    );
}

#[test]
fn cut_anywhere_it_does_not_panic() {
    let bytes = assemble(
        "zip",
        "member \"a\" : text\n  hello\nmember \"b\" descriptor : text\n  x\n",
    )
    .unwrap();
    for end in 0..bytes.len() {
        let cut = bytes[..end].to_vec();
        let _ = parse(&cut, &Limits::default());
    }
}
