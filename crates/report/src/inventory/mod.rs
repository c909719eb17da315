//! Views of an inventory: table, tree, JSON, Markdown, HTML.
//!
//! Names, versions and places come from what was looked at and are hostile until they went through
//! [`neutral`](crate::neutral).

mod facts;
mod html;
mod json;
mod markdown;
mod names;
mod order;
mod picture;
mod say;
mod table;
mod tree;

use std::str::FromStr;

use waybill_domain::inventory::Inventory;

use crate::Options;
use crate::render::Rendered;

pub use json::inventory_schema;

/// The views of one and the same inventory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Components by role, for a person at a terminal.
    #[default]
    Table,
    /// Components below what needs them.
    Tree,
    /// The inventory as it is, for other programs; see [`inventory_schema`].
    Json,
    /// GitHub-flavoured Markdown, for pull-request comments and README files.
    Markdown,
    /// One self-contained page with a drawing of the graph.
    Html,
}

/// The word is not the name of a view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recognise the view `{0}` (there are table, tree, json, markdown and html)")]
pub struct UnknownView(String);

impl View {
    /// All views, in the order in which they are documented.
    pub const ALL: [Self; 5] = [
        Self::Table,
        Self::Tree,
        Self::Json,
        Self::Markdown,
        Self::Html,
    ];

    /// The word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Tree => "tree",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl std::fmt::Display for View {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for View {
    type Err = UnknownView;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|view| view.as_str() == word)
            .ok_or_else(|| UnknownView(crate::neutral(word).into_owned()))
    }
}

/// Renders an inventory. The same arguments give the same text, byte for byte.
///
/// # Errors
/// If a serialiser or a template gives up, which no inventory is known to cause.
pub fn render_inventory(
    inventory: &Inventory,
    view: View,
    options: &Options,
) -> Result<String, crate::RenderError> {
    let rendered: Rendered = match view {
        View::Table => Ok(table::render(inventory, options)),
        View::Tree => Ok(tree::render(inventory, options)),
        View::Json => json::render(inventory),
        View::Markdown => Ok(markdown::render(inventory)),
        View::Html => html::render(inventory),
    };
    rendered.map_err(|source| crate::RenderError::new(view.as_str(), source))
}
