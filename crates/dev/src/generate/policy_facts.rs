//! The facts that policies judge, gate by gate, out of their types.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use waybill_domain::Gate;
use waybill_domain::facts::{Record, Shape};

use super::Page;

pub(super) fn page() -> Page {
    let mut body = String::from(
        "What the conditions of a [policy](../concepts/policy.md) can see. Every field has a value: text that is not known \
         is `\"\"`, a number that is not known is 0 unless its line says otherwise. In a document for `waybill policy check \
         --facts`, fields may be left out; a field that the gate does not know is refused.\n",
    );
    let mut parts: BTreeMap<&str, &Record> = BTreeMap::new();
    for gate in Gate::ALL {
        let record = gate.record();
        let _ = write!(body, "\n## Gate `{gate}`\n\n{}\n\n", record.about.trim());
        table(record, &mut body, &mut parts);
    }
    body.push_str("\n# Records\n\nA rule judges each of them if it says `on = \"NAME\"`.\n");
    for (name, record) in &parts.clone() {
        let _ = write!(body, "\n## `{name}`\n\n{}\n\n", record.about.trim());
        table(record, &mut body, &mut parts);
    }
    Page::reference("policy-facts", "Facts of policies", &body)
}

fn table<'r>(record: &'r Record, body: &mut String, parts: &mut BTreeMap<&'r str, &'r Record>) {
    body.push_str("| field | type | what it says |\n|---|---|---|\n");
    for field in record.fields {
        let shape = match field.shape {
            Shape::Bool => "bool".to_owned(),
            Shape::Int => "int".to_owned(),
            Shape::Number => "double".to_owned(),
            Shape::Text => "string".to_owned(),
            Shape::Word(words) => words
                .iter()
                .map(|word| format!("`\"{word}\"`"))
                .collect::<Vec<_>>()
                .join(", "),
            Shape::Texts => "list of strings".to_owned(),
            Shape::One(inner) => {
                parts.insert(inner.name, inner);
                format!("[`{0}`](#{0})", inner.name)
            }
            Shape::Many(inner) => {
                parts.insert(inner.name, inner);
                format!("list of [`{0}`](#{0})", inner.name)
            }
        };
        let about = field.about.trim().replace('|', "\\|");
        let _ = writeln!(body, "| `{}` | {shape} | {about} |", field.name);
    }
}
