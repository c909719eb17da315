use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A SHA-256 digest, written as 64 lowercase hexadecimal digits.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Sha256(String);

impl Sha256 {
    /// From the 32 raw bytes of the digest.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hexadecimal(bytes))
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Sha256 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}

/// The digests of an artifact. SHA-256 is always there unless the bytes could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Digests {
    /// FIPS 180-4 SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// BLAKE3, 64 lowercase hexadecimal digits, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_in_hexadecimal() {
        let mut bytes = [0; 32];
        bytes[0] = 0xa5;
        bytes[31] = 1;
        let digest = Sha256::from_bytes(&bytes);
        assert_eq!(digest.as_str().len(), 64);
        assert!(digest.as_str().starts_with("a500"));
        assert!(digest.as_str().ends_with("0001"));
    }
}
