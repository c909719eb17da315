use waybill_domain::inventory::Inventory;
use waybill_domain::{ExitCode, Severity};
use waybill_engine::InventoryRequest;
use waybill_report::{Options, View, render_inventory};

use crate::arguments::{InventoryArguments, TreeArguments};
use crate::{clock, console, output};

pub(crate) fn run(arguments: &InventoryArguments) -> anyhow::Result<ExitCode> {
    for (_, file) in &arguments.output {
        output::check(file)?;
    }
    let inventory = take(&arguments.tree)?;
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
            .any(|noted| noted.finding.severity >= threshold)
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
