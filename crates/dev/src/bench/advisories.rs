//! 250,000 advisories taken in, and a bill of 5,000 components held against them: time and memory of
//! the whole process, its start included.

mod archive;
mod records;

use anyhow::{Result, bail};
use std::{ffi::OsString, fmt::Write as _, path::Path};

use super::{bars::Bars, material::Material, speed::mebibytes};
use crate::measure::{Cost, measure as cost_of, median};
use records::{FEEDS, Feed};

const BUILD_SECONDS: f64 = 60.0;
const MATCH_SECONDS: f64 = 0.2;
const PEAK_MEBIBYTES: f64 = 200.0;
const COMPONENTS: usize = 5000;
const TODAY: &str = "2026-11-23";

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let mut update: Vec<OsString> = vec!["advisories".into(), "update".into()];
    let mut bytes = 0;
    for feed in FEEDS {
        let path = folder.join(format!("{}.zip", feed.name));
        bytes += records::write(feed, &path)?;
        update.extend(["--from".into(), path.into()]);
    }
    let bill = folder.join("bill.json");
    std::fs::write(&bill, bill_of())?;
    let store: [OsString; 4] = [
        "--store".into(),
        folder.join("store").into(),
        "--now".into(),
        TODAY.into(),
    ];
    update.extend(store.iter().cloned());
    let built = run(material, &update, &[0])?;
    let held = size(&folder.join("store"))?;
    let mut command: Vec<OsString> = vec!["advisories".into(), "match".into(), bill.into()];
    command.extend(store);
    let matched: Vec<Cost> = (0..material.runs().max(3))
        .map(|_| run(material, &command, &[1]))
        .collect::<Result<_>>()?;
    let seconds = median(matched.iter().map(|cost| cost.wall_seconds).collect());
    let peak = matched
        .iter()
        .map(|cost| cost.peak_bytes)
        .max()
        .unwrap_or(0);
    println!(
        "\n== advisories: {} records, {:.0} MiB of JSON, held in {:.0} MiB",
        FEEDS.iter().map(|feed| feed.records).sum::<usize>(),
        mebibytes(bytes),
        mebibytes(held)
    );
    bars.at_most(
        "advisories: 250,000 taken in",
        built.wall_seconds,
        BUILD_SECONDS,
        " s",
    );
    bars.at_most(
        "advisories: 250,000 taken in: memory",
        mebibytes(built.peak_bytes),
        PEAK_MEBIBYTES,
        " MiB",
    );
    bars.at_most(
        "advisories: bill of 5,000 components matched",
        seconds,
        MATCH_SECONDS,
        " s",
    );
    bars.at_most(
        "advisories: bill of 5,000 components matched: memory",
        mebibytes(peak),
        PEAK_MEBIBYTES,
        " MiB",
    );
    Ok(())
}

fn run(material: &Material<'_>, arguments: &[OsString], codes: &[i32]) -> Result<Cost> {
    let mut command: Vec<OsString> = vec![material.waybill.clone().into()];
    command.extend(arguments.iter().cloned());
    let cost = cost_of(&command, None)?;
    match cost.exit_code {
        Some(code) if codes.contains(&code) => Ok(cost),
        code => bail!("{arguments:?} ended with {code:?}"),
    }
}

fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

/// A bill whose components are spread over all feeds; one in three is a package that has advisories.
fn bill_of() -> String {
    let mut text = String::from(
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"components\":[",
    );
    for index in 0..COMPONENTS {
        let feed: &Feed = &FEEDS[index % FEEDS.len()];
        let name = if index % 3 == 0 {
            feed.package(index * 7 % feed.packages)
        } else {
            format!("unaffected-{index}")
        };
        let version = format!("{}.{}.{}", index % 4, index % 30, index % 10);
        let purl = format!("pkg:{}/{name}@{version}{}", feed.purl, feed.qualifiers);
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"type\":\"library\",\"bom-ref\":\"c{index}\",\"name\":\"{name}\",\"version\":\"{version}\",\"purl\":\"{purl}\",\"licenses\":[{{\"license\":{{\"id\":\"MIT\"}}}}]}}"
        );
    }
    text.push_str("]}");
    text
}
