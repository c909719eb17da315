use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::tree::{SeverityArgument, date};

/// Take in feeds of known weaknesses, and hold an inventory or a bill against them
///
/// Feeds are files that you bring: OSV (JSON, YAML, `all.zip`), CSAF 2.0, CISA KEV, EPSS (also
/// compressed), MITRE ATLAS and waybill.advisories/1, told apart by content. They are held in a folder;
/// nothing goes over the network, unless `update --from` names an address. Retired hosted models are
/// known without any feed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill advisories update --from PyPI/all.zip --from known_exploited_vulnerabilities.json
  waybill advisories update --from https://mirror.example/osv/PyPI/all.zip
  waybill advisories status                        feeds, their dates and ages
  waybill advisories match .                       a folder, an image or a bill
  waybill advisories match bom.json --fail-on high
  waybill advisories show CVE-2024-3094            under any of its ids
  waybill advisories export feeds.bundle --key site.pem
  waybill advisories import feeds.bundle --trust site.pub

Exit code 1 of `match` says that something matches at the threshold; 4 that something could not be
held against the feeds.")]
pub(crate) struct AdvisoriesArguments {
    #[command(subcommand)]
    pub(crate) verb: AdvisoriesVerb,
}

/// What can be done with advisories.
#[derive(Debug, Subcommand)]
pub(crate) enum AdvisoriesVerb {
    Update(AdvisoriesUpdateArguments),
    Status(AdvisoriesStatusArguments),
    Match(AdvisoriesMatchArguments),
    Show(AdvisoriesShowArguments),
    Export(AdvisoriesExportArguments),
    Import(AdvisoriesImportArguments),
}

/// Where the feeds are, and when now is.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The folder that holds the feeds [default: that of waybill.toml, else $WAYBILL_HOME/advisories,
    /// else $XDG_DATA_HOME/waybill/advisories, else ~/.local/share/waybill/advisories]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,

    /// The age of a feed's data, in days, past which every report warns [default: that of
    /// waybill.toml, else 7]
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,

    /// The date by which ages are told, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
}

/// Take in feeds: all that are named, or none
///
/// A feed replaces the one of the same name. A feed that is cut short, older than the one held, or has a
/// record that cannot be used is refused as a whole, with the record's name, and nothing changes.
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesUpdateArguments {
    /// A file, a folder or an archive of any of the formats, or the https address of one; may be given
    /// several times
    #[arg(long, value_name = "PATH", required = true)]
    pub(crate) from: Vec<PathBuf>,

    /// Fetch from http addresses of other machines too, which anybody on the way can change
    #[arg(long)]
    pub(crate) allow_http: bool,

    /// Certificate authorities in PEM instead of the machine's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,

    /// Name of the feed [default: from its path or format]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Leave out records, by their ids with commas between; may be given several times
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,

    /// Leave out all records that cannot be used
    #[arg(long)]
    pub(crate) skip_bad: bool,

    /// Take in a feed that is older than the one held
    #[arg(long)]
    pub(crate) allow_older: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// List the feeds that are held, with the dates of their data
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesStatusArguments {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Hold what a folder, an image or a bill lists against the feeds
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesMatchArguments {
    /// A folder, an image, or a bill in any format that `bom check` reads
    #[arg(value_name = "TARGET")]
    pub(crate) target: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Statements of whether weaknesses matter (OpenVEX, CycloneDX, CSAF); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) vex: Vec<PathBuf>,

    /// Exceptions [default: waybill.exceptions.toml beside the configuration, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,

    /// The severity from which on the exit code is 1
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub(crate) fail_on: SeverityArgument,

    /// List all matches and components
    #[arg(long, short)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Print all that is known under an id
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesShowArguments {
    /// An id or alias: CVE, GHSA, PYSEC, RUSTSEC, MAL, a technique of ATLAS
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// List every package and version
    #[arg(long, short)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Write all feeds that are held into one file, for a site without a network
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesExportArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// For how many days it may be imported
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub(crate) valid_days: u32,

    /// The private key that signs it: Ed25519, PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519`
    /// writes it
    #[arg(long, value_name = "KEY", required_unless_present = "unsigned")]
    pub(crate) key: Option<PathBuf>,

    /// Do not sign it: whoever can change the file can change what is known
    #[arg(long, conflicts_with = "key")]
    pub(crate) unsigned: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Take in what `advisories export` wrote: all of it, or nothing
///
/// The signature is verified first, then the days for which the bundle was made, then the digest of every
/// feed. A bundle that fails is refused, and what was held stays in force.
#[derive(Debug, Args)]
pub(crate) struct AdvisoriesImportArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// A public key that is trusted (Ed25519, PEM); may be given several times
    #[arg(long, value_name = "KEY", required_unless_present = "unsigned")]
    pub(crate) trust: Vec<PathBuf>,

    /// Take in a bundle that nobody signed
    #[arg(long, conflicts_with = "trust")]
    pub(crate) unsigned: bool,

    /// Take in feeds that are older than those held
    #[arg(long)]
    pub(crate) allow_older: bool,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
