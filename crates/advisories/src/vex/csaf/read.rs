use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use waybill_domain::vex::{
    Justification, VexDocument, VexFormat, VexProduct, VexStatement, VexStatus, Weakness,
};

use super::super::{
    VexError,
    fields::{At, Budget, hash_name, weight},
    openvex::five,
};
use super::{RESPONSES, STATUSES};

pub(in super::super) fn read(root: At<'_>) -> Result<VexDocument, VexError> {
    let head = root.need("document")?;
    let version = head.need_text("csaf_version")?;
    if version != "2.0" {
        return Err(VexError::Version {
            standard: "CSAF",
            version,
            known: "2.0",
        });
    }
    // CSAF calls the organisation that speaks by a word of its own.
    let author = head.need("publisher")?;
    let tracking = head.need("tracking")?;
    let mut tooling = None;
    if let Some(generator) = tracking.get("generator")?
        && let Some(engine) = generator.get("engine")?
    {
        tooling = engine.text("name")?;
    }
    let mut known = Known::default();
    if let Some(tree) = root.get("product_tree")? {
        known.take(&tree)?;
    }
    let mut statements = Vec::new();
    for vulnerability in root.list("vulnerabilities")? {
        statements.extend(stated(&vulnerability, &known)?);
    }
    Ok(VexDocument {
        format: VexFormat::Csaf,
        id: tracking.need_text("id")?,
        author: author.need_text("name")?,
        role: author.text("category")?,
        namespace: author.text("namespace")?,
        title: head.text("title")?,
        issued: tracking.time("initial_release_date")?,
        updated: tracking.time("current_release_date")?,
        version: tracking.need_text("version")?,
        tooling,
        statements,
    })
}

#[derive(Default)]
struct Known {
    products: HashMap<String, VexProduct>,
    groups: HashMap<String, Vec<String>>,
    budget: Budget,
}

/// What the branches above a product say of it.
#[derive(Clone, Default)]
struct Above {
    supplier: Option<String>,
    version: Option<String>,
    range: Option<String>,
}

impl Known {
    fn take(&mut self, tree: &At<'_>) -> Result<(), VexError> {
        for product in tree.list("full_product_names")? {
            self.put(&product, &Above::default())?;
        }
        self.branches(&tree.list("branches")?, &Above::default())?;
        for relation in tree.list("relationships")? {
            let named = |key: &str| {
                let id = relation.need_text(key)?;
                let product = self.products.get(&id).cloned();
                product.ok_or_else(|| relation.wrong(format!("`{key}` names no product")))
            };
            let (part, whole) = (
                named("product_reference")?,
                named("relates_to_product_reference")?,
            );
            let id = relation
                .need("full_product_name")?
                .need_text("product_id")?;
            // Of what a part is itself a part, nothing is asked; chains of them would grow without end.
            let part = VexProduct {
                parts: Vec::new(),
                ..part
            };
            let joined = VexProduct {
                parts: vec![part],
                ..whole
            };
            self.budget.spend(&relation, weight(&joined))?;
            self.products.insert(id, joined);
        }
        for group in tree.list("product_groups")? {
            self.groups
                .insert(group.need_text("group_id")?, group.texts("product_ids")?);
        }
        Ok(())
    }

    /// Depth ends with what the reader of JSON accepts.
    fn branches(&mut self, branches: &[At<'_>], above: &Above) -> Result<(), VexError> {
        for branch in branches {
            let mut above = above.clone();
            let name = branch.text("name")?;
            match branch.text("category")?.as_deref() {
                Some("vendor") => above.supplier = name,
                Some("product_version") => above.version = name,
                Some("product_version_range") => above.range = name,
                _ => {}
            }
            if let Some(product) = branch.get("product")? {
                self.put(&product, &above)?;
            }
            self.branches(&branch.list("branches")?, &above)?;
        }
        Ok(())
    }

    fn put(&mut self, at: &At<'_>, above: &Above) -> Result<(), VexError> {
        let id = at.need_text("product_id")?;
        let mut product = VexProduct {
            id: id.clone(),
            name: Some(at.need_text("name")?),
            version: above.version.clone(),
            version_range: above.range.clone(),
            supplier: above.supplier.clone(),
            ..VexProduct::default()
        };
        if let Some(identified) = at.get("product_identification_helper")? {
            product.purl = identified.text("purl")?;
            product.cpe = identified.text("cpe")?;
            for hashes in identified.list("hashes")? {
                product.filename = hashes.text("filename")?;
                for hash in hashes.list("file_hashes")? {
                    if let Some(name) = hash_name(&hash.need_text("algorithm")?) {
                        let digits = hash.need_text("value")?.to_ascii_lowercase();
                        product.hashes.insert(name.to_owned(), digits);
                    }
                }
            }
        }
        if self.products.insert(id, product).is_some() {
            return Err(at.wrong("has a `product_id` that another product has"));
        }
        Ok(())
    }

    /// The ids that an entry is about, groups opened; of each, so many bytes are said.
    fn meant(&self, at: &At<'_>, said_bytes: usize) -> Result<Vec<String>, VexError> {
        let mut ids = at.texts("product_ids")?;
        for group in at.texts("group_ids")? {
            let members = self.groups.get(&group).ok_or_else(|| {
                at.wrong(format!("names the group `{group}`, which is not there"))
            })?;
            let each = said_bytes.saturating_add(64);
            self.budget.spend(at, members.len().saturating_mul(each))?;
            ids.extend(members.iter().cloned());
        }
        self.budget
            .spend(at, ids.len().saturating_mul(said_bytes))?;
        Ok(ids)
    }
}

/// What is said of one product besides its status.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    justification: Option<Justification>,
    impact: Option<String>,
    action: Option<String>,
    action_issued: Option<String>,
    responses: Vec<String>,
    issued: Option<String>,
}

