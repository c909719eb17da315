//! `setup.py` of setuptools, as far as its call can be told without running it.

use super::{pyproject::licence_of_classifier, requirement::parse};
use crate::{
    code::{Call, CodeFacts, Value},
    packages::{Need, PackageFacts, Project, Strength},
};

/// Most requirements of one call.
const MOST: usize = 10_000;

/// Reads what a `setup.py` gives to `setup()`; nothing if it does not call it.
#[must_use]
pub fn setup_script(code: &CodeFacts) -> Option<PackageFacts> {
    let call = code.calls.iter().find(|call| {
        matches!(
            call.path.as_str(),
            "setuptools.setup" | "distutils.core.setup" | "skbuild.setup"
        )
    })?;
    let mut facts = PackageFacts::of(Strength::Wanted);
    for (key, need) in [
        ("install_requires", Need::Runtime),
        ("setup_requires", Need::Build),
        ("tests_require", Need::Development),
    ] {
        for text in value(call, key).into_iter().flat_map(texts) {
            add(&mut facts, text, need, call.line);
        }
    }
    if let Some(Value::Map(extras)) = value(call, "extras_require") {
        for text in extras.iter().flat_map(|(_, list)| texts(list)) {
            add(&mut facts, text, Need::Optional, call.line);
        }
    }
    let text = |key: &str| value(call, key).and_then(plain).map(ToOwned::to_owned);
    let classifiers = value(call, "classifiers").map(texts).unwrap_or_default();
    let project = Project {
        name: text("name"),
        version: text("version"),
        description: text("description"),
        licence: text("license")
            .or_else(|| classifiers.into_iter().find_map(licence_of_classifier)),
        authors: text("author").into_iter().collect(),
        urls: text("url")
            .map(|url| ("homepage".to_owned(), url))
            .into_iter()
            .collect(),
    };
    facts.project = Some(project).filter(|project| *project != Project::default());
    Some(facts)
}

fn value<'c>(call: &'c Call, key: &str) -> Option<&'c Value> {
    let found = call.arguments.iter();
    let mut found = found.filter(|argument| argument.name.as_deref() == Some(key));
    found.next().map(|argument| &argument.value)
}

fn plain(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The texts of a list, of lists that were added to each other, and of both branches of a condition.
fn texts(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Text(text) if found.len() < MOST => found.push(text.as_str()),
            Value::List(items) | Value::Parts(items) | Value::Either(items) => {
                open.extend(items.iter().rev());
            }
            _ => {}
        }
    }
    found
}

fn add(facts: &mut PackageFacts, text: &str, need: Need, line: u32) {
    // One text may hold several, one a line.
    for text in text.lines().map(str::trim).filter(|text| !text.is_empty()) {
        if let Some(requirement) = parse(text) {
            let mut package = requirement.package(line);
            package.need = need;
            package.direct = Some(true);
            facts.packages.push(package);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::python;

    #[test]
    fn the_call_of_setup_is_read() {
        let text = "from setuptools import setup, find_packages\nREQUIRED = ['numpy>=1.26', 'faiss-cpu==1.9.0']\n\
            setup(name='x', version='1.0', install_requires=REQUIRED + ['pandas'],\n\
            extras_require={'gpu': ['cupy==13.3.0']}, classifiers=['License :: OSI Approved :: MIT License'])\n";
        let facts = setup_script(&python(text)).expect("a call");
        let names: Vec<_> = facts
            .packages
            .iter()
            .map(|package| {
                (
                    package.name.as_str(),
                    package.version.as_deref(),
                    package.need,
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("numpy", None, Need::Runtime),
                ("faiss-cpu", Some("1.9.0"), Need::Runtime),
                ("pandas", None, Need::Runtime),
                ("cupy", Some("13.3.0"), Need::Optional),
            ]
        );
        let project = facts.project.expect("a project");
        assert_eq!(project.version.as_deref(), Some("1.0"));
        assert_eq!(project.licence.as_deref(), Some("MIT License"));
        assert_eq!(setup_script(&python("print('setup()')")), None);
    }
}
