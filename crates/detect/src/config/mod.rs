//! Rules over configuration: settings that name code are programs by reference.

pub(crate) mod alias_bomb;
pub(crate) mod call_target;
pub(crate) mod interpolation;
pub(crate) mod named;
pub(crate) mod object_tag;
pub(crate) mod unread;
