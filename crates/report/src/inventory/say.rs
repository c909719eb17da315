//! Words of the vocabulary as people read them.

use waybill_domain::inventory::{
    Component, Field, FlowDirection, Licence, RelationKind, Scope, Standing, SupplierKind,
};

/// A relation between its two ends.
pub(super) const fn relation(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::DependsOn => "depends on",
        RelationKind::Contains => "contains",
        RelationKind::Uses => "uses",
        RelationKind::FineTunedFrom => "fine-tuned from",
        RelationKind::AdapterOf => "adapter of",
        RelationKind::QuantisedFrom => "quantised from",
        RelationKind::MergedFrom => "merged from",
        RelationKind::DerivedFrom => "derived from",
        RelationKind::TrainedOn => "trained on",
        RelationKind::EvaluatedOn => "evaluated on",
        RelationKind::ServedBy => "served by",
        RelationKind::BuiltOn => "built on",
        RelationKind::DescribedBy => "described by",
    }
}

/// How a supplier came to be known.
pub(super) const fn supplier_kind(kind: SupplierKind) -> &'static str {
    match kind {
        SupplierKind::Organisation => "organisation",
        SupplierKind::Person => "person",
        SupplierKind::HubNamespace => "owner of a hub namespace",
        SupplierKind::PackageNamespace => "owner of a package namespace",
        SupplierKind::ImageNamespace => "owner of an image namespace",
        SupplierKind::ApiHost => "operator of an API",
        SupplierKind::LicenceHolder => "holder of a copyright",
    }
}

/// Which way data flows.
pub(super) const fn direction(direction: FlowDirection) -> &'static str {
    match direction {
        FlowDirection::Inbound => "to the service",
        FlowDirection::Outbound => "from the service",
        FlowDirection::BiDirectional => "both ways",
        FlowDirection::Unknown => "direction unknown",
    }
}

/// When a component is needed; nothing for the usual, when the system runs.
pub(super) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Runtime => "",
        Scope::Optional => "optional",
        Scope::Development => "for development",
        Scope::Build => "to build",
    }
}

/// The fact that a statement is about.
pub(super) fn field(field: Field) -> String {
    let word = serde_json::to_value(field).unwrap_or_default();
    word.as_str().unwrap_or_default().replace('-', " ")
}

/// A licence in one word: the expression, else what was written.
pub(super) fn licence(licence: &Licence) -> &str {
    let written = licence.written.as_deref();
    licence
        .expression
        .as_deref()
        .or(written)
        .unwrap_or_default()
}

/// The licences of a component, each one once, with how they are known.
pub(super) fn licences_with_standing(component: &Component) -> Vec<(&str, Standing)> {
    let mut said: Vec<(&str, Standing)> = Vec::new();
    for statement in &component.licences {
        let pair = (licence(statement), statement.standing);
        if !pair.0.is_empty() && !said.contains(&pair) {
            said.push(pair);
        }
    }
    said
}

/// The licences of a component in one line.
pub(super) fn licences(component: &Component) -> String {
    let mut said: Vec<&str> = component.licences.iter().map(licence).collect();
    said.retain(|licence| !licence.is_empty());
    said.sort_unstable();
    said.dedup();
    said.join(", ")
}

/// A number with its thousands apart: `1,234,567`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// Enough of a large number to compare it: `7.24 billion`.
pub(super) fn rounded(number: u64) -> String {
    let scales = [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
    ];
    for (scale, word) in scales {
        if number >= scale {
            let hundredths = number / (scale / 100);
            let (whole, rest) = (hundredths / 100, hundredths % 100);
            return format!("{}.{rest:02} {word}", thousands(whole));
        }
    }
    thousands(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(1234), "1,234");
        assert_eq!(thousands(123_456_789), "123,456,789");
        assert_eq!(rounded(7_241_732_096), "7.24 billion");
        assert_eq!(rounded(22_713_728), "22.71 million");
        assert_eq!(rounded(512), "512");
    }
}
