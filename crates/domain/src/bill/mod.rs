//! What is said about bills: whether they keep to their standard, what they leave out, how two of
//! them differ, whether they still match the bytes. Plain data, rendered elsewhere.

mod comparison;
mod conversion;
mod document;
mod element;
mod merging;
mod problem;
mod verification;

pub use comparison::{BillDiff, Change, Changed, Flow, Named};
pub use conversion::{Alteration, AlterationKind, Alterations, Conversion, Lacking};
pub use document::{BillFormat, DocumentFacts, ToolNamed, Unmapped};
pub use element::{ElementRow, ElementState, Elements, Score};
pub use merging::{Conflict, MergedInput, Merging};
pub use problem::{Gravity, Problem, ProblemKind, Problems};
pub use verification::{FileRow, FileState, Verification};
