use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use waybill_domain::inventory::{Component, ComponentId, Inventory, Relation, RelationKind};

use super::order::version;
use crate::Options;
use crate::neutral::neutral_ends;
use crate::paint::{FAINT, Paint, STRONG};
use crate::words::plural;

/// Lines before the rest is left to other views.
const LINES_SHOWN: usize = 4000;
/// Deepest branch.
const DEPTH: usize = 24;

/// Components below what needs them, from the system down. A component that stands elsewhere in
/// full is marked and not unfolded again.
pub(super) fn render(inventory: &Inventory, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let components = inventory
        .components
        .iter()
        .map(|component| (&component.id, component))
        .collect();
    let mut below: BTreeMap<&ComponentId, Vec<&Relation>> = BTreeMap::new();
    for relation in &inventory.relations {
        below.entry(&relation.from).or_default().push(relation);
    }
    let mut tree = Tree {
        components,
        below,
        unfolded: BTreeSet::new(),
        shown: BTreeSet::new(),
        text: paint.with(STRONG, &neutral_ends(&inventory.subject.name, 80)),
        lines: 0,
        left_out: 0,
        paint,
    };
    tree.text.push('\n');
    let subject = ComponentId::subject();
    tree.branches(&subject, "", 0);
    // What hangs on nothing comes first among the rest; then what only a circle leads to.
    let reached: BTreeSet<_> = inventory
        .relations
        .iter()
        .map(|relation| &relation.to)
        .collect();
    let (circles, loose): (Vec<_>, Vec<_>) = inventory
        .components
        .iter()
        .partition(|component| reached.contains(&component.id));
    for component in loose.into_iter().chain(circles) {
        if tree.shown.contains(&component.id) {
            continue;
        }
        tree.leaf(component, "", "── ", None);
        if tree.unfolded.insert(&component.id) {
            tree.branches(&component.id, "   ", 1);
        }
    }
    if tree.left_out > 0 {
        let _ = writeln!(
            tree.text,
            "{} not shown; the JSON view has all",
            plural(tree.left_out, "more line")
        );
    }
    tree.text
}

struct Tree<'a> {
    components: BTreeMap<&'a ComponentId, &'a Component>,
    below: BTreeMap<&'a ComponentId, Vec<&'a Relation>>,
    unfolded: BTreeSet<&'a ComponentId>,
    shown: BTreeSet<&'a ComponentId>,
    text: String,
    lines: usize,
    left_out: u64,
    paint: Paint,
}

impl<'a> Tree<'a> {
    fn branches(&mut self, of: &ComponentId, indent: &str, depth: usize) {
        let Some(relations) = self.below.get(of).cloned() else {
            return;
        };
        let last = relations.len().saturating_sub(1);
        for (index, relation) in relations.iter().enumerate() {
            let Some(component) = self.components.get(&relation.to).copied() else {
                continue;
            };
            let (joint, further) = if index == last {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            };
            let inner = format!("{indent}{further}");
            self.leaf(component, indent, joint, Some(relation.kind));
            // What is too deep here may be unfolded elsewhere.
            if depth < DEPTH && self.unfolded.insert(&component.id) {
                self.branches(&component.id, &inner, depth + 1);
            }
        }
    }

    fn leaf(
        &mut self,
        component: &'a Component,
        indent: &str,
        joint: &str,
        kind: Option<RelationKind>,
    ) {
        self.shown.insert(&component.id);
        if self.lines >= LINES_SHOWN {
            self.left_out += 1;
            return;
        }
        self.lines += 1;
        let version = version(component);
        let again = self.unfolded.contains(&component.id) && self.below.contains_key(&component.id);
        let how = match kind {
            Some(RelationKind::DependsOn | RelationKind::Uses | RelationKind::Contains) | None => {
                String::new()
            }
            Some(kind) => format!(" {}", kind.as_str()),
        };
        let _ = writeln!(
            self.text,
            "{}{joint}{}{}{} {}{}",
            indent,
            neutral_ends(&component.full_name(), 80),
            if version.is_empty() { "" } else { " " },
            neutral_ends(&version, 40),
            self.paint
                .with(FAINT, &format!("{}{how}", component.role.as_str())),
            if again { " (above)" } else { "" },
        );
    }
}
