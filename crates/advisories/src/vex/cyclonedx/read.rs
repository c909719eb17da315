use std::collections::HashMap;

use waybill_domain::vex::{
    Justification, VexDocument, VexFormat, VexProduct, VexStatement, VexStatus, Weakness,
};

use super::super::{
    VexError,
    fields::{At, Budget, decoded, hash_name, weight},
};
use super::{
    PROPERTY_DOCUMENT, PROPERTY_IMPACT, PROPERTY_JUSTIFICATION, PROPERTY_NOTES, PROPERTY_PART,
    PROPERTY_STATEMENT, justification, status,
};

const VERSIONS: [&str; 4] = ["1.4", "1.5", "1.6", "1.7"];

pub(in super::super) fn read(root: At<'_>) -> Result<VexDocument, VexError> {
    let version = root.need_text("specVersion")?;
    if !VERSIONS.contains(&version.as_str()) {
        return Err(VexError::Version {
            standard: "CycloneDX",
            version,
            known: "1.4 to 1.7; statements came with 1.4",
        });
    }
    let metadata = root.get("metadata")?;
    let mut known = Known::default();
    let mut author = None;
    let mut issued = None;
    let mut tooling = None;
    let mut id = root.text("serialNumber")?;
    if let Some(metadata) = &metadata {
        issued = metadata.time("timestamp")?;
        author = authored(metadata)?;
        tooling = tool(metadata)?;
        id = property(metadata, PROPERTY_DOCUMENT)?.or(id);
        if let Some(whole) = metadata.get("component")? {
            let (reference, product) = component(&whole)?;
            known.whole = Some(product.clone());
            known.products.insert(reference, product);
        }
    }
    known.take(&root.list("components")?, None)?;
    known.take_services(&root.list("services")?)?;
    let mut statements = Vec::new();
    for vulnerability in root.list("vulnerabilities")? {
        statements.extend(stated(&vulnerability, &known)?);
    }
    Ok(VexDocument {
        format: VexFormat::CycloneDx,
        id: id.unwrap_or_default(),
        author: author.unwrap_or_else(|| "unknown author".to_owned()),
        role: None,
        namespace: None,
        title: None,
        issued,
        updated: None,
        version: root
            .get("version")?
            .and_then(|version| version.value.as_u64())
            .unwrap_or(1)
            .to_string(),
        tooling,
        statements,
    })
}

