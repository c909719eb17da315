use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;
use waybill_domain::{FailOn, Severity};

/// Bytes of the name of a format.
const LONGEST_FORMAT_BYTES: usize = 64;
/// Formats that a list may name.
const MOST_FORMATS: usize = 200;

/// A configuration or baseline that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not TOML, or with keys that nothing here knows.
    #[error("read the configuration: {0}")]
    Syntax(String),
    /// An entry under `[[allow]]` that cannot be used.
    #[error("use the allowed name `{name}`: {reason}")]
    Allow {
        /// The name as written.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The list of formats that may come in cannot be used.
    #[error("use the list of formats under `[policy]`: {0}")]
    Formats(String),
    /// The baseline is no report.
    #[error("read the baseline: {0}")]
    Baseline(String),
}

/// What `waybill.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The verdict from which on a scan ends with exit code 1.
    pub fail_on: Option<FailOn>,
    /// Patterns of paths that are left out, relative to the target.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Limits by name, as `waybill limits` lists them.
    #[serde(default)]
    pub limits: BTreeMap<String, u64>,
    /// The policies in force, and how exceptions are bounded.
    #[serde(default)]
    pub policy: PolicyChoice,
    /// Advisories that components are held against.
    #[serde(default)]
    pub advisories: AdvisoriesChoice,
    /// Files and folders of YARA rules, relative to the configuration.
    #[serde(default)]
    pub yara: Vec<String>,
    /// Statements of whether weaknesses matter.
    #[serde(default)]
    pub vex: VexChoice,
    /// What is internal.
    #[serde(default)]
    pub internal: InternalChoice,
    /// How packages are fetched.
    #[serde(default)]
    pub retrieval: RetrievalChoice,
    /// How models are compared.
    #[serde(default)]
    pub compare: CompareChoice,
    /// Global names that are admitted.
    #[serde(default)]
    allow: Vec<Allow>,
}

/// The table `[compare]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CompareChoice {
    /// Indexes of known models, relative to the configuration.
    #[serde(default)]
    pub indexes: Vec<String>,
}

/// The table `[retrieval]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetrievalChoice {
    /// Who publishes which packages; somebody else's attestation does not count for them.
    #[serde(default)]
    pub identities: Vec<IdentityChoice>,
    /// Every file of a package in the tree has to be fixed by a file, or attested.
    #[serde(default)]
    pub require_fixed_files: bool,
}

/// An entry under `[[retrieval.identities]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityChoice {
    /// Package URLs without a version, `*` for any text: `pkg:pypi/acme-*`.
    pub packages: Vec<String>,
    /// Who signs, `*` for any text: `https://github.com/acme/*`.
    pub identity: String,
    /// Who vouches for that.
    pub issuer: String,
}

/// The table `[advisories]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AdvisoriesChoice {
    /// The folder that holds them, relative to the configuration.
    pub store: Option<String>,
    /// The age of a feed's data in days past which every report warns.
    pub max_age_days: Option<u32>,
}

/// The table `[vex]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VexChoice {
    /// Documents, relative to the configuration.
    #[serde(default)]
    pub files: Vec<String>,
}

/// The table `[internal]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InternalChoice {
    /// Names of packages that no public registry may answer: `acme-*`, `@acme/*`.
    #[serde(default)]
    pub names: Vec<String>,
}

/// The table `[policy]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyChoice {
    /// A built-in policy.
    pub profile: Option<String>,
    /// Policies of the user's own, relative to the configuration.
    #[serde(default)]
    pub files: Vec<String>,
    /// The file of exceptions, relative to the configuration.
    pub exceptions: Option<String>,
    /// Days that an exception may last.
    pub most_exception_days: Option<u32>,
    /// The formats that may come in at all, as reports name them; everything else is rejected.
    pub formats: Option<Vec<String>>,
    /// How bad what rules find counts here, by the id of the rule.
    #[serde(default)]
    pub severities: BTreeMap<String, Severity>,
}

