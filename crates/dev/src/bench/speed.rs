//! Speed and memory: large files against the digest alone, a dense pickle, many small files, a cold start.

use anyhow::{Context as _, Result};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};
use waybill_domain::{Artifact, Verdict};

use super::{
    bars::Bars,
    material::Material,
    peers::TOOLS,
    scan::{Scan, command},
};
use crate::{
    measure::{Cost, measure as cost_of, median},
    row,
    tables::columns,
    workspace::output,
};

const LARGE: [&str; 3] = ["big.pt", "big.safetensors", "big.gguf"];
const DIGEST_RATIO: f64 = 1.15;
const LARGE_PEAK_MEBIBYTES: f64 = 64.0;

/// Files and folders that hold 2 GiB in formats with more structure.
const STRUCTURED: [&str; 3] = ["onnx", "model.h5", "saved_model"];
const STRUCTURED_RATIO: f64 = 1.3;

const DENSE: &str = "dense200.pkl";
const DENSE_FOR_PEERS: &str = "dense20.pkl";
const DENSE_PEAK_MEBIBYTES: f64 = 100.0;
const DENSE_TIMES_FASTER: f64 = 50.0;

const SMALL: &str = "dir2000";
const SMALL_SECONDS: f64 = 0.5;

const COLD_SECONDS: f64 = 0.010;
const COLD_RUNS: usize = 20;

/// Longer than this over one target is cut, for other scanners.
const PEER_SECONDS: &str = "120";

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = material.big()?;
    let mut rows = vec![row![
        "target", "tool", "wall s", "CPU s", "peak MiB", "exit", "verdict"
    ]];
    for name in LARGE {
        large(material, &folder.join(name), bars, &mut rows)?;
        peers(material, &folder.join(name), &mut rows)?;
    }
    let structured_folder = material.large()?;
    for name in STRUCTURED {
        structured(material, &structured_folder.join(name), bars, &mut rows)?;
    }
    dense(material, &folder, bars, &mut rows)?;
    small(material, &folder.join(SMALL), bars, &mut rows)?;
    cold(material, bars, &mut rows)?;
    println!(
        "\n== speed: medians of {} alternated runs, of other scanners one run",
        material.runs()
    );
    print!("{}", columns(&rows));
    Ok(())
}

/// Whole mebibytes are too coarse for the bars, bytes too fine.
#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A large file, warm in the cache, against `openssl dgst -sha256` of the same bytes.
fn large(
    material: &Material<'_>,
    file: &Path,
    bars: &mut Bars,
    rows: &mut Vec<Vec<String>>,
) -> Result<()> {
    let name = name(file);
    let digest = ["openssl", "dgst", "-sha256", "-r"].map(OsString::from);
    let digest: Vec<OsString> = digest.into_iter().chain([file.into()]).collect();
    let mut openssl = Command::new("openssl");
    openssl.args(digest.iter().skip(1));
    // This also brings the file into the cache.
    let expected = output(&mut openssl).context("digest with openssl")?;
    let expected = expected.split_whitespace().next().unwrap_or_default();

    let scan = Scan::run(&material.waybill, file)?;
    let artifact = scan.report.artifacts.first();
    let sound = artifact.is_some_and(|artifact| {
        artifact.verdict == Verdict::Admit
            && artifact.complete
            && artifact
                .digests
                .sha256
                .as_ref()
                .map(|digest| digest.as_str())
                == Some(expected)
    });
    bars.judge(
        format!("{name}: admitted, complete, digest of every byte"),
        artifact.map_or("no artifact".to_owned(), said),
        "admit, complete",
        sound,
    );
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..material.runs() {
        theirs.push(cost_of(&digest, None)?);
        ours.push(cost_of(&command(&material.waybill, file), None)?);
    }
    let ratio = wall(&ours) / wall(&theirs);
    bars.at_most(
        format!("{name}: wall time / openssl"),
        ratio,
        DIGEST_RATIO,
        "",
    );
    bars.at_most(
        format!("{name}: peak memory"),
        peak(&ours),
        LARGE_PEAK_MEBIBYTES,
        " MiB",
    );
    rows.push(line(&name, "openssl dgst", &theirs, ""));
    rows.push(line(
        &name,
        "waybill",
        &ours,
        &artifact.map_or_else(String::new, said),
    ));
    Ok(())
}

