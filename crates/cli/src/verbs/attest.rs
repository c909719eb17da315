use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow, bail};
use waybill_domain::{Date, ExitCode};
use waybill_engine::{
    Described, Making, Silent, Statement, Tested, approved, billed, describe, describe_material,
    provenance, read_certificates, scanned, signed_statement, tested, verified,
};

use crate::arguments::{
    AttestArguments, AttestRunArguments, AttestVerb, ModelArguments, ResultArgument,
    SignedArguments,
};
use crate::progress::Bar;
use crate::{clock, console, output, secret};

pub(crate) fn run(arguments: &AttestArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        AttestVerb::Run(run) => made(run),
        AttestVerb::Scan(scan) => {
            let described = described(&scan.model, &scan.signed)?;
            let name = scan.model.name.as_deref();
            let now = now(&scan.signed)?;
            write(
                &scanned(&described, name, &scan.report, &now)?,
                &scan.signed,
            )
        }
        AttestVerb::Verification(verification) => {
            let described = described(&verification.model, &verification.signed)?;
            let statement = verified(
                &described,
                verification.model.name.as_deref(),
                &verification.verification,
                verification.policy.as_deref(),
                &now(&verification.signed)?,
            )?;
            write(&statement, &verification.signed)
        }
        AttestVerb::Bill(bill) => {
            let described = described(&bill.model, &bill.signed)?;
            let name = bill.model.name.as_deref();
            let statement = billed(&described, name, &bill.model.model, &bill.bill)?;
            write(&statement, &bill.signed)
        }
        AttestVerb::Test(test) => {
            let described = described(&test.model, &test.signed)?;
            let result = match test.result {
                ResultArgument::Passed => "PASSED",
                ResultArgument::Warned => "WARNED",
                ResultArgument::Failed => "FAILED",
            };
            let outcome = Tested {
                result: result.to_owned(),
                tests: test.test.clone(),
                evidence: test.evidence.clone(),
            };
            let name = test.model.name.as_deref();
            let statement = tested(&described, name, &outcome, &now(&test.signed)?)?;
            write(&statement, &test.signed)
        }
        AttestVerb::Approval(approval) => {
            let described = described(&approval.model, &approval.signed)?;
            let until = approval.until.map(|date| date.to_string());
            let statement = approved(
                &described,
                approval.model.name.as_deref(),
                &approval.by,
                &approval.why,
                until.as_deref(),
                &now(&approval.signed)?,
            );
            write(&statement, &approval.signed)
        }
    }
}

/// Runs the command of the user, which is the one thing that this program ever starts.
fn made(arguments: &AttestRunArguments) -> anyhow::Result<ExitCode> {
    ready(&arguments.signed)?;
    let (program, rest) = arguments
        .command
        .split_first()
        .ok_or_else(|| anyhow!("run a command: none is named"))?;
    let mut inputs = Vec::new();
    for path in &arguments.input {
        inputs.push(describe_material(path, None, &Silent)?);
    }
    let mut environment = BTreeMap::new();
    for name in &arguments.environment {
        let value = std::env::var(name)
            .with_context(|| format!("read the environment variable `{name}`"))?;
        environment.insert(name.clone(), value);
    }
    let started = now(&arguments.signed)?;
    // What the command prints is talk: standard output is for the statement.
    let status = std::process::Command::new(program)
        .args(rest)
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("run `{program}`"))?;
    if !status.success() {
        bail!("run `{program}`: it ended with {status}; nothing is stated");
    }
    let finished = now(&arguments.signed)?;
    let mut outputs = Vec::new();
    for path in &arguments.product {
        outputs.push(describe_material(path, None, &Silent)?);
    }
    let statement = provenance(&Making {
        kind: arguments.kind.clone(),
        command: arguments.command.clone(),
        environment,
        inputs,
        outputs,
        started: Some(started),
        finished: Some(finished),
        builder: arguments.builder.clone(),
    });
    write(&statement, &arguments.signed)
}

fn described(model: &ModelArguments, signed: &SignedArguments) -> anyhow::Result<Described> {
    ready(signed)?;
    let signature = super::sign::signature(model.signature.as_deref(), &model.model);
    if model.signature.is_some() && !signature.is_file() {
        bail!(
            "read the signature `{}`: it is not there",
            signature.display()
        );
    }
    let bar = Bar::new();
    let described = describe(&model.model, &signature, None, &bar);
    bar.finish();
    Ok(described?)
}

/// Fails before any work where the statement could not be written.
fn ready(signed: &SignedArguments) -> anyhow::Result<()> {
    signed.write.as_deref().map_or(Ok(()), output::check)
}

fn now(signed: &SignedArguments) -> anyhow::Result<String> {
    match &signed.timestamp {
        Some(time) => {
            Date::of_time(time).with_context(|| format!("use the time `{time}`"))?;
            Ok(time.clone())
        }
        None => clock::now().ok_or_else(|| {
            anyhow!("tell the time: the clock stands before 1970; --timestamp names one")
        }),
    }
}

fn write(statement: &Statement, signed: &SignedArguments) -> anyhow::Result<ExitCode> {
    let signer = secret::signer(&signed.key)?;
    let mut chain = Vec::new();
    for file in &signed.chain {
        chain.extend(read_certificates(file)?);
    }
    let text = signed_statement(statement, signer.as_ref(), &chain)? + "\n";
    match &signed.write {
        Some(file) => {
            if let Some(staged) = output::stage(file, &text)? {
                staged.persist()?;
            }
        }
        None => output::print(&text)?,
    }
    for subject in &statement.subject {
        let digest = subject.digest.get("sha256").map_or("", String::as_str);
        console::say(&waybill_report::neutral(&format!(
            "stated of `{}`, sha256:{digest}: {}",
            subject.name, statement.predicate_type
        )));
    }
    Ok(ExitCode::Admitted)
}
