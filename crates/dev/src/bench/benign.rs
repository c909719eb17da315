//! False positives: harmless files of real libraries and of published packages.

use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use waybill_domain::{Artifact, Verdict};

use super::{
    bars::Bars,
    corpus::{Item, items},
    material::Material,
    peers::cells,
    scan::Scan,
};
use crate::{row, tables::columns};

/// Of files in formats that are built, at most this share may be quarantined.
const QUARANTINED_AT_MOST: f64 = 0.02;

/// Distinct published packages with models that have to be there.
const REAL_MODELS_AT_LEAST: usize = 8;

/// Classes of which every file has to be admitted.
const ADMITTED_CLASSES: [&str; 8] = [
    "sklearn_pickle",
    "sklearn_joblib",
    "pandas_pickle",
    "numpy_pickle",
    "npy",
    "npz",
    "torch_legacy",
    "safetensors",
];

/// Paths that begin so have to be admitted: state dicts, and whole modules of torch's own layers.
const ADMITTED_PATHS: [&str; 2] = ["benign/torch/state_", "benign/torch/full_module_"];

/// What became of a harmless item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Admitted,
    Quarantined,
    Rejected,
    /// Nothing stands against it but that it was not examined.
    NotExamined,
    Absent,
}

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = material.harmless()?;
    let manifest = std::fs::read_to_string(folder.join("manifest.benign.part.csv"))
        .context("read the manifest of the harmless files")?;
    let items = items(&manifest)?;
    let scan = Scan::corpus(&material.waybill, &folder, "benign")?;
    let answers = match &material.peers {
        Some(peers) => peers.ask_all(&folder, &items)?,
        None => Vec::new(),
    };

    let classes: BTreeSet<&str> = items.iter().map(|item| item.class.as_str()).collect();
    let mut header = row![
        "class",
        "items",
        "admit",
        "quarantine",
        "reject",
        "not examined"
    ];
    header.extend(answers.iter().map(|(tool, _)| (*tool).to_owned()));
    let mut rows = vec![header];
    for class in classes.into_iter().chain(["all"]) {
        let group: Vec<&Item> = items
            .iter()
            .filter(|item| class == "all" || item.class == class)
            .collect();
        let count = |fate| {
            group
                .iter()
                .filter(|item| fate_of(&scan, item) == fate)
                .count()
        };
        let mut row = row![
            class,
            group.len(),
            count(Fate::Admitted),
            count(Fate::Quarantined),
            count(Fate::Rejected),
            count(Fate::NotExamined)
        ];
        row.extend(cells(&answers, &group));
        rows.push(row);
    }
    println!(
        "\n== harmless: {} items in {:.2} s; of other scanners: called bad, eN: N errors",
        items.len(),
        scan.cost.wall_seconds
    );
    print!("{}", columns(&rows));
    print!("{}", columns(&formats(&scan)));
    judge(&items, &scan, bars);
    Ok(())
}

/// Verdicts by the format that was recognised.
fn formats(scan: &Scan) -> Vec<Vec<String>> {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for artifact in &scan.report.artifacts {
        let counts = counts.entry(&artifact.format).or_default();
        counts[match fate(artifact) {
            Fate::Admitted | Fate::Absent => 0,
            Fate::Quarantined => 1,
            Fate::Rejected => 2,
            Fate::NotExamined => 3,
        }] += 1;
    }
    let mut rows = vec![row![
        "format",
        "admit",
        "quarantine",
        "reject",
        "not examined"
    ]];
    for (format, [admitted, quarantined, rejected, not_examined]) in counts {
        rows.push(row![format, admitted, quarantined, rejected, not_examined]);
    }
    rows
}

fn judge(items: &[Item], scan: &Scan, bars: &mut Bars) {
    let mut counts = [0_usize; 3];
    for item in items {
        let fate = fate_of(scan, item);

        match fate {
            Fate::Admitted => counts[0] += 1,
            Fate::Quarantined => counts[1] += 1,
            Fate::Rejected => counts[2] += 1,
            Fate::NotExamined | Fate::Absent => {}
        }
        if matches!(fate, Fate::Quarantined | Fate::Rejected | Fate::Absent)
            || (must_be_admitted(item) && fate != Fate::Admitted)
        {
            println!("{} ({}): {}", item.path, item.class, why(scan, item));
        }
    }
    let [admitted, quarantined, rejected] = counts;
    let absent = count(items, scan, |_, fate| fate == Fate::Absent);
    bars.judge("harmless items rejected", rejected, 0, rejected == 0);
    bars.judge("harmless items without a verdict", absent, 0, absent == 0);
    #[expect(clippy::cast_precision_loss, reason = "a share to look at")]
    let share = quarantined as f64 / (admitted + quarantined + rejected).max(1) as f64;
    bars.judge(
        "harmless items of built formats quarantined",
        format!("{quarantined}, {:.1} %", share * 100.0),
        "at most 2 %",
        share <= QUARANTINED_AT_MOST,
    );
    let refused = count(items, scan, |item, fate| {
        must_be_admitted(item) && fate != Fate::Admitted
    });
    bars.judge(
        "scikit-learn, pandas, numpy, torch not admitted",
        refused,
        0,
        refused == 0,
    );
    let packages: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item.path.strip_prefix("benign/wheels/"))
        .filter_map(|path| path.split('/').next())
        .collect();
    bars.judge(
        "published packages with models",
        packages.len(),
        format!("at least {REAL_MODELS_AT_LEAST}"),
        packages.len() >= REAL_MODELS_AT_LEAST,
    );
}

fn must_be_admitted(item: &Item) -> bool {
    ADMITTED_CLASSES.contains(&item.class.as_str())
        || ADMITTED_PATHS
            .iter()
            .any(|start| item.path.starts_with(start))
}

fn count(items: &[Item], scan: &Scan, test: impl Fn(&Item, Fate) -> bool) -> usize {
    items
        .iter()
        .filter(|item| test(item, fate_of(scan, item)))
        .count()
}

/// The worst that happened to the item's artifacts.
fn fate_of(scan: &Scan, item: &Item) -> Fate {
    let fates: Vec<Fate> = scan.below(&item.path).map(fate).collect();
    [
        Fate::Rejected,
        Fate::Quarantined,
        Fate::NotExamined,
        Fate::Admitted,
    ]
    .into_iter()
    .find(|fate| fates.contains(fate))
    .unwrap_or(Fate::Absent)
}

fn fate(artifact: &Artifact) -> Fate {
    match artifact.verdict {
        Verdict::Admit => Fate::Admitted,
        Verdict::Reject => Fate::Rejected,
        Verdict::Quarantine if artifact.only_incomplete() => Fate::NotExamined,
        Verdict::Quarantine => Fate::Quarantined,
    }
}

/// The findings that stand against an item, for the reader of the list.
fn why(scan: &Scan, item: &Item) -> String {
    let findings: Vec<String> = scan
        .below(&item.path)
        .flat_map(|artifact| &artifact.findings)
        .take(3)
        .map(|finding| format!("{} {}", finding.rule, finding.message))
        .collect();
    let verdict = scan
        .verdict(&item.path)
        .map_or("not in the report", Verdict::as_str);
    format!("{verdict}: {}", findings.join("; "))
}
