use std::path::PathBuf;

use crate::TokenError;

/// Where a key is (RFC 7512): the library, the token in it, the key in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The library that speaks PKCS #11.
    pub module: PathBuf,
    /// Label of the token.
    pub token: Option<String>,
    /// Serial number of the token.
    pub serial: Option<String>,
    /// Label of the key.
    pub object: Option<String>,
    /// Id of the key.
    pub id: Option<Vec<u8>>,
}

impl Address {
    /// Reads `pkcs11:token=NAME;object=LABEL;id=%01?module-path=FILE`.
    ///
    /// # Errors
    /// [`TokenError::Address`] if it is none, has no library, or a PIN, which does not belong there.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let wrong = |reason: String| TokenError::Address(reason);
        let rest = text
            .strip_prefix("pkcs11:")
            .ok_or_else(|| wrong("it does not begin with `pkcs11:`".to_owned()))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut address = Self {
            module: PathBuf::new(),
            token: None,
            serial: None,
            object: None,
            id: None,
        };
        let attributes = path.split(';').chain(query.split('&'));
        for attribute in attributes.filter(|attribute| !attribute.is_empty()) {
            let (name, value) = attribute
                .split_once('=')
                .ok_or_else(|| wrong(format!("`{attribute}` has no value")))?;
            let bytes = unescaped(value)
                .ok_or_else(|| wrong(format!("the value of `{name}` is escaped wrongly")))?;
            let text = || {
                String::from_utf8(bytes.clone())
                    .map_err(|_| wrong(format!("the value of `{name}` is not UTF-8")))
            };
            match name {
                "module-path" => address.module = text()?.into(),
                "token" => address.token = Some(text()?),
                "serial" => address.serial = Some(text()?),
                "object" => address.object = Some(text()?),
                "id" => address.id = Some(bytes),
                "type" if bytes == b"private" => {}
                "pin-value" | "pin-source" => {
                    return Err(wrong(
                        "a PIN does not belong on the command line; name it with --password-env or --password-fd"
                            .to_owned(),
                    ));
                }
                _ => return Err(wrong(format!("`{name}` is not supported"))),
            }
        }
        if !address.module.is_absolute() {
            return Err(wrong(
                "name the library with `?module-path=`, from the root of the system".to_owned(),
            ));
        }
        Ok(address)
    }
}

/// Bytes of a text with `%XX` in it.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_library_token_and_key() {
        let address = Address::parse(
            "pkcs11:token=My%20token;object=signer;id=%01%ff;type=private?module-path=/usr/lib/x.so",
        );
        assert_eq!(
            address.unwrap(),
            Address {
                module: "/usr/lib/x.so".into(),
                token: Some("My token".into()),
                serial: None,
                object: Some("signer".into()),
                id: Some(vec![1, 255]),
            }
        );
        for wrong in [
            "token=a?module-path=/x",
            "pkcs11:token=a",
            "pkcs11:token=a?module-path=x.so",
            "pkcs11:token?module-path=/x",
            "pkcs11:token=%4?module-path=/x",
            "pkcs11:token=a?module-path=/x&pin-value=1234",
            "pkcs11:colour=red?module-path=/x",
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
