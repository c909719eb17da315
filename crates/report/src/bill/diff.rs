use std::fmt::Write as _;

use waybill_domain::bill::{BillDiff, Flow, Named};

use super::columns;
use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{FAINT, Paint, STRONG};
use crate::words::plural;

/// Rows of a list before the rest is summed up.
const ROWS_SHOWN: usize = 100;

/// How two bills differ, as text.
#[must_use]
pub fn bill_diff(diff: &BillDiff, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let shown = if options.verbose {
        usize::MAX
    } else {
        ROWS_SHOWN
    };
    let mut text = String::new();
    named(&mut text, "Added", "+", &diff.added, shown, paint);
    named(&mut text, "Removed", "-", &diff.removed, shown, paint);
    changed(&mut text, diff, shown, paint);
    words(
        &mut text,
        "Suppliers added",
        &diff.suppliers_added,
        shown,
        paint,
    );
    words(
        &mut text,
        "Suppliers removed",
        &diff.suppliers_removed,
        shown,
        paint,
    );
    flows(
        &mut text,
        "Data flows added",
        &diff.flows_added,
        shown,
        paint,
    );
    flows(
        &mut text,
        "Data flows removed",
        &diff.flows_removed,
        shown,
        paint,
    );
    if !diff.uncarried.is_empty() {
        let fields: Vec<String> = diff
            .uncarried
            .iter()
            .map(|(field, count)| format!("{} ({count})", neutral(field)))
            .collect();
        let _ = writeln!(
            text,
            "Not compared, because one of the formats has no place for it: {}",
            fields.join(", ")
        );
    }
    let _ = writeln!(
        text,
        "{} added, {} removed, {} changed, {} unchanged",
        diff.added.len(),
        diff.removed.len(),
        diff.changed.len(),
        diff.unchanged
    );
    text
}

fn named(text: &mut String, title: &str, sign: &str, list: &[Named], shown: usize, paint: Paint) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, title));
    let rows: Vec<Vec<String>> = list
        .iter()
        .take(shown)
        .map(|named| {
            vec![
                sign.to_owned(),
                neutral_ends(&named.name, 80),
                neutral_ends(named.version.as_deref().unwrap_or_default(), 48),
                paint.with(FAINT, named.role.as_str()),
            ]
        })
        .collect();
    text.push_str(&columns(&rows, 2));
    rest(text, list.len(), shown);
    text.push('\n');
}

fn changed(text: &mut String, diff: &BillDiff, shown: usize, paint: Paint) {
    if diff.changed.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, "Changed"));
    for changed in diff.changed.iter().take(shown) {
        let _ = writeln!(
            text,
            "  ~ {} {}",
            neutral_ends(&changed.component.name, 80),
            paint.with(FAINT, changed.component.role.as_str())
        );
        for change in &changed.changes {
            let _ = writeln!(
                text,
                "      {}: {} -> {}",
                neutral(&change.field),
                listed(&change.old),
                listed(&change.new)
            );
        }
    }
    rest(text, diff.changed.len(), shown);
    text.push('\n');
}

fn words(text: &mut String, title: &str, list: &[String], shown: usize, paint: Paint) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, title));
    for word in list.iter().take(shown) {
        let _ = writeln!(text, "  {}", neutral_ends(word, 80));
    }
    rest(text, list.len(), shown);
    text.push('\n');
}

fn flows(text: &mut String, title: &str, list: &[Flow], shown: usize, paint: Paint) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, title));
    for flow in list.iter().take(shown) {
        let _ = writeln!(
            text,
            "  {} {} {}",
            neutral_ends(&flow.service, 80),
            neutral(&flow.direction),
            neutral_ends(&flow.what, 80)
        );
    }
    rest(text, list.len(), shown);
    text.push('\n');
}

fn rest(text: &mut String, all: usize, shown: usize) {
    let left = all.saturating_sub(shown) as u64;
    if left > 0 {
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(left, "more")
        );
    }
}

fn listed(values: &[String]) -> String {
    if values.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = values.iter().map(|value| neutral_ends(value, 72)).collect();
    shown.join(", ")
}