/// A model of one or several files, warm in the cache, against `openssl dgst -sha256` of all of them.
fn structured(
    material: &Material<'_>,
    target: &Path,
    bars: &mut Bars,
    rows: &mut Vec<Vec<String>>,
) -> Result<()> {
    let name = name(target);
    let digest = ["openssl", "dgst", "-sha256", "-r"].map(OsString::from);
    let files = files(target)?.into_iter().map(OsString::from);
    let digest: Vec<OsString> = digest.into_iter().chain(files).collect();
    // This also brings the files into the cache.
    cost_of(&digest, None)?;
    let scan = Scan::run(&material.waybill, target)?;
    let artifacts = &scan.report.artifacts;
    let sound = |artifact: &Artifact| artifact.verdict == Verdict::Admit && artifact.complete;
    let unsound: Vec<String> = artifacts
        .iter()
        .filter(|artifact| !sound(artifact))
        .map(|artifact| format!("{}: {}", artifact.path, said(artifact)))
        .collect();
    bars.judge(
        format!("{name}: admitted, complete"),
        match unsound.as_slice() {
            [] => format!("{} artifacts", artifacts.len()),
            unsound => unsound.join(", "),
        },
        "every artifact",
        unsound.is_empty() && !artifacts.is_empty(),
    );
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..material.runs() {
        theirs.push(cost_of(&digest, None)?);
        ours.push(cost_of(&command(&material.waybill, target), None)?);
    }
    bars.at_most(
        format!("{name}: wall time / openssl"),
        wall(&ours) / wall(&theirs),
        STRUCTURED_RATIO,
        "",
    );
    rows.push(line(&name, "openssl dgst", &theirs, ""));
    rows.push(line(&name, "waybill", &ours, ""));
    peers(material, target, rows)
}

/// A file, or the regular files below a folder.
fn files(target: &Path) -> Result<Vec<PathBuf>> {
    if target.is_file() {
        return Ok(vec![target.to_path_buf()]);
    }
    let mut all = Vec::new();
    for entry in std::fs::read_dir(target)? {
        all.extend(files(&entry?.path())?);
    }
    Ok(all)
}

/// A pickle of nothing but small opcodes, against picklescan's time for an opcode.
fn dense(
    material: &Material<'_>,
    folder: &Path,
    bars: &mut Bars,
    rows: &mut Vec<Vec<String>>,
) -> Result<()> {
    let file = folder.join(DENSE);
    let scan = Scan::run(&material.waybill, &file)?;
    let artifact = scan.report.artifacts.first();
    bars.judge(
        "dense pickle: admitted and complete",
        artifact.map_or("no artifact".to_owned(), said),
        "admit, complete",
        artifact.is_some_and(|artifact| artifact.verdict == Verdict::Admit && artifact.complete),
    );
    let ours = repeated(&command(&material.waybill, &file), material.runs())?;
    bars.at_most(
        "dense pickle: peak memory",
        peak(&ours),
        DENSE_PEAK_MEBIBYTES,
        " MiB",
    );
    rows.push(line(
        DENSE,
        "waybill",
        &ours,
        &artifact.map_or_else(String::new, said),
    ));
    let file_for_peers = folder.join(DENSE_FOR_PEERS);
    rows.push(line(
        DENSE_FOR_PEERS,
        "waybill",
        &repeated(
            &command(&material.waybill, &file_for_peers),
            material.runs(),
        )?,
        "",
    ));
    let Some(peers) = &material.peers else {
        return Ok(());
    };
    let theirs: Vec<OsString> = vec![
        peers.program("picklescan").into(),
        "--path".into(),
        file_for_peers.clone().into(),
    ];
    let theirs = repeated(&theirs, 1)?;
    rows.push(line(DENSE_FOR_PEERS, "picklescan", &theirs, ""));
    let bytes = |file: &Path| -> Result<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a size to divide by")]
        Ok(std::fs::metadata(file)?.len() as f64)
    };
    // Both files hold the same opcodes in the same proportion, so that bytes stand for opcodes.
    let ours_each = processor(&ours) / bytes(&file)?;
    let theirs_each = processor(&theirs) / bytes(&file_for_peers)?;
    let times = theirs_each / ours_each;
    bars.judge(
        "dense pickle: CPU speed over picklescan",
        format!("{times:.0} x"),
        format!("at least {DENSE_TIMES_FASTER} x"),
        times >= DENSE_TIMES_FASTER,
    );
    Ok(())
}

