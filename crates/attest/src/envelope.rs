use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{PublicKey, SignError, Signer};

/// An envelope that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// Not an envelope.
    #[error("read the envelope: {0}")]
    Syntax(String),
    /// It holds something else.
    #[error("use the envelope: it holds `{found}`, not `{wanted}`")]
    OtherType {
        /// The type that it states.
        found: String,
        /// The type that was asked for.
        wanted: String,
    },
    /// None of its signatures is by a trusted key.
    #[error("verify the envelope: none of its signatures is by a trusted key (it names {named})")]
    Untrusted {
        /// The ids of keys that it names.
        named: String,
    },
}

/// A statement with signatures: DSSE 1.0.2
/// (<https://github.com/secure-systems-lab/dsse/blob/master/envelope.md>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The statement, in base64.
    payload: String,
    /// What it is.
    #[serde(rename = "payloadType")]
    payload_type: String,
    /// At least one.
    #[serde(deserialize_with = "crate::few::few")]
    signatures: Vec<Signature>,
}

/// One signature of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// A hint at the key; nothing is decided by it.
    #[serde(
        default,
        skip_serializing_if = "String::is_empty",
        deserialize_with = "or_null"
    )]
    keyid: String,
    /// The signature, in base64.
    sig: String,
}

impl Envelope {
    /// Signs a statement.
    ///
    /// # Errors
    /// [`SignError`] if the signer does not sign.
    pub fn sign(
        payload_type: &str,
        payload: &[u8],
        signer: &dyn Signer,
    ) -> Result<Self, SignError> {
        let signature = signer.sign(&encoding(payload_type, payload))?;
        Ok(Self {
            payload: STANDARD.encode(payload),
            payload_type: payload_type.to_owned(),
            signatures: vec![Signature {
                keyid: signer.public().id(),
                sig: STANDARD.encode(signature),
            }],
        })
    }

    /// Reads an envelope; nothing is verified yet.
    ///
    /// # Errors
    /// [`EnvelopeError::Syntax`].
    pub fn parse(text: &str) -> Result<Self, EnvelopeError> {
        let envelope: Self =
            serde_json::from_str(text).map_err(|error| EnvelopeError::Syntax(error.to_string()))?;
        if envelope.signatures.is_empty() {
            return Err(EnvelopeError::Syntax("it has no signature".to_owned()));
        }
        Ok(envelope)
    }

    /// Signs a statement, without saying with which key: what surrounds the envelope says so.
    ///
    /// # Errors
    /// [`SignError`] if the signer does not sign.
    pub fn sign_unnamed(
        payload_type: &str,
        payload: &[u8],
        signer: &dyn Signer,
    ) -> Result<Self, SignError> {
        let mut envelope = Self::sign(payload_type, payload, signer)?;
        for signature in &mut envelope.signatures {
            signature.keyid.clear();
        }
        Ok(envelope)
    }

    /// The envelope, if it holds a statement and one signature, both in base64.
    pub(crate) fn usable(self) -> Result<Self, crate::BundleError> {
        let readable = decoded(&self.payload).is_some_and(|payload| !payload.is_empty())
            && self
                .signatures
                .iter()
                .all(|signature| decoded(&signature.sig).is_some_and(|bytes| !bytes.is_empty()));
        match (readable, self.signatures.len()) {
            (true, 1) => Ok(self),
            (true, _) => Err(crate::BundleError::Content(
                "its envelope has not one signature",
            )),
            (false, _) => Err(crate::BundleError::Content(
                "its envelope is empty or not base64",
            )),
        }
    }

    /// What the statement is.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The statement; nothing is verified.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        decoded(&self.payload).unwrap_or_default()
    }

    /// The first signature.
    pub(crate) fn signature(&self) -> Vec<u8> {
        let first = self.signatures.first();
        first
            .and_then(|signature| decoded(&signature.sig))
            .unwrap_or_default()
    }

    /// What the signature is over.
    pub(crate) fn message(&self) -> Vec<u8> {
        encoding(&self.payload_type, &self.payload())
    }

    /// The statement and the key that signed it, if one of the trusted keys did.
    ///
    /// # Errors
    /// [`EnvelopeError`] if it is of another type, or no signature verifies.
    pub fn verify<'k>(
        &self,
        payload_type: &str,
        trusted: &'k [PublicKey],
    ) -> Result<(Vec<u8>, &'k PublicKey), EnvelopeError> {
        if self.payload_type != payload_type {
            return Err(EnvelopeError::OtherType {
                found: self.payload_type.clone(),
                wanted: payload_type.to_owned(),
            });
        }
        let payload = STANDARD
            .decode(&self.payload)
            .map_err(|error| EnvelopeError::Syntax(format!("its payload: {error}")))?;
        let message = encoding(payload_type, &payload);
        let signatures: Vec<Vec<u8>> = self
            .signatures
            .iter()
            .filter_map(|signature| STANDARD.decode(&signature.sig).ok())
            .collect();
        let by = trusted.iter().find(|key| {
            signatures
                .iter()
                .any(|signature| key.verifies(&message, signature))
        });
        by.map(|key| (payload, key))
            .ok_or_else(|| EnvelopeError::Untrusted {
                named: self.named(),
            })
    }

    /// The ids of keys that it names.
    fn named(&self) -> String {
        let named: Vec<String> = self
            .signatures
            .iter()
            .take(4)
            .map(|signature| match signature.keyid.get(..16) {
                Some(start) => start.to_owned(),
                None if signature.keyid.is_empty() => "no key".to_owned(),
                None => signature.keyid.clone(),
            })
            .collect();
        named.join(", ")
    }

    /// As JSON in one line, without its end.
    ///
    /// # Errors
    /// [`EnvelopeError::Syntax`] should it not be writable.
    pub fn to_line(&self) -> Result<String, EnvelopeError> {
        serde_json::to_string(self).map_err(|error| EnvelopeError::Syntax(error.to_string()))
    }

    /// As JSON, ending with a line break.
    ///
    /// # Errors
    /// [`EnvelopeError::Syntax`] should it not be writable.
    pub fn to_json(&self) -> Result<String, EnvelopeError> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|error| EnvelopeError::Syntax(error.to_string()))
    }
}

