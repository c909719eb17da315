use anyhow::{Context as _, bail};
use waybill_domain::ExitCode;
use waybill_domain::vex::{Moment, VexProduct, VexStatement, VexStatus, Weakness};
use waybill_engine::{about_finding, add_statement, read_all_vex, read_vex, write_vex};
use waybill_report::{pretty_json, vex_documents};

use crate::arguments::{
    VexAddArguments, VexArguments, VexConvertArguments, VexShowArguments, VexVerb,
};
use crate::{clock, console, output};

pub(crate) fn run(arguments: &VexArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        VexVerb::Show(show) => shown(show),
        VexVerb::Add(add) => added(add),
        VexVerb::Convert(convert) => converted(convert),
    }
}

fn shown(arguments: &VexShowArguments) -> anyhow::Result<ExitCode> {
    let documents = read_all_vex(&arguments.files)?;
    let text = if arguments.json {
        let plain: Vec<_> = documents.iter().map(|(_, document)| document).collect();
        pretty_json(&plain)?
    } else {
        let shape = console::options(false);
        vex_documents(&documents, &shape)
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn added(arguments: &VexAddArguments) -> anyhow::Result<ExitCode> {
    let now = time(arguments.timestamp.as_deref())?;
    let status: VexStatus = arguments.status.into();
    let (weakness, products) = about(arguments)?;
    let statement = VexStatement {
        justification: arguments.justification.map(Into::into),
        impact: arguments
            .why
            .clone()
            .filter(|_| status == VexStatus::NotAffected),
        notes: arguments
            .why
            .clone()
            .filter(|_| status != VexStatus::NotAffected),
        action: arguments.action.clone(),
        ..VexStatement::new(weakness, products, status)
    };
    let unexplained = statement.justification.is_none() && statement.impact.is_none();
    if status == VexStatus::NotAffected && unexplained {
        bail!("say that it is not affected: give `--justification` or `--why`");
    }
    if statement.justification.is_some() && status != VexStatus::NotAffected {
        bail!("use `--justification`: it says why something is `not_affected`");
    }
    if !arguments.file.exists() && arguments.author.is_none() {
        bail!(
            "begin `{}`: name who says it with `--author`",
            arguments.file.display()
        );
    }
    let author = arguments.author.as_deref().unwrap_or_default();
    let document = add_statement(&arguments.file, statement, author, &now)?;
    let (text, _) = write_vex(&document, document.format)?;
    output::stage(&arguments.file, &text)?.map_or(Ok(()), output::Aside::persist)?;
    console::say(&format!(
        "statements in `{}`: {}",
        arguments.file.display(),
        document.statements.len()
    ));
    Ok(ExitCode::Admitted)
}

fn about(arguments: &VexAddArguments) -> anyhow::Result<(Weakness, Vec<VexProduct>)> {
    if let (Some(rule), Some(artifact)) = (&arguments.rule, &arguments.artifact) {
        let (weakness, product) = about_finding(rule, artifact)?;
        return Ok((weakness, vec![product]));
    }
    let named = |purl: &String| {
        if !purl.starts_with("pkg:") {
            bail!("use `{purl}`: give a package URL, for instance `pkg:pypi/requests@2.19.1`");
        }
        Ok(VexProduct {
            id: purl.clone(),
            ..VexProduct::default()
        })
    };
    let parts: Vec<VexProduct> = arguments
        .part
        .iter()
        .map(named)
        .collect::<anyhow::Result<_>>()?;
    let products = arguments
        .product
        .iter()
        .map(|purl| {
            Ok(VexProduct {
                parts: parts.clone(),
                ..named(purl)?
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let weakness = Weakness {
        name: arguments.weakness.clone().unwrap_or_default(),
        ..Weakness::default()
    };
    Ok((weakness, products))
}

fn converted(arguments: &VexConvertArguments) -> anyhow::Result<ExitCode> {
    let mut document = read_vex(&arguments.file)?;
    if let Some(namespace) = &arguments.namespace {
        document.namespace = Some(namespace.clone());
    }
    if document.issued.is_none() {
        document.issued = Some(time(arguments.timestamp.as_deref())?);
    }
    let (text, losses) = write_vex(&document, arguments.to.into())?;
    match &arguments.output {
        Some(file) => output::stage(file, &text)?.map_or(Ok(()), output::Aside::persist)?,
        None => output::print(&text)?,
    }
    for (what, count) in losses.iter() {
        console::say(&format!("lost: {what} ({count})"));
    }
    Ok(ExitCode::Admitted)
}

/// The time as typed, or now.
fn time(given: Option<&str>) -> anyhow::Result<String> {
    match given {
        None | Some("now") => clock::now().context("read the clock"),
        Some(text) if Moment::parse(text).is_some() => Ok(text.to_owned()),
        Some(text) => bail!("use the time `{text}`: write it as 2026-01-02T03:04:05Z"),
    }
}
