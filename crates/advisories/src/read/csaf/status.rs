//! Which versions the product status means (section 3.2.3.9).

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_domain::advisory::{AffectedPackage, AffectedRange, RangeEvent};

use super::super::osv;
use super::products::Products;

#[derive(Default)]
struct Said {
    affected: Vec<String>,
    all: bool,
    ranges: Vec<String>,
    fixed: Vec<String>,
}

/// One entry a package: affected are the versions that the document names, or all before the one in
/// which it says that it is fixed.
pub(super) fn affected(
    vulnerability: &Value,
    products: &Products,
) -> Result<Vec<AffectedPackage>, String> {
    let mut said: BTreeMap<(String, String), Said> = BTreeMap::new();
    for (status, is_fixed) in [
        ("known_affected", false),
        ("first_affected", false),
        ("last_affected", false),
        ("fixed", true),
        ("first_fixed", true),
    ] {
        let path = format!("/product_status/{status}");
        let ids = vulnerability.pointer(&path).and_then(Value::as_array);
        for id in ids.into_iter().flatten().filter_map(Value::as_str) {
            let Some(product) = products.get(id) else {
                continue;
            };
            let key = (product.ecosystem.clone(), product.name.clone());
            let entry = said.entry(key).or_default();
            match (&product.version, &product.range, is_fixed) {
                (Some(version), _, true) => entry.fixed.push(version.clone()),
                (None, _, true) => {}
                (_, Some(range), false) => entry.ranges.push(range.clone()),
                (Some(version), None, false) => entry.affected.push(version.clone()),
                (None, None, false) => entry.all = true,
            }
        }
    }
    let mut found = Vec::new();
    for ((ecosystem, name), said) in said {
        if let Some(package) = package(ecosystem, name, said)? {
            osv::judge(&package)?;
            found.push(package);
        }
    }
    Ok(found)
}

fn package(
    ecosystem: String,
    name: String,
    mut said: Said,
) -> Result<Option<AffectedPackage>, String> {
    for list in [&mut said.affected, &mut said.fixed] {
        list.sort();
        list.dedup();
    }
    let mut ranges = Vec::new();
    for range in &said.ranges {
        ranges.push(vers(range).ok_or_else(|| {
            let shown: String = range.chars().take(80).collect();
            format!("the range `{shown}` cannot be read")
        })?);
    }
    // Several fixed versions are several streams; only where there is one are all before it meant.
    match said.fixed.as_slice() {
        [fixed] if said.affected.is_empty() && ranges.is_empty() => ranges.push(range(vec![
            RangeEvent::Introduced("0".to_owned()),
            RangeEvent::Fixed(fixed.clone()),
        ])),
        _ if said.all => ranges.push(range(vec![RangeEvent::Introduced("0".to_owned())])),
        _ => {}
    }
    let affects = !ranges.is_empty() || !said.affected.is_empty();
    Ok(affects.then_some(AffectedPackage {
        ecosystem,
        name,
        ranges,
        versions: said.affected,
        digests: Vec::new(),
    }))
}

fn range(events: Vec<RangeEvent>) -> AffectedRange {
    AffectedRange {
        kind: "ECOSYSTEM".to_owned(),
        events,
    }
}

/// A range in the notation `vers:pypi/>=1.0|<2.0`: <https://github.com/package-url/vers-spec>.
fn vers(text: &str) -> Option<AffectedRange> {
    let (_, constraints) = text.strip_prefix("vers:")?.split_once('/')?;
    let mut events = Vec::new();
    for constraint in constraints.split('|').map(str::trim) {
        let event = if constraint == "*" {
            RangeEvent::Introduced("0".to_owned())
        } else if let Some(version) = constraint.strip_prefix(">=") {
            RangeEvent::Introduced(version.to_owned())
        } else if let Some(version) = constraint.strip_prefix("<=") {
            RangeEvent::LastAffected(version.to_owned())
        } else if let Some(version) = constraint.strip_prefix('<') {
            RangeEvent::Fixed(version.to_owned())
        } else if constraint.is_empty() || constraint.starts_with(['>', '!']) {
            return None;
        } else {
            let version = constraint.trim_start_matches('=').to_owned();
            events.push(RangeEvent::Introduced(version.clone()));
            events.push(RangeEvent::LastAffected(version));
            continue;
        };
        if events.is_empty() && !matches!(event, RangeEvent::Introduced(_)) {
            events.push(RangeEvent::Introduced("0".to_owned()));
        }
        events.push(event);
    }
    Some(range(events))
}
