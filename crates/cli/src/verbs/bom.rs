use std::collections::BTreeMap;
use std::path::Path;

use waybill_domain::ExitCode;
use waybill_domain::bill::FileState;
use waybill_domain::inventory::Inventory;
use waybill_engine::{
    Author, BillFailure, Gap, Lifecycle, Noticed, Whole, WriteOptions, with_vulnerabilities,
    write_bill,
};

use waybill_report::{
    BillCheck, Options, bill_check, bill_conversion, bill_diff, bill_merging, bill_verification,
    pretty_json,
};

use super::inventory;
use crate::arguments::{
    BillFormat, BomArguments, BomCheckArguments, BomConvertArguments, BomDiffArguments,
    BomMergeArguments, BomVerb, BomVerifyArguments, BomWriteArguments, MatchingArguments,
    TreeArguments,
};
use crate::{clock, console, output};

pub(crate) fn run(arguments: &BomArguments) -> anyhow::Result<ExitCode> {
    match (&arguments.verb, &arguments.tree) {
        (Some(BomVerb::Check(check)), _) => judged(check),
        (Some(BomVerb::Diff(diff)), _) => compared(diff),
        (Some(BomVerb::Merge(merge)), _) => merged(merge),
        (Some(BomVerb::Convert(convert)), _) => converted(convert),
        (Some(BomVerb::Verify(verify)), _) => verified(verify),
        (None, Some(tree)) => written(tree, &arguments.write, &arguments.matching),
        (None, None) => anyhow::bail!("write a bill: name a folder, an image or a verb"),
    }
}

fn written(
    tree: &TreeArguments,
    arguments: &BomWriteArguments,
    matching: &MatchingArguments,
) -> anyhow::Result<ExitCode> {
    for (_, file) in &arguments.output {
        output::check(file)?;
    }
    let mut inventory = inventory::take(tree)?;
    let noticed = inventory::noticed(&mut inventory, matching, tree)?;
    let options = options(arguments, &inventory);
    let mut staged = Vec::new();
    for (format, file) in &arguments.output {
        let text = bill(&inventory, *format, &options, noticed.as_ref());
        staged.extend(output::stage(file, &text)?);
    }
    staged.into_iter().try_for_each(output::Aside::persist)?;
    if arguments.output.is_empty() {
        output::print(&bill(
            &inventory,
            arguments.format,
            &options,
            noticed.as_ref(),
        ))?;
    }
    if !inventory.unread.is_empty() {
        console::say(&format!(
            "note: {} could not be read; the bill names them, and `waybill inventory` lists them",
            inventory.unread.len()
        ));
    }
    Ok(inventory::code(&inventory, None))
}

/// The text of a bill; what is missing in it is said.
fn bill(
    inventory: &Inventory,
    format: BillFormat,
    options: &WriteOptions,
    noticed: Option<&Noticed>,
) -> String {
    let bill = write_bill(inventory, format.into(), options);
    say_gaps(&bill.gaps);
    let has_place = matches!(format, BillFormat::CycloneDx17 | BillFormat::CycloneDx16);
    match noticed {
        Some(noticed) if has_place => with_vulnerabilities(&bill.text, noticed),
        Some(_) => {
            console::say("note: known weaknesses are written in CycloneDX only");
            bill.text
        }
        None => bill.text,
    }
}

fn judged(arguments: &BomCheckArguments) -> anyhow::Result<ExitCode> {
    let examined = match waybill_engine::check_bill(&arguments.bill) {
        Ok(examined) => examined,
        Err(failure) => return unjudged(failure),
    };
    let check = BillCheck {
        schema: "waybill.bill-check/1".into(),
        components: examined.components,
        document: examined.document,
        problems: examined.problems,
        elements: examined.elements,
    };
    let text = if arguments.json {
        pretty_json(&check)?
    } else {
        bill_check(&check, &shape(arguments.verbose))
    };
    output::print(&text)?;
    Ok(holds(check.problems.acceptable()))
}

