//! Rules over Python code: what it would do, and when.

mod acts;
pub(crate) mod computed_code;
pub(crate) mod credential_theft;
pub(crate) mod decoded_code;
pub(crate) mod fetched_code;
pub(crate) mod file_change;
pub(crate) mod hidden_name;
pub(crate) mod interpreter_tampering;
pub(crate) mod judged;
mod known;
mod loads;
pub(crate) mod moment;
pub(crate) mod native_library;
pub(crate) mod network_access;
pub(crate) mod not_followed;
pub(crate) mod package_install;
pub(crate) mod persistence;
pub(crate) mod places;
pub(crate) mod process_start;
pub(crate) mod remote_shell;
pub(crate) mod startup_file;
mod together;
mod told;
pub(crate) mod unsafe_load;
mod values;
