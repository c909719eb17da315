//! What the inventory's rules say about themselves.

mod local;

pub(crate) use local::{
    CARD_DISAGREES_WITH_BYTES, LICENCE_CONFLICT, LICENCE_UNKNOWN, SHARD_MISSING, UNKNOWN_SUPPLIER,
};
