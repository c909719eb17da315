//! OpenVEX 0.2.0 (<https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md>).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use waybill_domain::vex::{
    HASH_NAMES, Justification, VexDocument, VexFormat, VexProduct, VexStatement, VexStatus,
    Weakness,
};

use super::{Losses, VexError, fields::At};

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";
const NAMESPACE: &str = "https://openvex.dev/ns";

pub(super) fn read(root: At<'_>, context: &Value) -> Result<VexDocument, VexError> {
    let context = context.as_str().unwrap_or_default();
    if !context.starts_with(NAMESPACE) {
        return Err(VexError::Unrecognised);
    }
    // The first drafts had another shape under a context without a version.
    if context != CONTEXT {
        return Err(VexError::Version {
            standard: "OpenVEX",
            version: context.to_owned(),
            known: CONTEXT,
        });
    }
    let version = root.need("version")?;
    let statements = root.need("statements")?;
    Ok(VexDocument {
        format: VexFormat::OpenVex,
        id: root.need_text("@id")?,
        author: root.need_text("author")?,
        role: root.text("role")?,
        namespace: None,
        title: None,
        issued: root.time("timestamp")?,
        updated: root.time("last_updated")?,
        version: version
            .value
            .as_u64()
            .ok_or_else(|| version.wrong("is no whole number"))?
            .to_string(),
        tooling: root.text("tooling")?,
        statements: statements
            .items()?
            .iter()
            .map(statement)
            .collect::<Result<_, _>>()?,
    })
}

fn statement(at: &At<'_>) -> Result<VexStatement, VexError> {
    let weakness = weakness(&at.need("vulnerability")?)?;
    let products = at.list("products")?;
    let products = products.iter().map(product).collect::<Result<_, _>>()?;
    let status = at
        .word("status", VexStatus::named)?
        .ok_or_else(|| at.wrong("has no `status`"))?;
    Ok(VexStatement {
        id: at.text("@id")?,
        version: at
            .get("version")?
            .and_then(|version| version.value.as_u64()),
        justification: at.word("justification", five)?,
        impact: at.text("impact_statement")?,
        notes: at.text("status_notes")?,
        action: at.text("action_statement")?,
        action_issued: at.time("action_statement_timestamp")?,
        supplier: at.text("supplier")?,
        issued: at.time("timestamp")?,
        updated: at.time("last_updated")?,
        ..VexStatement::new(weakness, products, status)
    })
}

/// A justification that the standard has.
pub(super) fn five(word: &str) -> Option<Justification> {
    Justification::named(word).filter(|one| one.in_open_vex() == *one)
}

fn weakness(at: &At<'_>) -> Result<Weakness, VexError> {
    Ok(Weakness {
        name: at.need_text("name")?,
        id: at.text("@id")?,
        description: at.text("description")?,
        aliases: at.texts("aliases")?,
    })
}

fn product(at: &At<'_>) -> Result<VexProduct, VexError> {
    let mut product = part(at)?;
    let parts = at.list("subcomponents")?;
    product.parts = parts.iter().map(part).collect::<Result<_, _>>()?;
    Ok(product)
}

fn part(at: &At<'_>) -> Result<VexProduct, VexError> {
    let mut product = VexProduct::default();
    if let Some(identifiers) = at.get("identifiers")? {
        product.purl = identifiers.text("purl")?;
        product.cpe = identifiers.text("cpe23")?.or(identifiers.text("cpe22")?);
    }
    if let Some(hashes) = at.get("hashes")? {
        for name in HASH_NAMES {
            if let Some(digits) = hashes.text(name)? {
                product.hashes.insert(name.to_owned(), digits);
            }
        }
    }
    let id = at.text("@id")?;
    if id.is_none() && product.purl.is_none() && product.cpe.is_none() {
        return Err(at.wrong("names neither an `@id` nor an identifier"));
    }
    product.id = id.unwrap_or_default();
    Ok(product)
}

pub(super) fn write(document: &VexDocument, losses: &mut Losses) -> Result<Value, VexError> {
    let needed = |what: &str| VexError::Field {
        pointer: what.to_owned(),
        reason: "OpenVEX asks for it, and nobody says it".to_owned(),
    };
    let issued = document
        .issued
        .as_ref()
        .ok_or_else(|| needed("timestamp"))?;
    if document.statements.is_empty() {
        return Err(needed("statements"));
    }
    losses.note_if(document.title.is_some(), "title of the document");
    losses.note_if(document.namespace.is_some(), "namespace of the author");
    let version: u64 = document.version.parse().unwrap_or_else(|_| {
        losses.note("version of the document (a whole number there)");
        1
    });
    let mut out = Map::new();
    out.insert("@context".into(), CONTEXT.into());
    out.insert("@id".into(), iri(&document.id, "document").into());
    out.insert("author".into(), document.author.clone().into());
    put(&mut out, "role", document.role.as_ref());
    out.insert("timestamp".into(), issued.clone().into());
    put(&mut out, "last_updated", document.updated.as_ref());
    out.insert("version".into(), version.max(1).into());
    put(&mut out, "tooling", document.tooling.as_ref());
    let statements: Vec<Value> = document
        .statements
        .iter()
        .map(|statement| written(statement, losses))
        .collect();
    out.insert("statements".into(), distinct(statements).into());
    Ok(out.into())
}

