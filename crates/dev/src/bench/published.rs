//! False positives on what people really install: packages with models in them, and the packages that
//! ordinary installations bring.
//!
//! The lists name versions and digests, pip fetches them, and nothing of them is ever run.

use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;
use waybill_domain::{Artifact, Verdict};

use super::{bars::Bars, material::Material, scan::Scan};
use crate::{row, tables::columns};

/// Formats that hold the numbers of a model or the objects around them.
const MODELS: [&str; 30] = [
    "catboost",
    "coreml",
    "coreml-weights",
    "executorch",
    "gguf",
    "hdf5",
    "joblib",
    "keras",
    "lightgbm",
    "msgpack",
    "mxnet-parameters",
    "npy",
    "npz",
    "onnx",
    "paddle",
    "paddle-parameters",
    "pickle",
    "pmml",
    "safetensors",
    "skops",
    "tensor-data",
    "tensorflow-graph",
    "tensorflow-index",
    "tensorflow-metagraph",
    "tensorflow-savedmodel",
    "tensorflow-variables",
    "tflite",
    "torch-legacy",
    "torch-zip",
    "torchscript",
];

/// Packages with models that have to be there.
const PACKAGES_AT_LEAST: usize = 20;
/// Of the models at most this share may be quarantined.
const MODELS_QUARANTINED: f64 = 0.02;
/// Of packages without machine code at most this share may be quarantined.
const PURE_QUARANTINED: f64 = 0.10;

/// How many of what were judged how.
#[derive(Clone, Copy, Default)]
struct Count {
    admitted: usize,
    quarantined: usize,
    rejected: usize,
}

impl Count {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Admit => self.admitted += 1,
            Verdict::Quarantine => self.quarantined += 1,
            Verdict::Reject => self.rejected += 1,
        }
    }

    fn all(self) -> usize {
        self.admitted + self.quarantined + self.rejected
    }

    #[expect(clippy::cast_precision_loss, reason = "a share to look at")]
    fn quarantined_share(self) -> f64 {
        self.quarantined as f64 / self.all().max(1) as f64
    }

    fn judge(self, what: &str, at_most: f64, bars: &mut Bars) {
        let share = self.quarantined_share();
        bars.judge(
            format!("{what} rejected"),
            format!("{} of {}", self.rejected, self.all()),
            0,
            self.rejected == 0,
        );
        bars.judge(
            format!("{what} quarantined"),
            format!("{}, {:.1} %", self.quarantined, share * 100.0),
            format!("at most {:.0} %", at_most * 100.0),
            share <= at_most,
        );
    }
}

/// Models of published packages, each package unpacked.
pub(super) fn models(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = material.real_models()?;
    let scan = Scan::run(&material.waybill, &folder)?;
    let mut packages: BTreeMap<&str, (Count, Count)> = BTreeMap::new();
    let mut all = Count::default();
    for artifact in &scan.report.artifacts {
        let package = artifact.path.split('/').next().unwrap_or_default();
        let (models, others) = packages.entry(package).or_default();
        if is_model(artifact) {
            models.add(artifact.verdict);
            all.add(artifact.verdict);
            tell(artifact);
        } else {
            others.add(artifact.verdict);
        }
    }
    let mut rows = vec![row![
        "package",
        "models",
        "admit",
        "quarantine",
        "reject",
        "other files",
        "quarantine",
        "reject"
    ]];
    for (package, (models, others)) in &packages {
        rows.push(row![
            package,
            models.all(),
            models.admitted,
            models.quarantined,
            models.rejected,
            others.all(),
            others.quarantined,
            others.rejected
        ]);
    }
    println!("\n== models of published packages, unpacked");
    print!("{}", columns(&rows));
    let holding = packages.values().filter(|(models, _)| models.all() > 0);
    let holding = holding.count();
    bars.judge(
        "published packages with models",
        holding,
        format!("at least {PACKAGES_AT_LEAST}"),
        holding >= PACKAGES_AT_LEAST,
    );
    all.judge("published models", MODELS_QUARANTINED, bars);
    Ok(())
}

/// Packages of ordinary installations, as their archives.
pub(super) fn wheels(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let folder = material.packages()?;
    let scan = Scan::run(&material.waybill, &folder)?;
    let (mut pure, mut native) = (Count::default(), Count::default());
    for artifact in &scan.report.artifacts {
        let count = match artifact.path.ends_with("-none-any.whl") {
            true => &mut pure,
            false => &mut native,
        };
        count.add(artifact.verdict);
        if artifact.path.ends_with("-none-any.whl") || artifact.verdict == Verdict::Reject {
            tell(artifact);
        }
    }
    let mut rows = vec![row!["packages", "all", "admit", "quarantine", "reject"]];
    for (name, count) in [("of Python only", pure), ("with machine code", native)] {
        rows.push(row![
            name,
            count.all(),
            count.admitted,
            count.quarantined,
            count.rejected
        ]);
    }
    println!("\n== packages of ordinary installations, as archives");
    print!("{}", columns(&rows));
    pure.judge("packages of Python only", PURE_QUARANTINED, bars);
    let rejected = native.rejected;
    bars.judge(
        "packages with machine code rejected",
        format!("{rejected} of {}", native.all()),
        0,
        rejected == 0,
    );
    Ok(())
}

/// True for a model, also for one that is compressed.
fn is_model(artifact: &Artifact) -> bool {
    let format = artifact.format.split(" in ").next().unwrap_or_default();
    let extension = Path::new(&artifact.path).extension();
    // Tables of numbers that ship with programs are no models, but are told as such; so is what
    // Python compiles for itself.
    MODELS.contains(&format) && extension.is_none_or(|extension| extension != "pyc")
}

/// Prints why something is not admitted.
fn tell(artifact: &Artifact) {
    if artifact.verdict == Verdict::Admit {
        return;
    }
    let findings: Vec<String> = artifact
        .findings
        .iter()
        .filter(|finding| finding.severity >= waybill_domain::Severity::Medium)
        .take(3)
        .map(|finding| format!("{} {}", finding.rule, finding.message))
        .collect();
    println!(
        "{} {}: {}",
        artifact.verdict,
        artifact.path,
        findings.join("; ")
    );
}
