//! See `spreadsheet_formula.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "spreadsheet-formula",
        summary: "a cell of the table is a formula that starts a program or fetches something",
        page: include_str!("spreadsheet_formula.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R3", "CWE-1236"],
        help: "open it with a program that takes cells as text; remove the cell",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Text(text) = &subject.facts else {
        return;
    };
    let name = subject.name.to_ascii_lowercase();
    if !name.ends_with(".csv") && !name.ends_with(".tsv") {
        return;
    }
    for (mark, severity) in MARKS {
        if !text.contains(mark) {
            continue;
        }
        let cells = text.split(['\n', '\r', '\t', ';', ',']);
        let cell = cells
            .map(|cell| cell.trim_start_matches(['"', '\'', ' ']))
            .find(|cell| cell.starts_with(['=', '+', '-', '@']) && is_formula(cell, mark));
        if let Some(cell) = cell {
            let shown: String = cell.chars().take(80).collect();
            let offset = text.find(cell).map(|at| at as u64);
            let message = format!("a cell is the formula {}", quoted(&shown));
            found.add_with(info, subject, offset, message, severity);
        }
    }
}

/// A link to a program is written `program|topic!item`; a function is its name and a bracket.
fn is_formula(cell: &str, mark: &str) -> bool {
    cell.split_once(mark)
        .is_some_and(|(_, rest)| !mark.ends_with('|') || rest.contains('!'))
}

/// What such formulas hold: links to programs, and functions that fetch.
const MARKS: [(&str, Severity); 12] = [
    ("cmd|", Severity::Medium),
    ("CMD|", Severity::Medium),
    ("powershell|", Severity::Medium),
    ("mshta|", Severity::Medium),
    ("DDE(", Severity::Medium),
    ("rundll32|", Severity::Medium),
    ("WEBSERVICE(", Severity::Low),
    ("IMPORTXML(", Severity::Low),
    ("IMPORTDATA(", Severity::Low),
    ("IMPORTHTML(", Severity::Low),
    ("HYPERLINK(", Severity::Low),
    ("IMAGE(", Severity::Low),
];
