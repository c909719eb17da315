//! SPDX 3.0 in JSON-LD: elements of a graph, in any order.

mod part;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use waybill_domain::{
    bill::{BillFormat, DocumentFacts, Unmapped},
    inventory::{Component, Licence, ReferenceKind, Role, Subject, Unread},
};

use self::part::{Agent, Creation, Kind, Package, Related, Says};
pub(super) use self::part::{Part, part};
use super::{
    Head, finish,
    judgement::{Judgement, List, Place},
    silent, tool_named, words,
};
use crate::bill::{
    BillError, ReadBill,
    gathering::{Found, Gathering, Party, Symbol},
    purpose::Purpose,
    values::quoted,
};
use crate::cyclonedx::read::licences::stated;

/// Who stands behind a component, by references.
struct Behind {
    component: Symbol,
    supplied_by: Option<Symbol>,
    originated_by: Vec<String>,
}

/// A document so far.
pub(super) struct Graph {
    purpose: Purpose,
    gathering: Gathering,
    agents: HashMap<Symbol, Agent>,
    tools: HashMap<Symbol, String>,
    /// What licences say; none for our own names of texts, of which an annotation says more.
    licences: HashMap<Symbol, Option<Licence>>,
    behind: Vec<Behind>,
    licensed: Vec<(Symbol, Symbol)>,
    /// What our own bills say of components that have not come yet.
    own: HashMap<Symbol, Box<Component>>,
    creations: Vec<Creation>,
    roots: BTreeSet<String>,
    sboms: BTreeMap<String, Vec<String>>,
    document: DocumentFacts,
    unread: Vec<Unread>,
}

