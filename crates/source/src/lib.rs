//! Code, configuration and templates to typed facts.
