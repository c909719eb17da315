//! SPDX: an inventory written as 3.0.1 JSON-LD and 2.3 JSON, and both read.

mod read;
mod write;

pub(crate) use read::{json as read_json, tag_value as read_tag_value};
pub use write::{Gap, Written, gaps, write_2_3, write_3_0_1};
