//! What an element of SPDX 3.0 is known by elsewhere: identifiers, hashes and references.

use serde_json::Value;
use waybill_domain::inventory::{Component, Reference, ReferenceKind};

use super::words;
use crate::bill::taking::Taking;

/// The package URL of an element.
pub(super) fn purl(object: &mut Taking) -> Option<String> {
    let mut purl = object.text("software_packageUrl");
    let mut rests = Vec::new();
    for mut identifier in object.objects("externalIdentifier") {
        let kind = identifier
            .0
            .get("externalIdentifierType")
            .and_then(Value::as_str);
        if matches!(kind, Some("packageUrl" | "purl")) {
            purl = purl.or(identifier.text("identifier"));
        } else {
            identifier.drop("type");
            rests.push(identifier);
        }
    }
    object.rests("externalIdentifier", rests);
    purl
}

/// What the bytes of an element hash to.
pub(super) fn hashes(object: &mut Taking, component: &mut Component) {
    let mut rests = Vec::new();
    for mut hash in object.objects("verifiedUsing") {
        hash.drop("type");
        if let (Some(algorithm), Some(value)) = (hash.text("algorithm"), hash.text("hashValue")) {
            component.hashes.push(words::hash(&algorithm, value));
        }
        rests.push(hash);
    }
    object.rests("verifiedUsing", rests);
    component.hashes.sort();
}

/// Where more about an element is.
pub(super) fn links(object: &mut Taking) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut rests = Vec::new();
    for mut link in object.objects("externalRef") {
        link.drop("type");
        let kind = link.text("externalRefType").unwrap_or_default();
        let comment = link.text("comment");
        let kind = match (kind.as_str(), comment.as_deref()) {
            (_, Some("model card")) => ReferenceKind::ModelCard,
            (_, Some("bill")) => ReferenceKind::Bill,
            (_, Some("contact by RFC 9116")) => ReferenceKind::SecurityContact,
            (_, Some("endpoint")) => continue,
            ("altWebPage", _) => ReferenceKind::Website,
            ("vcs", _) => ReferenceKind::Vcs,
            ("altDownloadLocation", _) => ReferenceKind::Distribution,
            ("documentation", _) => ReferenceKind::Documentation,
            ("license", _) => ReferenceKind::Licence,
            _ => ReferenceKind::Other,
        };
        for url in link.texts("locator") {
            found.push(Reference { kind, url });
        }
        rests.push(link);
    }
    object.rests("externalRef", rests);
    found
}
