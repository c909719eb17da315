//! `waybill.exceptions.toml`.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use thiserror::Error;
use toml::Spanned;
use waybill_domain::{Date, Exception, ExceptionScope};

use crate::rules::{Places, PolicyFault, is_name, toml_text};

/// Days that an exception may last, unless `waybill.toml` says otherwise.
pub const MOST_DAYS: u32 = 366;
/// Exceptions of one file.
const MOST: usize = 10_000;

/// Exceptions that cannot be used; none of the file is then in force.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ExceptionsError {
    /// Everything that is wrong.
    pub faults: Vec<PolicyFault>,
}

impl std::fmt::Display for ExceptionsError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("use the exceptions")?;
        for (index, fault) in self.faults.iter().enumerate() {
            let between = if index == 0 { ": " } else { "\n  " };
            write!(formatter, "{between}{fault}")?;
        }
        Ok(())
    }
}

/// The exceptions of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// In the order of the file; no id occurs twice.
    pub list: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    version: Spanned<i64>,
    #[serde(default, rename = "exception")]
    exceptions: Vec<ExceptionText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExceptionText {
    id: Spanned<String>,
    owner: String,
    reason: String,
    approver: String,
    #[serde(deserialize_with = "day")]
    created: Date,
    #[serde(deserialize_with = "day")]
    expires: Date,
    digest: Option<String>,
    rule: Option<String>,
    rule_set: Option<String>,
    path: Option<String>,
    component: Option<String>,
    advisory: Option<String>,
}

/// A day in quotes, or as TOML writes dates.
fn day<'de, D: Deserializer<'de>>(reader: D) -> Result<Date, D::Error> {
    let value = toml::Value::deserialize(reader)?;
    let text = match &value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(date) => date.to_string(),
        _ => String::new(),
    };
    Date::parse(&text).map_err(serde::de::Error::custom)
}

impl Exceptions {
    /// Reads the text of a file; `most_days` is how long an exception may last.
    ///
    /// # Errors
    /// [`ExceptionsError`] naming line and exception of all that is wrong.
    pub fn parse(file: &str, text: &str, most_days: u32) -> Result<Self, ExceptionsError> {
        let places = Places { file, text };
        let read: FileText = toml_text(&places).map_err(|error| ExceptionsError {
            faults: error.faults,
        })?;
        let mut faults = Vec::new();
        if *read.version.get_ref() != 1 {
            let reason = format!("version {} is not known here", read.version.get_ref());
            faults.push(places.fault(read.version.span().start, None, reason));
        }
        if read.exceptions.len() > MOST {
            let reason = format!("it has more than {MOST} exceptions");
            faults.push(places.fault(0, None, reason));
        }
        let mut ids = BTreeSet::new();
        let mut list = Vec::new();
        for exception in read.exceptions {
            let at = exception.id.span().start;
            let exception = exception.into_exception();
            let twice = !ids.insert(exception.id.clone());
            let twice = twice.then(|| "two exceptions have this id".to_owned());
            for reason in twice.into_iter().chain(wrong(&exception, most_days)) {
                faults.push(places.fault(at, Some(&exception.id), reason));
            }
            list.push(exception);
        }
        match faults.is_empty() {
            true => Ok(Self { list }),
            false => Err(ExceptionsError { faults }),
        }
    }
}

impl ExceptionText {
    fn into_exception(self) -> Exception {
        Exception {
            id: self.id.into_inner(),
            owner: self.owner,
            reason: self.reason,
            approver: self.approver,
            created: self.created,
            expires: self.expires,
            scope: ExceptionScope {
                digest: self
                    .digest
                    .map(|digest| digest.trim_start_matches("sha256:").to_lowercase()),
                rule: self.rule,
                rule_set: self.rule_set,
                path: self.path,
                component: self.component,
                advisory: self.advisory,
            },
        }
    }
}

/// What is wrong with one.
fn wrong(exception: &Exception, most_days: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |holds: bool, reason: String| {
        if !holds {
            wrong.push(reason);
        }
    };
    say(
        is_name(&exception.id.to_ascii_lowercase()),
        "its id has to be letters, digits and hyphens".to_owned(),
    );
    let people = [
        ("owner", &exception.owner),
        ("reason", &exception.reason),
        ("approver", &exception.approver),
    ];
    for (name, said) in people {
        say(!said.trim().is_empty(), format!("its {name} is empty"));
    }
    let days = exception.expires.days_since(exception.created);
    say(days >= 0, "it expires before it was created".to_owned());
    say(
        days <= i64::from(most_days),
        format!("it lasts {days} days, and may last {most_days}"),
    );
    let scope = &exception.scope;
    let named = scope.digest.is_some()
        || scope.component.is_some()
        || scope.advisory.is_some()
        || (scope.rule.is_some() && scope.path.is_some());
    say(
        named,
        "it has to name a digest, a rule with a path, a component or an advisory".to_owned(),
    );
    if let Some(digest) = &scope.digest {
        let hexadecimal = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        say(
            hexadecimal,
            "its digest is no SHA-256 in 64 hexadecimal digits".to_owned(),
        );
    }
    let exact = [
        ("rule", &scope.rule),
        ("rule-set", &scope.rule_set),
        ("component", &scope.component),
        ("advisory", &scope.advisory),
    ];
    for (name, value) in exact {
        let Some(value) = value else { continue };
        say(
            !value.trim().is_empty() && !value.contains(['*', '?']),
            format!("its {name} has to be one exact name"),
        );
    }
    if let Some(path) = &scope.path {
        let folder = path.strip_suffix("/**").unwrap_or(path);
        say(
            !folder.trim_matches(['/', '.']).is_empty()
                && !folder.contains(['*', '?'])
                && folder.split(['/', '\\']).all(|step| step != ".."),
            "its path has to be one artifact, or one folder with `/**` behind it".to_owned(),
        );
    }
    wrong
}
