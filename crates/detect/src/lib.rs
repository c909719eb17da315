//! Rules over facts, giving findings.
