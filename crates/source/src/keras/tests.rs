use super::*;

fn names(facts: &KerasFacts) -> Vec<String> {
    facts
        .objects
        .iter()
        .map(|object| {
            let module = object.module.as_deref().unwrap_or("-");
            format!("{} {module} {}", object.spot.path, object.name)
        })
        .collect()
}

#[test]
fn every_object_of_a_nested_model_is_named_with_its_place() {
    let facts = parse(
        r#"{"module": "keras", "class_name": "Sequential", "registered_name": null, "config": {"layers": [
        {"module": "keras.layers", "class_name": "Bidirectional", "config": {"layer": {"class_name": "LSTM", "config": {"activation": "tanh"}}}},
        {"module": "acme.nets", "class_name": "Gate", "config": {}, "registered_name": "acme>Gate"}]},
        "compile_config": {"loss": {"module": "builtins", "class_name": "function", "config": "mine"}}}"#,
    );
    assert!(facts.is_configuration && !facts.cut && facts.unread.is_empty());
    assert_eq!(
        names(&facts),
        [
            "$ keras Sequential",
            "$.config.layers[0] keras.layers Bidirectional",
            "$.config.layers[0].config.layer - LSTM",
            "$.config.layers[1] acme.nets Gate",
            "$.compile_config.loss builtins mine",
        ]
    );
    assert_eq!(facts.objects[3].registered.as_deref(), Some("acme>Gate"));
    assert_eq!(facts.objects[4].role, Role::Function);
}

#[test]
fn functions_of_lambda_layers_are_found_in_every_form() {
    let version_3 = parse(
        r#"{"class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wEA", "defaults": null}}}}"#,
    );
    let version_2 = parse(
        r#"{"class_name": "Lambda", "config": {"function": {"class_name": "__tuple__", "items": ["4wEA", null, null]}, "function_type": "lambda", "module": "__main__",
        "output_shape": [3], "output_shape_type": "raw"}}"#,
    );
    let list = parse(
        r#"{"class_name": "Lambda", "config": {"function": ["4wEA", null, null], "function_type": "lambda"}}"#,
    );
    for facts in [&version_3, &version_2, &list] {
        assert_eq!(facts.code.len(), 1, "{facts:?}");
        assert_eq!(facts.code[0].text, "4wEA");
        assert!(facts.unread.is_empty(), "{facts:?}");
    }
    let named = parse(
        r#"{"class_name": "Lambda", "config": {"function": "system", "function_type": "function", "module": "os"}}"#,
    );
    assert_eq!(names(&named), ["$ - Lambda", "$.config.function os system"]);
    let odd = parse(r#"{"class_name": "Lambda", "config": {"function": 3}}"#);
    assert_eq!(
        odd.unread[0].reason,
        "the function at $.config.function is none that Keras writes"
    );
}

#[test]
fn files_operations_and_switches() {
    let facts = parse(
        r#"{"class_name": "Functional", "config": {"layers": [
        {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
        {"class_name": "StringLookup", "config": {"vocabulary": ["a", "b"]}},
        {"class_name": "TFOpLambda", "config": {"function": "io.read_file"}},
        {"class_name": "TensorFlowOpLayer", "config": {"node_def": "{\"name\": \"x\", \"op\": \"PyFunc\"}"}},
        {"class_name": "TensorFlowOpLayer", "config": {"node_def": {"name": "x", "op": "Mul"}}},
        {"class_name": "Lambda", "config": {"function": {"module": "keras.models", "class_name": "function", "config": "load_model"}, "arguments": {"safe_mode": false}}}]}}"#,
    );
    assert_eq!(facts.files.len(), 1);
    assert_eq!(facts.files[0].target, "/etc/passwd");
    let operations: Vec<_> = facts.operations.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(operations, ["io.read_file", "PyFunc", "Mul"]);
    assert_eq!(
        facts.switched_off[0].path,
        "$.config.layers[5].config.arguments.safe_mode"
    );
}

#[test]
fn broken_documents_keep_what_was_read() {
    let facts =
        parse(r#"{"class_name": "Sequential", "config": {"layers": [{"class_name": "Evil""#);
    assert!(facts.cut);
    assert_eq!(
        names(&facts),
        ["$ - Sequential", "$.config.layers[0] - Evil"]
    );
    let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    assert!(parse(&deep).cut);
    assert!(!parse("{\"a\": 1}").is_configuration);
}
