//! Large trees and large bills: time and memory.

use anyhow::{Result, bail};
use std::{ffi::OsString, fmt::Write as _, path::Path};

use super::super::{bars::Bars, material::Material, speed::mebibytes};
use super::bill::{self, Standard};
use crate::measure::{Cost, measure};

const FILES: usize = 20_000;
const TREE_SECONDS: f64 = 3.0;
/// What the bill of so many components weighs at least.
const BILL_BYTES: u64 = 256 << 20;
const CHECK: (f64, f64) = (15.0, 768.0);
const DIFF: (f64, f64) = (30.0, 1024.0);

pub(super) fn measure_all(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("tree");
    grow(&tree)?;
    let took = run(material, &["inventory".into(), tree.into()], &[0, 4])?;
    println!(
        "\n== inventory: {FILES} files: {:.2} s, {:.2} processor seconds, {:.0} MiB",
        took.wall_seconds,
        took.processor_seconds,
        mebibytes(took.peak_bytes)
    );
    bars.at_most(
        "inventory: 20,000 files",
        took.wall_seconds,
        TREE_SECONDS,
        " s",
    );
    for standard in Standard::ALL {
        judge_bills(material, folder.path(), standard, bars)?;
    }
    Ok(())
}

/// Checks one large bill and compares two.
fn judge_bills(
    material: &Material<'_>,
    folder: &Path,
    standard: Standard,
    bars: &mut Bars,
) -> Result<()> {
    let (old, new) = (folder.join("old.json"), folder.join("new.json"));
    bill::write(&old, standard, 0)?;
    bill::write(&new, standard, 1)?;
    let weight = std::fs::metadata(&old)?.len();
    if weight < BILL_BYTES {
        bail!(
            "the large bill of {} has only {weight} bytes",
            standard.name()
        );
    }
    let check = run(
        material,
        &["bom".into(), "check".into(), old.clone().into()],
        &[0],
    )?;
    let name = standard.name();
    costs(&format!("{name}: 256 MiB checked"), &check, CHECK, bars);
    let diff = run(
        material,
        &["bom".into(), "diff".into(), old.into(), new.into()],
        &[0],
    )?;
    costs(
        &format!("{name}: two of 256 MiB compared"),
        &diff,
        DIFF,
        bars,
    );
    Ok(())
}

fn costs(name: &str, cost: &Cost, (seconds, peak): (f64, f64), bars: &mut Bars) {
    bars.at_most(name, cost.wall_seconds, seconds, " s");
    bars.at_most(
        format!("{name}: memory"),
        mebibytes(cost.peak_bytes),
        peak,
        " MiB",
    );
}

fn run(material: &Material<'_>, arguments: &[OsString], codes: &[i32]) -> Result<Cost> {
    let mut command: Vec<OsString> = vec![material.waybill.clone().into()];
    command.extend(arguments.iter().cloned());
    let cost = measure(&command, None)?;
    match cost.exit_code {
        Some(code) if codes.contains(&code) => Ok(cost),
        code => bail!("{arguments:?} ended with {code:?}"),
    }
}

/// A tree of the size and mixture of a large repository; every tenth file names a model.
fn grow(tree: &Path) -> Result<()> {
    for index in 0..FILES {
        let folder = tree.join(format!("part{}/area{}", index / 1000, index / 100 % 10));
        std::fs::create_dir_all(&folder)?;
        let (extension, text) = match index % 10 {
            0 => ("py", python(index, true)),
            1..=5 => ("py", python(index, false)),
            6 => ("ts", typescript(index)),
            7 => (
                "md",
                format!("# Page {index}\n\n{}", "Words about it.\n".repeat(120)),
            ),
            8 => (
                "json",
                format!(
                    "{{\"index\": {index}, \"rows\": [{}1]}}\n",
                    "1, ".repeat(600)
                ),
            ),
            _ => ("rs", rust(index)),
        };
        std::fs::write(folder.join(format!("file{index}.{extension}")), text)?;
    }
    Ok(())
}

fn python(index: usize, loads: bool) -> String {
    let mut text = String::from("import os\nimport json\nfrom pathlib import Path\n\n");
    if loads {
        let _ = write!(
            text,
            "from transformers import AutoModel\n\nNAME = \"organisation{}/model-{index}\"\nmodel = AutoModel.from_pretrained(NAME)\n\n",
            index % 97
        );
    }
    for number in 0..14 {
        let _ = write!(
            text,
            "\ndef step_{number}(rows, limit={number}):\n    kept = []\n    for row in rows:\n        if row[\"score\"] > limit and row.get(\"name\", \"\").startswith(\"a\"):\n            kept.append({{\"name\": row[\"name\"].lower(), \"score\": row[\"score\"] * 2}})\n    path = Path(os.environ.get(\"OUT\", \"out\")) / f\"part-{{limit}}.json\"\n    path.write_text(json.dumps(kept, indent=2))\n    return sorted(kept, key=lambda item: item[\"score\"])\n"
        );
    }
    text
}

fn typescript(index: usize) -> String {
    let mut text = String::from("import { readFile } from \"node:fs/promises\";\n");
    for number in 0..14 {
        let _ = write!(
            text,
            "\nexport async function step{number}(rows: Row[], limit = {index}): Promise<Row[]> {{\n  const text = await readFile(`part-${{limit}}.json`, \"utf8\");\n  const known = new Set(JSON.parse(text).map((row: Row) => row.name));\n  return rows.filter((row) => !known.has(row.name) && row.score > limit).sort((a, b) => a.score - b.score);\n}}\n"
        );
    }
    text
}

fn rust(index: usize) -> String {
    let mut text = String::from("use std::collections::BTreeMap;\n");
    for number in 0..14 {
        let _ = write!(
            text,
            "\npub fn step_{number}(rows: &[(String, f64)], limit: f64) -> BTreeMap<String, f64> {{\n    let mut kept = BTreeMap::new();\n    for (name, score) in rows {{\n        if *score > limit && !name.is_empty() {{\n            kept.insert(name.to_lowercase(), score * {index}.0);\n        }}\n    }}\n    kept\n}}\n"
        );
    }
    text
}
