//! Whom one trusts
//! (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto>).

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::certificate::{Certificate, SubjectKey};
use crate::envelope::decoded;

/// The public good instance of Sigstore.
const EMBEDDED: &str = include_str!("../../data/sigstore-public-good.json");
/// The most logs and authorities of each kind.
const MOST: usize = 64;

/// A description of whom to trust that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read whom to trust: {0}")]
pub struct TrustError(String);

/// Logs and authorities that are believed.
#[derive(Clone, Debug)]
pub struct TrustRoot {
    /// Logs of signatures.
    pub(crate) logs: Vec<Log>,
    /// Logs of certificates.
    pub(crate) certificate_logs: Vec<Log>,
    /// Who issues certificates of minutes.
    pub(crate) authorities: Vec<Authority>,
    /// Who stamps the time.
    pub(crate) timestamp_authorities: Vec<Authority>,
}

/// A log.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) id: Vec<u8>,
    pub(crate) key: SubjectKey,
    pub(crate) valid: Period,
}

/// An authority: from the certificate that signs, or the one above it, to the one that is trusted.
#[derive(Clone, Debug)]
pub(crate) struct Authority {
    pub(crate) chain: Vec<Certificate>,
    pub(crate) valid: Period,
}

/// From when until when something is trusted, both inclusive. Without a beginning it never is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    from: Option<i64>,
    until: Option<i64>,
}

impl Period {
    /// False if it is not said since when.
    pub(crate) const fn has_begun(self) -> bool {
        self.from.is_some()
    }

