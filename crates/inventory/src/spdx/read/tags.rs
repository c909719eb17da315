//! Tags and values as the JSON that they stand for (SPDX 2.3, clause 6 to 12).

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value, json};

use super::intake::Intake;
use crate::bill::{BillError, BillLimits};

/// Hands on what a document lists, and returns the rest; lines that are neither are left out.
pub(super) fn split(
    reader: &mut dyn Read,
    limits: &BillLimits,
    intake: &mut Intake,
) -> Result<Map<String, Value>, BillError> {
    let mut lines = Lines {
        reader: BufReader::with_capacity(CHUNK_BYTES, reader),
        offset: 0,
        limits: *limits,
    };
    let mut making = Making::default();
    while let Some(line) = lines.next(0)? {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let value = match value.strip_prefix("<text>") {
            Some(start) => lines.text(start)?,
            None => value.to_owned(),
        };
        making.tag(tag.trim(), value);
        if making.waiting >= BATCH_ELEMENTS {
            making.hand(intake)?;
        }
    }
    making.finish(intake)
}

const CHUNK_BYTES: usize = 1 << 20;
/// Elements that are read at a time: enough to keep all cores busy for some milliseconds.
const BATCH_ELEMENTS: usize = 1024;

struct Lines<'r> {
    reader: BufReader<&'r mut dyn Read>,
    offset: u64,
    limits: BillLimits,
}

impl Lines<'_> {
    /// The next line without its end; `taken` bytes belong to the same value.
    fn next(&mut self, taken: usize) -> Result<Option<String>, BillError> {
        let most = self.limits.element_bytes.saturating_sub(taken);
        let mut bytes = Vec::new();
        let read = (&mut self.reader)
            .take((most as u64).saturating_add(1))
            .read_until(b'\n', &mut bytes)?;
        if read > most {
            return Err(self.exceeded(self.limits.element_bytes as u64, "bytes in one element"));
        }
        if read == 0 {
            return Ok(None);
        }
        if self.offset == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        self.offset = self.offset.saturating_add(read as u64);
        if self.offset > self.limits.bytes {
            return Err(self.exceeded(self.limits.bytes, "bytes"));
        }
        let mut line = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(Some(line))
    }

    fn exceeded(&self, limit: u64, unit: &'static str) -> BillError {
        BillError::Limit {
            offset: self.offset,
            limit,
            unit,
        }
    }

    /// A text over several lines, up to its end.
    fn text(&mut self, start: &str) -> Result<String, BillError> {
        const END: &str = "</text>";
        if let Some((text, _)) = start.split_once(END) {
            return Ok(text.to_owned());
        }
        let mut all = start.to_owned();
        while let Some(line) = self.next(all.len())? {
            all.push('\n');
            if let Some((text, _)) = line.split_once(END) {
                all.push_str(text);
                break;
            }
            all.push_str(&line);
        }
        Ok(all)
    }
}

