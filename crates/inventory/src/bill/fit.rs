//! What may stand in a bill: purls that parse, links that are links, paths that stay in the tree,
//! dates that are dates.

use std::{net::Ipv6Addr, str::FromStr};

use packageurl::PackageUrl;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use waybill_domain::inventory::Inventory;

use super::values::purl_fault;

use crate::purl::written;

/// A package URL in canonical form; `None` if it is none, or if its canonical form cannot be read
/// back.
pub(crate) fn purl(text: &str) -> Option<String> {
    let canonical = written(&PackageUrl::from_str(text).ok()?);
    let again = written(&PackageUrl::from_str(&canonical).ok()?);
    // The library reads `@` without a version, and writes it again.
    (again == canonical && purl_fault(&canonical).is_none()).then_some(canonical)
}

/// A path relative to the target: without a leading `/`, a drive, `.` or `..`.
pub(crate) fn path(text: &str) -> String {
    let text = text.replace('\\', "/");
    let rest = match text.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 && rest.starts_with('/') => rest,
        _ => &text,
    };
    let parts: Vec<&str> = rest
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    if parts.is_empty() {
        return "unnamed".to_owned();
    }
    parts.join("/")
}

/// An absolute URL by RFC 3986 in ASCII, without user name and password; `None` if the text is
/// not an absolute URL.
pub(crate) fn link(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '-' | '.'));
    // One letter is a drive of Windows, not a scheme.
    if !valid || scheme.len() < 2 || scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let mut url = format!("{}:", scheme.to_ascii_lowercase());
    let Some(rest) = rest.strip_prefix("//") else {
        if rest.is_empty() || rest.starts_with('/') {
            return None;
        }
        encode(rest, &mut url);
        return Some(url);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    url.push_str("//");
    url.push_str(&written_host(host)?);
    encode(tail, &mut url);
    Some(url)
}

/// A host with its port, if both are well-formed.
fn written_host(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        Ipv6Addr::from_str(address).ok()?;
        let well = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return well.then(|| text.to_owned());
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    if host.is_empty() || !port.is_none_or(is_port) {
        return None;
    }
    let is_name = |sign: char| {
        sign.is_ascii_alphanumeric()
            || matches!(sign, '-' | '.' | '_')
            || (!sign.is_ascii() && sign.is_alphanumeric())
    };
    if !host.chars().all(is_name) {
        return None;
    }
    let mut out = String::new();
    encode(host, &mut out);
    if let Some(port) = port {
        out.push(':');
        out.push_str(port);
    }
    Some(out)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Percent-encodes what may not stand in a path, query or fragment.
fn encode(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut in_fragment = false;
    for (at, byte) in bytes.iter().copied().enumerate() {
        let hex = |offset: usize| {
            bytes
                .get(at.saturating_add(offset))
                .is_some_and(u8::is_ascii_hexdigit)
        };
        let allowed = match byte {
            b'%' => hex(1) && hex(2),
            b'#' => !std::mem::replace(&mut in_fragment, true),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if allowed {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Percent-encodes everything but letters, digits, `-`, `.` and `_`: for a part of an identifier.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A digest of the whole inventory, in hexadecimal: what identifiers of a bill are made from.
pub(crate) fn content_digest(inventory: &Inventory) -> String {
    struct Hashing(Sha256);
    impl std::io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut hashing = std::io::BufWriter::with_capacity(1 << 16, Hashing(Sha256::new()));
    // Hashing does not fail; should the inventory not be serialisable, its start identifies it.
    let _ = serde_json::to_writer(&mut hashing, inventory);
    let digest = match hashing.into_inner() {
        Ok(hashing) => hashing.0.finalize(),
        Err(_) => Sha256::new().finalize(),
    };
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The UUID that belongs to a text, always the same.
pub(crate) fn uuid(text: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_absolute_ascii_and_free_of_credentials() {
        let cases = [
            ("https://example.org/a b", Some("https://example.org/a%20b")),
            (
                "https://user:secret@example.org/x?q=ü#a#b",
                Some("https://example.org/x?q=%C3%BC#a%23b"),
            ),
            ("HTTPS://[::1]:80/", Some("https://[::1]:80/")),
            ("https://exa mple.org", None),
            ("https://example.org:99999/", None),
            (
                "mailto:security@example.org",
                Some("mailto:security@example.org"),
            ),
            ("/etc/passwd", None),
            ("file:///etc/passwd", None),
            ("C:\\models", None),
            (
                "https://example.org/100%",
                Some("https://example.org/100%25"),
            ),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(link(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn paths_stay_below_the_target() {
        for (text, expected) in [
            ("/srv/me/model.bin", "srv/me/model.bin"),
            ("C:\\a\\b", "a/b"),
            ("../../x/./y", "x/y"),
            ("a.zip!/b", "a.zip!/b"),
            ("..", "unnamed"),
        ] {
            assert_eq!(path(text), expected);
        }
    }

    #[test]
    fn purls_that_do_not_parse_are_refused() {
        assert_eq!(
            purl("pkg:pypi/Torch@2.1").as_deref(),
            Some("pkg:pypi/torch@2.1")
        );
        for text in [
            "",
            "torch",
            "pkg:",
            "pkg:pypi",
            "pkg:pypi/",
            "pkg:pypi/torch@",
            "pkg:a b/c",
            "pkg:pypi/%FF",
        ] {
            assert_eq!(purl(text), None, "{text}");
        }
    }
}
