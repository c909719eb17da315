//! Rules over serialised objects of other programs than Python's `pickle`.

pub(crate) mod arrow_type;
pub(crate) mod parquet_file;
pub(crate) mod r_call;
pub(crate) mod r_hook;
pub(crate) mod r_promise;
pub(crate) mod skops_type;
pub(crate) mod torch_function;
pub(crate) mod zarr_pickle;
