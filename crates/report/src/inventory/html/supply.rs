use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, Inventory, ServiceFacts, SupplierId};

use super::super::names::Names;
use super::super::say;
use super::left_out;
use crate::neutral::neutral_ends;
use crate::words::LONGEST_NAME;

const SUPPLIERS_SHOWN: usize = 1_000;
const FLOWS_SHOWN: usize = 500;

pub(super) struct SupplierRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) standing: &'static str,
    pub(super) country: String,
    pub(super) contact: String,
    pub(super) page: String,
    pub(super) components: usize,
}

/// Data on its way to or from a service.
pub(super) struct Flow {
    pub(super) service: String,
    pub(super) row: String,
    pub(super) endpoint: String,
    pub(super) region: String,
    pub(super) what: Vec<String>,
    pub(super) authenticated: &'static str,
    pub(super) external: &'static str,
}

/// Suppliers, those of most components first, and how many are not listed.
pub(super) fn suppliers(
    inventory: &Inventory,
    names: &Names<'_>,
) -> (Vec<SupplierRow>, Option<String>) {
    let mut counted: BTreeMap<&SupplierId, usize> = BTreeMap::new();
    for component in &inventory.components {
        if let Some(id) = &component.supplier {
            *counted.entry(id).or_default() += 1;
        }
    }
    let mut rows: Vec<SupplierRow> = inventory
        .suppliers
        .iter()
        .map(|supplier| SupplierRow {
            id: names.supplier_row(&supplier.id).unwrap_or_default(),
            name: neutral_ends(&supplier.name, 120),
            kind: say::supplier_kind(supplier.kind),
            standing: supplier.standing.as_str(),
            country: neutral_ends(supplier.country.as_deref().unwrap_or_default(), 20),
            contact: neutral_ends(
                supplier.security_contact.as_deref().unwrap_or_default(),
                LONGEST_NAME,
            ),
            page: supplier
                .urls
                .first()
                .map_or_else(String::new, |url| neutral_ends(url, LONGEST_NAME)),
            components: counted.get(&supplier.id).copied().unwrap_or(0),
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.components));
    let rest = rows.len().saturating_sub(SUPPLIERS_SHOWN) as u64;
    rows.truncate(SUPPLIERS_SHOWN);
    (rows, left_out(rest, "more supplier"))
}

/// What flows to services, hosted models whose service is no component of its own included.
pub(super) fn flows(inventory: &Inventory, names: &Names<'_>) -> Vec<Flow> {
    let components = inventory.components.iter();
    let flows = components.filter_map(|component| match (&component.service, &component.hosted) {
        (Some(service), _) => reaches_out(service).then(|| of_service(component, service, names)),
        (None, Some(hosted)) if hosted.service.is_none() => Some(Flow {
            endpoint: neutral_ends(hosted.host.as_deref().unwrap_or_default(), LONGEST_NAME),
            region: neutral_ends(hosted.region.as_deref().unwrap_or_default(), 80),
            ..empty(component, names)
        }),
        _ => None,
    });
    flows.take(FLOWS_SHOWN).collect()
}

fn reaches_out(service: &ServiceFacts) -> bool {
    !service.flows.is_empty() || !service.endpoints.is_empty() || service.host.is_some()
}

fn empty(component: &Component, names: &Names<'_>) -> Flow {
    Flow {
        service: neutral_ends(&component.full_name(), 120),
        row: names.row(&component.id).unwrap_or_default(),
        endpoint: String::new(),
        region: String::new(),
        what: Vec::new(),
        authenticated: "",
        external: "",
    }
}

fn of_service(component: &Component, service: &ServiceFacts, names: &Names<'_>) -> Flow {
    let host = service.host.as_deref().unwrap_or_default();
    let endpoint = service.endpoints.first().map_or(host, String::as_str);
    let answer = |known: Option<bool>, yes, no| match known {
        Some(true) => yes,
        Some(false) => no,
        None => "",
    };
    Flow {
        endpoint: neutral_ends(endpoint, LONGEST_NAME),
        region: neutral_ends(service.region.as_deref().unwrap_or_default(), 80),
        what: service
            .flows
            .iter()
            .take(8)
            .map(|flow| {
                format!(
                    "{}, {} ({})",
                    neutral_ends(&flow.what, 120),
                    say::direction(flow.direction),
                    neutral_ends(&flow.classification, 120)
                )
            })
            .collect(),
        authenticated: answer(service.authenticated, "yes", "no"),
        external: answer(service.external, "outside", "inside"),
        ..empty(component, names)
    }
}
