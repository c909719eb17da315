//! Runs of the release binary, and what its report says.

use anyhow::{Context as _, Result};
use std::{ffi::OsString, path::Path};
use waybill_domain::{Artifact, Report, Verdict};

use crate::measure::{Cost, measure};

/// One run of `waybill scan`.
pub(super) struct Scan {
    /// What a manifest puts before the paths of the report.
    prefix: &'static str,
    pub(super) report: Report,
    pub(super) cost: Cost,
}

impl Scan {
    /// Scans the folder `prefix` of a corpus; paths then begin with it, as in the corpus' manifest.
    pub(super) fn corpus(waybill: &Path, folder: &Path, prefix: &'static str) -> Result<Self> {
        let scan = Self::run(waybill, &folder.join(prefix))?;
        Ok(Self { prefix, ..scan })
    }

    pub(super) fn run(waybill: &Path, target: &Path) -> Result<Self> {
        let json = tempfile::NamedTempFile::new()?;
        let cost = measure(&command(waybill, target), Some(json.path()))?;
        let text = std::fs::read_to_string(json.path())?;
        let report = serde_json::from_str(&text).with_context(|| {
            format!(
                "read the report on {} (exit code {:?})",
                target.display(),
                cost.exit_code
            )
        })?;
        Ok(Self {
            prefix: "",
            report,
            cost,
        })
    }

    /// The worst verdict on the file `path`, or on anything below the folder `path`.
    pub(super) fn verdict(&self, path: &str) -> Option<Verdict> {
        self.below(path).map(|artifact| artifact.verdict).max()
    }

    /// The artifacts at or below `path`.
    pub(super) fn below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Artifact> {
        let path = path
            .strip_prefix(self.prefix)
            .map_or(path, |rest| rest.trim_start_matches('/'));
        self.report.artifacts.iter().filter(move |artifact| {
            artifact
                .path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The command that judges a target and prints the report as JSON.
pub(super) fn command(waybill: &Path, target: &Path) -> [OsString; 5] {
    [
        waybill.into(),
        "scan".into(),
        target.into(),
        "--format".into(),
        "json".into(),
    ]
}
