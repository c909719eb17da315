use waybill_domain::inventory::{
    Licence, LicenceSource, Occurrence, Reference, ReferenceKind, Standing,
};

use super::properties::{Said, word};
use crate::bill::{taking::Taking, values::expression_fault};

/// The licences of an object. Links to their texts are added to `links`.
pub(super) fn licences(
    object: &mut Taking,
    said: &mut Said,
    links: &mut Vec<Reference>,
) -> Vec<Licence> {
    let mut licences = Vec::new();
    let mut rests = Vec::new();
    for mut item in object.objects("licenses") {
        if let Some(expression) = item.text("expression") {
            let mut licence = stated(expression);
            particulars(&mut licence, said, &mut item);
            item.drop("bom-ref");
            licences.push(licence);
        } else if let Some(mut inner) = item.object("license") {
            let name = inner.text("id").or_else(|| inner.text("name"));
            if let Some(name) = name {
                let mut licence = stated(name);
                let mut own = Said::take(&mut inner);
                particulars(&mut licence, &mut own, &mut inner);
                licences.push(licence);
            }
            if let Some(url) = inner.text("url") {
                links.push(Reference {
                    kind: ReferenceKind::Licence,
                    url,
                });
            }
            inner.drop("bom-ref");
            item.rest("license", inner);
        }
        rests.push(item);
    }
    object.rests("licenses", rests);
    licences
}

/// A licence as another bill states it.
pub(crate) fn stated(text: String) -> Licence {
    let (expression, written) = if expression_fault(&text).is_none() {
        (Some(text), None)
    } else {
        (None, Some(text))
    };
    Licence {
        expression,
        written,
        source: LicenceSource::Bill,
        standing: Standing::Claimed,
        occurrence: None,
    }
}

/// How our own bills say that a licence is known.
fn particulars(licence: &mut Licence, said: &mut Said, holder: &mut Taking) {
    let mut one = |name: &str| said.one(&format!("waybill:licence:{name}"));
    let Some(source) = one("source").and_then(|text| word(&text)) else {
        return;
    };
    // Follows from the source.
    holder.drop("acknowledgement");
    licence.source = source;
    if let Some(standing) = one("standing").and_then(|text| word(&text)) {
        licence.standing = standing;
    }
    if let Some(written) = one("written") {
        // An expression was written, even one that SPDX does not know.
        if let Some(text) = licence.written.take() {
            licence.expression = Some(text);
        }
        licence.written = Some(written);
    }
    if let Some(path) = one("path") {
        let line = one("line").and_then(|line| line.parse().ok());
        licence.occurrence = Some(Occurrence::at(path, line));
    }
}
