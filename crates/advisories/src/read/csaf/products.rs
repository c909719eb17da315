//! The product tree: ids of products to the packages that they are (section 3.2.2).

use std::collections::HashMap;

use packageurl::PackageUrl;
use serde_json::Value;

/// Deepest nesting of branches.
const DEPTH: usize = 64;

/// A product: its package, and the range that a branch gives it.
#[derive(Clone)]
pub(super) struct Product {
    pub(super) ecosystem: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) range: Option<String>,
}

pub(super) type Products = HashMap<String, Product>;

/// `None` if branches are nested too deeply.
pub(super) fn of(value: &Value) -> Option<Products> {
    let mut found = Products::new();
    let Some(tree) = value.get("product_tree") else {
        return Some(found);
    };
    for product in list(tree, "full_product_names") {
        add(&mut found, product, None);
    }
    let mut stack: Vec<(&Value, usize)> =
        list(tree, "branches").map(|branch| (branch, 0)).collect();
    while let Some((branch, depth)) = stack.pop() {
        if depth > DEPTH {
            return None;
        }
        let text = |key: &str| branch.get(key).and_then(Value::as_str);
        let range = (text("category") == Some("product_version_range"))
            .then(|| text("name"))
            .flatten();
        if let Some(product) = branch.get("product") {
            add(&mut found, product, range);
        }
        stack.extend(list(branch, "branches").map(|branch| (branch, depth + 1)));
    }
    // A product as a part of another is still that product.
    for relation in list(tree, "relationships") {
        let text = |path: &str| relation.pointer(path).and_then(Value::as_str);
        let own = text("/product_reference").and_then(|id| found.get(id).cloned());
        if let (Some(id), Some(known)) = (text("/full_product_name/product_id"), own) {
            found.insert(id.to_owned(), known);
        }
    }
    Some(found)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn add(found: &mut Products, product: &Value, range: Option<&str>) {
    let text = |path: &str| product.pointer(path).and_then(Value::as_str);
    let known = text("/product_identification_helper/purl").and_then(|purl| {
        let url: PackageUrl<'_> = purl.parse().ok()?;
        let (ecosystem, name) = crate::names::of_osv_name(&url)?;
        Some(Product {
            ecosystem,
            name,
            version: url.version().map(ToOwned::to_owned),
            range: range.map(ToOwned::to_owned),
        })
    });
    if let (Some(id), Some(known)) = (text("/product_id"), known) {
        found.insert(id.to_owned(), known);
    }
}
