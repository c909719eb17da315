//! Whatever people write for a licence, as a valid SPDX expression or not at all.

use std::{collections::HashMap, sync::OnceLock};

use spdx::Expression;
use waybill_knowledge::licence_written;

/// The expression that a statement stands for; `None` if it leaves open which licence is meant.
pub(crate) fn expression(written: &str) -> Option<String> {
    let written = written.trim().trim_matches('"').trim();
    if written.len() > 2000 || written.is_empty() {
        return None;
    }
    let written = written.rsplit("::").next().unwrap_or(written).trim();
    if written.to_uppercase().starts_with("SEE LICEN") {
        return None;
    }
    single(written)
        .or_else(|| valid(written))
        .or_else(|| composed(written))
}

/// One licence, by its id in any case or by what people write for it.
fn single(written: &str) -> Option<String> {
    let lower = written.to_lowercase();
    if let Some(id) = ids().get(lower.as_str()) {
        return Some(current(id));
    }
    let form = form(&lower);
    licence_written(&form)
        .or_else(|| licence_written(form.trim_end_matches(['.', ' '])))
        .map(ToOwned::to_owned)
}

/// The form by which the list is looked up.
fn form(lower: &str) -> String {
    let spaced = lower.replace(['-', '_', ','], " ");
    let words = spaced
        .split_whitespace()
        .filter(|word| !matches!(*word, "the" | "license" | "licence" | "licensed" | "under"));
    let form: Vec<&str> = words.collect();
    form.join(" ").trim_end_matches([',', '.']).to_owned()
}

/// Ids of the SPDX list by their lowercase.
fn ids() -> &'static HashMap<String, &'static str> {
    static IDS: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    IDS.get_or_init(|| {
        spdx::identifiers::LICENSES
            .iter()
            .map(|licence| (licence.name.to_lowercase(), licence.name))
            .collect()
    })
}

/// The id that takes the place of a deprecated one.
fn current(id: &str) -> String {
    let plus = id.strip_suffix('+');
    let stem = plus.unwrap_or(id);
    let gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|family| {
        stem.strip_prefix(family).is_some_and(|version| {
            version
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
    });
    match (gnu, plus, id) {
        (true, Some(_), _) => format!("{stem}-or-later"),
        (true, None, _) => format!("{stem}-only"),
        (_, _, "BSD-2-Clause-FreeBSD") => "BSD-2-Clause-Views".to_owned(),
        (_, _, "BSD-2-Clause-NetBSD") => "BSD-2-Clause".to_owned(),
        (_, _, "StandardML-NJ") => "SMLNJ".to_owned(),
        (_, _, "GPL-2.0-with-classpath-exception") => {
            "GPL-2.0-only WITH Classpath-exception-2.0".to_owned()
        }
        (_, _, "GPL-3.0-with-GCC-exception") => "GPL-3.0-only WITH GCC-exception-3.1".to_owned(),
        _ => id.to_owned(),
    }
}

/// An expression as it stands, with ids in their own case and none deprecated.
fn valid(written: &str) -> Option<String> {
    let spaced = written.replace('(', " ( ").replace(')', " ) ");
    let mut words = Vec::new();
    for word in spaced.split_whitespace() {
        let upper = word.to_uppercase();
        let word = match upper.as_str() {
            "AND" | "OR" | "WITH" => upper,
            "(" | ")" => word.to_owned(),
            _ => ids()
                .get(word.to_lowercase().as_str())
                .map_or_else(|| word.to_owned(), |id| current(id)),
        };
        words.push(word);
    }
    let joined = words.join(" ").replace("( ", "(").replace(" )", ")");
    Expression::parse(&joined).ok().map(|_| joined)
}

/// Several licences with words or marks between them. All have to be understood.
fn composed(written: &str) -> Option<String> {
    const MARKS: [(&str, &str); 7] = [
        (" OR ", " OR "),
        (" AND ", " AND "),
        (" or ", " OR "),
        (" and ", " AND "),
        (" / ", " OR "),
        ("/", " OR "),
        (" | ", " OR "),
    ];
    for (mark, operator) in MARKS {
        if !written.contains(mark) {
            continue;
        }
        let parts: Option<Vec<String>> = written
            .split(mark)
            .map(|part| single(part.trim().trim_matches(['(', ')'])))
            .collect();
        if let Some(parts) = parts {
            return Some(parts.join(operator)).filter(|joined| Expression::parse(joined).is_ok());
        }
    }
    None
}

/// The licence whose text stands at a well-known address.
pub(crate) fn from_address(url: &str) -> Option<String> {
    let lower = url.trim().trim_end_matches('/').to_lowercase();
    let rest = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    if let Some(terms) = rest.strip_prefix("creativecommons.org/") {
        let mut parts = terms.split('/');
        let (kind, name, version) = (parts.next()?, parts.next()?, parts.next()?);
        return match (kind, name) {
            ("licenses", name) => expression(&format!("cc-{name}-{version}")),
            ("publicdomain", "zero") => Some("CC0-1.0".to_owned()),
            _ => None,
        };
    }
    let last = rest.rsplit('/').next()?;
    let name = last
        .trim_end_matches(".html")
        .trim_end_matches(".txt")
        .trim_end_matches(".php");
    match rest.split('/').next()? {
        "spdx.org" | "opensource.org" | "choosealicense.com" => expression(name),
        "apache.org" if name == "license-2.0" => Some("Apache-2.0".to_owned()),
        "opendatacommons.org" if rest.contains("odbl") => Some("ODbL-1.0".to_owned()),
        "opendatacommons.org" if rest.contains("pddl") => Some("PDDL-1.0".to_owned()),
        "cdla.dev" if rest.contains("permissive-2") => Some("CDLA-Permissive-2.0".to_owned()),
        _ => None,
    }
}
