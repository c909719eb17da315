//! Large bills in the standards that Waybill reads: many components that depend on each other.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;

const COMPONENTS: usize = 200_000;
const SUPPLIERS: usize = 1000;

/// What a bill is written in.
#[derive(Clone, Copy)]
pub(super) enum Standard {
    CycloneDx,
    Spdx2,
    Spdx3,
}

impl Standard {
    pub(super) const ALL: [Self; 3] = [Self::CycloneDx, Self::Spdx2, Self::Spdx3];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CycloneDx => "bill in CycloneDX",
            Self::Spdx2 => "bill in SPDX 2.3",
            Self::Spdx3 => "bill in SPDX 3.0.1",
        }
    }
}

/// Writes a bill; `shift` changes every hundredth version.
pub(super) fn write(path: &Path, standard: Standard, shift: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    match standard {
        Standard::CycloneDx => cyclonedx(&mut out, shift)?,
        Standard::Spdx2 => spdx_2(&mut out, shift)?,
        Standard::Spdx3 => spdx_3(&mut out, shift)?,
    }
    out.flush()?;
    Ok(())
}

struct Part {
    name: String,
    version: String,
    /// The part that it needs, as name and version joined by `@`.
    needs: String,
    comma: &'static str,
}

fn parts(shift: usize) -> impl Iterator<Item = (usize, Part)> {
    let name = |index: usize| format!("library-of-some-length-{index}");
    let version = move |index: usize| {
        let minor = if index.is_multiple_of(100) { shift } else { 0 };
        format!("1.{minor}.0")
    };
    (0..COMPONENTS).map(move |index| {
        let next = (index + 1) % COMPONENTS;
        let part = Part {
            name: name(index),
            version: version(index),
            needs: format!("{}@{}", name(next), version(next)),
            comma: if index == 0 { "" } else { "," },
        };
        (index, part)
    })
}

fn padding(sentences: usize) -> String {
    "A sentence about what this library does and for whom it does it. ".repeat(sentences)
}

fn cyclonedx(out: &mut impl Write, shift: usize) -> Result<()> {
    write!(
        out,
        "{{\"$schema\":\"http://cyclonedx.org/schema/bom-1.6.schema.json\",\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"serialNumber\":\"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79\",\"version\":1,\"components\":["
    )?;
    let padding = padding(12);
    for (index, part) in parts(shift) {
        let Part {
            name,
            version,
            comma,
            ..
        } = part;
        write!(
            out,
            "{comma}{{\"type\":\"library\",\"bom-ref\":\"pkg:pypi/{name}@{version}\",\"name\":\"{name}\",\"version\":\"{version}\",\"purl\":\"pkg:pypi/{name}@{version}\",\"description\":\"{padding}\",\"hashes\":[{{\"alg\":\"SHA-256\",\"content\":\"{index:064x}\"}}],\"licenses\":[{{\"license\":{{\"id\":\"Apache-2.0\"}}}}],\"supplier\":{{\"name\":\"Supplier {}\"}},\"externalReferences\":[{{\"type\":\"website\",\"url\":\"https://libraries.example/{name}\"}}]}}",
            index % SUPPLIERS
        )?;
    }
    write!(out, "],\"dependencies\":[")?;
    for (_, part) in parts(shift) {
        write!(
            out,
            "{}{{\"ref\":\"pkg:pypi/{}@{}\",\"dependsOn\":[\"pkg:pypi/{}\"]}}",
            part.comma, part.name, part.version, part.needs
        )?;
    }
    writeln!(out, "]}}")?;
    Ok(())
}

