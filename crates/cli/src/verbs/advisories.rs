use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use waybill_domain::advisory::Matching;
use waybill_domain::inventory::Inventory;
use waybill_domain::{Date, ExitCode, Severity};
use waybill_engine::{
    AdvisoryStore, Config, ExportRequest, ImportRequest, InventoryRequest, Judgement, MAX_AGE_DAYS,
    Trust, UpdateRequest, Updated, advisory_status, export_advisories, import_advisories,
    match_advisories, read_all_vex, read_public_key, settle, show_advisory, update_advisories,
};
use waybill_report::{
    Options, advisory_matching, advisory_shown, advisory_status as status_text, pretty_json,
};

use crate::arguments::{
    AdvisoriesArguments, AdvisoriesExportArguments, AdvisoriesImportArguments,
    AdvisoriesMatchArguments, AdvisoriesShowArguments, AdvisoriesStatusArguments,
    AdvisoriesUpdateArguments, AdvisoriesVerb, StoreArguments,
};
use crate::{clock, console, mirror, output, rules_in_force};

pub(crate) fn run(arguments: &AdvisoriesArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        AdvisoriesVerb::Update(update) => updated(update),
        AdvisoriesVerb::Status(status) => shown_status(status),
        AdvisoriesVerb::Match(matching) => matched(matching),
        AdvisoriesVerb::Show(show) => shown(show),
        AdvisoriesVerb::Export(export) => exported(export),
        AdvisoriesVerb::Import(import) => imported(import),
    }
}

fn updated(arguments: &AdvisoriesUpdateArguments) -> anyhow::Result<ExitCode> {
    let store = store(&arguments.store)?;
    let brought = mirror::bring(&mirror::Named {
        from: &arguments.from,
        allow_http: arguments.allow_http,
        ca: arguments.ca.as_deref(),
    })?;
    let request = UpdateRequest {
        from: brought.paths.clone(),
        name: arguments.name.clone(),
        skip: arguments.skip.clone(),
        skip_bad: arguments.skip_bad,
        allow_older: arguments.allow_older,
    };
    let updated = update_advisories(&store, &request).map_err(|error| brought.renamed(error))?;
    say(&updated);
    Ok(ExitCode::Admitted)
}

fn say(updated: &Updated) {
    for imported in &updated.imported {
        let state = &imported.state;
        let before = match imported.records_before {
            Some(before) => format!(", {before} before"),
            None => String::new(),
        };
        let skipped = match state.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} skipped"),
        };
        console::say(&waybill_report::neutral(&format!(
            "{} ({}): {} record{}{before}{skipped}, data of {}",
            state.name,
            state.format.as_str(),
            state.records,
            if state.records == 1 { "" } else { "s" },
            state.date
        )));
    }
    if updated.passed_over > 0 {
        console::say(&format!(
            "note: {} of other formats passed over",
            match updated.passed_over {
                1 => "1 file".to_owned(),
                count => format!("{count} files"),
            }
        ));
    }
}

