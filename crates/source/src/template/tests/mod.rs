//! Tables of templates and the facts that must come out of them.

mod chat_templates;
mod conditional;
mod evasion;
mod grammar;
mod hostile;

use super::{Access, TemplateFacts, parse};

/// The constant names that a template reaches for.
fn names(template: &str) -> Vec<String> {
    let facts = parse(template);
    assert_eq!(facts.errors, [], "{template}");
    let names = facts.accesses.iter().filter_map(Access::name);
    names.map(str::to_owned).collect()
}

fn errors(template: &str) -> Vec<String> {
    let facts: TemplateFacts = parse(template);
    facts
        .errors
        .into_iter()
        .map(|error| error.message)
        .collect()
}
