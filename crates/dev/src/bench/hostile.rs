//! Hostile inputs: an answer in time, in little memory, and never `admit`.

use anyhow::Result;
use waybill_domain::Verdict;

use super::{bars::Bars, material::Material, scan::Scan};
use crate::{row, tables::columns};

const WALL_SECONDS: f64 = 2.0;
const PEAK_MEBIBYTES: f64 = 256.0;

/// Names that begin so are strange but well-formed: only their cost is judged.
const MAY_BE_ADMITTED: &str = "odd-";

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = material.hostile()?;
    let mut names: Vec<String> = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    let mut rows = vec![row![
        "file", "seconds", "peak MiB", "verdict", "complete", "rules"
    ]];
    let (mut slowest, mut largest, mut admitted) = (0.0_f64, 0.0_f64, 0);
    for name in &names {
        let scan = Scan::run(&material.waybill, &folder.join(name))?;
        let verdict = scan.report.verdict;
        let peak = super::speed::mebibytes(scan.cost.peak_bytes);
        slowest = slowest.max(scan.cost.wall_seconds);
        largest = largest.max(peak);
        let refused = verdict.is_some_and(|verdict| verdict > Verdict::Admit);
        if !refused && !name.starts_with(MAY_BE_ADMITTED) {
            admitted += 1;
        }
        let mut rules: Vec<&str> = scan
            .report
            .artifacts
            .iter()
            .flat_map(|artifact| &artifact.findings)
            .map(|finding| finding.rule.as_str())
            .collect();
        rules.dedup();
        rules.truncate(4);
        rows.push(row![
            name,
            format!("{:.3}", scan.cost.wall_seconds),
            format!("{peak:.0}"),
            verdict.map_or("none", Verdict::as_str),
            scan.report.complete,
            rules.join(" ")
        ]);
    }
    println!("\n== hostile");
    print!("{}", columns(&rows));
    bars.at_most("hostile: slowest answer", slowest, WALL_SECONDS, " s");
    bars.at_most("hostile: peak memory", largest, PEAK_MEBIBYTES, " MiB");
    bars.judge("hostile: admitted", admitted, 0, admitted == 0);
    Ok(())
}
