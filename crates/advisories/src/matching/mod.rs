//! Holding the components of an inventory against what is held.

mod found;
mod join;
mod priority;
mod show;
mod upgrade;

pub use show::show;

use std::collections::BTreeMap;

use waybill_domain::Date;
use waybill_domain::advisory::{FeedState, MATCHING_SCHEMA, Matching, MatchingSummary, NotMatched};
use waybill_domain::inventory::{Component, Inventory};

use crate::error::HeldError;
use crate::feed::HeldFeed;
use crate::names::{self, Sought};

/// The feeds to hold components against, and their states.
#[derive(Default)]
pub struct Holdings {
    /// In the order of their names.
    pub feeds: Vec<(FeedState, HeldFeed)>,
}

/// Holds every component against every feed, and against what this build carries.
///
/// # Errors
/// [`HeldError`] if a feed is damaged.
pub fn match_inventory(
    inventory: &Inventory,
    holdings: &Holdings,
    today: Date,
) -> Result<Matching, HeldError> {
    let mut work = Work {
        holdings,
        today,
        covered: BTreeMap::new(),
        matching: Matching {
            schema: MATCHING_SCHEMA.to_owned(),
            feeds: holdings
                .feeds
                .iter()
                .map(|(state, _)| state.clone())
                .collect(),
            matches: Vec::new(),
            upgrades: Vec::new(),
            not_matched: Vec::new(),
            settled: Vec::new(),
            statements: Vec::new(),
            excepted: Vec::new(),
            exceptions: Vec::new(),
            summary: MatchingSummary::default(),
        },
    };
    work.matching.feeds.push(crate::embedded::state(today));
    for component in &inventory.components {
        work.component(component)?;
    }
    Ok(work.finish())
}

struct Work<'a> {
    holdings: &'a Holdings,
    today: Date,
    /// Whether any feed is about a family of ecosystems.
    covered: BTreeMap<String, bool>,
    matching: Matching,
}

impl Work<'_> {
    fn component(&mut self, component: &Component) -> Result<(), HeldError> {
        let mut found = found::Found::default();
        found.by_digest(component, self.holdings)?;
        match names::sought(component) {
            None if component.hashes.is_empty() => return Ok(()),
            None => {}
            Some(Err(reason)) => self.not_matched(component, reason),
            Some(Ok(sought)) => self.sought(component, &sought, &mut found)?,
        }
        let summary = &mut self.matching.summary;
        summary.components += 1;
        summary.floating_passed_over += found.passed_over;
        summary.undecided += found.undecided.len() as u64;
        for reason in std::mem::take(&mut found.undecided) {
            self.not_matched(component, reason);
        }
        let joined = join::matches(component, &found, self.holdings, self.today)?;
        if joined.is_empty() {
            return Ok(());
        }
        let upgrade = upgrade::upgrade(component, &found, &joined);
        self.matching.upgrades.extend(upgrade);
        self.matching.matches.extend(joined);
        Ok(())
    }

    fn sought(
        &mut self,
        component: &Component,
        sought: &Sought,
        found: &mut found::Found,
    ) -> Result<(), HeldError> {
        let family = sought.family();
        found.embedded(component, sought);
        let covered = match self.covered.get(&family) {
            Some(covered) => *covered,
            None => {
                let mut covered = family == names::HOSTED;
                for (_, feed) in &self.holdings.feeds {
                    covered = covered || feed.covers(&family)?;
                }
                self.covered.insert(family.clone(), covered);
                covered
            }
        };
        if covered {
            return found.by_name(component, sought, &family, self.holdings);
        }
        // Few feeds are about models: that none is held is no gap.
        if family != "huggingface" && family != "githubactions" {
            self.matching.summary.not_covered += 1;
            self.not_matched(
                component,
                format!("no feed that is held is about {}", sought.ecosystem),
            );
        }
        Ok(())
    }

    fn not_matched(&mut self, component: &Component, reason: String) {
        self.matching.not_matched.push(NotMatched {
            component: component.id.clone(),
            reason,
        });
    }

    fn finish(self) -> Matching {
        let mut matching = self.matching;
        matching.matches.sort_by(|one, other| {
            (other.priority.class, other.severity)
                .cmp(&(one.priority.class, one.severity))
                .then_with(|| one.component.cmp(&other.component))
                .then_with(|| one.advisory.cmp(&other.advisory))
        });
        matching
            .upgrades
            .sort_by(|one, other| one.component.cmp(&other.component));
        matching.not_matched.sort_by(|one, other| {
            (&one.component, &one.reason).cmp(&(&other.component, &other.reason))
        });
        matching.not_matched.dedup();
        matching.recount();
        matching
    }
}

#[cfg(test)]
mod tests;
