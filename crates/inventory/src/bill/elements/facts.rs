//! What there is to look at for an element.

use waybill_domain::{
    bill::ElementState,
    inventory::{Component, Field, ModelFacts, ReferenceKind, RelationKind, Role, Standing},
};

use crate::bill::ReadBill;

/// Of how many things a bill says something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) have: u64,
    pub(super) of: u64,
    unknown: u64,
    withheld: u64,
    /// What is counted: `components`, `models`, `documents`.
    what: &'static str,
}

impl Tally {
    fn one(present: bool) -> Self {
        Self {
            have: u64::from(present),
            of: 1,
            what: "",
            ..Self::default()
        }
    }

    /// A text of the document that may say that it is not known.
    fn text(text: Option<&str>) -> Self {
        let unknown = text.is_some_and(is_unknown);
        Self {
            have: u64::from(text.is_some() && !unknown),
            of: 1,
            unknown: u64::from(unknown),
            ..Self::default()
        }
    }

    const fn silent(&self) -> u64 {
        self.of
            .saturating_sub(self.have)
            .saturating_sub(self.unknown)
            .saturating_sub(self.withheld)
    }

    pub(super) const fn state(&self) -> ElementState {
        if self.of == 0 || self.silent() > 0 {
            ElementState::Absent
        } else if self.unknown > 0 {
            ElementState::Unknown
        } else if self.withheld > 0 {
            ElementState::Withheld
        } else {
            ElementState::Present
        }
    }

    pub(super) fn thousandths(&self) -> u32 {
        let half = self
            .unknown
            .saturating_add(self.withheld)
            .saturating_mul(500);
        let points = self.have.saturating_mul(1000).saturating_add(half);
        points
            .checked_div(self.of)
            .and_then(|share| u32::try_from(share).ok())
            .unwrap_or(0)
    }

    pub(super) fn reason(&self) -> String {
        if self.of == 0 {
            return format!("the bill lists no {}", self.what);
        }
        if self.what.is_empty() {
            let said = match self.state() {
                ElementState::Present => "the bill says it",
                ElementState::Unknown => "the bill says that it is not known",
                ElementState::Withheld => "the bill says that it is withheld",
                ElementState::Absent => "the bill does not say it",
            };
            return said.to_owned();
        }
        let mut reason = format!("{} of {} {} have it", self.have, self.of, self.what);
        for (count, word) in [(self.unknown, "unknown"), (self.withheld, "withheld")] {
            if count > 0 {
                reason.push_str(&format!(", {count} say that it is {word}"));
            }
        }
        if self.silent() > 0 {
            reason.push_str(&format!(", {} are silent", self.silent()));
        }
        reason
    }
}

fn is_unknown(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        // The last is what SPDX needs a date for when there is none.
        "unknown" | "noassertion" | "n/a" | "none" | "1970-01-01t00:00:00z"
    )
}

/// Looks at what a fact is about.
pub(super) fn tally(bill: &ReadBill, fact: &str) -> Tally {
    if let Some(fact) = fact.strip_prefix("model-") {
        return model(bill, fact);
    }
    if let Some(fact) = fact.strip_prefix("dataset-") {
        return dataset(bill, fact);
    }
    if let Some(tally) = document(bill, fact) {
        return tally;
    }
    if let Some(tally) = system(bill, fact) {
        return tally;
    }
    component(bill, fact)
}

fn document(bill: &ReadBill, fact: &str) -> Option<Tally> {
    let document = &bill.document;
    let tool = document.tools.first();
    Some(match fact {
        "author" => Tally::text(document.authors.first().map(String::as_str)),
        "signature" => Tally::one(document.signed),
        "format-name" => Tally::one(true),
        "format-version" => Tally::one(!document.version.is_empty()),
        "context" => Tally::text(document.contexts.first().map(String::as_str)),
        "timestamp" => Tally::text(document.timestamp.as_deref()),
        "tool-name" => Tally::text(tool.map(|tool| tool.name.as_str())),
        "tool-version" => Tally::text(tool.and_then(|tool| tool.version.as_deref())),
        "bill-version" => Tally::one(document.identifier.is_some()),
        _ => return None,
    })
}

