use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use waybill_domain::vex::{Justification, VexFormat, VexStatus};

/// Show, add and convert statements of whether a weakness matters (VEX)
///
/// `waybill scan --vex FILE` honours them before anything is judged: what is said to be `not_affected`
/// or `fixed` no longer counts. A statement about a finding of a rule names the artifact by digest and
/// the rule by version; when either changes, it no longer applies, and the report says so.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill vex add app.vex.json --weakness CVE-2018-18074 --product pkg:pypi/requests@2.19.1
      --status not_affected --justification vulnerable_code_not_in_execute_path --author 'Acme'
  waybill vex add app.vex.json --rule pickle-unknown-global --artifact model.pkl
      --status not_affected --why 'our own class, reviewed' --author 'Acme'
  waybill vex show app.vex.json
  waybill vex convert app.vex.json --to csaf --namespace https://acme.example --output app.csaf.json
  waybill scan . --vex app.vex.json")]
pub(crate) struct VexArguments {
    #[command(subcommand)]
    pub(crate) verb: VexVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VexVerb {
    Show(VexShowArguments),
    Add(Box<VexAddArguments>),
    Convert(VexConvertArguments),
}

/// List the statements of documents in OpenVEX, CycloneDX or CSAF
#[derive(Debug, Args)]
pub(crate) struct VexShowArguments {
    /// The documents
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Add a statement to a document in OpenVEX, or begin one
#[derive(Debug, Args)]
pub(crate) struct VexAddArguments {
    /// The document
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Id of an advisory
    #[arg(
        long,
        value_name = "ID",
        required_unless_present = "rule",
        conflicts_with = "rule",
        requires = "product"
    )]
    pub(crate) weakness: Option<String>,

    /// Package URL of a product; may be given several times
    #[arg(long, value_name = "PURL")]
    pub(crate) product: Vec<String>,

    /// Package URL of the part of the product that the weakness is in; may be given several times
    #[arg(long, value_name = "PURL", requires = "product")]
    pub(crate) part: Vec<String>,

    /// A rule whose finding this is about
    #[arg(long, value_name = "RULE", requires = "artifact")]
    pub(crate) rule: Option<String>,

    /// The artifact with that finding, by its path relative to the folder that is scanned
    #[arg(long, value_name = "PATH", requires = "rule")]
    pub(crate) artifact: Option<PathBuf>,

    /// What is said
    #[arg(long)]
    pub(crate) status: StatusArgument,

    /// Why the product is not affected, by a word of the standard
    #[arg(long)]
    pub(crate) justification: Option<JustificationArgument>,

    /// Why, in words
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,

    /// What to do about it
    #[arg(long, value_name = "TEXT")]
    pub(crate) action: Option<String>,

    /// Who says it; for a new document
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,

    /// When it is said, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,
}

/// Put a document into another standard, and list what is lost
#[derive(Debug, Args)]
pub(crate) struct VexConvertArguments {
    /// The document
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The standard: openvex (0.2.0), cyclonedx (1.6) or csaf (2.0, VEX profile)
    #[arg(long, value_name = "STANDARD")]
    pub(crate) to: StandardArgument,

    /// A URL under the author's control, which CSAF asks for
    #[arg(long, value_name = "URL")]
    pub(crate) namespace: Option<String>,

    /// The time of the document, RFC 3339, if it states none
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,

    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// A status as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum StatusArgument {
    NotAffected,
    Affected,
    Fixed,
    UnderInvestigation,
}

impl From<StatusArgument> for VexStatus {
    fn from(argument: StatusArgument) -> Self {
        match argument {
            StatusArgument::NotAffected => Self::NotAffected,
            StatusArgument::Affected => Self::Affected,
            StatusArgument::Fixed => Self::Fixed,
            StatusArgument::UnderInvestigation => Self::UnderInvestigation,
        }
    }
}

/// A justification as typed: those of OpenVEX.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum JustificationArgument {
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,
}

impl From<JustificationArgument> for Justification {
    fn from(argument: JustificationArgument) -> Self {
        match argument {
            JustificationArgument::ComponentNotPresent => Self::ComponentNotPresent,
            JustificationArgument::VulnerableCodeNotPresent => Self::VulnerableCodeNotPresent,
            JustificationArgument::VulnerableCodeNotInExecutePath => {
                Self::VulnerableCodeNotInExecutePath
            }
            JustificationArgument::VulnerableCodeCannotBeControlledByAdversary => {
                Self::VulnerableCodeCannotBeControlledByAdversary
            }
            JustificationArgument::InlineMitigationsAlreadyExist => {
                Self::InlineMitigationsAlreadyExist
            }
        }
    }
}

/// A standard as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum StandardArgument {
    OpenVex,
    CycloneDx,
    Csaf,
}

impl From<StandardArgument> for VexFormat {
    fn from(argument: StandardArgument) -> Self {
        match argument {
            StandardArgument::OpenVex => Self::OpenVex,
            StandardArgument::CycloneDx => Self::CycloneDx,
            StandardArgument::Csaf => Self::Csaf,
        }
    }
}
