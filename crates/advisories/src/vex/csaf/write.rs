use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use waybill_domain::vex::{VexDocument, VexProduct, VexStatement, VexStatus, Weakness};

use super::super::{Losses, VexError};
use super::{RESPONSES, STATUSES};

/// Said where something is affected and nobody says what to do: the profile asks for words.
const NO_REMEDY: &str = "No remedy or mitigation has been stated.";
/// Categories of those who speak.
const ROLES: [&str; 6] = [
    "coordinator",
    "discoverer",
    "other",
    "translator",
    "user",
    "vendor",
];

pub(in super::super) fn write(
    document: &VexDocument,
    losses: &mut Losses,
) -> Result<Value, VexError> {
    let needed = |what: &str| VexError::Field {
        pointer: what.to_owned(),
        reason: "CSAF asks for it, and nobody says it".to_owned(),
    };
    let namespace = document
        .namespace
        .as_ref()
        .ok_or_else(|| needed("namespace of the author (a URL under their control)"))?;
    let issued = document
        .issued
        .as_ref()
        .ok_or_else(|| needed("time of the document"))?;
    let updated = document.updated.as_ref().unwrap_or(issued);
    if document.statements.is_empty() {
        return Err(needed("statement"));
    }
    let role = document
        .role
        .as_deref()
        .filter(|role| ROLES.contains(role))
        .unwrap_or("other");
    losses.note_if(
        document.role.as_deref().is_some_and(|given| given != role),
        "role of the author",
    );
    let version = if is_version(&document.version) {
        document.version.clone()
    } else {
        losses.note("version of the document");
        "1".to_owned()
    };
    let mut tracking = json!({
        "current_release_date": updated,
        "id": document.id.trim(),
        "initial_release_date": issued,
        "revision_history": [{ "date": updated, "number": version, "summary": "As stated in this document." }],
        "status": "final",
        "version": version,
    });
    if let (Some(tooling), Some(tracking)) = (&document.tooling, tracking.as_object_mut()) {
        tracking.insert("generator".into(), json!({ "engine": { "name": tooling } }));
    }
    let mut tree = Tree::default();
    let vulnerabilities = vulnerabilities(document, &mut tree, losses);
    Ok(json!({
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "publisher": { "category": role, "name": document.author, "namespace": namespace },
            "title": document.title.as_deref().unwrap_or("Whether known weaknesses matter"),
            "tracking": tracking,
        },
        "product_tree": tree.written(),
        "vulnerabilities": vulnerabilities,
    }))
}

/// A whole number, or a semantic version: what CSAF takes as a version of a document.
fn is_version(text: &str) -> bool {
    let number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|digit| digit.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let parts: Vec<&str> = text.split('.').collect();
    matches!(parts.len(), 1 | 3) && parts.into_iter().all(number)
}

/// Products and parts with the ids that they get.
#[derive(Default)]
struct Tree {
    products: Vec<(VexProduct, String)>,
    /// Part, whole.
    relations: Vec<(usize, usize)>,
    ids: BTreeSet<String>,
}

impl Tree {
    fn single(&mut self, product: &VexProduct) -> usize {
        let wanted = VexProduct {
            parts: Vec::new(),
            ..product.clone()
        };
        let known = self.products.iter().position(|(known, _)| *known == wanted);
        if let Some(index) = known {
            return index;
        }
        let index = self.products.len();
        let mut id = wanted.id.trim().to_owned();
        let mut number = index;
        // Two that differ need two ids.
        while id.is_empty() || !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("CSAFPID-{number:04}");
        }
        self.products.push((wanted, id));
        index
    }

    /// The ids of a product: of itself, or of each of its parts within it.
    fn ids(&mut self, product: &VexProduct) -> Vec<String> {
        let whole = self.single(product);
        if product.parts.is_empty() {
            return vec![self.single_id(whole)];
        }
        product
            .parts
            .iter()
            .map(|part| {
                let pair = (self.single(part), whole);
                let known = self.relations.iter().position(|known| *known == pair);
                let index = known.unwrap_or_else(|| {
                    self.relations.push(pair);
                    self.relations.len() - 1
                });
                self.relation_id(index)
            })
            .collect()
    }

    fn single_id(&self, index: usize) -> String {
        self.products
            .get(index)
            .map_or_else(String::new, |(_, id)| id.clone())
    }

    /// Both ids joined are no id of a product, since the ids of products differ.
    fn relation_id(&self, index: usize) -> String {
        let ids = self
            .relations
            .get(index)
            .map(|(part, whole)| [self.single_id(*part), self.single_id(*whole)]);
        ids.map_or_else(String::new, |ids| ids.join(" in "))
    }

    fn written(&self) -> Value {
        let mut names = Vec::new();
        let mut branches = Vec::new();
        for (product, id) in &self.products {
            let full = full_name(product, id);
            match branch(product, &full) {
                Some(branch) => branches.push(branch),
                None => names.push(full),
            }
        }
        let relations: Vec<Value> = self
            .relations
            .iter()
            .enumerate()
            .map(|(index, (part, whole))| {
                let name = |index: &usize| {
                    self.products
                        .get(*index)
                        .map_or("", |(product, _)| product.shown())
                };
                json!({
                    "category": "default_component_of",
                    "product_reference": self.single_id(*part),
                    "relates_to_product_reference": self.single_id(*whole),
                    "full_product_name": {
                        "name": format!("{} as part of {}", name(part), name(whole)),
                        "product_id": self.relation_id(index),
                    },
                })
            })
            .collect();
        let mut out = Map::new();
        for (key, list) in [
            ("branches", branches),
            ("full_product_names", names),
            ("relationships", relations),
        ] {
            if !list.is_empty() {
                out.insert(key.to_owned(), list.into());
            }
        }
        out.into()
    }
}

