//! Findings and policy to a decision with reasons: pure.
