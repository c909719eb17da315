//! Recall: every attack of the corpus, class by class, and every item that misses its bar.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use waybill_domain::Verdict;

use super::{bars::Bars, material::Material, peers::cells, scan::Scan};
use crate::{row, tables::columns};

/// Classes that the first verdict answers for. A star stands for the rest of a name.
const CLASSES: [&str; 11] = [
    "pickle_*",
    "torch_*",
    "torchscript",
    "joblib",
    "dill_cloudpickle",
    "numpy_object",
    "safetensors_*",
    "gguf_*",
    "archive_*",
    "polyglot",
    "tokenizer_ssti",
];

/// Of all malicious items, at least so many of a hundred have to be rejected; none may be admitted.
const REJECTED_OF_A_HUNDRED: usize = 97;

/// An item of the manifest.
pub(super) struct Item {
    pub(super) path: String,
    pub(super) class: String,
    /// `malicious`, `suspicious` or `clean`.
    expected: String,
}

/// Items whose payload lies in a format that is not examined yet: not admitted is enough.
#[derive(Deserialize)]
struct Later {
    items: Vec<LaterItem>,
}

#[derive(Deserialize)]
struct LaterItem {
    path: String,
    reason: String,
}

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let items = items(&material.manifest()?)?;
    let folder = material.attacks()?;
    let scan = Scan::corpus(&material.waybill, &folder, "malicious")?;
    let answers = match &material.peers {
        Some(peers) => peers.ask_all(&folder, &items)?,
        None => Vec::new(),
    };

    let mut header = row![
        "class",
        "expected",
        "items",
        "reject",
        "quarantine",
        "admit"
    ];
    header.extend(answers.iter().map(|(tool, _)| (*tool).to_owned()));
    let mut rows = vec![header];
    for (class, expected) in groups(&items) {
        let group: Vec<&Item> = items
            .iter()
            .filter(|item| (class == "all" || item.class == class) && item.expected == expected)
            .collect();
        let count = |verdict| {
            group
                .iter()
                .filter(|item| scan.verdict(&item.path) == Some(verdict))
                .count()
        };
        let mark = if in_bar(class) { "*" } else { "" };
        let mut row = row![
            format!("{class}{mark}"),
            expected,
            group.len(),
            count(Verdict::Reject),
            count(Verdict::Quarantine),
            count(Verdict::Admit)
        ];
        row.extend(cells(&answers, &group));
        rows.push(row);
    }
    println!(
        "\n== corpus: {} items in {:.2} s ({:.2} CPU-s); a star marks the classes of the bar; eN: N errors",
        items.len(),
        scan.cost.wall_seconds,
        scan.cost.processor_seconds
    );
    print!("{}", columns(&rows));
    judge(material, &items, &scan, bars)
}

/// Judges the items of the bar's classes and lists what misses.
fn judge(material: &Material<'_>, items: &[Item], scan: &Scan, bars: &mut Bars) -> Result<()> {
    let later: Later = toml::from_str(
        &material
            .workspace
            .read("crates/dev/data/corpus-later.toml")?,
    )
    .context("read corpus-later.toml")?;
    let (mut malicious, mut rejected) = (0, 0);
    let (mut suspicious, mut refused) = (0, 0);
    for item in items.iter().filter(|item| in_bar(&item.class)) {
        let verdict = scan.verdict(&item.path);
        let refuses = verdict.is_some_and(|verdict| verdict > Verdict::Admit);
        let later = later.items.iter().find(|later| later.path == item.path);
        let (holds, note) = match (item.expected.as_str(), later) {
            ("malicious", None) => (verdict == Some(Verdict::Reject), "must be rejected"),
            ("malicious", Some(later)) => {
                println!("{}: {}, {}", item.path, shown(verdict), later.reason);
                (refuses, "must not be admitted")
            }
            _ => (refuses, "must not be admitted"),
        };
        if item.expected == "malicious" {
            malicious += 1;
            rejected += usize::from(holds);
        } else {
            suspicious += 1;
            refused += usize::from(holds);
        }
        if !holds {
            println!("{} ({}): {}, {note}", item.path, item.class, shown(verdict));
        }
    }
    bars.judge(
        "malicious items rejected",
        format!("{rejected} of {malicious}"),
        "all",
        rejected == malicious,
    );
    bars.judge(
        "suspicious items not admitted",
        format!("{refused} of {suspicious}"),
        "all",
        refused == suspicious,
    );
    whole(items, scan, bars);
    Ok(())
}

