use std::path::PathBuf;

use clap::{Args, ValueEnum};
use waybill_domain::Severity;
use waybill_report::View;

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
  waybill inventory . --advisories                 with the weaknesses that are known
  waybill inventory . --advisories --since released.cdx.json
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

    #[command(flatten)]
    pub(crate) matching: MatchingArguments,

    /// The severity of a finding from which on the exit code is 1 [default: never]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<SeverityArgument>,

    /// List every component and finding
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Whether and how components are held against advisories.
#[derive(Debug, Args)]
pub(crate) struct MatchingArguments {
    /// Hold components against the advisories that are held, and add what matches
    #[arg(long)]
    pub(crate) advisories: bool,

    /// The folder that holds the advisories, as `waybill advisories` uses it
    #[arg(long, value_name = "FOLDER", requires = "advisories")]
    pub(crate) store: Option<PathBuf>,

    /// Statements of whether weaknesses matter (OpenVEX, CycloneDX, CSAF); may be given several times
    #[arg(long, value_name = "FILE", requires = "advisories")]
    pub(crate) vex: Vec<PathBuf>,

    /// Say nothing of components that this earlier bill lists in the same version
    #[arg(long, value_name = "BILL", requires = "advisories")]
    pub(crate) since: Option<PathBuf>,
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

/// A date of the form `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<String, String> {
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
