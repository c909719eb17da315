//! Affected versions: what the public interface says, held against a reference that is not ours.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};
use waybill_domain::version::{Affected, Ecosystem, Event, Scope, affects};

use super::{Arguments, bars::Bars};
use crate::{python::Python, row, tables::columns, workspace::Workspace};

const SCRIPT: &str = "crates/dev/python/version_oracle.py";
/// How many packages of each database are asked about.
const PACKAGES: usize = 500;
/// So many differences are shown.
const SHOWN: usize = 20;
/// Every so many versions are also asked of the function that parses everything anew.
const ANEW: usize = 50;

/// One advisory and package, as the reference prints it.
#[derive(Deserialize)]
struct Case {
    ecosystem: String,
    advisory: String,
    package: String,
    versions: Vec<String>,
    ranges: Vec<Vec<(String, String)>>,
    asked: Vec<(String, Option<bool>)>,
    refused: Option<String>,
}

#[derive(Default)]
struct Tally {
    packages: std::collections::BTreeSet<String>,
    advisories: usize,
    asked: usize,
    affected: usize,
    no_versions: usize,
    refused: usize,
    differences: usize,
}

pub(super) fn measure(workspace: &Workspace, arguments: &Arguments, bars: &mut Bars) -> Result<()> {
    let databases = [
        ("PyPI", arguments.pypa.as_deref()),
        ("crates.io", arguments.rustsec.as_deref()),
    ];
    let mut rows = vec![row![
        "oracle",
        "packages",
        "advisories",
        "versions asked",
        "affected",
        "no versions",
        "refused",
        "differences"
    ]];
    for (ecosystem, folder) in databases {
        let Some(folder) = folder else { continue };
        let tally = of_database(workspace, arguments, ecosystem, folder)?;
        rows.push(row![
            ecosystem,
            tally.packages.len(),
            tally.advisories,
            tally.asked,
            tally.affected,
            tally.no_versions,
            tally.refused,
            tally.differences
        ]);
        bars.judge(
            format!("affected versions, {ecosystem}: differences from the reference"),
            format!("{} of {}", tally.differences, tally.asked),
            format!("0, {PACKAGES} packages"),
            tally.differences == 0 && tally.packages.len() >= PACKAGES,
        );
    }
    if rows.len() > 1 {
        print!("\n== oracle of versions\n{}", columns(&rows));
    } else if arguments.only.contains(&super::Part::Oracle) {
        bail!("the oracle needs --pypa or --rustsec");
    }
    Ok(())
}

fn of_database(
    workspace: &Workspace,
    arguments: &Arguments,
    ecosystem: &str,
    folder: &Path,
) -> Result<Tally> {
    let mut command = match &arguments.oracle_python {
        Some(python) => {
            let mut command = Command::new(python);
            command.arg("-B").arg(workspace.path(SCRIPT));
            command
        }
        None => {
            let environment = workspace.target_directory().join("bench/oracle");
            Python::environment(workspace, &environment, "crates/dev/python/oracle.txt")?
                .script(workspace, SCRIPT)
        }
    };
    command.arg(folder).arg(ecosystem);
    command.args(["--packages", &PACKAGES.to_string()]);
    let mut child = command.stdout(Stdio::piped()).spawn().context(SCRIPT)?;
    let output = child
        .stdout
        .take()
        .context("read what the reference says")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        tally.take(&serde_json::from_str(&line?).context("read what the reference says")?);
    }
    if !child.wait()?.success() {
        bail!("{SCRIPT} failed");
    }
    Ok(tally)
}

impl Tally {
    fn take(&mut self, case: &Case) {
        self.packages.insert(case.package.clone());
        self.advisories += 1;
        let (ecosystem, _) = Ecosystem::of_osv(&case.ecosystem);
        let ranges: Vec<Vec<Event>> = case.ranges.iter().map(|events| events_of(events)).collect();
        let affected = Affected {
            versions: &case.versions,
            ranges: &ranges,
        };
        let scope = match (Scope::new(ecosystem, &affected), &case.refused) {
            (Ok(scope), None) => scope,
            (Err(_), Some(_)) => {
                self.refused += 1;
                return;
            }
            (ours, theirs) => {
                self.differ(
                    case,
                    "its ranges",
                    &format!("{:?}", ours.err()),
                    &format!("{theirs:?}"),
                );
                return;
            }
        };
        for (place, (version, theirs)) in case.asked.iter().enumerate() {
            self.asked += 1;
            self.affected += usize::from(*theirs == Some(true));
            self.no_versions += usize::from(theirs.is_none());
            let ours = scope.affects(version).ok();
            let anew = (place % ANEW == 0).then(|| affects(ecosystem, &affected, version).ok());
            if ours != *theirs || anew.is_some_and(|anew| anew != ours) {
                self.differ(case, version, &format!("{ours:?}"), &format!("{theirs:?}"));
            }
        }
    }

    fn differ(&mut self, case: &Case, version: &str, ours: &str, theirs: &str) {
        self.differences += 1;
        if self.differences <= SHOWN {
            println!(
                "differs: {} {} {version}: ours {ours}, reference {theirs}",
                case.advisory, case.package
            );
        }
    }
}

fn events_of(events: &[(String, String)]) -> Vec<Event> {
    events
        .iter()
        .filter_map(|(kind, text)| match kind.as_str() {
            "introduced" => Some(Event::Introduced(text.clone())),
            "fixed" => Some(Event::Fixed(text.clone())),
            "last_affected" => Some(Event::LastAffected(text.clone())),
            "limit" => Some(Event::Limit(text.clone())),
            _ => None,
        })
        .collect()
}
