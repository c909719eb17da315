use std::io::{Read as _, Write};
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

use crate::{Address, FetchError};

/// Redirections that are followed.
const REDIRECTS: usize = 5;
/// To connect, and until an answer begins.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// Without a byte.
const SILENCE: Duration = Duration::from_secs(60);
const PIECE_BYTES: usize = 64 << 10;

/// Whom a server's certificate has to come from.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// The certificate authorities of the machine.
    #[default]
    System,
    /// Those of a file in PEM; the machine's do not count.
    Pem(Vec<u8>),
}

/// A proxy for encrypted connections, which it passes on unread.
#[derive(Clone)]
pub struct Proxy {
    /// Its address; may hold credentials.
    pub address: String,
    /// Hosts that are reached without it, divided by commas.
    pub except: String,
}

/// What to fetch.
#[derive(Clone)]
pub struct Request {
    /// From where.
    pub address: Address,
    /// Take plain `http` from other machines too.
    pub allow_http: bool,
    /// Whom to believe.
    pub roots: Roots,
    /// For `https` only.
    pub proxy: Option<Proxy>,
    /// The longest document.
    pub limit_bytes: u64,
    /// The longest time for all of it.
    pub limit_time: Duration,
}

/// Fetches a document and writes it. Gives its length in bytes.
///
/// # Errors
/// [`FetchError`]; what was written until then is not the document.
pub fn fetch(request: &Request, out: &mut dyn Write) -> Result<u64, FetchError> {
    let mut address = request.address.clone();
    allowed(&address, request)?;
    let agent = agent(request)?;
    for _ in 0..=REDIRECTS {
        let mut asked = agent.get(address.uri().clone());
        if let Some(credentials) = address.credentials() {
            asked = asked.header("Authorization", credentials);
        }
        let answer = asked
            .call()
            .map_err(|error| broken(&address, &error, request))?;
        let status = answer.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            let location = answer.headers().get("location");
            let location = location.and_then(|value| value.to_str().ok());
            address = redirected(&address, location.unwrap_or_default(), request)?;
            continue;
        }
        if status != 200 {
            return Err(FetchError::Status {
                address: address.to_string(),
                status,
            });
        }
        return body(answer.into_body(), &address, request, out);
    }
    Err(FetchError::Connection {
        address: request.address.to_string(),
        reason: format!("it leads on more than {REDIRECTS} times"),
    })
}

fn allowed(address: &Address, request: &Request) -> Result<(), FetchError> {
    if address.is_encrypted() || address.is_loopback() || request.allow_http {
        return Ok(());
    }
    Err(FetchError::Unencrypted(address.to_string()))
}

fn redirected(from: &Address, location: &str, request: &Request) -> Result<Address, FetchError> {
    let refused = |reason| FetchError::Redirect {
        from: from.to_string(),
        to: crate::address::shown(location),
        reason,
    };
    let next = from
        .redirected(location)
        .map_err(|_| refused("only https and http are fetched from"))?;
    if next.is_encrypted() != from.is_encrypted() {
        return Err(refused("that is another scheme"));
    }
    if from.is_loopback() != next.is_loopback() {
        return Err(refused("between this machine and others none is followed"));
    }
    allowed(&next, request)?;
    Ok(next)
}

fn body(
    body: ureq::Body,
    address: &Address,
    request: &Request,
    out: &mut dyn Write,
) -> Result<u64, FetchError> {
    let too_long = || FetchError::TooLong {
        address: address.to_string(),
        limit_bytes: request.limit_bytes,
    };
    let announced = body.content_length();
    if announced.is_some_and(|length| length > request.limit_bytes) {
        return Err(too_long());
    }
    let limit = request.limit_bytes.saturating_add(1);
    let mut reader = body.into_with_config().limit(limit).reader();
    let mut piece = vec![0; PIECE_BYTES];
    let mut length: u64 = 0;
    loop {
        let count = reader
            .read(&mut piece)
            .map_err(|error| broken(address, &ureq::Error::from(error), request))?;
        let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        length = length.saturating_add(count as u64);
        if length > request.limit_bytes {
            return Err(too_long());
        }
        out.write_all(read)
            .map_err(|error| FetchError::Write(error.to_string()))?;
    }
    if announced.is_some_and(|announced| announced != length) {
        return Err(FetchError::Connection {
            address: address.to_string(),
            reason: "it ended too early".to_owned(),
        });
    }
    Ok(length)
}

