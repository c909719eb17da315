use std::fmt::Write as _;

use waybill_domain::ExitCode;

use crate::arguments::SelftestArguments;
use crate::{console, output};

pub(crate) fn run(arguments: &SelftestArguments) -> anyhow::Result<ExitCode> {
    if let Some(folder) = &arguments.example {
        let written = waybill_engine::write_example(folder)?;
        console::say(&format!(
            "wrote {} artifacts into {}",
            written.len(),
            folder.display()
        ));
        return Ok(ExitCode::Admitted);
    }

    let report = waybill_engine::selftest();
    let mut text = format!(
        "{:<12} {:>16} {:>16}\n",
        "class", "flagged", "wrongly flagged"
    );
    let (mut flagged, mut found, mut harmless, mut wrong) = (0, 0, 0, 0);
    for (class, result) in &report.classes {
        writeln!(
            text,
            "{class:<12} {:>16} {:>16}",
            format!("{} of {}", result.found, result.flagged),
            format!("{} of {}", result.wrongly_found, result.harmless)
        )?;
        flagged += result.flagged;
        found += result.found;
        harmless += result.harmless;
        wrong += result.wrongly_found;
    }
    writeln!(
        text,
        "{:<12} {:>16} {:>16}",
        "all",
        format!("{found} of {flagged}"),
        format!("{wrong} of {harmless}")
    )?;
    for miss in &report.misses {
        writeln!(
            text,
            "{} (line {} of its page): {}",
            miss.rule, miss.line, miss.reason
        )?;
    }
    output::print(&text)?;
    Ok(if report.misses.is_empty() {
        ExitCode::Admitted
    } else {
        ExitCode::Refused
    })
}
