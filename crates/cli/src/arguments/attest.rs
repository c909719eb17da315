use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use waybill_domain::Date;

use super::KeyArguments;

/// State something about a model, signed: how it was made, what examining it showed, what it is made of
///
/// Statements are those of in-toto 1 in envelopes of DSSE. All name the model by the digest over its files
/// that its signature states, so that they join up; `waybill verify --policy` requires them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill attest run --key build.pem --write made.intoto.json --input data --product model -- python train.py
  waybill scan ./model --format json > report.json
  waybill attest scan ./model --report report.json --key scan.pem --write scan.intoto.json
  waybill attest bill ./model --bill model.cdx.json --key build.pem --write bill.intoto.json
  waybill attest test ./model --result passed --test accuracy --key test.pem --write test.intoto.json
  waybill attest approval ./model --by 'Ada' --why 'reviewed, MR-17' --key ada.pem --write approval.intoto.json
  waybill verify ./model --policy statements.toml --attestation scan.intoto.json --attestation approval.intoto.json")]
pub(crate) struct AttestArguments {
    #[command(subcommand)]
    pub(crate) verb: AttestVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AttestVerb {
    Run(AttestRunArguments),
    Scan(AttestScanArguments),
    Verification(AttestVerificationArguments),
    Bill(AttestBillArguments),
    Test(AttestTestArguments),
    Approval(AttestApprovalArguments),
}

/// Run a command, and state what went in, what came out, and how (SLSA Provenance 1)
///
/// The command is yours, and is run as you typed it. Its exit code other than 0 ends this with 2, and
/// nothing is stated.
#[derive(Debug, Args)]
pub(crate) struct AttestRunArguments {
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    pub(crate) command: Vec<String>,

    /// A file or folder that goes in; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) input: Vec<PathBuf>,

    /// A file or folder that comes out; may be given several times
    #[arg(long, value_name = "PATH", required = true)]
    pub(crate) product: Vec<PathBuf>,

    /// An environment variable to state, with its value; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Vec<String>,

    /// What the command does: training, conversion, quantisation, data-preparation, or another word
    #[arg(long, value_name = "WORD", default_value = "command", value_parser = word)]
    pub(crate) kind: String,

    /// Who or what runs it, as an address
    #[arg(
        long,
        value_name = "URI",
        default_value = "https://waybill.example/builders/command-line"
    )]
    pub(crate) builder: String,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// State what a report of `waybill scan` says of the model (a simple verification result)
#[derive(Debug, Args)]
pub(crate) struct AttestScanArguments {
    #[command(flatten)]
    pub(crate) model: ModelArguments,

    /// The report, in JSON; it has to be of exactly these files
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// State what `waybill verify` says of the model (a verification summary of SLSA)
#[derive(Debug, Args)]
pub(crate) struct AttestVerificationArguments {
    #[command(flatten)]
    pub(crate) model: ModelArguments,

    /// What `waybill verify --format json` printed; it has to be of exactly these files
    #[arg(long, value_name = "FILE")]
    pub(crate) verification: PathBuf,

    /// The policy that it was verified under, to be named by its digest
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// State what the model is made of, by a bill in CycloneDX or SPDX
#[derive(Debug, Args)]
pub(crate) struct AttestBillArguments {
    #[command(flatten)]
    pub(crate) model: ModelArguments,

    /// The bill, in JSON; it must not contradict the files
    #[arg(long, value_name = "FILE")]
    pub(crate) bill: PathBuf,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// State how the model did in tests
#[derive(Debug, Args)]
pub(crate) struct AttestTestArguments {
    #[command(flatten)]
    pub(crate) model: ModelArguments,

    /// How it went
    #[arg(long, value_name = "RESULT")]
    pub(crate) result: ResultArgument,

    /// What a test is called; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) test: Vec<String>,

    /// A file that shows it, named by its digest; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// State that somebody approves of the model
#[derive(Debug, Args)]
pub(crate) struct AttestApprovalArguments {
    #[command(flatten)]
    pub(crate) model: ModelArguments,

    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,

    /// The last day on which it holds, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) until: Option<Date>,

    #[command(flatten)]
    pub(crate) signed: SignedArguments,
}

/// The model that a statement is about.
#[derive(Debug, Args)]
pub(crate) struct ModelArguments {
    /// The model: a folder or a file
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// Its signature, which says by which digest it goes [default: as `waybill sign` writes it, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: Option<PathBuf>,

    /// What to call it [default: as its signature does]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// How a statement is signed and where it goes.
#[derive(Debug, Args)]
pub(crate) struct SignedArguments {
    #[command(flatten)]
    pub(crate) key: KeyArguments,

    /// The certificate of the key and those between it and one that readers trust, in PEM; may be
    /// given several times. Then a bundle is written instead of an envelope
    #[arg(long, value_name = "FILE")]
    pub(crate) chain: Vec<PathBuf>,

    /// Where to write the statement [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,

    /// The time that is stated, RFC 3339 in UTC [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,
}

/// How a test went.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ResultArgument {
    Passed,
    Warned,
    Failed,
}

fn word(text: &str) -> Result<String, String> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if plain && !text.is_empty() {
        Ok(text.to_owned())
    } else {
        Err("write one word of small letters".to_owned())
    }
}
