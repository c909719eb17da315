//! Rules over formats that should hold numbers only.

pub(crate) mod embedded_program;
pub(crate) mod flatbuffer_operator;
pub(crate) mod flatbuffer_structure;
pub(crate) mod gguf_structure;
pub(crate) mod hdf_external;
pub(crate) mod hdf_structure;
pub(crate) mod low_bits_payload;
pub(crate) mod metadata_payload;
pub(crate) mod mixed_precision;
pub(crate) mod npy_structure;
pub(crate) mod payload;
pub(crate) mod safetensors_structure;
pub(crate) mod tensor_not_numbers;
pub(crate) mod tensor_text;
pub(crate) mod unexplained_bytes;
