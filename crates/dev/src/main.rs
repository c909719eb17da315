//! `cargo dev ...`: generates and checks everything that is not code, fuzzes, and measures the bars.
//!
//! One file a verb. Nothing here is shipped.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of the repository: it reads the tree, starts cargo and Python, and prints"
)]

mod bench;
mod check;
mod fuzz;
mod generate;
mod interop;
mod measure;
mod python;
mod sample;
mod tables;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

use workspace::Workspace;

/// Generate and check everything that is not code.
#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Compare the tree with the plan: rooms, words, sizes, rules, generated pages, stubs.
    Check,
    /// Rewrite docs/reference and schemas out of the code.
    Generate(generate::Arguments),
    /// Fuzz every parser with libFuzzer on the stable toolchain.
    Fuzz(fuzz::Arguments),
    /// Let real Python libraries write what we read, and read what we write.
    Interop(interop::Arguments),
    /// Measure the bars, with other scanners in the same run.
    Bench(Box<bench::Arguments>),
    /// Run a command and write what it cost as JSON; `bench` calls this.
    #[command(hide = true)]
    Measure(measure::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("failed to {error:#}");
            ExitCode::from(2)
        }
    }
}

/// True if what was asked for holds.
fn run(arguments: Arguments) -> Result<bool> {
    let workspace = Workspace::find()?;
    match arguments.verb {
        Verb::Check => Ok(check::check(&workspace)),
        Verb::Generate(arguments) => generate::generate(&workspace, &arguments),
        Verb::Fuzz(arguments) => fuzz::fuzz(&workspace, &arguments),
        Verb::Interop(arguments) => interop::interop(&workspace, &arguments),
        Verb::Bench(arguments) => bench::bench(&workspace, *arguments),
        Verb::Measure(arguments) => measure::child(&arguments),
    }
}
