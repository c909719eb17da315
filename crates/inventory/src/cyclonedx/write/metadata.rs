use serde_json::{Value, json};
use waybill_domain::inventory::{ComponentId, Inventory, Reference, ReferenceKind};

use super::{component::related, document::Bill, licences::licences, parties};
use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// What the document says about itself and about the system.
pub(super) fn metadata(bill: &Bill<'_>) -> Value {
    let inventory = bill.inventory;
    let mut object = Object::default();
    object.text("timestamp", bill.timestamp);
    if let Some(lifecycle) = bill.options.lifecycle {
        object.put("lifecycles", json!([{ "phase": lifecycle.as_str() }]));
    }
    object.put("tools", json!({ "components": [tool(bill)] }));
    if let Some(author) = &bill.options.author {
        let email = author.email.as_deref().filter(|text| is_email(text));
        let mut contact = Object::default();
        contact.text("name", Some(&author.name));
        contact.text("email", email);
        if author.organisation {
            let mut organisation = Object::default();
            organisation.put("bom-ref", bill.refs.author.as_str());
            organisation.text("name", Some(&author.name));
            if email.is_some() {
                organisation.put("contact", vec![contact.into_value()]);
            }
            object.put("manufacturer", organisation.into_value());
        } else {
            contact.put("bom-ref", bill.refs.author.as_str());
            object.put("authors", vec![contact.into_value()]);
        }
    }
    object.put("component", subject(bill));
    let supplier = bill.supplier(inventory.subject.supplier.as_ref());
    object.maybe("supplier", supplier.map(parties::organisation));
    object.list("properties", properties(bill));
    object.into_value()
}

fn tool(bill: &Bill<'_>) -> Value {
    let tool = &bill.inventory.tool;
    let mut object = Object::default();
    object.put("type", "application");
    object.put("bom-ref", bill.refs.tool.as_str());
    object.put("name", tool.name.as_str());
    if tool.version.chars().count() <= 1024 {
        object.text("version", Some(&tool.version));
    }
    let mut properties = Properties::default();
    properties.say("waybill:rules", &tool.rules);
    object.list("properties", properties.into_list());
    object.into_value()
}

/// A plain address: what the format `idn-email` accepts beyond doubt.
fn is_email(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.split('.').all(|label| {
                !label.is_empty()
                    && label.len() < 64
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+')
                    })
            })
    };
    text.len() < 255
        && text.split_once('@').is_some_and(|(local, domain)| {
            local.len() < 64 && part(local) && part(domain) && !domain.contains(['_', '+'])
        })
}

/// The system itself.
fn subject(bill: &Bill<'_>) -> Value {
    let subject = &bill.inventory.subject;
    let mut properties = Properties::default();
    let mut object = Object::default();
    let is_image = subject.image_digest.is_some();
    object.put("type", if is_image { "container" } else { "application" });
    object.put("bom-ref", bill.refs.subject.as_str());
    let supplier = bill.supplier(subject.supplier.as_ref());
    object.maybe("supplier", supplier.map(parties::organisation));
    let name = if subject.name.is_empty() {
        "unnamed"
    } else {
        &subject.name
    };
    object.put("name", name);
    object.text("version", version(bill.inventory).as_deref());
    object.text("description", subject.description.as_deref());
    let licences = licences(&subject.licences, &mut properties);
    object.list("licenses", licences);
    object.maybe("purl", subject_purl(bill.inventory));
    let revision = subject.revision.as_ref();
    let mut links = subject.references.clone();
    if let Some(remote) = revision.and_then(|revision| revision.remote.clone()) {
        let vcs = Reference {
            kind: ReferenceKind::Vcs,
            url: remote,
        };
        if !links.contains(&vcs) {
            links.push(vcs);
        }
    }
    let references = parties::references(&links, supplier, &mut properties);
    object.list("externalReferences", references);
    if let Some(revision) = revision {
        properties.say("waybill:git:commit", &revision.commit);
        properties.maybe("waybill:git:branch", revision.branch.as_deref());
        properties.maybe("waybill:git:tag", revision.tag.as_deref());
        properties.maybe("waybill:git:dirty", revision.dirty);
    }
    properties.maybe("waybill:image:digest", subject.image_digest.as_deref());
    if let Some(supplier) = supplier {
        parties::supplier_properties(supplier, &mut properties);
    }
    related(bill, &ComponentId::subject(), &mut properties);
    object.list("properties", properties.into_list());
    object.into_value()
}

/// The version of the system: its own, else the tag or id of the commit, else the image's digest.
pub(crate) fn version(inventory: &Inventory) -> Option<String> {
    let subject = &inventory.subject;
    let revision = subject.revision.as_ref();
    let known = subject
        .version
        .clone()
        .or_else(|| revision.and_then(|revision| revision.tag.clone()))
        .or_else(|| revision.map(|revision| revision.commit.clone()))
        .or_else(|| subject.image_digest.clone())?;
    (!known.is_empty() && known.chars().count() <= 1024).then_some(known)
}

/// The package URL of the repository at its commit, or of the image at its digest.
pub(crate) fn subject_purl(inventory: &Inventory) -> Option<String> {
    let subject = &inventory.subject;
    if let Some(digest) = subject.image_digest.as_deref() {
        let name = subject.name.rsplit('/').next()?.to_lowercase();
        let made = crate::purl::purl("oci", None, &name, Some(digest), &[])?;
        return fit::purl(&made);
    }
    let revision = subject.revision.as_ref()?;
    let remote = fit::link(revision.remote.as_deref()?)?;
    let (_, rest) = remote.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let (owner, name) = path.rsplit_once('/')?;
    let commit = Some(revision.commit.as_str());
    let made = match host {
        "github.com" => crate::purl::purl("github", Some(owner), name, commit, &[]),
        "bitbucket.org" => crate::purl::purl("bitbucket", Some(owner), name, commit, &[]),
        _ => {
            let url = format!("git+{remote}@{}", revision.commit);
            crate::purl::purl("generic", None, name, commit, &[("vcs_url", &url)])
        }
    }?;
    fit::purl(&made)
}

/// What was not read, and what the rules saw if there is no time to date annotations with.
fn properties(bill: &Bill<'_>) -> Vec<Value> {
    let inventory = bill.inventory;
    let mut list = Properties::default();
    list.say("waybill:inventory-schema", &inventory.schema);
    list.say("waybill:files", inventory.summary.files);
    list.say("waybill:files-read", inventory.summary.files_read);
    for unread in &inventory.unread {
        let mut place = fit::path(&unread.path);
        if let Some(line) = unread.line {
            place.push_str(&format!(":{line}"));
        }
        list.say("waybill:unread", format!("{place}: {}", unread.reason));
    }
    if bill.timestamp.is_none() {
        for noted in &inventory.findings {
            list.say("waybill:finding", super::graph::finding(bill, noted));
        }
    }
    list.into_list()
}