fn written(statement: &VexStatement, losses: &mut Losses) -> Value {
    losses.note_if(
        statement.state.is_some(),
        "exact state of the analysis (CycloneDX)",
    );
    losses.note_if(!statement.responses.is_empty(), "sort of response");
    let mut out = Map::new();
    put(&mut out, "@id", statement.id.as_ref());
    if let Some(version) = statement.version {
        out.insert("version".into(), version.into());
    }
    out.insert("vulnerability".into(), of_weakness(&statement.weakness));
    put(&mut out, "timestamp", statement.issued.as_ref());
    put(&mut out, "last_updated", statement.updated.as_ref());
    let products: Vec<Value> = statement
        .products
        .iter()
        .map(|product| of_product(product, losses))
        .collect();
    if !products.is_empty() {
        out.insert("products".into(), distinct(products).into());
    }
    out.insert("status".into(), statement.status.as_str().into());
    put(&mut out, "supplier", statement.supplier.as_ref());
    put(&mut out, "status_notes", statement.notes.as_ref());
    if let Some(justification) = statement.justification {
        let nearest = justification.in_open_vex();
        losses.note_if(
            nearest != justification,
            "justification that only CycloneDX has (the nearest is written)",
        );
        out.insert("justification".into(), nearest.as_str().into());
    } else if statement.status == VexStatus::NotAffected && statement.impact.is_none() {
        out.insert(
            "impact_statement".into(),
            statement.notes.clone().unwrap_or_default().into(),
        );
    }
    put(&mut out, "impact_statement", statement.impact.as_ref());
    match (&statement.action, statement.status) {
        (None, VexStatus::Affected) => {
            // The schema asks for the words; CISA names these where there is no advice yet.
            out.insert(
                "action_statement".into(),
                "No remedy or mitigation has been stated.".into(),
            );
        }
        (action, _) => put(&mut out, "action_statement", action.as_ref()),
    }
    put(
        &mut out,
        "action_statement_timestamp",
        statement.action_issued.as_ref(),
    );
    out.into()
}

fn of_weakness(weakness: &Weakness) -> Value {
    let mut out = Map::new();
    put(&mut out, "@id", weakness.id.as_ref());
    out.insert("name".into(), weakness.name.clone().into());
    put(&mut out, "description", weakness.description.as_ref());
    if !weakness.aliases.is_empty() {
        let aliases = weakness.aliases.iter().cloned().map(Value::from).collect();
        out.insert("aliases".into(), distinct(aliases).into());
    }
    out.into()
}

fn of_product(product: &VexProduct, losses: &mut Losses) -> Value {
    let mut value = of_part(product, losses);
    if let Some(object) = value.as_object_mut().filter(|_| !product.parts.is_empty()) {
        let parts = product
            .parts
            .iter()
            .map(|part| of_part(part, losses))
            .collect();
        object.insert("subcomponents".into(), distinct(parts).into());
    }
    value
}

fn of_part(product: &VexProduct, losses: &mut Losses) -> Value {
    let said_by_id = product.package_url().is_some();
    losses.note_if(product.name.is_some() && !said_by_id, "name of a product");
    losses.note_if(
        product.version.is_some() && !said_by_id,
        "version of a product",
    );
    losses.note_if(
        product.version_range.is_some(),
        "range of versions of a product",
    );
    losses.note_if(product.supplier.is_some(), "supplier of a product");
    losses.note_if(product.filename.is_some(), "name of a product's file");
    let mut out = Map::new();
    let mut identifiers = BTreeMap::new();
    if let Some(purl) = &product.purl {
        identifiers.insert("purl", purl.clone());
    }
    if let Some(cpe) = &product.cpe {
        let name = if cpe.starts_with("cpe:2.3:") {
            "cpe23"
        } else {
            "cpe22"
        };
        identifiers.insert(name, cpe.clone());
    }
    if !product.id.is_empty() {
        out.insert("@id".into(), iri(&product.id, "product").into());
    } else if identifiers.is_empty() {
        let name = product.name.clone().unwrap_or_default();
        out.insert("@id".into(), iri(&name, "product").into());
    }
    if !identifiers.is_empty() {
        out.insert("identifiers".into(), json!(identifiers));
    }
    if !product.hashes.is_empty() {
        out.insert("hashes".into(), json!(product.hashes));
    }
    out.into()
}

/// The text as an IRI: itself if it has a scheme, else within a URN namespace of its own.
fn iri(text: &str, kind: &str) -> String {
    let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|character| {
                character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.')
            })
    });
    let plain = |character: char| !character.is_whitespace() && !"<>\"{}|\\^`".contains(character);
    if has_scheme && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut escaped = format!("urn:waybill:{kind}:");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn put(out: &mut Map<String, Value>, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        out.insert(key.to_owned(), text.clone().into());
    }
}

/// The schema wants lists without twins.
fn distinct(values: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    let mut seen = std::collections::HashSet::new();
    for value in values {
        if seen.insert(value.to_string()) {
            kept.push(value);
        }
    }
    kept
}
