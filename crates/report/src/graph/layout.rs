//! Where everything stands, in pixels.

use std::collections::BTreeMap;

use super::order::{Columns, Slot, columns};
use super::spread::{Wish, spread};
use super::{Graph, letters};

pub(super) const NODE_WIDTH: f64 = 216.0;
pub(super) const NODE_HEIGHT: f64 = 42.0;
pub(super) const LABEL_SIZE: f64 = 10.5;
/// Above the first row: the captions.
const TOP: f64 = 34.0;
const EDGE: f64 = 4.0;
const BETWEEN_ROWS: f64 = 10.0;
const LANE_HEIGHT: f64 = 4.0;
const BETWEEN_COLUMNS: f64 = 84.0;
const AROUND_LABEL: f64 = 46.0;
const SWEEPS: usize = 10;

/// A drawing with everything in its place.
pub(super) struct Layout {
    pub(super) columns: Columns,
    /// Left edge of each column.
    pub(super) left: Vec<f64>,
    /// Middle of each slot.
    pub(super) middle: BTreeMap<Slot, f64>,
    pub(super) width: f64,
    pub(super) height: f64,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let columns = columns(graph);
    let left = lefts(graph, &columns);
    let mut middle = rows(&columns);
    let top = middle.iter().map(|(slot, y)| y - height(*slot) / 2.0);
    let top = top.fold(f64::INFINITY, f64::min);
    let mut bottom: f64 = 0.0;
    for (slot, y) in &mut middle {
        *y += TOP - top;
        bottom = bottom.max(*y + height(*slot) / 2.0);
    }
    Layout {
        width: left.last().copied().unwrap_or(0.0) + NODE_WIDTH + EDGE,
        height: bottom + EDGE,
        columns,
        left,
        middle,
    }
}

fn height(slot: Slot) -> f64 {
    match slot {
        Slot::Node(_) => NODE_HEIGHT,
        Slot::Lane { .. } => LANE_HEIGHT,
    }
}

/// A gap between columns is as wide as the widest label that begins in it needs.
fn lefts(graph: &Graph, columns: &Columns) -> Vec<f64> {
    let column_of = columns.column_of();
    let mut gaps = vec![BETWEEN_COLUMNS; columns.slots.len()];
    for (edge, route) in graph.edges.iter().zip(&columns.routes) {
        let column = route.first().and_then(|slot| column_of.get(slot));
        if let (Some(label), Some(column)) = (edge.label, column) {
            let wide = letters::width(label, LABEL_SIZE) + AROUND_LABEL;
            gaps[*column] = gaps[*column].max(wide);
        }
    }
    let mut left = EDGE;
    gaps.iter()
        .map(|gap| {
            let here = left;
            left += NODE_WIDTH + gap;
            here
        })
        .collect()
}

/// Moves the slots of every column towards their neighbours, back and forth.
fn rows(columns: &Columns) -> BTreeMap<Slot, f64> {
    let mut beside: BTreeMap<Slot, Vec<Slot>> = BTreeMap::new();
    for (from, to) in columns.joints() {
        beside.entry(from).or_default().push(to);
        beside.entry(to).or_default().push(from);
    }
    let mut middle: BTreeMap<Slot, f64> = BTreeMap::new();
    for slots in &columns.slots {
        let wishes: Vec<Wish> = slots.iter().map(|slot| wish(*slot, 0.0)).collect();
        middle.extend(slots.iter().copied().zip(spread(&wishes, BETWEEN_ROWS)));
    }
    let count = columns.slots.len();
    for _ in 0..SWEEPS {
        for column in (0..count).chain((0..count).rev()) {
            let slots = &columns.slots[column];
            let wishes: Vec<Wish> = slots
                .iter()
                .map(|slot| {
                    let others = beside.get(slot).map_or(&[][..], Vec::as_slice);
                    let sum: f64 = others.iter().map(|other| middle[other]).sum();
                    match others.len() {
                        0 => wish(*slot, middle[slot]),
                        number => wish(*slot, sum / number as f64),
                    }
                })
                .collect();
            middle.extend(slots.iter().copied().zip(spread(&wishes, BETWEEN_ROWS)));
        }
    }
    middle
}

fn wish(slot: Slot, middle: f64) -> Wish {
    Wish {
        middle,
        size: height(slot),
    }
}
