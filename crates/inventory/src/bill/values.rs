//! Single values of a bill judged, whatever its standard.

use std::str::FromStr;

use packageurl::PackageUrl;
use spdx::{Expression, ParseMode};

/// What is wrong with a package URL, if anything.
pub(crate) fn purl_fault(text: &str) -> Option<String> {
    if let Some(bad) = text
        .chars()
        .find(|character| character.is_whitespace() || character.is_control())
    {
        return Some(format!("holds {bad:?}, which must be percent-encoded"));
    }
    if !text.starts_with("pkg:") {
        return Some("does not start with `pkg:`".to_owned());
    }
    let purl = match PackageUrl::from_str(text) {
        Ok(purl) => purl,
        Err(error) => return Some(error.to_string()),
    };
    if purl.name().is_empty() {
        return Some("has no name".to_owned());
    }
    if purl.version().is_some_and(str::is_empty) {
        return Some("has an `@` without a version".to_owned());
    }
    None
}

/// What is wrong with a licence expression, if anything. Deprecated ids are licences still.
pub(crate) fn expression_fault(text: &str) -> Option<String> {
    if matches!(text, "NONE" | "NOASSERTION") {
        return None;
    }
    let mode = ParseMode {
        allow_deprecated: true,
        allow_postfix_plus_on_gpl: true,
        ..ParseMode::STRICT
    };
    Expression::parse_mode(text, mode)
        .err()
        .map(|error| error.reason.to_string())
}

/// Number of hexadecimal digits of a digest, by the algorithm's name in either standard; none if
/// it varies or the algorithm is not known.
pub(crate) fn hash_digits(algorithm: &str) -> Option<usize> {
    let folded: String = algorithm
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    Some(match folded.as_str() {
        "md5" | "md2" | "md4" => 32,
        "sha1" => 40,
        "sha224" => 56,
        "sha256" | "sha3256" | "blake2b256" | "streebog256" => 64,
        "sha384" | "sha3384" | "blake2b384" => 96,
        "sha512" | "sha3512" | "blake2b512" | "streebog512" => 128,
        _ => return None,
    })
}

/// What is wrong with a digest, if anything.
pub(crate) fn hash_fault(algorithm: &str, value: &str) -> Option<String> {
    if !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(format!(
            "{algorithm} digest holds other than hexadecimal digits"
        ));
    }
    let digits = hash_digits(algorithm)?;
    (digits != value.len()).then(|| {
        format!(
            "{algorithm} digest has {} digits instead of {digits}",
            value.len()
        )
    })
}

/// True if a path only means something on the machine that wrote it.
pub(crate) fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    path.starts_with('/')
        || path.starts_with("\\\\")
        || path.starts_with("~/")
        || path
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case("file:"))
        || drive
}

/// A value of a bill as it may stand in a message.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|character| {
            if character.is_control() || character == '`' {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purls() {
        for good in [
            "pkg:npm/%40angular/animation@12.3.1",
            "pkg:docker/library/python@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io",
            "pkg:huggingface/microsoft/deberta-v3-base@559062ad13d311b87b2c455e67dcd5f1c8f65111",
        ] {
            assert_eq!(purl_fault(good), None, "{good}");
        }
        for bad in [
            "",
            "pkg:pypi/aws (import: boto3)",
            "pkg:pypi",
            "pkg:/name",
            "npm/left-pad@1",
            "pkg:pypi/django@",
        ] {
            assert!(purl_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn expressions() {
        for good in [
            "MIT",
            "GPL-2.0+ WITH Classpath-exception-2.0 OR MIT",
            "LicenseRef-Gemma",
            "(Apache-2.0 AND CC-BY-4.0)",
            "NOASSERTION",
        ] {
            assert_eq!(expression_fault(good), None, "{good}");
        }
        for bad in ["Apache 2", "MIT OR", "Llama", "mit"] {
            assert!(expression_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn digests_and_paths() {
        assert_eq!(hash_fault("SHA-256", &"a".repeat(64)), None);
        assert_eq!(
            hash_fault("SHA-256", "abc").as_deref(),
            Some("SHA-256 digest has 3 digits instead of 64")
        );
        for absolute in [
            "/etc/passwd",
            "C:\\x",
            "c:/x",
            "\\\\host\\x",
            "file:///x",
            "~/x",
        ] {
            assert!(is_absolute(absolute), "{absolute}");
        }
        for relative in ["src/main.py", "https://example.org/x", "a:b", "./x"] {
            assert!(!is_absolute(relative), "{relative}");
        }
    }
}
