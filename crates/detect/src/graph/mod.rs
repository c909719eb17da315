//! Rules over graphs of operators.

mod compiled;
pub(crate) mod custom_operator;
mod evaluated;
pub(crate) mod external_data_path;
pub(crate) mod graph_structure;
pub(crate) mod operator_runs_code;
pub(crate) mod operator_touches_files;
pub(crate) mod paths;
mod sources;
pub(crate) mod torch_export_code;
pub(crate) mod torch_names;
