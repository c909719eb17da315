//! YARA rules, as <https://yara.readthedocs.io> describes them: the small set that comes with
//! Waybill, and the user's own. `boreal` evaluates them; a wall around it keeps the rest of Waybill
//! free of it. Rules are texts that the caller has read: no rule includes a file, and none reads a
//! clock, so that the same bytes always give the same matches.

mod rules;

pub use rules::{File, Match, Matched, Rules, Strength, YaraError};

#[cfg(test)]
mod tests;