fn full_name(product: &VexProduct, id: &str) -> Value {
    let mut out = Map::new();
    let shown = product.name.as_deref().unwrap_or_else(|| product.shown());
    let name = if shown.is_empty() { id } else { shown };
    out.insert("name".into(), name.into());
    out.insert("product_id".into(), id.into());
    let mut identified = Map::new();
    if let Some(purl) = product.package_url() {
        identified.insert("purl".into(), purl.into());
    }
    if let Some(cpe) = &product.cpe {
        identified.insert("cpe".into(), cpe.clone().into());
    }
    if !product.hashes.is_empty() {
        let hashes: Vec<Value> = product
            .hashes
            .iter()
            .filter(|(_, digits)| digits.len() >= 32)
            .map(|(name, digits)| json!({ "algorithm": name.replacen("sha-", "sha", 1), "value": digits }))
            .collect();
        let filename = product.filename.as_deref().unwrap_or(name);
        if !hashes.is_empty() {
            identified.insert(
                "hashes".into(),
                json!([{ "file_hashes": hashes, "filename": filename }]),
            );
        }
    }
    if !identified.is_empty() {
        out.insert("product_identification_helper".into(), identified.into());
    }
    out.into()
}

/// The branches that say supplier and version of a product, if anything is to be said.
fn branch(product: &VexProduct, full: &Value) -> Option<Value> {
    let (category, version) = match (&product.version_range, &product.version) {
        (Some(range), _) => ("product_version_range", range),
        (None, Some(version)) => ("product_version", version),
        (None, None) => {
            let supplier = product.supplier.as_ref()?;
            return Some(json!({
                "category": "vendor",
                "name": supplier,
                "branches": [{ "category": "product_name", "name": full.get("name"), "product": full }],
            }));
        }
    };
    let named = json!({
        "category": "product_name",
        "name": full.get("name"),
        "branches": [{ "category": category, "name": version, "product": full }],
    });
    Some(match &product.supplier {
        Some(supplier) => json!({ "category": "vendor", "name": supplier, "branches": [named] }),
        None => named,
    })
}