    pub(crate) fn holds(self, time: i64) -> bool {
        self.from.is_some_and(|from| from <= time) && self.until.is_none_or(|until| time <= until)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    tlogs: Vec<WrittenLog>,
    #[serde(default)]
    certificate_authorities: Vec<WrittenAuthority>,
    #[serde(default)]
    ctlogs: Vec<WrittenLog>,
    #[serde(default)]
    timestamp_authorities: Vec<WrittenAuthority>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenLog {
    public_key: WrittenKey,
    log_id: WrittenId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenKey {
    raw_bytes: String,
    #[serde(default)]
    valid_for: WrittenPeriod,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenId {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAuthority {
    cert_chain: WrittenChain,
    #[serde(default)]
    valid_for: WrittenPeriod,
}

#[derive(Deserialize)]
struct WrittenChain {
    certificates: Vec<WrittenCertificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenCertificate {
    raw_bytes: String,
}

#[derive(Default, Deserialize)]
struct WrittenPeriod {
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    end: Option<String>,
}

impl TrustRoot {
    /// The public good instance of Sigstore, as of the release of this program.
    ///
    /// # Errors
    /// [`TrustError`], which no release should see.
    pub fn embedded() -> Result<Self, TrustError> {
        Self::parse(EMBEDDED)
    }

    /// Reads a `trusted_root.json`, or a configuration of a client that holds one.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        let syntax = |error: serde_json::Error| TrustError(error.to_string());
        let mut value: Value = serde_json::from_str(text).map_err(syntax)?;
        if let Some(inner) = value.get_mut("trustedRoot") {
            value = inner.take();
        }
        let media_type = value.get("mediaType").and_then(Value::as_str);
        if !media_type.is_some_and(|kind| kind.contains("sigstore.trustedroot")) {
            return Err(TrustError(
                "it is neither a trusted root of Sigstore nor a configuration with one".to_owned(),
            ));
        }
        let written: Written = serde_json::from_value(value).map_err(syntax)?;
        if [
            written.tlogs.len(),
            written.ctlogs.len(),
            written.certificate_authorities.len(),
            written.timestamp_authorities.len(),
        ]
        .into_iter()
        .any(|count| count > MOST)
        {
            return Err(TrustError("it names more than anybody would".to_owned()));
        }
        Ok(Self {
            logs: each(written.tlogs, log)?,
            certificate_logs: each(written.ctlogs, log)?,
            authorities: each(written.certificate_authorities, authority)?,
            timestamp_authorities: each(written.timestamp_authorities, authority)?,
        })
    }
}

fn each<W, T>(
    written: Vec<W>,
    read: fn(W) -> Result<Option<T>, TrustError>,
) -> Result<Vec<T>, TrustError> {
    written
        .into_iter()
        .filter_map(|one| read(one).transpose())
        .collect()
}

/// `None` for a key of a kind that is not known: what it signed is not believed, the rest is.
fn log(written: WrittenLog) -> Result<Option<Log>, TrustError> {
    let not = |what: &str| TrustError(format!("{what} is not base64"));
    let id = decoded(&written.log_id.key_id).ok_or_else(|| not("the id of a log"))?;
    let key = decoded(&written.public_key.raw_bytes).ok_or_else(|| not("the key of a log"))?;
    let valid = period(&written.public_key.valid_for)?;
    Ok(SubjectKey::read(&key).map(|key| Log { id, key, valid }))
}

fn authority(written: WrittenAuthority) -> Result<Option<Authority>, TrustError> {
    let mut chain = Vec::new();
    for certificate in written.cert_chain.certificates {
        let der = decoded(&certificate.raw_bytes)
            .ok_or_else(|| TrustError("a certificate is not base64".to_owned()))?;
        let read = Certificate::from_der(&der).map_err(|error| TrustError(error.to_string()))?;
        chain.push(read);
    }
    let valid = period(&written.valid_for)?;
    Ok(Some(Authority { chain, valid }))
}

fn period(written: &WrittenPeriod) -> Result<Period, TrustError> {
    let read = |text: &Option<String>| match text {
        Some(text) => time(text)
            .map(Some)
            .ok_or_else(|| TrustError(format!("`{text}` is no time"))),
        None => Ok(None),
    };
    Ok(Period {
        from: read(&written.start)?,
        until: read(&written.end)?,
    })
}

/// Seconds since 1970 of RFC 3339 in UTC; fractions are cut off.
fn time(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once('T')?;
    let clock = clock
        .strip_suffix('Z')
        .or_else(|| clock.strip_suffix("+00:00"))?;
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let days = waybill_domain::Date::parse(date).ok()?.days();
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let inside =
        (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..=60).contains(&seconds);
    (inside && parts.next().is_none())
        .then(|| i64::from(days) * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_read_bare_and_out_of_configurations() {
        let bare = TrustRoot::embedded().unwrap();
        let wrapped = format!(
            r#"{{"mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json", "trustedRoot": {EMBEDDED}, "signingConfig": {{}}}}"#
        );
        let wrapped = TrustRoot::parse(&wrapped).unwrap();
        let counts = |root: &TrustRoot| {
            [
                root.logs.len(),
                root.certificate_logs.len(),
                root.authorities.len(),
                root.timestamp_authorities.len(),
            ]
        };
        assert_eq!(counts(&bare), counts(&wrapped));
        assert!(counts(&bare).iter().all(|count| *count > 0));
        for wrong in ["", "{}", r#"{"mediaType": "text/plain"}"#, "[1]"] {
            assert!(TrustRoot::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn periods_begin_and_end_with_their_seconds() {
        let at = |text: &str| time(text).unwrap();
        assert_eq!(at("1970-01-02T00:00:01Z"), 86_401);
        assert_eq!(
            at("2021-01-12T11:53:27.500Z"),
            at("2021-01-12T11:53:27+00:00")
        );
        for wrong in [
            "2021-01-12",
            "2021-01-12T25:00:00Z",
            "2021-01-12T11:53:27+01:00",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        let period = Period {
            from: Some(10),
            until: Some(20),
        };
        assert_eq!(
            [9, 10, 20, 21].map(|time| period.holds(time)),
            [false, true, true, false]
        );
        assert!(
            !Period {
                from: None,
                until: None
            }
            .holds(0)
        );
    }
}
