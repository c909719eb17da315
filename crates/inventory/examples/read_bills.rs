//! Reads the bills named on the command line, one after the other, compares each with the one
//! before, and says how long that took.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "measures on the command line"
)]

use std::{env, fs::File, time::Instant};

use waybill_inventory::bill::{BillLimits, Snapshot, diff, elements, read};

fn main() {
    let mut before: Option<Snapshot> = None;
    let several = env::args().count() > 2;
    for path in env::args().skip(1) {
        let started = Instant::now();
        let mut file = File::open(&path).unwrap();
        let bill = read(&mut file, &BillLimits::default()).unwrap();
        println!(
            "{path}: {} components, {} relations, {} errors, {:?}, {:.2} s",
            bill.inventory.components.len(),
            bill.inventory.relations.len(),
            bill.problems.errors,
            bill.problems.listed.first(),
            started.elapsed().as_secs_f64()
        );
        let scores = elements(&bill).scores;
        println!(
            "elements: {scores:?}, {:.2} s",
            started.elapsed().as_secs_f64()
        );
        if several {
            let snapshot = Snapshot::of(&bill.inventory);
            drop(bill);
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
        }
    }
}
