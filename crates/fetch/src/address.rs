use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::http::Uri;

use crate::FetchError;

/// The longest address.
const ADDRESS_BYTES: usize = 8 << 10;

/// An address with the scheme `https` or `http`. Shown and debugged without credentials and query.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    uri: Uri,
    /// Value of the header `Authorization`.
    credentials: Option<String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Address({self})")
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&shown(&self.uri.to_string()))
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`FetchError::Address`] if it is of another scheme, or none.
    pub fn parse(text: &str) -> Result<Self, FetchError> {
        let bad = |reason| FetchError::Address {
            address: shown(text),
            reason,
        };
        if text.len() > ADDRESS_BYTES {
            return Err(bad("it is longer than 8 KiB"));
        }
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| bad("it has no scheme"))?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "https" | "http") {
            return Err(bad("only https and http are fetched from"));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        // What follows `#` is the client's own business.
        let path = path.split('#').next().unwrap_or_default();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let path = match path {
            path if path.starts_with('/') => path.to_owned(),
            path => format!("/{path}"),
        };
        let uri: Uri = format!("{scheme}://{host}{path}")
            .parse()
            .map_err(|_| bad("it is no address"))?;
        if uri.host().is_none_or(str::is_empty) {
            return Err(bad("it names no host"));
        }
        let credentials = user.map(|user| format!("Basic {}", STANDARD.encode(unescaped(user))));
        Ok(Self { uri, credentials })
    }

    /// The names in its path, escapes resolved.
    #[must_use]
    pub fn path_names(&self) -> Vec<String> {
        let names = self.uri.path().split('/').filter(|name| !name.is_empty());
        names
            .map(|name| String::from_utf8_lossy(&unescaped(name)).into_owned())
            .collect()
    }

    /// Whether it is encrypted on the way.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// Whether its host is this machine, by an address or the reserved name.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.uri.host().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || address
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }

    /// Where the header `Location` of its answer leads. Credentials stay with their host.
    pub(crate) fn redirected(&self, location: &str) -> Result<Self, FetchError> {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let authority = self.uri.authority().map(|authority| authority.as_str());
        let authority = authority.unwrap_or_default();
        let absolute = if has_scheme(location) {
            location.to_owned()
        } else if let Some(rest) = location.strip_prefix("//") {
            format!("{scheme}://{rest}")
        } else if location.starts_with('/') {
            format!("{scheme}://{authority}{location}")
        } else {
            let folder = self
                .uri
                .path()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            format!("{scheme}://{authority}{folder}/{location}")
        };
        let mut next = Self::parse(&absolute)?;
        let same =
            next.uri.authority() == self.uri.authority() && next.uri.scheme() == self.uri.scheme();
        next.credentials = self.credentials.clone().filter(|_| same);
        Ok(next)
    }
}

fn has_scheme(text: &str) -> bool {
    text.split(['/', '?', '#'])
        .next()
        .is_some_and(|first| first.contains(':'))
}

/// An address without what may be secret in it: credentials, query, and what follows.
pub(crate) fn shown(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.rsplit('@').next().unwrap_or_default().to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

/// Percent escapes resolved.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| after.get(..2)).flatten();
        let value = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(value.unwrap_or(*first));
        rest = match value {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn credentials_and_queries_are_not_shown() {
        let address =
            Address::parse("HTTPS://me:s%40cret@mirror.example:8443/osv/all.zip?token=t#x")
                .unwrap();
        assert_eq!(
            address.to_string(),
            "https://mirror.example:8443/osv/all.zip"
        );
        assert_eq!(
            format!("{address:?}"),
            "Address(https://mirror.example:8443/osv/all.zip)"
        );
        assert_eq!(address.credentials(), Some("Basic bWU6c0BjcmV0"));
        assert_eq!(address.path_names(), ["osv", "all.zip"]);
        for text in [
            "ftp://me:secret@host/x?secret",
            "https://me:secret@/x",
            "https://me:secret@ho st/",
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_redirection_keeps_credentials_on_its_host_only() {
        let from = Address::parse("https://me:secret@mirror.example/osv/all.zip").unwrap();
        for (location, to, kept) in [
            ("/x", "https://mirror.example/x", true),
            ("new.zip", "https://mirror.example/osv/new.zip", true),
            ("//other.example/x", "https://other.example/x", false),
            (
                "https://mirror.example:444/x",
                "https://mirror.example:444/x",
                false,
            ),
            ("http://mirror.example/x", "http://mirror.example/x", false),
        ] {
            let next = from.redirected(location).unwrap();
            assert_eq!(next.to_string(), to);
            assert_eq!(next.credentials().is_some(), kept, "{location}");
        }
        for location in ["file:///etc/passwd", "javascript:x", "ftp://host/x"] {
            assert!(from.redirected(location).is_err(), "{location}");
        }
    }

    #[test]
    fn this_machine_is_told_by_its_address() {
        for (text, loopback) in [
            ("http://127.0.0.1:80/x", true),
            ("http://[::1]/x", true),
            ("http://localhost/x", true),
            ("http://localhost.example/x", false),
            ("http://127.0.0.1.example/x", false),
            ("http://127.0.0.1@host/x", false),
        ] {
            assert_eq!(
                Address::parse(text).unwrap().is_loopback(),
                loopback,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_not(text in ".{0,60}", location in ".{0,60}") {
            let _ = Address::parse(&text);
            let from = Address::parse("https://me:hidden@a.example/b/c").unwrap();
            if let Ok(next) = from.redirected(&location) {
                prop_assert!(!next.to_string().contains("hidden"));
            }
        }
    }
}
