use super::*;
use crate::Limits;

fn assembled(text: &str) -> Vec<u8> {
    waybill_fixtures::assemble("protobuf", text).unwrap()
}

#[test]
fn custom_code_of_coreml_is_found_at_every_place() {
    let model = assembled(
        r#"version:1 4
description:2
  metadata:100
    author:3 "Acme Research"
pipeline:202
  models:1
    version:1 4
    network:500
      layers:1
        name:1 "l"
        custom:500
          class:10 "AcmeLayer"
          parameter:30
            key:1 "path"
            value:2
              text:20 "/tmp/x/y"
  models:1
    version:1 7
    program:502
      functions:2
        key:1 "main"
        value:2
          blocks:3
            key:1 "CoreML7"
            value:2
              operation:3
                type:1 "const"
                attributes:5
                  key:1 "val"
                  value:2
                    blob:5
                      name:1 "@model_path/weights/weight.bin"
"#,
    );
    let facts = coreml::parse(&model, &Limits::default()).unwrap();
    let classes: Vec<(&str, &str)> = facts
        .classes
        .iter()
        .map(|(what, name, _)| (*what, name.as_str()))
        .collect();
    assert_eq!(classes, [("a custom layer", "AcmeLayer")]);
    let texts: Vec<&str> = facts.texts.iter().map(|text| text.text.as_str()).collect();
    assert_eq!(texts, ["Acme Research", "AcmeLayer", "/tmp/x/y"]);
    assert_eq!(facts.files[0].0, "@model_path/weights/weight.bin");
    assert_eq!(facts.operators.keys().collect::<Vec<_>>(), ["const"]);
    assert_eq!(facts.broken, None);
}

#[test]
fn functions_of_users_in_cntk_are_found() {
    let model = assembled(
        r#"version:1 1
data:2
  key:1 "uid"
  value:2
    version:1 1
    value_type:2 6
    string_value:8 "Composite_1"
data:2
  key:1 "primitive_functions"
  value:2
    vector_value:11
      value:1
        dictionary_value:12
          version:1 1
          data:2
            key:1 "op"
            value:2
              string_value:8 "acme_shell"
          data:2
            key:1 "module"
            value:2
              string_value:8 "acme.layers"
          data:2
            key:1 "deserialize_method"
            value:2
              string_value:8 "read"
"#,
    );
    let facts = cntk::parse(&model, &Limits::default()).unwrap();
    let classes: Vec<(&str, &str)> = facts
        .graph
        .classes
        .iter()
        .map(|(what, name, _)| (*what, name.as_str()))
        .collect();
    assert_eq!(classes, [("a user-defined function", "acme.layers.read")]);
    assert_eq!(
        facts.graph.operators.keys().collect::<Vec<_>>(),
        ["acme_shell"]
    );
    assert_eq!(facts.graph.broken, None);
    assert!(!cntk::is_model(&assembled(
        "version:1 1\ndata:2\n  key:1 \"uid\"\n"
    )));
}

#[test]
fn programs_of_paddle_are_read() {
    let program = assembled(
        r#"blocks:1
  idx:1 0
  parent:2 0
  ops:4
    type:3 "py_func"
    attrs:4
      name:1 "forward_callable_id"
      s:5 "print('hello')"
version:4
  version:1 0
"#,
    );
    let facts = paddle::parse(&program, &Limits::default()).unwrap();
    assert_eq!(facts.operators.keys().collect::<Vec<_>>(), ["py_func"]);
    assert_eq!(facts.texts[0].text, "print('hello')");
    assert!(!coreml::is_model(&program));
}

#[test]
fn parameters_of_paddle_are_located() {
    let mut file = vec![0; 16];
    file.extend([4, 0, 0, 0, 0x08, 5, 0x10, 2]);
    file.extend([0; 8]);
    let whole = paddle::parse_parameters(&file, &Limits::default()).unwrap();
    let data = Extent {
        start: 24,
        length: 8,
    };
    assert_eq!((whole.tensors, whole.trailing_start), (vec![data], None));
    file.extend(b"tail");
    let more = paddle::parse_parameters(&file, &Limits::default()).unwrap();
    assert_eq!(more.trailing_start, Some(32));
}

#[test]
fn tokenizers_are_told_by_their_pieces() {
    let piece = "pieces:1\n  piece:1 \"a\"\n  score:2 fixed32=0\n";
    let model = assembled(&format!("{}trainer:2\n  x:1 \"y\"\n", piece.repeat(4)));
    assert!(is_sentencepiece(&model));
    assert!(!is_sentencepiece(&assembled(piece)));
}