/// Two thousand small files of many formats.
fn small(
    material: &Material<'_>,
    folder: &Path,
    bars: &mut Bars,
    rows: &mut Vec<Vec<String>>,
) -> Result<()> {
    let scan = Scan::run(&material.waybill, folder)?;
    let ours = repeated(&command(&material.waybill, folder), material.runs())?;
    let summary = &scan.report.summary;
    let said = format!(
        "{} admit, {} quarantine, {} reject",
        summary.admit, summary.quarantine, summary.reject
    );
    bars.at_most(
        "small files (2,000): wall time",
        wall(&ours),
        SMALL_SECONDS,
        " s",
    );
    rows.push(line(SMALL, "waybill", &ours, &said));
    peers(material, folder, rows)
}

/// A pickle of a few bytes: what starting costs.
fn cold(material: &Material<'_>, bars: &mut Bars, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tiny.pkl");
    std::fs::write(&file, b"\x80\x04]\x94(K\x01K\x02e.").context("write a tiny pickle")?;
    let ours = repeated(&command(&material.waybill, &file), COLD_RUNS)?;
    bars.judge(
        "cold start",
        format!("{:.1} ms", wall(&ours) * 1e3),
        format!("under {} ms", COLD_SECONDS * 1e3),
        wall(&ours) < COLD_SECONDS,
    );
    rows.push(line("tiny.pkl", "waybill", &ours, ""));
    peers(material, &file, rows)
}

/// One run of each of the other scanners on a target.
fn peers(material: &Material<'_>, target: &Path, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let Some(peers) = &material.peers else {
        return Ok(());
    };
    for tool in TOOLS {
        let program: PathBuf = peers.program(tool);
        let mut command: Vec<OsString> =
            vec!["timeout".into(), PEER_SECONDS.into(), program.into()];
        match tool {
            "picklescan" | "modelscan" => command.push("--path".into()),
            "fickling" => command.push("--check-safety".into()),
            _ => command.push("scan".into()),
        }
        command.push(target.into());
        rows.push(line(&name(target), tool, &[cost_of(&command, None)?], ""));
    }
    Ok(())
}

fn repeated(command: &[OsString], runs: usize) -> Result<Vec<Cost>> {
    (0..runs).map(|_| cost_of(command, None)).collect()
}

fn line(target: &str, tool: &str, costs: &[Cost], verdict: &str) -> Vec<String> {
    let exit = costs.first().and_then(|cost| cost.exit_code);
    row![
        target,
        tool,
        format!("{:.3}", wall(costs)),
        format!("{:.3}", processor(costs)),
        format!("{:.0}", peak(costs)),
        exit.map_or("signal".to_owned(), |code| code.to_string()),
        verdict
    ]
}

fn said(artifact: &Artifact) -> String {
    let complete = if artifact.complete {
        "complete"
    } else {
        "not complete"
    };
    format!("{}, {complete}", artifact.verdict)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn wall(costs: &[Cost]) -> f64 {
    median(costs.iter().map(|cost| cost.wall_seconds).collect())
}

fn processor(costs: &[Cost]) -> f64 {
    median(costs.iter().map(|cost| cost.processor_seconds).collect())
}

/// The largest peak of all runs.
fn peak(costs: &[Cost]) -> f64 {
    mebibytes(costs.iter().map(|cost| cost.peak_bytes).max().unwrap_or(0))
}
