//! Placeholder until the parser lands in the next commits.