/// A list and its element at hand.
type Current = (&'static str, Map<String, Value>);

#[derive(Default)]
struct Making {
    document: Map<String, Value>,
    creation: Map<String, Value>,
    /// The package, file, licence, snippet or annotation at hand.
    current: Option<Current>,
    /// The relationship at hand, which may stand within any of them.
    relationship: Option<Map<String, Value>>,
    lists: Vec<List>,
    /// Elements that wait to be handed on.
    waiting: usize,
}

struct List {
    key: &'static str,
    first: usize,
    elements: Vec<Value>,
}

impl Making {
    fn tag(&mut self, tag: &str, value: String) {
        match tag {
            "PackageName" => self.begin("packages", "name", value),
            "FileName" => self.begin("files", "fileName", value),
            "LicenseID" => self.begin("hasExtractedLicensingInfos", "licenseId", value),
            "SnippetSPDXID" => self.begin("snippets", "SPDXID", value),
            "Annotator" => self.begin("annotations", "annotator", value),
            "Creator" => push(&mut self.creation, "creators", value.into()),
            "Created" => put(&mut self.creation, "created", value),
            "CreatorComment" => put(&mut self.creation, "comment", value),
            "LicenseListVersion" => put(&mut self.creation, "licenseListVersion", value),
            "SPDXVersion" => put(&mut self.document, "spdxVersion", value),
            "DataLicense" => put(&mut self.document, "dataLicense", value),
            "DocumentName" => put(&mut self.document, "name", value),
            "DocumentNamespace" => put(&mut self.document, "documentNamespace", value),
            "DocumentComment" => put(&mut self.document, "comment", value),
            "ExternalDocumentRef" => {
                push(&mut self.document, "externalDocumentRefs", value.into());
            }
            "Relationship" => self.relationship(&value),
            _ => self.field(tag, value),
        }
    }

    fn begin(&mut self, list: &'static str, key: &str, value: String) {
        self.end();
        let mut object = Map::new();
        put(&mut object, key, value);
        self.current = Some((list, object));
    }

    fn end(&mut self) {
        if let Some((list, object)) = self.current.take() {
            self.push(list, Value::Object(object));
        }
    }

    fn push(&mut self, key: &'static str, value: Value) {
        self.waiting = self.waiting.saturating_add(1);
        match self.lists.iter_mut().find(|list| list.key == key) {
            Some(list) => list.elements.push(value),
            None => self.lists.push(List {
                key,
                first: 0,
                elements: vec![value],
            }),
        }
    }

    fn relationship(&mut self, value: &str) {
        self.end_relationship();
        let mut words = value.split_whitespace();
        if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
            self.relationship = Some(Map::from_iter([
                ("spdxElementId".to_owned(), from.into()),
                ("relationshipType".to_owned(), kind.into()),
                ("relatedSpdxElement".to_owned(), to.into()),
            ]));
        }
    }

    fn end_relationship(&mut self) {
        if let Some(relationship) = self.relationship.take() {
            self.push("relationships", Value::Object(relationship));
        }
    }

    fn field(&mut self, tag: &str, value: String) {
        if tag == "RelationshipComment" {
            if let Some(relationship) = self.relationship.as_mut() {
                put(relationship, "comment", value);
            }
            return;
        }
        let Some((_, object)) = self.current.as_mut() else {
            put(&mut self.document, tag, value);
            return;
        };
        match tag {
            "PackageChecksum" | "FileChecksum" => {
                if let Some((algorithm, digits)) = value.split_once(':') {
                    let checksum = json!({
                        "algorithm": algorithm.trim(), "checksumValue": digits.trim(),
                    });
                    push(object, "checksums", checksum);
                }
            }
            "ExternalRef" => {
                let mut words = value.splitn(3, char::is_whitespace);
                if let (Some(category), Some(kind), Some(locator)) =
                    (words.next(), words.next(), words.next())
                {
                    let reference = json!({
                        "referenceCategory": category,
                        "referenceType": kind,
                        "referenceLocator": locator.trim(),
                    });
                    push(object, "externalRefs", reference);
                }
            }
            "PackageLicenseInfoFromFiles"
            | "LicenseInfoInFile"
            | "FileType"
            | "PackageAttributionText"
            | "LicenseCrossReference" => {
                push(object, member(tag), value.into());
            }
            _ => put(object, member(tag), value),
        }
    }

    /// Hands on the elements that wait.
    fn hand(&mut self, intake: &mut Intake) -> Result<(), BillError> {
        self.waiting = 0;
        for list in &mut self.lists {
            let elements = std::mem::take(&mut list.elements);
            let first = list.first;
            list.first = first.saturating_add(elements.len());
            intake.values(list.key, first, elements)?;
        }
        Ok(())
    }

    fn finish(mut self, intake: &mut Intake) -> Result<Map<String, Value>, BillError> {
        self.end();
        self.end_relationship();
        self.hand(intake)?;
        if !self.creation.is_empty() {
            self.document
                .insert("creationInfo".to_owned(), Value::Object(self.creation));
        }
        Ok(self.document)
    }
}

/// The member of JSON that a tag is.
fn member(tag: &str) -> &str {
    match tag {
        "PackageVersion" => "versionInfo",
        "PackageFileName" => "packageFileName",
        "PackageSupplier" => "supplier",
        "PackageOriginator" => "originator",
        "PackageDownloadLocation" => "downloadLocation",
        "FilesAnalyzed" => "filesAnalyzed",
        "PackageVerificationCode" => "packageVerificationCode",
        "PackageHomePage" => "homepage",
        "PackageSourceInfo" => "sourceInfo",
        "PackageLicenseConcluded" | "LicenseConcluded" => "licenseConcluded",
        "PackageLicenseInfoFromFiles" => "licenseInfoFromFiles",
        "PackageLicenseDeclared" => "licenseDeclared",
        "PackageLicenseComments" | "LicenseComments" => "licenseComments",
        "PackageCopyrightText" | "FileCopyrightText" => "copyrightText",
        "PackageSummary" => "summary",
        "PackageDescription" => "description",
        "PackageComment" | "FileComment" | "LicenseComment" => "comment",
        "PackageAttributionText" => "attributionTexts",
        "PrimaryPackagePurpose" => "primaryPackagePurpose",
        "ReleaseDate" => "releaseDate",
        "BuiltDate" => "builtDate",
        "ValidUntilDate" => "validUntilDate",
        "LicenseInfoInFile" => "licenseInfoInFiles",
        "FileType" => "fileTypes",
        "ExtractedText" => "extractedText",
        "LicenseName" => "name",
        "LicenseCrossReference" => "seeAlsos",
        "AnnotationDate" => "annotationDate",
        "AnnotationType" => "annotationType",
        "AnnotationComment" => "comment",
        "SPDXREF" => "spdxElementId",
        other => other,
    }
}

fn put(object: &mut Map<String, Value>, key: &str, value: String) {
    object.insert(key.to_owned(), Value::String(value));
}

fn push(object: &mut Map<String, Value>, key: &str, value: Value) {
    match object
        .entry(key)
        .or_insert_with(|| Value::Array(Vec::new()))
    {
        Value::Array(items) => items.push(value),
        other => *other = Value::Array(vec![value]),
    }
}