impl PolicyChoice {
    /// The policy that [`PolicyChoice::formats`] stands for, as the text of a file.
    #[must_use]
    pub fn formats_policy(&self) -> Option<String> {
        let formats = self.formats.as_ref()?;
        let quoted: Vec<String> = formats.iter().map(|name| format!("\"{name}\"")).collect();
        Some(format!(
            r#"version = 1
name = "formats-allowed"
about = "Only the formats that the configuration lists."
extends = "baseline"

[[rule]]
id = "format-not-allowed"
gates = ["scan", "deployment"]
on = "artifact"
when = '!(artifact.format in [{}])'
verdict = "reject"
message = "{{artifact.path}} is {{artifact.format}}, and the configuration allows only {}"
answers = ["M-M1", "M-R1"]
"#,
            quoted.join(", "),
            formats.join(", "),
        ))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allow {
    global: String,
    reason: Option<String>,
}

impl Config {
    /// Reads the text of a `waybill.toml`.
    ///
    /// # Errors
    /// [`ConfigError`] naming the line or the entry.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        for allow in &config.allow {
            let wrong = |reason| ConfigError::Allow {
                name: allow.global.clone(),
                reason,
            };
            if allow.global.contains(['*', '?', ':', ' ']) {
                return Err(wrong(
                    "give one exact dotted name, for instance `acme.layers.Gate`",
                ));
            }
            if !allow.global.contains('.') {
                return Err(wrong(
                    "a name needs its module, for instance `acme.layers.Gate`",
                ));
            }
        }
        config.check_formats()?;
        Ok(config)
    }

    /// What stands in a list of formats goes into a condition.
    fn check_formats(&self) -> Result<(), ConfigError> {
        let Some(formats) = &self.policy.formats else {
            return Ok(());
        };
        let is_format = |name: &&String| {
            let letter = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-+.".contains(&byte)
            };
            !name.is_empty() && name.len() <= LONGEST_FORMAT_BYTES && name.bytes().all(letter)
        };
        if formats.is_empty() || formats.len() > MOST_FORMATS {
            return Err(ConfigError::Formats(format!(
                "it needs between one and {MOST_FORMATS} of them"
            )));
        }
        match formats.iter().find(|name| !is_format(name)) {
            Some(name) => Err(ConfigError::Formats(format!(
                "`{}` is no name of a format as reports write it, for instance `safetensors`",
                name.escape_debug()
            ))),
            None => Ok(()),
        }
    }

    /// The admitted names with their reasons.
    #[must_use]
    pub fn allowed(&self) -> BTreeMap<String, Option<String>> {
        self.allow
            .iter()
            .map(|allow| (allow.global.clone(), allow.reason.clone()))
            .collect()
    }
}

/// The place with its line, unless nobody could read that.
fn syntax(text: &str, error: &toml::de::Error) -> ConfigError {
    const LONGEST_LINE_BYTES: usize = 300;
    let shown = error.to_string();
    if shown.lines().all(|line| line.len() <= LONGEST_LINE_BYTES) {
        return ConfigError::Syntax(shown.trim_end().to_owned());
    }
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let message: String = error.message().chars().take(LONGEST_LINE_BYTES).collect();
    ConfigError::Syntax(format!("line {line}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_configuration() {
        let config = Config::parse(
            "fail-on = \"reject\"\nexclude = [\"**/tests/**\"]\n[limits]\ndepth = 3\n[[allow]]\nglobal = \"acme.layers.Gate\"\nreason = \"ours\"\n",
        )
        .unwrap();
        assert_eq!(config.fail_on, Some(FailOn::Reject));
        assert_eq!(config.limits.get("depth"), Some(&3));
        assert_eq!(
            config.allowed().get("acme.layers.Gate"),
            Some(&Some("ours".into()))
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in [
            "colour = 1",
            "[[allow]]\nglobal = \"acme.*\"",
            "[[allow]]\nglobal = \"Gate\"",
            "fail-on = \"never\"",
            "[[allow]]\nglobals = []",
        ] {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }
}
