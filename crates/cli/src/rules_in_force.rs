//! Policies and exceptions that arguments and `waybill.toml` name.

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

/// The policies that arguments name, or else the configuration.
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

pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))
}
