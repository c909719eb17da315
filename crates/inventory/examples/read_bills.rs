//! Judges the bill named on the command line, or compares each of several with the one before, and
//! says how long that took.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "measures on the command line"
)]

use std::{env, fs::File, time::Instant};

use waybill_inventory::bill::{BillLimits, Snapshot, diff, examine};

fn main() {
    let mut before: Option<Snapshot> = None;
    let several = env::args().count() > 2;
    for path in env::args().skip(1) {
        let started = Instant::now();
        let mut file = File::open(&path).unwrap();
        if several {
            let snapshot = Snapshot::read(&mut file, &BillLimits::default()).unwrap();
            println!("{path}: {:.2} s", started.elapsed().as_secs_f64());
            if let Some(before) = &before {
                let result = diff(before, &snapshot);
                println!(
                    "{} added, {} removed, {} changed, {:.2} s",
                    result.added.len(),
                    result.removed.len(),
                    result.changed.len(),
                    started.elapsed().as_secs_f64()
                );
            }
            before = Some(snapshot);
        } else {
            let bill = examine(&mut file, &BillLimits::default()).unwrap();
            println!(
                "{path}: {} components, {} relations, {} errors, {:?}, {:?}, {:.2} s",
                bill.components,
                bill.relations,
                bill.problems.errors,
                bill.problems.listed.first(),
                bill.elements.scores,
                started.elapsed().as_secs_f64()
            );
        }
    }
}
