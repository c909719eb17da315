//! JSON, YAML and TOML to one tree of values with places.
//!
//! All three readers work without recursion or with a depth limit, keep the order of keys, note
//! keys that occur twice, and say the line of every value. YAML is read as events: tags
//! mean nothing, and an alias shares the node that it names instead of copying
//! it, so that a file of a few lines cannot unfold into gigabytes. JSON may carry comments and
//! trailing commas, as editors allow in their settings.

mod json;
mod node;
mod objects;
mod skops;
mod toml;
mod yaml;

#[cfg(test)]
mod tests;

pub use json::json;
pub use node::{Document, DocumentLimits, Node, Scalar};
pub use objects::{Interpolation, NamedCode, PlacedText, Tagged, YamlObjects, yaml_objects};
pub use skops::{SkopsFacts, SkopsNode, skops};
pub use toml::toml;
pub use yaml::yaml;