/// Judges the items of every class.
fn whole(items: &[Item], scan: &Scan, bars: &mut Bars) {
    let verdicts = |expected: &str| -> Vec<Option<Verdict>> {
        let expected = items.iter().filter(|item| item.expected == expected);
        expected.map(|item| scan.verdict(&item.path)).collect()
    };
    for (expected, verdicts) in [
        ("malicious", verdicts("malicious")),
        ("suspicious", verdicts("suspicious")),
    ] {
        let refused = verdicts
            .iter()
            .filter(|verdict| verdict.is_some_and(|verdict| verdict > Verdict::Admit))
            .count();
        bars.judge(
            format!("{expected} items of every class not admitted"),
            format!("{refused} of {}", verdicts.len()),
            "all",
            refused == verdicts.len(),
        );
    }
    let malicious = verdicts("malicious");
    let reject = |verdict: &&Option<Verdict>| **verdict == Some(Verdict::Reject);
    let rejected = malicious.iter().filter(reject).count();
    bars.judge(
        "malicious items of every class rejected",
        format!("{rejected} of {}", malicious.len()),
        format!("at least {REJECTED_OF_A_HUNDRED} %"),
        rejected * 100 >= malicious.len() * REJECTED_OF_A_HUNDRED,
    );
    for item in items.iter().filter(|item| !in_bar(&item.class)) {
        let verdict = scan.verdict(&item.path);
        let wanted = match item.expected.as_str() {
            "malicious" => Verdict::Reject,
            _ => Verdict::Quarantine,
        };
        if verdict.is_none_or(|verdict| verdict < wanted) {
            println!(
                "{} ({}): {}, expected {}",
                item.path,
                item.class,
                shown(verdict),
                wanted.as_str()
            );
        }
    }
}

fn shown(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("not in the report", Verdict::as_str)
}

/// Class and expectation of each line of the table; totals last.
fn groups(items: &[Item]) -> Vec<(&str, &str)> {
    let pairs: BTreeSet<(&str, &str)> = items
        .iter()
        .map(|item| (item.class.as_str(), item.expected.as_str()))
        .collect();
    let totals: BTreeMap<&str, ()> = pairs.iter().map(|(_, expected)| (*expected, ())).collect();
    pairs
        .into_iter()
        .chain(totals.into_keys().map(|expected| ("all", expected)))
        .collect()
}

fn in_bar(class: &str) -> bool {
    CLASSES.iter().any(|wanted| match wanted.strip_suffix('*') {
        Some(start) => class.starts_with(start),
        None => class == *wanted,
    })
}

/// The rows of a manifest: path, class, reference, expected. The reference may hold commas in quotes.
pub(super) fn items(manifest: &str) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for line in manifest.lines().filter(|line| !line.starts_with("path,")) {
        let (Some((path, rest)), Some((_, expected))) =
            (line.split_once(','), line.rsplit_once(','))
        else {
            bail!("read the manifest's line `{line}`");
        };
        let class = rest.split(',').next().unwrap_or_default();
        items.push(Item {
            path: path.to_owned(),
            class: class.to_owned(),
            expected: expected.to_owned(),
        });
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_may_quote_their_references() {
        let items =
            items("path,class,reference,expected\na/b.pkl,joblib,\"x, y\",malicious\n").unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].class, "joblib");
        assert_eq!(items[0].expected, "malicious");
    }

    #[test]
    fn classes_of_the_bar() {
        assert!(in_bar("pickle_direct") && in_bar("joblib") && !in_bar("joblib_x"));
        assert!(!in_bar("keras_zip_lambda"));
    }
}
