//! Rules over archives and compressed streams: where their indexes lie, where members would go.

pub(crate) mod bomb;
pub(crate) mod checksum;
pub(crate) mod directory_damaged;
pub(crate) mod duplicate_name;
pub(crate) mod header_disagreement;
pub(crate) mod hidden_member;
pub(crate) mod link;
pub(crate) mod member_unread;
pub(crate) mod names;
pub(crate) mod other_digest;
pub(crate) mod overlapping_members;
pub(crate) mod path_traversal;
pub(crate) mod special_file;
pub(crate) mod stream_damaged;
pub(crate) mod tar_structure;
pub(crate) mod unlisted_bytes;
