use serde_json::Value;
use waybill_domain::{
    Tool,
    bill::{BillFormat, DocumentFacts, ToolNamed, Unmapped},
    inventory::{RelationKind, Revision, Subject, Unread},
};

use super::{
    licences::licences,
    parties,
    properties::{Said, word},
};
use crate::bill::{gathering::Gathering, taking::Taking};

/// What the document says of itself and of the system.
pub(super) struct Head {
    pub(super) document: DocumentFacts,
    pub(super) subject: Subject,
    /// The reference of the system.
    pub(super) reference: Option<String>,
    /// Components within the system's own.
    pub(super) inner: Vec<Taking>,
    /// How the system relates to its parts, as our own bills say it.
    pub(super) links: Vec<(RelationKind, String)>,
    pub(super) unread: Vec<Unread>,
    pub(super) tool: Tool,
}

/// Reads what is not in the lists of the top level.
pub(super) fn head(
    mut top: Taking,
    format: BillFormat,
    version: &str,
    gathering: &mut Gathering,
) -> Head {
    top.drop("$schema");
    top.drop("bomFormat");
    top.drop("specVersion");
    let mut head = Head {
        document: DocumentFacts {
            format,
            version: version.to_owned(),
            identifier: top.text("serialNumber"),
            revision: top.scalar("version"),
            timestamp: None,
            authors: Vec::new(),
            tools: Vec::new(),
            contexts: Vec::new(),
            signed: matches!(top.0.get("signature"), Some(Value::Object(_))),
        },
        subject: Subject::default(),
        reference: None,
        inner: Vec::new(),
        links: Vec::new(),
        unread: Vec::new(),
        tool: Tool {
            name: String::new(),
            version: String::new(),
            rules: String::new(),
        },
    };
    if let Some(mut metadata) = top.object("metadata") {
        self::metadata(&mut metadata, &mut head, gathering);
        top.rest("metadata", metadata);
    }
    let mut unmapped = Unmapped::new();
    top.left("", &mut unmapped);
    gathering.count(unmapped);
    head
}

fn metadata(metadata: &mut Taking, head: &mut Head, gathering: &mut Gathering) {
    let document = &mut head.document;
    document.timestamp = metadata.text("timestamp");
    let mut rests = Vec::new();
    for mut lifecycle in metadata.objects("lifecycles") {
        let phase = lifecycle.text("phase").or_else(|| lifecycle.text("name"));
        document.contexts.extend(phase);
        rests.push(lifecycle);
    }
    metadata.rests("lifecycles", rests);
    tools(metadata, head);
    head.document.authors = parties::people(metadata, "authors");
    for key in ["manufacturer", "manufacture"] {
        if let Some(party) = parties::organisation(metadata, key) {
            head.document.authors.push(party.name);
        }
    }
    let mut supplier = parties::organisation(metadata, "supplier");
    let mut said = Said::take(metadata);
    said.one("waybill:inventory-schema");
    said.one("waybill:files");
    said.one("waybill:files-read");
    said.all("waybill:finding");
    head.unread = said
        .all("waybill:unread")
        .iter()
        .map(|text| unread(text))
        .collect();
    if let Some(mut component) = metadata.object("component") {
        subject(&mut component, head, &mut supplier);
        metadata.rest("component", component);
    }
    if let Some(party) = supplier {
        head.subject.supplier = Some(gathering.supplier(party));
    }
    for (name, _) in said.rest() {
        let mut pattern = "/metadata/properties/*".to_owned();
        crate::bill::json::push_step(&mut pattern, &name);
        gathering.count(Unmapped::from([(pattern, 1)]));
    }
}

fn tools(metadata: &mut Taking, head: &mut Head) {
    let mut named = Vec::new();
    // Up to 1.4 a list, from 1.5 on an object of components and services.
    let mut rests = Vec::new();
    for mut tool in metadata.objects("tools") {
        named.extend(tool_named(&mut tool));
        rests.push(tool);
    }
    metadata.rests("tools", rests);
    if let Some(mut tools) = metadata.object("tools") {
        for key in ["components", "services"] {
            let mut rests = Vec::new();
            for mut tool in tools.objects(key) {
                tool.drop("type");
                tool.drop("bom-ref");
                let mut said = Said::take(&mut tool);
                let rules = said.one("waybill:rules");
                if let Some(one) = tool_named(&mut tool) {
                    if let Some(rules) = rules {
                        head.tool = Tool {
                            name: one.name.clone(),
                            version: one.version.clone().unwrap_or_default(),
                            rules,
                        };
                    }
                    named.push(one);
                }
                rests.push(tool);
            }
            tools.rests(key, rests);
        }
        metadata.rest("tools", tools);
    }
    if head.tool.name.is_empty()
        && let Some(first) = named.first()
    {
        head.tool.name.clone_from(&first.name);
        head.tool.version = first.version.clone().unwrap_or_default();
    }
    head.document.tools = named;
}

fn tool_named(tool: &mut Taking) -> Option<ToolNamed> {
    Some(ToolNamed {
        name: tool.text("name")?,
        version: tool.text("version"),
    })
}

fn subject(
    component: &mut Taking,
    head: &mut Head,
    supplier: &mut Option<crate::bill::gathering::Party>,
) {
    let mut said = Said::take(component);
    let mut links = Vec::new();
    head.reference = component.text("bom-ref");
    head.inner = component.objects("components");
    let subject = &mut head.subject;
    subject.name = component.text("name").unwrap_or_default();
    if let Some(group) = component.text("group") {
        subject.name = format!("{group}/{}", subject.name);
    }
    subject.version = component.text("version");
    subject.description = component.text("description");
    subject.licences = licences(component, &mut said, &mut links);
    let (references, contact) = parties::references(component, &mut said);
    subject.references = references;
    subject.references.extend(links);
    let own = ["supplier", "manufacturer"]
        .into_iter()
        .find_map(|key| parties::organisation(component, key));
    if let Some(mut party) = own.or_else(|| supplier.take()) {
        parties::particulars(&mut party, &mut said);
        party.security_contact = contact;
        *supplier = Some(party);
    }
    if let Some(commit) = said.one("waybill:git:commit") {
        let remote = subject
            .references
            .iter()
            .find(|link| link.kind == waybill_domain::inventory::ReferenceKind::Vcs)
            .map(|link| link.url.clone());
        subject
            .references
            .retain(|link| Some(&link.url) != remote.as_ref());
        subject.revision = Some(Revision {
            commit,
            branch: said.one("waybill:git:branch"),
            tag: said.one("waybill:git:tag"),
            dirty: said.truth("waybill:git:dirty"),
            remote,
        });
        component.drop("purl");
    }
    head.links = said
        .below("waybill:relation:")
        .into_iter()
        .filter_map(|(kind, target)| Some((word(&kind)?, target)))
        .collect();
    subject.image_digest = said.one("waybill:image:digest");
    component.drop("type");
    let rest: Vec<Value> = said
        .rest()
        .into_iter()
        .map(|(name, value)| serde_json::json!({"name": name, "value": value}))
        .collect();
    if !rest.is_empty() {
        component.0.insert("properties".to_owned(), rest.into());
    }
}

/// `path:line: reason`.
fn unread(text: &str) -> Unread {
    let (place, reason) = text.split_once(": ").unwrap_or((text, ""));
    let (path, line) = match place.rsplit_once(':') {
        Some((path, line)) if line.parse::<u32>().is_ok() => (path, line.parse().ok()),
        _ => (place, None),
    };
    Unread {
        path: path.to_owned(),
        line,
        reason: reason.to_owned(),
    }
}
