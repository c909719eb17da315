//! SPDX 2.2 and 2.3.

mod part;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waybill_domain::{
    bill::{BillFormat, DocumentFacts, Unmapped},
    inventory::{LicenceSource, Role, Subject, Unread},
};

use self::part::{Described, Related};
pub(super) use self::part::{Part, part};
use super::{
    Head, finish,
    judgement::{Judgement, List, Place, missing},
    silent, tool_named,
};
use crate::bill::{
    BillError, ReadBill,
    gathering::{Gathering, Symbol},
    purpose::Purpose,
    taking::Taking,
    values::quoted,
};

/// How a document refers to itself.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// A document so far.
#[derive(Default)]
pub(super) struct Older {
    purpose: Purpose,
    gathering: Gathering,
    /// The elements that the document is about.
    described: BTreeSet<Symbol>,
    licence_names: BTreeMap<String, String>,
    unread: Vec<Unread>,
}

impl Older {
    pub(super) fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            ..Self::default()
        }
    }

    /// Takes what one element says.
    pub(super) fn take(&mut self, part: Part, index: usize, judgement: &mut Judgement) {
        let document = self.gathering.symbol(DOCUMENT);
        if judgement.place(document).is_none() {
            judgement.declare(document, DOCUMENT, Place::new(List::Document, 0));
        }
        match part {
            Part::Package(described) => {
                self.described(*described, Place::new(List::Packages, index), judgement);
            }
            Part::File(described) => {
                self.described(*described, Place::new(List::Files, index), judgement);
            }
            Part::Related(related) => self.related(&related, index, judgement),
            Part::Licence(id, name) => {
                self.licence_names.insert(id, name);
            }
            Part::Describes(id) => {
                let symbol = self.gathering.symbol(&id);
                self.described.insert(symbol);
            }
            Part::Nothing => {}
        }
    }

    fn described(&mut self, described: Described, place: Place, judgement: &mut Judgement) {
        self.unread.extend(described.unread);
        let id = described.found.reference.clone();
        let symbol = self.gathering.add(described.found);
        if let Some(id) = id {
            judgement.declare(symbol, &id, place);
        }
    }

    fn related(&mut self, related: &Related, index: usize, judgement: &mut Judgement) {
        let passed_over = self.purpose == Purpose::Comparison && related.describes.is_none();
        if passed_over {
            return;
        }
        let ends = [
            ("spdxElementId", &related.from),
            ("relatedSpdxElement", &related.to),
        ];
        let [from, to] = ends.map(|(member, id)| {
            let symbol = self.gathering.symbol(id);
            let outside =
                id.starts_with("DocumentRef-") || matches!(id.as_str(), "NONE" | "NOASSERTION");
            if !outside {
                judgement.mention(symbol, id, index, Some(member));
            }
            symbol
        });
        if let Some(id) = &related.describes {
            let symbol = self.gathering.symbol(id);
            self.described.insert(symbol);
        }
        if let Some((kind, turned, standing)) = related.kind {
            let (from, to) = if turned { (to, from) } else { (from, to) };
            self.gathering.relate(from, kind, to, standing);
        }
    }

    /// Reads what is in no list, once all lists were taken.
    pub(super) fn finish(
        mut self,
        mut top: Taking,
        format: BillFormat,
        mut judgement: Judgement,
        mut unmapped: Unmapped,
    ) -> Result<ReadBill, BillError> {
        let version = top.text("spdxVersion").unwrap_or_default();
        let version = version.strip_prefix("SPDX-").unwrap_or(&version).to_owned();
        if !version.starts_with("2.") {
            return Err(BillError::Unrecognised(format!(
                "SPDX {} is neither 2.2, 2.3 nor 3.0",
                quoted(&version)
            )));
        }
        self.name_licences();
        let mut subject = self.subject(&judgement).unwrap_or_default();
        let document = document(&mut top, format, version, &mut judgement);
        let name = top.text("name").unwrap_or_default();
        if subject.name.is_empty() {
            subject.name = name;
        }
        top.left("", &mut unmapped);
        self.gathering.count(unmapped);
        let head = Head {
            document,
            subject,
            unread: self.unread,
        };
        Ok(finish(head, self.gathering, judgement.finish()))
    }

    /// Gives licences that the document brings along the names that it has for them.
    fn name_licences(&mut self) {
        if self.licence_names.is_empty() {
            return;
        }
        for component in self.gathering.components_mut() {
            for licence in &mut component.licences {
                if licence.source == LicenceSource::Bill
                    && licence.written.is_none()
                    && let Some(expression) = &licence.expression
                    && let Some(name) = self.licence_names.get(expression)
                    && name != expression
                {
                    licence.written = Some(name.clone());
                }
            }
        }
    }

    /// What the document is about, if it is one package that is no model.
    fn subject(&mut self, judgement: &Judgement) -> Option<Subject> {
        let symbol = *self
            .described
            .first()
            .filter(|_| self.described.len() == 1)?;
        let package = judgement
            .place(symbol)
            .is_some_and(|place| place.list == List::Packages);
        let role = self.gathering.component_mut(symbol)?.role;
        if !package || role == Role::Model {
            return None;
        }
        self.gathering.become_subject(symbol)
    }
}

/// What the document says of itself.
fn document(
    top: &mut Taking,
    format: BillFormat,
    version: String,
    judgement: &mut Judgement,
) -> DocumentFacts {
    for key in ["SPDXID", "name", "dataLicense"] {
        if !matches!(top.0.get(key), Some(Value::String(_))) {
            judgement.lacks(missing("", key));
        }
    }
    if !matches!(top.0.get("documentNamespace"), Some(Value::String(_))) {
        // The schema forgets what clause 6.5 demands.
        judgement.add(missing("", "documentNamespace"));
    }
    top.drop("SPDXID");
    top.drop("dataLicense");
    let mut document = silent(format, version);
    document.identifier = top.text("documentNamespace");
    let Some(mut creation) = top.object("creationInfo") else {
        judgement.lacks(missing("", "creationInfo"));
        return document;
    };
    document.timestamp = creation.text("created");
    for creator in creation.texts("creators") {
        match creator.split_once(':') {
            Some(("Tool", name)) => document.tools.push(tool_named(name.trim())),
            Some((_, name)) => {
                // Parentheses of no address say that the name holds some.
                let name = name.trim();
                let name = name.strip_suffix("()").unwrap_or(name);
                document.authors.push(name.trim_end().to_owned());
            }
            None => document.authors.push(creator),
        }
    }
    creation.drop("licenseListVersion");
    top.rest("creationInfo", creation);
    document
}
