//! Tags and values as the JSON that they stand for (SPDX 2.3, clause 6 to 12).

use serde_json::{Map, Value, json};

use super::Parts;

/// Parses a document; lines that are neither are left out.
pub(super) fn parse(text: &str) -> (Map<String, Value>, Parts) {
    let mut making = Making::default();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            continue;
        };
        let mut value = value.trim().to_owned();
        if let Some(start) = value.strip_prefix("<text>") {
            let mut all = start.to_owned();
            while !all.contains("</text>") {
                let Some(next) = lines.next() else {
                    break;
                };
                all.push('\n');
                all.push_str(next);
            }
            value = all.split("</text>").next().unwrap_or_default().to_owned();
        }
        making.tag(tag.trim(), value);
    }
    making.finish()
}

#[derive(Default)]
struct Making {
    document: Map<String, Value>,
    creation: Map<String, Value>,
    /// The package, file, licence, snippet or annotation at hand, by its list.
    current: Option<(&'static str, Map<String, Value>)>,
    parts: Parts,
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

    fn push(&mut self, list: &str, value: Value) {
        match self.parts.iter_mut().find(|(key, _)| key == list) {
            Some((_, values)) => values.push(value),
            None => self.parts.push((list.to_owned(), vec![value])),
        }
    }

    fn relationship(&mut self, value: &str) {
        let mut words = value.split_whitespace();
        if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
            let relationship = json!({
                "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to,
            });
            self.push("relationships", relationship);
        }
    }

    fn field(&mut self, tag: &str, value: String) {
        if tag == "RelationshipComment" {
            if let Some((_, list)) = self
                .parts
                .iter_mut()
                .find(|(key, _)| key == "relationships")
                && let Some(Value::Object(last)) = list.last_mut()
            {
                put(last, "comment", value);
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

    fn finish(mut self) -> (Map<String, Value>, Parts) {
        self.end();
        if !self.creation.is_empty() {
            self.document
                .insert("creationInfo".to_owned(), Value::Object(self.creation));
        }
        for (key, _) in &self.parts {
            self.document.insert(key.clone(), Value::Array(Vec::new()));
        }
        (self.document, self.parts)
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
