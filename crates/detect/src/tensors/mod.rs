//! Rules over formats that should hold numbers only.

pub(crate) mod gguf_structure;
pub(crate) mod metadata_payload;
pub(crate) mod npy_structure;
pub(crate) mod payload;
pub(crate) mod safetensors_structure;
pub(crate) mod tensor_not_numbers;
