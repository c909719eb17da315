use super::*;

fn assembled(text: &str) -> Vec<u8> {
    waybill_fixtures::assemble("protobuf", text).unwrap()
}

const GRAPH: &str = r#"node:1
  name:1 "x"
  op:2 "Placeholder"
node:1
  name:1 "path"
  op:2 "Const"
  attr:5
    key:1 "value"
    value:2
      tensor:8
        dtype:1 7
        string_val:8 "/tmp/secret"
library:2
  function:1
    signature:1
      name:1 "inner"
    node_def:3
      name:1 "read"
      op:2 "ReadFile"
      input:3 "path"
"#;

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

fn saved() -> Vec<u8> {
    let graph = indented(&indented(GRAPH));
    assembled(&format!(
        "version:1 1\nmeta_graphs:2\n  about:1\n    tags:4 \"serve\"\n    version:5 \"2.15.0\"\n  graph_def:2\n{graph}  file:6\n    tensor:1\n      name:1 \"path:0\"\n    filename:2 \"vocab.txt\"\n"
    ))
}

#[test]
fn nodes_of_graph_and_functions_are_read() {
    let facts = parse(&saved(), &Limits::default()).unwrap();
    assert_eq!(facts.container, Container::SavedModel);
    assert_eq!(facts.writer.as_deref(), Some("2.15.0"));
    assert_eq!(facts.functions, ["inner"]);
    let nodes: Vec<(&str, &str, usize)> = facts
        .nodes
        .iter()
        .map(|node| (node.name.as_str(), node.operator.as_str(), node.scope))
        .collect();
    assert_eq!(
        nodes,
        [
            ("x", "Placeholder", 0),
            ("path", "Const", 0),
            ("read", "ReadFile", 1)
        ]
    );
    assert_eq!(
        facts.nodes[1].texts,
        [("value".to_owned(), "/tmp/secret".to_owned())]
    );
    assert_eq!(facts.own_files[0].name, "vocab.txt");
    assert_eq!((facts.broken, facts.unknown.len()), (None, 0));
}

#[test]
fn the_container_is_told_by_structure() {
    assert_eq!(container(&assembled(GRAPH)), Some(Container::Graph));
    let meta = format!("about:1\n  tags:4 \"serve\"\ngraph:2\n{}", indented(GRAPH));
    assert_eq!(container(&assembled(&meta)), Some(Container::MetaGraph));
    assert_eq!(container(&saved()), Some(Container::SavedModel));
    let others: [&[u8]; 4] = [b"", b"\x08\x01", b"\x0a\x02hi", b"\x0a\x05\x0a\x01x\x15\0"];
    for other in others {
        assert_eq!(container(&other.to_vec()), None, "{other:?}");
    }
}

#[test]
fn a_cut_file_is_still_told() {
    let whole = saved();
    let part = whole.get(..whole.len() / 2).unwrap().to_vec();
    let facts = parse(&part, &Limits::default()).unwrap();
    assert!(facts.broken.is_some());
}

#[test]
fn configurations_of_keras_are_kept() {
    let text = "nodes:1\n  id:2 1\n  path:3 \"root\"\n  identifier:5 \"_tf_keras_layer\"\n  metadata:6 \"{\\\"class_name\\\": \\\"Lambda\\\"}\"\n";
    let facts = parse_keras_metadata(&assembled(text), &Limits::default()).unwrap();
    assert_eq!(facts.keras[0].name, "_tf_keras_layer");
    assert_eq!(facts.keras[0].text, "{\"class_name\": \"Lambda\"}");
}
