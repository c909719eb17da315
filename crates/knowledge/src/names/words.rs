//! Names as words.

/// Words before a name that say nothing of what it does.
const BEFORE: [&str; 9] = [
    "python-", "python3-", "py-", "py", "node-", "nodejs-", "rust-", "npm-", "the-",
];
/// Words after a name that say nothing of what it does.
const AFTER: [&str; 16] = [
    "-python",
    "-python3",
    "-py",
    "py",
    "-py3",
    "-js",
    "js",
    "-node",
    "-npm",
    "-rs",
    "-rust",
    "-lib",
    "-official",
    "-package",
    "2",
    "3",
];

/// The name without a word that says nothing, in each way that one can be taken off.
pub(super) fn without_affix(name: &str) -> impl Iterator<Item = &str> {
    let before = BEFORE.iter().filter_map(|word| name.strip_prefix(word));
    let after = AFTER.iter().filter_map(|word| name.strip_suffix(word));
    before.chain(after).filter(|rest| rest.len() >= 4)
}

/// The words of a name in alphabetical order; none if there is only one.
pub(super) fn sorted(name: &str) -> Option<String> {
    let mut words: Vec<&str> = name
        .split(['-', '_', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < 2 || name.starts_with('@') {
        return None;
    }
    words.sort_unstable();
    Some(words.join("-"))
}
