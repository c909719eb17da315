use super::*;

fn like(ecosystem: Ecosystem, name: &str) -> Option<(&'static str, Likeness)> {
    resemblance(ecosystem, name).map(|found| (found.known, found.likeness))
}

/// Names that were squatted or could be, the known name, and how they are alike.
const CONFUSED: &[(Ecosystem, &str, &str, Likeness)] = &[
    (Ecosystem::PyPi, "reqeusts", "requests", Likeness::Swapped),
    (Ecosystem::PyPi, "requets", "requests", Likeness::Length),
    (
        Ecosystem::PyPi,
        "Request5",
        "requests",
        Likeness::LooksAlike,
    ),
    (Ecosystem::PyPi, "urlib3", "urllib3", Likeness::Doubled),
    (Ecosystem::PyPi, "djnago", "django", Likeness::Swapped),
    (
        Ecosystem::PyPi,
        "jeIlyfish",
        "jellyfish",
        Likeness::LooksAlike,
    ),
    (Ecosystem::PyPi, "tensorfow", "tensorflow", Likeness::Length),
    (
        Ecosystem::PyPi,
        "scikitlearn",
        "scikit-learn",
        Likeness::Separators,
    ),
    (
        Ecosystem::PyPi,
        "learn-scikit",
        "scikit-learn",
        Likeness::Order,
    ),
    (
        Ecosystem::PyPi,
        "python-requests",
        "requests",
        Likeness::Affix,
    ),
    (Ecosystem::PyPi, "requests2", "requests", Likeness::Affix),
    (Ecosystem::PyPi, "nunpy", "numpy", Likeness::Keyboard),
    (
        Ecosystem::PyPi,
        "tr\u{430}nsformers",
        "transformers",
        Likeness::LooksAlike,
    ),
    (
        Ecosystem::PyPi,
        "trasnformers",
        "transformers",
        Likeness::Swapped,
    ),
    (
        Ecosystem::PyPi,
        "huggingface-cli",
        "huggingface-hub",
        Likeness::Invented,
    ),
    (
        Ecosystem::PyPi,
        "cross-spawn",
        "cross-spawn",
        Likeness::OtherRegistry,
    ),
    (Ecosystem::Npm, "electorn", "electron", Likeness::Swapped),
    (
        Ecosystem::Npm,
        "crossenv",
        "cross-env",
        Likeness::Separators,
    ),
    (Ecosystem::Npm, "loadsh", "lodash", Likeness::Swapped),
    (
        Ecosystem::Npm,
        "@typess/node",
        "@types/node",
        Likeness::Scope,
    ),
    (Ecosystem::Npm, "types-node", "@types/node", Likeness::Scope),
    (
        Ecosystem::Cargo,
        "rustdecimal",
        "rust_decimal",
        Likeness::Separators,
    ),
    (
        Ecosystem::Cargo,
        "serde-jsom",
        "serde_json",
        Likeness::Keyboard,
    ),
    (
        Ecosystem::HuggingFace,
        "meta-Ilama",
        "meta-llama",
        Likeness::LooksAlike,
    ),
    (
        Ecosystem::HuggingFace,
        "mistral-ai",
        "mistralai",
        Likeness::Separators,
    ),
    (
        Ecosystem::HuggingFace,
        "huggingfcae",
        "huggingface",
        Likeness::Swapped,
    ),
];

#[test]
fn names_that_were_squatted_or_could_be_are_seen() {
    for (ecosystem, name, known, likeness) in CONFUSED {
        assert_eq!(like(*ecosystem, name), Some((*known, *likeness)), "{name}");
    }
}

#[test]
fn known_and_unlike_names_are_left_alone() {
    for (ecosystem, name) in [
        (Ecosystem::PyPi, "Requests"),
        (Ecosystem::PyPi, "scikit_learn"),
        (Ecosystem::PyPi, "torch"),
        (Ecosystem::PyPi, "acme-reader"),
        (Ecosystem::PyPi, "psycopg4"),
        (Ecosystem::PyPi, ""),
        (Ecosystem::Npm, "@acme/types"),
        (Ecosystem::Npm, "@types/something-new"),
        (Ecosystem::Cargo, "serde-json"),
        (Ecosystem::HuggingFace, "Meta-Llama"),
        (Ecosystem::HuggingFace, "acme"),
        (Ecosystem::Debian, "reqeusts"),
    ] {
        assert_eq!(like(ecosystem, name), None, "{name}");
    }
}

#[test]
fn hostile_names_are_compared_without_harm() {
    for name in [
        "\u{0}",
        "-",
        "@/",
        "@a",
        "\u{202e}stseuqer",
        &"a".repeat(1000),
        &"é".repeat(128),
    ] {
        for ecosystem in [
            Ecosystem::PyPi,
            Ecosystem::Npm,
            Ecosystem::Cargo,
            Ecosystem::HuggingFace,
        ] {
            assert_eq!(like(ecosystem, name), None, "{name:?}");
        }
    }
}
