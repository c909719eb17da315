//! The graph that the page draws: the system, what it uses, where that comes from, and who
//! supplies it. Software is folded into one node per ecosystem; of everything else as much is shown
//! as a person can look at.

mod choice;

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::{
    Component, ComponentId, Inventory, Pin, Relation, RelationKind, Role, Supplier, SupplierId,
};

use choice::chosen;

use super::names::{Names, is_software};
use super::order::{groups, heading, pin, version};
use super::say;
use crate::graph::{Edge, Graph, Node, Rank, Shape};
use crate::neutral::neutral_ends;
use crate::words::plural;

const SUPPLIERS_DRAWN: usize = 12;
/// Folded components of more suppliers than these are not joined to them: a web of lines says
/// nothing.
const SUPPLIERS_OF_FOLD: usize = 2;
const LONGEST: usize = 160;

/// The drawing's graph and what the legend explains.
pub(super) struct Picture {
    pub(super) graph: Graph,
    pub(super) legend: Vec<(Shape, &'static str, &'static str)>,
    /// Class and words of each kind of line that occurs.
    pub(super) strokes: Vec<(&'static str, &'static str)>,
    /// How many components and how many suppliers stand in the drawing only as a number.
    pub(super) folded: (u64, u64),
}

/// The sign, the class and the word of a role; roles that read alike share one.
fn look(role: Role) -> (Shape, &'static str, &'static str) {
    match role {
        Role::Model => (Shape::Circle, "of-model", "model"),
        Role::Adapter => (Shape::Diamond, "of-adapter", "adapter"),
        Role::HostedModel => (Shape::Ring, "of-hosted", "hosted model"),
        Role::Dataset | Role::EvaluationSet => (Shape::Cylinder, "of-data", "data set"),
        Role::Prompt | Role::ChatTemplate | Role::AgentInstructions => {
            (Shape::Page, "of-text", "prompt or instructions")
        }
        Role::AgentTool => (Shape::Triangle, "of-tool", "agent tool"),
        Role::Guardrail => (Shape::Cross, "of-guardrail", "guardrail"),
        Role::Service => (Shape::Hexagon, "of-service", "service"),
        Role::VectorStore => (Shape::Grid, "of-service", "vector store"),
        Role::Container => (Shape::Square, "of-image", "container image"),
        _ => (Shape::Bars, "of-software", "software"),
    }
}

const SUPPLIER: (Shape, &str, &str) = (Shape::Person, "of-supplier", "supplier");
const SYSTEM: (Shape, &str, &str) = (Shape::Star, "of-system", "the system");

/// What is used directly stands before where it comes from.
const fn rank(role: Role) -> Rank {
    match role {
        Role::Dataset
        | Role::EvaluationSet
        | Role::Service
        | Role::VectorStore
        | Role::ChatTemplate => Rank::AtLeast(2),
        _ => Rank::AtLeast(1),
    }
}

pub(super) fn picture(inventory: &Inventory, names: &Names<'_>) -> Picture {
    let mut drawing = Drawing {
        graph: Graph {
            captions: [
                "System",
                "What it uses",
                "Data, services, origins",
                "Suppliers",
            ],
            ..Graph::default()
        },
        looks: BTreeSet::from([SYSTEM]),
        parts: BTreeMap::new(),
        folds: BTreeMap::new(),
        suppliers: BTreeMap::new(),
        joined: BTreeSet::new(),
        folded: (0, 0),
    };
    drawing.system(inventory);
    drawing.parts(inventory, names);
    drawing.folds(inventory);
    drawing.suppliers(inventory, names);
    drawing.relations(inventory, names);
    drawing.loose_ends();
    Picture {
        legend: drawing.looks.into_iter().collect(),
        strokes: strokes(&drawing.graph),
        folded: drawing.folded,
        graph: drawing.graph,
    }
}

