//! A CycloneDX document as an inventory.

mod component;
mod data;
pub(crate) mod licences;
mod metadata;
mod model_card;
mod parties;
mod properties;
mod service;
mod statements;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::io::Read;

use serde_json::Value;
use waybill_domain::{
    bill::{BillFormat, Unmapped},
    inventory::{INVENTORY_SCHEMA, Inventory, RelationKind, Standing},
};

use self::component::component;
use super::{
    document::{dangling_pointer, taken_in},
    intake::{Consumer, Intake, Taken},
};
use crate::bill::{
    BillError, BillLimits, ReadBill, beside,
    gathering::{Found, Gathering, Symbol},
    purpose::Purpose,
    taking::Taking,
};

/// Reads a document in JSON, part by part.
pub(crate) fn json(
    reader: &mut dyn Read,
    limits: &BillLimits,
    purpose: Purpose,
) -> Result<ReadBill, BillError> {
    let mut reading = Reading::new(purpose);
    let mut intake = Intake::for_purpose(*limits, purpose, &mut reading);
    let outline = beside::split(reader, limits, &mut intake)?;
    let taken = intake.finish(outline.value, outline.duplicates)?;
    Ok(reading.finish(taken, BillFormat::CyclonedxJson, limits))
}

/// Reads a document in XML, its big lists item by item.
pub(crate) fn xml(
    reader: &mut dyn Read,
    limits: &BillLimits,
    purpose: Purpose,
) -> Result<ReadBill, BillError> {
    let mut reading = Reading::new(purpose);
    let mut intake = Intake::for_purpose(*limits, purpose, &mut reading);
    let converted = taken_in(reader, limits, &mut intake)?;
    let signed = converted.signed();
    let mut taken = intake.finish(converted.document, Vec::new())?;
    for name in &converted.foreign {
        reading
            .gathering
            .count(Unmapped::from([(format!("/{name}"), 1)]));
    }
    if signed {
        super::document::forgive_signatures(&mut taken.problems);
    }
    let mut bill = reading.finish(taken, BillFormat::CyclonedxXml, limits);
    bill.document.signed |= signed;
    Ok(bill)
}

/// What an element of a list of the top level is for an inventory.
enum Part {
    /// Components or services, each with the place of the one that holds it.
    Found(Vec<(Found, Option<usize>)>, Unmapped),
    /// One thing needs others.
    Needs(String, Vec<String>, Unmapped),
    /// Somebody stated some fields.
    Cited(statements::Cited, Unmapped),
    /// Nothing.
    Other(Unmapped),
}

#[derive(Default)]
struct Reading {
    purpose: Purpose,
    gathering: Gathering,
    needs: Vec<(Symbol, Symbol)>,
    /// The elements of the two lists, by their index.
    components: Vec<Symbol>,
    services: Vec<Symbol>,
    cited: Vec<statements::Cited>,
    /// Pairs that relate in a way that is not just need.
    related: HashSet<(Symbol, Symbol)>,
}

impl Consumer for Reading {
    type Part = Part;

    fn wants(&self, key: &str) -> bool {
        self.purpose != Purpose::Comparison || matches!(key, "components" | "services")
    }

    fn part(&self, key: &str, _index: usize, value: Value) -> Part {
        let mut unmapped = Unmapped::new();
        let mut object = Taking::of(value);
        let mut found = Vec::new();
        match key {
            "components" => {
                component(object, &mut found, None, &mut |rest| {
                    self.left(&rest, "/components/*", &mut unmapped);
                });
                self.thin(&mut found);
                Part::Found(found, unmapped)
            }
            "services" => {
                service::service(object, &mut found, None, &mut |rest| {
                    self.left(&rest, "/services/*", &mut unmapped);
                });
                self.thin(&mut found);
                Part::Found(found, unmapped)
            }
            "dependencies" => {
                let from = object.text("ref").unwrap_or_default();
                let to = object.texts("dependsOn");
                object.left("/dependencies/*", &mut unmapped);
                Part::Needs(from, to, unmapped)
            }
            _ => {
                let cited = (key == "citations")
                    .then(|| statements::cited(&mut object))
                    .flatten();
                object.left(&format!("/{key}/*"), &mut unmapped);
                match cited {
                    Some(cited) => Part::Cited(cited, unmapped),
                    None => Part::Other(unmapped),
                }
            }
        }
    }

    fn take(&mut self, part: Part) {
        match part {
            Part::Found(found, unmapped) => {
                self.gathering.count(unmapped);
                let service = found.first().is_some_and(|(one, _)| one.service);
                let outermost = self.add(found);
                if service {
                    self.services.extend(outermost);
                } else {
                    self.components.extend(outermost);
                }
            }
            Part::Cited(cited, unmapped) => {
                self.gathering.count(unmapped);
                self.cited.push(cited);
            }
            Part::Needs(from, to, unmapped) => {
                self.gathering.count(unmapped);
                let from = self.gathering.symbol(&from);
                for target in to {
                    let target = self.gathering.symbol(&target);
                    self.needs.push((from, target));
                }
            }
            Part::Other(unmapped) => self.gathering.count(unmapped),
        }
    }
}

