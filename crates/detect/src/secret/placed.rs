//! What a secret comes to by where it stands.

use waybill_domain::Severity;

use crate::examine::Noted;

/// How bad a secret is by where it stands: tests and documentations of packages bring keys that
/// open nothing.
pub(crate) fn placed(name: &str, mut noted: Vec<Noted>) -> Vec<Noted> {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let mut parts: Vec<&str> = name.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    let about = |part: &str| {
        part == "docs"
            || part == "doc"
            || part == "fixtures"
            || part == "testing"
            || part == "tests"
            || part == "test"
            || part.ends_with("_test")
            || part.ends_with("_tests")
    };
    let stem = file.split('.').next().unwrap_or(file);
    let tests = parts.into_iter().any(about)
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.starts_with("testing_")
        || stem == "conftest";
    let told = matches!(file, "metadata" | "pkg-info")
        || [".md", ".rst"].into_iter().any(|end| file.ends_with(end));
    for noted in &mut noted {
        if tests || told && noted.message.contains("a signed token") {
            noted.severity = Severity::Low;
        }
    }
    noted
}
