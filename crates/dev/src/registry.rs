//! The rules as `detect` registers them.

use waybill_domain::RuleInfo;

/// What every registered rule says about itself, in order.
pub(crate) fn rules() -> Vec<RuleInfo> {
    Vec::new()
}
