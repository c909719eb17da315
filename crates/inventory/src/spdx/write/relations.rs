use serde_json::{Value, json};
use waybill_domain::inventory::{Component, ComponentId, Licence, Relation, RelationKind, Role};

use super::{
    document::Bill,
    licences::{is_concluded, licence_id, term},
};
use crate::bill::{object::Object, roots::roots};

/// SPDX's word for a relation to a component of that role.
fn word(kind: RelationKind, to: Option<Role>) -> &'static str {
    match kind {
        RelationKind::Contains => "contains",
        RelationKind::Uses => match to {
            Some(Role::AgentTool) => "usesTool",
            Some(Role::Dataset | Role::EvaluationSet) => "hasDataFile",
            _ => "dependsOn",
        },
        RelationKind::DependsOn | RelationKind::AdapterOf | RelationKind::ServedBy => "dependsOn",
        RelationKind::FineTunedFrom
        | RelationKind::QuantisedFrom
        | RelationKind::MergedFrom
        | RelationKind::DerivedFrom
        | RelationKind::BuiltOn => "descendantOf",
        RelationKind::TrainedOn => "trainedOn",
        RelationKind::EvaluatedOn => "testedOn",
        RelationKind::DescribedBy => "hasMetadata",
    }
}

/// All relationships: those of the inventory, those of the subject to what it names itself, and
/// the licences.
pub(super) fn relations<'b>(bill: &'b Bill<'_>) -> impl Iterator<Item = Value> + 'b {
    let between = bill.inventory.relations.iter().enumerate();
    between
        .filter_map(|(number, relation)| between_components(bill, number, relation))
        .chain(of_subject(bill))
        .chain(licensed(
            bill,
            &bill.subject,
            &bill.inventory.subject.licences,
        ))
        .chain(
            bill.inventory
                .components
                .iter()
                .enumerate()
                .flat_map(|(place, component)| {
                    licensed(bill, bill.ids.at(place), &component.licences)
                }),
        )
}

fn relationship(bill: &Bill<'_>, id: &str, from: &str, kind: &str, to: Value) -> Object {
    let mut object = bill.element("Relationship", id);
    object.put("from", from);
    object.put("relationshipType", kind);
    object.put("to", to);
    object
}

fn between_components(bill: &Bill<'_>, number: usize, relation: &Relation) -> Option<Value> {
    let from = bill.ids.of(&relation.from)?;
    let to = bill.ids.of(&relation.to)?;
    let role = bill.component(&relation.to).map(|component| component.role);
    let id = bill.ids.own(&format!("relation-{number}"));
    let kind = word(relation.kind, role);
    let mut object = relationship(bill, &id, &from, kind, json!([to]));
    object.put(
        "comment",
        format!("{}, {}", relation.kind.as_str(), relation.standing.as_str()),
    );
    Some(object.into_value())
}

/// What the subject depends on by itself, unless a relation of the inventory says so already.
fn of_subject(bill: &Bill<'_>) -> Option<Value> {
    let subject = ComponentId::subject();
    let said: std::collections::HashSet<&ComponentId> = bill
        .inventory
        .relations
        .iter()
        .filter(|relation| relation.from == subject)
        .map(|relation| &relation.to)
        .collect();
    let component = |place: usize| -> Option<&Component> { bill.inventory.components.get(place) };
    let targets: Vec<&str> = roots(bill.inventory)
        .into_iter()
        .filter(|place| component(*place).is_some_and(|found| !said.contains(&found.id)))
        .map(|place| bill.ids.at(place))
        .collect();
    if targets.is_empty() {
        return None;
    }
    let id = bill.ids.own("relation-of-subject");
    let mut object = relationship(bill, &id, &bill.subject, "dependsOn", json!(targets));
    let completeness = if bill.inventory.unread.is_empty() {
        "noAssertion"
    } else {
        "incomplete"
    };
    object.put("completeness", completeness);
    Some(object.into_value())
}

fn licensed<'b>(
    bill: &'b Bill<'_>,
    from: &'b str,
    licences: &'b [Licence],
) -> impl Iterator<Item = Value> + 'b {
    let mut seen = std::collections::BTreeSet::new();
    licences.iter().filter_map(move |licence| {
        let term = term(licence)?;
        let concluded = is_concluded(licence);
        if !seen.insert((concluded, term.expression.clone())) {
            return None;
        }
        let kind = if concluded {
            "hasConcludedLicense"
        } else {
            "hasDeclaredLicense"
        };
        let id = format!("{from}-licence-{}", seen.len());
        let to = json!([licence_id(bill, &term.expression)]);
        Some(relationship(bill, &id, from, kind, to).into_value())
    })
}
