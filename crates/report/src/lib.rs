//! Renders reports: text, JSON, SARIF, JUnit, Markdown, HTML.
//!
//! One file per format. Nothing here judges: what is worse than what comes from the order of
//! verdicts and severities in `waybill-domain`. Everything that was taken from an artifact (paths,
//! member names, messages, loading steps) is hostile until it went through [`neutral`].

mod advisories;
mod bill;
mod comparison;
mod conversion;
mod disarming;
mod format;
mod graph;
mod html;
mod inventory;
mod json;
mod junit;
mod lineage;
mod loading;
mod markdown;
mod neutral;
mod order;
mod page;
mod paint;
mod prose;
mod render;
mod reproduction;
mod retrieval;
mod sarif;
mod signing;
mod text;
mod totals;
mod vex;
mod words;
mod wrap;

pub use advisories::{advisory_matching, advisory_shown, advisory_status};
pub use bill::{
    BillCheck, bill_check, bill_conversion, bill_diff, bill_merging, bill_verification,
};
pub use comparison::{comparison, comparison_schema};
pub use conversion::{conversion, conversion_schema};
pub use disarming::{disarming, disarming_schema};
pub use format::{Format, UnknownFormat};
pub use inventory::{UnknownView, View, inventory_schema, render_inventory};
pub use json::{json_schema, pretty_json};
pub use lineage::{known_model, model_index_schema, tracing, tracing_schema};
pub use neutral::neutral;
pub use render::{Options, RenderError, render};
pub use reproduction::{reproduction, reproduction_schema};
pub use retrieval::{retrieval, retrieval_schema};
pub use signing::{model_verification, verification_schema};
pub use vex::vex_documents;
