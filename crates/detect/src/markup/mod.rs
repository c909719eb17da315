//! Rules over XML, HTML and models that are text.

pub(crate) mod lightgbm_structure;
pub(crate) mod xml_active_content;
pub(crate) mod xml_external_entity;
