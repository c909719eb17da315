use super::*;

fn tags(text: &str) -> Vec<(String, Vec<String>, u32)> {
    let found = yaml_objects(text).tags.into_iter();
    found.map(|tag| (tag.tag, tag.sample, tag.line)).collect()
}

#[test]
fn tags_are_whole_however_they_are_written() {
    let name = "tag:yaml.org,2002:python/object/apply:os.system".to_owned();
    let command = vec!["echo pwned".to_owned()];
    for (text, line) in [
        ("a: !!python/object/apply:os.system [echo pwned]\n", 1),
        ("a: !!python/object/apply:os.system\n- echo pwned\n", 1),
        ("a: !!python%2fobject%2fapply:os.system ['echo pwned']\n", 1),
        (
            "---\na: !<tag:yaml.org,2002:python/object/apply:os.system> [echo pwned]\n",
            2,
        ),
        (
            "%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!object/apply:os.system [echo pwned]\n",
            3,
        ),
    ] {
        assert_eq!(
            tags(text),
            [(name.clone(), command.clone(), line)],
            "{text}"
        );
    }
    assert_eq!(tags("a: !!str x\nb: !!python/tuple [1, 2]\nc: ! d\n"), []);
    assert_eq!(
        tags("? !new:a.B {x: 1}\n: !ref <b>\n"),
        [
            (
                "!new:a.B".to_owned(),
                vec!["x".to_owned(), "1".to_owned()],
                1
            ),
            ("!ref".to_owned(), vec!["<b>".to_owned()], 2)
        ]
    );
}

#[test]
fn keys_that_name_code_have_their_path() {
    let found = yaml_objects(
        "a:\n- _target_: os.system\n  _args_: [x]\nb: {class_path: c.D, target: [no]}\n_target_: {x: y}\n",
    );
    let named: Vec<(&str, &str, u32)> = found
        .named
        .iter()
        .map(|named| (named.path.as_str(), named.value.as_str(), named.line))
        .collect();
    assert_eq!(
        named,
        [
            ("$.a[0]._target_", "os.system", 2),
            ("$.b.class_path", "c.D", 4)
        ]
    );
}

#[test]
fn interpolations_end_with_their_brace() {
    let found = yaml_objects("a: ${oc.env:HOME,${b}}/x ${c} ${eval:'1 + {2}'}\n");
    let all: Vec<(&str, &str)> = found
        .interpolations
        .iter()
        .map(|one| (one.resolver.as_str(), one.argument.as_str()))
        .collect();
    assert_eq!(all, [("oc.env", "HOME,${b}"), ("eval", "'1 + {2}'")]);
}

#[test]
fn aliases_are_counted_not_followed() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        let items = vec![format!("*a{before}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let found = yaml_objects(&text);
    assert_eq!(found.unfolded, u64::MAX);
    assert!(found.values < 1000 && found.stopped.is_none());
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let found = yaml_objects("a: b\nc: [d\ne: }\n");
    assert_eq!(found.stopped.and_then(|unread| unread.line), Some(3));
    let deep = yaml_objects(&"[".repeat(5000));
    assert!(deep.stopped.is_some());
}

#[test]
fn texts_that_hold_other_things() {
    let found = yaml_objects(
        "blob: gASVIwAAAAAAAACMBXBvc2l4lIwG\nraw: !!binary AAAA\nchat_template: '{{ x }}'\nname: '{{ x }}'\n",
    );
    let paths =
        |list: &[PlacedText]| -> Vec<String> { list.iter().map(|one| one.path.clone()).collect() };
    assert_eq!(paths(&found.encoded), ["$.blob", "$.raw"]);
    assert_eq!(paths(&found.templates), ["$.chat_template"]);
}
