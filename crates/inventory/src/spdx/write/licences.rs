use std::collections::BTreeMap;

use serde_json::{Value, json};
use waybill_domain::inventory::{Inventory, Licence, LicenceSource};

use super::{document::Bill, ids::digest};

/// A licence as SPDX can say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    /// A valid expression.
    pub(super) expression: String,
    /// For a statement that is no expression: its text, which the expression stands for.
    pub(super) text: Option<String>,
}

/// The term of a licence statement; `None` if it says nothing.
pub(super) fn term(licence: &Licence) -> Option<Term> {
    let valid = licence.expression.as_deref().filter(|expression| {
        !expression.contains("DocumentRef-") && spdx::Expression::parse(expression).is_ok()
    });
    if let Some(expression) = valid {
        return Some(Term {
            expression: expression.trim().to_owned(),
            text: None,
        });
    }
    let text = licence.written.as_ref().or(licence.expression.as_ref())?;
    if text.trim().is_empty() {
        return None;
    }
    Some(Term {
        expression: format!("LicenseRef-waybill-{}", digest(text)),
        text: Some(text.clone()),
    })
}

/// True if the statement was concluded from a text, not declared.
pub(super) fn is_concluded(licence: &Licence) -> bool {
    licence.source == LicenceSource::File
}

/// The licences of the document: each once, by its expression.
pub(super) fn terms(inventory: &Inventory) -> BTreeMap<String, Option<String>> {
    let components = inventory.components.iter();
    components
        .flat_map(|component| &component.licences)
        .chain(&inventory.subject.licences)
        .filter_map(term)
        .map(|term| (term.expression, term.text))
        .collect()
}

/// The identifier of a licence.
pub(super) fn licence_id(bill: &Bill<'_>, expression: &str) -> String {
    bill.ids.own(&format!("licence-{}", digest(expression)))
}

/// The licences as elements, with the texts of those that are none of SPDX's.
pub(super) fn licences<'b>(bill: &'b Bill<'_>) -> impl Iterator<Item = Value> + 'b {
    terms(bill.inventory)
        .into_iter()
        .flat_map(|(expression, text)| {
            let id = licence_id(bill, &expression);
            let mut element = bill.element("simplelicensing_LicenseExpression", &id);
            element.put("simplelicensing_licenseExpression", expression.as_str());
            let text = text.map(|text| {
                let text_id = format!("{id}-text");
                element.put(
                    "simplelicensing_customIdToUri",
                    json!([{"type": "DictionaryEntry", "key": expression, "value": text_id}]),
                );
                let mut custom = bill.element("simplelicensing_SimpleLicensingText", &text_id);
                custom.put("simplelicensing_licenseText", text);
                custom.into_value()
            });
            [Some(element.into_value()), text].into_iter().flatten()
        })
}
