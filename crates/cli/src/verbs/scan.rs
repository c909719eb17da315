use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use waybill_domain::{ExitCode, Gate, Report};
use waybill_engine::{
    AdvisoryStore, Baseline, Config, Joining, Judgement, Request, Target, YaraRules,
    known_components, read_all_vex,
};
use waybill_report::{Format, Options, render};

use crate::arguments::ScanArguments;
use crate::progress::Bar;
use crate::verbs::advisories;
use crate::{console, output, rules_in_force, trace};

/// Configuration in the working directory. That of a target is never read: what is judged does
/// not choose its own rules.
pub(super) const CONFIG_FILE: &str = "waybill.toml";
/// Patterns of paths that are left out, one a line, in the working directory.
const IGNORE_FILE: &str = ".waybillignore";

pub(crate) fn run(arguments: &ScanArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let request = request(arguments, &config)?;
    warn_of_own_rules(arguments);
    if arguments.trace {
        trace::check(&request)?;
    }
    for (_, file) in &arguments.output {
        output::check(file)?;
    }
    let fail_on = arguments
        .fail_on
        .map(Into::into)
        .or(config.fail_on)
        .unwrap_or_default();
    let bar = Bar::new();
    let report = waybill_engine::scan(&request, &bar);
    bar.finish();
    let report = report?;
    let code = ExitCode::of(&report, fail_on);
    write_outputs(&report, arguments)?;
    if arguments.trace {
        trace::print(&request, &report)?;
    } else {
        let shape = Options {
            colour: console::colour() && arguments.format == Format::Text,
            width: console::width(),
            verbose: arguments.verbose,
        };
        output::print(&rendered(&report, arguments.format, &shape)?)?;
    }
    Ok(code)
}

/// Writes all reports to files, or none.
fn write_outputs(report: &Report, arguments: &ScanArguments) -> anyhow::Result<()> {
    // The same on every terminal.
    let shape = Options {
        verbose: arguments.verbose,
        ..Options::default()
    };
    let mut staged = Vec::new();
    for (format, file) in &arguments.output {
        staged.extend(output::stage(file, &rendered(report, *format, &shape)?)?);
    }
    staged.into_iter().try_for_each(output::Aside::persist)
}

/// Where the working directory lies inside a target, its configuration is part of what is judged.
fn warn_of_own_rules(arguments: &ScanArguments) {
    let Ok(here) = std::env::current_dir().and_then(|here| here.canonicalize()) else {
        return;
    };
    let inside = arguments
        .targets
        .iter()
        .filter_map(|target| target.canonicalize().ok())
        .any(|target| here.starts_with(target));
    let named = [
        (CONFIG_FILE, arguments.config.is_none()),
        (IGNORE_FILE, true),
        (
            rules_in_force::EXCEPTIONS_FILE,
            arguments.exceptions.is_none() && arguments.config.is_none(),
        ),
    ];
    for (file, read) in named {
        if inside && read && here.join(file).is_file() {
            console::say(&format!(
                "note: {file} of the folder that is scanned is in force"
            ));
        }
    }
}

fn rendered(report: &Report, format: Format, shape: &Options) -> anyhow::Result<String> {
    render(report, &waybill_engine::rules(), format, shape)
        .with_context(|| format!("render the {format} report"))
}

fn request(arguments: &ScanArguments, config: &Config) -> anyhow::Result<Request> {
    let mut exclude = config.exclude.clone();
    exclude.extend(arguments.exclude.iter().cloned());
    if let Some(patterns) = read_if_there(Path::new(IGNORE_FILE))? {
        exclude.extend(patterns.lines().map(ToOwned::to_owned));
    }
    let baseline = match &arguments.baseline {
        Some(file) => Some(
            Baseline::parse(&rules_in_force::read_report_text(file)?)
                .with_context(|| format!("use `{}`", file.display()))?,
        ),
        None => None,
    };
    let target = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            Target::Stdin
        } else {
            Target::Path(path.clone())
        }
    };
    Ok(Request {
        targets: arguments.targets.iter().map(target).collect(),
        exclude,
        limits: config.limits.clone(),
        allowed: config.allowed(),
        baseline,
        jobs: arguments.jobs.map(usize::from),
        blake3: arguments.blake3,
        yara: YaraRules::read(&yara(arguments, config))?,
        judgement: judgement(arguments, config)?,
        joining: joining(arguments, config)?,
    })
}

/// Where YARA rules of the user's stand.
fn yara(arguments: &ScanArguments, config: &Config) -> Vec<PathBuf> {
    let beside = arguments.config.as_deref();
    let configured = config.yara.iter();
    let configured = configured.map(|path| rules_in_force::beside(beside, path));
    configured.chain(arguments.yara.iter().cloned()).collect()
}

/// With what components are compared; nothing if only artifacts are wanted.
fn joining(arguments: &ScanArguments, config: &Config) -> anyhow::Result<Option<Joining>> {
    if arguments.artifacts_only {
        return Ok(None);
    }
    let today = rules_in_force::today(arguments.now);
    let today = today.context("tell the date: the clock stands before 1970; give `--now`")?;
    let beside = arguments.config.as_deref();
    // Where nobody says where advisories could be, none are held.
    let folder = advisories::folder(arguments.store.as_deref(), beside, config).unwrap_or_default();
    let known = match &arguments.since {
        Some(bill) => known_components(bill)?,
        None => BTreeSet::new(),
    };
    Ok(Some(Joining {
        store: AdvisoryStore {
            folder,
            today,
            max_age_days: advisories::max_age_days(arguments.max_age, config),
        },
        internal: config.internal.names.clone(),
        known,
    }))
}

/// Policies, exceptions and the day.
fn judgement(arguments: &ScanArguments, config: &Config) -> anyhow::Result<Judgement> {
    let beside = arguments.config.as_deref();
    let policies = rules_in_force::chosen(&arguments.policy, config, beside)?;
    let named = arguments.exceptions.as_deref();
    let file = rules_in_force::exceptions_file(named, config, beside);
    let must_exist = named.is_some() || config.policy.exceptions.is_some();
    let mut documents = arguments.vex.clone();
    documents.extend(
        config
            .vex
            .files
            .iter()
            .map(|file| rules_in_force::beside(beside, file)),
    );
    Ok(Judgement {
        statements: read_all_vex(&documents)?,
        policy: Some(rules_in_force::engine(&policies, &[Gate::Scan])?),
        exceptions: rules_in_force::exceptions(&file, must_exist, config)?,
        today: rules_in_force::today(arguments.now),
        severities: config.policy.severities.clone(),
    })
}

/// The configuration that was named, or that stands in the working directory.
pub(crate) fn read_config(named: Option<&Path>) -> anyhow::Result<Config> {
    let (path, text) = match named {
        Some(path) => (path, Some(rules_in_force::read(path)?)),
        None => (
            Path::new(CONFIG_FILE),
            read_if_there(Path::new(CONFIG_FILE))?,
        ),
    };
    let Some(text) = text else {
        return Ok(Config::default());
    };
    let using = || format!("use `{}`", path.display());
    let config = Config::parse(&text).with_context(using)?;
    waybill_engine::with_limits(&config.limits).with_context(using)?;
    for rule in config.policy.severities.keys() {
        if !waybill_engine::rules().iter().any(|known| known.id == rule) {
            let rule = rule.escape_debug();
            bail!(
                "{}: there is no rule `{rule}`; `waybill rules` lists them",
                using()
            );
        }
    }
    Ok(config)
}

fn read_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        _ => rules_in_force::read(path).map(Some),
    }
}
