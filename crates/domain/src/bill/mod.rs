//! What is said about bills: whether they keep to their standard, what they leave out, how two of
//! them differ, whether they still match the bytes. Plain data, rendered elsewhere.

mod document;
mod problem;

pub use document::{BillFormat, DocumentFacts, ToolNamed, Unmapped};
pub use problem::{Gravity, Problem, ProblemKind, Problems};
