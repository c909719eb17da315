use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;
use waybill_domain::inventory::{Component, Inventory, Pin};

use super::names::Names;
use super::order::{at, groups, heading, pin, place, version};
use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint, STRONG};
use crate::words::{plural, settled};
use crate::wrap::wrap;

/// Rows of a group before the rest is summed up.
const ROWS_SHOWN: usize = 40;
/// Findings before the rest is summed up.
const FINDINGS_SHOWN: usize = 25;

pub(super) fn render(inventory: &Inventory, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let names = Names::new(inventory);
    let mut text = head(inventory, paint);
    for (role, members) in groups(inventory) {
        let _ = writeln!(
            text,
            "\n{} {}",
            paint.with(STRONG, heading(role)),
            paint.with(FAINT, &format!("({})", members.len()))
        );
        text.push_str(&rows(&names, &members, options, paint));
    }
    text.push_str(&findings(inventory, options, paint));
    text.push_str(&unread(inventory, options, paint));
    text.push_str(&last_line(inventory));
    text
}

fn head(inventory: &Inventory, paint: Paint) -> String {
    let subject = &inventory.subject;
    let mut text = paint.with(STRONG, &neutral_ends(&subject.name, 80));
    if let Some(version) = &subject.version {
        let _ = write!(text, " {}", neutral_ends(version, 40));
    }
    if let Some(revision) = &subject.revision {
        let short: String = revision.commit.chars().take(12).collect();
        let state = match revision.dirty {
            Some(true) => ", with changes",
            Some(false) => "",
            None => ", changes unknown",
        };
        let _ = write!(
            text,
            "  {}",
            paint.with(FAINT, &format!("commit {}{state}", neutral(&short)))
        );
    }
    if let Some(digest) = &subject.image_digest {
        let _ = write!(text, "  {}", paint.with(FAINT, &neutral(digest)));
    }
    text.push('\n');
    text
}

/// Name, version, pin, supplier and place, in columns.
fn rows(names: &Names<'_>, members: &[&Component], options: &Options, paint: Paint) -> String {
    let shown = if options.verbose {
        members.len()
    } else {
        ROWS_SHOWN
    };
    let cells: Vec<[String; 5]> = members
        .iter()
        .take(shown)
        .map(|component| {
            [
                neutral_ends(&component.full_name(), 60),
                neutral_ends(&version(component), 24),
                pin(component).to_owned(),
                neutral_ends(names.supplier(component.supplier.as_ref()), 28),
                neutral_ends(&place(component), 60),
            ]
        })
        .collect();
    let widest = |column: usize| {
        cells
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..5).map(widest).collect();
    let mut text = String::new();
    for (row, component) in cells.iter().zip(members) {
        let mut line = String::from(" ");
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if *width == 0 {
                continue;
            }
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            let painted = match (index, component.pin) {
                (2, Some(Pin::Floating)) => {
                    paint.with(paint::severity(waybill_domain::Severity::Medium), cell)
                }
                (3 | 4, _) => paint.with(FAINT, cell),
                _ => cell.clone(),
            };
            let _ = write!(line, " {painted}{padding} ");
        }
        if component.remote_code == Some(true) {
            line.push_str(" runs code that comes with it");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if members.len() > shown {
        let rest = (members.len() - shown) as u64;
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(rest, "more component")
        );
    }
    text
}

fn findings(inventory: &Inventory, options: &Options, paint: Paint) -> String {
    if inventory.findings.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", paint.with(STRONG, "Findings"));
    let shown = if options.verbose {
        usize::MAX
    } else {
        FINDINGS_SHOWN
    };
    for noted in inventory.findings.iter().take(shown) {
        let finding = &noted.finding;
        let place = noted
            .occurrence
            .as_ref()
            .map_or_else(String::new, |place| format!(" ({})", at(place)));
        let severity = format!("{:<8}", finding.severity.as_str());
        let said = format!(
            "{}{}  {}{}",
            neutral(&finding.message),
            neutral(&place),
            finding.rule,
            settled(finding)
        );
        let lines = wrap(&said, options.width.saturating_sub(12).max(30));
        for (index, line) in lines.iter().enumerate() {
            let lead = if index == 0 {
                paint.with(paint::severity(finding.severity), &severity)
            } else {
                " ".repeat(8)
            };
            let _ = writeln!(text, "  {lead}  {line}");
        }
    }
    let rest = inventory.findings.len().saturating_sub(shown) as u64;
    if rest > 0 {
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(rest, "more finding")
        );
    }
    text
}

fn unread(inventory: &Inventory, options: &Options, paint: Paint) -> String {
    if inventory.unread.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", paint.with(STRONG, "Not read"));
    let shown = if options.verbose {
        usize::MAX
    } else {
        FINDINGS_SHOWN
    };
    for unread in inventory.unread.iter().take(shown) {
        let line = unread
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(
            text,
            "  {}{line}  {}",
            neutral_ends(&unread.path, 80),
            paint.with(FAINT, &neutral(&unread.reason))
        );
    }
    let rest = inventory.unread.len().saturating_sub(shown) as u64;
    if rest > 0 {
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(rest, "more place")
        );
    }
    text
}

/// Nothing is dropped silently: the last line counts.
fn last_line(inventory: &Inventory) -> String {
    let pins = |pin: Pin| inventory.summary.pins.get(&pin).copied().unwrap_or(0);
    format!(
        "\n{} from {}; pinned to a digest {}, to a name {}, floating {}; {}, {}; {} of {} read\n",
        plural(inventory.components.len() as u64, "component"),
        plural(inventory.suppliers.len() as u64, "known supplier"),
        pins(Pin::Digest),
        pins(Pin::Name),
        pins(Pin::Floating),
        plural(inventory.findings.len() as u64, "finding"),
        plural(inventory.unread.len() as u64, "place") + " not read",
        inventory.summary.files_read,
        plural(inventory.summary.files, "file"),
    )
}