impl Reading {
    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            ..Self::default()
        }
    }

    fn left(&self, rest: &Taking, pattern: &str, unmapped: &mut Unmapped) {
        if self.purpose != Purpose::Comparison {
            rest.left(pattern, unmapped);
        }
    }

    fn thin(&self, found: &mut [(Found, Option<usize>)]) {
        for (one, _) in found {
            self.purpose.thin(&mut one.component);
        }
    }

    /// Adds components and how they hold each other; gives the outermost.
    fn add(&mut self, found: Vec<(Found, Option<usize>)>) -> Vec<Symbol> {
        let mut outermost = Vec::new();
        let mut symbols: Vec<Symbol> = Vec::with_capacity(found.len());
        for (mut one, parent) in found {
            let links = std::mem::take(&mut one.links);
            let symbol = self.gathering.add(one);
            for (kind, target, standing) in links {
                let to = self.gathering.target(target);
                self.related.insert((symbol, to));
                self.gathering.relate(symbol, kind, to, standing);
            }
            match parent.and_then(|parent| symbols.get(parent)) {
                Some(holder) => self.gathering.relate(
                    *holder,
                    RelationKind::Contains,
                    symbol,
                    Standing::Claimed,
                ),
                None => outermost.push(symbol),
            }
            symbols.push(symbol);
        }
        outermost
    }

    /// Gives the statements of citations to the components that they speak of.
    fn state(&mut self) {
        for cited in std::mem::take(&mut self.cited) {
            for (list, index, field) in cited.places {
                let symbols = if list == "services" {
                    &self.services
                } else {
                    &self.components
                };
                let component = symbols
                    .get(index)
                    .and_then(|symbol| self.gathering.component_mut(*symbol));
                if let Some(component) = component {
                    let value = statements::said_of(component, field);
                    component.state(field, value, cited.standing, &cited.by, None);
                }
            }
        }
    }

    fn finish(mut self, taken: Taken, format: BillFormat, limits: &BillLimits) -> ReadBill {
        let mut problems = taken.problems;
        for (pointer, place) in taken.pointers {
            if !leads_somewhere(&pointer, &taken.skeleton, &taken.counts) {
                problems.add(dangling_pointer(&pointer, place), limits.problems);
            }
        }
        let head = metadata::head(
            Taking(taken.skeleton),
            format,
            taken.version.as_str(),
            &mut self.gathering,
        );
        let subject = self.gathering.subject(head.reference.as_deref());
        for (kind, target) in head.links {
            let target = self.gathering.symbol(&target);
            self.related.insert((subject, target));
            self.gathering
                .relate(subject, kind, target, Standing::Claimed);
        }
        for object in head.inner {
            let mut found = Vec::new();
            let mut unmapped = Unmapped::new();
            component(object, &mut found, None, &mut |rest| {
                rest.left("/metadata/component/components/*", &mut unmapped);
            });
            self.gathering.count(unmapped);
            for symbol in self.add(found) {
                self.gathering
                    .relate(subject, RelationKind::Contains, symbol, Standing::Claimed);
            }
        }
        for (from, to) in std::mem::take(&mut self.needs) {
            if !self.related.contains(&(from, to)) {
                self.gathering
                    .relate(from, RelationKind::DependsOn, to, Standing::Claimed);
            }
        }
        self.state();
        let gathered = self.gathering.finish();
        ReadBill {
            document: head.document,
            inventory: Inventory {
                schema: INVENTORY_SCHEMA.to_owned(),
                tool: head.tool,
                subject: head.subject,
                components: gathered.components,
                suppliers: gathered.suppliers,
                relations: gathered.relations,
                findings: Vec::new(),
                unread: head.unread,
                summary: gathered.summary,
            },
            problems,
            unmapped: gathered.unmapped,
        }
    }
}

/// True if a pointer leads into the skeleton, or to an element of a list; what is within elements
/// is gone by then.
fn leads_somewhere(
    pointer: &str,
    skeleton: &serde_json::Map<String, Value>,
    counts: &std::collections::BTreeMap<String, usize>,
) -> bool {
    let mut steps = pointer.strip_prefix('/').unwrap_or_default().splitn(3, '/');
    let (Some(first), second, third) = (steps.next(), steps.next(), steps.next()) else {
        return false;
    };
    match (counts.get(first), second) {
        (Some(count), Some(index)) => index.parse::<usize>().is_ok_and(|index| index < *count),
        (_, None) => skeleton.contains_key(first),
        (None, Some(second)) => {
            let rest = match third {
                Some(third) => format!("/{second}/{third}"),
                None => format!("/{second}"),
            };
            skeleton
                .get(first)
                .is_some_and(|value| value.pointer(&rest).is_some())
        }
    }
}
