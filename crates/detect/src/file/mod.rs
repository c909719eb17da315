//! Rules over an artifact as a whole: what it is, and what could not be examined.

pub(crate) mod changed_while_read;
pub(crate) mod code_in_model;
pub(crate) mod extension_mismatch;
pub(crate) mod format_damaged;
pub(crate) mod format_not_examined;
pub(crate) mod format_unknown;
pub(crate) mod json_code_reference;
pub(crate) mod json_duplicate_key;
pub(crate) mod layout_not_public;
pub(crate) mod lfs_pointer;
pub(crate) mod limit_reached;
pub(crate) mod link_to_machine;
pub(crate) mod modelfile_path;
pub(crate) mod native_in_model;
pub(crate) mod polyglot;
pub(crate) mod script_fetch_and_run;
pub(crate) mod spreadsheet_formula;
pub(crate) mod torchscript_endless_loop;
pub(crate) mod torchscript_file_access;
pub(crate) mod trailing_bytes;
pub(crate) mod unreadable;
pub(crate) mod yara_match;
