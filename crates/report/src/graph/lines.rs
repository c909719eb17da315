//! The curves of edges, and where their labels stand.

use std::collections::BTreeMap;

use super::layout::{LABEL_SIZE, Layout, NODE_HEIGHT, NODE_WIDTH};
use super::order::Slot;
use super::{Graph, letters};

/// Where on a curve a label may stand, best first, in parts of the way.
const STOPS: [f64; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8];
const LABEL_HEIGHT: f64 = 13.0;
const ARROW: f64 = 6.0;

/// An edge, ready to be drawn.
pub(super) struct Line {
    /// Index of the edge.
    pub(super) edge: usize,
    /// Data of its path.
    pub(super) path: String,
    /// Data of its arrowhead.
    pub(super) arrow: Option<String>,
    /// Middle of its label.
    pub(super) label: Option<(f64, f64)>,
}

pub(super) fn lines(graph: &Graph, layout: &Layout) -> Vec<Line> {
    let ports = ports(layout);
    let column_of = layout.columns.column_of();
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    let mut lines = Vec::new();
    for (index, (edge, route)) in graph.edges.iter().zip(&layout.columns.routes).enumerate() {
        let mut path = String::new();
        let mut first = None;
        let mut end = (0.0, 0.0);
        let short = if edge.arrow { ARROW } else { 0.0 };
        for pair in route.windows(2) {
            let &[from, to] = pair else { continue };
            let start = (
                layout.left[column_of[&from]] + NODE_WIDTH,
                ports.get(&(from, to, true)).copied(),
            );
            let start = (start.0, start.1.unwrap_or(layout.middle[&from]));
            let y = ports.get(&(from, to, false)).copied();
            let y = y.unwrap_or(layout.middle[&to]);
            let back = column_of[&from] >= column_of[&to];
            let last = matches!(to, Slot::Node(_));
            let x = layout.left[column_of[&to]] + if back { NODE_WIDTH } else { 0.0 };
            let drawn_to = match (last, back) {
                (true, true) => x + short,
                (true, false) => x - short,
                (false, _) => x,
            };
            if path.is_empty() {
                path = format!("M{:.1} {:.1}", start.0, start.1);
            } else {
                path.push_str(&format!("H{:.1}", start.0));
            }
            let curve = Curve::new(start, (drawn_to, y), back);
            path.push_str(&curve.data());
            first.get_or_insert(curve);
            end = (x, y);
            if back {
                end.0 = x;
            }
        }
        let (Some(curve), false) = (first, path.is_empty()) else {
            continue;
        };
        let label = edge
            .label
            .and_then(|label| place(label, &curve, &mut taken));
        let arrow = edge.arrow.then(|| {
            let tip = end.0;
            let foot = if curve.back { tip + ARROW } else { tip - ARROW };
            let (above, below) = (end.1 - 4.0, end.1 + 4.0);
            format!("M{tip:.1} {:.1}L{foot:.1} {above:.1}V{below:.1}Z", end.1)
        });
        lines.push(Line {
            edge: index,
            path,
            arrow,
            label,
        });
    }
    lines
}

/// Lines leave and reach a node at different heights, in the order of where they come from.
fn ports(layout: &Layout) -> BTreeMap<(Slot, Slot, bool), f64> {
    let mut ends: BTreeMap<(Slot, bool), Vec<(f64, Slot)>> = BTreeMap::new();
    for (from, to) in layout.columns.joints() {
        let (start, end) = (layout.middle[&from], layout.middle[&to]);
        ends.entry((from, true)).or_default().push((end, to));
        ends.entry((to, false)).or_default().push((start, from));
    }
    let mut ports = BTreeMap::new();
    for ((slot, leaving), mut others) in ends {
        others.sort_by(|one, other| one.0.total_cmp(&other.0));
        let room = match slot {
            Slot::Node(_) => NODE_HEIGHT - 16.0,
            Slot::Lane { .. } => 0.0,
        };
        let step = (room / others.len() as f64).min(7.0);
        let first = layout.middle[&slot] - step * (others.len() as f64 - 1.0) / 2.0;
        for (index, (_, other)) in others.into_iter().enumerate() {
            let pair = match leaving {
                true => (slot, other, true),
                false => (other, slot, false),
            };
            ports.insert(pair, first + step * index as f64);
        }
    }
    ports
}

struct Curve {
    points: [(f64, f64); 4],
    back: bool,
}

impl Curve {
    fn new(from: (f64, f64), to: (f64, f64), back: bool) -> Self {
        let points = if back {
            let reach = from.0.max(to.0) + 44.0;
            [from, (reach, from.1), (reach, to.1), to]
        } else {
            let bend = (to.0 - from.0) * 0.5;
            [from, (from.0 + bend, from.1), (to.0 - bend, to.1), to]
        };
        Self { points, back }
    }

    fn data(&self) -> String {
        let [_, one, two, end] = self.points;
        format!(
            "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            one.0, one.1, two.0, two.1, end.0, end.1
        )
    }

    fn at(&self, part: f64) -> (f64, f64) {
        let rest = 1.0 - part;
        let weights = [
            rest * rest * rest,
            3.0 * rest * rest * part,
            3.0 * rest * part * part,
            part * part * part,
        ];
        let mut point = (0.0, 0.0);
        for (weight, (x, y)) in weights.into_iter().zip(self.points) {
            point = (point.0 + weight * x, point.1 + weight * y);
        }
        point
    }
}

/// The first stop at which the label neither covers another one nor reaches a column.
fn place(label: &str, curve: &Curve, taken: &mut Vec<(f64, f64, f64)>) -> Option<(f64, f64)> {
    let half = letters::width(label, LABEL_SIZE) / 2.0 + 2.0;
    let [from, _, _, to] = curve.points;
    for stop in STOPS {
        let (x, y) = curve.at(stop);
        let within = curve.back || (x - half >= from.0 && x + half <= to.0);
        let free = taken.iter().all(|(other_x, other_y, other_half)| {
            (x - other_x).abs() >= half + other_half || (y - other_y).abs() >= LABEL_HEIGHT
        });
        if within && free {
            taken.push((x, y, half));
            return Some((x, y));
        }
    }
    None
}