fn system(bill: &ReadBill, fact: &str) -> Option<Tally> {
    let inventory = &bill.inventory;
    let subject = &inventory.subject;
    let any = |test: &dyn Fn(&Component) -> bool| inventory.components.iter().any(test);
    let unmapped = |part: &str| bill.unmapped.keys().any(|key| key.contains(part));
    let links = |kind: ReferenceKind| subject.references.iter().any(|link| link.kind == kind);
    Some(match fact {
        "system-name" => Tally::one(!subject.name.is_empty()),
        "system-components" => Tally::one(!inventory.components.is_empty()),
        "system-producer" => Tally::one(subject.supplier.is_some()),
        "system-version" => Tally::text(subject.version.as_deref()),
        "system-timestamp" => Tally::one(unmapped("/metadata/component/releaseNotes/timestamp")),
        "data-flow" => Tally::one(any(&|component| {
            component
                .service
                .as_ref()
                .is_some_and(|facts| !facts.flows.is_empty() || !facts.endpoints.is_empty())
        })),
        "data-usage" => Tally::one(any(&|component| {
            component.service.as_ref().is_some_and(|facts| {
                facts
                    .flows
                    .iter()
                    .any(|flow| !flow.classification.starts_with("unclassified"))
            })
        })),
        "system-input-output" => Tally::one(any(&|component| {
            component.model.as_ref().is_some_and(|facts| has_io(facts))
        })),
        "application-area" => Tally::one(any(&|component| {
            component
                .model
                .as_ref()
                .is_some_and(|facts| !facts.intended_uses.is_empty())
        })),
        "infrastructure-software" => Tally::one(any(&|component| {
            matches!(
                component.role,
                Role::Library
                    | Role::Application
                    | Role::Container
                    | Role::SystemPackage
                    | Role::OperatingSystem
            )
        })),
        "infrastructure-hardware" => Tally::one(any(&|component| component.role == Role::Machine)),
        "security-controls" => Tally::one(
            unmapped("/declarations/") || any(&|component| component.role == Role::Guardrail),
        ),
        "security-compliance" => Tally::one(
            unmapped("/declarations/")
                || unmapped("/definitions/")
                || unmapped("standardCompliance"),
        ),
        "security-policy" => Tally::one(
            links(ReferenceKind::SecurityContact)
                || inventory
                    .suppliers
                    .iter()
                    .any(|supplier| supplier.security_contact.is_some()),
        ),
        "vulnerability-references" => {
            Tally::one(unmapped("/vulnerabilities/") || unmapped("security_"))
        }
        "security-metrics" => Tally::one(metric_about(
            bill,
            &["robust", "attack", "safety", "secur", "toxic"],
        )),
        "operational-metrics" => Tally::one(metric_about(
            bill,
            &["latency", "throughput", "uptime", "availab", "tokens_per"],
        )),
        _ => return None,
    })
}

fn metric_about(bill: &ReadBill, words: &[&str]) -> bool {
    bill.inventory
        .components
        .iter()
        .filter_map(|component| component.model.as_deref())
        .flat_map(|facts| &facts.metrics)
        .any(|metric| {
            let name = metric.name.to_lowercase();
            words.iter().any(|word| name.contains(word))
        })
}

/// Counts what holds of the components that `counted` takes in.
fn count(
    bill: &ReadBill,
    what: &'static str,
    field: Option<Field>,
    counted: impl Fn(&Component) -> bool,
    has: impl Fn(&Component) -> bool,
) -> Tally {
    let mut tally = Tally {
        what,
        ..Tally::default()
    };
    for component in bill.inventory.components.iter().filter(|one| counted(one)) {
        tally.of = tally.of.saturating_add(1);
        if has(component) {
            tally.have = tally.have.saturating_add(1);
            continue;
        }
        match field.and_then(|field| excuse(component, field)) {
            Some(Standing::Withheld) => tally.withheld = tally.withheld.saturating_add(1),
            Some(_) => tally.unknown = tally.unknown.saturating_add(1),
            None => {}
        }
    }
    tally
}

/// What the bill says of a field that it does not fill.
fn excuse(component: &Component, field: Field) -> Option<Standing> {
    let said = component
        .statements
        .iter()
        .filter(|statement| statement.field == field)
        .map(|statement| statement.standing)
        .find(|standing| matches!(standing, Standing::Unknown | Standing::Withheld));
    let version = field == Field::Version && component.version.as_deref().is_some_and(is_unknown);
    said.or(version.then_some(Standing::Unknown))
}

fn has_version(component: &Component) -> bool {
    component
        .version
        .as_deref()
        .is_some_and(|version| !is_unknown(version))
}

fn has_identifier(component: &Component) -> bool {
    component.purl.is_some() || component.properties.keys().any(|name| identifies(name))
}

/// True for properties that identify a component as well as a package URL does.
pub(in crate::bill) fn identifies(name: &str) -> bool {
    matches!(name, "cpe" | "swid" | "swhid" | "omniborId")
}

/// True for components that come from somewhere and have bytes, not texts within the system.
fn comes_from_elsewhere(component: &Component) -> bool {
    !matches!(component.role, Role::Service | Role::HostedModel)
}

fn component(bill: &ReadBill, fact: &str) -> Tally {
    let all = |_: &Component| true;
    match fact {
        "producer" => count(bill, "components", Some(Field::Supplier), all, |one| {
            one.supplier.is_some()
        }),
        "hash" | "hash-algorithm" => count(
            bill,
            "components with bytes",
            Some(Field::Hash),
            comes_from_elsewhere,
            |one| !one.hashes.is_empty() || has_digest_version(one),
        ),
        "identifier" => count(
            bill,
            "components",
            Some(Field::Identifier),
            all,
            has_identifier,
        ),
        "licence" => count(bill, "components", Some(Field::Licence), all, |one| {
            !one.licences.is_empty()
        }),
        "name" => count(bill, "components", Some(Field::Name), all, |one| {
            !one.name.is_empty()
        }),
        "version" => count(bill, "components", Some(Field::Version), all, has_version),
        "relations" => related(bill, "components", all),
        _ => Tally::one(false),
    }
}

