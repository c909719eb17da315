//! Policies and exceptions that arguments and `waybill.toml` name.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use waybill_domain::{Date, Gate};
use waybill_engine::{BUILT_IN, BuiltIn, Config, Engine, Exceptions, MOST_DAYS, PolicyFile};

use crate::clock;

/// Exceptions beside the configuration.
pub(crate) const EXCEPTIONS_FILE: &str = "waybill.exceptions.toml";

/// A policy as named on the command line: a built-in one, or the text of a file.
pub(crate) enum Named {
    BuiltIn(&'static BuiltIn),
    File { name: String, text: String },
}

impl Named {
    /// A built-in policy of this name, else the file of this path.
    pub(crate) fn find(name: &str) -> anyhow::Result<Self> {
        if let Some(policy) = BuiltIn::named(name) {
            return Ok(Self::BuiltIn(policy));
        }
        let path = Path::new(name);
        if !path.exists() && !name.contains(['/', '.']) {
            let known: Vec<&str> = BUILT_IN.iter().map(|policy| policy.name).collect();
            bail!(
                "use the policy `{name}`: there is no such file, and built in are {}",
                known.join(", ")
            );
        }
        Self::file(path)
    }

    fn file(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::File {
            name: path.display().to_string(),
            text: read(path)?,
        })
    }

    pub(crate) fn as_file(&self) -> PolicyFile<'_> {
        match self {
            Self::BuiltIn(policy) => policy.file(),
            Self::File { name, text } => PolicyFile { file: name, text },
        }
    }
}

/// The engine for named policies; the baseline if none is named.
pub(crate) fn engine(named: &[Named], gates: &[Gate]) -> anyhow::Result<Engine> {
    let mut built_in = Vec::new();
    let mut files = Vec::new();
    for policy in named {
        match policy {
            Named::BuiltIn(policy) => built_in.push(*policy),
            file @ Named::File { .. } => files.push(file.as_file()),
        }
    }
    if named.is_empty() {
        return Ok(Engine::baseline(gates)?);
    }
    Ok(Engine::load(&built_in, &files, gates)?)
}

/// The policies that arguments name, or else the configuration. A list of formats in it is one.
pub(crate) fn chosen(
    arguments: &[String],
    config: &Config,
    config_file: Option<&Path>,
) -> anyhow::Result<Vec<Named>> {
    if !arguments.is_empty() {
        return arguments.iter().map(|name| Named::find(name)).collect();
    }
    let mut named = Vec::new();
    if let Some(profile) = &config.policy.profile {
        let Some(policy) = BuiltIn::named(profile) else {
            let known: Vec<&str> = BUILT_IN.iter().map(|policy| policy.name).collect();
            bail!(
                "use the profile `{}` of the configuration: there are {}",
                profile.escape_debug(),
                known.join(", ")
            );
        };
        named.push(Named::BuiltIn(policy));
    }
    for file in &config.policy.files {
        named.push(Named::file(&beside(config_file, file))?);
    }
    if let Some(text) = config.policy.formats_policy() {
        let name = "the formats of the configuration".to_owned();
        named.push(Named::File { name, text });
    }
    Ok(named)
}

/// The file of exceptions that is named, or that belongs to the configuration.
pub(crate) fn exceptions_file(
    named: Option<&Path>,
    config: &Config,
    config_file: Option<&Path>,
) -> PathBuf {
    match (named, &config.policy.exceptions) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) => beside(config_file, path),
        (None, None) => beside(config_file, EXCEPTIONS_FILE),
    }
}

/// The exceptions of a file; none if nobody named it and it is not there.
pub(crate) fn exceptions(file: &Path, named: bool, config: &Config) -> anyhow::Result<Exceptions> {
    if !named && !file.exists() {
        return Ok(Exceptions::default());
    }
    let text = read(file)?;
    Ok(Exceptions::parse(
        &file.display().to_string(),
        &text,
        most_days(config),
    )?)
}

pub(crate) fn most_days(config: &Config) -> u32 {
    config.policy.most_exception_days.unwrap_or(MOST_DAYS)
}

/// The day that was named, or today's.
pub(crate) fn today(named: Option<Date>) -> Option<Date> {
    named.or_else(|| clock::today().and_then(|today| Date::parse(&today).ok()))
}

pub(crate) fn beside(config_file: Option<&Path>, file: &str) -> PathBuf {
    match config_file.and_then(Path::parent) {
        Some(folder) => folder.join(file),
        None => PathBuf::from(file),
    }
}

/// Rules and exceptions are written by people.
const WRITTEN_BYTES: u64 = 16 << 20;
/// Reports, baselines and facts are written by programs.
pub(crate) const REPORT_BYTES: u64 = 256 << 20;

/// Reads a configuration, a policy or exceptions.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    read_up_to(path, WRITTEN_BYTES)
}

/// Reads a report, a baseline or facts.
pub(crate) fn read_report_text(path: &Path) -> anyhow::Result<String> {
    read_up_to(path, REPORT_BYTES)
}

fn read_up_to(path: &Path, most_bytes: u64) -> anyhow::Result<String> {
    let reading = || format!("read `{}`", path.display());
    let mut text = String::new();
    // What is larger is not even read as far.
    let file = std::fs::File::open(path).with_context(reading)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    if size <= most_bytes {
        let mut limited = file.take(most_bytes.saturating_add(1));
        limited.read_to_string(&mut text).with_context(reading)?;
    }
    if size > most_bytes || text.len() as u64 > most_bytes {
        bail!("{}: it is larger than {} MiB", reading(), most_bytes >> 20);
    }
    Ok(text)
}
