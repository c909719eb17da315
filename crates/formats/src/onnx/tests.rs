use super::*;

fn assembled(text: &str) -> Vec<u8> {
    waybill_fixtures::assemble("protobuf", text).unwrap()
}

const MODEL: &str = r#"ir_version:1 8
producer_name:2 "pytorch"
producer_version:3 "2.3.0"
graph:7
  node:1
    op_type:4 "FusedGelu"
    domain:7 "com.acme"
  node:1
    op_type:4 "MatMul"
    domain:7 "ai.onnx"
  name:2 "main_graph"
  initializer:5
    dims:1 packed=2,3
    data_type:2 1
    name:8 "weight"
    raw_data:9 hex=00 repeat=24
  initializer:5
    dims:1 5
    data_type:2 10
    name:8 "bias"
    external_data:13
      key:1 "location"
      value:2 "model.onnx_data"
    data_location:14 1
  input:11
    name:1 "x"
    type:2
      tensor:1
        elem:1 1
        shape:2
          dim:1
            param:2 "batch"
          dim:1
            value:1 4
          dim:1 ""
  input:11
    name:1 "weight"
opset_import:8
  version:2 17
opset_import:8
  domain:1 "com.acme"
  version:2 1
metadata:14
  key:1 "author"
  value:2 "Acme Research"
"#;

fn model() -> Vec<u8> {
    assembled(MODEL)
}

fn expected() -> OnnxFacts {
    let operator = |domain: &str, name: &str| Operator {
        domain: domain.to_owned(),
        name: name.to_owned(),
    };
    let used = |offset| OperatorUse { offset, count: 1 };
    let tensor = |name: &str, offset, data_type, elements, data| Tensor {
        name: name.to_owned(),
        role: TensorRole::Initialiser,
        offset,
        data_type,
        elements: Some(elements),
        data,
    };
    let text = |role, name: &str, offset, text: &str| Text {
        role,
        name: name.to_owned(),
        offset,
        text: text.to_owned(),
    };
    let data = Extent {
        start: 93,
        length: 24,
    };
    OnnxFacts {
        ir_version: 8,
        producer_name: Some("pytorch".into()),
        producer_version: Some("2.3.0".into()),
        graph_name: Some("main_graph".into()),
        opsets: vec![(String::new(), 17), ("com.acme".into(), 1)],
        inputs: vec![Port {
            name: "x".to_owned(),
            element: Some("F32"),
            shape: ["batch", "4", "?"].map(str::to_owned).to_vec(),
        }],
        nodes: 2,
        custom_operators: BTreeSet::from(["com.acme::FusedGelu".to_owned()]),
        operators: BTreeMap::from([
            (operator("", "MatMul"), used(46)),
            (operator("com.acme", "FusedGelu"), used(23)),
        ]),
        initialisers: 2,
        elements: BTreeMap::from([("F32", 6), ("F16", 5)]),
        tensors: vec![
            tensor("weight", 77, 1, 6, Some(data)),
            tensor("bias", 119, 10, 5, None),
        ],
        external: vec![External {
            tensor: "bias".to_owned(),
            at: 131,
            location: "model.onnx_data".to_owned(),
            wanted: Some(10),
            data_type: 10,
            ..External::default()
        }],
        external_files: BTreeSet::from(["model.onnx_data".to_owned()]),
        metadata: vec![("author".into(), "Acme Research".into())],
        texts: vec![
            text(TextRole::Model, "producer_name", 4, "pytorch"),
            text(TextRole::Model, "graph name", 65, "main_graph"),
            text(TextRole::Metadata, "author", 218, "Acme Research"),
        ],
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
        members: 1,
        ..Limits::default()
    };
    let facts = parse(&model(), &limits).unwrap();
    assert!(matches!(facts.broken, Some(Broken::Limit { .. })));
}

#[test]
fn the_order_of_fields_does_not_matter() {
    let backwards = "opset_import:8\n  version:2 17\ngraph:7\n  node:1\n    op_type:4 \"Relu\"\nir_version:1 8\n";
    let facts = parse(&assembled(backwards), &Limits::default()).unwrap();
    assert_eq!((facts.ir_version, facts.nodes), (8, 1));
}

#[test]
fn graphs_inside_each_other_are_bounded() {
    let mut graph = assembled("node:1\n  op_type:4 \"Relu\"\n");
    for _ in 0..200 {
        let digits: String = graph.iter().map(|byte| format!("{byte:02x}")).collect();
        graph = assembled(&format!("node:1\n  attribute:5\n    g:6 hex={digits}\n"));
    }
    let digits: String = graph.iter().map(|byte| format!("{byte:02x}")).collect();
    let model = assembled(&format!("ir_version:1 8\ngraph:7 hex={digits}\n"));
    let facts = parse(&model, &Limits::default()).unwrap();
    assert!(matches!(
        facts.broken,
        Some(Broken::Limit { limit: "depth", .. })
    ));
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