fn shown_status(arguments: &AdvisoriesStatusArguments) -> anyhow::Result<ExitCode> {
    let status = advisory_status(&store(&arguments.store)?)?;
    let text = if arguments.json {
        pretty_json(&status)?
    } else {
        status_text(&status, &shape(false))
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn matched(arguments: &AdvisoriesMatchArguments) -> anyhow::Result<ExitCode> {
    let store = store(&arguments.store)?;
    let inventory = inventory(&arguments.target, &store)?;
    let mut matching = match_advisories(&inventory, &store)?;
    let judgement = judgement(arguments, store.today)?;
    let target = arguments.target.as_path();
    let folder = target.is_dir().then_some(target);
    settle(&mut matching, &inventory, &judgement, folder);
    let text = if arguments.json {
        pretty_json(&matching)?
    } else {
        advisory_matching(&matching, &shape(arguments.verbose))
    };
    output::print(&text)?;
    Ok(code(&inventory, &matching, arguments.fail_on.into()))
}

/// The statements and exceptions that the arguments and the configuration name.
fn judgement(arguments: &AdvisoriesMatchArguments, today: Date) -> anyhow::Result<Judgement> {
    let config = super::scan::read_config(None)?;
    let mut documents = arguments.vex.clone();
    let named = config.vex.files.iter();
    documents.extend(named.map(|file| rules_in_force::beside(None, file)));
    let named = arguments.exceptions.as_deref();
    let file = rules_in_force::exceptions_file(named, &config, None);
    let must_exist = named.is_some() || config.policy.exceptions.is_some();
    Ok(Judgement {
        policy: None,
        exceptions: rules_in_force::exceptions(&file, must_exist, &config)?,
        today: Some(today),
        statements: read_all_vex(&documents)?,
        severities: config.policy.severities.clone(),
    })
}

/// A folder or an image is looked through; any other file is a bill.
fn inventory(target: &Path, store: &AdvisoryStore) -> anyhow::Result<Inventory> {
    if target.is_file()
        && let Ok(read) = waybill_engine::read_bill(target)
    {
        return Ok(read.inventory);
    }
    let request = InventoryRequest {
        target: target.to_owned(),
        today: Some(store.today.to_string()),
        ..InventoryRequest::default()
    };
    Ok(waybill_engine::inventory(&request)?)
}

/// Matches at the threshold, then what could not be held against the feeds, then nothing there.
fn code(inventory: &Inventory, matching: &Matching, fail_on: Severity) -> ExitCode {
    if matching
        .matches
        .iter()
        .any(|found| found.severity >= fail_on)
    {
        ExitCode::Refused
    } else if !inventory.unread.is_empty() || !matching.not_matched.is_empty() {
        ExitCode::Incomplete
    } else if inventory.components.is_empty() {
        ExitCode::Nothing
    } else {
        ExitCode::Admitted
    }
}

fn shown(arguments: &AdvisoriesShowArguments) -> anyhow::Result<ExitCode> {
    let store = store(&arguments.store)?;
    let shown = show_advisory(&arguments.id, &store)?.ok_or_else(|| {
        anyhow!(
            "find `{}`: no feed that is held has it; `waybill advisories status` lists them",
            arguments.id
        )
    })?;
    let text = if arguments.json {
        pretty_json(&shown)?
    } else {
        advisory_shown(&shown, &shape(arguments.verbose))
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn exported(arguments: &AdvisoriesExportArguments) -> anyhow::Result<ExitCode> {
    let store = store(&arguments.store)?;
    let key = arguments
        .key
        .as_deref()
        .map(|path| crate::secret::from_file(path, None))
        .transpose()?;
    let request = ExportRequest {
        valid_days: arguments.valid_days,
        key,
    };
    let mut aside = output::stage_bytes(&arguments.file)?;
    let mut out = BufWriter::new(aside.file());
    let exported = export_advisories(&store, &request, &mut out)?;
    out.flush().context("write the bundle")?;
    drop(out);
    aside.persist()?;
    console::say(&format!(
        "{} feeds, {} bytes, may be imported until {}, {}",
        exported.manifest.feeds.len(),
        exported.bytes,
        exported.manifest.valid_until,
        signed(exported.signed_by.as_deref())
    ));
    Ok(ExitCode::Admitted)
}

fn signed(by: Option<&str>) -> String {
    match by {
        Some(key) => format!("signed by the key {key}"),
        None => "not signed".to_owned(),
    }
}

fn imported(arguments: &AdvisoriesImportArguments) -> anyhow::Result<ExitCode> {
    let store = store(&arguments.store)?;
    let trust = if arguments.unsigned {
        Trust::Unsigned
    } else {
        let keys: Result<_, _> = arguments
            .trust
            .iter()
            .map(|path| read_public_key(path))
            .collect();
        Trust::Keys(keys?)
    };
    let request = ImportRequest {
        file: arguments.file.clone(),
        allow_older: arguments.allow_older,
        trust,
    };
    let updated = import_advisories(&store, &request)?;
    say(&updated);
    console::say(&format!(
        "the bundle is {}",
        signed(updated.signed_by.as_deref())
    ));
    Ok(ExitCode::Admitted)
}

/// The store that the arguments name, or the configuration, or where it usually is.
pub(crate) fn store(arguments: &StoreArguments) -> anyhow::Result<AdvisoryStore> {
    let today = arguments.now.clone().or_else(clock::today);
    let today = today.ok_or_else(|| anyhow!("tell the date: the clock stands before 1970"))?;
    let config = super::scan::read_config(None)?;
    Ok(AdvisoryStore {
        folder: folder(arguments.store.as_deref(), None, &config)?,
        today: Date::parse(&today)?,
        max_age_days: max_age_days(arguments.max_age, &config),
    })
}

/// The folder of the feeds: what an argument names, else the configuration (`config_path`, or the usual
/// one), else the usual one.
pub(crate) fn folder(
    named: Option<&Path>,
    config_path: Option<&Path>,
    config: &Config,
) -> anyhow::Result<PathBuf> {
    match (named, &config.advisories.store) {
        (Some(folder), _) => Ok(folder.to_path_buf()),
        (None, Some(folder)) => Ok(rules_in_force::beside(config_path, folder)),
        (None, None) => usual_folder(),
    }
}

/// The age past which data is stale: what an argument says, else the configuration, else the usual one.
pub(crate) fn max_age_days(named: Option<u32>, config: &Config) -> u32 {
    named
        .or(config.advisories.max_age_days)
        .unwrap_or(MAX_AGE_DAYS)
}

fn usual_folder() -> anyhow::Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    named("WAYBILL_HOME")
        .map(|home| PathBuf::from(home).join("advisories"))
        .or_else(|| {
            let data = named("XDG_DATA_HOME").map(PathBuf::from);
            let data = data.or_else(|| Some(PathBuf::from(named("HOME")?).join(".local/share")));
            Some(data?.join("waybill/advisories"))
        })
        .ok_or_else(|| anyhow!("find the advisories: name their folder with --store"))
}

fn shape(verbose: bool) -> Options {
    console::options(verbose)
}
