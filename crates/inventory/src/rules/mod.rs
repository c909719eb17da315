//! Rules over an inventory: what is worth a finding. Each has a page; the examples of a page are
//! its test.

pub(crate) mod dependency_confusion;
mod floating_model_revision;
mod hosted_model_retired;
mod hosted_model_retiring;
mod local;
mod name_confusion;
mod remote_code_trusted;
pub(crate) mod unnamed_default_model;

pub(crate) use local::{
    CARD_DISAGREES_WITH_BYTES, LICENCE_CONFLICT, LICENCE_UNKNOWN, SHARD_MISSING, UNKNOWN_SUPPLIER,
};

use waybill_domain::RuleInfo;

use crate::draft::Draft;

/// A named judgement over an inventory.
pub struct Rule {
    /// Id, page, severity and what it answers.
    pub info: RuleInfo,
    /// Looks at the whole draft, given the date of the day (`YYYY-MM-DD`) if it is known. Rules
    /// that the parts note themselves where they see it look at nothing here.
    pub(crate) check: fn(&RuleInfo, &mut Draft, Option<&str>),
}

/// Every rule over inventories, in the order of the reference pages.
pub const RULES: &[&Rule] = &[
    &noted_by_a_part(CARD_DISAGREES_WITH_BYTES),
    &noted_by_a_part(dependency_confusion::INFO),
    &floating_model_revision::RULE,
    &hosted_model_retired::RULE,
    &hosted_model_retiring::RULE,
    &noted_by_a_part(LICENCE_CONFLICT),
    &noted_by_a_part(LICENCE_UNKNOWN),
    &name_confusion::RULE,
    &remote_code_trusted::RULE,
    &noted_by_a_part(SHARD_MISSING),
    &noted_by_a_part(UNKNOWN_SUPPLIER),
    &unnamed_default_model::RULE,
];

/// A rule whose findings are noted where they are seen.
const fn noted_by_a_part(info: RuleInfo) -> Rule {
    Rule {
        info,
        check: |_, _, _| {},
    }
}

/// Runs every rule over a draft whose parts are all there.
pub(crate) fn judge(draft: &mut Draft, today: Option<&str>) {
    for rule in RULES {
        (rule.check)(&rule.info, draft, today);
    }
}
