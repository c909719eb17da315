use std::collections::BTreeSet;

use anyhow::Context as _;
use waybill_domain::inventory::Inventory;
use waybill_domain::{Date, ExitCode, Severity};
use waybill_engine::{
    AdvisoryStore, InventoryRequest, Noticed, known_components, note_matches, read_all_vex,
};
use waybill_report::{Options, View, render_inventory};

use crate::arguments::{InventoryArguments, MatchingArguments, TreeArguments};
use crate::verbs::advisories;
use crate::{clock, console, output, rules_in_force};

pub(crate) fn run(arguments: &InventoryArguments) -> anyhow::Result<ExitCode> {
    for (_, file) in &arguments.output {
        output::check(file)?;
    }
    let mut inventory = take(&arguments.tree)?;
    noticed(&mut inventory, &arguments.matching, &arguments.tree)?;
    // The same on every terminal.
    let plain = Options {
        verbose: arguments.verbose,
        ..Options::default()
    };
    let mut staged = Vec::new();
    for (view, file) in &arguments.output {
        let text = render_inventory(&inventory, *view, &plain)?;
        staged.extend(output::stage(file, &text)?);
    }
    staged.into_iter().try_for_each(output::Aside::persist)?;
    let decorated = matches!(arguments.format, View::Table | View::Tree);
    let shape = Options {
        colour: console::colour() && decorated,
        width: console::width(),
        verbose: arguments.verbose,
    };
    output::print(&render_inventory(&inventory, arguments.format, &shape)?)?;
    Ok(code(&inventory, arguments.fail_on.map(Into::into)))
}

/// Holds the components against the advisories that are held, if that is asked for.
pub(crate) fn noticed(
    inventory: &mut Inventory,
    arguments: &MatchingArguments,
    tree: &TreeArguments,
) -> anyhow::Result<Option<Noticed>> {
    if !arguments.advisories {
        return Ok(None);
    }
    let config = super::scan::read_config(None)?;
    let today = tree.now.clone().or_else(clock::today);
    let today = today.context("tell the date: the clock stands before 1970; give `--now`")?;
    let store = AdvisoryStore {
        folder: advisories::folder(arguments.store.as_deref(), None, &config)?,
        today: Date::parse(&today)?,
        max_age_days: advisories::max_age_days(None, &config),
    };
    let mut documents = arguments.vex.clone();
    let named = config.vex.files.iter();
    documents.extend(named.map(|file| rules_in_force::beside(None, file)));
    let known = match &arguments.since {
        Some(bill) => known_components(bill)?,
        None => BTreeSet::new(),
    };
    let noticed = note_matches(inventory, &store, read_all_vex(&documents)?, &known)?;
    if arguments.since.is_some() {
        console::say(&format!(
            "note: nothing is said of {} of {} components, which the earlier bill lists",
            noticed.known,
            inventory.components.len()
        ));
    }
    for feed in noticed.matching.feeds.iter().filter(|feed| feed.stale) {
        console::say(&waybill_report::neutral(&format!(
            "warning: the advisories of {} are {} days old: what became known since is not seen",
            feed.name, feed.age_days
        )));
    }
    Ok(Some(noticed))
}

/// Makes the inventory that the arguments ask for.
pub(crate) fn take(arguments: &TreeArguments) -> anyhow::Result<Inventory> {
    let request = InventoryRequest {
        target: arguments.target.clone(),
        exclude: arguments.exclude.clone(),
        jobs: arguments.jobs.map(usize::from),
        today: arguments.now.clone().or_else(clock::today),
        name: arguments.name.clone(),
        version: arguments.system_version.clone(),
        supplier: arguments.supplier.clone(),
        internal: super::scan::read_config(None)?.internal.names,
        ..InventoryRequest::default()
    };
    Ok(waybill_engine::inventory(&request)?)
}

/// The exit code of an inventory: findings at the threshold, then what was not read, then nothing
/// there.
pub(crate) fn code(inventory: &Inventory, fail_on: Option<Severity>) -> ExitCode {
    let reached = fail_on.is_some_and(|threshold| {
        inventory
            .findings
            .iter()
            .any(|noted| noted.finding.excepted.is_none() && noted.finding.severity >= threshold)
    });
    if reached {
        ExitCode::Refused
    } else if !inventory.unread.is_empty() {
        ExitCode::Incomplete
    } else if inventory.summary.files == 0 {
        ExitCode::Nothing
    } else {
        ExitCode::Admitted
    }
}
