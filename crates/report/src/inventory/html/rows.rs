use std::collections::BTreeMap;

use waybill_domain::inventory::{
    Component, ComponentId, Inventory, Pin, Relation, Role, Statement,
};

use super::super::facts::{Fact, facts};
use super::super::names::{Names, is_software};
use super::super::order::{at, groups, heading, version};
use super::super::say;
use super::{left_out, section};
use crate::neutral::{neutral_ends, neutral_start};
use crate::words::{LONGEST_NAME, LONGEST_TEXT, plural};

/// Rows of a table; a page with tens of thousands is no longer looked at.
const ROWS_SHOWN: usize = 2_000;
/// Tables up to this length are unfolded, if they are of software.
const ROWS_OPEN: usize = 12;
/// Components of a role whose facts the page holds, beyond their row.
const DETAILED: usize = 300;
const PLACES_SHOWN: usize = 3;
const STATEMENTS_SHOWN: usize = 60;
const RELATIONS_SHOWN: usize = 24;

/// All components of a role.
pub(super) struct Section {
    pub(super) id: String,
    pub(super) heading: &'static str,
    pub(super) counted: String,
    /// The table is unfolded.
    pub(super) open: bool,
    pub(super) rows: Vec<Row>,
    pub(super) left_out: Option<String>,
    /// Columns in which something stands.
    pub(super) versions: bool,
    pub(super) suppliers: bool,
    pub(super) licences: bool,
    pub(super) places: bool,
    pub(super) columns: usize,
}

pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_full: String,
    pub(super) remote_code: bool,
    pub(super) scope: &'static str,
    pub(super) version: String,
    pub(super) version_full: String,
    pub(super) pin: Option<Pin>,
    pub(super) supplier: String,
    pub(super) supplier_row: String,
    pub(super) licences: Vec<(String, &'static str)>,
    pub(super) places: Vec<String>,
    pub(super) places_left_out: usize,
    pub(super) facts: Vec<Fact>,
    pub(super) statements: Vec<Said>,
    pub(super) statements_left_out: Option<String>,
    /// What stands behind the fold.
    pub(super) more: String,
}

/// A statement, in the words of the page.
pub(super) struct Said {
    pub(super) field: String,
    pub(super) value: String,
    pub(super) standing: &'static str,
    pub(super) by: String,
}

pub(super) fn sections(inventory: &Inventory, names: &Names<'_>) -> Vec<Section> {
    let mut relations: BTreeMap<&ComponentId, Vec<&Relation>> = BTreeMap::new();
    for relation in &inventory.relations {
        relations.entry(&relation.from).or_default().push(relation);
    }
    let groups = groups(inventory).into_iter();
    groups
        .map(|(role, members)| of_role(role, &members, &relations, names))
        .collect()
}

fn of_role(
    role: Role,
    members: &[&Component],
    relations: &BTreeMap<&ComponentId, Vec<&Relation>>,
    names: &Names<'_>,
) -> Section {
    let none = Vec::new();
    let rows: Vec<Row> = members
        .iter()
        .take(ROWS_SHOWN)
        .enumerate()
        .map(|(index, component)| {
            let mut row = row(component, names);
            if index < DETAILED && (!is_software(role) || members.len() <= ROWS_OPEN) {
                let relations = relations.get(&component.id).unwrap_or(&none);
                detail(component, relations, names, &mut row);
            }
            row
        })
        .collect();
    let any = |column: fn(&Row) -> bool| rows.iter().any(column);
    let versions = any(|row| !row.version.is_empty() || row.pin.is_some());
    let suppliers = any(|row| !row.supplier.is_empty());
    let licences = any(|row| !row.licences.is_empty());
    let places = any(|row| !row.places.is_empty());
    let shown = [versions, suppliers, licences, places];
    Section {
        id: section(role),
        heading: heading(role),
        counted: plural(members.len() as u64, "component"),
        open: !is_software(role) || members.len() <= ROWS_OPEN,
        columns: 1 + shown.into_iter().filter(|shown| *shown).count(),
        left_out: left_out(
            members.len().saturating_sub(ROWS_SHOWN) as u64,
            "more component",
        ),
        rows,
        versions,
        suppliers,
        licences,
        places,
    }
}

fn row(component: &Component, names: &Names<'_>) -> Row {
    let full = component
        .version
        .as_ref()
        .or(component.requirement.as_ref());
    let supplier = component.supplier.as_ref();
    let places = component.occurrences.iter();
    let mut places: Vec<String> = places
        .map(|occurrence| neutral_ends(&at(occurrence), LONGEST_NAME))
        .take(PLACES_SHOWN)
        .collect();
    if let (true, Some(path)) = (places.is_empty(), &component.path) {
        places.push(neutral_ends(path, LONGEST_NAME));
    }
    let licences = say::licences_with_standing(component).into_iter();
    Row {
        id: names.row(&component.id).unwrap_or_default(),
        name: neutral_ends(&component.full_name(), 120),
        name_full: neutral_ends(&component.full_name(), LONGEST_TEXT),
        remote_code: component.remote_code == Some(true),
        scope: component.scope.map_or("", say::scope),
        version: neutral_ends(&version(component), 48),
        version_full: full.map_or_else(String::new, |full| neutral_ends(full, LONGEST_NAME)),
        pin: component.pin,
        supplier: neutral_ends(names.supplier(supplier), 80),
        supplier_row: supplier
            .and_then(|id| names.supplier_row(id))
            .unwrap_or_default(),
        licences: licences
            .take(4)
            .map(|(licence, standing)| (neutral_ends(licence, 80), standing.as_str()))
            .collect(),
        places,
        places_left_out: component.occurrences.len().saturating_sub(PLACES_SHOWN),
        facts: Vec::new(),
        statements: Vec::new(),
        statements_left_out: None,
        more: String::new(),
    }
}

fn detail(component: &Component, relations: &[&Relation], names: &Names<'_>, row: &mut Row) {
    row.facts = facts(component);
    let mut lines: Vec<String> = relations
        .iter()
        .take(RELATIONS_SHOWN)
        .map(|relation| {
            format!(
                "{} {} ({})",
                say::relation(relation.kind),
                neutral_ends(&names.end(&relation.to), LONGEST_NAME),
                relation.standing.as_str()
            )
        })
        .collect();
    let rest = relations.len().saturating_sub(RELATIONS_SHOWN);
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    if !lines.is_empty() {
        let label = "Relations";
        row.facts.insert(0, Fact { label, lines });
    }
    let said = component.statements.iter();
    row.statements = said.take(STATEMENTS_SHOWN).map(statement).collect();
    let rest = component.statements.len().saturating_sub(STATEMENTS_SHOWN);
    row.statements_left_out = left_out(rest as u64, "more statement");
    let counts = [
        (row.facts.len() as u64, "fact"),
        (component.statements.len() as u64, "statement"),
    ];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, noun)| plural(number, noun)).collect();
    row.more = counts.join(", ");
}

fn statement(statement: &Statement) -> Said {
    Said {
        field: say::field(statement.field),
        value: neutral_start(&statement.value, LONGEST_TEXT),
        standing: statement.standing.as_str(),
        by: match &statement.occurrence {
            Some(occurrence) if occurrence.path == statement.by => {
                neutral_ends(&at(occurrence), LONGEST_NAME)
            }
            _ => neutral_ends(&statement.by, LONGEST_NAME),
        },
    }
}