/// A digest as version fixes the bytes as well as one beside it.
fn has_digest_version(component: &Component) -> bool {
    component
        .version
        .as_deref()
        .is_some_and(|version| version.starts_with("sha256:"))
}

fn related(bill: &ReadBill, what: &'static str, counted: impl Fn(&Component) -> bool) -> Tally {
    let mut ends = std::collections::BTreeSet::new();
    for relation in &bill.inventory.relations {
        ends.insert(&relation.from);
        ends.insert(&relation.to);
    }
    count(bill, what, Some(Field::Lineage), counted, |one| {
        ends.contains(&one.id)
    })
}

fn has_io(facts: &ModelFacts) -> bool {
    !facts.inputs.is_empty()
        || !facts.outputs.is_empty()
        || facts.context_length.is_some()
        || facts.tokenizer.is_some()
}

fn model(bill: &ReadBill, fact: &str) -> Tally {
    let models =
        |one: &Component| matches!(one.role, Role::Model | Role::Adapter | Role::HostedModel);
    let count = |field: Option<Field>, has: &dyn Fn(&Component) -> bool| {
        count(bill, "models", field, models, has)
    };
    let facts = |one: &Component, test: &dyn Fn(&ModelFacts) -> bool| {
        one.model.as_deref().is_some_and(test)
    };
    match fact {
        "name" => count(Some(Field::Name), &|one| !one.name.is_empty()),
        "identifier" => count(Some(Field::Identifier), &has_identifier),
        "version" => count(Some(Field::Version), &has_version),
        "timestamp" => count(None, &|one| one.released.is_some()),
        "producer" => count(Some(Field::Supplier), &|one| one.supplier.is_some()),
        "description" => count(Some(Field::Description), &|one| one.description.is_some()),
        "hash" | "hash-algorithm" => count(Some(Field::Hash), &|one| !one.hashes.is_empty()),
        "properties" => count(Some(Field::Architecture), &|one| {
            facts(one, &|facts| {
                facts.architecture.is_some()
                    || facts.family.is_some()
                    || facts.parameter_count.is_some()
            })
        }),
        "input-output" => count(Some(Field::InputOutput), &|one| facts(one, &has_io)),
        "training" => count(Some(Field::Training), &|one| {
            facts(one, &|facts| {
                facts.training.is_some()
                    || facts.approach.is_some()
                    || !facts.hyperparameters.is_empty()
            })
        }),
        "licence" => count(Some(Field::Licence), &|one| !one.licences.is_empty()),
        "references" => count(None, &|one| !one.references.is_empty()),
        _ => Tally::one(false),
    }
}

fn dataset(bill: &ReadBill, fact: &str) -> Tally {
    let sets = |one: &Component| matches!(one.role, Role::Dataset | Role::EvaluationSet);
    let count = |field: Option<Field>, has: &dyn Fn(&Component) -> bool| {
        count(bill, "data sets", field, sets, has)
    };
    let facts = |one: &Component,
                 test: &dyn Fn(&waybill_domain::inventory::DatasetFacts) -> bool| {
        one.dataset.as_deref().is_some_and(test)
    };
    match fact {
        "name" => count(Some(Field::Name), &|one| !one.name.is_empty()),
        "description" => count(Some(Field::Description), &|one| one.description.is_some()),
        "content" => count(Some(Field::Content), &|one| {
            facts(one, &|facts| {
                !facts.formats.is_empty() || !facts.kinds.is_empty()
            })
        }),
        "identifier" => count(Some(Field::Identifier), &|one| {
            has_identifier(one)
                || one
                    .references
                    .iter()
                    .any(|link| link.kind == ReferenceKind::Distribution)
        }),
        "hash" => count(Some(Field::Hash), &|one| !one.hashes.is_empty()),
        "provenance" => count(Some(Field::Provenance), &|one| {
            facts(one, &|facts| {
                facts.collection.is_some() || facts.annotation.is_some()
            })
        }),
        "statistics" => count(Some(Field::Content), &|one| {
            facts(one, &|facts| {
                facts.records.is_some() || facts.size_bytes.is_some()
            })
        }),
        "sensitivity" => count(Some(Field::Sensitivity), &|one| {
            facts(one, &|facts| facts.sensitive.is_some())
        }),
        "relations" => derived(bill, sets),
        "licence" => count(Some(Field::Licence), &|one| !one.licences.is_empty()),
        _ => Tally::one(false),
    }
}

/// Data sets that say what they were made from or for what they were used.
fn derived(bill: &ReadBill, sets: impl Fn(&Component) -> bool) -> Tally {
    let mut ends = std::collections::BTreeSet::new();
    for relation in &bill.inventory.relations {
        if relation.kind != RelationKind::Contains {
            ends.insert(&relation.from);
            ends.insert(&relation.to);
        }
    }
    count(bill, "data sets", Some(Field::Lineage), sets, |one| {
        ends.contains(&one.id)
    })
}
