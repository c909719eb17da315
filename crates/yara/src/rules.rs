use boreal::compiler::CompilerParams;
use boreal::scanner::{EvaluatedRule, ScanError, ScanParams};
use boreal::{Compiler, MetadataValue, Scanner};
use thiserror::Error;

/// The rules that come with Waybill.
const OWN: [(&str, &str); 4] = [
    ("loaders.yar", include_str!("own/loaders.yar")),
    ("theft.yar", include_str!("own/theft.yar")),
    ("miners.yar", include_str!("own/miners.yar")),
    ("implants.yar", include_str!("own/implants.yar")),
];
/// The namespace of those rules; files of the user have their own names.
const OWN_NAMESPACE: &str = "waybill";
/// Matches of one string that are kept.
const STRING_MATCHES: u32 = 100;
/// Conditions deeper than this are refused.
const CONDITION_DEPTH: u32 = 40;
/// Names that published rules take from outside, for instance by LOKI: set to what they would be.
const OUTSIDE: [&str; 5] = ["filename", "filepath", "extension", "filetype", "owner"];

/// A file of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its name: the namespace of its rules, and what errors and matches name.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Rules that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum YaraError {
    /// One file has a mistake, or uses a module that is not there.
    #[error("read the YARA rules of `{file}`: {reason}")]
    Rules {
        /// The file.
        file: String,
        /// What is wrong, with the place.
        reason: String,
    },
}

/// What a rule says of itself under `meta`: `severity`, or `score` from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Worth knowing.
    Low,
    /// Somebody should look.
    Medium,
    /// Harmful. What is not said otherwise is this: whoever wrote the rule wanted to find it.
    High,
    /// Harmful beyond doubt.
    Critical,
}

/// One rule that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Name of the rule.
    pub rule: String,
    /// The file that it stands in, or `waybill`.
    pub file: String,
    /// What the rule says that it finds.
    pub description: Option<String>,
    /// How bad it is by its own word.
    pub strength: Strength,
    /// Offset in bytes of the first string that matched; `None` if the condition asks for none.
    pub offset: Option<u64>,
}

/// What was found in a piece of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// In the order of the rules.
    pub matches: Vec<Match>,
    /// False if the evaluation ended early.
    pub whole: bool,
}

/// Compiled rules.
#[derive(Debug)]
pub struct Rules {
    scanner: Scanner,
}

impl Rules {
    /// The rules that come with Waybill.
    ///
    /// # Errors
    /// None, as long as the tests of this crate pass.
    pub fn own() -> Result<Self, YaraError> {
        let mut compiler = compiler();
        for (name, text) in OWN {
            let file = File { name, text };
            add(&mut compiler, file, OWN_NAMESPACE)?;
        }
        Ok(finish(compiler))
    }

    /// The rules of these files, in their order.
    ///
    /// # Errors
    /// [`YaraError`] with the first mistake, its file and place. A file that includes another is
    /// refused.
    pub fn compile(files: &[File<'_>]) -> Result<Self, YaraError> {
        let mut compiler = compiler();
        for file in files {
            add(&mut compiler, *file, file.name)?;
        }
        Ok(finish(compiler))
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scanner.rules().count()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scanner.rules().next().is_none()
    }

    /// Evaluates all rules over bytes that belong to an artifact or member of this name.
    #[must_use]
    pub fn scan(&self, name: &str, bytes: &[u8]) -> Matched {
        let mut scanner = self.scanner.clone();
        let file = name.rsplit('/').next().unwrap_or(name);
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        for (symbol, value) in [
            ("filename", file),
            ("filepath", name),
            ("extension", extension),
        ] {
            // Defined when the rules were compiled: it cannot fail.
            let _ = scanner.define_symbol(symbol, value.to_owned());
        }
        let (result, whole) = match scanner.scan_mem(bytes) {
            Ok(result) => (result, true),
            Err((error, result)) => (result, matches!(error, ScanError::CallbackAbort)),
        };
        let matches = result.rules.iter().map(|rule| self.matched(rule));
        Matched {
            matches: matches.collect(),
            whole,
        }
    }

    fn matched(&self, rule: &EvaluatedRule<'_>) -> Match {
        let mut description = None;
        let mut strength = None;
        for meta in rule.metadatas {
            let name = self.scanner.get_string_symbol(meta.name);
            match (name.to_ascii_lowercase().as_str(), meta.value) {
                ("description", MetadataValue::Bytes(text)) => {
                    let text = self.scanner.get_bytes_symbol(text);
                    description = Some(String::from_utf8_lossy(text).into_owned());
                }
                ("severity", MetadataValue::Bytes(text)) => {
                    strength = strength_named(self.scanner.get_bytes_symbol(text)).or(strength);
                }
                ("score" | "severity", MetadataValue::Integer(score)) => {
                    strength = strength.or(Some(strength_scored(score)));
                }
                _ => {}
            }
        }
        let matches = rule.matches.iter().flat_map(|string| &string.matches);
        Match {
            rule: rule.name.to_owned(),
            file: rule.namespace.to_owned(),
            description,
            strength: strength.unwrap_or(Strength::High),
            offset: matches.map(|found| found.offset as u64).min(),
        }
    }
}

fn strength_named(word: &[u8]) -> Option<Strength> {
    Some(match word.to_ascii_lowercase().as_slice() {
        b"info" | b"informational" | b"low" => Strength::Low,
        b"medium" | b"moderate" | b"warning" => Strength::Medium,
        b"high" => Strength::High,
        b"critical" => Strength::Critical,
        _ => return None,
    })
}

/// From 0 to 100, as the rule sets of Neo23x0 and others use it.
const fn strength_scored(score: i64) -> Strength {
    match score {
        ..40 => Strength::Low,
        40..60 => Strength::Medium,
        60..90 => Strength::High,
        _ => Strength::Critical,
    }
}

fn compiler() -> Compiler {
    let mut compiler = Compiler::new();
    compiler.set_params(
        CompilerParams::default()
            .disable_includes(true)
            .max_condition_depth(CONDITION_DEPTH),
    );
    for symbol in OUTSIDE {
        compiler.define_symbol(symbol, "");
    }
    compiler
}

fn add(compiler: &mut Compiler, file: File<'_>, namespace: &str) -> Result<(), YaraError> {
    compiler
        .add_rules_str_in_namespace(file.text, namespace)
        .map(|_| ())
        .map_err(|error| YaraError::Rules {
            file: file.name.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        })
}

fn finish(compiler: Compiler) -> Rules {
    let mut scanner = compiler.finalize();
    scanner.set_scan_params(
        ScanParams::default()
            .compute_full_matches(true)
            .string_max_nb_matches(STRING_MATCHES),
    );
    Rules { scanner }
}
