//! Reads `ecosystem name` a line and tells which names could be taken for a well-known one, how many of the whole
//! they are, and how long it took.

use std::io::{BufRead as _, Write as _};

use waybill_domain::version::Ecosystem;
use waybill_knowledge::names::resemblance;

fn main() -> std::io::Result<()> {
    let lines: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let mut output = std::io::stdout().lock();
    let started = std::time::Instant::now();
    // The first look-up of each ecosystem builds its index.
    for ecosystem in ["pypi", "npm", "cargo", "huggingface"] {
        let _ = resemblance(Ecosystem::of_purl_type(ecosystem), "no such name");
    }
    let built = started.elapsed();
    let found: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(ecosystem, name)| {
            Some((name, resemblance(Ecosystem::of_purl_type(ecosystem), name)?))
        })
        .collect();
    let took = started.elapsed();
    for (name, found) in &found {
        writeln!(
            output,
            "{:?}\t{name}\t{}\t{}",
            found.likeness, found.known, found.rank
        )?;
    }
    writeln!(
        output,
        "{} of {} names; {built:?} to build, {took:?} in all",
        found.len(),
        lines.len()
    )
}