impl Graph {
    pub(super) fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            gathering: Gathering::default(),
            agents: HashMap::new(),
            tools: HashMap::new(),
            licences: HashMap::new(),
            behind: Vec::new(),
            licensed: Vec::new(),
            own: HashMap::new(),
            creations: Vec::new(),
            roots: BTreeSet::new(),
            sboms: BTreeMap::new(),
            document: silent(BillFormat::SpdxJsonLd, String::new()),
            unread: Vec::new(),
        }
    }

    /// Takes what one element says.
    pub(super) fn take(&mut self, part: Part, index: usize, judgement: &mut Judgement) {
        if let Some(creation) = part.creation
            && self.creations.last() != Some(&creation)
        {
            self.creations.push(creation);
        }
        let Some(id) = part.id else {
            return;
        };
        let passing = matches!(
            part.says,
            Says::Related(_) | Says::Own(..) | Says::Unread(_) | Says::Nothing
        );
        if judgement.judging || !passing {
            let symbol = self.gathering.symbol(&id);
            judgement.declare(symbol, &id, Place::new(List::Graph, index));
        }
        match part.says {
            Says::Nothing => {}
            Says::Related(related) => self.related(&related, index, judgement),
            Says::Own(subject, own) => {
                let symbol = self.gathering.symbol(&subject);
                match self.gathering.component_mut(symbol) {
                    Some(component) => restore(component, *own, self.purpose),
                    None => {
                        self.own.insert(symbol, own);
                    }
                }
            }
            Says::Unread(unread) => self.unread.push(unread),
            Says::Package(package) => self.package(id, *package),
            Says::Document(roots) => {
                self.document.identifier = Some(id);
                self.roots.extend(roots);
            }
            Says::Sbom(roots, contexts) => {
                self.document.contexts.extend(contexts);
                self.sboms.insert(id, roots);
            }
            Says::Agent(agent) => {
                let symbol = self.gathering.symbol(&id);
                self.agents.insert(symbol, agent);
            }
            Says::Tool(name) => {
                let symbol = self.gathering.symbol(&id);
                self.tools.insert(symbol, name);
            }
            Says::Licence(text) | Says::LicenceText(text) => {
                let symbol = self.gathering.symbol(&id);
                let own = text.starts_with("LicenseRef-waybill-");
                self.licences.insert(symbol, (!own).then(|| stated(text)));
            }
        }
    }

    fn package(&mut self, id: String, package: Package) {
        let symbol = self.gathering.symbol(&id);
        let mut found = Found::new(Some(id), package.component);
        if let Some(own) = self.own.remove(&symbol) {
            restore(&mut found.component, *own, self.purpose);
        }
        found.shrink();
        self.gathering.add(found);
        let supplied_by = package.supplied_by.map(|id| self.gathering.symbol(&id));
        let whole = self.purpose == Purpose::Whole;
        let originated_by = if whole {
            package.originated_by
        } else {
            Vec::new()
        };
        if supplied_by.is_some() || !originated_by.is_empty() {
            self.behind.push(Behind {
                component: symbol,
                supplied_by,
                originated_by,
            });
        }
    }

    fn related(&mut self, related: &Related, index: usize, judgement: &mut Judgement) {
        if self.purpose == Purpose::Comparison && related.kind != Kind::Licensed {
            return;
        }
        let from = self.end(&related.from, index, judgement);
        for id in &related.to {
            let to = self.end(id, index, judgement);
            match related.kind {
                Kind::Licensed => self.licensed.push((from, to)),
                Kind::Known(kind, false, standing) => {
                    self.gathering.relate(from, kind, to, standing);
                }
                Kind::Known(kind, true, standing) => {
                    self.gathering.relate(to, kind, from, standing);
                }
                Kind::Other => {}
            }
        }
    }

    fn end(&mut self, id: &str, index: usize, judgement: &mut Judgement) -> Symbol {
        let symbol = self.gathering.symbol(id);
        // Individuals such as `NoAssertionElement` are not elements of the document.
        if !id.contains("spdx.org/rdf/") && !individual(id) {
            judgement.mention(symbol, id, index, None);
        }
        symbol
    }

    /// Puts together what was said in different places, once all elements were taken.
    pub(super) fn finish(
        mut self,
        mut judgement: Judgement,
        unmapped: Unmapped,
    ) -> Result<ReadBill, BillError> {
        self.gathering.count(unmapped);
        self.creation();
        self.stand_behind();
        self.license();
        let subject = self.subject().unwrap_or_default();
        if !self.document.version.starts_with("3.0") {
            return Err(BillError::Unrecognised(format!(
                "SPDX {} is neither 2.2, 2.3 nor 3.0",
                quoted(&self.document.version)
            )));
        }
        if self.document.version == "3.0.0" {
            judgement.let_go();
        }
        let head = Head {
            document: self.document,
            subject,
            unread: self.unread,
        };
        Ok(finish(head, self.gathering, judgement.finish()))
    }

    /// Who made the document, when and with what.
    fn creation(&mut self) {
        for creation in std::mem::take(&mut self.creations) {
            self.document.timestamp = self.document.timestamp.take().or(creation.created);
            if let Some(version) = creation.version {
                self.document.version = version;
            }
            for id in creation.by {
                let agent = self.agent(&id);
                if agent.is_some_and(|agent| agent.program) {
                    continue;
                }
                let name = agent.map_or(id, |agent| agent.name.clone());
                if !self.document.authors.contains(&name) {
                    self.document.authors.push(name);
                }
            }
            for id in creation.using {
                let symbol = self.gathering.known(&id);
                let name = symbol.and_then(|symbol| self.tools.get(&symbol).cloned());
                let tool = tool_named(&name.unwrap_or(id));
                if !self.document.tools.contains(&tool) {
                    self.document.tools.push(tool);
                }
            }
        }
    }

    fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.get(&self.gathering.known(id)?)
    }

    /// Gives components their suppliers and authors.
    fn stand_behind(&mut self) {
        for behind in std::mem::take(&mut self.behind) {
            let party = behind
                .supplied_by
                .and_then(|symbol| Some(party(self.agents.get(&symbol)?)));
            let names: Vec<String> = behind
                .originated_by
                .into_iter()
                .map(|id| match self.agent(&id) {
                    Some(agent) => agent.name.clone(),
                    None => id,
                })
                .collect();
            let Some(component) = self.gathering.component_mut(behind.component) else {
                continue;
            };
            for name in names {
                if !component.authors.contains(&name) {
                    component.authors.push(name);
                }
            }
            let Some(mut party) = party.filter(|party| !party.name.is_empty()) else {
                continue;
            };
            if let Some(kind) = component.supplier.as_ref().and_then(words::kind_of) {
                party.kind = kind;
            }
            let supplier = self.gathering.supplier(party);
            if let Some(component) = self.gathering.component_mut(behind.component) {
                component.supplier = Some(supplier);
            }
        }
    }

    /// Gives components the licences that relationships name.
    fn license(&mut self) {
        for (from, to) in std::mem::take(&mut self.licensed) {
            let (Some(Some(licence)), Some(component)) =
                (self.licences.get(&to), self.gathering.component_mut(from))
            else {
                continue;
            };
            let known = component
                .licences
                .iter()
                .any(|other| other.expression == licence.expression);
            if !known {
                component.licences.push(licence.clone());
                self.purpose.thin(component);
            }
        }
    }

    /// What the document is about, if it is one package that is neither model nor data set.
    fn subject(&mut self) -> Option<Subject> {
        let mut roots: BTreeSet<&String> = BTreeSet::new();
        for root in &self.roots {
            match self.sboms.get(root) {
                Some(inner) => roots.extend(inner),
                None => {
                    roots.insert(root);
                }
            }
        }
        if roots.is_empty() {
            roots.extend(self.sboms.values().flatten());
        }
        let root = roots.first().filter(|_| roots.len() == 1)?;
        let symbol = self.gathering.known(root)?;
        let role = self.gathering.component_mut(symbol)?.role;
        if matches!(role, Role::Model | Role::Dataset) {
            return None;
        }
        self.gathering.become_subject(symbol)
    }
}

/// Makes of a component what our own annotation says of it.
fn restore(component: &mut Component, own: Component, purpose: Purpose) {
    let nothing = Component::new(component.id.clone(), Role::File, String::new());
    let read = std::mem::replace(component, nothing);
    *component = words::restore(own, read);
    purpose.thin(component);
}

fn party(agent: &Agent) -> Party {
    let mut party = Party::named(agent.name.clone(), agent.kind);
    for link in &agent.links {
        if link.kind == ReferenceKind::SecurityContact {
            party.security_contact = Some(link.url.clone());
        } else {
            party.urls.push(link.url.clone());
        }
    }
    party
}

fn individual(id: &str) -> bool {
    id.ends_with("NoAssertionElement") || id.ends_with("NoneElement") || id.ends_with("License")
}
