//! Reads the bills named on the command line, one after the other, and says how long that took.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "measures on the command line"
)]

use std::{env, fs::File, time::Instant};

use waybill_inventory::bill::{BillLimits, read};

fn main() {
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
    }
}