/// Some write `null` where there is nothing.
fn or_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64, of which every byte counts.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The pre-authentication encoding of DSSE: type and statement with their lengths.
pub(crate) fn encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    )
    .into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{KeyError, PrivateKey};

    /// The published example of RFC 8410, sections 10.3 and 10.1.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    /// `printf 'DSSEv1 10 text/plain 5 hello' > m; openssl pkeyutl -sign -rawin -inkey KEY -in m | base64 -w0`
    const BY_OPENSSL: &str =
        "eCO/EHkYs6SCzY4Xp3EzLj+EfSLdOB1A4E2jvsw05ljiTSu/FNCFUdzNpxKIEPiwe+HDzjTqqb3mFcyW9csYCw==";
    const TYPE: &str = "text/plain";

    fn keys() -> (PrivateKey, Vec<PublicKey>) {
        let trusted = vec![PublicKey::parse(PUBLIC).unwrap()];
        (PrivateKey::parse(PRIVATE, None).unwrap(), trusted)
    }

    #[test]
    fn the_encoding_is_the_one_of_the_specification() {
        assert_eq!(
            encoding("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn openssl_signs_the_same() {
        let (private, trusted) = keys();
        let envelope = Envelope::sign(TYPE, b"hello", &private).unwrap();
        assert_eq!(envelope.signatures[0].sig, BY_OPENSSL);
        assert_eq!(private.public(), trusted[0]);
        assert_eq!(
            format!("{private:?}"),
            format!(
                "PrivateKey({})",
                "a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f"
            )
        );
    }

    #[test]
    fn a_statement_comes_back_only_as_it_was_signed() {
        let (private, trusted) = keys();
        let text = Envelope::sign(TYPE, b"hello", &private)
            .unwrap()
            .to_json()
            .unwrap();
        let envelope = Envelope::parse(&text).unwrap();
        let line = envelope.to_line().unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(Envelope::parse(&line).unwrap(), envelope);
        let (payload, by) = envelope.verify(TYPE, &trusted).unwrap();
        assert_eq!((payload.as_slice(), by), (&b"hello"[..], &trusted[0]));
        assert!(matches!(
            envelope.verify("text/html", &trusted),
            Err(EnvelopeError::OtherType { .. })
        ));
        assert!(matches!(
            envelope.verify(TYPE, &[]),
            Err(EnvelopeError::Untrusted { .. })
        ));
        for changed in [
            Envelope {
                payload: STANDARD.encode("hellO"),
                ..envelope.clone()
            },
            Envelope {
                signatures: vec![Signature {
                    sig: STANDARD.encode([0; 64]),
                    ..envelope.signatures[0].clone()
                }],
                ..envelope.clone()
            },
            Envelope {
                signatures: vec![Signature {
                    sig: "AA==".to_owned(),
                    ..envelope.signatures[0].clone()
                }],
                ..envelope
            },
        ] {
            assert!(changed.verify(TYPE, &trusted).is_err());
        }
        assert!(Envelope::parse(r#"{"payload":"","payloadType":"","signatures":[]}"#).is_err());
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        for text in ["", "x", PUBLIC] {
            assert_eq!(
                PrivateKey::parse(text, None).unwrap_err(),
                KeyError::Private
            );
        }
        assert_eq!(PublicKey::parse(PRIVATE).unwrap_err(), KeyError::Public);
    }

    proptest! {
        #[test]
        fn any_statement_is_carried(payload in prop::collection::vec(any::<u8>(), 0..200), payload_type in ".{0,20}") {
            let (private, trusted) = keys();
            let envelope = Envelope::sign(&payload_type, &payload, &private).unwrap();
            prop_assert_eq!(envelope.verify(&payload_type, &trusted).unwrap().0, payload);
        }

        #[test]
        fn any_text_is_refused_or_read(text in ".{0,200}") {
            let (_, trusted) = keys();
            if let Ok(envelope) = Envelope::parse(&text) {
                prop_assert!(envelope.verify(TYPE, &trusted).is_err());
            }
        }
    }
}
