use waybill_domain::inventory::{Component, Hash, Licence};

/// What a bill is read for. What a purpose does not need is let go of at once: of a big bill most
/// of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// For all that it says.
    #[default]
    Whole,
    /// To say what is wrong with it and which elements it has.
    Judgement,
    /// To be compared with another. What is wrong with it is not looked for.
    Comparison,
}

impl Purpose {
    /// Takes from a component what the purpose does not need.
    pub(crate) fn thin(self, component: &mut Component) {
        match self {
            Self::Whole => {}
            Self::Judgement => presence(component),
            Self::Comparison => {
                component.description = None;
                component.statements = Vec::new();
                component.references = Vec::new();
                component.properties.clear();
                elsewhere(component);
            }
        }
    }
}

/// What neither purpose needs.
fn elsewhere(component: &mut Component) {
    component.requirement = None;
    component.authors = Vec::new();
    component.copyright = None;
    component.released = component.released.take().map(|_| String::new());
    component.occurrences = Vec::new();
    component.hosted = None;
}

/// Leaves that something is there, where it does not matter what.
fn presence(component: &mut Component) {
    elsewhere(component);
    component.namespace = None;
    component.path = None;
    component
        .name
        .truncate(component.name.chars().next().map_or(0, char::len_utf8));
    component.name.shrink_to_fit();
    component.purl = component.purl.take().map(|_| String::new());
    component.description = component.description.take().map(|_| String::new());
    if let Some(first) = component.hashes.first() {
        component.hashes = vec![Hash {
            algorithm: String::new(),
            value: String::new(),
            standing: first.standing,
        }];
    }
    if let Some(first) = component.licences.first() {
        component.licences = vec![Licence {
            expression: None,
            written: None,
            source: first.source,
            standing: first.standing,
            occurrence: None,
        }];
    }
    for reference in &mut component.references {
        reference.url = String::new();
    }
    component.references.dedup();
    component.references.shrink_to_fit();
    for statement in &mut component.statements {
        statement.value = String::new();
        statement.by = String::new();
        statement.occurrence = None;
    }
    component.statements.dedup();
    component.statements.shrink_to_fit();
    component.properties.retain(|name, value| {
        *value = String::new();
        crate::bill::elements::identifies(name)
    });
}

#[cfg(test)]
mod tests {
    use crate::bill::{
        BillLimits, Snapshot, WriteOptions, diff, elements, examine, read, samples::rich,
    };

    fn bills() -> [String; 4] {
        let options = WriteOptions::default();
        [
            crate::spdx::write_2_3(&rich(), &options).text,
            crate::cyclonedx::write(&rich(), &options),
            crate::spdx::write_3_0_1(&rich(), &options).text,
            // Nothing but what each purpose may let go of.
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
                {"type":"library","name":"a","cpe":"cpe:2.3:a:x:a:1:*:*:*:*:*:*:*","version":"unknown",
                 "licenses":[{"license":{"name":"Own"}}],"hashes":[{"alg":"MD5","content":"ab"}],
                 "pedigree":{"ancestors":[{"type":"library","name":"b","bom-ref":"b"}]}},
                {"type":"machine-learning-model","name":"m","description":"A model.",
                 "externalReferences":[{"type":"vcs","url":"https://example.org/m"}]},
                {"type":"data","name":"d","externalReferences":[
                    {"type":"distribution","url":"https://example.org/d"}]}],
                "dependencies":[{"ref":"b","dependsOn":["gone"]}]}"#
                .to_owned(),
        ]
    }

    #[test]
    fn thin_bills_are_judged_as_whole_ones() {
        for text in bills() {
            let whole = read(&mut text.as_bytes(), &BillLimits::default()).unwrap();
            let thin = examine(&mut text.as_bytes(), &BillLimits::default()).unwrap();
            assert_eq!(thin.elements, elements(&whole));
            assert_eq!(thin.problems, whole.problems);
            assert_eq!(thin.document, whole.document);
            assert_eq!(thin.components, whole.inventory.components.len() as u64);
            assert_eq!(thin.relations, whole.inventory.relations.len() as u64);
        }
    }

    #[test]
    fn thin_bills_are_compared_as_whole_ones() {
        let bills = bills();
        for old in &bills {
            for new in &bills {
                let whole = |text: &str| {
                    let bill = read(&mut text.as_bytes(), &BillLimits::default()).unwrap();
                    Snapshot::of(&bill.inventory)
                };
                let thin = |text: &str| {
                    Snapshot::read(&mut text.as_bytes(), &BillLimits::default()).unwrap()
                };
                assert_eq!(diff(&thin(old), &thin(new)), diff(&whole(old), &whole(new)));
            }
        }
    }

    #[test]
    fn what_is_passed_over_has_to_be_json_all_the_same() {
        let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","dependencies":[{"ref":"a"},{"ref" "b"}]}"#;
        let told = Snapshot::read(&mut text.as_bytes(), &BillLimits::default())
            .err()
            .map(|error| error.to_string());
        assert!(
            told.as_deref().is_some_and(
                |told| told.starts_with("recognise the bill: /dependencies/1 is no JSON")
            ),
            "{told:?}"
        );
    }
}
