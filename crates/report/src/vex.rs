//! Statements about weaknesses, for a person at a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use waybill_domain::vex::{VexDocument, VexProduct, VexStatement, VexStatus};

use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{FAINT, Paint, STRONG};
use crate::words::{LONGEST_NAME, LONGEST_TEXT, plural};
use crate::wrap::wrap;

const INDENT: &str = "    ";

/// Documents of statements, each with its file name, as text.
#[must_use]
pub fn vex_documents(documents: &[(String, VexDocument)], options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let width = options.width.max(40);
    let mut text = String::new();
    for (file, document) in documents {
        let _ = writeln!(
            text,
            "{}  {}",
            paint.with(STRONG, &neutral_ends(file, LONGEST_NAME)),
            paint.with(FAINT, &about(document))
        );
        for statement in &document.statements {
            one(&mut text, statement, paint, width);
        }
        text.push('\n');
    }
    let count: usize = documents
        .iter()
        .map(|(_, document)| document.statements.len())
        .sum();
    let _ = writeln!(
        text,
        "{} in {}",
        plural(count as u64, "statement"),
        plural(documents.len() as u64, "document")
    );
    text
}

fn about(document: &VexDocument) -> String {
    let mut words = vec![
        document.format.as_str().to_owned(),
        format!("by {}", neutral_ends(&document.author, 80)),
    ];
    let date = document.updated.as_ref().or(document.issued.as_ref());
    words.extend(date.map(|date| neutral(date).into_owned()));
    words.join(", ")
}

pub(crate) const fn status_style(status: VexStatus) -> Style {
    match status {
        VexStatus::NotAffected | VexStatus::Fixed => AnsiColor::Green.on_default(),
        VexStatus::UnderInvestigation => AnsiColor::Yellow.on_default(),
        VexStatus::Affected => AnsiColor::Red.on_default(),
    }
}

fn one(text: &mut String, statement: &VexStatement, paint: Paint, width: usize) {
    let _ = writeln!(
        text,
        "  {}  {}",
        paint.with(status_style(statement.status), statement.status.as_str()),
        neutral_ends(&statement.weakness.name, LONGEST_NAME)
    );
    let mut line = |label: &str, words: &str| {
        let room = width.saturating_sub(INDENT.len());
        for part in wrap(&format!("{label}{words}"), room) {
            let _ = writeln!(text, "{INDENT}{part}");
        }
    };
    for product in &statement.products {
        line("", &named(product));
    }
    if statement.products.is_empty() {
        line("", "no product is named: it applies to nothing");
    }
    if let Some(justification) = statement.justification {
        line("because ", justification.as_str());
    }
    for (label, words) in [
        ("", &statement.impact),
        ("note: ", &statement.notes),
        ("to do: ", &statement.action),
    ] {
        if let Some(words) = words {
            line(label, &neutral_ends(words, LONGEST_TEXT));
        }
    }
}

fn named(product: &VexProduct) -> String {
    let single = |product: &VexProduct| {
        let mut words = vec![neutral_ends(product.shown(), LONGEST_NAME)];
        let versions = product.version_range.as_ref().or(product.version.as_ref());
        if product.package_url().is_none() {
            words.extend(versions.map(|version| neutral_ends(version, 80)));
        }
        let digest = product.hashes.get("sha-256");
        words.extend(digest.map(|digits| format!("sha256:{}", neutral_ends(digits, 64))));
        words.join(" ")
    };
    if product.parts.is_empty() {
        return single(product);
    }
    let parts: Vec<String> = product.parts.iter().map(single).collect();
    format!("{} in {}", parts.join(", "), single(product))
}
