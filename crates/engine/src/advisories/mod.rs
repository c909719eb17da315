//! The verb `advisories`: feeds of known weaknesses taken in, held in a folder, and matched.
//!
//! The folder holds `state.json` and one file a feed, named by its digest. An update writes new files
//! aside, then puts a new `state.json` in the place of the old: whoever reads sees the one or the other.

mod bundle;
mod collect;
mod error;
mod import;
mod store;

pub use bundle::{
    ExportRequest, Exported, ImportRequest, Trust, export_advisories, import_advisories,
};
pub use error::AdvisoriesError;
pub use import::{Imported, UpdateRequest, Updated, update_advisories};
pub use store::AdvisoryStore;

use waybill_domain::Date;
use waybill_domain::advisory::{Matching, STORE_SCHEMA, Shown, StoreStatus};
use waybill_domain::inventory::Inventory;

/// The age in days past which a feed is stale unless the user says otherwise.
pub const MAX_AGE_DAYS: u32 = 7;

/// What the store holds, and how old it is.
///
/// # Errors
/// [`AdvisoriesError`] if the store cannot be read.
pub fn advisory_status(store: &AdvisoryStore) -> Result<StoreStatus, AdvisoriesError> {
    let mut feeds = store.states()?;
    feeds.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(StoreStatus {
        schema: STORE_SCHEMA.to_owned(),
        max_age_days: store.max_age_days,
        feeds,
    })
}

/// Holds the components of an inventory against the store, and against what this build carries. A
/// store that does not exist holds nothing.
///
/// # Errors
/// [`AdvisoriesError`] if the store cannot be read.
pub fn match_advisories(
    inventory: &Inventory,
    store: &AdvisoryStore,
) -> Result<Matching, AdvisoriesError> {
    let holdings = store.open()?;
    waybill_advisories::match_inventory(inventory, &holdings, store.today)
        .map_err(|source| store.damaged(source))
}

/// All that is known under an id; `None` if nothing is.
///
/// # Errors
/// [`AdvisoriesError`] if the store cannot be read.
pub fn show_advisory(id: &str, store: &AdvisoryStore) -> Result<Option<Shown>, AdvisoriesError> {
    let holdings = store.open()?;
    waybill_advisories::show(id, &holdings, store.today).map_err(|source| store.damaged(source))
}

fn age(date: &str, today: Date) -> i64 {
    Date::of_time(date).map_or(i64::MAX, |date| today.days_since(date))
}
