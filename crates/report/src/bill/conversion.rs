use std::fmt::Write as _;

use waybill_domain::bill::{Alteration, Conversion, Merging, ProblemKind, Unmapped};

use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::words::plural;

/// Lines of a list before the rest is summed up.
const SHOWN: usize = 40;

/// What became of a bill that was put into another form, as text.
#[must_use]
pub fn bill_conversion(conversion: &Conversion, options: &Options) -> String {
    let mut text = format!(
        "{} {} to {} {}: ",
        conversion.from.as_str(),
        neutral(&conversion.from_version),
        conversion.to.as_str(),
        conversion.to_version,
    );
    text.push_str(if conversion.is_lossless() {
        "nothing is lost\n"
    } else {
        "what is lost or changed:\n"
    });
    text.push_str(&altered(&conversion.alterations, options));
    text.push_str(&unwritten(&conversion.unwritten, options));
    if !conversion.lacking.is_empty() {
        let _ = writeln!(
            text,
            "  {} that the target demands and nobody knows",
            plural(conversion.lacking.len() as u64, "field")
        );
    }
    let problems = &conversion.problems;
    text.push_str(&faults(
        problems.errors,
        problems.of(ProblemKind::DuplicateKey),
    ));
    text
}

/// What is wrong with an original; of keys that stand twice only one value came along.
fn faults(errors: u64, duplicate_keys: u64) -> String {
    let mut text = String::new();
    if errors > 0 {
        let _ = writeln!(
            text,
            "  the original has {}; `waybill bom check` lists them",
            plural(errors, "error")
        );
    }
    if duplicate_keys > 0 {
        let _ = writeln!(
            text,
            "  twice in one object: {}; the last value counts, the others are lost",
            plural(duplicate_keys, "key"),
        );
    }
    text
}

/// How several bills became one, as text.
#[must_use]
pub fn bill_merging(merging: &Merging, options: &Options) -> String {
    let mut text = String::new();
    for input in &merging.inputs {
        let _ = writeln!(
            text,
            "{}: {} {}, {}, {} already there, {} renamed",
            neutral_ends(&input.label, 80),
            input.format.as_str(),
            neutral(&input.version),
            plural(input.components, "component"),
            input.united,
            plural(input.renamed, "reference"),
        );
        text.push_str(&altered(&input.alterations, options));
        text.push_str(&unwritten(&input.unwritten, options));
        text.push_str(&faults(input.errors, input.duplicate_keys));
    }
    let shown = if options.verbose { usize::MAX } else { SHOWN };
    for conflict in merging.conflicts.iter().take(shown) {
        let _ = writeln!(
            text,
            "  conflict: {} {}: {} is kept, {} says {}",
            neutral_ends(&conflict.about, 80),
            neutral(&conflict.pointer),
            neutral_ends(&conflict.kept, 60),
            neutral_ends(&conflict.from, 60),
            neutral_ends(&conflict.other, 60),
        );
    }
    rest(&mut text, merging.conflicts.len(), shown, "conflict");
    text.push_str(&altered(&merging.alterations, options));
    let _ = writeln!(
        text,
        "{} from {}, {}",
        plural(merging.components, "component"),
        plural(merging.inputs.len() as u64, "bill"),
        plural(merging.conflicts.len() as u64, "conflict"),
    );
    text
}

fn altered(alterations: &[Alteration], options: &Options) -> String {
    let shown = if options.verbose { usize::MAX } else { SHOWN };
    let mut text = String::new();
    for alteration in alterations.iter().take(shown) {
        let into = alteration
            .into
            .as_ref()
            .map_or_else(String::new, |into| format!(" ({})", neutral_ends(into, 60)));
        let _ = writeln!(
            text,
            "  {}: {}{into}, {} times",
            alteration.kind.as_str(),
            neutral_ends(&alteration.pointer, 100),
            alteration.count,
        );
    }
    rest(&mut text, alterations.len(), shown, "kind of change");
    text
}

fn unwritten(unwritten: &Unmapped, options: &Options) -> String {
    let shown = if options.verbose { usize::MAX } else { SHOWN };
    let mut text = String::new();
    for (pointer, count) in unwritten.iter().take(shown) {
        let _ = writeln!(
            text,
            "  not written: {}, {count} times",
            neutral_ends(pointer, 100)
        );
    }
    rest(&mut text, unwritten.len(), shown, "field");
    text
}

fn rest(text: &mut String, all: usize, shown: usize, what: &str) {
    let left = all.saturating_sub(shown) as u64;
    if left > 0 {
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(left, &format!("more {what}"))
        );
    }
}
