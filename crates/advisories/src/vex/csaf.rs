//! The VEX profile of CSAF 2.0
//! (<https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#45-profile-5-vex>). Other
//! CSAF documents state the same of their products and are read as well.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

use waybill_domain::vex::VexStatus;

/// Members of `product_status`, and what they mean; those after the first of a status are read only.
const STATUSES: [(&str, VexStatus); 7] = [
    ("known_not_affected", VexStatus::NotAffected),
    ("fixed", VexStatus::Fixed),
    ("first_fixed", VexStatus::Fixed),
    ("under_investigation", VexStatus::UnderInvestigation),
    ("known_affected", VexStatus::Affected),
    ("first_affected", VexStatus::Affected),
    ("last_affected", VexStatus::Affected),
];

/// Categories of remediations, and the responses of CycloneDX that say the same.
const RESPONSES: [(&str, &str); 5] = [
    ("vendor_fix", "update"),
    ("workaround", "workaround_available"),
    ("no_fix_planned", "will_not_fix"),
    ("none_available", "can_not_fix"),
    ("mitigation", "rollback"),
];