fn compared(arguments: &BomDiffArguments) -> anyhow::Result<ExitCode> {
    let diff = waybill_engine::diff_bills(&arguments.old, &arguments.new)?;
    let text = if arguments.json {
        pretty_json(&diff)?
    } else {
        bill_diff(&diff, &shape(arguments.verbose))
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn verified(arguments: &BomVerifyArguments) -> anyhow::Result<ExitCode> {
    let verification = match waybill_engine::verify_bill(&arguments.bill, &arguments.folder) {
        Ok(verification) => verification,
        Err(failure) => return unjudged(failure),
    };
    let text = if arguments.json {
        pretty_json(&verification)?
    } else {
        bill_verification(&verification, &shape(arguments.verbose))
    };
    output::print(&text)?;
    let count = |state: FileState| verification.counts.get(&state).copied().unwrap_or(0);
    Ok(if !verification.holds() {
        ExitCode::Refused
    } else if count(FileState::NotCovered) > 0 {
        ExitCode::Incomplete
    } else if count(FileState::Matches) == 0 {
        ExitCode::Nothing
    } else {
        ExitCode::Admitted
    })
}

fn merged(arguments: &BomMergeArguments) -> anyhow::Result<ExitCode> {
    let whole = Whole {
        name: arguments.name.clone(),
        version: arguments.system_version.clone(),
        description: None,
    };
    let options = WriteOptions {
        timestamp: moment(arguments.timestamp.as_deref()),
        lifecycle: None,
        ..WriteOptions::default()
    };
    let merged = waybill_engine::merge_bills(&arguments.bills, &whole, &options)?;
    put(arguments.output.as_deref(), &merged.text)?;
    console::say(bill_merging(&merged.merging, &plain(arguments.verbose)).trim_end());
    Ok(ExitCode::Admitted)
}

fn converted(arguments: &BomConvertArguments) -> anyhow::Result<ExitCode> {
    let options = WriteOptions {
        lifecycle: None,
        ..WriteOptions::default()
    };
    let target = arguments.to.into();
    let converted = waybill_engine::convert_bill(&arguments.bill, target, &options)?;
    put(arguments.output.as_deref(), &converted.text)?;
    console::say(bill_conversion(&converted.conversion, &plain(arguments.verbose)).trim_end());
    Ok(ExitCode::Admitted)
}

/// What is no bill does not hold, and what exceeds a limit was not examined; all else could not run.
fn unjudged(failure: BillFailure) -> anyhow::Result<ExitCode> {
    let code = if failure.is_no_bill() {
        ExitCode::Refused
    } else if failure.exceeds_limit() {
        ExitCode::Incomplete
    } else {
        return Err(failure.into());
    };
    console::complain(&failure.into());
    Ok(code)
}

/// Writes to a file, or to standard output.
fn put(file: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match file {
        Some(file) => output::stage(file, text)?.map_or(Ok(()), output::Aside::persist),
        None => output::print(text),
    }
}

/// A moment as typed; `now` is the clock's.
fn moment(given: Option<&str>) -> Option<String> {
    match given {
        Some("now") => clock::now(),
        given => given.map(ToOwned::to_owned),
    }
}

/// What is said beside the data has no colour.
fn plain(verbose: bool) -> Options {
    Options {
        verbose,
        ..Options::default()
    }
}

fn shape(verbose: bool) -> Options {
    console::options(verbose)
}

const fn holds(holds: bool) -> ExitCode {
    if holds {
        ExitCode::Admitted
    } else {
        ExitCode::Refused
    }
}

fn options(arguments: &BomWriteArguments, inventory: &Inventory) -> WriteOptions {
    let timestamp = moment(arguments.timestamp.as_deref());
    let lifecycle = if inventory.subject.image_digest.is_some() {
        Lifecycle::PostBuild
    } else {
        Lifecycle::PreBuild
    };
    WriteOptions {
        timestamp,
        serial: arguments.serial_number.clone(),
        author: arguments.author.clone().map(|name| Author {
            name,
            email: None,
            organisation: true,
        }),
        lifecycle: Some(lifecycle),
        ..WriteOptions::default()
    }
}

/// Says which mandatory fields nobody knows, by field.
fn say_gaps(gaps: &[Gap]) {
    if gaps.is_empty() {
        return;
    }
    let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in gaps {
        *fields.entry(gap.field).or_default() += 1;
    }
    let list: Vec<String> = fields
        .iter()
        .map(|(field, count)| format!("{field} ({count})"))
        .collect();
    console::say(&format!(
        "note: not claimed in SPDX, because nobody knows it: {}",
        list.join(", ")
    ));
}

impl From<BillFormat> for waybill_engine::BillFormat {
    fn from(format: BillFormat) -> Self {
        match format {
            BillFormat::CycloneDx17 => Self::CycloneDx17,
            BillFormat::CycloneDx16 => Self::CycloneDx16,
            BillFormat::Spdx301 => Self::Spdx301,
            BillFormat::Spdx23 => Self::Spdx23,
        }
    }
}
