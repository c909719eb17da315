//! Recall and precision on the made-up application.

use anyhow::{Context as _, Result, bail};
use regex::Regex;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};
use waybill_domain::inventory::Inventory;

use super::super::{bars::Bars, material::Material};
use super::truth::{Outcome, Truth};
use crate::{
    measure::{self, Cost, median},
    python::Python,
    row, sample,
    tables::columns,
};

/// Share of the components that has to be found, and that may be invented.
const RECALL: f64 = 0.95;
const INVENTED: f64 = 0.03;
const PROCESSOR_SECONDS: f64 = 0.1;

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let truth = Truth::parse(&material.workspace.read(sample::TRUTH)?)?;
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("desk");
    sample::lay_out(material.workspace, &tree)?;
    let (inventory, cost) = ours(material, &tree)?;
    let (outcomes, invented) = truth.judge(&inventory);
    let mut columns_of: Vec<(String, Vec<bool>)> = vec![(
        "waybill".into(),
        outcomes
            .iter()
            .map(|outcome| *outcome == Outcome::Found)
            .collect(),
    )];
    let mut costs = vec![("waybill".to_owned(), cost.processor_seconds)];
    if let Some(python) = material.bill_tools()? {
        for (name, command) in peers(&python, &tree) {
            let (found, cost) = ask(&truth, &command)?;
            columns_of.push((name.to_owned(), found));
            costs.push((name.to_owned(), cost.processor_seconds));
        }
    }
    println!("\n== inventory: components of the sample found");
    print!("{}", columns(&recall_rows(&truth, &columns_of)));
    for (item, outcome) in truth.items.iter().zip(&outcomes) {
        if *outcome != Outcome::Found {
            println!("   {outcome:?}: {} {}", item.group, item.name);
        }
    }
    for name in &invented {
        println!("   not in the truth: {name}");
    }
    for (name, seconds) in &costs {
        println!("   {name}: {seconds:.2} processor seconds");
    }
    judge(&outcomes, invented.len(), &inventory, &cost, bars);
    Ok(())
}

fn judge(
    outcomes: &[Outcome],
    invented: usize,
    inventory: &Inventory,
    cost: &Cost,
    bars: &mut Bars,
) {
    let counted = |wanted: &[Outcome]| {
        outcomes
            .iter()
            .filter(|outcome| wanted.contains(outcome))
            .count()
    };
    let there = counted(&[Outcome::Found, Outcome::Misjudged]);
    let share = share(there, outcomes.len());
    bars.judge(
        "inventory: components found",
        format!("{there} of {} ({:.1} %)", outcomes.len(), share * 100.0),
        "at least 95 %",
        share >= RECALL,
    );
    let mistaken = counted(&[Outcome::Mistaken]);
    bars.judge("inventory: wrong role", mistaken, 0, mistaken == 0);
    let misjudged = counted(&[Outcome::Misjudged]);
    bars.judge(
        "inventory: wrong version, pin or remote code",
        misjudged,
        0,
        misjudged == 0,
    );
    let share = self::share(invented, inventory.components.len());
    bars.judge(
        "inventory: invented",
        format!(
            "{invented} of {} ({:.1} %)",
            inventory.components.len(),
            share * 100.0
        ),
        "at most 3 %",
        share <= INVENTED,
    );
    bars.at_most(
        "inventory: sample",
        cost.processor_seconds,
        PROCESSOR_SECONDS,
        " CPU-s",
    );
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn recall_rows(truth: &Truth, columns_of: &[(String, Vec<bool>)]) -> Vec<Vec<String>> {
    let mut groups: Vec<&str> = Vec::new();
    for item in &truth.items {
        if !groups.contains(&item.group.as_str()) {
            groups.push(&item.group);
        }
    }
    let mut head = row!["group", "items"];
    head.extend(columns_of.iter().map(|(name, _)| name.clone()));
    let mut rows = vec![head];
    let mut totals: BTreeMap<usize, usize> = BTreeMap::new();
    for group in &groups {
        let of_group = || truth.items.iter().map(|item| item.group == **group);
        let mut cells = row![group, of_group().filter(|inside| *inside).count()];
        for (index, (_, found)) in columns_of.iter().enumerate() {
            let count = of_group()
                .zip(found)
                .filter(|(inside, found)| *inside && **found)
                .count();
            *totals.entry(index).or_default() += count;
            cells.push(count.to_string());
        }
        rows.push(cells);
    }
    let mut last = row!["all", truth.items.len()];
    last.extend(totals.values().map(ToString::to_string));
    rows.push(last);
    rows
}

/// Our inventory of a folder, and the median cost.
fn ours(material: &Material<'_>, tree: &Path) -> Result<(Inventory, Cost)> {
    let out = tempfile::NamedTempFile::new()?;
    let command: Vec<OsString> = vec![
        material.waybill.clone().into(),
        "inventory".into(),
        tree.into(),
        "--format".into(),
        "json".into(),
    ];
    let mut costs = Vec::new();
    let mut last = None;
    for _ in 0..material.runs() {
        let cost = measure::measure(&command, Some(out.path()))?;
        costs.push(cost.processor_seconds);
        last = Some(cost);
    }
    let mut cost = last.context("no run")?;
    if !matches!(cost.exit_code, Some(0 | 4)) {
        bail!("waybill inventory ended with {:?}", cost.exit_code);
    }
    cost.processor_seconds = median(costs);
    let inventory = serde_json::from_slice(&std::fs::read(out.path())?)?;
    Ok((inventory, cost))
}

/// Name and command line of each other tool.
fn peers(python: &Python, tree: &Path) -> Vec<(&'static str, Vec<OsString>)> {
    let program = |name: &str| OsString::from(python.program(name));
    let requirements: PathBuf = tree.join("workers/requirements.txt");
    vec![
        (
            "airom",
            vec![
                program("airom"),
                "scan".into(),
                tree.into(),
                "--offline".into(),
                "--format".into(),
                "cyclonedx".into(),
            ],
        ),
        (
            "cyclonedx-bom",
            vec![
                program("cyclonedx-py"),
                "requirements".into(),
                requirements.into(),
            ],
        ),
    ]
}

/// Which items stand in what a tool prints: an upper bound, since a mere mention counts.
fn ask(truth: &Truth, command: &[OsString]) -> Result<(Vec<bool>, Cost)> {
    let out = tempfile::NamedTempFile::new()?;
    let cost = measure::measure(command, Some(out.path()))?;
    let text = String::from_utf8_lossy(&std::fs::read(out.path())?).into_owned();
    let found = truth
        .items
        .iter()
        .map(|item| Ok(Regex::new(&item.expression())?.is_match(&text)))
        .collect::<Result<_>>()?;
    Ok((found, cost))
}
