//! Which elements of the known lists a bill says.

mod facts;

use std::collections::BTreeMap;

use waybill_domain::bill::{ElementRow, ElementState, Elements, Score};
use waybill_knowledge::element_lists;

pub(in crate::bill) use self::facts::identifies;
use self::facts::{Tally, tally};
use super::ReadBill;

/// Judges a bill by every list of elements.
#[must_use]
pub fn elements(bill: &ReadBill) -> Elements {
    let mut known: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut judged = Elements::default();
    for list in element_lists() {
        let mut sum = 0_u64;
        let mut weights = 0_u32;
        let mut present = 0_u32;
        for element in &list.elements {
            let tally = known
                .entry(element.fact.as_str())
                .or_insert_with(|| tally(bill, &element.fact));
            let state = tally.state();
            let thousandths = tally.thousandths();
            sum = sum.saturating_add(u64::from(element.weight) * u64::from(thousandths));
            weights = weights.saturating_add(element.weight);
            present = present.saturating_add(u32::from(state == ElementState::Present));
            judged.rows.push(ElementRow {
                list: list.key.clone(),
                number: element.number,
                cluster: element.cluster.clone(),
                name: element.name.clone(),
                state,
                have: tally.have,
                of: tally.of,
                reason: tally.reason(),
                weight: element.weight,
                thousandths,
            });
        }
        judged.scores.push(Score {
            list: list.key.clone(),
            title: list.title.clone(),
            thousandths: sum
                .checked_div(u64::from(weights))
                .and_then(|share| u32::try_from(share).ok())
                .unwrap_or(0),
            weights,
            present,
            elements: u32::try_from(list.elements.len()).unwrap_or(u32::MAX),
        });
    }
    judged
}

#[cfg(test)]
mod tests {
    use waybill_domain::bill::ElementState;

    use super::*;
    use crate::bill::{BillLimits, Lifecycle, WriteOptions, read, samples::rich};

    fn rows(text: &str) -> (String, Elements) {
        let bill = read(&mut text.as_bytes(), &BillLimits::default()).unwrap();
        let judged = elements(&bill);
        let rows: Vec<String> = judged
            .rows
            .iter()
            .map(|row| {
                format!(
                    "{} {} {}: {} {}/{} {} ({})",
                    row.list,
                    row.number,
                    row.name,
                    row.state.as_str(),
                    row.have,
                    row.of,
                    row.reason,
                    row.thousandths
                )
            })
            .chain(judged.scores.iter().map(|score| format!("{score:?}")))
            .collect();
        (rows.join("\n"), judged)
    }

    #[test]
    fn a_rich_bill() {
        let options = WriteOptions {
            timestamp: Some("2026-01-02T03:04:05Z".to_owned()),
            lifecycle: Some(Lifecycle::Build),
            ..WriteOptions::default()
        };
        let (said, _) = rows(&crate::cyclonedx::write(&rich(), &options));
        insta::assert_snapshot!(said);
    }

    #[test]
    fn both_standards_are_judged_alike() {
        let options = WriteOptions::default();
        let (_, one) = rows(&crate::cyclonedx::write(&rich(), &options));
        let (_, other) = rows(&crate::spdx::write_3_0_1(&rich(), &options).text);
        let differing: Vec<(u32, &str, ElementState, ElementState)> = one
            .rows
            .iter()
            .zip(&other.rows)
            .filter(|(one, other)| one.state != other.state)
            .map(|(one, other)| (one.number, one.name.as_str(), one.state, other.state))
            .collect();
        insta::assert_snapshot!(format!("{differing:#?}"));
    }

    #[test]
    fn a_bill_of_nothing_is_not_praised() {
        let (_, judged) = rows(r#"{"bomFormat":"CycloneDX","specVersion":"1.7"}"#);
        let scores: Vec<u32> = judged
            .scores
            .iter()
            .map(|score| score.thousandths)
            .collect();
        // Format, its version, and nothing else; hashes of no components are no hashes.
        assert_eq!(scores, [86, 35]);
    }
}
