//! `setup.cfg` of setuptools, as far as it is declarative.

use super::{pyproject::licence_of_classifier, requirement::parse};
use crate::packages::{
    Need, PackageFacts, Project, Strength,
    opened::{excerpt, line_number},
};

/// Reads `setup.cfg`.
#[must_use]
pub fn setup_cfg(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    let mut project = Project::default();
    let mut section = "";
    let mut key = String::new();
    for (index, raw) in text.lines().enumerate() {
        let line = line_number(index);
        let trimmed = raw.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .filter(|_| !raw.starts_with(char::is_whitespace))
        {
            section = name.split(']').next().unwrap_or_default().trim();
            key.clear();
            continue;
        }
        let continued = raw.starts_with(char::is_whitespace) && !key.is_empty();
        let value = if continued {
            trimmed
        } else {
            let (name, value) = trimmed.split_once(['=', ':']).unwrap_or((trimmed, ""));
            key = name.trim().to_lowercase().replace('-', "_");
            value.trim()
        };
        // What reads a file or an attribute cannot be told here.
        if value.is_empty() || value.starts_with("file:") || value.starts_with("attr:") {
            continue;
        }
        match (section, need_of(section, &key)) {
            (_, Some(need)) => {
                add(&mut facts, value.trim_end_matches(','), need, line);
            }
            ("metadata", None) => describe(&mut project, &key, value),
            _ => {}
        }
    }
    if project != Project::default() {
        facts.project = Some(project);
    }
    facts
}

fn need_of(section: &str, key: &str) -> Option<Need> {
    match (section, key) {
        ("options", "install_requires") => Some(Need::Runtime),
        ("options", "setup_requires") => Some(Need::Build),
        ("options", "tests_require") => Some(Need::Development),
        ("options.extras_require", _) => Some(Need::Optional),
        _ => None,
    }
}

fn add(facts: &mut PackageFacts, text: &str, need: Need, line: u32) {
    let text = text.split(" #").next().unwrap_or_default();
    match parse(text) {
        Some(requirement) => {
            if !requirement.complete {
                let reason = format!("a requirement is not well formed: {}", excerpt(text));
                facts.refuse(line, reason);
            }
            let mut package = requirement.package(line);
            package.need = need;
            package.direct = Some(true);
            facts.packages.push(package);
        }
        None => facts.refuse(line, format!("not a requirement: {}", excerpt(text))),
    }
}

fn describe(project: &mut Project, key: &str, value: &str) {
    let first = |field: &mut Option<String>| {
        if field.is_none() {
            *field = Some(value.to_owned());
        }
    };
    match key {
        "name" => first(&mut project.name),
        "version" => first(&mut project.version),
        "description" | "summary" => first(&mut project.description),
        "license" => first(&mut project.licence),
        "classifiers" | "classifier" if project.licence.is_none() => {
            project.licence = licence_of_classifier(value);
        }
        "author" | "maintainer" => project.authors.push(value.to_owned()),
        "url" | "home_page" => project.urls.push(("homepage".to_owned(), value.to_owned())),
        "project_urls" => {
            if let Some((name, url)) = value.split_once('=') {
                project
                    .urls
                    .push((name.trim().to_owned(), url.trim().to_owned()));
            }
        }
        _ => {}
    }
}
