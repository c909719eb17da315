//! Rules over models, their cards, suppliers and licences.

use waybill_domain::{Confidence, RuleInfo, Severity};

pub(crate) const CARD_DISAGREES_WITH_BYTES: RuleInfo = RuleInfo {
    id: "card-disagrees-with-bytes",
    summary: "a model's card claims what its bytes or configuration contradict",
    page: include_str!("card_disagrees_with_bytes.md"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    answers: &["M-R1", "M-M2", "C-07"],
    help: "find out whether the card or the weights are the wrong ones before you use either",
    incomplete: false,
};

pub(crate) const SHARD_MISSING: RuleInfo = RuleInfo {
    id: "shard-missing",
    summary: "a model's index or the names of its shards tell of shards that are not there",
    page: include_str!("shard_missing.md"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    answers: &["M-M2", "C-07"],
    help: "fetch the model again as a whole, and compare its digests",
    incomplete: false,
};

pub(crate) const UNKNOWN_SUPPLIER: RuleInfo = RuleInfo {
    id: "unknown-supplier",
    summary: "nobody is known to supply a component",
    page: include_str!("unknown_supplier.md"),
    severity: Severity::Low,
    confidence: Confidence::High,
    answers: &["C-03", "S-M5"],
    help: "write down who supplies it and why you trust them, or replace it",
    incomplete: false,
};

pub(crate) const LICENCE_CONFLICT: RuleInfo = RuleInfo {
    id: "licence-conflict",
    summary: "sources state different licences for one component, or for the same bytes",
    page: include_str!("licence_conflict.md"),
    severity: Severity::Low,
    confidence: Confidence::Medium,
    answers: &["S-M5", "M-M2"],
    help: "ask the supplier which licence holds, and keep the answer with the component",
    incomplete: false,
};

pub(crate) const LICENCE_UNKNOWN: RuleInfo = RuleInfo {
    id: "licence-unknown",
    summary: "no source states a licence for a component",
    page: include_str!("licence_unknown.md"),
    severity: Severity::Info,
    confidence: Confidence::High,
    answers: &["S-M5"],
    help: "look up the terms where the component comes from",
    incomplete: false,
};
