use super::*;

fn read(bytes: &[u8], budget: u64) -> (Vec<(u64, Value)>, Option<Broken>) {
    let source = bytes.to_vec();
    let wire = Wire::glance(&source, budget);
    let fields = wire.fields(wire.whole());
    let fields = fields.map(|field| (field.number, field.value)).collect();
    (fields, wire.broken())
}

fn range(start: u64, length: u64) -> Value {
    Value::Range(Extent { start, length })
}

#[test]
fn fields_of_every_encoding_are_passed_over() {
    let bytes =
        b"\x08\x96\x01\x12\x02hi\x1d\0\0\0\0\x21\0\0\0\0\0\0\0\0\x2b\x08\x01\x33\x34\x2c\x30\x07";
    let expected = vec![
        (1, Value::Number(150)),
        (2, range(5, 2)),
        (3, Value::Fixed),
        (4, Value::Fixed),
        (5, Value::Group),
        (6, Value::Number(7)),
    ];
    assert_eq!(read(bytes, 100), (expected, None));
}

#[test]
fn what_breaks_is_told_with_its_place() {
    let one = vec![(1, Value::Number(1))];
    let cases: [(&[u8], Broken); 6] = [
        (b"\x08\x01\x12\x05ab", Broken::TooLong { offset: 2 }),
        (b"\x08\x01\x00\x01", Broken::NoField { offset: 2 }),
        (b"\x08\x01\x0f", Broken::NoField { offset: 2 }),
        (b"\x08\x01\x0b\x08\x01", Broken::NoField { offset: 2 }),
        (b"\x08\x01\x0b\x14", Broken::NoField { offset: 3 }),
        (
            b"\x08\x01\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            Broken::NoField { offset: 2 },
        ),
    ];
    for (bytes, broken) in cases {
        assert_eq!(read(bytes, 100), (one.clone(), Some(broken)), "{bytes:?}");
    }
    let limit = Broken::Limit {
        offset: 2,
        limit: "members",
    };
    assert_eq!(read(b"\x08\x01\x08\x02", 1), (one, Some(limit)));
}

#[test]
fn groups_do_not_recurse() {
    let (fields, broken) = read(&[0x0b; 10_000], 100_000);
    assert_eq!(fields, []);
    assert_eq!(broken, Some(Broken::NoField { offset: 0 }));
}

#[test]
fn packed_numbers_and_texts() {
    let source = b"\x01\x96\x01\x07name\xff".to_vec();
    let wire = Wire::new(&source, &Limits::default());
    let at = |start, length| Extent { start, length };
    assert_eq!(wire.packed(at(0, 4), 9), [1, 150, 7]);
    assert_eq!(wire.packed(at(0, 4), 2), [1, 150]);
    assert_eq!(wire.text(at(4, 5), 99), "name\u{fffd}");
    assert_eq!(wire.text(at(4, 5), 2), "na");
    assert!(wire.is_name(at(4, 4)) && !wire.is_name(at(0, 4)));
}
