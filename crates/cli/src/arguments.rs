//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use waybill_domain::{FailOn, Severity};
use waybill_report::{Format, View};

/// Finds out what an AI artifact would do, without running it
///
/// Waybill examines models, data and what surrounds them, and says whether to admit, quarantine or
/// reject them, for reasons that it shows. Nothing under examination is ever run, and nothing goes
/// over the network.
#[derive(Debug, Parser)]
#[command(version, name = "waybill", propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes:
  0  admitted: nothing at or above the threshold
  1  rejected or quarantined, or findings at the threshold
  2  could not run: usage, input or output, a bug
  3  nothing to examine
  4  nothing bad was found, but some bytes were not examined";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Scan(Box<ScanArguments>),
    Inventory(InventoryArguments),
    Bom(Box<BomArguments>),
    Rules(RulesArguments),
    Explain(ExplainArguments),
    Limits(LimitsArguments),
    Selftest(SelftestArguments),
}

/// Identify, examine and judge files, folders and archives
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill scan ./model                             judge a downloaded model
  waybill scan --trace model.pkl                   show what loading a pickle would do
  waybill scan . --format sarif > findings.sarif   in continuous integration
  waybill scan . --output sarif:out.sarif --output html:out.html
  curl -s URL | waybill scan -                     judge standard input")]
pub(crate) struct ScanArguments {
    /// Files, folders or archives; `-` is standard input
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<PathBuf>,

    /// What to print: text, json, sarif, junit, markdown or html
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Also write a report to a file, as FORMAT:FILE; may be given several times
    #[arg(long, value_name = "FORMAT:FILE", value_parser = output_argument)]
    pub(crate) output: Vec<(Format, PathBuf)>,

    /// Show step by step what loading would do, as pseudo-Python, instead of a report
    #[arg(long, conflicts_with = "format")]
    pub(crate) trace: bool,

    /// The verdict from which on the exit code is 1: quarantine (the default) or reject
    #[arg(long, value_name = "VERDICT")]
    pub(crate) fail_on: Option<FailOnArgument>,

    /// Leave out paths that match a pattern, as in a .gitignore; may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// Configuration [default: waybill.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Show, but do not count, the findings of an earlier JSON report
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// Also digest with BLAKE3
    #[arg(long)]
    pub(crate) blake3: bool,

    /// List admitted artifacts too
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// The threshold as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOnArgument {
    Quarantine,
    Reject,
}

impl From<FailOnArgument> for FailOn {
    fn from(argument: FailOnArgument) -> Self {
        match argument {
            FailOnArgument::Quarantine => Self::Quarantine,
            FailOnArgument::Reject => Self::Reject,
        }
    }
}

/// List what a source tree or a container image is made of, and who supplies it
///
/// Packages with their graph, models, data sets, hosted models and their services, prompts, agent
/// tools, images, workflow actions: with version, pin, supplier, licence, and the place that names
/// them. Reads code, lock files and artifacts; runs nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill inventory .                              components by role
  waybill inventory . --format tree                below what needs them
  waybill inventory . --output html:system.html    a page with the graph
  waybill inventory image.tar                      what `docker save` wrote, or an OCI layout

Exit code 4 says that something could not be read; 3 that there was nothing.")]
pub(crate) struct InventoryArguments {
    #[command(flatten)]
    pub(crate) tree: TreeArguments,

    /// What to print: table, tree, json, markdown or html
    #[arg(long, value_name = "VIEW", default_value = "table")]
    pub(crate) format: View,

    /// Also write a view to a file, as VIEW:FILE; may be given several times
    #[arg(long, value_name = "VIEW:FILE", value_parser = view_argument)]
    pub(crate) output: Vec<(View, PathBuf)>,

    /// The severity of a finding from which on the exit code is 1 [default: never]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<SeverityArgument>,

    /// List every component and finding
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// What an inventory is made of.
#[derive(Debug, Args)]
pub(crate) struct TreeArguments {
    /// A folder, an archive made by `docker save`, or an OCI layout (folder or archive)
    #[arg(value_name = "TARGET")]
    pub(crate) target: PathBuf,

    /// Name of the system [default: what its own metadata says, else the folder's]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Version of the system [default: what its own metadata says, else the commit's tag]
    #[arg(long, value_name = "VERSION")]
    pub(crate) system_version: Option<String>,