fn strokes(graph: &Graph) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("lineage", "made from"),
        ("on-data", "trained or evaluated on"),
        ("uses", "uses"),
        ("supplied", "supplied by"),
        ("broken", "floating, not pinned"),
    ];
    let occurs = |class| match class {
        "broken" => graph.nodes.iter().any(|node| node.broken),
        class => graph.edges.iter().any(|edge| edge.class == class),
    };
    all.into_iter()
        .filter(|(class, _)| occurs(*class))
        .collect()
}

struct Drawing<'a> {
    graph: Graph,
    looks: BTreeSet<(Shape, &'static str, &'static str)>,
    /// Nodes of components that are drawn one by one.
    parts: BTreeMap<&'a ComponentId, usize>,
    /// Nodes of the others.
    folds: BTreeMap<&'a ComponentId, usize>,
    suppliers: BTreeMap<&'a SupplierId, usize>,
    joined: BTreeSet<(usize, usize, &'static str)>,
    folded: (u64, u64),
}

impl<'a> Drawing<'a> {
    fn add(&mut self, look: (Shape, &'static str, &'static str), rank: Rank, node: Node) -> usize {
        self.looks.insert(look);
        let (shape, class, _) = look;
        self.graph.nodes.push(Node {
            class,
            shape,
            rank,
            ..node
        });
        self.graph.nodes.len() - 1
    }

    fn system(&mut self, inventory: &Inventory) {
        let subject = &inventory.subject;
        let version = subject.version.as_deref().unwrap_or_default();
        self.add(SYSTEM, Rank::First, text(&subject.name, version, None));
    }

    /// The components that are drawn one by one, of every role some.
    fn parts(&mut self, inventory: &'a Inventory, names: &Names<'_>) {
        let chosen = chosen(inventory);
        let members = groups(inventory)
            .into_iter()
            .flat_map(|(_, members)| members);
        for component in members.filter(|member| chosen.contains(&member.id)) {
            let link = names.row(&component.id);
            let mut node = text(&component.full_name(), &detail(component), link);
            node.tooltip = tooltip(component, names);
            node.broken = component.pin == Some(Pin::Floating);
            let at = self.add(look(component.role), rank(component.role), node);
            self.parts.insert(&component.id, at);
        }
    }

    /// One node for all others that are alike.
    fn folds(&mut self, inventory: &'a Inventory) {
        let mut folds: BTreeMap<(Role, String), Vec<&'a Component>> = BTreeMap::new();
        for component in &inventory.components {
            if !self.parts.contains_key(&component.id) {
                let ecosystem = match is_software(component.role) {
                    true => ecosystem(component).to_owned(),
                    false => String::new(),
                };
                let key = (component.role, ecosystem);
                folds.entry(key).or_default().push(component);
            }
        }
        for ((role, ecosystem), members) in folds {
            let number = members.len();
            self.folded.0 += number as u64;
            let kind = match (role, number) {
                (Role::SystemPackage, 1) => "package".to_owned(),
                (Role::SystemPackage, _) => "packages".to_owned(),
                (Role::WorkflowAction, 1) => "action".to_owned(),
                (Role::WorkflowAction, _) => "actions".to_owned(),
                (_, 1) => role.as_str().replace('-', " "),
                _ => heading(role).to_lowercase(),
            };
            let (title, mut detail) = match is_software(role) {
                true if ecosystem.is_empty() => (heading(role).to_owned(), number.to_string()),
                true => (ecosystem, format!("{number} {kind}")),
                false => (format!("{number} more"), kind),
            };
            let floating = |member: &&&Component| member.pin == Some(Pin::Floating);
            let floating = members.iter().filter(floating).count();
            if floating > 0 {
                detail.push_str(&format!(", {floating} floating"));
            }
            let link = Some(super::html::section(role));
            let node = text(&title, &detail, link);
            let at = self.add(look(role), rank(role), node);
            for member in members {
                self.folds.insert(&member.id, at);
            }
        }
    }

