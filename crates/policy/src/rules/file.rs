//! The text of a policy, before its expressions mean anything.

use serde::Deserialize;
use toml::Spanned;

use super::{PolicyError, PolicyFault};

/// Bytes of a file of a policy or of its cases.
pub(super) const LARGEST_BYTES: usize = 1 << 20;
/// Rules of one file.
const MOST_RULES: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileText {
    pub(super) version: Spanned<i64>,
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) about: String,
    pub(super) extends: Option<Spanned<String>>,
    #[serde(default, rename = "rule")]
    pub(super) rules: Vec<RuleText>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    pub(super) id: Spanned<String>,
    pub(super) gates: Spanned<Vec<String>>,
    pub(super) on: Option<Spanned<String>>,
    pub(super) when: Spanned<String>,
    pub(super) verdict: Spanned<String>,
    pub(super) message: Spanned<String>,
    #[serde(default)]
    pub(super) answers: Vec<String>,
    pub(super) overrides: Option<Spanned<Vec<String>>>,
    /// True if no policy that extends this one may override the rule.
    #[serde(default)]
    pub(super) fixed: bool,
}

/// Names faults of one file.
pub(crate) struct Places<'t> {
    pub(crate) file: &'t str,
    pub(crate) text: &'t str,
}

impl Places<'_> {
    /// The line, from 1, of an offset in bytes.
    pub(crate) fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The line on which the content of a string begins.
    pub(crate) fn content_line(&self, offset: usize) -> usize {
        let rest = self.text.get(offset..).unwrap_or_default();
        let opened = ["'''\n", "\"\"\"\n", "'''\r\n", "\"\"\"\r\n"]
            .iter()
            .any(|quotes| rest.starts_with(quotes));
        self.line(offset) + usize::from(opened)
    }

    pub(crate) fn fault(
        &self,
        offset: usize,
        rule: Option<&str>,
        reason: impl Into<String>,
    ) -> PolicyFault {
        PolicyFault {
            file: self.file.to_owned(),
            line: Some(self.line(offset)),
            rule: rule.map(ToOwned::to_owned),
            reason: reason.into(),
        }
    }
}

/// Reads the text of a policy.
pub(super) fn read(places: &Places<'_>) -> Result<FileText, PolicyError> {
    let file: FileText = toml_text(places)?;
    let mut faults = Vec::new();
    if *file.version.get_ref() != 1 {
        faults.push(places.fault(
            file.version.span().start,
            None,
            format!(
                "version {} is not known here; this Waybill reads version 1",
                file.version.get_ref()
            ),
        ));
    }
    if !is_name(file.name.get_ref()) {
        faults.push(places.fault(
            file.name.span().start,
            None,
            format!(
                "`{}` is no name: use lowercase letters, digits and hyphens",
                file.name.get_ref().escape_debug()
            ),
        ));
    }
    if file.rules.len() > MOST_RULES {
        let reason = format!("it has more than {MOST_RULES} rules");
        faults.push(places.fault(0, None, reason));
    }
    if faults.is_empty() {
        Ok(file)
    } else {
        Err(PolicyError { faults })
    }
}

/// Reads TOML, bounded in size, and names the line of what is wrong.
pub(crate) fn toml_text<T: serde::de::DeserializeOwned>(
    places: &Places<'_>,
) -> Result<T, PolicyError> {
    let refused = |line, reason| PolicyError {
        faults: vec![PolicyFault {
            file: places.file.to_owned(),
            line,
            rule: None,
            reason,
        }],
    };
    if places.text.len() > LARGEST_BYTES {
        let reason = format!("it is larger than {LARGEST_BYTES} bytes");
        return Err(refused(None, reason));
    }
    toml::from_str(places.text).map_err(|error| {
        let line = error.span().map(|span| places.line(span.start));
        refused(line, error.message().replace('\n', " "))
    })
}

/// Ids of policies and rules.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=80).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}
