use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow, bail};
use waybill_domain::{Date, ExitCode, Recipe, ReproductionOutcome};
use waybill_engine::{
    ReproduceRequest, Reproducible, Requirements, Revoked, StatementTrust, plan_reproduction,
    read_public_key, read_revoked, with_limits,
};
use waybill_report::{pretty_json, reproduction};

use super::scan::read_config;
use crate::arguments::{ReproduceArguments, TextOrJson};
use crate::{clock, console, output};

/// Where the program stands that starts another one without a network.
const UNSHARE: [&str; 2] = ["/usr/bin/unshare", "/bin/unshare"];
/// Where the program stands that sets an environment.
const ENV: [&str; 2] = ["/usr/bin/env", "/bin/env"];
/// A user of its own, so that no rights are needed, and no network but an empty one.
const APART: [&str; 4] = ["--user", "--map-current-user", "--net", "--"];

pub(crate) fn run(arguments: &ReproduceArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let trust = trust(arguments)?;
    if arguments.run && matches!(trust, StatementTrust::Unasked) {
        bail!(
            "run the command of a statement that anybody may have written: name who has to have signed it, by --key or --policy"
        );
    }
    if let Some(folder) = &arguments.keep
        && folder.symlink_metadata().is_ok()
    {
        bail!(
            "keep what came out in `{}`: it is there already",
            folder.display()
        );
    }
    let planned = plan_reproduction(ReproduceRequest {
        statement: arguments.statement.clone(),
        from: arguments.from.clone().unwrap_or_else(|| ".".into()),
        trust,
        revoked: match &arguments.revoked {
            Some(file) => read_revoked(file)?,
            None => Revoked::default(),
        },
        today: today(arguments)?,
        limits: with_limits(&config.limits)?,
    })?;
    let scratch = tempfile::Builder::new()
        .prefix("waybill-")
        .tempdir()
        .context("make a scratch folder")?;
    let done = again(&planned, scratch.path(), arguments.run)?;
    let reproduced = planned.compared(done.then(|| scratch.path()))?;
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&reproduced)?,
        TextOrJson::Text => reproduction(&reproduced, &console::options(false)),
    };
    if let Some(folder) = arguments.keep.as_ref().filter(|_| done) {
        waybill_engine::copy_tree(scratch.path(), folder)
            .with_context(|| format!("keep what came out in `{}`", folder.display()))?;
    }
    output::print(&text)?;
    Ok(match reproduced.outcome {
        ReproductionOutcome::Equal => ExitCode::Admitted,
        ReproductionOutcome::Different => ExitCode::Refused,
        ReproductionOutcome::NotRun => ExitCode::Incomplete,
    })
}

/// True if it was done again.
fn again(planned: &Reproducible, scratch: &Path, may_run: bool) -> anyhow::Result<bool> {
    if planned.is_own() {
        planned.replay(scratch)?;
        return Ok(true);
    }
    if may_run {
        let apart = apart()?;
        planned.lay_out(scratch)?;
        command(apart, planned.recipe(), scratch)?;
    }
    Ok(may_run)
}

/// The program that starts another one without a network, if this system lets it.
fn apart() -> anyhow::Result<&'static str> {
    let program = UNSHARE.into_iter().find(|path| Path::new(path).is_file());
    let refused = || {
        anyhow!(
            "run the command without a network: this system has no `unshare` of util-linux that may make a user and a network of its own; nothing was run"
        )
    };
    let program = program.ok_or_else(refused)?;
    let tried = Command::new(program)
        .args(APART)
        .arg("/bin/true")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match tried {
        Ok(status) if status.success() => Ok(program),
        _ => Err(refused()),
    }
}

/// Runs the command of the statement, which somebody who is trusted signed and the user asked for. What it
/// states as environment is set once the network is gone, and never for the program that takes it away.
fn command(apart: &str, recipe: &Recipe, scratch: &Path) -> anyhow::Result<()> {
    let clean = ENV.into_iter().find(|path| Path::new(path).is_file());
    let clean = clean.ok_or_else(|| anyhow!("run the command: this system has no `env`"))?;
    let status = Command::new(apart)
        .args(APART)
        .args([clean, "-i", "--"])
        .args(environment(recipe, scratch)?)
        .args(&recipe.command)
        .current_dir(scratch)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status()
        .context("run the command")?;
    match status.success() {
        true => Ok(()),
        false => bail!("run the command again: it ended with {status}"),
    }
}

/// `NAME=VALUE` of all that the command gets: a home, where programs stand, and what is stated.
fn environment(recipe: &Recipe, scratch: &Path) -> anyhow::Result<Vec<OsString>> {
    let program = recipe.command.first().map_or("", String::as_str);
    if program.is_empty() || program.contains('=') {
        bail!(
            "run the command: `{}` names no program",
            program.escape_debug()
        );
    }
    let mut variables = BTreeMap::from([("HOME", scratch.as_os_str().to_owned())]);
    if let Some(path) = std::env::var_os("PATH") {
        variables.insert("PATH", path);
    }
    for (name, value) in &recipe.environment {
        let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
        if name.is_empty() || name.starts_with("LD_") || !name.chars().all(is_word) {
            bail!(
                "run the command: the statement sets `{}`, which changes what programs load or is no name of a variable; nothing was run",
                name.escape_debug()
            );
        }
        variables.insert(name, OsString::from(value));
    }
    let pairs = variables.into_iter().map(|(name, value)| {
        let mut pair = OsString::from(name);
        pair.push("=");
        pair.push(value);
        pair
    });
    Ok(pairs.collect())
}

fn trust(arguments: &ReproduceArguments) -> anyhow::Result<StatementTrust> {
    if let Some(policy) = &arguments.policy {
        return Ok(StatementTrust::Policy {
            requirements: Requirements::read(policy)?,
            name: arguments.name.clone(),
        });
    }
    if arguments.key.is_empty() {
        return Ok(StatementTrust::Unasked);
    }
    let keys = arguments.key.iter().map(|file| read_public_key(file));
    Ok(StatementTrust::Keys(keys.collect::<Result<_, _>>()?))
}

fn today(arguments: &ReproduceArguments) -> anyhow::Result<Date> {
    match arguments.now {
        Some(date) => Ok(date),
        None => {
            let seconds = clock::seconds().ok_or_else(|| {
                anyhow!("tell the time: the clock stands before 1970; --now names a date")
            })?;
            Ok(Date::from_days(i32::try_from(seconds.div_euclid(86_400))?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(program: &str, name: &str) -> anyhow::Result<Vec<OsString>> {
        let recipe = Recipe {
            verb: None,
            version: None,
            command: vec![program.to_owned()],
            environment: BTreeMap::from([(name.to_owned(), "1".to_owned())]),
        };
        environment(&recipe, Path::new("/scratch"))
    }

    #[test]
    fn a_statement_sets_no_loader_and_no_options() {
        let pairs = set("make", "SEED").unwrap();
        assert!(pairs.contains(&OsString::from("SEED=1")));
        assert!(pairs.contains(&OsString::from("HOME=/scratch")));
        for name in ["LD_PRELOAD", "LD_AUDIT", "", "-S", "--split-string", "A=B"] {
            assert!(set("make", name).is_err(), "{name}");
        }
        for program in ["", "A=b"] {
            assert!(set(program, "SEED").is_err(), "{program}");
        }
    }
}