    /// The organisation that produces the system [default: not known]
    #[arg(long, value_name = "NAME")]
    pub(crate) supplier: Option<String>,

    /// Leave out paths that match a pattern, as in a .gitignore; may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// The date by which end of life is judged, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,
}

/// Write a bill (AIBOM and SBOM in one), or judge, compare, join and convert bills
///
/// A bill lists packages with their graph, models, data sets, hosted models, prompts, agent tools
/// and services of a source tree or image in one document, and says of each fact whether it was
/// observed, claimed or is unknown. The same tree gives the same bytes.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  waybill bom .                                    CycloneDX 1.7 on standard output
  waybill bom . --format spdx                      SPDX 3.0.1
  waybill bom . --output cyclonedx-1.6:bom.json --output spdx-2.3:sbom.spdx.json
  waybill bom . --timestamp now --author 'Acme' --supplier 'Acme'
  waybill bom check bom.json                       schema, semantics, minimum elements
  waybill bom diff old.json new.json
  waybill bom verify bom.json .                    does the bill still match the bytes?"
)]
pub(crate) struct BomArguments {
    #[command(subcommand)]
    pub(crate) verb: Option<BomVerb>,

    #[command(flatten)]
    pub(crate) tree: Option<TreeArguments>,

    #[command(flatten)]
    pub(crate) write: BomWriteArguments,
}

/// What can be done with bills that are there.
#[derive(Debug, Subcommand)]
pub(crate) enum BomVerb {
    Check(BomCheckArguments),
    Diff(BomDiffArguments),
    Merge(BomMergeArguments),
    Convert(BomConvertArguments),
    Verify(BomVerifyArguments),
}

/// Make one CycloneDX document of several bills, losing no field
///
/// A component that stands in several bills (by package URL, digest, or name and version) stands once
/// in the result; where bills disagree, the first is kept and both values are listed on standard error.
#[derive(Debug, Args)]
pub(crate) struct BomMergeArguments {
    /// The bills
    #[arg(value_name = "BILL", required = true, num_args = 2..)]
    pub(crate) bills: Vec<PathBuf>,

    /// Name of the whole
    #[arg(long, value_name = "NAME", default_value = "merged")]
    pub(crate) name: String,

    /// Version of the whole
    #[arg(long, value_name = "VERSION")]
    pub(crate) system_version: Option<String>,

    /// When the bill is made, RFC 3339, or `now` [default: the latest of the bills]
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,

    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// List all conflicts and changes
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Put a bill into another format or version, and list what is lost
#[derive(Debug, Args)]
pub(crate) struct BomConvertArguments {
    /// The bill
    #[arg(value_name = "BILL")]
    pub(crate) bill: PathBuf,

    /// The target: cyclonedx (1.7), cyclonedx-1.6, spdx (3.0.1) or spdx-2.3
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: BillFormat,

    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// List all that is lost or changed
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Judge a bill: its schema, what a schema cannot see, and how complete it is
///
/// Reads CycloneDX 1.2 to 1.7 (JSON, XML), SPDX 2.3 (JSON, tag-value) and SPDX 3.0.1. Lists the 17 data
/// fields of CISA's 2026 minimum elements and the 50 elements of the SBOM for AI, each present, said to
/// be unknown, withheld or absent. Exit code 1 says that the bill breaks its standard.
#[derive(Debug, Args)]
pub(crate) struct BomCheckArguments {
    /// The bill
    #[arg(value_name = "BILL")]
    pub(crate) bill: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// List every problem that was kept
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// List how two bills differ: components, versions, suppliers, licences, models, data flows
#[derive(Debug, Args)]
pub(crate) struct BomDiffArguments {
    /// The earlier bill
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// The later bill
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// List all
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Hold a bill against the bytes of a folder
///
/// Exit code 1 says that a file differs, is missing, or that the bill gives no digest for it.
#[derive(Debug, Args)]
pub(crate) struct BomVerifyArguments {
    /// The bill
    #[arg(value_name = "BILL")]
    pub(crate) bill: PathBuf,

    /// The folder that it is about
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// List files that match, too
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// How a bill is written.
#[derive(Debug, Args)]
pub(crate) struct BomWriteArguments {
    /// What to print: cyclonedx (1.7), cyclonedx-1.6, spdx (3.0.1) or spdx-2.3
    #[arg(long, value_name = "FORMAT", default_value = "cyclonedx")]
    pub(crate) format: BillFormat,

