use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waybill_domain::bill::{BillFormat, DocumentFacts, ElementState, Elements, Gravity, Problems};

use super::columns;
use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint, STRONG};
use crate::words::plural;

/// Problems of a bill before the rest is summed up.
const PROBLEMS_SHOWN: usize = 30;

/// A bill as it was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BillCheck {
    /// Version of this shape: `waybill.bill-check/1`.
    pub schema: String,
    /// What it says about itself.
    pub document: DocumentFacts,
    /// How many components it lists.
    pub components: u64,
    /// What is wrong with it.
    pub problems: Problems,
    /// Which data fields of the minimum elements it has.
    pub elements: Elements,
}

/// A judged bill as text: what breaks the standard, then what is left out.
#[must_use]
pub fn bill_check(check: &BillCheck, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let document = &check.document;
    let mut text = format!(
        "{} {}, {}\n",
        paint.with(STRONG, document.format.as_str()),
        neutral(&document.version),
        plural(check.components, "component"),
    );
    text.push_str(&problems(&check.problems, options, paint));
    for score in &check.elements.scores {
        let _ = writeln!(text, "\n{}", paint.with(STRONG, &neutral(&score.title)));
        let rows: Vec<Vec<String>> = check
            .elements
            .rows
            .iter()
            .filter(|row| row.list == score.list)
            .map(|row| {
                vec![
                    row.number.to_string(),
                    paint.with(state(row.state), row.state.as_str()),
                    neutral(&row.name).into_owned(),
                    if row.of > 0 {
                        format!("{}/{}", row.have, row.of)
                    } else {
                        String::new()
                    },
                    format!("weight {}", row.weight),
                    paint.with(FAINT, &neutral_ends(&row.reason, 110)),
                ]
            })
            .collect();
        text.push_str(&columns(&rows, 2));
        let _ = writeln!(
            text,
            "  {} of {} present; score {} of 100 (each element counts by its weight and by the share of components that have it; weights add up to {})",
            score.present,
            score.elements,
            tenths(score.thousandths),
            score.weights,
        );
    }
    let verdict = if check.problems.acceptable() {
        "the bill keeps to its standard"
    } else {
        "the bill breaks its standard"
    };
    let _ = writeln!(
        text,
        "\n{verdict}: {}, {}",
        plural(check.problems.errors, "error"),
        plural(warnings(&check.problems), "warning"),
    );
    if let Some(reason) = without_schema(document) {
        let _ = writeln!(text, "not held against a schema: {reason}");
    }
    text
}

/// Why no schema was held against a document, if none was.
fn without_schema(document: &DocumentFacts) -> Option<&'static str> {
    match (document.format, document.version.as_str()) {
        (BillFormat::SpdxTagValue, _) => Some("tags and values have none"),
        (BillFormat::SpdxJson, "2.3") => None,
        (BillFormat::SpdxJson, _) => Some("of SPDX 2 that of 2.3 is there"),
        (BillFormat::SpdxJsonLd, "3.0.0") => Some("of SPDX 3 that of 3.0.1 is there"),
        _ => None,
    }
}

fn warnings(problems: &Problems) -> u64 {
    let all: u64 = problems.counts.values().sum();
    all.saturating_sub(problems.errors)
}

fn tenths(thousandths: u32) -> String {
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

const fn state(state: ElementState) -> anstyle::Style {
    match state {
        ElementState::Present => paint::verdict(Some(waybill_domain::Verdict::Admit)),
        ElementState::Unknown | ElementState::Withheld => {
            paint::severity(waybill_domain::Severity::Low)
        }
        ElementState::Absent => paint::severity(waybill_domain::Severity::Medium),
    }
}

fn problems(problems: &Problems, options: &Options, paint: Paint) -> String {
    if problems.listed.is_empty() {
        return String::new();
    }
    let shown = if options.verbose {
        usize::MAX
    } else {
        PROBLEMS_SHOWN
    };
    let mut text = format!("\n{}\n", paint.with(STRONG, "Problems"));
    for problem in problems.listed.iter().take(shown) {
        let (word, style) = match problem.gravity {
            Gravity::Error => ("error", paint::severity(waybill_domain::Severity::High)),
            Gravity::Warning => ("warning", paint::severity(waybill_domain::Severity::Low)),
        };
        let _ = writeln!(
            text,
            "  {}  {}  {}  {}",
            paint.with(style, &format!("{word:<7}")),
            neutral_ends(&problem.pointer, 100),
            neutral(&problem.message),
            paint.with(FAINT, problem.kind.as_str()),
        );
    }
    let all: u64 = problems.counts.values().sum();
    let rest = all.saturating_sub(problems.listed.len().min(shown) as u64);
    if rest > 0 {
        let _ = writeln!(text, "  {} not listed", plural(rest, "more problem"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_schema_was_held_against_is_told() {
        let said = |format, version: &str| {
            let document = DocumentFacts {
                format,
                version: version.to_owned(),
                identifier: None,
                revision: None,
                timestamp: None,
                authors: Vec::new(),
                tools: Vec::new(),
                contexts: Vec::new(),
                signed: false,
            };
            let check = BillCheck {
                schema: String::new(),
                document,
                components: 0,
                problems: Problems::default(),
                elements: Elements::default(),
            };
            let text = bill_check(&check, &Options::default());
            text.lines().last().unwrap_or_default().to_owned()
        };
        let kept = "the bill keeps to its standard: 0 errors, 0 warnings";
        let cases = [
            (BillFormat::CyclonedxXml, "1.2", kept),
            (BillFormat::SpdxJson, "2.3", kept),
            (BillFormat::SpdxJsonLd, "3.0.1", kept),
            (
                BillFormat::SpdxJson,
                "2.2",
                "not held against a schema: of SPDX 2 that of 2.3 is there",
            ),
            (
                BillFormat::SpdxJsonLd,
                "3.0.0",
                "not held against a schema: of SPDX 3 that of 3.0.1 is there",
            ),
            (
                BillFormat::SpdxTagValue,
                "2.3",
                "not held against a schema: tags and values have none",
            ),
        ];
        for (format, version, expected) in cases {
            assert_eq!(said(format, version), expected, "{format:?} {version}");
        }
    }
}
