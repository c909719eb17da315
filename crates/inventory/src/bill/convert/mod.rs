//! A bill put into another version or another standard.
//!
//! Between versions of CycloneDX the document itself is carried over: nothing of it is lost on the
//! way up, and on the way down only what the older schema has no place for. From one standard to
//! the other the bill goes through an inventory; what that cannot hold, and what does not come
//! back when the result is read again, is listed.

#[cfg(test)]
mod tests;
mod unwritten;

use std::io::{Cursor, Read};

use serde_json::{Map, Value};
use waybill_domain::bill::{
    AlterationKind, Alterations, BillFormat, Conversion, DocumentFacts, Lacking, Problems,
};

use super::{
    BillError, BillLimits, CycloneDxVersion, Lifecycle, ReadBill, WriteOptions, read,
    reading::is_spdx,
};
use crate::{
    cyclonedx::{
        self, Document, SpecVersion,
        fitting::{Dangling, fitted},
    },
    spdx,
};

/// What a bill can be put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// CycloneDX JSON.
    CycloneDx(SpecVersion),
    /// SPDX 2.3 JSON.
    Spdx23,
    /// SPDX 3.0.1 JSON-LD.
    Spdx301,
}

impl Target {
    const fn format(self) -> BillFormat {
        match self {
            Self::CycloneDx(_) => BillFormat::CyclonedxJson,
            Self::Spdx23 => BillFormat::SpdxJson,
            Self::Spdx301 => BillFormat::SpdxJsonLd,
        }
    }

    const fn version(self) -> &'static str {
        match self {
            Self::CycloneDx(version) => version.as_str(),
            Self::Spdx23 => "2.3",
            Self::Spdx301 => "3.0.1",
        }
    }
}

/// A bill in its new form.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// The document, ending in a line break.
    pub text: String,
    /// What became of what the original says.
    pub conversion: Conversion,
}

/// Puts a bill of any format that [`read`] knows into another. The same bill and options give the
/// same bytes. The options are for bills that go from one standard to the other; a date or a
/// lifecycle that they leave open is that of the original.
///
/// # Errors
///
/// If the bill cannot be read, or nothing of it fits the target.
pub fn convert(
    reader: &mut dyn Read,
    target: Target,
    options: &WriteOptions,
    limits: &BillLimits,
) -> Result<Converted, BillError> {
    let mut source = Source::new(reader)?;
    if let (Target::CycloneDx(version), Some(format)) = (target, source.cyclonedx()) {
        return within(&mut source.whole(), format, version, limits);
    }
    let bill = read(&mut source.whole(), limits)?;
    across(bill, target, options, limits)
}

/// A bill whose first bytes were looked at.
pub(super) struct Source<'r> {
    start: Vec<u8>,
    reader: &'r mut dyn Read,
}

impl<'r> Source<'r> {
    pub(super) fn new(reader: &'r mut dyn Read) -> Result<Self, BillError> {
        const SNIFF_BYTES: u64 = 64 << 10;
        let mut start = Vec::new();
        (&mut *reader).take(SNIFF_BYTES).read_to_end(&mut start)?;
        Ok(Self { start, reader })
    }

    /// The format, if it is one of CycloneDX.
    pub(super) fn cyclonedx(&self) -> Option<BillFormat> {
        let text = String::from_utf8_lossy(&self.start);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('<') {
            return Some(BillFormat::CyclonedxXml);
        }
        (text.starts_with('{') && !is_spdx(text)).then_some(BillFormat::CyclonedxJson)
    }

    pub(super) fn whole(&mut self) -> impl Read {
        Cursor::new(std::mem::take(&mut self.start)).chain(&mut *self.reader)
    }
}

/// A document of CycloneDX in the version asked for.
pub(super) struct Carried {
    pub(super) members: Map<String, Value>,
    pub(super) from: SpecVersion,
    pub(super) alterations: Alterations,
    pub(super) problems: Problems,
}

