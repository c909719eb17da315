use super::*;

fn facts(text: &str) -> GgufFacts {
    let file = waybill_fixtures::assemble("gguf", text).unwrap();
    parse(&file, &Limits::default()).unwrap()
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    let problems = facts(text).problems;
    problems.into_iter().map(|problem| problem.kind).collect()
}

fn w() -> String {
    "w".to_owned()
}

#[test]
fn every_type_of_value() {
    let text = "pair \"a\" u8 1\npair \"b\" i8 -1\npair \"c\" u16 2\npair \"d\" i16 -2\n\
                pair \"e\" u32 3\npair \"f\" i32 -3\npair \"g\" f32 1.5\npair \"h\" bool true\n\
                pair \"i\" string \"text\"\npair \"j\" u64 4\npair \"k\" i64 -4\npair \"l\" f64 2.5\n";
    let expected = [
        Value::U8(1),
        Value::I8(-1),
        Value::U16(2),
        Value::I16(-2),
        Value::U32(3),
        Value::I32(-3),
        Value::F32(1.5),
        Value::Bool(true),
        Value::String("text".to_owned()),
        Value::U64(4),
        Value::I64(-4),
        Value::F64(2.5),
    ];
    for start in ["", "version 2\n", "version 1\n", "endian big\n"] {
        let facts = facts(&format!("{start}{text}tensor \"w\" dims=32,2 type=2\n"));
        assert_eq!(facts.problems, [], "{start}");
        let values: Vec<Value> = facts.pairs.into_iter().map(|pair| pair.value).collect();
        assert_eq!(values, expected, "{start}");
        assert_eq!(facts.tensors[0].size_bytes, Some(36));
        assert_eq!(facts.tensors[0].type_name, Some("Q4_0"));
    }
}

