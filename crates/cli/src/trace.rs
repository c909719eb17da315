//! What loading would do, step by step, on standard output.

use std::io::Write;
use std::path::Path;

use anyhow::bail;
use waybill_domain::Report;
use waybill_engine::{Request, Target, TraceLine};
use waybill_report::neutral;

use crate::{console, output};

/// Fails where there is no single file to trace: each is read a second time, after the scan.
pub(crate) fn check(request: &Request) -> anyhow::Result<()> {
    for target in &request.targets {
        match target {
            Target::Stdin => bail!("trace standard input: save it to a file and name that"),
            Target::Path(path) if path.is_dir() => bail!(
                "trace `{}`: it is a folder; name one file in it",
                path.display()
            ),
            Target::Path(_) => {}
        }
    }
    Ok(())
}

/// Prints what loading each target would do, and says the verdict.
pub(crate) fn print(request: &Request, report: &Report) -> anyhow::Result<()> {
    let limits = waybill_engine::with_limits(&request.limits)?;
    let mut page = Page {
        out: std::io::BufWriter::new(std::io::stdout().lock()),
        several: request.targets.len() > 1,
        headline: String::new(),
        failure: None,
    };
    for target in &request.targets {
        let Target::Path(path) = target else { continue };
        let streams = waybill_engine::trace(path, &limits, &mut |line| page.step(path, &line))?;
        if streams == 0 {
            console::say(&format!(
                "{}: holds no pickle, so loading it runs nothing that could be traced",
                neutral(&path.display().to_string())
            ));
        }
    }
    let flushed = page.out.flush();
    if !output::reached(page.failure.map_or(flushed, Err))? {
        return Ok(());
    }
    let verdict = report
        .verdict
        .map_or("nothing to examine", |verdict| verdict.as_str());
    console::say(&format!("{}: {verdict}", neutral(&report.target)));
    Ok(())
}

struct Page<Out> {
    out: Out,
    /// With several targets each has its name in the headlines.
    several: bool,
    headline: String,
    /// The first that went wrong.
    failure: Option<std::io::Error>,
}

impl<Out: Write> Page<Out> {
    fn step(&mut self, path: &Path, line: &TraceLine) {
        if self.failure.is_none() {
            self.failure = self.write(path, line).err();
        }
    }

    fn write(&mut self, path: &Path, line: &TraceLine) -> std::io::Result<()> {
        let headline = match (self.several, line.member.is_empty()) {
            (false, _) => line.member.clone(),
            (true, true) => path.display().to_string(),
            (true, false) => format!("{}!/{}", path.display(), line.member),
        };
        if headline != self.headline {
            writeln!(self.out, "# {}", neutral(&headline))?;
            self.headline = headline;
        }
        writeln!(self.out, "{:>10}  {}", line.offset, neutral(&line.step))
    }
}
