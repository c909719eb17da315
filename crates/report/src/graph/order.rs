//! Which column a node stands in, and in which order the nodes of a column stand.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Rank};

/// Columns between the first and the last.
const INNER_COLUMNS: usize = 5;
const SWEEPS: usize = 12;

/// A place in a column: a node, or a lane on which edges pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Node(usize),
    /// Edges of one class on their way to one node share a lane.
    Lane {
        target: usize,
        column: usize,
        class: &'static str,
    },
}

/// Columns from left to right, each from top to bottom, and for each edge the slots it runs
/// through; less than two for an edge that goes nowhere.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) slots: Vec<Vec<Slot>>,
    pub(super) routes: Vec<Vec<Slot>>,
}

pub(super) fn columns(graph: &Graph) -> Columns {
    let column_of = ranks(graph);
    let last = column_of.iter().copied().max().unwrap_or(0);
    let mut slots: Vec<Vec<Slot>> = vec![Vec::new(); last + 1];
    for (node, column) in column_of.iter().enumerate() {
        slots[*column].push(Slot::Node(node));
    }
    let mut routes = Vec::new();
    for edge in &graph.edges {
        let mut route = Vec::new();
        if edge.from != edge.to {
            route.push(Slot::Node(edge.from));
            let passed = slots.iter_mut().enumerate().take(column_of[edge.to]);
            for (column, slots) in passed.skip(column_of[edge.from] + 1) {
                let (target, class) = (edge.to, edge.class);
                let lane = Slot::Lane {
                    target,
                    column,
                    class,
                };
                if !slots.contains(&lane) {
                    slots.push(lane);
                }
                route.push(lane);
            }
            route.push(Slot::Node(edge.to));
        }
        routes.push(route);
    }
    let mut columns = Columns { slots, routes };
    columns.untangle();
    columns
}

/// The longest way to a node decides its column. An edge that would close a circle has no say.
fn ranks(graph: &Graph) -> Vec<usize> {
    let count = graph.nodes.len();
    let mut rank: Vec<usize> = graph
        .nodes
        .iter()
        .map(|node| match node.rank {
            Rank::First => 0,
            Rank::AtLeast(column) => column.clamp(1, INNER_COLUMNS),
            Rank::Last => 1,
        })
        .collect();
    let inner = |node: usize| matches!(graph.nodes[node].rank, Rank::AtLeast(_));
    let mut waiting: BTreeSet<usize> = (0..count).collect();
    while let Some(next) = free(graph, &waiting) {
        waiting.remove(&next);
        for edge in graph.edges.iter().filter(|edge| edge.from == next) {
            if waiting.contains(&edge.to) && inner(edge.to) {
                rank[edge.to] = rank[edge.to].max(rank[next] + 1).min(INNER_COLUMNS);
            }
        }
    }
    let furthest = (0..count).filter(|node| inner(*node));
    let furthest = furthest.map(|node| rank[node]).max().unwrap_or(0);
    for (node, rank) in rank.iter_mut().enumerate() {
        if graph.nodes[node].rank == Rank::Last {
            *rank = furthest + 1;
        }
    }
    without_gaps(&mut rank);
    rank
}

/// The first node that no waiting one leads to, or the first of a circle.
fn free(graph: &Graph, waiting: &BTreeSet<usize>) -> Option<usize> {
    let led_to: BTreeSet<usize> = graph
        .edges
        .iter()
        .filter(|edge| edge.from != edge.to && waiting.contains(&edge.from))
        .map(|edge| edge.to)
        .collect();
    let free = waiting.iter().find(|node| !led_to.contains(node));
    free.or_else(|| waiting.first()).copied()
}

/// Empty columns are left out.
fn without_gaps(rank: &mut [usize]) {
    let used: BTreeSet<usize> = rank.iter().copied().collect();
    let position: BTreeMap<usize, usize> = used.iter().copied().zip(0..).collect();
    for rank in rank {
        *rank = position.get(rank).copied().unwrap_or(0);
    }
}

