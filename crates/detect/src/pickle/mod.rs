//! Rules over what a pickle imports, calls and sets.

pub(crate) mod attribute_traversal;
pub(crate) mod code_execution;
pub(crate) mod computed_call;
pub(crate) mod computed_name;
pub(crate) mod embedded_artifact;
pub(crate) mod expansion_bomb;
pub(crate) mod extension_code;
pub(crate) mod file_access;
pub(crate) mod frame_beyond_end;
mod harmful;
pub(crate) mod hidden_stream;
pub(crate) mod interpreter_tampering;
pub(crate) mod memo_bomb;
pub(crate) mod module_import;
pub(crate) mod native_code;
pub(crate) mod nested_load;
pub(crate) mod network_access;
pub(crate) mod patched_global;
pub(crate) mod persistent_id;
pub(crate) mod protocol_unknown;
pub(crate) mod shell_command;
pub(crate) mod standing;
pub(crate) mod stream_broken;
pub(crate) mod unexpected_use;
pub(crate) mod unvetted_global;
