//! YARA rules in force: Waybill's own, and those that the user names.

use std::path::{Path, PathBuf};

use waybill_detect::Patterns;

use crate::ScanError;

/// What all files of rules together may hold.
const RULES_BYTES: u64 = 256 << 20;
/// Folders inside each other that are looked through.
const FOLDERS: usize = 16;

/// The user's YARA rules, read and compiled; and Waybill's own.
#[derive(Debug, Default)]
pub struct YaraRules {
    #[cfg(feature = "yara")]
    user: Option<boundary::Set>,
    /// What is mixed into the digest of the rule set.
    texts: Vec<(String, String)>,
}

impl YaraRules {
    /// Reads the rules that stand in these files, and in the files of these folders that end with
    /// `.yar` or `.yara`.
    ///
    /// # Errors
    /// [`ScanError`] if a file cannot be read or used, if a folder has none, or if this program was
    /// built without YARA.
    pub fn read(paths: &[PathBuf]) -> Result<Self, ScanError> {
        let mut texts = Vec::new();
        let mut room = RULES_BYTES;
        for path in paths {
            let files = files(path, FOLDERS)?;
            if files.is_empty() {
                return Err(unusable(
                    path,
                    "there is no file that ends with .yar or .yara",
                ));
            }
            for file in files {
                let text = std::fs::metadata(&file)
                    .and_then(|metadata| match metadata.len() <= room {
                        true => std::fs::read_to_string(&file),
                        false => Err(std::io::Error::other("the rules are larger than 256 MiB")),
                    })
                    .map_err(|error| unusable(&file, &error.to_string()))?;
                room = room.saturating_sub(text.len() as u64);
                texts.push((file.display().to_string(), text));
            }
        }
        Self::of(texts)
    }

    #[cfg(feature = "yara")]
    fn of(texts: Vec<(String, String)>) -> Result<Self, ScanError> {
        let user = match texts.is_empty() {
            true => None,
            false => Some(boundary::Set::user(&texts)?),
        };
        Ok(Self { user, texts })
    }

    #[cfg(not(feature = "yara"))]
    fn of(texts: Vec<(String, String)>) -> Result<Self, ScanError> {
        match texts.is_empty() {
            true => Ok(Self { texts }),
            false => Err(ScanError::NoYara),
        }
    }

    /// The sets to ask.
    pub(crate) fn patterns(&self) -> Vec<&dyn Patterns> {
        #[cfg(feature = "yara")]
        {
            let own: &dyn Patterns = &boundary::OWN;
            let user = self.user.iter().map(|set| -> &dyn Patterns { set });
            std::iter::once(own).chain(user).collect()
        }
        #[cfg(not(feature = "yara"))]
        Vec::new()
    }

    /// The digest of the rule set: with rules of the user, theirs is in it.
    pub(crate) fn mixed(&self, rules: String) -> String {
        use sha2::{Digest as _, Sha256};
        if self.texts.is_empty() {
            return rules;
        }
        let mut all = Sha256::new();
        all.update(&rules);
        for (name, text) in &self.texts {
            // Where the files lie does not matter.
            let name = name.rsplit('/').next().unwrap_or(name);
            for part in [name, text] {
                all.update((part.len() as u64).to_le_bytes());
                all.update(part);
            }
        }
        let hex: String = all
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("sha256:{hex}")
    }
}

/// The files of rules at a path, in the order of their names.
fn files(path: &Path, folders: usize) -> Result<Vec<PathBuf>, ScanError> {
    let failed = |error: std::io::Error| unusable(path, &error.to_string());
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        let is_rules = entry.extension().is_some_and(|extension| {
            ["yar", "yara"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        });
        if entry.is_dir() && !entry.is_symlink() && folders > 0 {
            found.extend(files(&entry, folders - 1)?);
        } else if is_rules && entry.is_file() {
            found.push(entry);
        }
    }
    Ok(found)
}

fn unusable(path: &Path, reason: &str) -> ScanError {
    ScanError::Yara(format!(
        "read the YARA rules of `{}`: {reason}",
        path.display()
    ))
}

#[cfg(feature = "yara")]
mod boundary {
    use std::sync::OnceLock;

    use waybill_detect::{PatternMatch, Patterns};
    use waybill_domain::Severity;
    use waybill_yara::{File, Rules, Strength};

    use crate::ScanError;

    /// A compiled set of the user.
    #[derive(Debug)]
    pub(super) struct Set(Rules);

    /// Waybill's own rules, compiled when something is first to be looked at.
    pub(super) struct Own(OnceLock<Option<Rules>>);

    pub(super) static OWN: Own = Own(OnceLock::new());

    impl Set {
        pub(super) fn user(texts: &[(String, String)]) -> Result<Self, ScanError> {
            let files: Vec<File<'_>> = texts
                .iter()
                .map(|(name, text)| File { name, text })
                .collect();
            Rules::compile(&files)
                .map(Self)
                .map_err(|error| ScanError::Yara(error.to_string()))
        }
    }

    impl Patterns for Set {
        fn everywhere(&self) -> bool {
            true
        }

        fn matches(&self, name: &str, bytes: &[u8]) -> Vec<PatternMatch> {
            matches(&self.0, name, bytes)
        }
    }

    impl Patterns for Own {
        fn everywhere(&self) -> bool {
            false
        }

        fn matches(&self, name: &str, bytes: &[u8]) -> Vec<PatternMatch> {
            // The tests of the crate see to it that they compile.
            let rules = self.0.get_or_init(|| Rules::own().ok());
            rules
                .as_ref()
                .map_or_else(Vec::new, |rules| matches(rules, name, bytes))
        }
    }

    fn matches(rules: &Rules, name: &str, bytes: &[u8]) -> Vec<PatternMatch> {
        let found = rules.scan(name, bytes).matches.into_iter();
        found
            .map(|found| PatternMatch {
                pattern: found.rule,
                set: found.file,
                description: found.description,
                severity: match found.strength {
                    Strength::Low => Severity::Low,
                    Strength::Medium => Severity::Medium,
                    Strength::High => Severity::High,
                    Strength::Critical => Severity::Critical,
                },
                offset: found.offset,
            })
            .collect()
    }
}