fn stated(at: &At<'_>, known: &Known) -> Result<Vec<VexStatement>, VexError> {
    let Some(statuses) = at.get("product_status")? else {
        return Ok(Vec::new());
    };
    let weakness = weakness(at)?;
    let said = said(at, known)?;
    let mut statements: Vec<VexStatement> = Vec::new();
    // Where the statement of the same words stands, and the products that it names already.
    let mut places: BTreeMap<(VexStatus, Said), (usize, BTreeSet<&VexProduct>)> = BTreeMap::new();
    let described = weakness.description.as_ref().map_or(0, String::len);
    for (member, status) in STATUSES {
        for item in statuses.list(member)? {
            let id = item.str()?;
            let product = known
                .products
                .get(id)
                .ok_or_else(|| item.wrong(format!("`{id}` is no product of the product tree")))?;
            let said = said.get(id).cloned().unwrap_or_default().fitting(status);
            match places.entry((status, said)) {
                Entry::Occupied(mut place) => {
                    let (place, named) = place.get_mut();
                    if named.insert(product)
                        && let Some(statement) = statements.get_mut(*place)
                    {
                        known.budget.spend(&item, weight(product))?;
                        statement.products.push(product.clone());
                    }
                }
                Entry::Vacant(place) => {
                    let bytes = weight(product).saturating_add(described);
                    known.budget.spend(&item, bytes)?;
                    statements.push(place.key().1.statement(&weakness, product, status));
                    place.insert((statements.len() - 1, BTreeSet::from([product])));
                }
            }
        }
    }
    Ok(statements)
}

impl Said {
    /// Flags and impacts say why something is not affected; remediations what to do where it is.
    fn fitting(self, status: VexStatus) -> Self {
        Self {
            justification: self
                .justification
                .filter(|_| status == VexStatus::NotAffected),
            ..self
        }
    }

    fn statement(
        &self,
        weakness: &Weakness,
        product: &VexProduct,
        status: VexStatus,
    ) -> VexStatement {
        let said = self.clone();
        VexStatement {
            justification: said.justification,
            impact: said.impact,
            action: said.action,
            action_issued: said.action_issued,
            responses: said.responses,
            issued: said.issued,
            ..VexStatement::new(weakness.clone(), vec![product.clone()], status)
        }
    }
}

fn said(at: &At<'_>, known: &Known) -> Result<BTreeMap<String, Said>, VexError> {
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    for flag in at.list("flags")? {
        let justification = flag.word("label", five)?;
        let date = flag.time("date")?;
        for id in known.meant(&flag, 0)? {
            let words = said.entry(id).or_default();
            words.justification = justification;
            words.issued = words.issued.take().or_else(|| date.clone());
        }
    }
    for threat in at.list("threats")? {
        if threat.text("category")?.as_deref() != Some("impact") {
            continue;
        }
        let details = threat.need_text("details")?;
        let date = threat.time("date")?;
        for id in known.meant(&threat, details.len())? {
            let words = said.entry(id).or_default();
            words.impact = Some(details.clone());
            words.issued = words.issued.take().or_else(|| date.clone());
        }
    }
    for remediation in at.list("remediations")? {
        let details = remediation.need_text("details")?;
        let date = remediation.time("date")?;
        let category = remediation.need_text("category")?;
        let response = RESPONSES
            .into_iter()
            .find_map(|(known, response)| (known == category).then(|| response.to_owned()));
        for id in known.meant(&remediation, details.len())? {
            let words = said.entry(id).or_default();
            words.action = Some(match words.action.take() {
                Some(first) if first != details => format!("{first}\n{details}"),
                _ => details.clone(),
            });
            words.action_issued = words.action_issued.take().or_else(|| date.clone());
            if let Some(response) = &response
                && !words.responses.contains(response)
            {
                words.responses.push(response.clone());
            }
        }
    }
    Ok(said)
}

fn weakness(at: &At<'_>) -> Result<Weakness, VexError> {
    let mut names: Vec<String> = at.text("cve")?.into_iter().collect();
    for id in at.list("ids")? {
        names.push(id.need_text("text")?);
    }
    let mut description = None;
    for note in at.list("notes")? {
        if note.text("category")?.as_deref() == Some("description") {
            description = note.text("text")?;
        }
    }
    let mut names = names.into_iter();
    let name = names
        .next()
        .ok_or_else(|| at.wrong("has neither `cve` nor `ids`"))?;
    Ok(Weakness {
        id: None,
        // Where nobody describes it, its name stands there.
        description: description.filter(|text| *text != name),
        name,
        aliases: names.collect(),
    })
}
