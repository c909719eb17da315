//! How much of a template is read.

/// Bounds on depth, facts and constant folding. The text itself is read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting of one expression. Python gives up at about 80.
    pub expression_depth: usize,
    /// Nesting of blocks.
    pub block_depth: usize,
    /// Entries of each list of facts.
    pub facts: usize,
    /// Bytes of an excerpt: branch texts, string literals, arguments.
    pub excerpt_bytes: usize,
    /// Bytes of one constant that is followed.
    pub value_bytes: usize,
    /// Bytes handled while following constants, over the whole template.
    pub folding_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            expression_depth: 100,
            block_depth: 1_000,
            facts: 10_000,
            excerpt_bytes: 4_096,
            value_bytes: 65_536,
            folding_bytes: 33_554_432,
        }
    }
}