/// One entry a weakness: CSAF refuses two of the same CVE.
fn vulnerabilities(document: &VexDocument, tree: &mut Tree, losses: &mut Losses) -> Vec<Value> {
    let mut by_name: Vec<(&Weakness, Vec<&VexStatement>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in &document.statements {
        let name = statement.weakness.name.as_str();
        match places.get(name).and_then(|place| by_name.get_mut(*place)) {
            Some((_, statements)) => statements.push(statement),
            None => {
                places.insert(name, by_name.len());
                by_name.push((&statement.weakness, vec![statement]));
            }
        }
    }
    by_name
        .into_iter()
        .map(|(weakness, mut statements)| {
            // What is said later stands for what was said before.
            statements.sort_by_key(|statement| std::cmp::Reverse(document.said(statement)));
            vulnerability(weakness, &statements, tree, losses)
        })
        .collect()
}

fn vulnerability(
    weakness: &Weakness,
    statements: &[&VexStatement],
    tree: &mut Tree,
    losses: &mut Losses,
) -> Value {
    let mut out = named(weakness);
    losses.note_if(weakness.id.is_some(), "address of a weakness");
    let mut statuses: Map<String, Value> = Map::new();
    let mut lists = Lists::default();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for statement in statements {
        note_losses(statement, losses);
        let mut ids: Vec<String> = statement
            .products
            .iter()
            .flat_map(|product| tree.ids(product))
            .collect();
        losses.note_if(ids.is_empty(), "statement without a product");
        let before = ids.len();
        // A product stands under one status only.
        ids.retain(|id| taken.insert(id.clone()));
        losses.note_if(
            ids.len() < before,
            "statement that another of the same product replaces",
        );
        if ids.is_empty() {
            continue;
        }
        let member = STATUSES
            .into_iter()
            .find_map(|(member, status)| (status == statement.status).then_some(member));
        if let Some(list) = member.and_then(|member| {
            statuses
                .entry(member)
                .or_insert_with(|| Value::Array(Vec::new()))
                .as_array_mut()
        }) {
            list.extend(ids.iter().cloned().map(Value::from));
        }
        lists.take(statement, &ids, losses);
    }
    if !statuses.is_empty() {
        out.insert("product_status".into(), statuses.into());
    }
    for (key, list) in [
        ("flags", lists.flags),
        ("threats", lists.threats),
        ("remediations", lists.remediations),
    ] {
        if !list.is_empty() {
            out.insert(key.to_owned(), list.into());
        }
    }
    out.into()
}

fn note_losses(statement: &VexStatement, losses: &mut Losses) {
    losses.note_if(statement.id.is_some(), "id of a statement");
    losses.note_if(statement.version.is_some(), "version of a statement");
    losses.note_if(statement.supplier.is_some(), "supplier of a statement");
    losses.note_if(
        statement.state.is_some(),
        "exact state of the analysis (CycloneDX)",
    );
    losses.note_if(
        statement.updated.is_some() && statement.issued.is_some(),
        "time of a statement's last change",
    );
}

#[derive(Default)]
struct Lists {
    flags: Vec<Value>,
    threats: Vec<Value>,
    remediations: Vec<Value>,
}

impl Lists {
    fn take(&mut self, statement: &VexStatement, ids: &[String], losses: &mut Losses) {
        let said = statement.issued.as_ref().or(statement.updated.as_ref());
        let dated = |mut entry: Map<String, Value>, date: Option<&String>| {
            if let Some(date) = date {
                entry.insert("date".into(), date.clone().into());
            }
            entry.insert("product_ids".into(), json!(ids));
            Value::from(entry)
        };
        let not_affected = statement.status == VexStatus::NotAffected;
        if let Some(justification) = statement.justification.filter(|_| not_affected) {
            let nearest = justification.in_open_vex();
            losses.note_if(
                nearest != justification,
                "justification that only CycloneDX has (the nearest is written)",
            );
            let mut entry = Map::new();
            entry.insert("label".into(), nearest.as_str().into());
            self.flags.push(dated(entry, said));
        }
        let impact = statement.impact.as_ref().or_else(|| {
            statement
                .notes
                .as_ref()
                .filter(|_| not_affected && statement.justification.is_none())
        });
        losses.note_if(
            statement.notes.is_some() && impact != statement.notes.as_ref(),
            "notes on how a status was determined",
        );
        if let Some(impact) = impact {
            let mut entry = Map::new();
            entry.insert("category".into(), "impact".into());
            entry.insert("details".into(), impact.clone().into());
            self.threats.push(dated(entry, said));
        } else {
            losses.note_if(
                said.is_some() && statement.justification.is_none(),
                "time of a statement",
            );
        }
        let affected = statement.status == VexStatus::Affected;
        let responses: Vec<&str> = RESPONSES
            .into_iter()
            .filter(|(_, response)| statement.responses.iter().any(|given| given == response))
            .map(|(category, _)| category)
            .collect();
        if statement.action.is_none() && !affected {
            losses.note_if(!responses.is_empty(), "sort of response");
            return;
        }
        let fallback = match &statement.action {
            Some(_) => "mitigation",
            None => "none_available",
        };
        let details = statement.action.as_deref().unwrap_or(NO_REMEDY);
        let categories = if responses.is_empty() {
            vec![fallback]
        } else {
            responses
        };
        for category in categories {
            let mut entry = Map::new();
            entry.insert("category".into(), category.into());
            entry.insert("details".into(), details.into());
            self.remediations
                .push(dated(entry, statement.action_issued.as_ref()));
        }
    }
}

fn named(weakness: &Weakness) -> Map<String, Value> {
    let mut out = Map::new();
    let mut names: Vec<&str> = weakness.names().filter(|name| !name.is_empty()).collect();
    if let Some(cve) = names.iter().position(|name| is_cve(name)) {
        out.insert("cve".into(), names.remove(cve).into());
    }
    let mut ids: Vec<Value> = Vec::new();
    for name in names {
        let id = json!({ "system_name": system(name), "text": name });
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if !ids.is_empty() {
        out.insert("ids".into(), ids.into());
    }
    let text = weakness.description.as_deref().unwrap_or(&weakness.name);
    out.insert(
        "notes".into(),
        json!([{ "category": "description", "text": text }]),
    );
    out
}

fn is_cve(name: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    name.strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| {
            year.len() == 4 && number.len() >= 4 && digits(year) && digits(number)
        })
}

/// Who gives out ids of this shape.
fn system(name: &str) -> &'static str {
    if name.starts_with("waybill:") {
        return "Waybill rule";
    }
    match name.split_once('-').map(|(prefix, _)| prefix) {
        Some("GHSA") => "GitHub Advisory Database",
        Some("PYSEC") => "PyPA Advisory Database",
        Some("RUSTSEC") => "RustSec Advisory Database",
        Some("GO") => "Go Vulnerability Database",
        Some("MAL") => "OpenSSF Malicious Packages",
        Some("CVE") => "CVE",
        _ => "OSV",
    }
}
