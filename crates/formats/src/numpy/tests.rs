use super::*;

fn facts(text: &str) -> NumpyFacts {
    let file = waybill_fixtures::assemble("npy", text).unwrap();
    parse(&file, &Limits::default()).unwrap()
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    let problems = facts(text).problems;
    problems.into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn valid_files_have_no_problems() {
    for version in 1..=3 {
        let facts = facts(&format!(
            "version {version}\ndescr \">f8\"\nshape 2,3\nfortran\n"
        ));
        assert_eq!(facts.problems, []);
        assert_eq!((facts.version, facts.fortran_order), ((version, 0), true));
        assert_eq!(facts.descr, Some(Descr::Simple(">f8".to_owned())));
        assert_eq!((facts.shape, facts.data_bytes), (vec![2, 3], Some(48)));
        assert_eq!(facts.data_start % 64, 0);
    }
    assert_eq!(facts("descr \"<M8[ns]\"\ndata zeros=8\n").problems, []);
    assert_eq!(facts("descr \"<U3\"\nshape 2\n").data_bytes, Some(24));
    assert_eq!(facts("shape 0,4\n").problems, []);
}

#[test]
fn structures() {
    let text = "descr \"[('a', '<f4'), (('title', 'b'), '|O', (2,)), ('', '|V4'), \
                ('n', [('x', '|u1')], 3)]\"\nshape 2L\ndata zeros=1\n";
    let facts = facts(text);
    assert_eq!(facts.problems, []);
    assert_eq!((facts.has_objects, facts.data_bytes), (true, None));
    let Some(Descr::Structured(fields)) = facts.descr else {
        panic!("{:?}", facts.descr);
    };
    assert_eq!(fields[1].title.as_deref(), Some("title"));
    assert_eq!(fields[1].shape, [2]);
    assert_eq!(fields[3].shape, [3]);
    let plain = "descr \"[('a', '<f4'), ('b', ('|u1', (2, 2)))]\"\nshape 2\ndata zeros=16\n";
    assert_eq!(kinds(plain), []);
}

#[test]
fn objects_under_any_of_their_names() {
    for descr in ["|O", "O", "O8", "object", "i4,O", "[('a', ('O', 2))]"] {
        assert!(
            facts(&format!("descr \"{descr}\"\n")).has_objects,
            "{descr}"
        );
    }
    assert!(!facts("descr \"<f4\"\n").has_objects);
}

#[test]
fn headers_that_are_no_literal() {
    let fault = |header: &str| match kinds(&format!("header {header:?}\n")).swap_remove(0) {
        ProblemKind::HeaderNotLiteral { fault } => fault,
        other => panic!("{other:?}"),
    };
    let name = |name: &str| LiteralFault::Name {
        name: name.to_owned(),
    };
    assert_eq!(
        fault("{'descr': __import__('os').system('id')}"),
        name("__import__")
    );
    assert_eq!(fault("dict(descr='<f4')"), name("dict"));
    let operator = |character| LiteralFault::Operator { character };
    assert_eq!(fault("{'a': 1 + 2}"), operator('+'));
    assert_eq!(fault("{'a': 'b'.upper()}"), operator('.'));
    assert_eq!(fault("{}()"), operator('('));
    assert_eq!(fault("{'a': -x}"), operator('-'));
    assert_eq!(fault("{} 1"), LiteralFault::TextAfter);
    assert_eq!(fault("{'a': (1,"), LiteralFault::Unfinished);
    assert_eq!(fault("{'a': 'b"), LiteralFault::Unfinished);
    assert_eq!(fault("{'a': 0x10}"), LiteralFault::NumberNotDecimal);
    assert_eq!(fault("{'a': 1.5}"), LiteralFault::NumberNotDecimal);
    assert_eq!(fault("{'a': '\\q'}"), LiteralFault::EscapeUnknown);
    assert_eq!(
        fault("{'a': @}"),
        LiteralFault::Unexpected { character: '@' }
    );
    assert_eq!(fault(&"[".repeat(200)), LiteralFault::TooDeep);
    assert_eq!(
        fault(&format!("{{'a': {}}}", "9".repeat(50))),
        LiteralFault::IntegerTooLarge
    );
    let found = facts("header \"{'descr': x}\"\n").problems;
    assert_eq!(found[0].offset, 10 + 10);
}

#[test]
fn keys() {
    let missing = |key| ProblemKind::KeyMissing { key };
    assert_eq!(
        kinds("header \"{}\"\n"),
        ["descr", "fortran_order", "shape"].map(missing)
    );
    assert_eq!(kinds("header \"[]\"\n"), [ProblemKind::HeaderNotDictionary]);
    let key = "x".to_owned();
    assert_eq!(
        kinds("key \"x\" \"1\"\n"),
        [ProblemKind::KeyUnknown { key }]
    );
    let key = "shape".to_owned();
    assert_eq!(
        kinds("shape 9\ndata zeros=4\nkey \"shape\" \"()\"\n"),
        [ProblemKind::KeyTwice { key }]
    );
}

#[test]
fn values_that_cannot_be() {
    let unknown = |descr: &str| ProblemKind::DescrUnknown {
        descr: descr.to_owned(),
    };
    assert_eq!(kinds("descr \"<f3\"\n"), [unknown("<f3")]);
    assert_eq!(
        kinds("descr \"{'names': []}\"\n"),
        [unknown("neither a string, a list nor a tuple")]
    );
    assert_eq!(
        kinds("shape -1\n"),
        [ProblemKind::ShapeNegative { dimension: -1 }]
    );
    assert_eq!(kinds("shape 'a'\n"), [ProblemKind::ShapeMistyped]);
    let huge = "shape 9223372036854775807,2\n";
    assert_eq!(kinds(huge), [ProblemKind::SizeOverflow]);
    let header = "{'descr': '<f4', 'fortran_order': 1, 'shape': [1]}";
    assert_eq!(
        kinds(&format!("header \"{header}\"\n")),
        [ProblemKind::OrderNotBoolean, ProblemKind::ShapeMistyped]
    );
}

#[test]
fn lengths_that_lie() {
    assert_eq!(
        kinds("shape 2\ndata zeros=5\n"),
        [ProblemKind::DataShort { missing: 3 }]
    );
    let facts = facts("shape 2\ntrailing : hex\n  80\n");
    assert_eq!(
        facts.problems[0].kind,
        ProblemKind::BytesAfterData { length: 1 }
    );
    assert_eq!(facts.trailing_start, Some(facts.data_start + 8));
    let found = kinds("header-length 0xffff\n");
    assert!(matches!(
        found[0],
        ProblemKind::HeaderBeyondFile {
            claimed: 0xffff,
            ..
        }
    ));
    let (major, minor) = (9, 1);
    assert_eq!(
        kinds("version 9 minor=1\n"),
        [ProblemKind::VersionUnknown { major, minor }]
    );
    let cut = parse(&b"\x93NUMPY\x02\0\0".to_vec(), &Limits::default()).unwrap();
    assert_eq!(cut.problems[0].kind, ProblemKind::Truncated);
    let limits = Limits {
        header_bytes: 20,
        ..Limits::default()
    };
    let file = waybill_fixtures::assemble("npy", "").unwrap();
    let limited = parse(&file, &limits).unwrap();
    assert_eq!(
        limited.problems[0].kind,
        ProblemKind::HeaderOverLimit {
            claimed: 118,
            limit: 20
        }
    );
    let mut file = waybill_fixtures::assemble("npy", "version 3\n").unwrap();
    file[20] = 0xff;
    let broken = parse(&file, &Limits::default()).unwrap();
    assert_eq!(
        broken.problems[0],
        Problem {
            offset: 20,
            kind: ProblemKind::HeaderNotUtf8
        }
    );
}
