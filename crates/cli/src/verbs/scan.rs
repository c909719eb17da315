use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use waybill_domain::{ExitCode, Report};
use waybill_engine::{Request, Target};
use waybill_policy::{Baseline, Config};
use waybill_report::{Format, Options, render};

use crate::arguments::ScanArguments;
use crate::progress::Bar;
use crate::{console, output};

/// Configuration in the working directory. That of a target is never read: what is judged does
/// not choose its own rules.
const CONFIG_FILE: &str = "waybill.toml";
/// Patterns of paths that are left out, one a line, in the working directory.
const IGNORE_FILE: &str = ".waybillignore";

pub(crate) fn run(arguments: &ScanArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let request = request(arguments, &config)?;
    let fail_on = arguments
        .fail_on
        .map(Into::into)
        .or(config.fail_on)
        .unwrap_or_default();
    let bar = Bar::new();
    let report = waybill_engine::scan(&request, &bar);
    bar.finish();
    let report = report?;
    let code = ExitCode::of(&report, fail_on);
    for (format, file) in &arguments.output {
        output::write(file, &rendered(&report, *format, arguments, false)?)?;
    }
    if arguments.trace {
        trace(arguments, &request)?;
        console::say(&format!(
            "{}: {}",
            report.target,
            report
                .verdict
                .map_or("nothing to examine", |verdict| verdict.as_str())
        ));
    } else {
        output::print(&rendered(
            &report,
            arguments.format,
            arguments,
            console::colour(),
        )?)?;
    }
    Ok(code)
}

fn rendered(
    report: &Report,
    format: Format,
    arguments: &ScanArguments,
    colour: bool,
) -> anyhow::Result<String> {
    let options = Options {
        colour: colour && format == Format::Text,
        width: console::width(),
        verbose: arguments.verbose,
    };
    render(report, &waybill_engine::rules(), format, &options)
        .with_context(|| format!("render the {format} report"))
}

fn request(arguments: &ScanArguments, config: &Config) -> anyhow::Result<Request> {
    let mut exclude = config.exclude.clone();
    exclude.extend(arguments.exclude.iter().cloned());
    if let Some(patterns) = read_if_there(Path::new(IGNORE_FILE))? {
        exclude.extend(patterns.lines().map(ToOwned::to_owned));
    }
    let baseline = match &arguments.baseline {
        Some(file) => Some(
            Baseline::parse(&read(file)?).with_context(|| format!("use `{}`", file.display()))?,
        ),
        None => None,
    };
    let target = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            Target::Stdin
        } else {
            Target::Path(path.clone())
        }
    };
    Ok(Request {
        targets: arguments.targets.iter().map(target).collect(),
        exclude,
        limits: config.limits.clone(),
        allowed: config.allowed(),
        baseline,
        jobs: arguments.jobs.map(usize::from),
        blake3: arguments.blake3,
    })
}

/// The configuration that was named, or that stands in the working directory.
pub(crate) fn read_config(named: Option<&Path>) -> anyhow::Result<Config> {
    let (path, text) = match named {
        Some(path) => (path, Some(read(path)?)),
        None => (
            Path::new(CONFIG_FILE),
            read_if_there(Path::new(CONFIG_FILE))?,
        ),
    };
    match text {
        Some(text) => Config::parse(&text).with_context(|| format!("use `{}`", path.display())),
        None => Ok(Config::default()),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))
}

fn read_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read `{}`", path.display())),
    }
}

/// Prints what loading each target would do.
fn trace(arguments: &ScanArguments, request: &Request) -> anyhow::Result<()> {
    let limits = waybill_engine::with_limits(&request.limits)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in &arguments.targets {
        let mut member = String::new();
        let mut failure = None;
        let streams = waybill_engine::trace(path, &limits, &mut |line| {
            if line.member != member {
                failure =
                    failure
                        .take()
                        .or(writeln!(out, "# {}", waybill_report::neutral(&line.member)).err());
                member.clone_from(&line.member);
            }
            let written = writeln!(
                out,
                "{:>10}  {}",
                line.offset,
                waybill_report::neutral(&line.step)
            );
            failure = failure.take().or(written.err());
        })?;
        if let Some(error) = failure {
            return Err(error).context("write to standard output");
        }
        if streams == 0 {
            console::say(&format!(
                "{}: holds no pickle, so loading it runs nothing that could be traced",
                path.display()
            ));
        }
    }
    out.flush().context("write to standard output")
}
