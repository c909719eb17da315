//! Layered drawings of directed graphs as SVG: nodes in columns, edges as smooth curves.
//!
//! Knows nothing of what is drawn. The same graph gives the same bytes. Texts must have gone
//! through [`neutral`](crate::neutral); markup in them is escaped here.

mod layout;
mod letters;
mod lines;
mod order;
mod spread;
mod svg;

pub(crate) use svg::{draw, glyph};

/// What is drawn. Callers keep it small enough to look at; work grows with the square of it.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// In the order in which they stand if no edge says otherwise.
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// Words over the first, the second, the third and the last column.
    pub(crate) captions: [&'static str; 4],
}

/// In which column a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    First,
    /// This column or one further to the right.
    AtLeast(usize),
    Last,
}

/// The sign on a node, so that nothing is said by colour alone. In the order of a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Star,
    Circle,
    Diamond,
    Ring,
    Cylinder,
    Page,
    Triangle,
    Cross,
    Grid,
    Hexagon,
    Square,
    Bars,
    Person,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) title: String,
    /// A second, smaller line.
    pub(crate) detail: String,
    /// Everything in full, for whoever points at it.
    pub(crate) tooltip: String,
    /// Class of the style sheet, which gives the colour.
    pub(crate) class: &'static str,
    pub(crate) shape: Shape,
    pub(crate) rank: Rank,
    /// Id of an element of the page.
    pub(crate) link: Option<String>,
    /// Drawn with a broken border.
    pub(crate) broken: bool,
}

#[derive(Debug)]
pub(crate) struct Edge {
    /// Indices of nodes. An edge from a node to itself is not drawn.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) class: &'static str,
    /// Stands on the line where there is room.
    pub(crate) label: Option<&'static str>,
    pub(crate) tooltip: String,
    /// Ends in an arrowhead.
    pub(crate) arrow: bool,
}
