//! The drawing as SVG without a style of its own: classes only, which the page gives colours.

use std::fmt::Write as _;

use super::layout::{LABEL_SIZE, Layout, NODE_HEIGHT, NODE_WIDTH, layout};
use super::lines::{Line, lines};
use super::order::Slot;
use super::{Graph, Node, Shape, letters};

const TITLE_SIZE: f64 = 12.5;
/// Bold letters are wider.
const BOLD: f64 = 1.1;
const DETAIL_SIZE: f64 = 10.25;
const CAPTION_SIZE: f64 = 12.0;
/// Left of the text of a node: its sign.
const SIGN: f64 = 34.0;

/// Draws a graph. `title` and `words` are for those who do not see it.
pub(crate) fn draw(graph: &Graph, title: &str, words: &str) -> String {
    let layout = layout(graph);
    let mut svg = format!(
        "<svg class=\"graph\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" \
         aria-labelledby=\"graph-title graph-words\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\">\n\
         <title id=\"graph-title\">{}</title>\n<desc id=\"graph-words\">{}</desc>\n",
        escaped(title),
        escaped(words),
        width = layout.width.ceil(),
        height = layout.height.ceil(),
    );
    captions(graph, &layout, &mut svg);
    let lines = lines(graph, &layout);
    for line in &lines {
        edge(graph, line, &mut svg);
    }
    for line in &lines {
        label(graph, line, &mut svg);
    }
    for (slots, left) in layout.columns.slots.iter().zip(&layout.left) {
        for slot in slots {
            if let Slot::Node(index) = slot {
                let top = layout.middle[slot] - NODE_HEIGHT / 2.0;
                node(&graph.nodes[*index], *left, top, &mut svg);
            }
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn captions(graph: &Graph, layout: &Layout, svg: &mut String) {
    let last = layout.left.len().saturating_sub(1);
    let has_last = graph
        .nodes
        .iter()
        .any(|node| node.rank == super::Rank::Last);
    for (column, left) in layout.left.iter().enumerate() {
        let words = match column {
            0 => graph.captions[0],
            _ if column == last && has_last => graph.captions[3],
            1 => graph.captions[1],
            2 => graph.captions[2],
            _ => continue,
        };
        let words = letters::fit(words, CAPTION_SIZE, NODE_WIDTH + 40.0);
        let _ = writeln!(
            svg,
            "<text class=\"caption\" x=\"{left:.1}\" y=\"16\">{}</text>",
            escaped(&words)
        );
    }
}

fn edge(graph: &Graph, line: &Line, svg: &mut String) {
    let edge = &graph.edges[line.edge];
    let _ = write!(
        svg,
        "<g class=\"edge {}\"><title>{}</title><path d=\"{}\"/>",
        edge.class,
        escaped(&edge.tooltip),
        line.path
    );
    if let Some(arrow) = &line.arrow {
        let _ = write!(svg, "<path class=\"tip\" d=\"{arrow}\"/>");
    }
    svg.push_str("</g>\n");
}

fn label(graph: &Graph, line: &Line, svg: &mut String) {
    if let (Some((x, y)), Some(words)) = (line.label, graph.edges[line.edge].label) {
        let _ = writeln!(
            svg,
            "<text class=\"label\" x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{LABEL_SIZE}\">{}</text>",
            y + 3.5,
            escaped(words)
        );
    }
}

fn node(node: &Node, left: f64, top: f64, svg: &mut String) {
    if let Some(link) = &node.link {
        let _ = write!(svg, "<a href=\"#{}\" tabindex=\"-1\">", escaped(link));
    }
    let room = NODE_WIDTH - SIGN - 8.0;
    let broken = if node.broken { " broken" } else { "" };
    let _ = write!(
        svg,
        "<g class=\"node {}{broken}\"><title>{}</title>\
         <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"7\"/>{}",
        node.class,
        escaped(&node.tooltip),
        sign(node.shape, left + 10.0, top + (NODE_HEIGHT - 16.0) / 2.0),
    );
    let x = left + SIGN;
    let title_y = if node.detail.is_empty() { 25.5 } else { 18.0 };
    let _ = write!(
        svg,
        "<text class=\"name\" x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{TITLE_SIZE}\">{}</text>",
        top + title_y,
        escaped(&letters::fit(&node.title, TITLE_SIZE * BOLD, room)),
    );
    if !node.detail.is_empty() {
        let _ = write!(
            svg,
            "<text class=\"detail\" x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{DETAIL_SIZE}\">{}</text>",
            top + 33.0,
            escaped(&letters::fit(&node.detail, DETAIL_SIZE, room)),
        );
    }
    svg.push_str("</g>");
    if node.link.is_some() {
        svg.push_str("</a>");
    }
    svg.push('\n');
}

/// A sign by itself, for a legend.
pub(crate) fn glyph(shape: Shape, class: &str) -> String {
    format!(
        "<svg class=\"glyph node {class}\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\">{}</svg>",
        sign(shape, 0.0, 0.0)
    )
}

/// A sign of 16 by 16 pixels.
fn sign(shape: Shape, left: f64, top: f64) -> String {
    let data = match shape {
        Shape::Bars => "M1 2h14v3H1zM1 6.5h14v3H1zM1 11h14v3H1z",
        Shape::Circle => "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z",
        Shape::Cross => "M6 1h4v5h5v4h-5v5H6v-5H1V6h5z",
        Shape::Cylinder => {
            "M2 4c0-4 12-4 12 0v8c0 4-12 4-12 0zM2 4c0 3.4 12 3.4 12 0l-1-.6c-1 2-9 2-10 0z"
        }
        Shape::Diamond => "M8 .5L15.5 8L8 15.5L.5 8z",
        Shape::Grid => "M1 1h6v6H1zM9 1h6v6H9zM1 9h6v6H1zM9 9h6v6H9z",
        Shape::Hexagon => "M4.3 1.5h7.4L15.5 8l-3.8 6.5H4.3L.5 8z",
        Shape::Page => "M2.5 1h7.5l3.5 3.5V15h-11zM5 7v1.4h6V7zM5 10.4v1.4h6v-1.4z",
        Shape::Person => "M8 1a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8zM1 15c0-8 14-8 14 0z",
        Shape::Ring => "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM8 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
        Shape::Square => "M1.5 1.5h13v13h-13z",
        Shape::Star => "M8 .5l2.3 5 5.4.6-4 3.7 1.1 5.4L8 12.5l-4.8 2.7 1.1-5.4-4-3.7 5.4-.6z",
        Shape::Triangle => "M8 1.2L15.6 14.5H.4z",
    };
    format!(
        "<path class=\"sign\" fill-rule=\"evenodd\" transform=\"translate({left:.1} {top:.1})\" d=\"{data}\"/>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
