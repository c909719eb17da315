use std::collections::BTreeMap;

use waybill_formats::Limits;
use waybill_formats::wrapper::Scratch;
use waybill_knowledge::Globals;

use crate::Patterns;

/// Global names that the user admits, by exact dotted name, with the reason given.
pub type AllowedNames = BTreeMap<String, Option<String>>;

/// What an examination needs besides the bytes.
pub struct Context<'a> {
    /// How much work and memory it may cost.
    pub limits: &'a Limits,
    /// What is known about global names.
    pub globals: &'a Globals,
    /// What the user admits.
    pub allowed: &'a AllowedNames,
    /// Byte patterns that are asked beside the rules; may be none.
    pub patterns: &'a [&'a dyn Patterns],
    /// Where long decompressed members go.
    pub scratch: &'a dyn Scratch,
}