/// Why it failed, in words that hold nothing of the address.
fn broken(address: &Address, error: &ureq::Error, request: &Request) -> FetchError {
    let reason = match error {
        ureq::Error::BodyExceedsLimit(_) => {
            return FetchError::TooLong {
                address: address.to_string(),
                limit_bytes: request.limit_bytes,
            };
        }
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::HostNotFound => "there is no host of that name".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Rustls(error) => error.to_string(),
        ureq::Error::ConnectProxyFailed(_) => "the proxy does not connect to it".to_owned(),
        ureq::Error::Protocol(_) => "the answer is not HTTP as it should be".to_owned(),
        _ => "the connection failed".to_owned(),
    };
    FetchError::Connection {
        address: address.to_string(),
        reason,
    }
}

fn agent(request: &Request) -> Result<ureq::Agent, FetchError> {
    let mut config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(proxy(request)?)
        .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(request.limit_time))
        .timeout_connect(Some(ANSWER_TIME))
        .timeout_recv_response(Some(ANSWER_TIME))
        .timeout_per_read(Some(SILENCE));
    if request.address.is_encrypted() {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(roots(request)?)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        config = config.https_only(true).tls_config(tls);
    }
    Ok(config.build().into())
}

/// Plain connections go through no proxy: it could change what comes.
fn proxy(request: &Request) -> Result<Option<ureq::Proxy>, FetchError> {
    let proxy = request.proxy.as_ref();
    let Some(proxy) = proxy.filter(|_| request.address.is_encrypted()) else {
        return Ok(None);
    };
    let host = request.address.uri().host().unwrap_or_default();
    if request.address.is_loopback() || excepted(host, &proxy.except) {
        return Ok(None);
    }
    let parsed = ureq::Proxy::new(&proxy.address).map_err(|_| FetchError::BadProxy)?;
    match parsed.protocol() {
        ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https => Ok(Some(parsed)),
        _ => Err(FetchError::BadProxy),
    }
}

/// A name in the list stands for itself and what is below it; `*` for all.
fn excepted(host: &str, list: &str) -> bool {
    let host = host.to_ascii_lowercase();
    list.split(',').map(str::trim).any(|name| {
        let name = name.to_ascii_lowercase();
        let name = name.trim_start_matches("*.").trim_start_matches('.');
        let below = || {
            host.strip_suffix(name)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        !name.is_empty() && (name == "*" || host == name || below())
    })
}

fn roots(request: &Request) -> Result<RootCerts, FetchError> {
    let found: Vec<Certificate<'static>> = match &request.roots {
        Roots::System => rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
            .collect(),
        Roots::Pem(pem) => ureq::tls::parse_pem(pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect(),
    };
    match (&request.roots, found.is_empty()) {
        (_, false) => Ok(RootCerts::Specific(Arc::new(found))),
        (Roots::System, true) => Err(FetchError::NoRoots(request.address.to_string())),
        (Roots::Pem(_), true) => Err(FetchError::BadRoots),
    }
}

#[cfg(test)]
mod tests {
    use super::excepted;

    #[test]
    fn hosts_are_excepted_from_the_proxy_by_name() {
        for (host, list, expected) in [
            ("mirror.example", "mirror.example", true),
            ("a.mirror.example", "x, .Mirror.Example", true),
            ("a.mirror.example", "*.mirror.example", true),
            ("amirror.example", "mirror.example", false),
            ("any.example", "*", true),
            ("any.example", "", false),
            ("any.example", ",", false),
        ] {
            assert_eq!(excepted(host, list), expected, "{host} {list}");
        }
    }
}
