use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{MatchingArguments, TreeArguments};

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
  waybill bom . --advisories --vex app.vex.json    with known weaknesses and what is said of them
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

    #[command(flatten)]
    pub(crate) matching: MatchingArguments,
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
/// be unknown, withheld or absent. Exit code 1 says that the bill breaks its standard, or is none.
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
/// Compared are models, adapters, data sets, prompts and other files whose digests the bill holds; lock
/// files and code are not. Exit code 1 says that one of them differs, is missing, or has no digest in
/// the bill; 4 that there are artifacts that the bill does not name; 3 that nothing could be compared.
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