fn spdx_2(out: &mut impl Write, shift: usize) -> Result<()> {
    write!(
        out,
        "{{\"spdxVersion\":\"SPDX-2.3\",\"dataLicense\":\"CC0-1.0\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"name\":\"large\",\"documentNamespace\":\"https://bills.example/large\",\"creationInfo\":{{\"created\":\"2026-01-02T03:04:05Z\",\"creators\":[\"Tool: generator-1.0\"]}},\"packages\":["
    )?;
    let padding = padding(8);
    for (index, part) in parts(shift) {
        let Part {
            name,
            version,
            comma,
            ..
        } = part;
        write!(
            out,
            "{comma}{{\"SPDXID\":\"SPDXRef-{name}-{version}\",\"name\":\"{name}\",\"versionInfo\":\"{version}\",\"supplier\":\"Organization: Supplier {}\",\"downloadLocation\":\"https://libraries.example/{name}.tar.gz\",\"filesAnalyzed\":false,\"homepage\":\"https://libraries.example/{name}\",\"checksums\":[{{\"algorithm\":\"SHA256\",\"checksumValue\":\"{index:064x}\"}}],\"licenseConcluded\":\"NOASSERTION\",\"licenseDeclared\":\"Apache-2.0\",\"copyrightText\":\"NOASSERTION\",\"description\":\"{padding}\",\"primaryPackagePurpose\":\"LIBRARY\",\"externalRefs\":[{{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:pypi/{name}@{version}\"}}]}}",
            index % SUPPLIERS
        )?;
    }
    write!(out, "],\"relationships\":[")?;
    for (_, part) in parts(shift) {
        write!(
            out,
            "{}{{\"spdxElementId\":\"SPDXRef-{}-{}\",\"relationshipType\":\"DEPENDS_ON\",\"relatedSpdxElement\":\"SPDXRef-{}\"}}",
            part.comma,
            part.name,
            part.version,
            part.needs.replace('@', "-")
        )?;
    }
    writeln!(out, "]}}")?;
    Ok(())
}

/// Every package is followed by two relationships, as one that declares its licence is needed.
fn spdx_3(out: &mut impl Write, shift: usize) -> Result<()> {
    const SPACE: &str = "https://bills.example/large#";
    let element = |kind: &str, name: &str, rest: &str| {
        format!(
            ",{{\"type\":\"{kind}\",\"spdxId\":\"{SPACE}{name}\",\"creationInfo\":\"_:creation\",{rest}}}"
        )
    };
    write!(
        out,
        "{{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[{{\"type\":\"CreationInfo\",\"@id\":\"_:creation\",\"specVersion\":\"3.0.1\",\"created\":\"2026-01-02T03:04:05Z\",\"createdBy\":[\"{SPACE}supplier-0\"]}}"
    )?;
    for index in 0..SUPPLIERS {
        let rest = format!("\"name\":\"Supplier {index}\"");
        write!(
            out,
            "{}",
            element("Organization", &format!("supplier-{index}"), &rest)
        )?;
    }
    let licence = "\"simplelicensing_licenseExpression\":\"Apache-2.0\"";
    write!(
        out,
        "{}",
        element("simplelicensing_LicenseExpression", "licence", licence)
    )?;
    let padding = padding(4);
    for (index, part) in parts(shift) {
        let Part { name, version, .. } = part;
        let rest = format!(
            "\"name\":\"{name}\",\"description\":\"{padding}\",\"software_primaryPurpose\":\"library\",\"suppliedBy\":\"{SPACE}supplier-{}\",\"verifiedUsing\":[{{\"type\":\"Hash\",\"algorithm\":\"sha256\",\"hashValue\":\"{index:064x}\"}}],\"software_packageVersion\":\"{version}\",\"software_downloadLocation\":\"https://libraries.example/{name}\",\"software_packageUrl\":\"pkg:pypi/{name}@{version}\"",
            index % SUPPLIERS
        );
        let id = format!("{name}@{version}");
        let needs = format!(
            "\"from\":\"{SPACE}{id}\",\"relationshipType\":\"dependsOn\",\"to\":[\"{SPACE}{}\"]",
            part.needs
        );
        let licensed = format!(
            "\"from\":\"{SPACE}{id}\",\"relationshipType\":\"hasDeclaredLicense\",\"to\":[\"{SPACE}licence\"]"
        );
        write!(
            out,
            "{}{}{}",
            element("software_Package", &id, &rest),
            element("Relationship", &format!("needs-{index}"), &needs),
            element("Relationship", &format!("licensed-{index}"), &licensed)
        )?;
    }
    writeln!(out, "]}}")?;
    Ok(())
}
