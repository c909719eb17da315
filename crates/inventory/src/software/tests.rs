mod hostile;
mod javascript;
mod others;
mod python;

use waybill_domain::inventory::{Component, Relation};
use waybill_source::packages::parser;

use crate::{
    draft::{Draft, Finished},
    reading::{FileFacts, Reading},
    tree::Tree,
};

/// A tree of files that are given by path and text.
fn tree(files: &[(&str, &str)]) -> Tree {
    let read = |(path, text): &(&str, &str)| {
        let readings = parser(path)
            .map(|parser| Reading::Packages(Box::new(parser(text))))
            .into_iter();
        FileFacts {
            path: (*path).to_owned(),
            size_bytes: text.len() as u64,
            readings: readings.collect(),
            ..FileFacts::default()
        }
    };
    Tree::new(files.iter().map(read).collect())
}

fn found(files: &[(&str, &str)]) -> Finished {
    let mut draft = Draft::default();
    super::add(&tree(files), &mut draft);
    draft.finish()
}

/// Everything that is found, a line each.
fn shown(files: &[(&str, &str)]) -> String {
    let parts = found(files);
    let components = parts.components.iter().map(component);
    let relations = parts.relations.iter().map(relation);
    let unread = parts.unread.iter().map(|unread| {
        format!(
            "unread {}:{} {}",
            unread.path,
            unread.line.unwrap_or(0),
            unread.reason
        )
    });
    let lines: Vec<String> = components.chain(relations).chain(unread).collect();
    // Read more easily than as qualifiers are written.
    lines.join("\n").replace("%2F", "/")
}

fn component(component: &Component) -> String {
    let mut line = component.id.to_string();
    let mut add = |mark: &str, value: Option<&str>| {
        if let Some(value) = value {
            line.push_str(&format!(" {mark}{value}"));
        }
    };
    add("", component.pin.map(|pin| pin.as_str()));
    add(
        "",
        component
            .direct
            .map(|direct| if direct { "direct" } else { "indirect" }),
    );
    let scope = component
        .scope
        .map(|scope| format!("{scope:?}").to_lowercase());
    add("", scope.as_deref());
    add("wants=", component.requirement.as_deref());
    for licence in &component.licences {
        add("licence=", licence.expression.as_deref());
        add("written=", licence.written.as_deref());
    }
    for hash in &component.hashes {
        let short: String = hash.value.chars().take(4).collect();
        add("", Some(&format!("{}:{short}", hash.algorithm)));
    }
    for author in &component.authors {
        add("by=", Some(author));
    }
    for (name, value) in &component.properties {
        add("", Some(&format!("{name}={value}")));
    }
    let places: Vec<String> = component
        .occurrences
        .iter()
        .map(|place| match place.line {
            Some(line) => format!("{}:{line}", place.path),
            None => place.path.clone(),
        })
        .collect();
    add("in ", Some(&places.join(", ")));
    line
}

fn relation(relation: &Relation) -> String {
    format!(
        "{} {} {}",
        relation.from,
        relation.kind.as_str(),
        relation.to
    )
}
