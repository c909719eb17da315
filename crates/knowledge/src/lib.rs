//! The embedded knowledge files and their typed readers.
//!
//! What the world changes (names, dates, catalogues) is data under `data/`, read
//! here and nowhere else. `README.md` beside this crate describes the formats.
#![warn(missing_docs)]

mod bills;
mod globals;
pub mod keras;
mod licences;
pub mod names;
mod operators;
pub mod programs;
mod suppliers;
pub mod usage;

pub use bills::{Element, ElementList, element_lists};
pub use globals::{Arity, Effect, Globals, Harm, Package, Shape, Standing, StateShape, digest};
pub use licences::{LicenceReference, licence_reference, licence_written};
pub use operators::{
    Framework, OperatorEffect, is_onnx_operator, is_spacy_function, is_tensorflow_operator,
    operator_effect,
};
pub use suppliers::{
    KnownSupplier, known_family, known_host, known_name, known_supplier, known_supplier_above,
};