pub(super) fn carried(
    reader: &mut dyn Read,
    format: BillFormat,
    version: SpecVersion,
    limits: &BillLimits,
) -> Result<Carried, BillError> {
    let (document, problems, foreign) = if format == BillFormat::CyclonedxXml {
        Document::read_xml_noting(reader, limits)?
    } else {
        let (document, problems) = Document::read(reader, limits)?;
        (document, problems, Vec::new())
    };
    let from = document.version();
    let fitting = fitted(document.into_members(), version, Dangling::Stay, limits)?;
    let mut alterations = fitting.alterations;
    for name in foreign {
        alterations.add(format!("/{name}"), AlterationKind::Dropped, None, 1);
    }
    Ok(Carried {
        members: fitting.members,
        from,
        alterations,
        problems,
    })
}

fn within(
    reader: &mut dyn Read,
    format: BillFormat,
    version: SpecVersion,
    limits: &BillLimits,
) -> Result<Converted, BillError> {
    let carried = carried(reader, format, version, limits)?;
    Ok(Converted {
        text: pretty(&Value::Object(carried.members)),
        conversion: Conversion {
            from: format,
            from_version: carried.from.as_str().to_owned(),
            to: BillFormat::CyclonedxJson,
            to_version: version.as_str().to_owned(),
            alterations: carried.alterations.into_list(),
            unwritten: std::collections::BTreeMap::new(),
            lacking: Vec::new(),
            problems: carried.problems,
        },
    })
}

pub(super) fn pretty(document: &Value) -> String {
    // Writing strings and numbers under string keys into memory does not fail.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// From one standard to the other, through the inventory.
pub(super) fn across(
    bill: ReadBill,
    target: Target,
    options: &WriteOptions,
    limits: &BillLimits,
) -> Result<Converted, BillError> {
    let options = completed(options, &bill.document);
    let mut lacking = Vec::new();
    let mut spdx = |written: spdx::Written| {
        lacking = written
            .gaps
            .into_iter()
            .map(|gap| Lacking {
                component: gap.component.0,
                field: gap.field.to_owned(),
            })
            .collect();
        lacking.sort();
        written.text
    };
    let text = match target {
        Target::CycloneDx(version) => cyclonedx_text(&bill, version, &options, limits)?,
        Target::Spdx23 => spdx(spdx::write_2_3(&bill.inventory, &options)),
        Target::Spdx301 => spdx(spdx::write_3_0_1(&bill.inventory, &options)),
    };
    let again = read(&mut text.as_bytes(), limits)?;
    let mut alterations = Alterations::default();
    for (pointer, count) in &bill.unmapped {
        alterations.add(pointer.clone(), AlterationKind::Dropped, None, *count);
    }
    Ok(Converted {
        conversion: Conversion {
            from: bill.document.format,
            from_version: bill.document.version.clone(),
            to: target.format(),
            to_version: target.version().to_owned(),
            alterations: alterations.into_list(),
            unwritten: unwritten::unwritten(&bill, &again),
            lacking,
            problems: bill.problems,
        },
        text,
    })
}

fn cyclonedx_text(
    bill: &ReadBill,
    version: SpecVersion,
    options: &WriteOptions,
    limits: &BillLimits,
) -> Result<String, BillError> {
    let written = WriteOptions {
        version: if version == SpecVersion::V1_7 {
            CycloneDxVersion::V1_7
        } else {
            CycloneDxVersion::V1_6
        },
        ..options.clone()
    };
    let text = cyclonedx::write(&bill.inventory, &written);
    if version >= SpecVersion::V1_6 {
        return Ok(text);
    }
    let (document, _) = Document::read(&mut text.as_bytes(), limits)?;
    let fitting = fitted(document.into_members(), version, Dangling::Stay, limits)?;
    Ok(pretty(&Value::Object(fitting.members)))
}

/// What the caller left open, as the original has it.
fn completed(options: &WriteOptions, document: &DocumentFacts) -> WriteOptions {
    const KNOWN: [Lifecycle; 4] = [
        Lifecycle::PreBuild,
        Lifecycle::Build,
        Lifecycle::PostBuild,
        Lifecycle::Operations,
    ];
    let lifecycle = document.contexts.iter().find_map(|context| {
        KNOWN
            .into_iter()
            .find(|known| [known.as_str(), known.sbom_kind()].contains(&context.as_str()))
    });
    WriteOptions {
        timestamp: options
            .timestamp
            .clone()
            .or_else(|| document.timestamp.clone()),
        lifecycle,
        ..options.clone()
    }
}