#[test]
fn arrays_keep_a_preview() {
    let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let long = "x".repeat(2000);
    let text = format!(
        "pair \"n\" array u16 {}\npair \"s\" array string \"a\" \"{long}\" \"b\"\n\
         pair \"tokenizer.chat_template.x\" array string \"a\" \"{long}\"\n\
         pair \"b\" array bool {}\npair \"nested\" array array i32 1 2\n",
        numbers.join(" "),
        vec!["1"; 90].join(" "),
    );
    let facts = facts(&text);
    assert_eq!(facts.problems, []);
    let array = |index: usize| match &facts.pairs[index].value {
        Value::Array(array) => array.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((array(0).count, array(0).preview.len()), (100, 64));
    assert_eq!(array(1).preview, [Value::String("a".to_owned())]);
    assert_eq!(array(2).preview.len(), 2);
    assert_eq!((array(3).count, array(3).preview.len()), (90, 64));
    let inner = |number| {
        Value::Array(Array {
            element: ValueType::I32,
            count: 1,
            preview: vec![Value::I32(number)],
        })
    };
    assert_eq!(array(4).preview, [inner(1), inner(2)]);
}

#[test]
fn prose_is_not_recognised() {
    assert!(!recognises(b"GGUF", 4));
    assert!(!recognises(b"GGUF files for llama.cpp", 24));
    assert!(recognises(b"GGUF\0\0\0\x03", 8));
}

#[test]
fn headers_that_lie() {
    assert_eq!(
        kinds("version 4\n"),
        [ProblemKind::VersionUnknown { version: 4 }]
    );
    let found = kinds("tensor-count 0xffffffffffffffff\n");
    let table = Table::Tensors;
    let claimed = u64::MAX;
    assert_eq!(
        found[0],
        ProblemKind::CountBeyondFile {
            table,
            claimed,
            fits: 0
        }
    );
    assert!(kinds("pair-count 99\n").iter().any(|kind| {
        matches!(
            kind,
            ProblemKind::CountBeyondFile {
                table: Table::Pairs,
                claimed: 99,
                ..
            }
        )
    }));
    assert_eq!(
        kinds("pair \"k\" string \"abc\" length=0xfffffffffffffff0\n"),
        [ProblemKind::StringBeyondFile {
            claimed: 0xffff_ffff_ffff_fff0,
            there: 19
        }]
    );
}

#[test]
fn pairs_that_lie() {
    let key = || "k".to_owned();
    assert_eq!(
        kinds("pair \"k\" raw 0d000000\n"),
        [ProblemKind::ValueTypeUnknown {
            key: key(),
            value_type: 13
        }]
    );
    assert!(matches!(
        kinds("pair \"k\" array u64 1 count=0x7fffffffffffffff\n")[..],
        [ProblemKind::ArrayBeyondFile { .. }]
    ));
    assert_eq!(
        kinds("pair \"k\" bool 2\n"),
        [ProblemKind::BoolNotBinary {
            key: key(),
            byte: 2
        }]
    );
    let many = format!("pair \"k\" array bool {} 9\n", vec!["1"; 80].join(" "));
    assert_eq!(
        kinds(&many),
        [ProblemKind::BoolNotBinary {
            key: key(),
            byte: 9
        }]
    );
    let not_text = "pair \"k\" raw 080000000200000000000000fffe\n";
    assert_eq!(kinds(not_text), [ProblemKind::TextNotUtf8]);
    let nested = format!(
        "pair \"k\" raw 09000000{}\n",
        "090000000100000000000000".repeat(20)
    );
    assert_eq!(kinds(&nested), [ProblemKind::NestedTooDeep { key: key() }]);
    assert_eq!(
        kinds("pair \"k\" u8 1\npair \"k\" u8 2\n"),
        [ProblemKind::DuplicateKey { key: key() }]
    );
    let long = "k".repeat(65_536);
    assert_eq!(
        kinds(&format!("pair \"{long}\" u8 1\n")),
        [ProblemKind::KeyTooLong { length: 65_536 }]
    );
}

#[test]
fn alignment() {
    let facts = facts("pair \"general.alignment\" u32 64\ntensor \"w\"\ntensor \"x\"\n");
    assert_eq!((facts.problems.len(), facts.tensors[1].offset), (0, 64));
    assert_eq!(
        kinds("pair \"general.alignment\" u32 0\n"),
        [ProblemKind::AlignmentUnusable { alignment: 0 }]
    );
    assert_eq!(
        kinds("pair \"general.alignment\" u32 33\n"),
        [ProblemKind::AlignmentUnusable { alignment: 33 }]
    );
    assert_eq!(
        kinds("pair \"general.alignment\" u64 32\n"),
        [ProblemKind::AlignmentMistyped]
    );
}

#[test]
fn tensors_that_lie_by_themselves() {
    for (count, line) in [(0, "dims="), (5, "dims=1,1,1,1,1")] {
        let expected = ProblemKind::DimensionCount { tensor: w(), count };
        assert_eq!(kinds(&format!("tensor \"w\" {line}\n")), [expected]);
    }
    let broken = facts("tensor \"w\" n-dims=0xffffffff\n");
    let expected = ProblemKind::DimensionCount {
        tensor: w(),
        count: u32::MAX,
    };
    assert_eq!(
        (broken.problems[0].kind.clone(), broken.data_start),
        (expected, None)
    );
    assert_eq!(
        kinds("tensor \"w\" dims=4,0\n"),
        [ProblemKind::DimensionZero { tensor: w() }]
    );
    assert_eq!(
        kinds("tensor \"w\" dims=0x100000000,0x100000000 size=4\n"),
        [ProblemKind::SizeOverflow { tensor: w() }]
    );
    assert_eq!(
        kinds("tensor \"w\" type=99\n"),
        [ProblemKind::TensorTypeUnknown {
            tensor: w(),
            ggml_type: 99
        }]
    );
    assert_eq!(
        kinds("tensor \"w\" dims=32 type=31 size=18\n"),
        [ProblemKind::TensorTypeRemoved {
            tensor: w(),
            type_name: "Q4_0_4_4"
        }]
    );
    assert_eq!(
        kinds("tensor \"w\" dims=33 type=2\n"),
        [ProblemKind::RowNotWholeBlocks {
            tensor: w(),
            row: 33,
            block: 32
        }]
    );
    let long = "n".repeat(65);
    assert_eq!(
        kinds(&format!("tensor \"{long}\"\n")),
        [ProblemKind::NameTooLong { length: 65 }]
    );
}

#[test]
fn tensors_that_lie_where_they_should_not() {
    let missing = 96;
    assert_eq!(
        kinds("tensor \"w\" dims=32 size=4\n"),
        [ProblemKind::DataBeyondFile {
            tensor: w(),
            missing
        }]
    );
    let found = kinds("tensor \"w\" offset=4\n");
    assert_eq!(
        found[0],
        ProblemKind::OffsetNotAligned {
            tensor: w(),
            offset: 4
        }
    );
    let (first, second) = (w(), "x".to_owned());
    let found = kinds("tensor \"w\" dims=16\ntensor \"x\" offset=32 dims=8\n");
    assert_eq!(found[0], ProblemKind::Overlap { first, second });
    assert_eq!(
        kinds("tensor \"w\"\ntensor \"w\"\n"),
        [ProblemKind::DuplicateTensor { tensor: w() }]
    );
    assert_eq!(
        kinds("tensor \"w\"\npad 64\ntensor \"x\"\n"),
        [ProblemKind::Hole { length: 64 }]
    );
    let hidden = kinds("padding 0x41\ntensor \"w\"\ntensor \"x\"\n");
    assert_eq!(hidden.len(), 3);
    assert_eq!(hidden[1], ProblemKind::PaddingNotZero { length: 28 });
    let facts = facts("tensor \"w\"\ntrailing : hex\n  cafe\n");
    assert_eq!(
        facts.problems[0].kind,
        ProblemKind::BytesAfterData { length: 2 }
    );
    assert_eq!(facts.trailing_start, Some(facts.data_start.unwrap() + 32));
}

#[test]
fn limits_are_facts() {
    let limits = Limits {
        members: 1,
        text_bytes: 2,
        ..Limits::default()
    };
    let file =
        waybill_fixtures::assemble("gguf", "pair \"abc\" string \"a\u{e9}\"\npair \"b\" u8 1\n");
    let facts = parse(&file.unwrap(), &limits).unwrap();
    let kinds: Vec<ProblemKind> = facts.problems.iter().map(|p| p.kind.clone()).collect();
    let table = Table::Pairs;
    let cut = ProblemKind::TextCut { length: 3 };
    assert_eq!(
        kinds,
        [
            cut.clone(),
            cut,
            ProblemKind::LimitReached { table, members: 1 }
        ]
    );
    assert_eq!(facts.pairs[0].key, "ab");
    assert_eq!(facts.pairs[0].value.as_text(), Some("a"));
}