    /// Write to a file instead, as FORMAT:FILE; may be given several times
    #[arg(long, value_name = "FORMAT:FILE", value_parser = bill_argument)]
    pub(crate) output: Vec<(BillFormat, PathBuf)>,

    /// When the bill is made, RFC 3339, or `now` [default: none, so that the same tree gives the
    /// same bytes; CycloneDX citations and the minimum elements want one]
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,

    /// UUID of the bill [default: made from its content]
    #[arg(long, value_name = "UUID")]
    pub(crate) serial_number: Option<String>,

    /// Who answers for the bill
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
}

/// A format of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BillFormat {
    #[value(name = "cyclonedx", alias = "cyclonedx-1.7")]
    CycloneDx17,
    #[value(name = "cyclonedx-1.6")]
    CycloneDx16,
    #[value(name = "spdx", alias = "spdx-3.0.1")]
    Spdx301,
    #[value(name = "spdx-2.3")]
    Spdx23,
}

/// A severity as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SeverityArgument {
    Low,
    Medium,
    High,
    Critical,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Low => Self::Low,
            SeverityArgument::Medium => Self::Medium,
            SeverityArgument::High => Self::High,
            SeverityArgument::Critical => Self::Critical,
        }
    }
}

/// List the rules
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill rules
  waybill rules --json")]
pub(crate) struct RulesArguments {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the page of a rule
#[derive(Debug, Args)]
#[command(after_help = "Example:
  waybill explain pickle-shell-command")]
pub(crate) struct ExplainArguments {
    /// Id of the rule, as findings name it
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

/// Examine the corpus that the rules carry, and print how many examples are recognised
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill selftest
  waybill selftest --example example && waybill scan example")]
pub(crate) struct SelftestArguments {
    /// Instead write an example repository with good and bad parts into a folder, to try scan on;
    /// its bad parts only ever echo a word
    #[arg(long, value_name = "FOLDER")]
    pub(crate) example: Option<PathBuf>,
}

/// List the limits on work and memory, with their values
#[derive(Debug, Args)]
#[command(after_help = "Set a limit in waybill.toml:
  [limits]
  depth = 12")]
pub(crate) struct LimitsArguments {
    /// Configuration [default: waybill.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

fn output_argument(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text
        .split_once(':')
        .ok_or("write it as FORMAT:FILE, for instance sarif:out.sarif")?;
    if file.is_empty() {
        return Err("the file name is missing behind the colon".into());
    }
    let format = format
        .parse::<Format>()
        .map_err(|error| error.to_string())?;
    Ok((format, PathBuf::from(file)))
}

fn view_argument(text: &str) -> Result<(View, PathBuf), String> {
    let (view, file) = text
        .split_once(':')
        .ok_or("write it as VIEW:FILE, for instance html:system.html")?;
    if file.is_empty() {
        return Err("the file name is missing behind the colon".into());
    }
    let view = view.parse::<View>().map_err(|error| error.to_string())?;
    Ok((view, PathBuf::from(file)))
}

fn bill_argument(text: &str) -> Result<(BillFormat, PathBuf), String> {
    let (format, file) = text
        .split_once(':')
        .ok_or("write it as FORMAT:FILE, for instance cyclonedx:bom.json")?;
    if file.is_empty() {
        return Err("the file name is missing behind the colon".into());
    }
    let format = BillFormat::from_str(format, false).map_err(|_| {
        format!(
            "there is no format `{format}`; there are cyclonedx, cyclonedx-1.6, spdx and spdx-2.3"
        )
    })?;
    Ok((format, PathBuf::from(file)))
}

/// A date of the form `YYYY-MM-DD`.
fn date(text: &str) -> Result<String, String> {
    let wrong = || "write it as YYYY-MM-DD".to_owned();
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return Err(wrong());
    };
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(_), Some(1..=12), Some(1..=31)) => Ok(text.to_owned()),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn outputs_name_a_format_and_a_file() {
        assert_eq!(
            output_argument("sarif:a:b.sarif").unwrap().1,
            PathBuf::from("a:b.sarif")
        );
        for wrong in ["out.sarif", "sarif:", "yaml:x"] {
            assert!(output_argument(wrong).is_err(), "{wrong}");
        }
    }
}
