use waybill_domain::Severity;
use waybill_domain::inventory::{Inventory, Noted};

use super::super::names::Names;
use super::super::order::at;
use super::left_out;
use crate::neutral::{neutral_ends, neutral_start};
use crate::page::{Span, spans};
use crate::words::{LONGEST_NAME, LONGEST_TEXT, plural, settled};

/// Sightings of one rule that are unfolded.
const OPEN: usize = 6;
/// Sightings of one rule.
const SHOWN: usize = 200;

/// Findings of one severity.
pub(super) struct Weight {
    pub(super) severity: Severity,
    pub(super) counted: String,
    pub(super) rules: Vec<Rule>,
}

/// Findings of one rule.
pub(super) struct Rule {
    pub(super) rule: String,
    pub(super) confidence: &'static str,
    pub(super) answers: String,
    pub(super) help: Vec<Span>,
    pub(super) open: Vec<Sighting>,
    pub(super) folded: Vec<Sighting>,
    pub(super) folded_words: String,
    pub(super) left_out: Option<String>,
}

pub(super) struct Sighting {
    pub(super) message: Vec<Span>,
    pub(super) place: String,
    /// The name of the component, and its row.
    pub(super) component: Option<(String, String)>,
}

/// Worst first; findings of one rule together.
pub(super) fn weights(inventory: &Inventory, names: &Names<'_>) -> Vec<Weight> {
    let mut weights = Vec::new();
    for severity in Severity::WORST_FIRST {
        let heavy = |noted: &&Noted| noted.finding.severity == severity;
        let found: Vec<&Noted> = inventory.findings.iter().filter(heavy).collect();
        let mut rules: Vec<(&str, Vec<&Noted>)> = Vec::new();
        for noted in &found {
            let rule = noted.finding.rule.as_str();
            match rules.iter_mut().find(|(known, _)| *known == rule) {
                Some((_, members)) => members.push(noted),
                None => rules.push((rule, vec![noted])),
            }
        }
        if !found.is_empty() {
            weights.push(Weight {
                severity,
                counted: plural(found.len() as u64, "finding"),
                rules: rules
                    .into_iter()
                    .filter_map(|(_, members)| of_rule(&members, names))
                    .collect(),
            });
        }
    }
    weights
}

fn of_rule(members: &[&Noted], names: &Names<'_>) -> Option<Rule> {
    let first = &members.first()?.finding;
    // Folding a single one away would cost the line that it saves.
    let open = if members.len() <= OPEN + 1 {
        OPEN + 1
    } else {
        OPEN
    };
    let sightings = members.iter().take(SHOWN);
    let mut open_and_folded: Vec<Sighting> =
        sightings.map(|noted| sighting(noted, names)).collect();
    let folded = open_and_folded.split_off(open.min(open_and_folded.len()));
    Some(Rule {
        rule: neutral_ends(&first.rule, LONGEST_NAME),
        confidence: first.confidence.as_str(),
        answers: neutral_start(&first.answers.join(", "), LONGEST_TEXT),
        help: spans(&neutral_start(&first.help, LONGEST_TEXT)),
        folded_words: format!("{} more like it", folded.len()),
        open: open_and_folded,
        folded,
        left_out: left_out(members.len().saturating_sub(SHOWN) as u64, "more finding"),
    })
}

fn sighting(noted: &Noted, names: &Names<'_>) -> Sighting {
    let place = noted.occurrence.as_ref().map(at);
    let component = noted.component.as_ref().and_then(|id| {
        let known = names.component(id)?;
        let shown = neutral_ends(&known.full_name(), 120);
        // The message says it already.
        (!noted.finding.message.contains(&known.name)).then_some(shown)
    });
    Sighting {
        message: spans(&format!(
            "{}{}",
            neutral_start(&noted.finding.message, LONGEST_TEXT),
            settled(&noted.finding)
        )),
        place: place.map_or_else(String::new, |place| neutral_ends(&place, LONGEST_NAME)),
        component: component.zip(noted.component.as_ref().and_then(|id| names.row(id))),
    }
}
