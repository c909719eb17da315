use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use waybill_domain::{Date, Gate};

/// List, show, test and try policies: what may come in, at every gate
///
/// A policy is a TOML file of rules whose conditions are CEL expressions over typed facts. See
/// docs/concepts/policy.md, and docs/reference/policy-facts.md for the facts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill policy list
  waybill policy show baseline
  waybill policy test acme.toml                    runs acme.cases.toml
  waybill policy check --gate signature --facts facts.json
  waybill policy check --policy signed-only --against baseline --gate scan --facts facts.json
  waybill policy diff baseline acme.toml --reports report.json")]
pub(crate) struct PolicyArguments {
    #[command(subcommand)]
    pub(crate) verb: PolicyVerb,
}

/// What can be done with policies.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    /// List the policies that come with Waybill
    List,
    Show(PolicyShowArguments),
    Check(PolicyCheckArguments),
    Test(PolicyTestArguments),
    Diff(PolicyDiffArguments),
}

/// Print the rules that are in force under a policy
#[derive(Debug, Args)]
pub(crate) struct PolicyShowArguments {
    /// Name of a built-in policy, or a file
    #[arg(value_name = "POLICY")]
    pub(crate) policy: String,

    /// Print the file of a built-in policy as it is, to start one's own from
    #[arg(long)]
    pub(crate) source: bool,
}

/// Judge a facts document at a gate; without one, explain every line of what is in force
///
/// Without facts, waybill.toml and the policies are checked and explained line by line. Exit code 1 says that the decision is quarantine or reject.
#[derive(Debug, Args)]
pub(crate) struct PolicyCheckArguments {
    /// Name of a built-in policy, or a file; may be given several times [default: what
    /// waybill.toml says, else baseline]
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Vec<String>,

    /// Configuration [default: waybill.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// scan, bill, signature, advisory, supplier, data or deployment
    #[arg(long, value_name = "GATE", value_parser = gate, requires = "facts")]
    pub(crate) gate: Option<Gate>,

    /// The facts, JSON; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "gate")]
    pub(crate) facts: Option<PathBuf>,

    /// Also say what another policy would decide, and change nothing
    #[arg(long, value_name = "POLICY", requires = "facts")]
    pub(crate) against: Option<String>,

    /// Today's date for facts that name none, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,
}

/// Run the cases beside a policy, and list rules that no case reaches
///
/// Exit code 1 says that a case failed.
#[derive(Debug, Args)]
pub(crate) struct PolicyTestArguments {
    /// Name of a built-in policy, or a file
    #[arg(value_name = "POLICY")]
    pub(crate) policy: String,

    /// The cases [default: beside the policy, NAME.cases.toml]
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: Option<PathBuf>,
}

/// List which decisions of stored reports another policy would change, and why
#[derive(Debug, Args)]
pub(crate) struct PolicyDiffArguments {
    /// The policy now: a name or a file
    #[arg(value_name = "OLD")]
    pub(crate) old: String,

    /// The policy to be: a name or a file
    #[arg(value_name = "NEW")]
    pub(crate) new: String,

    /// Reports of `waybill scan --format json`
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) reports: Vec<PathBuf>,

    /// Today's date, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,
}

/// List, add and check dated exceptions
///
/// They stand in waybill.exceptions.toml beside waybill.toml. See docs/concepts/exceptions.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill exception list
  waybill exception add --owner Ada --approver Grace --reason 'vetted by hand' \\
      --expires 2027-03-31 --rule pickle-unvetted-global --path models/gate.pkl
  waybill exception check --report report.json     in continuous integration")]
pub(crate) struct ExceptionArguments {
    #[command(subcommand)]
    pub(crate) verb: ExceptionVerb,
}

/// What can be done with exceptions.
#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionVerb {
    List(ExceptionListArguments),
    Check(ExceptionListArguments),
    Add(Box<ExceptionAddArguments>),
}

/// List exceptions with where each stands; `check` ends with 1 if one is expired or drifted
#[derive(Debug, Args)]
pub(crate) struct ExceptionListArguments {
    /// The exceptions [default: waybill.exceptions.toml, or what waybill.toml says]
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,

    /// A report of `waybill scan --format json`, to tell what they cover and what drifted
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// Today's date, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Add an exception to the file, or begin one
#[derive(Debug, Args)]
pub(crate) struct ExceptionAddArguments {
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// Who allowed it
    #[arg(long, value_name = "NAME")]
    pub(crate) approver: String,

    /// The last day on which it holds, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) expires: Date,

    /// Names it [default: the next free number]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,

    /// SHA-256 of the artifact
    #[arg(long, value_name = "SHA256")]
    pub(crate) digest: Option<String>,

    /// Rule, together with a path
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,

    /// Path of the artifact; a folder and all below it as FOLDER/**
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,

    /// Id or package URL of a component
    #[arg(long, value_name = "ID")]
    pub(crate) component: Option<String>,

    /// Id or alias of an advisory
    #[arg(long, value_name = "ID")]
    pub(crate) advisory: Option<String>,

    /// The exceptions [default: waybill.exceptions.toml, or what waybill.toml says]
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,

    /// Today's date, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,
}

/// For a person or for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    Text,
    Json,
}

fn gate(text: &str) -> Result<Gate, String> {
    Gate::named(text).ok_or_else(|| {
        let known: Vec<&str> = Gate::ALL.iter().map(|gate| gate.as_str()).collect();
        format!("there is no gate `{text}`; there are {}", known.join(", "))
    })
}
