//! What can be typed.

mod advisories;
mod attest;
mod attested;
mod bom;
mod compare;
mod convert;
mod disarm;
mod policy;
mod reproduce;
mod retrieval;
mod signing;
mod tree;
mod vex;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use waybill_domain::{Date, FailOn};
use waybill_report::Format;

pub(crate) use advisories::{
    AdvisoriesArguments, AdvisoriesExportArguments, AdvisoriesImportArguments,
    AdvisoriesMatchArguments, AdvisoriesShowArguments, AdvisoriesStatusArguments,
    AdvisoriesUpdateArguments, AdvisoriesVerb, StoreArguments,
};
pub(crate) use attest::{
    AttestArguments, AttestRunArguments, AttestVerb, ModelArguments, ResultArgument,
    SignedArguments,
};
pub(crate) use attested::AttestedArguments;
pub(crate) use bom::{
    BillFormat, BomArguments, BomCheckArguments, BomConvertArguments, BomDiffArguments,
    BomMergeArguments, BomVerb, BomVerifyArguments, BomWriteArguments,
};
pub(crate) use compare::CompareArguments;
pub(crate) use convert::{ConvertArguments, RewriteArguments};
pub(crate) use disarm::{BitsArgument, CastArgument, DisarmArguments, FloatArgument};
pub(crate) use policy::{
    ExceptionAddArguments, ExceptionArguments, ExceptionListArguments, ExceptionVerb,
    PolicyArguments, PolicyCheckArguments, PolicyDiffArguments, PolicyShowArguments,
    PolicyTestArguments, PolicyVerb, TextOrJson,
};
pub(crate) use reproduce::ReproduceArguments;
pub(crate) use retrieval::RetrievalArguments;
pub(crate) use signing::{
    AlgorithmArgument, KeyArguments, KeysArguments, KeysGenerateArguments, KeysShowArguments,
    KeysVerb, PasswordArguments, SignArguments, VerifyArguments,
};
pub(crate) use tree::{InventoryArguments, MatchingArguments, TreeArguments};
pub(crate) use vex::{
    VexAddArguments, VexArguments, VexConvertArguments, VexShowArguments, VexVerb,
};

/// Finds out what an AI artifact would do, without running it
///
/// Waybill examines models, data and what surrounds them, and says whether to admit, quarantine or
/// reject them, for reasons that it shows. Nothing under examination is ever run, and nothing goes
/// over the network unless you name an address.
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
    Retrieval(Box<RetrievalArguments>),
    Convert(Box<ConvertArguments>),
    Disarm(Box<DisarmArguments>),
    Compare(CompareArguments),
    Policy(PolicyArguments),
    Exception(ExceptionArguments),
    Advisories(Box<AdvisoriesArguments>),
    Vex(VexArguments),
    Sign(Box<SignArguments>),
    Verify(Box<VerifyArguments>),
    Attest(Box<AttestArguments>),
    Reproduce(Box<ReproduceArguments>),
    Keys(KeysArguments),
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
  waybill scan . --vex app.vex.json                honour statements of what does not matter
  waybill scan . --since released.cdx.json         only of components that are new since a bill
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

    /// Policy to decide by: the name of a built-in one, or a file; may be given several times
    /// [default: what the configuration says, else baseline]
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Vec<String>,

    /// Exceptions [default: waybill.exceptions.toml beside the configuration, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,

    /// Statements of whether weaknesses matter (OpenVEX, CycloneDX, CSAF); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) vex: Vec<PathBuf>,

    /// The folder that holds the advisories, as `waybill advisories` uses it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,

    /// The age of a feed's data, in days, past which the report warns [default: 7]
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,

    /// Say nothing of components that this earlier bill lists in the same version
    #[arg(long, value_name = "BILL")]
    pub(crate) since: Option<PathBuf>,

    /// Only examine artifacts: do not list components, nor hold them against advisories
    #[arg(long, conflicts_with = "since")]
    pub(crate) artifacts_only: bool,

    /// The date by which exceptions and ends of life are judged, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// YARA rules of your own, a file or a folder of .yar files; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) yara: Vec<PathBuf>,

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
