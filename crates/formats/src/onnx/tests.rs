use super::*;

/// A field that holds bytes.
fn field(number: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = body.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(body);
    bytes
}

fn number(field: u8, value: u8) -> Vec<u8> {
    vec![field << 3, value]
}

fn port(name: &str, element: u8) -> Vec<u8> {
    let shape = [
        field(1, &field(2, b"batch")),
        field(1, &number(1, 4)),
        field(1, b""),
    ]
    .concat();
    let tensor = [number(1, element), field(2, &shape)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
}

fn model() -> Vec<u8> {
    let entry =
        |key: &str, value: &str| [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
    let plain = [
        field(1, &[2, 3]),
        number(2, 1),
        field(8, b"weight"),
        field(9, &[0; 24]),
    ]
    .concat();
    let outside = [
        number(1, 5),
        number(2, 10),
        field(8, b"bias"),
        field(13, &entry("location", "model.onnx_data")),
        number(14, 1),
    ]
    .concat();
    let node = [field(4, b"FusedGelu"), field(7, b"com.acme")].concat();
    let graph = [
        field(1, &node),
        field(1, &field(4, b"MatMul")),
        field(2, b"main_graph"),
        field(5, &plain),
        field(5, &outside),
        field(11, &port("x", 1)),
        field(11, &port("weight", 1)),
        field(12, &port("y", 10)),
    ]
    .concat();
    [
        number(1, 8),
        field(2, b"pytorch"),
        field(3, b"2.3.0"),
        field(7, &graph),
        field(8, &number(2, 17)),
        field(8, &[field(1, b"com.acme"), number(2, 1)].concat()),
        field(14, &entry("author", "Acme")),
    ]
    .concat()
}

fn expected() -> OnnxFacts {
    let port = |name: &str, element| Port {
        name: name.to_owned(),
        element: Some(element),
        shape: ["batch", "4", "?"].map(str::to_owned).to_vec(),
    };
    OnnxFacts {
        ir_version: 8,
        producer_name: Some("pytorch".into()),
        producer_version: Some("2.3.0".into()),
        graph_name: Some("main_graph".into()),
        opsets: vec![(String::new(), 17), ("com.acme".into(), 1)],
        inputs: vec![port("x", "F32")],
        outputs: vec![port("y", "F16")],
        nodes: 2,
        custom_operators: BTreeSet::from(["com.acme::FusedGelu".to_owned()]),
        initialisers: 2,
        elements: BTreeMap::from([("F32", 6), ("F16", 5)]),
        external_files: BTreeSet::from(["model.onnx_data".to_owned()]),
        metadata: vec![("author".into(), "Acme".into())],
        ..OnnxFacts::default()
    }
}

#[test]
fn a_model_is_described_without_its_weights() {
    assert_eq!(parse(&model(), &Limits::default()), Some(expected()));
}

#[test]
fn what_stands_before_a_cut_is_kept() {
    let whole = model();
    for cut in 3..whole.len() {
        let part = whole.get(..cut).unwrap().to_vec();
        if let Some(facts) = parse(&part, &Limits::default()) {
            assert_eq!(facts.ir_version, 8, "cut at {cut}");
        }
    }
}

#[test]
fn a_budget_bounds_the_work() {
    let limits = Limits {
        members: 12,
        ..Limits::default()
    };
    let facts = parse(&model(), &limits).unwrap();
    assert!(facts.broken_at.is_some());
}

#[test]
fn other_messages_are_not_models() {
    let others: [&[u8]; 5] = [
        b"",
        b"\x08\x01",
        b"GGUF\x03\0\0\0",
        // A field that no model has.
        b"\x08\x08\x12\x01a\x4a\x01b",
        // A graph without anything that makes it one, then text.
        b"\x08\x08\x12\x7f",
    ];
    for bytes in others {
        assert_eq!(parse(&bytes.to_vec(), &Limits::default()), None);
    }
}
