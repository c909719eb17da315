//! Tables and records in text: their columns, and how many there are if that costs nothing.

use waybill_domain::inventory::DatasetFacts;
use waybill_source::document::{self, DocumentLimits};

use super::{ArtifactFacts, HEAD_BYTES, Nature};

/// Columns that are listed.
const MOST_FIELDS: usize = 500;

pub(super) fn read(path: &str, head: &[u8], length: u64) -> Option<ArtifactFacts> {
    let lower = path.to_lowercase();
    let format = [
        (".csv", "csv"),
        (".tsv", "tsv"),
        (".jsonl", "jsonl"),
        (".ndjson", "jsonl"),
    ]
    .into_iter()
    .find(|(ending, _)| lower.ends_with(ending))
    .map(|(_, format)| format)
    .or_else(|| compressed(&lower, head))?;
    let mut dataset = DatasetFacts {
        formats: vec![format.to_owned()],
        ..DatasetFacts::default()
    };
    let packed = head.starts_with(b"\x1f\x8b") || head.starts_with(b"\x28\xb5\x2f\xfd");
    if !packed {
        let text = String::from_utf8_lossy(head);
        let whole = length <= HEAD_BYTES as u64;
        describe(format, &text, whole, &mut dataset);
    }
    Some(ArtifactFacts {
        format: format.to_owned(),
        nature: Nature::Data,
        dataset,
        ..ArtifactFacts::default()
    })
}

fn compressed(lower: &str, head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"\x1f\x8b") && !head.starts_with(b"\x28\xb5\x2f\xfd") {
        return None;
    }
    let inner = lower
        .strip_suffix(".gz")
        .or_else(|| lower.strip_suffix(".zst"))?;
    [
        (".csv", "csv"),
        (".tsv", "tsv"),
        (".jsonl", "jsonl"),
        (".json", "json"),
    ]
    .into_iter()
    .find(|(ending, _)| inner.ends_with(ending))
    .map(|(_, format)| format)
}

fn describe(format: &str, text: &str, whole: bool, dataset: &mut DatasetFacts) {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else {
        return;
    };
    if format == "jsonl" {
        let record = document::json(first, &DocumentLimits::default());
        dataset.fields = record
            .root()
            .map(|root| root.entries().iter().map(|(name, _, _)| name.clone()))
            .into_iter()
            .flatten()
            .take(MOST_FIELDS)
            .collect();
        dataset.records = whole.then(|| 1 + lines.count() as u64);
        return;
    }
    let separator = match format {
        "tsv" => '\t',
        _ if first.matches(';').count() > first.matches(',').count() => ';',
        _ => ',',
    };
    dataset.kinds = vec!["tabular".to_owned()];
    let fields = split(first.trim_start_matches('\u{feff}'), separator);
    // A first line with a number in it is a record.
    let header = fields.iter().all(|field| field.parse::<f64>().is_err());
    if header {
        dataset.fields = fields.into_iter().take(MOST_FIELDS).collect();
        // Line breaks within quotes would make more lines than records.
        dataset.records = (whole && !text.contains('"')).then(|| lines.count() as u64);
    }
}

fn split(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        if letter == '"' {
            quoted = !quoted;
        } else if letter == separator && !quoted {
            fields.push(String::new());
        } else if let Some(field) = fields.last_mut() {
            field.push(letter);
        }
    }
    fields.iter().map(|field| field.trim().to_owned()).collect()
}
