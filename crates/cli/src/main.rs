//! The `waybill` command: one file a verb, thin; owns the exit code.
#![expect(
    clippy::disallowed_methods,
    reason = "the command line reads configuration and writes reports"
)]

mod allocator;
mod arguments;
mod clock;
mod console;
mod mirror;
mod output;
mod progress;
mod rules_in_force;
mod secret;
mod trace;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;
use waybill_domain::ExitCode as Code;

use arguments::{Arguments, Verb};

/// Reading code is a great many small allocations.
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.verb {
        Verb::Scan(scan) => verbs::scan::run(scan),
        Verb::Inventory(inventory) => verbs::inventory::run(inventory),
        Verb::Advisories(advisories) => verbs::advisories::run(advisories),
        Verb::Bom(bom) => verbs::bom::run(bom),
        Verb::Retrieval(retrieval) => verbs::retrieval::run(retrieval),
        Verb::Compare(compare) => verbs::compare::run(compare),
        Verb::Convert(convert) => verbs::convert::run(convert),
        Verb::Disarm(disarm) => verbs::disarm::run(disarm),
        Verb::Policy(policy) => verbs::policy::run(policy),
        Verb::Exception(exception) => verbs::exception::run(exception),
        Verb::Vex(vex) => verbs::vex::run(vex),
        Verb::Sign(sign) => verbs::sign::run(sign),
        Verb::Verify(verify) => verbs::verify::run(verify),
        Verb::Attest(attest) => verbs::attest::run(attest),
        Verb::Reproduce(reproduce) => verbs::reproduce::run(reproduce),
        Verb::Keys(keys) => verbs::keys::run(keys),
        Verb::Rules(rules) => verbs::rules::run(rules),
        Verb::Explain(explain) => verbs::explain::run(explain),
        Verb::Limits(limits) => verbs::limits::run(limits),
        Verb::Selftest(selftest) => verbs::selftest::run(selftest),
    };
    let code = match outcome {
        Ok(code) => code,
        Err(error) => {
            console::complain(&error);
            Code::Failed
        }
    };
    ExitCode::from(code as u8)
}