    /// The suppliers of what is drawn, those of most components first.
    fn suppliers(&mut self, inventory: &'a Inventory, names: &Names<'_>) {
        let mut weight: BTreeMap<&SupplierId, (usize, usize)> = BTreeMap::new();
        for component in &inventory.components {
            if let Some(id) = &component.supplier {
                let weight = weight.entry(id).or_default();
                weight.0 += usize::from(self.parts.contains_key(&component.id));
                weight.1 += 1;
            }
        }
        let mut order: Vec<_> = inventory.suppliers.iter().collect();
        order.retain(|supplier| weight.contains_key(&supplier.id));
        order.sort_by_key(|supplier| std::cmp::Reverse(weight[&supplier.id]));
        // Those of folded software alone are many, and say little one by one.
        let of_parts = |supplier: &&&Supplier| weight[&supplier.id].0 > 0;
        let worth = match order.iter().filter(of_parts).count() {
            0 => order.len(),
            number => number,
        };
        let drawn = match order.len() {
            // Folding a single one away would cost the node that it saves.
            number if number <= SUPPLIERS_DRAWN.min(worth) + 1 => number,
            _ => SUPPLIERS_DRAWN.min(worth),
        };
        let (shown, rest) = order.split_at(drawn);
        for supplier in shown {
            let number = plural(weight[&supplier.id].1 as u64, "component");
            let country = supplier.country.as_deref().map(|code| format!("{code}, "));
            let detail = format!("{}{number}", country.unwrap_or_default());
            let link = names.supplier_row(&supplier.id);
            let at = self.add(SUPPLIER, Rank::Last, text(&supplier.name, &detail, link));
            self.suppliers.insert(&supplier.id, at);
        }
        if !rest.is_empty() {
            self.folded.1 += rest.len() as u64;
            let title = format!("{} more", rest.len());
            let link = Some("suppliers".to_owned());
            let at = self.add(SUPPLIER, Rank::Last, text(&title, "suppliers", link));
            for supplier in rest {
                self.suppliers.insert(&supplier.id, at);
            }
        }
        self.supplied(inventory);
    }

    fn supplied(&mut self, inventory: &Inventory) {
        let mut of_fold: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for component in &inventory.components {
            let supplier = component.supplier.as_ref();
            let Some(to) = supplier.and_then(|id| self.suppliers.get(id)).copied() else {
                continue;
            };
            match self.parts.get(&component.id).copied() {
                Some(from) => self.join(from, to, "supplied", None, "is supplied by"),
                None => {
                    let fold = self.folds.get(&component.id).copied();
                    of_fold.entry(fold.unwrap_or(0)).or_default().insert(to);
                }
            }
        }
        for (fold, suppliers) in of_fold {
            let few = suppliers.len() <= SUPPLIERS_OF_FOLD || self.parts.is_empty();
            for to in suppliers.into_iter().filter(|_| few && fold > 0) {
                self.join(fold, to, "supplied", None, "is supplied by");
            }
        }
    }

    /// Relations between components that are drawn one by one. What software does with them, the
    /// system does.
    fn relations(&mut self, inventory: &Inventory, names: &Names<'_>) {
        for relation in &inventory.relations {
            let part = |id| self.parts.get(id).copied();
            let (Some(from), Some(to)) = (part(&relation.from), part(&relation.to)) else {
                continue;
            };
            let class = match relation.kind {
                RelationKind::TrainedOn | RelationKind::EvaluatedOn => "on-data",
                kind if kind.is_lineage() => "lineage",
                _ => "uses",
            };
            let label = match relation.kind {
                RelationKind::DependsOn | RelationKind::Contains | RelationKind::Uses => None,
                kind => Some(say::relation(kind)),
            };
            self.join(from, to, class, label, &sentence(relation, names));
        }
    }

    /// All of it belongs to the system: what nothing else leads to hangs on it.
    fn loose_ends(&mut self) {
        let reached: BTreeSet<usize> = self.graph.edges.iter().map(|edge| edge.to).collect();
        for node in 1..self.graph.nodes.len() {
            if self.graph.nodes[node].rank != Rank::Last && !reached.contains(&node) {
                self.join(0, node, "uses", None, "uses");
            }
        }
    }

