use super::*;

fn limits() -> DocumentLimits {
    DocumentLimits::default()
}

#[test]
fn json_keeps_order_places_and_what_stands_before_an_error() {
    let text = "{\n  // a comment\n  \"b\": [1, \"x\\u00e9\\ud83d\\ude00\",],\n  \"a\": {\"c\": true},\n  \"b\": 2\n}";
    let document = json(text, &limits());
    let root = document.root().expect("a root");
    let keys: Vec<_> = root
        .entries()
        .iter()
        .map(|(key, line, _)| (key.as_str(), *line))
        .collect();
    assert_eq!(keys, [("b", 3), ("a", 4), ("b", 5)]);
    assert_eq!(root.get("b").and_then(Node::integer), Some(2));
    assert_eq!(root.at(&["a", "c"]).and_then(Node::bool), Some(true));
    assert_eq!(root.entries()[0].2.items()[1].text(), Some("xé😀"));
    assert_eq!(document.unread[0].reason, "the key `b` occurs twice");

    let half = json("{\"a\": {\"b\": [1, 2, {\"c\": \"d\"", &limits());
    assert_eq!(
        half.root()
            .and_then(|root| root.get("a"))
            .and_then(|a| a.get("b"))
            .map(|b| b.items().len()),
        Some(3)
    );
    assert_eq!(half.unread.len(), 1);
}

#[test]
fn deep_nesting_is_refused_in_every_language() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        let document = json(&text, &limits());
        assert_eq!(document.unread[0].reason, "nested deeper than 128");
        let document = yaml(&text, &limits());
        assert!(!document.unread.is_empty());
    }
    let document = toml(&format!("a = {}", "[".repeat(100_000)), &limits());
    assert!(!document.unread.is_empty());
    let document = toml(&format!("{}a = 1", "a.".repeat(100_000)), &limits());
    assert!(!document.unread.is_empty());
    let document = toml(&format!("a = {}\n", "[\n".repeat(100_000)), &limits());
    assert!(!document.unread.is_empty());
}

#[test]
fn yaml_shares_aliases_and_merges() {
    let text = "base: &b {x: 1, y: [a, b]}\nmade:\n  <<: *b\n  x: 2\nagain: *b\n--- \n'k': yes\n";
    let document = yaml(text, &limits());
    assert_eq!(document.unread, []);
    let root = document.root().expect("a root");
    assert_eq!(root.at(&["made", "x"]).and_then(Node::integer), Some(2));
    assert_eq!(root.at(&["made", "y"]).map(|y| y.texts().len()), Some(2));
    assert_eq!(root.at(&["again", "x"]).map(Node::line), Some(1));
    assert_eq!(document.roots[1].get("k").and_then(Node::text), Some("yes"));
    let mut bomb = "a0: &a0 {x: 1}\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        bomb.push_str(&format!(
            "a{level}: &a{level}\n  <<: [*a{below}, *a{below}]\n"
        ));
    }
    assert!(!yaml(&bomb, &limits()).unread.is_empty());
}

#[test]
fn toml_has_places() {
    let document = toml(
        "[project]\nname = \"x\"\n\n[[package]]\nname = \"y\"\nversion = 1.5\n",
        &limits(),
    );
    let root = document.root().expect("a root");
    assert_eq!(root.at(&["project", "name"]).map(Node::line), Some(2));
    let package = &root.get("package").expect("packages").items()[0];
    assert_eq!(package.get("version").and_then(Node::written), Some("1.5"));
    assert_eq!(toml("a = [", &limits()).unread[0].line, Some(1));
}

#[test]
fn a_broken_table_of_toml_takes_no_other_with_it() {
    let text = "[project]\nname = \"x\"\nversion = 1 2\n\n[[package]]\nname = \"a\"\n\
        [package.source]\nurl = \"u\"\n[[package]]\nname = \"b\nversion = 2\n[[package]]\nname = \"c\"\n\
        [tool.one]\nk = 1\n[tool.two]\nk = 2\n";
    let document = toml(text, &limits());
    let lines: Vec<_> = document.unread.iter().map(|part| part.line).collect();
    assert_eq!(lines, [Some(3), Some(10)]);
    assert!(document.cut);
    let root = document.root().expect("a root");
    let names: Vec<_> = root
        .get("package")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .map(|package| {
            let name = package.get("name").expect("a name");
            let url = package.at(&["source", "url"]).and_then(Node::text);
            (name.text(), name.line(), url)
        })
        .collect();
    assert_eq!(names, [(Some("a"), 6, Some("u")), (Some("c"), 13, None)]);
    assert_eq!(
        root.at(&["project", "name"]).and_then(Node::text),
        Some("x")
    );
    assert_eq!(
        root.at(&["tool", "two", "k"]).and_then(Node::integer),
        Some(2)
    );
    assert_eq!(toml("a = [", &limits()).roots, []);
}
