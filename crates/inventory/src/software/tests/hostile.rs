use std::time::Instant;

use proptest::prelude::*;

use super::{found, shown};

#[test]
fn twenty_thousand_packages_and_as_many_mentions_of_one() {
    let mut lock = String::from("{\"lockfileVersion\": 3, \"packages\": {\n");
    for index in 0..20_000 {
        lock.push_str(&format!(
            "\"node_modules/p{index}\": {{\"version\": \"1.0.0\", \"dependencies\": {{\"p{}\": \"1\"}}}},\n",
            (index + 1) % 20_000
        ));
    }
    lock.push_str("\"\": {}}}");
    let one = "torch>=2\n".repeat(20_000);
    let started = Instant::now();
    let parts = found(&[("package-lock.json", &lock), ("requirements.txt", &one)]);
    assert_eq!(parts.components.len(), 20_001);
    // Without optimisation, on a busy machine; were anything quadratic, it would be minutes.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn many_files_that_include_each_other() {
    let texts: Vec<(String, String)> = (0..2000)
        .map(|index| {
            let next = (index + 1) % 2000;
            let path = format!("requirements/r{index}.txt");
            (path, format!("-r r{next}.txt\n-c r{next}.txt\np{index}\n"))
        })
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert_eq!(found(&files).components.len(), 2000);
}

/// Files that may stand in a tree together.
const FILES: [(&str, &str); 10] = [
    ("requirements.txt", "a>=1\nb==2\n-r requirements-dev.txt\n"),
    ("requirements-dev.txt", "-r requirements.txt\na==1.0\nc\n"),
    ("constraints.txt", "c==3\n"),
    (
        "poetry.lock",
        "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[package.dependencies]\nb = \"*\"\n",
    ),
    (
        "sub/poetry.lock",
        "[[package]]\nname = \"b\"\nversion = \"2\"\n[package.dependencies]\na = \"*\"\n",
    ),
    (
        "sub/pyproject.toml",
        "[project]\nname = \"sub\"\ndependencies = [\"b\", \"sub\", \"a==9\"]\n",
    ),
    (
        "package.json",
        "{\"name\": \"a\", \"dependencies\": {\"a\": \"1.0.0\", \"b\": \"npm:@s/c@^1\"}}",
    ),
    ("yarn.lock", "\"@s/c@^1\":\n  version \"1.0.0\"\n"),
    ("go.sum", "x/y v1 h1:a\n"),
    (
        "x.dist-info/METADATA",
        "Name: a\nVersion: 1.0.0\nRequires-Dist: b\n",
    ),
];

proptest! {
    #[test]
    fn order_of_files_does_not_matter_and_nothing_dangles(
        chosen in prop::sample::subsequence(FILES.to_vec(), 0..=FILES.len()).prop_shuffle(),
    ) {
        let mut sorted = chosen.clone();
        sorted.sort_unstable();
        prop_assert_eq!(shown(&chosen), shown(&sorted));
        let parts = found(&chosen);
        for component in &parts.components {
            prop_assert!(!component.occurrences.is_empty());
            prop_assert!(component.occurrences.is_sorted());
            prop_assert!(component.statements.is_sorted());
            prop_assert!(component.pin.is_some());
            let reached = parts.relations.iter().any(|relation| relation.to == component.id);
            let circle = parts.components.len() > 1;
            prop_assert!(reached || circle);
        }
    }
}