/// Who is responsible for the document, by the first of the places that name somebody.
fn authored(metadata: &At<'_>) -> Result<Option<String>, VexError> {
    if let Some(author) = metadata.list("authors")?.first()
        && let Some(name) = author.text("name")?
    {
        return Ok(Some(name));
    }
    for key in ["manufacturer", "manufacture", "supplier"] {
        if let Some(organisation) = metadata.get(key)?
            && let Some(name) = organisation.text("name")?
        {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn tool(metadata: &At<'_>) -> Result<Option<String>, VexError> {
    let Some(tools) = metadata.get("tools")? else {
        return Ok(None);
    };
    let items = if tools.value.is_array() {
        tools.items()?
    } else {
        tools.list("components")?
    };
    items.first().map_or(Ok(None), |tool| tool.text("name"))
}

/// The value of a property of ours.
fn property(at: &At<'_>, name: &str) -> Result<Option<String>, VexError> {
    for property in at.list("properties")? {
        if property.text("name")?.as_deref() == Some(name) {
            return property.text("value");
        }
    }
    Ok(None)
}

#[derive(Default)]
struct Known {
    /// What the document is about.
    whole: Option<VexProduct>,
    products: HashMap<String, VexProduct>,
    budget: Budget,
}

impl Known {
    fn take(&mut self, components: &[At<'_>], holder: Option<&VexProduct>) -> Result<(), VexError> {
        for at in components {
            let (reference, product) = component(at)?;
            let is_part = property(at, PROPERTY_PART)?.is_some();
            // Depth ends with what the reader of JSON accepts.
            self.take(&at.list("components")?, Some(&product))?;
            let known = match holder.filter(|_| is_part) {
                Some(holder) => VexProduct {
                    parts: vec![product],
                    ..holder.clone()
                },
                None => product,
            };
            self.products.insert(reference, known);
        }
        Ok(())
    }

    fn take_services(&mut self, services: &[At<'_>]) -> Result<(), VexError> {
        for at in services {
            let (reference, product) = component(at)?;
            self.products.insert(reference, product);
        }
        Ok(())
    }

    fn product(&self, reference: &str) -> VexProduct {
        let Some(product) = self.products.get(reference) else {
            let elsewhere = VexProduct {
                id: reference.to_owned(),
                // A link into another bill, whose references are package URLs if it is one of ours.
                purl: reference
                    .strip_prefix("urn:cdx:")
                    .and_then(|link| link.split_once('#'))
                    .map(|(_, fragment)| decoded(fragment))
                    .filter(|fragment| fragment.starts_with("pkg:")),
                ..VexProduct::default()
            };
            return elsewhere;
        };
        match &self.whole {
            Some(whole) if whole.id != product.id && product.parts.is_empty() => VexProduct {
                parts: vec![product.clone()],
                ..whole.clone()
            },
            _ => product.clone(),
        }
    }
}

/// A component or service and its reference.
fn component(at: &At<'_>) -> Result<(String, VexProduct), VexError> {
    let mut product = VexProduct {
        name: at.text("name")?,
        version: at.text("version")?,
        purl: at.text("purl")?,
        cpe: at.text("cpe")?,
        ..VexProduct::default()
    };
    if let Some(supplier) = at.get("supplier")? {
        product.supplier = supplier.text("name")?;
    }
    if let Some(group) = at.text("group")? {
        product.name = product.name.map(|name| format!("{group}/{name}"));
    }
    for hash in at.list("hashes")? {
        let (algorithm, digits) = (hash.need_text("alg")?, hash.need_text("content")?);
        if let Some(name) = hash_name(&algorithm) {
            product
                .hashes
                .insert(name.to_owned(), digits.to_ascii_lowercase());
        }
    }
    let reference = at.text("bom-ref")?.unwrap_or_default();
    product.id = if reference.is_empty() {
        product.shown().to_owned()
    } else {
        reference.clone()
    };
    Ok((reference, product))
}

/// What is said of one vulnerability: nothing if there is no analysis.
fn stated(at: &At<'_>, known: &Known) -> Result<Vec<VexStatement>, VexError> {
    let Some(analysis) = at.get("analysis")? else {
        return Ok(Vec::new());
    };
    let Some(state) = analysis.text("state")? else {
        return Ok(Vec::new());
    };
    let status = status(&state)
        .ok_or_else(|| analysis.wrong(format!("`{state}` is no state that the standard has")))?;
    let mut statement = VexStatement::new(weakness(at)?, Vec::new(), status);
    statement.state = Some(state).filter(|state| super::state(status) != state);
    statement.justification = analysis.word("justification", justification)?;
    if let Some(exact) = property(at, PROPERTY_JUSTIFICATION)? {
        statement.justification = Justification::named(&exact).or(statement.justification);
    }
    let detail = analysis.text("detail")?;
    if status == VexStatus::NotAffected {
        statement.impact = detail;
        statement.notes = property(at, PROPERTY_NOTES)?;
    } else {
        statement.notes = detail;
        statement.impact = property(at, PROPERTY_IMPACT)?;
    }
    statement.action = at.text("recommendation")?;
    statement.responses = analysis.texts("response")?;
    statement.issued = analysis.time("firstIssued")?;
    statement.updated = analysis.time("lastUpdated")?;
    statement.id = property(at, PROPERTY_STATEMENT)?;
    let mut others: Vec<VexStatement> = Vec::new();
    for affected in at.list("affects")? {
        let product = known.product(&affected.need_text("ref")?);
        let versions = affected.list("versions")?;
        let bytes = weight(&product).saturating_mul(versions.len().max(1));
        known.budget.spend(&affected, bytes)?;
        if versions.is_empty() {
            statement.products.push(product);
            continue;
        }
        for entry in versions {
            let narrowed = narrowed(&product, entry.text("version")?, entry.text("range")?);
            match told_apart(&statement, entry.text("status")?.as_deref()) {
                None => statement.products.push(narrowed),
                Some(other) => match others.iter_mut().find(|known| known.status == other.status) {
                    Some(known) => known.products.push(narrowed),
                    None => others.push(VexStatement {
                        products: vec![narrowed],
                        ..other
                    }),
                },
            }
        }
    }
    let mut all = Vec::new();
    if !statement.products.is_empty() || others.is_empty() {
        all.push(statement);
    }
    all.extend(others);
    Ok(all)
}

/// The product, but only in these versions.
fn narrowed(product: &VexProduct, version: Option<String>, range: Option<String>) -> VexProduct {
    let mut product = product.clone();
    let set = |meant: &mut VexProduct| {
        meant.version_range = range;
        if version.is_some() {
            meant.version = version;
        }
    };
    match product.parts.first_mut() {
        Some(part) => set(part),
        None => set(&mut product),
    }
    product
}

/// Another statement, if versions are listed with a status that is not the analysis's.
fn told_apart(statement: &VexStatement, status: Option<&str>) -> Option<VexStatement> {
    let status = match status? {
        "affected" => VexStatus::Affected,
        "unaffected" => VexStatus::NotAffected,
        _ => VexStatus::UnderInvestigation,
    };
    let agrees = status == statement.status
        || (status.settles() && statement.status.settles())
        || (!status.settles() && !statement.status.settles());
    (!agrees).then(|| VexStatement {
        issued: statement.issued.clone(),
        updated: statement.updated.clone(),
        impact: status
            .settles()
            .then(|| "these versions are listed as unaffected".to_owned()),
        ..VexStatement::new(statement.weakness.clone(), Vec::new(), status)
    })
}

fn weakness(at: &At<'_>) -> Result<Weakness, VexError> {
    let mut aliases = Vec::new();
    for reference in at.list("references")? {
        aliases.extend(reference.text("id")?);
    }
    let source = at.get("source")?;
    Ok(Weakness {
        name: at.need_text("id")?,
        id: source.map_or(Ok(None), |source| source.text("url"))?,
        description: at.text("description")?,
        aliases,
    })
}
