use std::path::PathBuf;

use clap::Args;
use waybill_domain::Date;

use super::TextOrJson;

/// Make something again as a signed statement says it was made, and compare
///
/// Steps of Waybill's own, as `convert --attest` and `disarm --attest` state them, are done again in a
/// scratch folder. A command, as `attest run` states it, is printed; `--run` runs it in a scratch folder with
/// copies of what went in, without a network and with the stated environment only, and only if the statement
/// is signed by whom you trust. Where something differs, the first difference is shown, and whether it is one
/// of order, times, rounding or content.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill reproduce made.intoto.json                         does Waybill's own steps again
  waybill reproduce made.intoto.json --key build.pub --from ./inputs
  waybill reproduce trained.intoto.json --policy statements.toml --name acme/model --run

Exit codes: 0 equal, 1 different, 2 it could not be done, 4 a command was printed and not run.")]
pub(crate) struct ReproduceArguments {
    /// The statement
    #[arg(value_name = "STATEMENT")]
    pub(crate) statement: PathBuf,

    /// Where what went in, and what came out then, is looked for, by name and digest [default: here]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) from: Option<PathBuf>,

    /// A public key that has to have signed it; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "policy")]
    pub(crate) key: Vec<PathBuf>,

    /// A policy that says who may state how the model is made
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// What the model is called, for the policy [default: as the statement calls it]
    #[arg(long, value_name = "NAME", requires = "policy")]
    pub(crate) name: Option<String>,

    /// Keys that count no more, as `waybill verify` takes them
    #[arg(long, value_name = "FILE")]
    pub(crate) revoked: Option<PathBuf>,

    /// Run the command; wants --key or --policy, and Linux, where it gets no network
    #[arg(long)]
    pub(crate) run: bool,

    /// Keep what came out in this folder, which must not be there yet
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,

    /// The date by which ages and ends of statements are judged, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// Configuration, for its limits [default: waybill.toml in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,
}
