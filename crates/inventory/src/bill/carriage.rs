//! What a format has a place for. What it has none for is missing in every bill of it, which is no
//! difference between two trees.

use waybill_domain::{
    bill::{BillFormat, DocumentFacts},
    inventory::{Component, Role},
};

/// The places that the components of a bill have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Carriage {
    /// For everything, be it in properties or annotations of our own.
    #[default]
    All,
    /// CycloneDX before model cards.
    EarlyCycloneDx,
    Spdx2,
    Spdx3,
}

impl Carriage {
    pub(super) fn of(document: &DocumentFacts) -> Self {
        match document.format {
            BillFormat::SpdxJson | BillFormat::SpdxTagValue => Self::Spdx2,
            BillFormat::SpdxJsonLd => Self::Spdx3,
            BillFormat::CyclonedxJson | BillFormat::CyclonedxXml => {
                match document.version.as_str() {
                    "1.2" | "1.3" | "1.4" => Self::EarlyCycloneDx,
                    _ => Self::All,
                }
            }
        }
    }

    /// True if there is a place for a field.
    pub(super) fn holds(self, field: &str) -> bool {
        match field.split_once('.') {
            Some(("model", name)) => match self {
                Self::All => true,
                Self::EarlyCycloneDx | Self::Spdx2 => false,
                Self::Spdx3 => MODEL_FIELDS.contains(&name),
            },
            Some(("dataset", name)) => match self {
                Self::All => true,
                Self::EarlyCycloneDx | Self::Spdx2 => false,
                Self::Spdx3 => DATASET_FIELDS.contains(&name),
            },
            Some(("service", _)) => self.holds_services(),
            _ => true,
        }
    }

    /// True if a component has what there is no place for: then the bill is one of our own, whose
    /// annotations hold everything.
    pub(super) fn is_exceeded(self, component: &Component) -> bool {
        let described = component.model.is_some() || component.dataset.is_some();
        component.service.is_some() && !self.holds_services()
            || described && !self.says(Role::Model)
            || component.purl.is_none() && !self.says(component.role)
    }

    /// True if there are services and their flows of data.
    pub(super) const fn holds_services(self) -> bool {
        matches!(self, Self::All | Self::EarlyCycloneDx)
    }

    /// True if a role could be said: where there is no word for it a component is a library.
    pub(super) const fn says(self, role: Role) -> bool {
        match role {
            Role::Library
            | Role::Application
            | Role::Container
            | Role::OperatingSystem
            | Role::Machine
            | Role::File => true,
            Role::Model | Role::Dataset => matches!(self, Self::All | Self::Spdx3),
            _ => matches!(self, Self::All),
        }
    }
}

/// What the AI profile has fields for.
const MODEL_FIELDS: [&str; 10] = [
    "architecture",
    "family",
    "task",
    "hyperparameters",
    "metrics",
    "training",
    "intended-uses",
    "limitations",
    "preprocessing",
    "energy-kwh",
];

/// What the Dataset profile has fields for.
const DATASET_FIELDS: [&str; 11] = [
    "kinds",
    "built",
    "collection",
    "preprocessing",
    "anonymisation",
    "biases",
    "maintenance",
    "intended-use",
    "size-bytes",
    "availability",
    "sensitive",
];

#[cfg(test)]
mod tests {
    use waybill_domain::bill::BillDiff;

    use crate::bill::{BillLimits, CycloneDxVersion, Snapshot, WriteOptions, diff, samples::rich};

    fn snapshot(text: &str) -> Snapshot {
        Snapshot::read(&mut text.as_bytes(), &BillLimits::default()).unwrap()
    }

    #[test]
    fn one_inventory_in_four_formats_is_one() {
        let mut inventory = rich();
        for supplier in &mut inventory.suppliers {
            supplier.name = format!("{} (Labs)", supplier.name);
        }
        let options = WriteOptions::default();
        let older = WriteOptions {
            version: CycloneDxVersion::V1_6,
            ..WriteOptions::default()
        };
        let bills = [
            crate::cyclonedx::write(&inventory, &options),
            crate::cyclonedx::write(&inventory, &older),
            crate::spdx::write_3_0_1(&inventory, &options).text,
            crate::spdx::write_2_3(&inventory, &options).text,
        ]
        .map(|text| snapshot(&text));
        for (place, old) in bills.iter().enumerate() {
            for (other, new) in bills.iter().enumerate() {
                let expected = BillDiff {
                    unchanged: inventory.components.len() as u64,
                    ..BillDiff::default()
                };
                assert_eq!(diff(old, new), expected, "{place} and {other}");
            }
        }
    }

    #[test]
    fn what_a_format_has_no_place_for_is_no_change() {
        let full = snapshot(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
                {"type":"machine-learning-model","name":"org/m","version":"1","purl":"pkg:mlflow/m@1",
                 "modelCard":{"modelParameters":{"task":"chat"}}},
                {"type":"library","name":"a","version":"1","purl":"pkg:pypi/a@1"}],
               "services":[{"name":"api","data":[{"flow":"outbound","classification":"secret"}]}]}"#,
        );
        let package = |name: &str, version: &str, purl: &str| {
            format!(
                r#"{{"SPDXID":"SPDXRef-{name}","name":"{name}","versionInfo":"{version}","downloadLocation":"NONE",
                    "externalRefs":[{{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"{purl}"}}]}}"#
            )
        };
        let plain = snapshot(&format!(
            r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","packages":[{},{}]}}"#,
            package("m", "1", "pkg:mlflow/m@1"),
            package("a", "2", "pkg:pypi/a@2"),
        ));
        let result = diff(&full, &plain);
        let changed: Vec<(&str, Vec<&str>)> = result
            .changed
            .iter()
            .map(|one| {
                let fields = one.changes.iter().map(|change| change.field.as_str());
                (one.component.name.as_str(), fields.collect())
            })
            .collect();
        assert_eq!(changed, [("a", vec!["version"])]);
        assert_eq!(
            result.uncarried,
            [("data-flow".to_owned(), 1), ("model.task".to_owned(), 1)].into()
        );
        // Between bills of one format it is one.
        let other = snapshot(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
                {"type":"machine-learning-model","name":"org/m","version":"1","purl":"pkg:mlflow/m@1"}]}"#,
        );
        assert!(diff(&full, &other).uncarried.is_empty());
        assert_eq!(diff(&full, &other).changed.len(), 1);
    }
}
