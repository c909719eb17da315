//! Rules over chat templates and other Jinja, and over text that hides characters.

pub(crate) mod computed_attribute;
pub(crate) mod conditional_text;
pub(crate) mod expansion;
pub(crate) mod hidden_unicode;
pub(crate) mod inclusion;
pub(crate) mod injection;
pub(crate) mod unparsed;