    fn join(
        &mut self,
        from: usize,
        to: usize,
        class: &'static str,
        label: Option<&'static str>,
        words: &str,
    ) {
        if from == to || !self.joined.insert((from, to, label.unwrap_or(class))) {
            return;
        }
        let tooltip = match words.contains(' ') && label.is_some() {
            true => words.to_owned(),
            false => {
                let title = |node: usize| &self.graph.nodes[node].title;
                format!("{} {words} {}", title(from), title(to))
            }
        };
        self.graph.edges.push(Edge {
            from,
            to,
            class,
            label,
            tooltip,
            arrow: class != "supplied",
        });
    }
}

fn text(title: &str, detail: &str, link: Option<String>) -> Node {
    let (title, detail) = (neutral_ends(title, LONGEST), neutral_ends(detail, LONGEST));
    let apart = if detail.is_empty() { "" } else { "\n" };
    Node {
        tooltip: format!("{title}{apart}{detail}"),
        title,
        detail,
        class: "",
        shape: Shape::Star,
        rank: Rank::First,
        link,
        broken: false,
    }
}

/// `adapter · floating · Apache-2.0`, so far as it is known.
fn detail(component: &Component) -> String {
    let role = component.role.as_str().replace('-', " ");
    let version = match component.pin {
        Some(Pin::Floating) => String::new(),
        _ => version(component),
    };
    // A dated snapshot says it in its name.
    let version = match component.name.contains(&version) {
        true => String::new(),
        false => version,
    };
    // The beginning of a digest says enough.
    let version = match version.strip_suffix('…') {
        Some(start) => start.chars().take(8).collect(),
        None => version,
    };
    let words = [role, version, pin(component).to_owned()];
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" · ")
}

fn tooltip(component: &Component, names: &Names<'_>) -> String {
    let mut lines = vec![
        neutral_ends(&component.full_name(), LONGEST),
        component.role.as_str().replace('-', " "),
    ];
    let supplier = names.supplier(component.supplier.as_ref());
    let said = [
        ("version", component.version.as_deref().unwrap_or_default()),
        ("pin", pin(component)),
        ("supplier", supplier),
        ("licence", &say::licences(component)),
    ];
    for (what, value) in said {
        if !value.is_empty() {
            lines.push(format!("{what}: {}", neutral_ends(value, LONGEST)));
        }
    }
    lines.join("\n")
}

fn sentence(relation: &Relation, names: &Names<'_>) -> String {
    format!(
        "{} {} {} ({})",
        neutral_ends(&names.end(&relation.from), LONGEST),
        say::relation(relation.kind),
        neutral_ends(&names.end(&relation.to), LONGEST),
        relation.standing.as_str(),
    )
}

/// The ecosystem that a purl names, as people know it; empty if none is.
fn ecosystem(component: &Component) -> &str {
    let purl = component.purl.as_deref().unwrap_or_default();
    let kind = purl
        .strip_prefix("pkg:")
        .and_then(|rest| rest.split('/').next());
    match kind.unwrap_or_default() {
        "pypi" => "PyPI",
        "npm" => "npm",
        "cargo" => "crates.io",
        "golang" => "Go modules",
        "maven" => "Maven",
        "nuget" => "NuGet",
        "gem" => "RubyGems",
        "composer" => "Packagist",
        "conda" => "conda",
        "deb" => "Debian packages",
        "rpm" => "RPM packages",
        "apk" => "Alpine packages",
        "github" => "GitHub",
        "terraform" => "Terraform",
        "docker" | "oci" => "Container registry",
        "hex" => "Hex",
        "pub" => "pub.dev",
        "swift" => "Swift packages",
        "cran" => "CRAN",
        // A hostile type is not worth a node of its own.
        _ => "",
    }
}