impl Columns {
    /// Pairs of neighbouring slots that an edge joins, from left to right, each one once.
    pub(super) fn joints(&self) -> BTreeSet<(Slot, Slot)> {
        let column_of = self.column_of();
        let pairs = self.routes.iter().flat_map(|route| route.windows(2));
        pairs
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
            .filter(|(from, to)| column_of[from] < column_of[to])
            .collect()
    }

    pub(super) fn column_of(&self) -> BTreeMap<Slot, usize> {
        let columns = self.slots.iter().enumerate();
        columns
            .flat_map(|(column, slots)| slots.iter().map(move |slot| (*slot, column)))
            .collect()
    }

    /// Sorts every column by where its neighbours stand, back and forth, and keeps the order with
    /// the fewest crossings.
    fn untangle(&mut self) {
        let joints = self.joints();
        let mut best = (self.crossings(&joints), self.slots.clone());
        for sweep in 0..SWEEPS {
            let count = self.slots.len();
            let order: Vec<usize> = match sweep % 2 {
                0 => (1..count).collect(),
                _ => (0..count.saturating_sub(1)).rev().collect(),
            };
            for column in order {
                self.sort(column, &joints, sweep % 2 == 0);
            }
            let crossings = self.crossings(&joints);
            if crossings < best.0 {
                best = (crossings, self.slots.clone());
            }
        }
        self.slots = best.1;
        for column in 1..self.slots.len() {
            let (before, crossings) = (self.slots[column].clone(), self.crossings(&joints));
            self.gather_leaves(column, &joints);
            if self.crossings(&joints) > crossings {
                self.slots[column] = before;
            }
        }
    }

    /// Puts what leads nowhere further below the rest, in the order of the graph: what is alike
    /// stands together.
    fn gather_leaves(&mut self, column: usize, joints: &BTreeSet<(Slot, Slot)>) {
        let leading: BTreeSet<Slot> = joints.iter().map(|(from, _)| *from).collect();
        let slots = std::mem::take(&mut self.slots[column]);
        let (mut sorted, mut leaves): (Vec<_>, Vec<_>) =
            slots.into_iter().partition(|slot| leading.contains(slot));
        leaves.sort_unstable();
        sorted.append(&mut leaves);
        self.slots[column] = sorted;
    }

    fn sort(&mut self, column: usize, joints: &BTreeSet<(Slot, Slot)>, leftwards: bool) {
        let place = self.places();
        let mut keyed: Vec<(f64, Slot)> = Vec::new();
        for slot in &self.slots[column] {
            let beside: Vec<f64> = joints
                .iter()
                .filter_map(|(from, to)| match leftwards {
                    true => (to == slot).then(|| place[from]),
                    false => (from == slot).then(|| place[to]),
                })
                .collect();
            let key = match beside.len() {
                0 => place[slot],
                number => beside.iter().sum::<f64>() / number as f64,
            };
            keyed.push((key, *slot));
        }
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.slots[column] = keyed.into_iter().map(|(_, slot)| slot).collect();
    }

    /// Where each slot stands in its column, from 0 at the top to 1.
    fn places(&self) -> BTreeMap<Slot, f64> {
        let mut places = BTreeMap::new();
        for slots in &self.slots {
            for (index, slot) in slots.iter().enumerate() {
                places.insert(*slot, (index as f64 + 0.5) / slots.len() as f64);
            }
        }
        places
    }

    fn crossings(&self, joints: &BTreeSet<(Slot, Slot)>) -> usize {
        let (place, column_of) = (self.places(), self.column_of());
        let lines: Vec<(usize, f64, f64)> = joints
            .iter()
            .map(|(from, to)| (column_of[from], place[from], place[to]))
            .collect();
        let mut crossings = 0;
        for (index, one) in lines.iter().enumerate() {
            for other in lines.iter().skip(index + 1) {
                let crossed = (one.1 - other.1) * (one.2 - other.2) < 0.0;
                crossings += usize::from(one.0 == other.0 && crossed);
            }
        }
        crossings
    }
}
